#pragma once

#include <string>
#include <string_view>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

/// @file
/// Engagements as text, for QR codes and links. Never hand such a text to a URL parser: its base64url
/// part stands where a host would, and parsers change the case of hosts.
///
/// Judged by rule: qr_scheme (slashes or none against the standard, letters in other case), qr_padding,
/// qr_white_space. There is no mark that tells a DeviceEngagement from a ReaderEngagement: the role of
/// the scanning device decides, hence two functions.

namespace mdoc::engagement {

/// `mdoc:` and the engagement in base64url without padding (ISO/IEC 18013-5:2021, 8.2.2.3). For a QR
/// code in byte mode, with any error correction level.
[[nodiscard]] MDOC_EXPORT std::string qr_code_text(const DeviceEngagement& engagement,
                                                   const ProtocolConstants& constants = iso18013_5());
/// `mdoc://` and the engagement in base64url without padding (TS 18013-7, A.4).
[[nodiscard]] MDOC_EXPORT std::string reader_engagement_uri(const ReaderEngagement& engagement,
                                                            const ProtocolConstants& constants = iso18013_5());

/// The text that the mdoc shows, read by the mdoc reader. Any text may be given.
/// @return malformed/bad_uri: another scheme; malformed/bad_encoding with the offset in `text`;
///         unsupported/obsolete_draft: the scheme or array of drafts before 2020;
///         malformed/missing_element: no retrieval methods; unsupported/no_common_bearer: none that
///         is known; further as decode_device_engagement()
[[nodiscard]] MDOC_EXPORT Result<DeviceEngagement> parse_qr_code(std::string_view text,
                                                                 const cbor::DecodeContext& context = {},
                                                                 const ProtocolConstants& constants = iso18013_5());
/// The link or QR code that the mdoc reader shows, read by the mdoc. A "/" at the end, which browsers
/// add, is cut off.
/// @return as parse_qr_code(), but for the methods: they may be absent or unknown here
[[nodiscard]] MDOC_EXPORT Result<ReaderEngagement> parse_reader_engagement_uri(
    std::string_view text, const cbor::DecodeContext& context = {}, const ProtocolConstants& constants = iso18013_5());

/// The bytes inside such a text, whatever they are, for tools. Both schemes are taken.
[[nodiscard]] MDOC_EXPORT Result<SharedBytes> decode_engagement_text(std::string_view text,
                                                                     const cbor::DecodeContext& context = {},
                                                                     const ProtocolConstants& constants = iso18013_5());

}  // namespace mdoc::engagement
