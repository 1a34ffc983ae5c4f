#pragma once

#include <string>

#include "mdoc/core/export.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/presentation/reader_authentication.hpp"

/// @file
/// The judgement of reader authentication, in words for people and as JSON for machines.

namespace mdoc::json {

/// What came out: the sentence of the reason, and where it went wrong. A failed check also says its duty. For clerks:
/// what happened, what to do, and a date where that is the point. Empty for a check that simply passed.
[[nodiscard]] MDOC_EXPORT std::string explain(const presentation::ReaderFinding& finding, const Wording& wording = {});

/// The judgement as one JSON object. Member names and their meaning are stable; members may be added.
///
///     {"level": …, "revocation": …, "unjudged": n,
///      "docRequests": [{"result": …, "reason": …, "reader"?: {…}, "signatures": [{…}]}]}
///
///     "reader":     {"subject"?: …, "commonName"?: …, "organization"?: …, "dnsNames"?: […], "trustAnchor": …,
///                    "source": …, "pinned": …, "list"?: {…}}
///     "signatures": {"by": "readerAuth" | "readerAuthAll", "index": n, "result": …, "reason": …, "claimedSubject": …,
///                    "validFrom"?: …, "validUntil"?: …, "checks": […], "certificateRules"?: […], "revocations"?: […]}
///
/// "reader" is there with the result "trusted" alone; "claimedSubject" is no more than what a certificate says. Each
/// check has id, outcome, reason, clause and detail, which is in the words of `wording`, and where it failed `where`
/// and `offset`.
[[nodiscard]] MDOC_EXPORT std::string to_json(const presentation::RequestReaders& readers, const Wording& wording = {});

}  // namespace mdoc::json
