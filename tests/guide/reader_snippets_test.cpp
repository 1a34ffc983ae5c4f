// The snippets of docs/guide/reader.md, letter for letter, and what they do.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/presentation/consent.hpp"
#include "mdoc/reader.hpp"
#include "mdoc/verification/holder_verification.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

const NameSpace mdl("org.iso.18013.5.1");

Result<model::DeviceRequest> ask_for_age_or_birth_date() {
  const model::ElementReference age{mdl, ElementIdentifier("age_over_18")};
  const model::ElementReference birth_date{mdl, ElementIdentifier("birth_date")};
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = age, .alternative_element_sets = {{birth_date}}}};
  info.unique_doc_set_required = true;
  model::ItemsRequest items{
      .doc_type = DocType("org.iso.18013.5.1.mDL"),
      .name_spaces = {{mdl, {{age.element, false}, {ElementIdentifier("portrait"), false}}}},  // false: not kept
      .request_info = info};
  auto encoded = model::encode_items_request(std::move(items));
  if (!encoded) return encoded.error();
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = *std::move(encoded)});
  return model::build_device_request(std::move(doc_requests));
}

Result<model::DeviceRequest> ask_for_one_of_two(std::vector<model::DocRequest> licence_and_id_card) {
  model::UseCase identify{.mandatory = true, .document_sets = {{0}, {1}}, .purpose_hints = {{"org.iso.jtc1.sc17", 1}}};
  auto info = model::encode_device_request_info({.use_cases = {identify}});
  if (!info) return info.error();
  return model::build_device_request(std::move(licence_and_id_card), {.device_request_info = *std::move(info)});
}

ReaderOptions in_the_name_of(crypto::KeyRef key, const crypto::PublicKey& public_key, cose::X5Chain certificates) {
  ReaderOptions options;
  options.identities.push_back({.key = std::move(key), .public_key = public_key, .x5chain = std::move(certificates)});
  return options;
}

Result<cose::X5Chain> chain_of(std::string_view pem) {
  const auto certificates = crypto::Certificate::list_from_pem(pem);
  if (!certificates) return certificates.error();
  cose::X5Chain chain;
  for (const crypto::Certificate& certificate : *certificates) {
    chain.push_back(SharedBytes::copy_of(certificate.der()));
  }
  return chain;
}

void perform(Reader& reader, ReaderEffect& effect, crypto::KeyProvider& keys, Now now) {
  if (const auto* use = std::get_if<UseKey>(&effect)) {
    reader.on_key_result(use->id, crypto::answer(keys, use->request), now);  // on a worker thread: it may take time
  }
}

std::string sum_up(const ResponseReceived& response) {
  const verification::Report& report = response.outcome.report;
  if (!report.valid) return "refused";  // some check failed: report.documents says which, and why
  for (const verification::Answer& answer : report.answers) {
    if (answer.kind == verification::Answer::Kind::unanswered) return "incomplete";  // authentic, but not all of it
  }
  return "complete";
}

struct FaceMatcher final : verification::HolderMatcher {
  std::string basis() const override { return "face matcher 2.1"; }
  std::optional<verification::HolderOutcome> match(profile::HolderMethod method,
                                                   const verification::VerifiedElement& element) override {
    if (method != profile::HolderMethod::portrait) return std::nullopt;  // not this matcher's business
    const auto image = element.value.as_bytes();
    return image ? compare_with_camera(*image) : verification::HolderOutcome::error;
  }
  std::function<verification::HolderOutcome(ByteView)> compare_with_camera;
};

void compare(ResponseReceived& response, FaceMatcher& matcher) {
  for (const auto& document : response.outcome.documents) {
    verification::compare_holder(response.outcome, document, matcher);
  }
}

Result<void> operator_pressed_yes(verification::DocumentReport& report) {
  return verification::note_holder_outcome(report, profile::HolderMethod::portrait,
                                           verification::HolderOutcome::matched, "operator");
}

struct ReaderGuide : ::testing::Test {
  /// Lets the reader ask, and everything come to rest.
  void ask(const model::DeviceRequest& request) {
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(request, meeting.now()));
    meeting.settle();
  }
  Meeting meeting;
};

TEST_F(ReaderGuide, AnAgeAndAPortraitAreAsked) {
  ask(ask_for_age_or_birth_date().value());
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(sum_up(meeting.responses[0]), "complete");
  EXPECT_EQ(meeting.responses[0].outcome.documents.at(0).issuer_signed().size(), 2u);

  FaceMatcher matcher;
  matcher.compare_with_camera = [](ByteView) { return verification::HolderOutcome::not_matched; };
  compare(meeting.responses[0], matcher);
  auto& report = meeting.responses[0].outcome.report.documents[0];
  EXPECT_EQ(report.holder.at(0).outcome, verification::HolderOutcome::not_matched);
  EXPECT_TRUE(operator_pressed_yes(report));
  EXPECT_EQ(report.holder[0].basis, "operator");
}

TEST_F(ReaderGuide, WhatWasNotAnsweredIsToldFromWhatWasRefused) {
  ask(meeting.request({"family_name", "shoe_size"}));
  EXPECT_EQ(sum_up(meeting.responses.at(0)), "incomplete");
}

TEST_F(ReaderGuide, EitherOfTwoDocumentsWillDo) {
  std::vector<model::DocRequest> both = meeting.request({"family_name"}).doc_requests;
  both.push_back(
      {.items_request = model::encode_items_request({.doc_type = DocType("org.iso.23220.photoid.1"),
                                                     .name_spaces = {{NameSpace("org.iso.23220.1"),
                                                                      {{ElementIdentifier("family_name"), false}}}}})
                            .value()});
  ask(ask_for_one_of_two(std::move(both)).value());
  ASSERT_EQ(meeting.responses.size(), 1u);
  EXPECT_EQ(meeting.responses[0].outcome.documents.size(), 1u);
}

TEST_F(ReaderGuide, WhatIsSignedShowsWhoAsks) {
  crypto::SoftwareKeyProvider keys;
  auto key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x44)).value();
  const crypto::PublicKey public_key = key.public_key();
  ASSERT_TRUE(keys.add(crypto::KeyRef("gate"), std::move(key)));
  const auto chain = chain_of(meeting.sample.signer_certificate().pem());
  ASSERT_TRUE(chain);
  EXPECT_FALSE(chain_of("no certificate"));
  meeting.meet_again({}, in_the_name_of(crypto::KeyRef("gate"), public_key, *chain));
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  while (auto effect = meeting.reader.poll()) {
    perform(meeting.reader, *effect, keys, meeting.now());
    if (auto* send = std::get_if<SendMessage>(&*effect)) {
      meeting.holder.on_message(SharedBytes::take(std::move(send->message)), meeting.now());
    }
  }
  meeting.settle();
  ASSERT_EQ(meeting.asked.size(), 1u);
  EXPECT_NE(meeting.asked[0].readers.doc_requests.at(0).result(), presentation::ReaderTrust::absent);
}

}  // namespace
}  // namespace mdoc
