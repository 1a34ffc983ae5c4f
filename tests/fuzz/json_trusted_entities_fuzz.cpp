// Any text as a list of trusted entities. What is taken can be written, and says the same when it is read again.

#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/trusted_entities.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

bool equal(const json::TrustedEntityService& a, const json::TrustedEntityService& b) {
  return a.type_identifier == b.type_identifier && a.name == b.name && a.status == b.status &&
         a.certificates == b.certificates && a.subject_key_identifiers == b.subject_key_identifiers;
}

bool equal(const json::ListOfTrustedEntities& a, const json::ListOfTrustedEntities& b) {
  const auto& x = a.information;
  const auto& y = b.information;
  const auto same_entity = [](const json::TrustedEntity& left, const json::TrustedEntity& right) {
    const auto same_service = [](const auto& one, const auto& other) { return equal(one, other); };
    return left.name == right.name && std::ranges::equal(left.services, right.services, same_service);
  };
  return x.sequence_number == y.sequence_number && x.type == y.type &&
         x.scheme_operator_name == y.scheme_operator_name && x.scheme_territory == y.scheme_territory &&
         x.list_issue_date_time == y.list_issue_date_time && x.next_update == y.next_update &&
         std::ranges::equal(a.entities, b.entities, same_entity);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto decode = [&](Level level) {
    return json::decode_list_of_trusted_entities({data, size}, {.level = level});
  };
  auto list = fuzz::decode_at_levels(decode, size);
  if (!list) return 0;
  for (const Error& fault : list->unreadable) require(!fault.where.empty());
  std::erase_if(list->entities, [](const json::TrustedEntity& entity) { return entity.pre_standard; });
  const auto written = json::encode_list_of_trusted_entities(*list);
  require(written.has_value());
  const auto again = json::decode_list_of_trusted_entities(as_bytes(*written), {.level = Level::strict});
  require(again && again->unreadable.empty() && equal(*again, *list));
  return 0;
}
