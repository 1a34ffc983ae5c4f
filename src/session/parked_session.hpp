#pragma once
// Internal: the form in which a session is parked between two messages.
//
//     parked  = SHA-256(content) ‖ content
//     content = [ format, role, core, ... what the role adds ]
//
// The digest finds damage, not forgery: whoever can write to the store holds the keys anyway.

#include <optional>

#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "session/session_core.hpp"

namespace mdoc::session {

/// Room for the items of a parked session other than those of varying size. The writer of secrets must
/// not grow: it would leave copies in freed memory.
inline constexpr std::size_t parked_overhead = 1024;

/// Opens the content: writes all up to and including the core.
/// @param fields number of items that the role adds
void write_parked_head(cbor::Writer& writer, Role role, const SessionCore& core, TimePoint now, std::size_t fields);
/// null if there is no value
void write_optional(cbor::Writer& writer, std::optional<ByteView> bytes);
/// [ curve, scalar ] or null
[[nodiscard]] Result<void> write_private_key(cbor::Writer& writer, const std::optional<crypto::PrivateKey>& key);
/// Wipes what was written.
[[nodiscard]] Result<SecretBytes> finish_parked(cbor::Writer writer);

/// @return the content, inside `parked`; malformed/digest... if it is damaged
[[nodiscard]] Result<ByteView> open_parked(const SecretBytes& parked);
/// Reads for read_tuple(): the first items, in order.
[[nodiscard]] Result<std::uint64_t> read_parked_format(cbor::Reader& reader);
[[nodiscard]] Result<std::uint64_t> read_parked_role(cbor::Reader& reader, Role role);
/// Fills `core`. The deadline is as far from `now` as it was when the session was parked; bad_value where that
/// is more than the clock has left.
[[nodiscard]] Result<bool> read_parked_core(cbor::Reader& reader, SessionCore& core, Role role, TimePoint now);
[[nodiscard]] Result<std::optional<ByteView>> read_optional(cbor::Reader& reader);
[[nodiscard]] Result<std::optional<crypto::PrivateKey>> read_private_key(cbor::Reader& reader);

}  // namespace mdoc::session
