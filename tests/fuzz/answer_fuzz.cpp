// Documents of any elements, and questions about them. Whatever comes: the same answer each time, with the verdict of
// its reason; what is known of an age holds for those below and above; and a second copy of a document changes nothing.
//
// First a byte each for the docType, the question and the day, then elements: one byte for the identifier, one for the
// length of the value, the value.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/invariants.hpp"
#include "mdoc/verification/answer.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using verification::AnswerReason;
using verification::Question;
using verification::QuestionAnswer;
using verification::Verdict;

namespace {

struct DocTypeChoice {
  std::string_view doc_type, name_space;
};
constexpr std::array doc_types{DocTypeChoice{"org.iso.18013.5.1.mDL", "org.iso.18013.5.1"},
                               DocTypeChoice{"org.iso.23220.photoid.1", "org.iso.23220.1"},
                               DocTypeChoice{"eu.europa.ec.av.1", "eu.europa.ec.av.1"},
                               DocTypeChoice{"com.example", "com.example"}};
constexpr std::array<std::string_view, 16> identifiers{
    "birth_date",  "age_in_years", "age_birth_year", "age_over_18",        "age_over_21",     "age_over_16",
    "age_over_65", "age_over_00",  "expiry_date",    "driving_privileges", "issuing_country", "family_name",
    "given_name",  "portrait",     "age_over_99",    "document_number"};
constexpr std::array<std::string_view, 4> others{"identity", "driving:B", "not-expired", "issued-in:UT"};

QuestionAnswer ask(const Question& question, std::span<const verification::AnswerSource> documents, FullDate today) {
  const verification::AnswerContext context{.today = today, .level = Level::lenient};
  const QuestionAnswer given = answer(question, documents, context);
  const QuestionAnswer again = answer(question, documents, context);
  require(given.verdict == again.verdict && given.reason == again.reason && given.elements == again.elements &&
          given.as_of == again.as_of && given.restrictions == again.restrictions);
  require(given.question == question);
  require(given.verdict == info(given.reason).verdict);
  require(given.restrictions.empty() == (given.reason != AnswerReason::restricted));
  require(!given.as_of || given.verdict != Verdict::undetermined);
  return given;
}

void check_ages(unsigned years, std::span<const verification::AnswerSource> documents, FullDate today) {
  const QuestionAnswer given = ask(Question::age_over(years).value(), documents, today);
  // Where an attestation answers for no other age, nothing follows for one.
  if (documents[0].doc_type == doc_types[2].doc_type) return;
  if (given.verdict == Verdict::yes && years > 0)
    require(ask(Question::age_over(years - 1).value(), documents, today).verdict == Verdict::yes);
  if (given.verdict == Verdict::no && years < Question::max_years)
    require(ask(Question::age_over(years + 1).value(), documents, today).verdict == Verdict::no);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3 || size > 4096) return 0;
  const DocTypeChoice& choice = doc_types[data[0] % doc_types.size()];
  const unsigned asked = data[1];
  const FullDate today{std::chrono::sys_days{std::chrono::year{2026} / 1 / 15} + std::chrono::days{data[2] * 40}};
  std::vector<verification::VerifiedElement> elements;
  ByteView rest = ByteView(data, size).subspan(3);
  while (rest.size() >= 2) {
    const std::string_view identifier = identifiers[rest[0] % identifiers.size()];
    const std::size_t length = std::min<std::size_t>(rest[1], rest.size() - 2);
    const ByteView value = rest.subspan(2, length);
    elements.push_back({NameSpace(choice.name_space), ElementIdentifier(identifier),
                        model::DataElementValue(SharedBytes::copy_of(value))});
    rest = rest.subspan(2 + length);
  }
  const verification::AnswerSource source{.doc_type = choice.doc_type,
                                          .issuer_signed = elements,
                                          .valid_from = std::chrono::sys_days{std::chrono::year{2026} / 1 / 15},
                                          .signer_country = (asked & 1u) != 0 ? "UT" : ""};
  const std::array twice{source, source};
  const auto once = std::span(twice).first(1);

  if (asked <= Question::max_years) check_ages(asked, once, today);
  const Question question = asked <= Question::max_years ? Question::age_over(asked).value()
                                                         : Question::parse(others[asked % others.size()]).value();
  const QuestionAnswer given = ask(question, once, today);
  for (const model::ElementReference& each : given.elements) {
    const bool there = std::ranges::any_of(elements, [&](const auto& element) {
      return element.identifier == each.element && element.name_space == each.name_space;
    });
    require(there || given.reason == AnswerReason::absent);
  }
  const QuestionAnswer of_both = ask(question, twice, today);
  require(of_both.verdict == given.verdict && of_both.reason == given.reason);
  return 0;
}
