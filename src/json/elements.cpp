#include "mdoc/json/elements.hpp"

#include <algorithm>

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

/// Gives strings that stand for what JSON has no type for the form of value.hpp, also within arrays and maps.
Result<void> mark(bj::value& value, const profile::ValueRule& rule, const Path& where);

/// The date or the bytes that a text stands for, where the rule takes no text.
Result<void> mark_text(bj::value& value, const profile::ValueRule& rule, const Path& where) {
  const std::string_view text(value.get_string());
  if (rule.form == ValueForm::none || includes(rule.form, ValueForm::text | ValueForm::latin1)) return {};
  if (includes(rule.form, ValueForm::full_date) && parse_full_date(text)) {
    value = bj::object{{"full-date", value}};
  } else if (includes(rule.form, ValueForm::tdate) && parse_date_time(text)) {
    value = bj::object{{"tdate", value}};
  } else if (includes(rule.form, ValueForm::bytes | ValueForm::image) && from_base64url(text)) {
    value = bj::object{{"bytes", value}};
  } else {
    return bad_value(where);
  }
  return {};
}

Result<void> mark(bj::value& value, const profile::ValueRule& rule, const Path& where) {
  if (value.is_string()) return mark_text(value, rule, where);
  if (value.is_array() && rule.items != nullptr) {
    std::size_t index = 0;
    for (bj::value& element : value.get_array()) MDOC_CHECK(mark(element, *rule.items, where / index++));
  }
  if (!value.is_object()) return {};
  std::size_t index = 0;
  for (auto& member : value.get_object()) {
    const auto known = std::ranges::find(rule.members, std::string_view(member.key()), &profile::MemberRule::key);
    if (known != rule.members.end()) MDOC_CHECK(mark(member.value(), known->rule, where / index));
    ++index;
  }
  return {};
}

Result<model::DataElementValue> from_json(bj::value value, const profile::ElementProfile* known, const Path& where) {
  if (known != nullptr) MDOC_CHECK(mark(value, known->rule, where));
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
