// Any text as a profile, which also includes itself as a fragment. Errors name a place and what would be right; what is
// taken is the same when it is read again, can be judged, and stands in a set beside the built-in profiles.

#include <cstdint>

#include "core/utf8.hpp"
#include "fuzz/json_checks.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/json/texts.hpp"
#include "mdoc/profile/consistency.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

namespace {

json::ProfileSources sources(std::string_view text) {
  return {.fragment = [text](std::string_view id) -> std::optional<std::string> {
    if (const auto built_in = json::built_in_fragment_json(id); !built_in.empty()) return std::string(built_in);
    return id == "itself" ? std::optional(std::string(text)) : std::nullopt;
  }};
}

void require_within_limits(const profile::DocTypeProfile& profile) {
  require(!profile.id.empty() && !json::local_text(profile.titles, "en").empty());
  require(profile.name_spaces.size() <= json::ProfileLimits::name_spaces);
  std::size_t elements = 0;
  for (const auto& name_space : profile.name_spaces) {
    elements += name_space.elements.size();
    for (const auto& element : name_space.elements) {
      require(!element.identifier.empty() && element.identifier.size() <= json::ProfileLimits::name_bytes);
      require(element.rule.form != profile::ValueForm::none);
      require(profile::find_element(name_space, element.identifier) != nullptr ||
              element.identifier.find_first_of("#*") != std::string_view::npos);
    }
  }
  require(elements <= json::ProfileLimits::elements);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  json::ProfileFault fault;
  const auto loaded = json::load_profile(text, sources(text), &fault);
  if (!loaded) {
    const ErrorKind kind = loaded.error().kind();
    require(kind == ErrorKind::malformed || kind == ErrorKind::unsupported || kind == ErrorKind::limit);
    require(!fault.expected.empty());
    return 0;
  }
  const profile::DocTypeProfile& profile = loaded->profile();
  require_within_limits(profile);
  const auto samples = json::read_elements(loaded->samples(), &profile);
  require(samples.has_value());

  const auto findings = profile::check_consistency(profile);
  for (const auto& finding : findings) require(static_cast<std::size_t>(finding.row) < profile::row_count);
  const auto again = json::load_profile(text, sources(text));
  require(again && again->samples() == loaded->samples());
  require(profile::check_consistency(again->profile()).size() == findings.size());

  json::ProfileSet set;
  require(set.add(*loaded).has_value() == !profile.doc_type.empty());
  if (profile.doc_type.empty()) return 0;
  require(set.find(profile.id)->doc_type == profile.doc_type);
  require(set.find(profile.doc_type)->id == profile.id);
  require(!set.add(*again));
  return 0;
}
