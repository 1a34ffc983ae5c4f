// Any text as what an issuer puts into an mdoc. The first byte chooses the profile of a docType, or none. What is taken
// has the names and the number of elements that the JSON has, and each value is one item that a strict peer reads, of
// the form that the profile wants where JSON has only text for it.

#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/elements.hpp"
#include "mdoc/json/value.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using profile::includes;
using profile::ValueForm;

/// A string became what the profile says.
void check_form(const model::DataElementValue& value, const fuzz::bj::string& text, ValueForm form) {
  const bool as_text = includes(form, ValueForm::text | ValueForm::latin1);
  if (as_text) {
    require(value.as_text().value() == std::string_view(text));
  } else if (includes(form, ValueForm::full_date) && value.as_full_date()) {
    require(to_iso8601(*value.as_full_date()) == std::string_view(text));
  } else if (includes(form, ValueForm::tdate) && value.as_tdate()) {
    require(parse_date_time(std::string_view(text))->time == *value.as_tdate());
  } else {
    require(includes(form, ValueForm::bytes | ValueForm::image) && value.as_bytes().has_value());
  }
}

void check_value(const model::DataElementValue& value, const fuzz::bj::value& json,
                 const profile::ElementProfile* known) {
  cbor::Reader reader(value.encoded().view(), {.level = Level::strict});
  require(reader.skip() && reader.finish());
  if (known != nullptr && json.is_string()) return check_form(value, json.get_string(), known->rule.form);
  if (known != nullptr && includes(known->rule.form, ValueForm::array | ValueForm::map))
    return;  // dates inside become dates
  const auto shown = json::from_cbor(value.encoded().view(), {.level = Level::strict});
  require(shown && fuzz::equivalent(fuzz::parsed(*shown), fuzz::through_cbor(json)));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto known = profile::doc_types();
  const std::size_t choice = data[0] % (known.size() + 1);
  const profile::DocTypeProfile* const profile = choice == 0 ? nullptr : &known[choice - 1];
  const std::string_view text = as_text({data + 1, size - 1});

  const auto elements = json::read_elements(text, profile);
  if (!elements) {
    const Errc code = elements.error().code;
    require(code == Errc::bad_encoding || code == Errc::bad_value || code == Errc::duplicate_key ||
            elements.error().kind() == ErrorKind::limit);
    return 0;
  }
  const auto root = fuzz::parsed(text);
  require(elements->size() == root.as_object().size());
  for (const auto& [name_space, values] : *elements) {
    const auto& members = root.as_object().at(name_space.str()).as_object();
    const auto* known_space = profile == nullptr ? nullptr : find_name_space(*profile, name_space.str());
    require(values.size() == members.size());
    for (const auto& [identifier, value] : values) {
      const auto* element = known_space == nullptr ? nullptr : find_element(*known_space, identifier.str());
      check_value(value, members.at(identifier.str()), element);
    }
  }
  return 0;
}
