#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// What a relying party wants to know, and the elements that tell it: request templates. What came of it is in
/// answer.hpp.
///
///     MDOC_TRY(const auto question, Question::age_over(18));
///     MDOC_TRY(auto items, ask(question, *profile::find_profile(profile::doc_types(), "mdl")));

namespace mdoc::verification {

enum class QuestionKind : std::uint8_t {
  age_over,     ///< is the holder N years or older?
  identity,     ///< who is the holder?
  driving,      ///< may the holder drive vehicles of this category?
  not_expired,  ///< has the document not reached the end that is printed on it?
  issued_in,    ///< was it issued in one of these countries?
};

/// One question. Only sensible ones can be made.
class MDOC_EXPORT Question {
 public:
  static constexpr std::uint8_t max_years = 99;          ///< as age_over_NN has two digits
  static constexpr std::size_t max_category = 32;        ///< characters of a category
  static constexpr std::size_t max_countries = 26 * 26;  ///< all that two letters can name

  /// @return usage/bad_argument: more than max_years
  [[nodiscard]] static Result<Question> age_over(unsigned years);
  [[nodiscard]] static Question identity() { return Question(QuestionKind::identity); }
  /// @param category exactly as licences have it: "B", "C1E" (ISO/IEC 18013-1, Annex B)
  /// @return usage/bad_argument: empty, longer than max_category, or not made of visible ASCII characters alone
  [[nodiscard]] static Result<Question> driving(std::string_view category);
  [[nodiscard]] static Question not_expired() { return Question(QuestionKind::not_expired); }
  /// @param countries ISO 3166-1 alpha-2, upper case; sorted, and each kept once
  /// @return usage/bad_argument: none, more than max_countries, or one that has another form
  [[nodiscard]] static Result<Question> issued_in(std::span<const std::string_view> countries);

  /// Reads what to_string() writes. @return usage/bad_argument: anything else
  [[nodiscard]] static Result<Question> parse(std::string_view name);
  /// Stable: "age-over:18", "identity", "driving:B", "not-expired", "issued-in:AT,DE".
  [[nodiscard]] std::string to_string() const;

  [[nodiscard]] QuestionKind kind() const noexcept { return kind_; }
  [[nodiscard]] std::uint8_t years() const noexcept { return years_; }              ///< of age_over, else 0
  [[nodiscard]] const std::string& category() const noexcept { return category_; }  ///< of driving, else empty
  [[nodiscard]] std::span<const std::string> countries() const noexcept { return countries_; }  ///< of issued_in
  /// Whether the answer stands for the elements: who asks needs none of them. Of an identity one wants to see them.
  [[nodiscard]] bool minimises() const noexcept { return kind_ != QuestionKind::identity; }

  /// Whether it is asked about a person, as age_over, identity and driving are, and not about a document.
  [[nodiscard]] bool is_about_the_holder() const noexcept {
    return kind_ != QuestionKind::not_expired && kind_ != QuestionKind::issued_in;
  }

  friend bool operator==(const Question&, const Question&) = default;

 private:
  explicit Question(QuestionKind kind) : kind_(kind) {}
  QuestionKind kind_;
  std::uint8_t years_ = 0;
  std::string category_{};
  std::vector<std::string> countries_{};
};

/// Whether there are questions, and the answers stand for all elements (Question::minimises()).
[[nodiscard]] MDOC_EXPORT bool minimises(std::span<const Question> questions) noexcept;

struct AskOptions {
  bool with_portrait = false;         ///< to verify the presenter by, whatever is asked
  bool with_document_number = false;  ///< beside an identity
  /// Also take what tells more than was asked, where the mdoc has nothing that tells less (alternativeDataElements).
  /// Makes the request one of the second edition; mdocs of the first pass over it.
  bool alternatives = true;
  /// Other documents are asked other questions about the holder: take `birth_date` as well, where the profile has it.
  /// Without it nothing tells that the documents are of one person, and answers() leaves those questions open.
  bool of_one_person = false;
};

/// The fewest elements of this docType that answer the questions; none is to be retained.
///
/// - age_over: `age_over_NN` where a name space has its rule (age_over.hpp), must or should have the element, or where
///   there is no `birth_date`; with the alternatives `age_in_years`, `age_birth_year` and `birth_date`, as far as the
///   profile has them. Else `birth_date`, or the first of the others.
/// - identity: `family_name`, `given_name`, `birth_date`, `portrait`, and `expiry_date` where the profile has it.
/// - driving: `driving_privileges`, and `expiry_date` likewise.
/// - not_expired: `expiry_date`. issued_in: the country of the issuer.
///
/// @return usage/bad_argument: no questions, more than two about different ages (7.2.5), or what the profile does not
///         have and a question cannot do without: Error::where names the element, "Question.birth_date"
[[nodiscard]] MDOC_EXPORT Result<model::ItemsRequest> ask(std::span<const Question> questions,
                                                          const profile::DocTypeProfile& profile,
                                                          AskOptions options = {});
[[nodiscard]] MDOC_EXPORT Result<model::ItemsRequest> ask(const Question& question,
                                                          const profile::DocTypeProfile& profile,
                                                          AskOptions options = {});

}  // namespace mdoc::verification
