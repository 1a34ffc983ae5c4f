#include "json/profile_elements.hpp"

#include <array>
#include <set>

#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using profile::ElementClass;
using profile::ElementProfile;
using profile::MemberRule;
using profile::Presence;
using profile::ValueForm;
using profile::ValueFormat;
using profile::ValueRule;

const std::array forms =
    words_for(std::array{ValueForm::text, ValueForm::latin1, ValueForm::uint, ValueForm::boolean, ValueForm::bytes,
                         ValueForm::image, ValueForm::array, ValueForm::map, ValueForm::full_date, ValueForm::tdate});
const std::array formats =
    words_for(std::array{ValueFormat::country, ValueFormat::country_2_or_3, ValueFormat::subdivision,
                         ValueFormat::date_mask, ValueFormat::phone, ValueFormat::email, ValueFormat::digits,
                         ValueFormat::biometric_template, ValueFormat::image_or_empty});
const std::array presences =
    words_for(std::array{Presence::mandatory, Presence::recommended, Presence::optional, Presence::conditional});
const std::array member_presences = words_for(std::array{Presence::mandatory, Presence::optional});
const std::array classes = words_for(
    std::array{ElementClass::other, ElementClass::name, ElementClass::birth, ElementClass::age, ElementClass::biometric,
               ElementClass::address, ElementClass::identifier, ElementClass::contact, ElementClass::appearance,
               ElementClass::nationality, ElementClass::document, ElementClass::entitlement, ElementClass::vehicle});

// ---- value rules ------------------------------------------------------------------------------

constexpr std::array<std::string_view, 8> rule_members{"type", "format", "minLength", "maxLength",
                                                       "max",  "values", "items",     "members"};

Result<ValueForm> read_form(ProfileInput& in, const bj::value& value, const Path& where) {
  const std::span<const ProfileWord<ValueForm>> words = forms;
  if (value.is_string()) return in.word(value, where, words);
  if (!value.is_array()) return in.wrong(Errc::wrong_type, where, "the name of a type, or an array of them");
  if (value.get_array().empty()) return in.wrong(Errc::empty_structure, where, "at least one type");
  MDOC_TRY(const auto found, in.words(value, where, words));
  ValueForm form = ValueForm::none;
  for (const ValueForm each : found) form = form | each;
  return form;
}

Result<std::uint64_t> read_max(ProfileInput& in, const bj::value& value, const Path& where) {
  MDOC_TRY(const std::uint64_t found, in.number(value, where, UINT64_MAX));
  if (found == 0) return in.wrong(Errc::bad_value, where, "at least 1, or no such member: 0 bounds nothing");
  return found;
}

Result<void> read_values(ProfileInput& in, const bj::value& value, const Path& where, ValueRule& rule) {
  MDOC_TRY(const auto* list, in.array(value, where, ProfileLimits::entries));
  if (list->empty()) return in.wrong(Errc::empty_structure, where, "at least one value");
  std::vector<std::string_view> words;
  std::vector<std::uint64_t> numbers;
  std::set<std::string_view> known_words;
  std::set<std::uint64_t> known_numbers;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const bj::value& one = (*list)[i];
    bool twice = false;
    if (one.is_string()) {
      MDOC_TRY(const std::string_view word, in.bounded(one, where / i, ProfileLimits::name_bytes));  // may be empty
      twice = !known_words.insert(word).second;
      words.push_back(in.arena().text(word));
    } else if (one.is_number()) {
      MDOC_TRY(const std::uint64_t number, in.number(one, where / i, UINT64_MAX));
      twice = !known_numbers.insert(number).second;
      numbers.push_back(number);
    } else {
      return in.wrong(Errc::wrong_type, where / i, "a text or a number");
    }
    if (twice) return in.wrong(Errc::duplicate_key, where / i, "each value once");
  }
  rule.words = in.arena().array(std::move(words));
  rule.numbers = in.arena().array(std::move(numbers));
  return {};
}

Result<void> read_rule(ProfileInput& in, const ProfileObject& object, ValueRule& rule);

Result<const ValueRule*> read_items(ProfileInput& in, const ProfileObject& object) {
  MDOC_CHECK(object.only(rule_members));
  ValueRule rule;
  MDOC_CHECK(read_rule(in, object, rule));
  return in.arena().one(rule);
}

Result<MemberRule> read_member(ProfileInput& in, const ProfileObject& object) {
  constexpr std::array<std::string_view, 11> known{"key",       "presence", "names",  "type",  "format", "minLength",
                                                   "maxLength", "max",      "values", "items", "members"};
  MDOC_CHECK(object.only(known));
  MemberRule member;
  MDOC_TRY(member.key, object.get("key", &ProfileInput::name));
  MDOC_TRY(member.presence, object.get("presence", one_of(member_presences)));
  MDOC_CHECK(object.maybe("names", member.names, &ProfileInput::local_texts));
  MDOC_CHECK(read_rule(in, object, member.rule));
  return member;
}

Result<std::span<const MemberRule>> read_members(ProfileInput& in, const bj::value& value, const Path& where) {
  MDOC_TRY(const auto* list, in.array(value, where, ProfileLimits::members));
  if (list->empty()) return in.wrong(Errc::empty_structure, where, "at least one member");
  std::vector<MemberRule> members;
  for (std::size_t i = 0; i < list->size(); ++i) {
    MDOC_TRY(const MemberRule member, object_of(read_member)(in, (*list)[i], where / i));
    members.push_back(member);
  }
  return in.arena().array(std::move(members));
}

/// What the object says of the rule, in the place of what the rule says. One that names the type says all of it.
Result<void> read_rule(ProfileInput& in, const ProfileObject& object, ValueRule& rule) {
  if (rule.form == ValueForm::none || object.has("type")) {
    rule = {};
    MDOC_TRY(rule.form, object.get("type", read_form));
  }
  MDOC_CHECK(object.maybe("format", rule.format, one_of(formats)));
  MDOC_CHECK(object.maybe("minLength", rule.min_length, &ProfileInput::short_number));
  MDOC_CHECK(object.maybe("maxLength", rule.max_length, &ProfileInput::length));
  MDOC_CHECK(object.maybe("max", rule.max_number, read_max));
  if (const bj::value* values = object.find("values")) {
    MDOC_CHECK(read_values(in, *values, object.where() / "values", rule));
  }
  MDOC_CHECK(object.maybe("items", rule.items, object_of(read_items)));
  MDOC_CHECK(object.maybe("members", rule.members, read_members));
  return {};
}

// ---- elements ---------------------------------------------------------------------------------

Result<profile::Condition> read_condition(ProfileInput& in, const ProfileObject& object) {
  MDOC_CHECK(object.only({"element", "text"}));
  profile::Condition condition;
  MDOC_TRY(condition.text, object.get("text", &ProfileInput::text));
  if (!object.has("element")) return condition;
  const auto reference = [](ProfileInput& input, const bj::value& value, const Path& where) {
    return input.bounded(value, where, 2 * ProfileLimits::name_bytes + 1);
  };
  MDOC_TRY(const std::string_view element, object.get("element", reference));
  const std::size_t slash = element.rfind('/');
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == element.size()) {
    return in.wrong(Errc::bad_value, object.where() / "element", "\"nameSpace/identifier\"");
  }
  condition.name_space = in.arena().text(element.substr(0, slash));
  condition.identifier = in.arena().text(element.substr(slash + 1));
  return condition;
}

bool is_pattern(std::string_view identifier) {
  return identifier.find('#') != identifier.npos || identifier.ends_with('*');
}

/// The fragment's element of this name, or else of the first pattern that fits it.
const SampledElement* find_sampled(const IncludedFragment& fragment, std::string_view identifier) {
  for (const SampledElement& each : fragment.elements) {
    if (each.element.identifier == identifier) return &each;
  }
  for (const SampledElement& each : fragment.elements) {
    const profile::NameSpaceProfile alone{.name_space = {}, .elements = {&each.element, 1}};
    if (profile::find_element(alone, identifier) != nullptr) return &each;
  }
  return nullptr;
}

Result<const bj::value*> read_sample(ProfileInput& in, const bj::value& value, const Path& where) {
  if (const auto* object = value.if_object(); object != nullptr && object->size() == 1 && object->contains("sample")) {
    const auto* which = object->at("sample").if_string();
    if (which == nullptr || *which != "portrait") return in.wrong(Errc::bad_value, where, R"({"sample": "portrait"})");
  }
  return &value;
}

/// Of identifiers that fit the pattern; whose values they can be is judged with all samples.
Result<const bj::object*> read_samples(ProfileInput& in, const bj::value& value, const Path& where,
                                       std::string_view pattern) {
  MDOC_TRY(const auto* object, in.object(value, where));
  if (object->size() > ProfileLimits::entries) {
    return in.wrong(Errc::too_many, where, "at most " + std::to_string(ProfileLimits::entries) + " of them");
  }
  for (const auto& member : *object) {
    const std::string_view identifier = member.key();
    if (identifier.size() > ProfileLimits::name_bytes || is_pattern(identifier) ||
        !profile::fits(pattern, identifier)) {
      return in.wrong(Errc::bad_value, where, "an identifier that fits \"" + printable(pattern) + "\"", identifier);
    }
    MDOC_CHECK(read_sample(in, member.value(), where));
  }
  return object;
}

/// Of an element that is taken from a pattern of the fragment: that of its own identifier.
void take_own_sample(SampledElement& read, const SampledElement& base, std::string_view identifier) {
  if (base.element.identifier == identifier) return;
  if (base.samples != nullptr) read.sample = base.samples->if_contains(identifier);
  read.samples = nullptr;
}

/// An element that neither the fragment nor itself says anything of: most likely misspelt.
Error not_included(ProfileInput& in, const ProfileObject& object, const IncludedFragment& fragment,
                   std::string_view identifier) {
  std::string known;
  for (const SampledElement& each : fragment.elements) {
    if (known.size() > ProfileLimits::text_bytes) {
      known += ", …";
      break;
    }
    known += (known.empty() ? "" : ", ") + printable(each.element.identifier);
  }
  return in.unknown(object.where() / "identifier",
                    "the fragment \"" + printable(fragment.id) + "\" has no element \"" + printable(identifier) +
                        "\", and no \"type\" says what it is",
                    "one of " + known + "; or a \"type\"");
}

Result<SampledElement> read_element(ProfileInput& in, const ProfileObject& object, const IncludedFragment& fragment) {
  constexpr std::array<std::string_view, 17> known{
      "identifier", "presence", "condition", "class",     "deviceSigned", "names",  "clause", "sample", "samples",
      "type",       "format",   "minLength", "maxLength", "max",          "values", "items",  "members"};
  MDOC_CHECK(object.only(known));
  MDOC_TRY(const std::string_view identifier, object.get("identifier", &ProfileInput::name));
  SampledElement read;
  if (const SampledElement* const base = find_sampled(fragment, identifier)) {
    read = *base;
    take_own_sample(read, *base, identifier);
  } else if (!fragment.id.empty() && !object.has("type")) {
    return not_included(in, object, fragment, identifier);
  }
  ElementProfile& element = read.element;
  element.identifier = identifier;
  element.condition = {};  // goes with the presence, which is always stated
  MDOC_TRY(element.presence, object.get("presence", one_of(presences)));
  MDOC_CHECK(read_rule(in, object, element.rule));
  MDOC_CHECK(object.maybe("condition", element.condition, object_of(read_condition)));
  MDOC_CHECK(object.maybe("class", element.element_class, one_of(classes)));
  MDOC_CHECK(object.maybe("deviceSigned", element.device_signed, &ProfileInput::boolean));
  MDOC_CHECK(object.maybe("names", element.names, &ProfileInput::local_texts));
  MDOC_CHECK(object.maybe("clause", element.clause, &ProfileInput::text));
  if (object.has("sample") && is_pattern(identifier)) {
    return in.wrong(Errc::bad_value, object.where() / "sample",
                    "no sample: an identifier with \"#\" or \"*\" names none; \"samples\" has them by identifier");
  }
  if (object.has("samples") && !is_pattern(identifier)) {
    return in.wrong(Errc::bad_value, object.where() / "samples",
                    "no samples: an identifier without \"#\" and \"*\" has one \"sample\"");
  }
  MDOC_CHECK(object.maybe("sample", read.sample, read_sample));
  MDOC_CHECK(object.maybe("samples", read.samples,
                          [identifier](ProfileInput& input, const bj::value& value, const Path& where) {
                            return read_samples(input, value, where, identifier);
                          }));
  return read;
}

}  // namespace

Result<std::vector<SampledElement>> read_profile_elements(ProfileInput& in, const bj::array& list, const Path& where,
                                                          const IncludedFragment& fragment) {
  if (list.empty()) return in.wrong(Errc::empty_structure, where, "at least one element");
  std::vector<SampledElement> elements;
  elements.reserve(list.size());
  const auto read = [&fragment](ProfileInput& input, const ProfileObject& object) {
    return read_element(input, object, fragment);
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    MDOC_TRY(const SampledElement element, object_of(read)(in, list[i], where / i));
    elements.push_back(element);
  }
  return elements;
}

}  // namespace mdoc::json
