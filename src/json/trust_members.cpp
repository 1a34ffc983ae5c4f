#include "json/trust_members.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/revocation.hpp"

namespace mdoc::json {

namespace bj = boost::json;

bj::object rule_json(const trust::RuleFinding& finding, trust::CertificateRole role) {
  const trust::CertificateRuleInfo& rule = trust::info(finding.rule);
  return {{"certificate", trust::info(role).id},
          {"rule", rule.id},
          {"clause", trust::clause(rule.rule, role)},
          {"duty", rule.what},
          {"expected", finding.expected},
          {"found", finding.found},
          {"advice", rule.advice}};
}

bj::object list_json(const trust::ListProvenance& list, UtcSeconds now) {
  bj::object object{{"kind", trust::name(list.kind)}, {"provider", list.provider}, {"date", to_rfc3339(list.date)}};
  if (!list.type.empty()) object.emplace("type", list.type);
  if (list.issue_id) object.emplace("issue", *list.issue_id);
  if (list.next_update) object.emplace("nextUpdate", to_rfc3339(*list.next_update));
  if (list.not_after) object.emplace("notAfter", to_rfc3339(*list.not_after));
  object.emplace("ageSeconds", std::max<std::int64_t>((now - list.date).count(), 0));
  return object;
}

bj::array revocations_json(std::span<const trust::RevocationRecord> records, const Wording& wording) {
  bj::array list;
  for (const trust::RevocationRecord& record : records) {
    bj::object object{
        {"of", record.subject}, {"state", trust::name(record.state)}, {"source", trust::name(record.source)}};
    if (record.this_update) object.emplace("thisUpdate", to_rfc3339(*record.this_update));
    if (record.next_update) object.emplace("nextUpdate", to_rfc3339(*record.next_update));
    if (record.age) object.emplace("ageSeconds", record.age->count());
    if (record.revocation_date) object.emplace("revocationDate", to_rfc3339(*record.revocation_date));
    if (record.status) object.emplace("status", static_cast<unsigned>(*record.status));
    if (record.error) object.emplace("error", explain(*record.error, wording));
    list.push_back(std::move(object));
  }
  return list;
}

}  // namespace mdoc::json
