#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/requested.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/verification/answer.hpp"
#include "mdoc/verification/question.hpp"

/// @file
/// Questions of a relying party: as templates of what is asked for, and as what is answered.

namespace mdoc::cli {

/// "age-over:18". Throws Failure. @param option that it was given with
[[nodiscard]] verification::Question parse_question(const std::string& option, const std::string& text);

/// --template: a question to the --doc-type before it; without one, to a mobile driving licence.
void add_templates(CLI::App& command, const std::shared_ptr<RequestedDocuments>& requested);
/// Puts the elements of all templates into the requests that they belong to. Throws Failure.
void apply_templates(RequestedDocuments& requested, std::span<const profile::DocTypeProfile> profiles,
                     bool with_portrait);

/// What is to be answered, and for when.
struct QuestionArguments {
  std::vector<std::string> questions;
  std::string date;
  bool with_portrait = false;

  /// Throws Failure, as the next.
  [[nodiscard]] std::vector<verification::Question> parsed() const;
  /// --date; nothing: not given.
  [[nodiscard]] std::optional<FullDate> today() const;
};
/// --date and --with-portrait.
void add_answer_options(CLI::App& command, QuestionArguments& arguments);

/// Verdicts first, in words that need no explanation, then why.
/// @param nothing_came whether there was no document that could have passed or failed
void print_answers(const std::vector<verification::QuestionAnswer>& answers, bool nothing_came);

}  // namespace mdoc::cli
