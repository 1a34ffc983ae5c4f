#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/verification/question.hpp"
#include "mdoc/verification/verified_document.hpp"

/// @file
/// Answers to questions, out of documents that passed every check. Pure: no clock; what day it is at the place where
/// the question is asked, is the caller's to say.

namespace mdoc::verification {

enum class Verdict : std::uint8_t { yes, no, undetermined };
/// "yes", "no", "undetermined"
[[nodiscard]] MDOC_EXPORT std::string_view name(Verdict verdict) noexcept;

/// Why an answer is what it is. Each belongs to one verdict. Append only.
enum class AnswerReason : std::uint8_t {
  old_enough,          ///< yes: has reached the age
  too_young,           ///< no: has not
  too_young_then,      ///< no: had not, as of the day of the issuer's statement; nothing tells what is so now
  complete,            ///< yes: the elements of an identity are there
  entitled,            ///< yes: the category, in force
  restricted,          ///< yes: the category, in force, under restrictions (QuestionAnswer::restrictions)
  not_entitled,        ///< no: the document does not have the category
  privilege_expired,   ///< no: the category is past its end
  privilege_not_yet,   ///< no: the category is not in force so far
  in_date,             ///< yes: the document has not reached its end
  document_expired,    ///< no: the document is past its end; whatever was asked
  issued_there,        ///< yes: by a country of the question
  issued_elsewhere,    ///< no: by another one
  no_document,         ///< undetermined: no document passed
  unknown_doc_type,    ///< undetermined: no profile says what the elements mean
  absent,              ///< undetermined: what would tell was not returned
  malformed,           ///< undetermined: what would tell has another form
  depends_on_day,      ///< undetermined: what is known of the day of birth leaves both answers open
  birth_in_future,     ///< undetermined: the date of birth is after today
  contradiction,       ///< undetermined: elements of one document contradict each other
  different_persons,   ///< undetermined: the documents cannot be of one person
  documents_disagree,  ///< undetermined: one document says yes, another no
  no_date,             ///< undetermined: what day it is was not said
  persons_unknown,     ///< undetermined: it and another answer rest on documents of perhaps different persons
};

/// The fixed facts of a reason.
struct AnswerReasonInfo {
  AnswerReason reason;
  std::string_view id;        ///< stable: "old-enough"
  Verdict verdict;            ///< of every answer with this reason
  std::string_view sentence;  ///< in English
};
[[nodiscard]] MDOC_EXPORT std::span<const AnswerReasonInfo> answer_reasons() noexcept;
[[nodiscard]] MDOC_EXPORT const AnswerReasonInfo& info(AnswerReason reason) noexcept;
/// Stable identifier.
[[nodiscard]] inline std::string_view name(AnswerReason reason) noexcept { return info(reason).id; }

/// One answer. It holds no element values, but for the codes without which a "yes" to driving would say too much.
struct QuestionAnswer {
  Question question;
  Verdict verdict = Verdict::undetermined;
  AnswerReason reason = AnswerReason::no_document;
  std::optional<std::size_t> document{};     ///< that decided: index into Report::documents
  std::optional<std::size_t> zk_document{};  ///< or the proof: index into Report::zk
  /// What it rests on, what is missing (`absent`, as far as elements of the document's profile can say), or what is
  /// wrong.
  std::vector<model::ElementReference> elements{};
  bool by_certificate = false;              ///< it rests on the country in the certificate of the signer
  std::optional<FullDate> as_of{};          ///< the day for which it holds; nothing where it depends on none
  std::vector<std::string> restrictions{};  ///< codes of ISO/IEC 18013-2, with sign and value: "01", "S03<=50"
};

struct AnswerContext {
  FullDate today;  ///< at the place where the question is asked
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();
  Level level = Level::interop;  ///< how values are read
  DecodeLimits limits{};
};

/// One document, as answers see it. Those of documents that passed are made by answer() itself; this form is for who
/// vouches for the elements otherwise, such as an issuer or a wallet that shows what its document tells.
struct AnswerSource {
  std::string_view doc_type;
  std::span<const VerifiedElement> issuer_signed{};
  std::span<const VerifiedElement> device_signed{};  ///< count where the profile lets devices sign them
  UtcSeconds valid_from{};                           ///< as of when statements about the age hold (7.2.5)
  bool valid_before = false;          ///< of a proof: at or before `valid_from`; nobody sees when exactly
  std::string_view signer_country{};  ///< of the signer's certificate; empty: not known
  std::size_t index = 0;              ///< for QuestionAnswer::document, or zk_document of a proof
  bool proof = false;
};

/// Answers a question.
///
/// **Age.** Every statement bounds the day of birth: `age_over_NN` and `age_in_years` as of validFrom,
/// `age_birth_year`, and `birth_date`, whose `approximate_mask` may leave digits open. The verdict is "yes" or "no"
/// where every day that is left gives it, undetermined otherwise. An `age_over_NN` that is false at or below the
/// question answers "no" as of validFrom, should nothing tell what is so today. Statements that leave no day contradict
/// each other, but for one day by which the date at the issuer may have differed from that in UTC; a "yes" that was
/// reckoned from a statement about another age waits for that day. Whoever was born on a 29 February has birthday on
/// 1 March in common years. Where a name space does not have the rule of `age_over_NN`, only the very NN of the
/// question answers; others may contradict.
///
/// **Driving.** The category letter for letter, today within the dates of the privilege, and the document not expired.
///
/// **Identity.** Names, date of birth and portrait are there, and the document is not expired. It never says that the
/// presenter is the holder: see holder_verification.hpp.
///
/// **Dates.** The last day of a period belongs to it; of a date with a time, its day in UTC counts.
///
/// **Several documents.** A document that cannot tell does not count beside one that can. All that can must agree, and
/// no two may exclude each other's day of birth, nor one every day, lest one person's document answer for another: no
/// "yes" outvotes a "no", but for one of an earlier day (`too_young_then`), since which there may have been a birthday.
/// Of several licences for a category, the restrictions of all hold.
[[nodiscard]] MDOC_EXPORT QuestionAnswer answer(const Question& question, std::span<const AnswerSource> documents,
                                                const AnswerContext& context);
/// Out of documents that passed, and of proofs.
[[nodiscard]] MDOC_EXPORT QuestionAnswer answer(const Question& question, std::span<const VerifiedDocument> documents,
                                                const AnswerContext& context,
                                                std::span<const VerifiedZkDocument> zk_documents = {});

/// Answers questions that belong together, in their order: whoever may drive is the one whose identity it is.
///
/// As answer() does, and beyond it: where several questions about the holder (age_over, identity, driving) are answered
/// with yes, the documents of one person say so: one document, or several with the same `birth_date`. Else each of
/// these answers is undetermined (`persons_unknown`), as two persons may have put their documents together.
[[nodiscard]] MDOC_EXPORT std::vector<QuestionAnswer> answers(std::span<const Question> questions,
                                                              std::span<const AnswerSource> documents,
                                                              const AnswerContext& context);
/// Out of documents that passed, and of proofs.
[[nodiscard]] MDOC_EXPORT std::vector<QuestionAnswer> answers(std::span<const Question> questions,
                                                              std::span<const VerifiedDocument> documents,
                                                              const AnswerContext& context,
                                                              std::span<const VerifiedZkDocument> zk_documents = {});

}  // namespace mdoc::verification
