#include "cli/questions.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "cli/spelling.hpp"
#include "cli/terminal.hpp"
#include "cli/wording.hpp"
#include "core/ascii.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {
namespace {

using json::Phrase;
using verification::AnswerReason;
using verification::Question;
using verification::QuestionAnswer;
using verification::QuestionKind;
using verification::Verdict;

constexpr std::string_view usual_doc_type = "org.iso.18013.5.1.mDL";

/// What the profile lacks, out of the place of the error: "Question.portrait".
std::string missing_element(const Error& error) {
  const std::string where = error.where.text();
  return where.substr(where.rfind('.') + 1);
}

void put_elements(model::ItemsRequest& into, const model::ItemsRequest& from) {
  for (const auto& [name_space, elements] : from.name_spaces) {
    auto place = std::ranges::find(into.name_spaces, name_space, &model::NameSpaces::value_type::first);
    if (place == into.name_spaces.end()) place = into.name_spaces.insert(into.name_spaces.end(), {name_space, {}});
    for (const auto& element : elements) {
      const auto there = std::ranges::find(place->second, element.first, &model::DataElements::value_type::first);
      if (there == place->second.end()) place->second.push_back(element);
    }
  }
}

/// What the caller said of an element in --info stays.
void put_alternatives(model::ItemsRequest& into, const model::ItemsRequest& from) {
  if (!from.request_info) return;
  if (!into.request_info) into.request_info.emplace();
  auto& all = into.request_info->alternative_data_elements;
  for (const auto& set : from.request_info->alternative_data_elements) {
    const bool there =
        std::ranges::any_of(all, [&](const auto& each) { return each.requested_element == set.requested_element; });
    if (!there) all.push_back(set);
  }
}

/// "18 or older"
std::string claim(const Question& question, bool holds) {
  const auto either = [&](Phrase yes, Phrase no, std::initializer_list<json::PhraseValue> values = {}) {
    return say(holds ? yes : no, values);
  };
  switch (question.kind()) {
    case QuestionKind::age_over:
      return either(Phrase::claim_old_enough, Phrase::claim_younger, {{"years", std::to_string(question.years())}});
    case QuestionKind::identity: return either(Phrase::claim_identity, Phrase::claim_no_identity);
    case QuestionKind::driving:
      return either(Phrase::claim_may_drive, Phrase::claim_may_not_drive,
                    {{"category", json::printable(question.category())}});
    case QuestionKind::not_expired: return either(Phrase::claim_not_expired, Phrase::claim_expired);
    case QuestionKind::issued_in: break;
  }
  return either(Phrase::claim_issued_in, Phrase::claim_not_issued_in,
                {{"countries", fmt::format("{}", fmt::join(question.countries(), ", "))}});
}

std::string headline(const QuestionAnswer& answer) {
  const auto line = [&](Tone tone, Phrase phrase, bool holds) {
    return styled(tone, say(phrase, {{"claim", claim(answer.question, holds)}}));
  };
  switch (answer.verdict) {
    case Verdict::yes: return line(Tone::good, Phrase::answer_yes, true);
    case Verdict::no: return line(Tone::bad, Phrase::answer_no, false);
    case Verdict::undetermined: break;
  }
  return line(Tone::warning, Phrase::answer_open, true);
}

/// Nothing, where the catalogue has no such line for the reader it speaks to.
void print_detail(Phrase phrase, std::string_view placeholder, const std::vector<std::string>& values) {
  if (values.empty()) return;
  const std::string text = say(phrase, {{placeholder, fmt::format("{}", fmt::join(values, ", "))}});
  if (!text.empty()) print_line("  " + text);
}

/// "driving:B" of "driving:b": categories and countries are written in capitals, which people forget.
std::string with_capitals(std::string text) {
  const auto colon = std::ranges::find(text, ':');
  std::transform(colon, text.end(), colon, to_upper);
  return text;
}

/// The questions about the holder that a document is asked; those of two documents compare, whatever their order.
std::set<std::string> asked_about_the_holder(const RequestedDocuments& requested, std::size_t document) {
  std::set<std::string> asked;
  for (const AskedQuestion& each : requested.questions) {
    if (each.document == document && each.question.is_about_the_holder()) asked.insert(each.question.to_string());
  }
  return asked;
}

/// Whether it takes several documents to answer about the holder, who then has to be the same in all of them.
bool is_about_one_person(const RequestedDocuments& requested) {
  std::set<std::set<std::string>> different;
  for (std::size_t i = 0; i < requested.items.size(); ++i) {
    if (auto asked = asked_about_the_holder(requested, i); !asked.empty()) different.insert(std::move(asked));
  }
  return different.size() > 1;
}

}  // namespace

Question parse_question(const std::string& option, const std::string& text) {
  const auto question = Question::parse(text);
  const std::string capitals = with_capitals(text);
  const bool others = capitals != text && Question::parse(capitals);
  if (question) {
    if (others) print_warning(fmt::format("{}: categories are written in capitals; is {} meant?", option, capitals));
    return *question;
  }
  if (others) {
    throw Failure(ExitCode::usage,
                  fmt::format("{}: \"{}\" is no question; did you mean {}?", option, json::printable(text), capitals));
  }
  throw Failure(ExitCode::usage,
                fmt::format("{}: \"{}\" is no question; there are age-over:N (0 to 99), identity, driving:CATEGORY, "
                            "not-expired and issued-in:XX,YY",
                            option, json::printable(text)));
}

void add_templates(CLI::App& command, const std::shared_ptr<RequestedDocuments>& requested) {
  command
      .add_option_function<std::vector<std::string>>(
          "--template",
          [requested](const std::vector<std::string>& names) {
            for (const std::string& name : names) {
              Question question = parse_question("--template", name);
              if (requested->items.empty())
                requested->items.push_back({.doc_type = DocType(usual_doc_type), .name_spaces = {}});
              requested->questions.push_back(
                  {.document = requested->items.size() - 1, .question = std::move(question)});
            }
          },
          "Ask for the fewest elements of the --doc-type before it (of a driving licence without one) that answer a "
          "question: age-over:18, identity, driving:B, not-expired, issued-in:AT,DE")
      ->trigger_on_parse()
      ->expected(1)
      ->allow_extra_args(false);
}

void apply_templates(RequestedDocuments& requested, std::span<const profile::DocTypeProfile> profiles,
                     bool with_portrait) {
  const bool of_one_person = is_about_one_person(requested);
  for (std::size_t i = 0; i < requested.items.size(); ++i) {
    model::ItemsRequest& items = requested.items[i];
    std::vector<Question> questions;
    for (const AskedQuestion& asked : requested.questions) {
      if (asked.document == i) questions.push_back(asked.question);
    }
    if (questions.empty()) continue;
    const auto* const profile = profile::find_doc_type(profiles, items.doc_type.str());
    const std::string doc_type = json::printable(items.doc_type.str());
    if (profile == nullptr) {
      throw Failure(ExitCode::usage, "--template: no profile is known for " + doc_type + "; --profile names one");
    }
    const auto wanted =
        verification::ask(questions, *profile, {.with_portrait = with_portrait, .of_one_person = of_one_person});
    if (!wanted) {
      const std::string missing = missing_element(wanted.error());
      if (missing == "age-over")
        throw Failure(ExitCode::usage, "--template: at most two age-over:N, as an mdoc answers no more in a session");
      throw Failure(ExitCode::usage, fmt::format("--template: {} has no {}", doc_type, missing));
    }
    put_elements(items, *wanted);
    put_alternatives(items, *wanted);
  }
}

std::vector<Question> QuestionArguments::parsed() const {
  std::vector<Question> made;
  for (const std::string& text : questions) {
    Question question = parse_question("--question", text);
    if (std::ranges::find(made, question) == made.end()) made.push_back(std::move(question));
  }
  return made;
}

std::optional<FullDate> QuestionArguments::today() const {
  if (date.empty()) return std::nullopt;
  const auto day = parse_full_date(date);
  if (!day) throw Failure(ExitCode::usage, "--date: \"" + json::printable(date) + "\" is no day; write 2026-05-01");
  return day;
}

void add_answer_options(CLI::App& command, QuestionArguments& arguments) {
  command
      .add_option("--date", arguments.date,
                  "The day at the place where the questions are asked, YYYY-MM-DD; by default today in UTC")
      // An unset variable of a script must not stand for today.
      ->check([](const std::string& text) { return std::string(text.empty() ? "is empty; write 2026-05-01" : ""); });
  command.add_flag("--with-portrait", arguments.with_portrait,
                   "Also the portrait, to compare the person with; with questions, all other elements are dropped");
}

void print_answers(const std::vector<QuestionAnswer>& answers, bool nothing_came) {
  for (const QuestionAnswer& answer : answers) {
    print_line(headline(answer));
    std::string why(wording().of(answer.reason));
    if (nothing_came && answer.reason == AnswerReason::no_document) why = say(Phrase::answer_of_nothing);
    if (answer.as_of) why += " " + say(Phrase::answer_as_of, {{"day", to_iso8601(*answer.as_of)}});
    if (answer.by_certificate) why += " " + say(Phrase::answer_by_certificate);
    print_line("  " + why);
    std::vector<std::string> codes, names;
    for (const std::string& code : answer.restrictions) codes.push_back(json::isolated(code));
    for (const auto& element : answer.elements) names.push_back(json::printable(element.element.str()));
    print_detail(Phrase::answer_codes, "codes", codes);
    print_detail(Phrase::answer_elements, "elements", names);
  }
  if (!answers.empty()) print_line("");
}

}  // namespace mdoc::cli
