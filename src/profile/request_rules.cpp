#include "mdoc/profile/request_rules.hpp"

#include <set>

#include "mdoc/profile/age_over.hpp"

namespace mdoc::profile {

bool is_server_retrieval(std::string_view name_space, std::string_view identifier) noexcept {
  return name_space == "org.iso.18013.5.1" && (identifier == "webapi_info" || identifier == "oidc_info");
}

std::vector<std::uint8_t> asked_ages(const model::DeviceRequest& request, std::span<const DocTypeProfile> profiles) {
  std::set<std::uint8_t> asked;
  for (const model::DocRequest& doc_request : request.doc_requests) {
    const DocTypeProfile* const known = find_doc_type(profiles, doc_request.items_request->doc_type.str());
    if (known == nullptr) continue;
    for (const auto& [name_space, elements] : doc_request.items_request->name_spaces) {
      const NameSpaceProfile* const space = find_name_space(*known, name_space.str());
      if (space == nullptr || !space->age_over) continue;
      for (const auto& [identifier, intent_to_retain] : elements) {
        if (const auto years = parse_age_over(identifier.str())) asked.insert(*years);
      }
    }
  }
  return {asked.begin(), asked.end()};
}

Result<void> check_asked_ages(const model::DeviceRequest& request, std::span<const DocTypeProfile> profiles) {
  if (asked_ages(request, profiles).size() <= max_age_over_per_retrieval) return {};
  return Error{.code = Errc::bad_argument, .where = Path("DeviceRequest") / "age_over_NN"};
}

}  // namespace mdoc::profile
