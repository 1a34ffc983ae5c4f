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

bj::value parse(std::string_view text) {
  bj::stream_parser parser;
  boost::system::error_code failure;
  const std::size_t read = parser.write(text.data(), text.size(), failure);
  if (!failure) parser.finish(failure);
  if (failure) {
    const auto lines = std::ranges::count(text.substr(0, read), '\n');
    refuse(fmt::format("no JSON: {} in line {}", failure.message(), lines + 1));
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

std::string problem(const bj::value& value, const profile::ElementProfile* known) {
  if (known != nullptr && value.is_string()) return string_problem(value.get_string(), known->rule.form);
  return "has no CBOR form; write text, numbers, true, false, null, arrays, objects, {\"full-date\": \"2001-02-03\"}, "
         "{\"tdate\": \"2001-02-03T12:00:00Z\"} or {\"bytes\": \"<base64url>\"}";
}

/// Finds the first element that does not pass by itself, and says why.
void explain(const bj::object& data, const profile::DocTypeProfile* profile) {
  for (const auto& name_space : data) {
    const auto* known_space = profile == nullptr ? nullptr : profile::find_name_space(*profile, name_space.key());
    const std::string space_text = json::printable(name_space.key());
    if (!name_space.value().is_object()) refuse(space_text + " holds no elements; " + std::string(shape));
    for (const auto& element : name_space.value().get_object()) {
      const bj::object alone{{name_space.key(), bj::object{{element.key(), element.value()}}}};
      if (json::read_elements(bj::serialize(alone), profile)) continue;
      const auto* known = known_space == nullptr ? nullptr : profile::find_element(*known_space, element.key());
      refuse(space_text + "/" + json::printable(element.key()) + ": " + problem(element.value(), known));
    }
  }
}

}  // namespace

model::ElementValues read_element_data(const std::string& text, const profile::DocTypeProfile* profile) {
  auto elements = json::read_elements(text, profile);
  if (!elements) {
    const bj::value data = parse(text);
    if (!data.is_object()) refuse(std::string(shape));
    explain(data.get_object(), profile);
  }
  if (const auto name = repeated_member(text)) refuse("\"" + json::printable(*name) + "\" stands twice in one object");
  return require(std::move(elements), "cannot use --data");
}

}  // namespace mdoc::cli
