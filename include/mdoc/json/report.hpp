#pragma once

#include <string>

#include "mdoc/core/export.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::json {

/// A verification as one JSON object: the report, and the elements of the documents that passed.
/// Member names and their meaning are stable; members may be added.
///
///     {"valid": …, "version": …, "status": …, "level": …,
///      "documents": [{"docType": …, "valid": …, "checks": […], "issuerSigned"?: …, "deviceSigned"?: …,
///                     "errors": …, "mso"?: …, "issuer"?: …, "holderVerification": […], "warnings": […]}],
///      "encryptedDocuments": […], "zkDocuments": […], "answers": …, "documentErrors": …,
///      "checks": […], "warnings": […]}
///
/// Each check has id, outcome, reason, clause and detail, expected and found where there is evidence (of long lists
/// the first 256; foundMore says how many there are beyond), and nanoseconds where a stopwatch ran. `version` and
/// `status` are absent for stored documents. Elements are in the form of write_elements(), in all at most
/// ValueOptions::max_items data items.
[[nodiscard]] MDOC_EXPORT std::string to_json(const verification::VerificationOutcome& outcome);

}  // namespace mdoc::json
