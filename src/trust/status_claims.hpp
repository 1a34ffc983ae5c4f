#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mdoc/trust/status_token.hpp"

/// @file
/// Names and numbers of list tokens in CWT form, for those who read and those who write them.

namespace mdoc::trust {

/// Claim keys (IANA "CBOR Web Token (CWT) Claims"; identifier_list: ISO/IEC 18013-5, 12.3.6.4).
namespace claim {
inline constexpr std::int64_t sub = 2;
inline constexpr std::int64_t exp = 4;
inline constexpr std::int64_t iat = 6;
inline constexpr std::int64_t identifier_list = 65530;
inline constexpr std::int64_t status_list = 65533;
inline constexpr std::int64_t ttl = 65534;
}  // namespace claim

inline constexpr std::uint64_t tag_cose_sign1 = 18;
inline constexpr std::uint64_t tag_cwt = 61;

/// Values of `typ` (RFC 9596).
inline constexpr std::string_view status_list_media_type = "application/statuslist+cwt";
inline constexpr std::string_view identifier_list_media_type = "application/identifierlist+cwt";
/// IANA "CoAP Content-Formats": application/statuslist+cwt. Identifier lists have none.
inline constexpr std::uint64_t status_list_content_format = 279;

[[nodiscard]] constexpr std::string_view media_type(StatusListKind kind) noexcept {
  return kind == StatusListKind::status_list ? status_list_media_type : identifier_list_media_type;
}

}  // namespace mdoc::trust
