#include <array>

#include "core/enum_table.hpp"
#include "mdoc/verification/answer.hpp"

namespace mdoc::verification {
namespace {

using enum AnswerReason;

constexpr std::array table{
    AnswerReasonInfo{old_enough, "old-enough", Verdict::yes, "The holder has reached this age."},
    AnswerReasonInfo{too_young, "too-young", Verdict::no, "The holder has not reached this age."},
    AnswerReasonInfo{too_young_then, "too-young-then", Verdict::no,
                     "The holder had not reached this age when the issuer said so, and nothing tells what is so now."},
    AnswerReasonInfo{complete, "complete", Verdict::yes,
                     "Names, date of birth and portrait are there, and the document is not expired. Whether the "
                     "presenter is this person is another question."},
    AnswerReasonInfo{entitled, "entitled", Verdict::yes, "The holder may drive vehicles of this category."},
    AnswerReasonInfo{restricted, "restricted", Verdict::yes,
                     "The holder may drive vehicles of this category under the restrictions that are named."},
    AnswerReasonInfo{not_entitled, "not-entitled", Verdict::no, "The document does not have this category."},
    AnswerReasonInfo{privilege_expired, "privilege-expired", Verdict::no, "This category is past its last day."},
    AnswerReasonInfo{privilege_not_yet, "privilege-not-yet", Verdict::no, "This category is not in force yet."},
    AnswerReasonInfo{in_date, "in-date", Verdict::yes, "The document is not past its last day."},
    AnswerReasonInfo{document_expired, "document-expired", Verdict::no, "The document is past its last day."},
    AnswerReasonInfo{issued_there, "issued-there", Verdict::yes, "The document was issued in one of these countries."},
    AnswerReasonInfo{issued_elsewhere, "issued-elsewhere", Verdict::no, "The document was issued in another country."},
    AnswerReasonInfo{no_document, "no-document", Verdict::undetermined, "No document passed the checks."},
    AnswerReasonInfo{unknown_doc_type, "unknown-doc-type", Verdict::undetermined,
                     "No profile says what the elements of this document mean."},
    AnswerReasonInfo{absent, "absent", Verdict::undetermined, "What would tell was not returned."},
    AnswerReasonInfo{malformed, "malformed", Verdict::undetermined, "What would tell is not in its form."},
    AnswerReasonInfo{depends_on_day, "depends-on-day", Verdict::undetermined,
                     "What is known of the day of birth leaves both answers open."},
    AnswerReasonInfo{birth_in_future, "birth-in-future", Verdict::undetermined, "The date of birth is after today."},
    AnswerReasonInfo{contradiction, "contradiction", Verdict::undetermined,
                     "Elements of the document contradict each other."},
    AnswerReasonInfo{different_persons, "different-persons", Verdict::undetermined,
                     "The documents cannot be of one person."},
    AnswerReasonInfo{documents_disagree, "documents-disagree", Verdict::undetermined,
                     "One document says yes, and another one no."},
    AnswerReasonInfo{no_date, "no-date", Verdict::undetermined, "What day it is was not said."},
    AnswerReasonInfo{
        persons_unknown, "persons-unknown", Verdict::undetermined,
        "Several documents answer, and nothing tells that they are of one person; ask each for birth_date."},
};
static_assert(is_indexed_by(table, &AnswerReasonInfo::reason, persons_unknown));

}  // namespace

std::span<const AnswerReasonInfo> answer_reasons() noexcept { return table; }

const AnswerReasonInfo& info(AnswerReason reason) noexcept { return table[static_cast<std::size_t>(reason)]; }

std::string_view name(Verdict verdict) noexcept {
  constexpr std::array<std::string_view, 3> names{"yes", "no", "undetermined"};
  return names[static_cast<std::size_t>(verdict)];
}

}  // namespace mdoc::verification
