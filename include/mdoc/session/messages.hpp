#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"

/// @file
/// The two messages of a session (ISO/IEC 18013-5:2021, 9.1.1.4; second edition, 12.2.4).

namespace mdoc::session {

/// "status" of SessionData.
enum class SessionStatus : std::uint64_t {
  encryption_error = 10,
  decoding_error = 11,
  termination = 20,
};
/// Stable identifier, e.g. "termination"; "unknown" for a code that the standard does not define.
[[nodiscard]] MDOC_EXPORT std::string_view name(SessionStatus status) noexcept;

/// What to tell the peer when a session ends for `code`; nothing where there is nobody to tell. The
/// only place that maps errors to SessionData status.
[[nodiscard]] MDOC_EXPORT std::optional<SessionStatus> session_status(Errc code) noexcept;

/// Bytes of the tag at the end of every encrypted "data".
inline constexpr std::size_t min_data_bytes = 16;

/// `SessionEstablishment = { "eReaderKey" : EReaderKeyBytes, "data" : bstr, * tstr => RFU }`, the
/// reader's first message.
struct SessionEstablishment {
  engagement::EReaderKeyBytes e_reader_key;  ///< "eReaderKey"
  SharedBytes data;                          ///< "data", encrypted
  cbor::UnknownMembers others{};             ///< as received
};

/// `SessionData = { ? "data" : bstr, ? "status" : uint, * tstr => RFU }`
struct SessionData {
  std::optional<SharedBytes> data{};      ///< "data", encrypted
  std::optional<SessionStatus> status{};  ///< "status"; codes outside of the enumeration are kept
  cbor::UnknownMembers others{};          ///< as received
};

using SessionMessage = std::variant<SessionEstablishment, SessionData>;

/// Decodes either message; "eReaderKey" tells them apart. Nothing else may follow.
/// @return malformed/bad_key: eReaderKey is not on its curve, compressed or of another form;
///         unsupported/unsupported_curve; malformed/missing_element: no "data" beside eReaderKey, or
///         neither member of SessionData; malformed/bad_value: "data" below min_data_bytes, or beside
///         status 10 or 11; further malformed and limit errors with their place
[[nodiscard]] MDOC_EXPORT Result<SessionMessage> decode_session_message(SharedBytes message,
                                                                        const cbor::DecodeContext& context = {});

/// Encodes with the members in the order of the CDDL.
[[nodiscard]] MDOC_EXPORT Bytes encode_session_establishment(ByteView e_reader_key_bytes, ByteView data);
/// @pre `data` or `status`
[[nodiscard]] MDOC_EXPORT Bytes encode_session_data(std::optional<ByteView> data, std::optional<SessionStatus> status);

}  // namespace mdoc::session
