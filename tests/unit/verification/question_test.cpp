#include "mdoc/verification/question.hpp"

#include <array>

#include <gtest/gtest.h>

#include "mdoc/profile/request_rules.hpp"

namespace mdoc::verification {
namespace {

const profile::DocTypeProfile& built_in(std::string_view doc_type) {
  const auto* found = profile::find_doc_type(profile::doc_types(), doc_type);
  EXPECT_NE(found, nullptr) << doc_type;
  return *found;
}

/// "family_name given_name", in order; a note where anything is to be retained.
std::string asked(const Result<model::ItemsRequest>& items) {
  if (!items) return describe(items.error());
  std::string text;
  for (const auto& [name_space, elements] : items->name_spaces) {
    for (const auto& [element, retain] : elements) {
      if (!text.empty()) text += ' ';
      text += element.str() + (retain ? ":retain" : "");
    }
  }
  return text;
}
/// "age_over_18: age_in_years | birth_date"
std::string alternatives(const Result<model::ItemsRequest>& items) {
  if (!items || !items->request_info) return "";
  std::string text;
  for (const auto& set : items->request_info->alternative_data_elements) {
    text += set.requested_element.element.str() + ":";
    for (const auto& one : set.alternative_element_sets) {
      EXPECT_EQ(one.size(), 1u);
      text += (text.ends_with(':') ? " " : " | ") + one.at(0).element.str();
    }
  }
  return text;
}
Question question(std::string_view name) { return Question::parse(name).value(); }

TEST(QuestionName, IsReadAndWrittenAlike) {
  for (const char* name : {"age-over:0", "age-over:18", "age-over:99", "identity", "driving:B", "driving:C1E",
                           "driving::", "not-expired", "issued-in:DE", "issued-in:AT,CH,DE"}) {
    const auto parsed = Question::parse(name);
    ASSERT_TRUE(parsed) << name;
    EXPECT_EQ(parsed->to_string(), name);
    EXPECT_EQ(Question::parse(parsed->to_string()).value(), *parsed);
  }
  EXPECT_EQ(question("issued-in:DE,AT,DE").to_string(), "issued-in:AT,DE");
}

TEST(QuestionName, OfNoQuestionIsRefused) {
  for (const char* name : {"",
                           "age",
                           "age-over",
                           "age-over:",
                           "age-over:100",
                           "age-over:018",
                           "age-over:-1",
                           "age-over:+1",
                           "age-over: 18",
                           "age-over:18 ",
                           "age-over:18.0",
                           "age-over:4294967314",
                           "AGE-OVER:18",
                           "identity:",
                           "identity ",
                           "driving",
                           "driving:",
                           "driving:B C",
                           "driving:\t",
                           "driving:\xc3\x84",
                           "driving:123456789012345678901234567890123",
                           "not-expired:",
                           "issued-in",
                           "issued-in:",
                           "issued-in:de",
                           "issued-in:DEU",
                           "issued-in:D",
                           "issued-in:DE,",
                           "issued-in:,DE",
                           "issued-in:DE;AT",
                           "issued-in:D1"}) {
    const auto parsed = Question::parse(name);
    ASSERT_FALSE(parsed) << name;
    EXPECT_EQ(parsed.error().kind(), ErrorKind::usage);
  }
  std::string many = "issued-in:AA";
  for (std::size_t i = 0; i < Question::max_countries; ++i) many += ",AA";
  EXPECT_FALSE(Question::parse(many));
}

TEST(QuestionName, OnlyAnIdentityIsToBeSeen) {
  for (const char* name : {"age-over:18", "driving:B", "not-expired", "issued-in:DE"}) {
    EXPECT_TRUE(question(name).minimises()) << name;
  }
  EXPECT_FALSE(Question::identity().minimises());
  const std::array both{question("age-over:18"), Question::identity()};
  EXPECT_FALSE(minimises(both));
  EXPECT_TRUE(minimises(std::span(both).first(1)));
  EXPECT_FALSE(minimises({}));
}

TEST(Ask, AsksForTheFewestElements) {
  const auto& mdl = built_in("org.iso.18013.5.1.mDL");
  const auto age = ask(question("age-over:18"), mdl);
  EXPECT_EQ(age->doc_type.str(), mdl.doc_type);
  EXPECT_EQ(asked(age), "age_over_18");
  EXPECT_EQ(alternatives(age), "age_over_18: age_in_years | age_birth_year | birth_date");
  EXPECT_EQ(asked(ask(question("age-over:5"), mdl)), "age_over_05");
  EXPECT_EQ(asked(ask(Question::identity(), mdl)), "family_name given_name birth_date portrait expiry_date");
  EXPECT_EQ(asked(ask(question("driving:B"), mdl)), "driving_privileges expiry_date");
  EXPECT_EQ(asked(ask(Question::not_expired(), mdl)), "expiry_date");
  EXPECT_EQ(asked(ask(question("issued-in:AT"), mdl)), "issuing_country");
  for (const char* name : {"identity", "driving:B", "not-expired", "issued-in:AT"}) {
    EXPECT_FALSE(ask(question(name), mdl)->request_info) << name;
  }
}

TEST(Ask, AddsWhatTheOptionsSay) {
  const auto& mdl = built_in("org.iso.18013.5.1.mDL");
  EXPECT_EQ(asked(ask(question("age-over:18"), mdl, {.with_portrait = true})), "age_over_18 portrait");
  EXPECT_EQ(asked(ask(question("age-over:18"), mdl, {.with_document_number = true})), "age_over_18");
  EXPECT_EQ(asked(ask(Question::identity(), mdl, {.with_document_number = true})),
            "family_name given_name birth_date portrait expiry_date document_number");
  EXPECT_EQ(asked(ask(Question::identity(), mdl, {.with_portrait = true})),
            "family_name given_name birth_date portrait expiry_date");
  EXPECT_FALSE(ask(question("age-over:18"), mdl, {.alternatives = false})->request_info);
}

TEST(Ask, DependsOnWhatTheProfileHas) {
  const auto& photo_id = built_in("org.iso.23220.photoid.1");
  EXPECT_EQ(asked(ask(question("age-over:18"), photo_id)), "age_over_18");
  EXPECT_EQ(alternatives(ask(question("age-over:18"), photo_id)),
            "age_over_18: age_in_years | age_birth_year | birth_date");
  // Issuers of these have it, and nothing else.
  const auto& av = built_in("eu.europa.ec.av.1");
  EXPECT_EQ(asked(ask(question("age-over:18"), av)), "age_over_18");
  EXPECT_EQ(alternatives(ask(question("age-over:18"), av)), "");
  // Here it is left from earlier rulebooks; whoever asks for it alone gets nothing.
  const auto& pid = built_in("eu.europa.ec.eudi.pid.1");
  EXPECT_EQ(asked(ask(question("age-over:18"), pid)), "birth_date");
  EXPECT_EQ(alternatives(ask(question("age-over:18"), pid)), "");
}

TEST(Ask, NamesWhatIsMissing) {
  const auto& av = built_in("eu.europa.ec.av.1");
  const auto missing = [&](std::string_view name, AskOptions options = {}) {
    const auto items = ask(question(name), av, options);
    EXPECT_FALSE(items) << name;
    EXPECT_EQ(items ? Errc{} : items.error().code, Errc::bad_argument);
    return items ? std::string() : items.error().where.text();
  };
  EXPECT_EQ(missing("identity"), "Question.family_name");
  EXPECT_EQ(missing("driving:B"), "Question.driving_privileges");
  EXPECT_EQ(missing("not-expired"), "Question.expiry_date");
  EXPECT_EQ(missing("issued-in:AT"), "Question.issuing_country");
  EXPECT_EQ(missing("age-over:18", {.with_portrait = true}), "Question.portrait");
  const profile::DocTypeProfile empty{.doc_type = "com.example"};
  EXPECT_EQ(ask(question("age-over:18"), empty).error().where.text(), "Question.age_over_NN");
}

TEST(Ask, TakesWhatThereIsOfAges) {
  const std::array elements{profile::ElementProfile{.identifier = "age_birth_year"},
                            profile::ElementProfile{.identifier = "age_in_years"}};
  const std::array name_spaces{profile::NameSpaceProfile{.name_space = "n", .elements = elements}};
  const profile::DocTypeProfile own{.doc_type = "d", .name_spaces = name_spaces};
  EXPECT_EQ(asked(ask(question("age-over:18"), own)), "age_in_years");
  EXPECT_EQ(alternatives(ask(question("age-over:18"), own)), "age_in_years: age_birth_year");
}

TEST(Ask, SeveralQuestionsMakeOneRequest) {
  const auto& mdl = built_in("org.iso.18013.5.1.mDL");
  const std::vector<Question> all{question("age-over:18"), question("driving:B"), Question::not_expired(),
                                  question("age-over:21"), question("age-over:18")};
  const auto items = ask(all, mdl);
  EXPECT_EQ(asked(items), "age_over_18 driving_privileges expiry_date age_over_21");
  EXPECT_EQ(items->request_info->alternative_data_elements.size(), 2u);
  EXPECT_FALSE(ask(std::span<const Question>(), mdl));
}

using Req04 = ::testing::Test;
TEST_F(Req04, TemplatesAskTwoQuestionsAboutTheAgeAtMost) {
  const auto& mdl = built_in("org.iso.18013.5.1.mDL");
  std::vector<Question> all{question("age-over:18"), question("age-over:21")};
  EXPECT_TRUE(ask(all, mdl));
  all.push_back(question("age-over:65"));
  const auto refused = ask(all, mdl);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where.text(), "Question.age-over");
}

TEST(Ask, WithAlternativesTheRequestIsOfTheSecondEdition) {
  const auto& mdl = built_in("org.iso.18013.5.1.mDL");
  for (const bool with : {false, true}) {
    auto items = ask(question("age-over:18"), mdl, {.alternatives = with});
    auto encoded = model::encode_items_request(*std::move(items));
    ASSERT_TRUE(encoded);
    const auto request = model::build_device_request({{.items_request = *std::move(encoded)}});
    ASSERT_TRUE(request);
    EXPECT_TRUE(profile::check_asked_ages(*request));
    const auto decoded = model::decode_device_request(request->encoded, {.level = Level::strict});
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->doc_requests.at(0).items_request->request_info.has_value(), with);
  }
}

}  // namespace
}  // namespace mdoc::verification
