#include "cli/sample_data.hpp"

#include <string>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/element_data.hpp"
#include "cli/embedded.hpp"
#include "cli/failure.hpp"
#include "mdoc/core/encoding.hpp"

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

}  // namespace

model::ElementValues sample_elements(const json::LoadedProfile& profile) {
  boost::system::error_code failure;
  bj::value samples = bj::parse(profile.samples(), failure);
  if (failure || !samples.is_object() || samples.get_object().empty()) {
    throw Failure(ExitCode::usage, "the profile " + std::string(profile.profile().id) +
                                       " has no samples: give --data, or write a \"sample\" of its elements");
  }
  for (auto& [name_space, elements] : samples.get_object()) {
    for (auto& [identifier, value] : elements.as_object()) {
      if (is_portrait(value)) value = to_base64url(sample_portrait());
    }
  }
  return read_element_data(bj::serialize(samples), &profile.profile());
}

}  // namespace mdoc::cli
