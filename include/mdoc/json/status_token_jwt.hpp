#pragma once

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/trust/status_list.hpp"
#include "mdoc/trust/status_token.hpp"

/// @file
/// Status list tokens in JWT form ("Token Status List", 5.1). The list of an mdoc comes in CWT form (ISO/IEC 18013-5,
/// second edition, 12.3.6; see trust/status_token.hpp). The JWT form is that of SD-JWT credentials, and of issuers who
/// serve one list for both. Once the envelope is open, both are the same:
///
///     MDOC_TRY(const auto token, json::decode_status_token_jwt(received, context));
///     MDOC_TRY(const auto list, trust::verify_status_token(token, {.uri = info.uri, .trust = trust, .now = now}));

namespace mdoc::json {

/// Reads a token in JWT form: a JWS in compact serialisation, all of `compact`. Claims that are not known are skipped.
/// The list is not unpacked here. A token without "x5c" decodes, but does not verify; "kid" says nothing, as no key is
/// looked up by name.
///
/// "typ" is "statuslist+jwt". "application/statuslist+jwt" is the same media type by RFC 7515, 4.1.9, and no deviation.
/// There is no identifier list in JWT form. Dates are NumericDates, of which a fraction of a second is cut off.
///
/// Deviations: status_no_expiry, status_bits, list_null_member (null for "exp", "ttl" or "aggregation_uri").
/// `context.limits` holds for the header and for depth and number of JSON values; `limits` for the rest.
/// @return what decode_jws() returns; malformed/missing_element: no typ, sub, iat, status_list, bits or lst;
///         malformed/bad_value: other bits, a date before 1970 or after 9999, a ttl of less than a second, an
///         "identifier_list"; malformed/bad_encoding: the payload is not JSON, or lst not base64url without
///         padding; malformed/wrong_type, duplicate_key; unsupported/unsupported_media_type: another typ;
///         limit/too_large, too_many, too_deep. `offset` of faults of the payload's JSON is a byte of it.
[[nodiscard]] MDOC_EXPORT Result<trust::StatusToken> decode_status_token_jwt(
    SharedBytes compact, const cbor::DecodeContext& context = {}, const trust::StatusListLimits& limits = {});

}  // namespace mdoc::json
