#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "mdoc/profile/age_over.hpp"
#include "profile/consistency.hpp"
#include "profile/value_formats.hpp"

namespace mdoc::profile {
namespace {

using enum Inconsistency;

constexpr auto texts = ValueForm::text | ValueForm::latin1;
constexpr auto byte_strings = ValueForm::bytes | ValueForm::image;
constexpr auto with_length = texts | byte_strings | ValueForm::array | ValueForm::map;

bool fits(ValueFormat format, ValueForm form) {
  const bool of_bytes = format == ValueFormat::biometric_template || format == ValueFormat::image_or_empty;
  return includes(form, of_bytes ? byte_strings : texts);
}

/// How long a text or a byte string of the format is. A `most` of 0 is no bound.
struct Lengths {
  std::uint16_t least = 0, most = 0;
};

constexpr Lengths lengths_of(ValueFormat format) {
  switch (format) {
    case ValueFormat::country: return {2, 2};
    case ValueFormat::country_2_or_3: return {2, 3};
    case ValueFormat::subdivision: return {4, 6};
    case ValueFormat::date_mask: return {8, 8};
    case ValueFormat::phone:
    case ValueFormat::biometric_template: return {2, 0};
    case ValueFormat::email: return {3, 0};
    case ValueFormat::digits: return {1, 0};
    case ValueFormat::none:
    case ValueFormat::image_or_empty: break;
  }
  return {};
}

/// Whether any value can be as long as the rule wants. Words beside a format are judged by themselves.
bool has_length(const ValueRule& rule) {
  if (rule.max_length != 0 && rule.min_length > rule.max_length) return false;
  constexpr auto others = ValueForm::uint | ValueForm::boolean | ValueForm::array | ValueForm::map |
                          ValueForm::full_date | ValueForm::tdate;
  const bool other_than_format =
      includes(rule.form, others) || (includes(rule.form, texts) && includes(rule.form, byte_strings));
  if (other_than_format || !rule.words.empty()) return true;
  const Lengths lengths = lengths_of(rule.format);
  return (rule.max_length == 0 || lengths.least <= rule.max_length) &&
         (lengths.most == 0 || rule.min_length <= lengths.most);
}

/// One element's rule, and those inside it.
class RuleCheck {
 public:
  RuleCheck(Findings& findings, std::string_view name_space, std::string_view element)
      : findings_(findings), name_space_(name_space), element_(element) {}

  // Rules of a loaded profile nest as deep as its text; others are constants of a program.
  void check(const ValueRule& rule, const std::string& place) {  // NOLINT(misc-no-recursion)
    if (rule.form == ValueForm::none) add(value_type, place);
    if (!has_length(rule)) add(value_bounds, place);
    const bool unfit_length = (rule.min_length != 0 || rule.max_length != 0) && !includes(rule.form, with_length);
    const bool unfit_maximum = rule.max_number != 0 && !includes(rule.form, ValueForm::uint);
    if (unfit_length || unfit_maximum) add(value_bounds_unfit, place);
    if (rule.format != ValueFormat::none && !fits(rule.format, rule.form)) add(value_format, place);
    check_words(rule, place);
    if (!rule.numbers.empty() && !includes(rule.form, ValueForm::uint)) add(value_numbers, place);
    const auto above = [&](std::uint64_t number) { return rule.max_number != 0 && number > rule.max_number; };
    if (std::ranges::any_of(rule.numbers, above)) add(value_number_above, place);
    if (rule.items != nullptr) {
      if (!includes(rule.form, ValueForm::array)) add(value_items, place);
      check(*rule.items, place + "[]");
    }
    if (rule.members.empty()) return;
    if (!includes(rule.form, ValueForm::map)) add(value_members, place);
    std::set<std::string_view> keys;
    for (const MemberRule& member : rule.members) {
      std::string inner = place + (place.empty() ? "" : ".");
      inner += member.key;
      if (!keys.insert(member.key).second) add(value_member_twice, inner);
      check(member.rule, inner);
    }
  }

 private:
  void check_words(const ValueRule& rule, const std::string& place) {
    if (rule.words.empty()) return;
    if (!includes(rule.form, texts)) return add(value_words, place);
    for (const std::string_view word : rule.words) {
      const std::string at = place + (place.empty() ? "" : " ") + std::string(word);
      if (!includes(rule.form, ValueForm::text) && !is_latin1(word)) add(value_word_latin1, at);
      const std::size_t length = character_count(word);
      if (length >= rule.min_length && (rule.max_length == 0 || length <= rule.max_length)) continue;
      add(value_word_length, at);
    }
  }

  void add(Inconsistency kind, std::string_view place) { findings_.add_at(kind, name_space_, element_, place); }

  Findings& findings_;
  std::string_view name_space_;
  std::string_view element_;
};

void check_condition(Findings& findings, const NameSpaceProfile& name_space, const ElementProfile& element) {
  const Condition& condition = element.condition;
  const auto add = [&](Inconsistency kind) { findings.add_at(kind, name_space.name_space, element.identifier); };
  const bool there = !condition.text.empty() || !condition.identifier.empty();
  if (element.presence != Presence::conditional) {
    if (there) add(condition_unused);
    return;
  }
  if (!there) return add(condition_missing);
  if (condition.identifier.empty()) return;
  const NameSpaceProfile* const other = find_name_space(findings.profile(), condition.name_space);
  if (other == nullptr || find_element(*other, condition.identifier) == nullptr) return add(condition_unknown);
  if (condition.name_space == name_space.name_space && condition.identifier == element.identifier) {
    add(condition_of_itself);
  }
}

/// A name that the identifier stands for: of a pattern, the shortest with this digit.
std::string example(std::string_view identifier, char digit) {
  std::string name(identifier);
  if (name.ends_with('*')) name.pop_back();
  std::ranges::replace(name, '#', digit);
  return name;
}

/// The element before this one that fits whatever this one fits; null if there is none.
const ElementProfile* hiding(const NameSpaceProfile& name_space, const ElementProfile& element) {
  const ElementProfile* const first = find_element(name_space, example(element.identifier, '0'));
  if (first == nullptr || first >= &element) return nullptr;
  if (find_element(name_space, example(element.identifier, '9')) != first) return nullptr;  // fits some digits
  if (element.identifier.ends_with('*') && !first->identifier.ends_with('*')) return nullptr;
  return first;
}

void check_elements(Findings& findings, const NameSpaceProfile& name_space) {
  std::set<std::string_view> identifiers;
  for (const ElementProfile& element : name_space.elements) {
    const auto add = [&](Inconsistency kind) { findings.add_at(kind, name_space.name_space, element.identifier); };
    if (!identifiers.insert(element.identifier).second) {
      add(element_twice);
    } else if (const ElementProfile* const first = hiding(name_space, element)) {
      findings.add_at(element_hidden, name_space.name_space, element.identifier, first->identifier);
    }
    const std::size_t star = element.identifier.find('*');
    if (star != std::string_view::npos && star + 1 != element.identifier.size()) add(element_star);
    const auto english = std::ranges::find(element.names, "en", &LocalText::language);
    if (english == element.names.end() || english->text.empty()) add(element_unnamed);
    check_condition(findings, name_space, element);
    RuleCheck(findings, name_space.name_space, element.identifier).check(element.rule, {});
  }
}

/// Whether there are attestations, and each may say true or false: as anything else they answer nothing.
bool has_age_over(const NameSpaceProfile& name_space) {
  bool found = false;
  for (std::uint8_t years = 0; years < 100; ++years) {
    const ElementProfile* const element = find_element(name_space, age_over_identifier(years));
    if (element == nullptr) continue;
    if (!includes(element->rule.form, ValueForm::boolean)) return false;
    found = true;
  }
  return found;
}

void check_issuer(Findings& findings) {
  const DocTypeProfile& profile = findings.profile();
  if (profile.issuer_name_space.empty()) return;
  const NameSpaceProfile* const name_space = find_name_space(profile, profile.issuer_name_space);
  if (name_space == nullptr) return findings.add_at(issuer_name_space, profile.issuer_name_space, {});
  for (const std::string_view identifier : {profile.country_element, profile.jurisdiction_element}) {
    if (identifier.empty()) continue;
    const ElementProfile* const element = find_element(*name_space, identifier);
    if (element == nullptr) {
      findings.add_at(issuer_element, name_space->name_space, identifier);
    } else if (!includes(element->rule.form, texts)) {
      findings.add_at(issuer_element_form, name_space->name_space, identifier);
    }
  }
}

void check_domestic(Findings& findings) {
  constexpr std::string_view region = "{region}";
  const DocTypeProfile& profile = findings.profile();
  const std::string_view pattern = profile.domestic.pattern;
  if (pattern.empty()) return;
  const std::size_t at = pattern.find(region);
  if (at == std::string_view::npos || pattern.find(region, at + 1) != std::string_view::npos) {
    return findings.add(domestic_region, pattern);
  }
  for (const NameSpaceProfile& name_space : profile.name_spaces) {
    if (is_domestic(profile, name_space.name_space))
      findings.add_at(domestic_clash, name_space.name_space, {}, pattern);
  }
}

}  // namespace

void check_name_spaces(Findings& findings) {
  check_domestic(findings);
  check_issuer(findings);
  std::set<std::string_view> names;
  for (const NameSpaceProfile& name_space : findings.profile().name_spaces) {
    if (!names.insert(name_space.name_space).second) findings.add_at(name_space_twice, name_space.name_space, {});
    check_elements(findings, name_space);
    if (name_space.age_over && !has_age_over(name_space)) {
      findings.add_at(age_without_element, name_space.name_space, {});
    }
  }
}

}  // namespace mdoc::profile
