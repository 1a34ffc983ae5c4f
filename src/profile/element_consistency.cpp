// Elements of one name space against each other: dates, ages, and the issuer's region.
#include <algorithm>
#include <array>

#include "core/country_code.hpp"
#include "mdoc/profile/age_over.hpp"
#include "profile/birth_date.hpp"
#include "profile/validate_parts.hpp"
#include "profile/value_formats.hpp"
#include "profile/value_judge.hpp"

namespace mdoc::profile {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

/// One that is there and holds a date.
struct DatedElement {
  std::string_view identifier;
  DateValue date;
};

/// From the first to the second, both included.
struct Days {
  FullDate first, last;
};
struct Years {
  std::int64_t from = 0, to = 0;
};

int year_of(sys_days day) { return static_cast<int>(FullDate(day).year()); }

std::int64_t age_on(FullDate birth, sys_days day) {
  const FullDate today(day);
  const auto within = [](FullDate date) { return std::pair(date.month(), date.day()); };
  const auto years = static_cast<int>(today.year()) - static_cast<int>(birth.year());
  return within(today) < within(birth) ? years - 1 : years;
}

/// All days that `date` may stand for. @return nothing where the year is unknown
std::optional<Days> days_of(FullDate date, std::string_view mask) {
  const auto unknown = [&](std::size_t from, std::size_t count) {
    return mask.substr(from, count).find('1') != std::string_view::npos;
  };
  if (mask.empty() || !unknown(0, 8)) return Days{date, date};
  if (unknown(0, 4)) return std::nullopt;
  using std::chrono::day, std::chrono::last, std::chrono::month;
  if (unknown(4, 2)) return Days{date.year() / month{1} / day{1}, date.year() / month{12} / day{31}};
  return Days{date.year() / date.month() / day{1}, date.year() / date.month() / last};
}

/// What is not in its form is not judged here.
std::optional<Days> birth_days(const model::DataElementValue& value, const cbor::DecodeContext& context) {
  const auto birth = read_birth_date(value, context, structure_context(context));
  return birth ? days_of(birth->date, birth->mask) : std::nullopt;
}

class ConsistencyJudge {
 public:
  ConsistencyJudge(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                   const ValidationContext& context, ElementFindings& findings)
      : profile_(profile),
        elements_(elements),
        decode_{.limits = context.decode.limits, .level = context.decode.level, .sink = nullptr},
        findings_(findings) {
    if (context.valid_from) as_of_ = std::chrono::floor<days>(*context.valid_from);
  }

  void judge(const NameSpaceProfile& name_space) {
    name_space_ = &name_space;
    birth_ = std::nullopt;
    if (const auto* const element = find("birth_date")) birth_ = birth_days(*element->value, decode_);
    judge_dates();
    judge_ages();
    if (!profile_.issuer_name_space.empty() && name_space.name_space == profile_.issuer_name_space) judge_region();
  }

 private:
  /// The one of this name, where the profile defines that.
  [[nodiscard]] const PresentElement* find(std::string_view identifier) const {
    const auto found = std::ranges::find_if(elements_, [&](const PresentElement& element) {
      return element.identifier == identifier && element.name_space == name_space_->name_space;
    });
    if (found == elements_.end() || find_element(*name_space_, identifier) == nullptr) return nullptr;
    return &*found;
  }

  [[nodiscard]] std::optional<DatedElement> find_date(std::string_view identifier) const {
    const PresentElement* const element = find(identifier);
    if (element == nullptr) return std::nullopt;
    const auto date = element->value->as_date(decode_);
    if (!date) return std::nullopt;
    const auto value = date_value(*date);
    return value ? std::optional(DatedElement{element->identifier, *value}) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::string_view> find_text(std::string_view identifier) const {
    const PresentElement* const element = identifier.empty() ? nullptr : find(identifier);
    if (element == nullptr) return std::nullopt;
    const auto text = element->value->as_text();
    return text ? std::optional(*text) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::uint64_t> find_number(std::string_view identifier) const {
    const PresentElement* const element = find(identifier);
    if (element == nullptr) return std::nullopt;
    const auto number = element->value->as_uint();
    return number ? std::optional(*number) : std::nullopt;
  }

  void judge_dates() {
    struct Order {
      std::string_view first, then;
    };
    static constexpr std::array orders{
        Order{"issue_date", "expiry_date"},
        Order{"issuance_date", "expiry_date"},
        Order{"date_of_first_registration", "date_of_registration"},
    };
    for (const Order& order : orders) {
      const auto first = find_date(order.first);
      const auto then = first ? find_date(order.then) : std::nullopt;
      if (then && is_after(first->date, then->date)) {
        report(ElementFault::dates_out_of_order, order.then, order.first);
      }
    }
    if (!birth_) return;
    for (const std::string_view issue : {"issue_date", "issuance_date"}) {
      const auto issued = find_date(issue);
      if (issued && sys_days(birth_->first) > issued->date.day) {
        report(ElementFault::born_after_issue, "birth_date", issue);
      }
    }
  }

  /// What an element says of the age as of validFrom, in the order in which they count: the first that is there is
  /// taken for right.
  struct AgeFact {
    std::string_view identifier;
    std::optional<Years> age;
  };

  void judge_ages() {
    const auto birth_year = find_number("age_birth_year");
    const auto age_in_years = find_number("age_in_years");
    std::array<AgeFact, 3> facts{
        AgeFact{"birth_date", birth_ && as_of_ ? std::optional(age_by_birth()) : std::nullopt},
        AgeFact{"age_birth_year", birth_year && as_of_ ? age_by_year(*birth_year) : std::nullopt},
        AgeFact{"age_in_years", std::nullopt}};
    if (age_in_years) {
      const auto years = static_cast<std::int64_t>(std::min(*age_in_years, beyond_every_age));
      facts[2].age = Years{years, years};
    }
    // The year needs no day as of which it holds.
    if (birth_ && birth_year && *birth_year != static_cast<std::uint64_t>(static_cast<int>(birth_->first.year()))) {
      report(ElementFault::ages_contradict, "age_birth_year", "birth_date");
      facts[1].age.reset();
    }
    for (const AgeFact& fact : std::span(facts).first<2>()) {
      if (!fact.age || !facts[2].age) continue;
      if (facts[2].age->to >= fact.age->from && facts[2].age->from <= fact.age->to) continue;
      report(ElementFault::ages_contradict, "age_in_years", fact.identifier);
      facts[2].age.reset();
    }
    judge_attestations(facts);
  }

  void judge_attestations(std::span<const AgeFact> facts) {
    struct Attestation {
      std::string_view identifier;
      std::uint8_t years;
    };
    std::optional<Attestation> oldest_true, youngest_false;
    for (const PresentElement& element : elements_) {
      if (element.name_space != name_space_->name_space) continue;
      const auto years = parse_age_over(element.identifier);
      if (!years || find_element(*name_space_, element.identifier) == nullptr) continue;
      const auto value = element.value->as_bool();
      if (!value) continue;
      const auto against = std::ranges::find_if(facts, [&](const AgeFact& fact) {
        return fact.age && (*value ? fact.age->to < *years : fact.age->from >= *years);
      });
      if (against != facts.end()) {
        report(ElementFault::ages_contradict, element.identifier, against->identifier);
        continue;
      }
      if (*value && (!oldest_true || *years > oldest_true->years)) oldest_true = {element.identifier, *years};
      if (!*value && (!youngest_false || *years < youngest_false->years)) youngest_false = {element.identifier, *years};
    }
    if (oldest_true && youngest_false && oldest_true->years >= youngest_false->years) {
      report(ElementFault::ages_contradict, oldest_true->identifier, youngest_false->identifier);
    }
  }

  /// validFrom is a time in UTC: where the holder lives, it may be the day before or after.
  [[nodiscard]] Years age_by_birth() const {
    return {age_on(birth_->last, *as_of_ - days{1}), age_on(birth_->first, *as_of_ + days{1})};
  }
  [[nodiscard]] std::optional<Years> age_by_year(std::uint64_t year) const {
    constexpr std::uint64_t last_year = 9999;
    if (year > last_year) return std::nullopt;
    const auto born = static_cast<std::int64_t>(year);
    return Years{year_of(*as_of_ - days{1}) - born - 1, year_of(*as_of_ + days{1}) - born};
  }

  void judge_region() {
    const auto country = find_text(profile_.country_element);
    const auto region = find_text(profile_.jurisdiction_element);
    // A code of three letters does not tell what its subdivisions begin with; other text is no code.
    if (!country || !region || !is_alpha2(*country) || !is_subdivision(*region)) return;
    if (!region->starts_with(*country)) {
      report(ElementFault::other_country, profile_.jurisdiction_element, profile_.country_element);
    }
  }

  void report(ElementFault fault, std::string_view identifier, std::string_view other) {
    findings_.append(
        {.fault = fault, .name_space = name_space_->name_space, .identifier = identifier, .place = {}, .other = other});
  }

  static constexpr std::uint64_t beyond_every_age = 1000;

  const DocTypeProfile& profile_;
  std::span<const PresentElement> elements_;
  cbor::DecodeContext decode_;
  ElementFindings& findings_;
  std::optional<sys_days> as_of_;
  const NameSpaceProfile* name_space_ = nullptr;
  std::optional<Days> birth_;
};

}  // namespace

void judge_consistency(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                       const ValidationContext& context, ElementFindings& findings) {
  ConsistencyJudge judge(profile, elements, context, findings);
  for (const NameSpaceProfile& name_space : profile.name_spaces) {
    const auto is_there = [&](const PresentElement& each) { return each.name_space == name_space.name_space; };
    if (std::ranges::any_of(elements, is_there)) judge.judge(name_space);
  }
}

}  // namespace mdoc::profile
