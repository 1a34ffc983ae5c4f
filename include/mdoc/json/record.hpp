#pragma once

#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/record.hpp"

/// @file
/// The record of a transaction as JSON. record_fields() names every member, with its personal-data class.

namespace mdoc::json {

/// One JSON object on one line. Members that are empty are left out.
///
///     {"schema": "mdoc-transaction/1.0", "by": "holder" | "reader", "id": "<base64url>", "started": …,
///      "phases": [{"phase": …, "round"?: n, "milliseconds": n}], "rounds": [{…}], "ended"?: …, "leftOut"?: n}
///
///     a round:       {"round": n, "asked": [{…}], "useCases"?: [{"mandatory": …, "purposes": [{"controller",
///     "code"}]}],
///                     "requestDigest"?: "<base64url>", "decision"?: …, "agreed"?: [{…}], "status"?: n, "verdict"?:
///                     {…}, "leftOut"?: n}
///     what is asked: {"docRequest": n, "docType": …, "elements": [{"nameSpace", "element", "retain", "answer"?}],
///                     "reader"?: {…}, "obstacle"?: …}
///     "reader":      {"result", "reason", "subject"?, "claimed"?, "anchor"?: {…}, "revocations"?: [{…}]}
///     "anchor":      {"subject"?, "source"?, "pinned", "list"?: {"kind", "provider", "issue"?, "ageSeconds"}}
///     "agreed":      {"docRequest", "docType", "credential", "encrypted",
///                     "elements": [{"nameSpace", "element", "basis", "instead"?: {"nameSpace", "element"}}]}
///     "verdict":     {"valid", "level", "revocation", "version"?, "status"?, "checks": [{"id", "outcome", "reason"?}],
///                     "documents": [{…}], "encryptedDocuments"?: n, "zkDocuments"?: n, "deviations"?: […]}
///     "documents":   {"docType"?, "valid", "checks", "issuer"?, "country"?, "anchor"?, "revocations"?, "deviations"?,
///                     "surplus"?: [{"nameSpace", "element"}], "deviceKey"?: "<base64url>",
///                     "values"?: [{"nameSpace", "element", "value": "<base64url of the CBOR>"}]}
[[nodiscard]] MDOC_EXPORT std::string to_json(const TransactionRecord& record);

/// Reads one record. Members that are not known are skipped, as a later minor version may have added them; texts that
/// stand for an enumerator are taken as they are.
/// @return malformed/bad_encoding, duplicate_key, wrong_type, missing_element, bad_value, each with its place;
///         unsupported/unsupported_version: another schema or major version; limit/too_large: beyond 8 MiB; too_many,
///         too_deep
[[nodiscard]] MDOC_EXPORT Result<TransactionRecord> record_from_json(std::string_view json);

/// A record without the fields that may tell more than `most`; what then is empty is left out, and "redactedTo" says
/// what was done. Members without a class are sensitive: with `sensitive` all stay. The result is for people who must
/// not know more, and is no record any more.
/// @return malformed and limit errors as record_from_json(), whose members are not looked at
[[nodiscard]] MDOC_EXPORT Result<std::string> redacted(std::string_view record, PersonalData most);

}  // namespace mdoc::json
