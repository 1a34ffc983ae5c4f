#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "mdoc/crypto/public_key.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc::cli {

/// A key to which documents may be encrypted.
struct Recipient {
  std::string name;  ///< as the command line has it, without secrets
  crypto::EcPublicKey key;
};

/// A verification for people: the verdict first, then every check with its mark, then the elements of
/// the documents that passed.
/// @param recipients  the keys that there were to open encrypted documents with
/// @param profiles    names of documents and elements
void print_outcome(const verification::VerificationOutcome& outcome, std::span<const Recipient> recipients,
                   std::span<const profile::DocTypeProfile> profiles);

/// The last word where questions were asked, of documents and answers together; nothing without. To be printed behind
/// all else: who reads that line alone must not take good documents for a good answer.
void print_conclusion(const verification::VerificationOutcome& outcome);

/// The same for machines: the report of the library, and of which edition its clauses are.
[[nodiscard]] boost::json::object outcome_json(const verification::VerificationOutcome& outcome);

/// For the help of the commands that judge.
inline constexpr std::string_view meaning_of_valid =
    "\"valid\" means that nothing that came was wrong; \"answers\" (in text: \"not answered\") says what was asked for "
    "and is missing.";

/// For the help of the commands that answer questions.
inline constexpr std::string_view meaning_of_answers =
    "With questions, the exit code is 0 where the response is valid and every answer is yes. But for an identity, "
    "elements are not shown: the answers stand for them.";

/// 0 for a good verdict, 1 for a bad one. Where questions were asked, every answer is yes: whoever opens a door by the
/// exit code must not open it for a "no".
[[nodiscard]] inline bool is_good(const verification::VerificationOutcome& outcome) {
  const auto is_yes = [](const verification::QuestionAnswer& each) {
    return each.verdict == verification::Verdict::yes;
  };
  return outcome.report.valid && std::ranges::all_of(outcome.answers, is_yes);
}

}  // namespace mdoc::cli
