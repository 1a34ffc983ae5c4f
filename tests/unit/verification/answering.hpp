#pragma once
// Documents of a few elements, and what they answer.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/verification/answer.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::verification {

inline constexpr std::string_view mdl = "org.iso.18013.5.1.mDL";
inline constexpr std::string_view mdl_space = "org.iso.18013.5.1";
inline constexpr std::string_view photo_id = "org.iso.23220.photoid.1";
inline constexpr std::string_view photo_id_space = "org.iso.23220.1";
inline constexpr std::string_view av = "eu.europa.ec.av.1";

inline FullDate date(std::string_view text) {
  const auto parsed = parse_full_date(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(FullDate{});
}
inline Question question(std::string_view name) { return Question::parse(name).value(); }

/// What stands in one document.
struct Paper {
  std::string doc_type{mdl};
  std::string name_space{mdl_space};
  std::string valid_from = "2026-01-15T00:00:00Z";
  std::string country{};
  std::vector<VerifiedElement> elements{};
  std::vector<VerifiedElement> device_signed{};

  Paper& put_raw(std::string_view identifier, Bytes encoded) {
    elements.push_back({NameSpace(name_space), ElementIdentifier(identifier),
                        model::DataElementValue(SharedBytes::take(std::move(encoded)))});
    return *this;
  }
  Paper& put(std::string_view identifier, bool value) { return put_raw(identifier, testing::cbor_bool(value)); }
  Paper& put(std::string_view identifier, int value) { return put_raw(identifier, testing::cbor_int(value)); }
  Paper& put(std::string_view identifier, const char* text) { return put_raw(identifier, testing::cbor_text(text)); }
  Paper& put_date(std::string_view identifier, std::string_view day) {
    return put_raw(identifier, testing::cbor_full_date(day));
  }
  Paper& born(std::string_view day) { return put_date("birth_date", day); }
  Paper& born(std::string_view day, std::string_view mask) {
    return put_raw("birth_date", testing::Members{{"birth_date", testing::cbor_full_date(day)},
                                                  {"approximate_mask", testing::cbor_text(mask)}}
                                     .encode());
  }
  [[nodiscard]] AnswerSource source(std::size_t index = 0) const {
    return {.doc_type = doc_type,
            .issuer_signed = elements,
            .device_signed = device_signed,
            .valid_from = testing::utc(valid_from),
            .signer_country = country,
            .index = index};
  }
};

inline QuestionAnswer ask_papers(std::string_view name, const std::vector<Paper>& papers, std::string_view today) {
  std::vector<AnswerSource> sources;
  for (const Paper& paper : papers) sources.push_back(paper.source(sources.size()));
  return answer(question(name), sources, {.today = date(today)});
}
inline QuestionAnswer ask_paper(std::string_view name, const Paper& paper, std::string_view today) {
  return ask_papers(name, {paper}, today);
}

inline std::vector<QuestionAnswer> ask_papers(const std::vector<std::string_view>& names,
                                              const std::vector<Paper>& papers, std::string_view today) {
  std::vector<Question> questions;
  for (const std::string_view each : names) questions.push_back(question(each));
  std::vector<AnswerSource> sources;
  for (const Paper& paper : papers) sources.push_back(paper.source(sources.size()));
  return answers(questions, sources, {.today = date(today)});
}

inline std::vector<std::string> names_of(const QuestionAnswer& answer) {
  std::vector<std::string> names;
  for (const auto& element : answer.elements) names.push_back(element.element.str());
  return names;
}
/// "yes: old-enough"
inline std::string said(const QuestionAnswer& answer) {
  EXPECT_EQ(answer.verdict, info(answer.reason).verdict);
  return std::string(name(answer.verdict)) + ": " + std::string(name(answer.reason));
}

}  // namespace mdoc::verification
