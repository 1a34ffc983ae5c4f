#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/message_parts.hpp"

/// @file
/// Internal. What COSE_Sign1 and COSE_Mac0 have in common.

namespace mdoc::cose {

/// `[ protected : bstr, unprotected : map, payload : bstr / nil, proof : bstr ]`
struct Message {
  SharedBytes encoded;
  Headers headers;
  std::optional<SharedBytes> payload;
  std::uint32_t payload_offset = 0;
  SharedBytes proof;
};

inline constexpr std::uint64_t tag_mac0 = 17;
inline constexpr std::uint64_t tag_sign1 = 18;

/// @param tag the one CBOR tag that may stand before the message
[[nodiscard]] Result<Message> decode_message(cbor::Reader& outer, std::uint64_t tag, Profile profile);

inline constexpr std::string_view sign1_context = "Signature1";
inline constexpr std::string_view mac0_context = "MAC0";

/// Sig_structure or MAC_structure: `[ context, protected, external_aad : h'', payload : bstr ]`. Borrows
/// its protected header and payload.
class Structure {
 public:
  Structure(std::string_view context, ByteView protected_bytes, const crypto::MessageParts& payload);
  Structure(const Structure&) = delete;
  Structure& operator=(const Structure&) = delete;

  [[nodiscard]] std::span<const ByteView> parts() const noexcept { return parts_; }
  [[nodiscard]] Bytes joined() const;

 private:
  Bytes own_;
  std::vector<ByteView> parts_;
};

/// The label of a header parameter, or the key of a COSE_Key parameter; nothing for text.
[[nodiscard]] std::optional<std::int64_t> label_of(const cbor::UnknownMember& member);

}  // namespace mdoc::cose
