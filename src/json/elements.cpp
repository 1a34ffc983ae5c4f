#include "mdoc/json/elements.hpp"

#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/convert.hpp"
#include "json/strict_json.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using profile::includes;
using profile::ValueForm;

Error bad_value(const Path& where) { return {.code = Errc::bad_value, .where = where}; }

/// A plain string where the profile expects something that JSON has no type for.
Result<model::DataElementValue> from_string(std::string_view text, ValueForm form, const Path& where) {
  if (includes(form, ValueForm::text | ValueForm::latin1)) return model::DataElementValue::text(text);
  if (includes(form, ValueForm::full_date)) {
    if (const auto day = parse_full_date(text)) return model::DataElementValue::full_date(*day);
  }
  if (includes(form, ValueForm::tdate)) {
    if (const auto time = parse_date_time(text)) return model::DataElementValue::tdate(time->time);
  }
  if (includes(form, ValueForm::bytes | ValueForm::image)) {
    if (const auto bytes = from_base64url(text)) return model::DataElementValue::bytes(*bytes);
  }
  return bad_value(where);
}

/// DrivingPrivileges hold full-dates at any depth (ISO/IEC 18013-5, 7.2.4): strings that are dates
/// under these names are taken as such.
void mark_dates(bj::value& value) {
  if (value.is_array()) {
    for (bj::value& element : value.get_array()) mark_dates(element);
  }
  if (!value.is_object()) return;
  for (auto& member : value.get_object()) {
    const bool date = member.key() == "issue_date" || member.key() == "expiry_date";
    if (date && member.value().is_string() && parse_full_date(std::string_view(member.value().get_string()))) {
      member.value() = bj::object{{"full-date", member.value()}};
    } else {
      mark_dates(member.value());
    }
  }
}

Result<model::DataElementValue> from_json(bj::value value, const profile::ElementProfile* known, const Path& where) {
  if (known != nullptr && value.is_string())
    return from_string(std::string_view(value.get_string()), known->rule.form, where);
  if (known != nullptr && includes(known->rule.form, ValueForm::array)) mark_dates(value);
  cbor::Writer writer;
  if (!write_value(writer, value)) return bad_value(where);
  return model::DataElementValue::from_encoded(std::move(writer).take());
}

}  // namespace

Result<model::ElementValues> read_elements(std::string_view json, const profile::DocTypeProfile* profile) {
  MDOC_TRY(const bj::value root, parse_strict(json, {}, "JSON"));
  if (!root.is_object()) return bad_value("JSON");
  model::ElementValues values;
  for (const auto& name_space : root.get_object()) {
    const Path at_name_space = Path("JSON") / values.size();
    if (!name_space.value().is_object()) return bad_value(at_name_space);
    const auto* known_space = profile == nullptr ? nullptr : profile::find_name_space(*profile, name_space.key());
    auto& elements = values.emplace_back().second;
    values.back().first = NameSpace(name_space.key());
    for (const auto& element : name_space.value().get_object()) {
      const auto* known = known_space == nullptr ? nullptr : profile::find_element(*known_space, element.key());
      MDOC_TRY(auto value, from_json(element.value(), known, at_name_space / elements.size()));
      elements.emplace_back(ElementIdentifier(element.key()), std::move(value));
    }
  }
  return values;
}

std::string write_elements(const model::ElementValues& elements, std::size_t max_items) {
  ValueBudget budget{.options = {.max_items = max_items}};
  bj::object object;
  for (const auto& [name_space, values] : elements) {
    bj::object& members = object_in(object, name_space.str());
    for (const auto& [identifier, value] : values) members[identifier.str()] = read_value_or_encoded(value, budget);
  }
  return bj::serialize(object);
}

}  // namespace mdoc::json
