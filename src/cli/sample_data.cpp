#include "cli/sample_data.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/embedded.hpp"
#include "cli/failure.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

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
  return require(json::read_elements(bj::serialize(samples), &profile.profile()), "cannot use the profile's samples");
}

}  // namespace mdoc::cli
