#include "cli/sample_data.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/embedded.hpp"
#include "cli/failure.hpp"
#include "cli/profile_document.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

/// {"sample": "portrait"} stands for the picture of the demonstration.
bool is_portrait(const bj::value& value) {
  const auto* const object = value.if_object();
  if (object == nullptr || object->size() != 1) return false;
  const auto* const which = object->if_contains("sample");
  return which != nullptr && which->is_string() && which->get_string() == "portrait";
}

/// Whether the profile has a picture, or bytes that may be one, in this element.
bool takes_picture(const profile::DocTypeProfile& profile, std::string_view name_space, std::string_view identifier) {
  const auto* const known = profile::find_name_space(profile, name_space);
  const auto* const element = known == nullptr ? nullptr : profile::find_element(*known, identifier);
  return element != nullptr && includes(element->rule.form, profile::ValueForm::image | profile::ValueForm::bytes);
}

model::ElementValues read_samples(const json::LoadedProfile& profile, const bj::object& samples) {
  return require(json::read_elements(bj::serialize(samples), &profile.profile()), "cannot use the profile's samples");
}

/// What has the sample of `identifier`: the element of this name, or the pattern that it fits.
const profile::ElementProfile* find_sampled(const profile::NameSpaceProfile& name_space, std::string_view identifier) {
  const auto own = std::ranges::find(name_space.elements, identifier, &profile::ElementProfile::identifier);
  return own != name_space.elements.end() ? &*own : profile::find_element(name_space, identifier);
}

/// One in the views of the profile, with its place in the file: "nameSpaces[0].elements[4].sample[1].category".
profile::ProfileFinding finding_of(const profile::DocTypeProfile& profile, const profile::ElementFinding& fault) {
  profile::ProfileFinding finding{.kind = profile::Inconsistency::sample_unfit, .row = profile::Row::elements};
  for (std::size_t i = 0; i < profile.name_spaces.size() && finding.element.empty(); ++i) {
    const profile::NameSpaceProfile& name_space = profile.name_spaces[i];
    if (name_space.name_space != fault.name_space) continue;
    const profile::ElementProfile* const found = find_sampled(name_space, fault.identifier);
    if (found == nullptr) continue;
    finding.name_space = name_space.name_space;
    finding.element = found->identifier;
    finding.detail =
        fmt::format("nameSpaces[{}].elements[{}].{}{}", i, static_cast<std::size_t>(found - name_space.elements.data()),
                    found->identifier == fault.identifier ? "sample" : "samples.",
                    found->identifier == fault.identifier ? std::string_view() : std::string_view(fault.identifier));
  }
  const profile::ElementFaultInfo& row = profile::info(fault.fault);
  finding.detail += fmt::format("{}: expected: {} ({}{}{})", fault.place.text(), row.duty, row.id,
                                fault.other.empty() ? "" : ", beside ", fault.other);
  return finding;
}

}  // namespace

bj::object samples_of(const json::LoadedProfile& profile) {
  bj::object samples = bj::parse(profile.samples()).as_object();  // which the loader wrote
  for (auto& [name_space, elements] : samples) {
    for (auto& [identifier, value] : elements.as_object()) {
      if (is_portrait(value) && takes_picture(profile.profile(), name_space, identifier)) {
        value = to_base64url(sample_portrait());
      }
    }
  }
  return samples;
}

model::ElementValues sample_elements(const json::LoadedProfile& profile) {
  const bj::object samples = samples_of(profile);
  if (samples.empty()) {
    throw Failure(ExitCode::usage, "the profile " + std::string(profile.profile().id) +
                                       " has no samples: give --data, or write a \"sample\" of its elements");
  }
  return read_samples(profile, samples);
}

std::vector<profile::ProfileFinding> judge_samples(const json::LoadedProfile& profile) {
  const model::ElementValues values = read_samples(profile, samples_of(profile));
  profile::ElementFindings faults;
  validate_values(profile.profile(), present_elements(values),
                  {.decode = {.limits = {}, .level = Level::strict, .sink = nullptr}, .valid_from = std::nullopt},
                  faults);
  std::vector<profile::ProfileFinding> findings;
  for (const auto& fault : faults.entries()) findings.push_back(finding_of(profile.profile(), fault));
  return findings;
}

}  // namespace mdoc::cli
