// What a reader does not send, whatever the application hands it.
#include <gtest/gtest.h>

#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/profile/request_rules.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

/// A reader and an mdoc whose engagement announces what a test says.
struct RequestRules : ::testing::Test {
  static Result<void> ask(Meeting& meeting, const model::DeviceRequest& request) {
    return meeting.reader.request(request, meeting.now());
  }
  static model::DeviceRequest with_reader_auth_all(const Meeting& meeting) {
    testing::CountingRng rng(5);
    const auto key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
    const Bytes content{0xd8, 0x18, 0x40};
    const auto draft = cose::Sign1Draft::prepare_detached(key.public_key(), ByteView(content)).value();
    auto signature = draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
    return model::build_device_request(meeting.request({"family_name"}).doc_requests,
                                       {.reader_auth_all = {std::move(signature)}})
        .value();
  }
};
using Req04 = RequestRules;
using Req11 = RequestRules;

TEST_F(Req04, MoreThanTwoQuestionsAboutTheAgeAreNotAsked) {
  Meeting meeting;
  meeting.open_link();
  const auto refused = ask(meeting, meeting.request({"age_over_18", "age_over_21", "age_over_65"}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_argument);
  EXPECT_EQ(refused.error().where.text(), "DeviceRequest.age_over_NN");
  meeting.settle();
  EXPECT_TRUE(meeting.to_holder.empty());
  // Nothing was begun: a request that keeps the rule goes out.
  ASSERT_TRUE(ask(meeting, meeting.request({"age_over_18", "age_over_21", "family_name"})));
  meeting.settle();
  EXPECT_EQ(meeting.responses.size(), 1u);
}

TEST_F(Req04, OneQuestionToSeveralDocumentsIsOne) {
  const auto asking = [](const std::vector<std::pair<std::string, std::vector<std::string>>>& documents) {
    std::vector<model::DocRequest> doc_requests;
    for (const auto& [doc_type, ages] : documents) {
      const std::string space = doc_type == "org.iso.23220.photoid.1" ? "org.iso.23220.1" : "org.iso.18013.5.1";
      model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{NameSpace(space), {}}}};
      for (const auto& age : ages) items.name_spaces[0].second.emplace_back(ElementIdentifier(age), false);
      doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    }
    return model::build_device_request(std::move(doc_requests)).value();
  };
  const std::string licence = "org.iso.18013.5.1.mDL", photo_id = "org.iso.23220.photoid.1", other = "org.example.card";
  EXPECT_TRUE(profile::check_asked_ages(
      asking({{licence, {"age_over_18", "age_over_21"}}, {photo_id, {"age_over_18", "age_over_21"}}})));
  EXPECT_FALSE(
      profile::check_asked_ages(asking({{licence, {"age_over_18", "age_over_21"}}, {photo_id, {"age_over_60"}}})));
  // Elsewhere it is a name like any other.
  EXPECT_TRUE(profile::check_asked_ages(asking({{other, {"age_over_18", "age_over_21", "age_over_60"}}})));
  EXPECT_TRUE(profile::check_asked_ages(asking({{licence, {"age_over_18", "age_over_21", "age_over_6", "age_over"}}})));
  EXPECT_EQ(profile::asked_ages(asking({{photo_id, {"age_over_65", "age_over_18"}}, {licence, {"age_over_18"}}})),
            (std::vector<std::uint8_t>{18, 65}));
}

TEST_F(Req11, ReaderAuthAllIsNotSentToAnMdocThatDoesNotAnnounceIt) {
  Meeting silent;
  silent.open_link();
  EXPECT_FALSE(silent.reader.takes_reader_auth_all());
  const auto refused = ask(silent, with_reader_auth_all(silent));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_argument);
  EXPECT_EQ(refused.error().where.text(), "DeviceRequest.readerAuthAll");
  silent.settle();
  EXPECT_TRUE(silent.to_holder.empty());

  Meeting other({.engagement = {.capabilities = {.extended_request = true}}});
  EXPECT_FALSE(other.reader.takes_reader_auth_all());
  EXPECT_FALSE(ask(other, with_reader_auth_all(other)));

  Meeting announcing({.engagement = {.capabilities = {.reader_auth_all = true}}});
  announcing.open_link();
  EXPECT_TRUE(announcing.reader.takes_reader_auth_all());
  ASSERT_TRUE(ask(announcing, with_reader_auth_all(announcing)));
  announcing.settle();
  EXPECT_EQ(announcing.responses.size(), 1u);
}

}  // namespace
}  // namespace mdoc
