#pragma once
// What the judgements of documents and of readers say alike, as JSON.

#include <span>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "mdoc/core/time.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/trust_list.hpp"

namespace mdoc::json {

/// A rule that a certificate breaks: {"certificate", "rule", "clause", "duty", "expected", "found", "advice"}
[[nodiscard]] boost::json::object rule_json(const trust::RuleFinding& finding, trust::CertificateRole role);
/// The list that names an anchor, and its age.
[[nodiscard]] boost::json::object list_json(const trust::ListProvenance& list, UtcSeconds now);
/// What was looked up: [{"of", "state", "source", …}]
[[nodiscard]] boost::json::array revocations_json(std::span<const trust::RevocationRecord> records,
                                                  const Wording& wording);

}  // namespace mdoc::json
