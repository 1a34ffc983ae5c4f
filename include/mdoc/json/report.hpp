#pragma once

#include <string>

#include "mdoc/core/export.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::json {

/// A verification as one JSON object: the report, and the elements of the documents that passed.
/// Member names and their meaning are stable; members may be added.
///
///     {"valid": …, "version": …, "status": …, "level": …,
///      "documents": [{"docType": …, "valid": …, "checks": […], "issuerSigned"?: …, "deviceSigned"?: …,
///                     "errors": …, "mso"?: …, "issuer"?: …, "holderVerification": […], "warnings": […]}],
///      "encryptedDocuments": […], "zkDocuments": […], "answers": …, "documentErrors": {"<docType>": code},
///      "checks": […], "warnings": […]}
///
///     "errors":  {"<nameSpace>": {"<element>": code}}
///     "mso":     {"version": …, "digestAlgorithm": …, "signed": …, "validFrom": …, "validUntil": …,
///                 "expectedUpdate"?: …}
///     "issuer":  {"subject": …, "country": …, "trustAnchor": …, "source": …, "pinned": …}
///     "encrypted": {"envelope": n, "recipient"?: "<hex>"}
///     "answers": {"<docRequestID>": {"<nameSpace>": {"<element>":
///                 {"answer": …, "by"?: ["<nameSpace>/<element>"], "document"?: n, "zkDocument"?: n}}},
///                 "<question>": {"verdict": …, "reason": …, "sentence": …, "document"?: n, "zkDocument"?: n,
///                 "elements": ["<nameSpace>/<element>"], "byCertificate"?: true, "asOf"?: "<date>",
///                 "restrictions"?: ["<code>"]}}
///     "zkDocuments": [{"docType": …, "zkSystemId": …, "system"?: …, "timestamp"?: …, "valid": …, "opened": …,
///                      "checks": […], "issuerSigned"?: …, "issuer"?: …, "warnings": […]}]
///
/// An answer is "as-requested", "age-statement" (another age_over_NN that answers the question), "alternative" or
/// "unanswered". `document` is the index in documents, `zkDocument` that in zkDocuments; `by` names what was released
/// in the place of what was asked for. Answers to questions stand beside them under Question::to_string()
/// ("age-over:18"), which is never a number; `verdict` is "yes", "no" or "undetermined" (verification/answer.hpp).
///
/// Documents and proofs that came encrypted have "encrypted": `envelope` is the index among the encryptedDocuments of
/// the response, `recipient` the thumbprint of the key that opened it (RFC 9679, SHA-256). "encryptedDocuments" has
/// those that were not opened.
///
/// Documents and proofs have "elementFaults" where something is wrong with elements by their profile: of many the first
/// 256, and "elementFaultsMore" says how many there are beyond.
///
/// Each check has id, outcome, reason, clause and detail, expected and found where there is evidence (of long lists
/// the first 256; foundMore says how many there are beyond), and nanoseconds where a stopwatch ran. `version` and
/// `status` are absent for stored documents. Elements are in the form of write_elements(), in all at most
/// ValueOptions::max_items data items. Identifiers are stable; sentences, in `detail` and `what`, are those of
/// `wording`.
[[nodiscard]] MDOC_EXPORT std::string to_json(const verification::VerificationOutcome& outcome,
                                              const Wording& wording = {});

}  // namespace mdoc::json
