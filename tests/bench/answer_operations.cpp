// What it costs to answer a question out of a document, at two numbers of elements.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/operation.hpp"
#include "mdoc/profile/age_over.hpp"
#include "mdoc/verification/answer.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

constexpr std::size_t few = 500;
constexpr std::size_t many = 2000;

struct AnswerCase {
  verification::Question question = verification::Question::age_over(18).value();
  std::vector<verification::VerifiedElement> elements;
  verification::AnswerSource source{.doc_type = "org.iso.18013.5.1.mDL"};
  verification::AnswerContext context{.today = std::chrono::year{2026} / 5 / 1};
};

/// A date of birth, and attestations that agree with it; those of a hundred ages come again.
std::shared_ptr<AnswerCase> licence(std::size_t count) {
  auto made = std::make_shared<AnswerCase>();
  const auto add = [&](std::string_view identifier, Bytes value) {
    made->elements.push_back({NameSpace("org.iso.18013.5.1"), ElementIdentifier(identifier),
                              model::DataElementValue(SharedBytes::take(std::move(value)))});
  };
  add("birth_date", testing::cbor_full_date("1990-02-03"));
  for (std::size_t i = 1; i < count; ++i) {
    const auto years = static_cast<std::uint8_t>(i % 100);
    add(profile::age_over_identifier(years), testing::cbor_bool(years <= 36));
  }
  made->source.issuer_signed = made->elements;
  made->source.valid_from = testing::utc("2026-04-01T00:00:00Z");
  return made;
}

Operation answer(std::size_t count) {
  const auto test = licence(count);
  const auto work = [test] {
    const auto given = verification::answer(test->question, std::span(&test->source, 1), test->context);
    must(given.verdict == verification::Verdict::yes);
    keep(given);
  };
  const auto floor = [test] {
    for (const auto& element : test->elements) keep(element.value.encoded().view()[0]);
  };
  work();
  return {.work = work, .floor = floor};
}

}  // namespace

void add_answer(Operations& to) {
  for (const std::size_t count : {few, many}) {
    to.push_back({"answer/age/" + std::to_string(count), [count] { return answer(count); }});
  }
}

}  // namespace mdoc::bench
