#include "mdoc/verification/question.hpp"

#include <algorithm>
#include <charconv>

#include "core/country_code.hpp"

namespace mdoc::verification {
namespace {

constexpr std::string_view age_over_prefix = "age-over:";
constexpr std::string_view driving_prefix = "driving:";
constexpr std::string_view issued_in_prefix = "issued-in:";

Error refuse(Path where) { return {.code = Errc::bad_argument, .where = where}; }

/// One way to write each number: no leading zeros.
std::optional<unsigned> parse_years(std::string_view text) {
  unsigned years = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), years);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return years;
}

}  // namespace

Result<Question> Question::age_over(unsigned years) {
  if (years > max_years) return refuse(Path("Question") / "age-over");
  Question made(QuestionKind::age_over);
  made.years_ = static_cast<std::uint8_t>(years);
  return made;
}

Result<Question> Question::driving(std::string_view category) {
  const bool visible = std::ranges::all_of(category, [](char c) { return c > 0x20 && c < 0x7f; });
  if (category.empty() || category.size() > max_category || !visible) return refuse(Path("Question") / "driving");
  Question made(QuestionKind::driving);
  made.category_ = category;
  return made;
}

Result<Question> Question::issued_in(std::span<const std::string_view> countries) {
  if (countries.empty() || countries.size() > max_countries || !std::ranges::all_of(countries, is_alpha2)) {
    return refuse(Path("Question") / "issued-in");
  }
  Question made(QuestionKind::issued_in);
  made.countries_.assign(countries.begin(), countries.end());
  std::sort(made.countries_.begin(), made.countries_.end());
  made.countries_.erase(std::unique(made.countries_.begin(), made.countries_.end()), made.countries_.end());
  return made;
}

Result<Question> Question::parse(std::string_view name) {
  if (name == "identity") return identity();
  if (name == "not-expired") return not_expired();
  if (name.starts_with(age_over_prefix)) {
    const auto years = parse_years(name.substr(age_over_prefix.size()));
    return years ? age_over(*years) : Result<Question>(refuse(Path("Question") / "age-over"));
  }
  if (name.starts_with(driving_prefix)) return driving(name.substr(driving_prefix.size()));
  if (!name.starts_with(issued_in_prefix)) return refuse("Question");
  std::vector<std::string_view> countries;
  std::string_view rest = name.substr(issued_in_prefix.size());
  while (countries.size() <= max_countries) {
    const std::size_t comma = rest.find(',');
    countries.push_back(rest.substr(0, comma));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return issued_in(countries);
}

std::string Question::to_string() const {
  switch (kind_) {
    case QuestionKind::age_over: return std::string(age_over_prefix) + std::to_string(years_);
    case QuestionKind::identity: return "identity";
    case QuestionKind::driving: return std::string(driving_prefix) + category_;
    case QuestionKind::not_expired: return "not-expired";
    case QuestionKind::issued_in: break;
  }
  std::string text(issued_in_prefix);
  for (const std::string& country : countries_) {
    if (text.size() > issued_in_prefix.size()) text += ',';
    text += country;
  }
  return text;
}

bool minimises(std::span<const Question> questions) noexcept {
  return !questions.empty() && std::ranges::all_of(questions, &Question::minimises);
}

}  // namespace mdoc::verification
