#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"

/// @file
/// NDEF messages (NFC Forum, NFC Data Exchange Format 1.0), in which NFC engagement travels.

namespace mdoc::engagement {

/// Type name format of a record.
enum class NdefTypeName : std::uint8_t {
  empty = 0,
  well_known = 1,  ///< types of the NFC Forum: "Hs", "ac"
  media = 2,       ///< MIME type
  uri = 3,
  external = 4,  ///< "domain:name"
  unknown = 5,   ///< also given for the reserved value 7
};

struct NdefRecord {
  NdefTypeName type_name = NdefTypeName::empty;
  SharedBytes type{};
  SharedBytes id{};  ///< empty: none
  SharedBytes payload{};

  [[nodiscard]] bool is(NdefTypeName wanted_type_name, std::string_view wanted_type) const noexcept {
    return type_name == wanted_type_name && as_text(type.view()) == wanted_type;
  }
};

/// Reads a whole message: at least one record, and nothing after the last. Payloads are slices of it.
///
/// Judged by rule: ndef_chunked. Records in chunks are legal NDEF, but not used in engagement; they
/// are put together.
/// @return malformed/truncated, trailing_bytes, bad_frame with the offset; limit/too_large,
///         limit/too_many
[[nodiscard]] MDOC_EXPORT Result<std::vector<NdefRecord>> decode_ndef_message(SharedBytes message,
                                                                              const cbor::DecodeContext& context = {});

/// Writes a whole message, each record in one piece and with a short length where it fits.
/// @return usage/bad_argument: no record, a type or id over 255 bytes, or an empty record with content
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_ndef_message(std::span<const NdefRecord> records);

}  // namespace mdoc::engagement
