#include "cli/element_data.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/stream_parser.hpp>

#include "cli/failure.hpp"
#include "cli/repeated_member.hpp"
#include "cli/text_position.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using profile::includes;
using profile::ValueForm;

constexpr std::string_view shape =
    "the first level must be name spaces, as in {\"org.iso.18013.5.1\": {\"family_name\": \"...\"}}";

[[noreturn]] void refuse(const std::string& what) { throw Failure(ExitCode::unreadable, "--data: " + what); }

/// The form of a picture in the samples of profiles, with whatever name.
bool is_sample(const bj::object& object) {
  const auto* const which = object.size() == 1 ? object.if_contains("sample") : nullptr;
  return which != nullptr && which->is_string();
}

bj::value parse(std::string_view text) {
  bj::stream_parser parser;
  boost::system::error_code failure;
  const std::size_t read = parser.write(text.data(), text.size(), failure);
  if (!failure) parser.finish(failure);
  if (failure) {
    refuse(fmt::format("no JSON: {} in {}", failure.message(), text_position(text, read)));
  }
  return parser.release();
}

/// What `base64 -w0` writes, and not base64url.
bool is_plain_base64(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  return text.find_first_of("+/=") != std::string_view::npos &&
         text.find_first_not_of(alphabet) == std::string_view::npos;
}

/// Why a string is not what the profile asks for. It says nothing of the string, which is somebody's data.
std::string string_problem(const bj::string& text, ValueForm form) {
  const bool day = includes(form, ValueForm::full_date), time = includes(form, ValueForm::tdate);
  if (day && time) return "is no date; write it like 2001-02-03 or 2001-02-03T12:00:00Z";
  if (day) return "is no full-date; write it like 2001-02-03";
  if (time) return "is no time; write it like 2001-02-03T12:00:00Z";
  constexpr std::array<std::pair<ValueForm, std::string_view>, 6> wanted{
      {{ValueForm::image, "an image (JPEG or JPEG 2000) in base64url"},
       {ValueForm::bytes, "bytes in base64url"},
       {ValueForm::uint, "a number"},
       {ValueForm::boolean, "true or false"},
       {ValueForm::array, "an array"},
       {ValueForm::map, "an object"}}};
  const bool binary = includes(form, ValueForm::image) || includes(form, ValueForm::bytes);
  if (binary && is_plain_base64(text)) {
    return "is base64, and must be base64url: - for +, _ for /, no = at the end (base64 -w0 FILE | tr '+/' '-_' | tr "
           "-d =)";
  }
  std::string forms;
  for (const auto& [each, words] : wanted) {
    if (includes(form, each)) forms += (forms.empty() ? "" : " or ") + std::string(words);
  }
  return "must be " + forms + ", and is other text";
}

/// A rule and what it is said of: an element, or a part of one.
struct Place {
  std::string text;                          ///< "org.iso.18013.5.1/driving_privileges[0].issue_date"
  const profile::ValueRule* rule = nullptr;  ///< null: nothing is known
};

Place place_of_element(const Place& array, std::size_t index) {
  return {.text = fmt::format("{}[{}]", array.text, index),
          .rule = array.rule == nullptr ? nullptr : array.rule->items};
}

Place place_of_member(const Place& map, std::string_view key) {
  const profile::ValueRule* rule = nullptr;
  if (map.rule != nullptr) {
    const auto known = std::ranges::find(map.rule->members, key, &profile::MemberRule::key);
    if (known != map.rule->members.end()) rule = &known->rule;
  }
  return {.text = map.text + "." + json::printable(key), .rule = rule};
}

/// Whether the value passes by itself where this rule holds.
bool passes(const bj::value& value, const profile::ValueRule* rule) {
  const profile::ElementProfile element{.identifier = "value", .rule = rule == nullptr ? profile::ValueRule{} : *rule};
  const profile::NameSpaceProfile name_space{.name_space = "one", .elements = {&element, 1}};
  profile::DocTypeProfile profile{.doc_type = "one"};
  profile.name_spaces = {&name_space, 1};
  const bj::object alone{{name_space.name_space, bj::object{{element.identifier, value}}}};
  return json::read_elements(bj::serialize(alone), &profile).has_value();
}

std::string problem(const bj::value& value, const profile::ValueRule* rule) {
  if (rule != nullptr && value.is_string()) return string_problem(value.get_string(), rule->form);
  return "has no CBOR form; write text, numbers, true, false, null, arrays, objects, {\"full-date\": \"2001-02-03\"}, "
         "{\"tdate\": \"2001-02-03T12:00:00Z\"} or {\"bytes\": \"<base64url>\"}";
}

/// Says of a value that does not pass where in it the reason is: in the innermost part that does not pass by itself.
[[noreturn]] void explain(const bj::value& value, const Place& place) {  // NOLINT(misc-no-recursion): as deep as JSON
  if (const auto* const array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      const Place inner = place_of_element(place, i);
      if (!passes((*array)[i], inner.rule)) explain((*array)[i], inner);
    }
  }
  if (const auto* const object = value.if_object()) {
    for (const auto& member : *object) {
      const Place inner = place_of_member(place, member.key());
      if (!passes(member.value(), inner.rule)) explain(member.value(), inner);
    }
  }
  refuse(place.text + ": " + problem(value, place.rule));
}

const profile::ElementProfile* find_element(const profile::DocTypeProfile* profile, std::string_view name_space,
                                            std::string_view identifier) {
  const auto* const known = profile == nullptr ? nullptr : profile::find_name_space(*profile, name_space);
  return known == nullptr ? nullptr : profile::find_element(*known, identifier);
}

Place place_of(const profile::DocTypeProfile* profile, std::string_view name_space, std::string_view identifier) {
  const auto* const known = find_element(profile, name_space, identifier);
  return {.text = json::printable(name_space) + "/" + json::printable(identifier),
          .rule = known == nullptr ? nullptr : &known->rule};
}

/// Finds the first element that does not pass by itself, and says why.
void explain(const bj::object& data, const profile::DocTypeProfile* profile) {
  for (const auto& name_space : data) {
    if (!name_space.value().is_object()) {
      refuse(json::printable(name_space.key()) + " holds no elements; " + std::string(shape));
    }
    for (const auto& element : name_space.value().get_object()) {
      const Place place = place_of(profile, name_space.key(), element.key());
      if (!passes(element.value(), place.rule)) explain(element.value(), place);
    }
  }
}

/// {"sample": "portrait"} is for the samples of profiles: as data it would become a map that nobody meant, but where a
/// map is what the profile says, or where it says nothing.
void refuse_samples(const bj::value& value, const Place& place) {  // NOLINT(misc-no-recursion): as deep as JSON
  if (const auto* const array = value.if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) refuse_samples((*array)[i], place_of_element(place, i));
  }
  const auto* const object = value.if_object();
  if (object == nullptr) return;
  const bool typed = place.rule != nullptr && place.rule->form != ValueForm::none;
  if (is_sample(*object) && typed && !includes(place.rule->form, ValueForm::map)) {
    refuse(place.text + ": {\"sample\": …} is for the samples in profiles alone; give the value" +
           (includes(place.rule->form, ValueForm::image | ValueForm::bytes) ? ", here the bytes in base64url" : ""));
  }
  for (const auto& member : *object) refuse_samples(member.value(), place_of_member(place, member.key()));
}

void refuse_samples(const bj::object& data, const profile::DocTypeProfile* profile) {
  for (const auto& name_space : data) {
    for (const auto& element : name_space.value().as_object()) {
      refuse_samples(element.value(), place_of(profile, name_space.key(), element.key()));
    }
  }
}

}  // namespace

model::ElementValues read_element_data(const std::string& text, const profile::DocTypeProfile* profile) {
  auto elements = json::read_elements(text, profile);
  const bj::value data = parse(text);
  if (!data.is_object()) refuse(std::string(shape));
  if (elements) {
    refuse_samples(data.get_object(), profile);
  } else {
    explain(data.get_object(), profile);
  }
  if (const auto name = repeated_member(text)) refuse("\"" + json::printable(*name) + "\" stands twice in one object");
  return require(std::move(elements), "cannot use --data");
}

}  // namespace mdoc::cli
