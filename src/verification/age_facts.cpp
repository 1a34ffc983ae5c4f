#include "verification/age_facts.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "mdoc/profile/age_over.hpp"
#include "profile/birth_date.hpp"

namespace mdoc::verification {
namespace {

using std::chrono::days;

/// Beyond it a number is no age of a person.
constexpr std::uint64_t most_years = 199;

bool is_calendar_year(std::int64_t year) { return year >= 1 && year <= 9999; }

/// The days that a date of birth allows.
Result<DatePattern> read_pattern(const model::DataElementValue& value, const cbor::DecodeContext& context) {
  MDOC_TRY(const profile::BirthDate birth, profile::read_birth_date(value, context, context));
  std::array<bool, 8> open{};
  for (std::size_t i = 0; i < birth.mask.size(); ++i) open[i] = birth.mask[i] == '1';
  const bool open_year = std::ranges::any_of(std::span(open).first<4>(), [](bool each) { return each; });
  if (!open_year && !is_calendar_year(static_cast<int>(birth.date.year()))) return Error{.code = Errc::bad_full_date};
  return DatePattern(birth.date, open);
}

class FactsReader {
 public:
  FactsReader(const AnswerSource& source, const AnswerContext& context, std::optional<std::uint8_t> asked)
      : source_(source), context_{.limits = context.limits, .level = context.level, .sink = nullptr}, asked_(asked) {
    // A document that holds now was issued today, also where the place is behind UTC and has yesterday's date.
    const Day today{context.today};
    facts_.stated = std::chrono::floor<days>(source.valid_from);
    if (facts_.stated == today + days{1}) facts_.stated = today;
    stated_by_today_ = facts_.stated <= today;
    facts_.earliest = Day::min();
    facts_.latest = Day::max();
  }

  void read(const KnownElement& known) {
    const std::string& identifier = known.element.identifier.str();
    bool sound = true;
    if (const auto years = profile::parse_age_over(identifier)) {
      // Where the rule was not adopted, no attestation answers for another (13.4.6).
      const bool answers = known.name_space.age_over || years == asked_;
      sound = answers ? take_age_over(known.element, *years) : set_aside(known.element, *years);
    } else if (identifier == "age_in_years") {
      sound = take_age(known.element);
    } else if (identifier == "age_birth_year") {
      sound = take_year(known.element);
    } else if (identifier == "birth_date") {
      sound = take_date(known.element);
    }
    if (!sound && facts_.malformed == nullptr) facts_.malformed = &known.element;
  }
  [[nodiscard]] const AgeFacts& facts() const noexcept { return facts_; }

 private:
  bool take_age_over(const VerifiedElement& element, std::uint8_t years) {
    const auto value = element.value.as_bool();
    if (!value) return false;
    if (*value) {
      at_least(element, years);
      return true;
    }
    younger_than(element, years);
    const bool answers = asked_ && years <= *asked_;
    if (answers && (facts_.false_by == nullptr || years > facts_.false_years)) {
      facts_.false_by = &element;
      facts_.false_years = years;
    }
    return true;
  }

  bool set_aside(const VerifiedElement& element, std::uint8_t years) {
    const auto value = element.value.as_bool();
    if (!value) return false;
    const Day last = last_birth(facts_.stated, years);
    if (*value) {
      facts_.at_issuing.not_after(last);
      facts_.aside.not_after(last + days{1});
    } else if (!source_.valid_before) {
      facts_.at_issuing.not_before(last + days{1});
      facts_.aside.not_before(last);
    }
    facts_.has_aside = true;
    return true;
  }

  bool take_age(const VerifiedElement& element) {
    const auto value = element.value.as_uint();
    if (!value || *value > most_years) return false;
    at_least(element, static_cast<unsigned>(*value));
    younger_than(element, static_cast<unsigned>(*value) + 1);
    return true;
  }

  bool take_year(const VerifiedElement& element) {
    const auto value = element.value.as_uint();
    if (!value || *value > 9999 || !is_calendar_year(static_cast<std::int64_t>(*value))) return false;
    const std::chrono::year year{static_cast<int>(*value)};
    not_before(element, Day{year / 1 / 1}, days{0});
    not_after(element, Day{year / 12 / 31}, days{0});
    return true;
  }

  bool take_date(const VerifiedElement& element) {
    const auto pattern = read_pattern(element.value, context_);
    if (!pattern) return false;
    facts_.exact.match(*pattern);
    facts_.wide.match(*pattern);
    facts_.pattern_by = &element;
    return true;
  }

  void at_least(const VerifiedElement& element, unsigned years) {
    const Day last = last_birth(facts_.stated, years);
    facts_.at_issuing.not_after(last);
    not_after(element, last, days{1});
    if (asked_ && years >= *asked_ && stated_by_today_) facts_.attested = true;
  }
  void younger_than(const VerifiedElement& element, unsigned years) {
    // What was not so at some time before may have become so by then.
    if (source_.valid_before) return;
    const Day first = last_birth(facts_.stated, years) + days{1};
    facts_.at_issuing.not_before(first);
    not_before(element, first, days{1});
  }

  void not_before(const VerifiedElement& element, Day day, days doubt) {
    facts_.exact.not_before(day);
    facts_.wide.not_before(day - doubt);
    if (facts_.earliest_by != nullptr && day <= facts_.earliest) return;
    facts_.earliest_by = &element;
    facts_.earliest = day;
  }
  void not_after(const VerifiedElement& element, Day day, days doubt) {
    facts_.exact.not_after(day);
    facts_.wide.not_after(day + doubt);
    if (facts_.latest_by != nullptr && day >= facts_.latest) return;
    facts_.latest_by = &element;
    facts_.latest = day;
  }

  const AnswerSource& source_;
  const cbor::DecodeContext context_;
  const std::optional<std::uint8_t> asked_;
  bool stated_by_today_ = false;
  AgeFacts facts_;
};

}  // namespace

AgeFacts read_age_facts(const AnswerSource& source, const profile::DocTypeProfile& profile,
                        const AnswerContext& context, std::optional<std::uint8_t> asked) {
  FactsReader reader(source, context, asked);
  for_each_known(source, profile, [&](const KnownElement& known) { reader.read(known); });
  return reader.facts();
}

}  // namespace mdoc::verification
