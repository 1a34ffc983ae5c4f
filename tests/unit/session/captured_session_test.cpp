#include "mdoc/session/captured_session.hpp"

#include <gtest/gtest.h>

#include "mdoc/crypto/agree.hpp"
#include "session_fixture.hpp"

namespace mdoc::session {
namespace {

/// A session of ours, of which every message is kept.
class Captured : public ::testing::Test {
 protected:
  Captured() {
    const auto zab = crypto::agree(reader_key, device_key.public_key()).value();
    const auto transcript = engagement::SessionTranscript::for_session(engaged, key_bytes(), handover).value();
    reader.emplace(SessionCipher::create(Role::mdoc_reader, derive_session_keys(zab, transcript).value()).value());
    mdoc.emplace(SessionCipher::create(Role::mdoc, derive_session_keys(zab, transcript).value()).value());
  }
  [[nodiscard]] Bytes key_bytes() const {
    return to_bytes(engagement::encode_ephemeral_key(reader_key.public_key()).value().bytes());
  }
  [[nodiscard]] SharedBytes establishment(std::string_view plaintext = "request") {
    return SharedBytes::take(encode_session_establishment(key_bytes(), reader->encrypt(as_bytes(plaintext)).value()));
  }
  static SharedBytes data(SessionCipher& from, std::string_view plaintext, std::optional<SessionStatus> status = {}) {
    const Bytes sealed = from.encrypt(as_bytes(plaintext)).value();
    return SharedBytes::take(encode_session_data(ByteView(sealed), status));
  }
  [[nodiscard]] Result<CapturedSession> open(const SharedBytes& first, const crypto::PrivateKey& key,
                                             Role owner) const {
    return CapturedSession::create(engaged, handover, key, owner, first);
  }
  static std::string text(const CapturedMessage& message) { return std::string(as_text(message.plaintext->view())); }

  crypto::PrivateKey device_key = test_key(crypto::Curve::p256, 0x21), reader_key = test_key(crypto::Curve::p256, 0x22);
  engagement::DeviceEngagement engaged = nfc_engagement(device_key);
  engagement::Handover handover = engagement::NfcHandover{.handover_select = shared(hex("d1020248730000"))};
  std::optional<SessionCipher> reader, mdoc;
};

TEST_F(Captured, EitherKeyOpensBothDirections) {
  const std::vector<SharedBytes> capture{establishment(), data(*mdoc, "response"), data(*reader, "again"),
                                         data(*mdoc, "last", SessionStatus::termination)};
  for (const Role owner : {Role::mdoc_reader, Role::mdoc}) {
    auto opened = open(capture[0], owner == Role::mdoc ? device_key : reader_key, owner);
    ASSERT_TRUE(opened) << describe(opened.error());
    const auto first = opened->read(capture[0]);
    ASSERT_TRUE(first);
    EXPECT_TRUE(first->establishes);
    EXPECT_EQ(first->sender, Role::mdoc_reader);
    EXPECT_EQ(first->counter, 1u);
    EXPECT_EQ(text(*first), "request");
    const auto second = opened->read(capture[1]);
    EXPECT_EQ(second->sender, Role::mdoc);
    EXPECT_EQ(second->counter, 1u);
    EXPECT_EQ(text(*second), "response");
    const auto third = opened->read(capture[2]);
    EXPECT_EQ(third->sender, Role::mdoc_reader);
    EXPECT_EQ(third->counter, 2u);
    const auto last = opened->read(capture[3]);
    EXPECT_EQ(last->counter, 2u);
    EXPECT_EQ(last->status, SessionStatus::termination);
    EXPECT_EQ(text(*last), "last");
  }
}

TEST_F(Captured, AStatusAloneDoesNotSayWhoSentIt) {
  const auto first = establishment();
  auto opened = open(first, reader_key, Role::mdoc_reader).value();
  ASSERT_TRUE(opened.read(first));
  const auto status = opened.read(shared(status_message(20)));
  ASSERT_TRUE(status);
  EXPECT_EQ(status->status, SessionStatus::termination);
  EXPECT_FALSE(status->sender);
  EXPECT_FALSE(status->counter);
  EXPECT_FALSE(status->plaintext);
}

TEST_F(Captured, GapsAndRepetitionsAreTold) {
  const auto first = establishment();
  auto opened = open(first, reader_key, Role::mdoc_reader).value();
  ASSERT_TRUE(opened.read(first));
  const auto one = data(*mdoc, "one");
  (void)data(*mdoc, "lost");
  (void)data(*mdoc, "lost too");
  const auto four = data(*mdoc, "four");
  ASSERT_TRUE(opened.read(one));
  const auto after_gap = opened.read(four);
  ASSERT_TRUE(after_gap);
  EXPECT_EQ(after_gap->counter, 4u);
  EXPECT_EQ(after_gap->missing, 2u);
  const auto again = opened.read(one);
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->counter, 1u);
  EXPECT_EQ(opened.read(data(*mdoc, "five"))->missing, 0u);  // nothing was lost by that
  for (std::uint32_t i = 0; i < CapturedSession::counter_window; ++i) (void)data(*mdoc, "lost");
  EXPECT_EQ(opened.read(data(*mdoc, "too far")).error().code, Errc::decryption_failed);
}

TEST_F(Captured, WhatIsLateIsNoRepetition) {
  const auto first = establishment();
  auto opened = open(first, reader_key, Role::mdoc_reader).value();
  ASSERT_TRUE(opened.read(first));
  std::vector<SharedBytes> sent;
  for (std::uint32_t i = 0; i < CapturedSession::counter_window; ++i) sent.push_back(data(*mdoc, std::to_string(i)));
  EXPECT_EQ(opened.read(sent.back())->missing, CapturedSession::counter_window - 1);
  for (const std::size_t index : {std::size_t{0}, std::size_t{5}, sent.size() - 2}) {
    const auto late = opened.read(sent[index]).value();
    EXPECT_EQ(late.counter, index + 1);
    EXPECT_TRUE(late.late);
    EXPECT_FALSE(late.repeated);
    const auto again = opened.read(sent[index]).value();
    EXPECT_FALSE(again.late);
    EXPECT_TRUE(again.repeated);
  }
  const auto last_again = opened.read(sent.back()).value();
  EXPECT_TRUE(last_again.repeated);
  EXPECT_FALSE(last_again.late);
  // What came stays known while later ones come.
  const auto next = opened.read(data(*mdoc, "next")).value();
  EXPECT_FALSE(next.late || next.repeated);
  EXPECT_TRUE(opened.read(sent[5])->repeated);
  EXPECT_TRUE(opened.read(sent[6])->late);
}

TEST_F(Captured, TheWrongKeyIsToldFromTheWrongTranscript) {
  const auto first = establishment();
  const auto stranger = test_key(crypto::Curve::p256, 0x33);
  for (const Role owner : {Role::mdoc_reader, Role::mdoc}) {
    const auto wrong = open(first, stranger, owner);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, Errc::key_mismatch);
    EXPECT_EQ(wrong.error().where.text(), owner == Role::mdoc ? "EDeviceKey" : "EReaderKey");
  }
  // The keys of the two are not interchangeable.
  EXPECT_EQ(open(first, device_key, Role::mdoc_reader).error().code, Errc::key_mismatch);
  handover = engagement::QrHandover{};
  auto elsewhere = open(first, reader_key, Role::mdoc_reader);
  ASSERT_TRUE(elsewhere);
  const auto closed = elsewhere->read(first);
  ASSERT_FALSE(closed);
  EXPECT_EQ(closed.error().code, Errc::decryption_failed);
  EXPECT_EQ(closed.error().where.text(), "SessionEstablishment.data");
}

TEST_F(Captured, AnotherSaltIsFound) {
  const auto transcript = engagement::SessionTranscript::for_session(engaged, key_bytes(), handover).value();
  const auto zab = crypto::agree(reader_key, device_key.public_key()).value();
  const auto with_salt_of = [&](ByteView bytes) {
    engagement::Sha256 salt{};
    const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, bytes).value();
    std::ranges::copy(hash.view(), salt.begin());
    auto cipher = SessionCipher::create(Role::mdoc_reader, derive_session_keys(zab, salt).value()).value();
    const Bytes sealed = cipher.encrypt(as_bytes("request")).value();
    return SharedBytes::take(encode_session_establishment(key_bytes(), sealed));
  };
  using SaltForm = CapturedSession::SaltForm;
  const auto bare = open(with_salt_of(transcript.bytes().view()), reader_key, Role::mdoc_reader).value();
  EXPECT_EQ(bare.opens_with(transcript.bytes().view()), SaltForm::bare);
  const auto right = open(with_salt_of(transcript.wrapped().view()), reader_key, Role::mdoc_reader).value();
  EXPECT_EQ(right.opens_with(transcript.bytes().view()), SaltForm::wrapped);
  EXPECT_EQ(right.opens_with(hex("80")), std::nullopt);
  EXPECT_EQ(right.opens_with({}), std::nullopt);
}

TEST_F(Captured, WhatIsNoCaptureIsRefused) {
  const auto first = establishment();
  EXPECT_EQ(open(data(*mdoc, "response"), reader_key, Role::mdoc_reader).error().code, Errc::unexpected_message);
  EXPECT_EQ(open(shared(hex("ff")), reader_key, Role::mdoc_reader).error().code, Errc::not_well_formed);
  EXPECT_FALSE(open(shared({}), reader_key, Role::mdoc_reader));
  auto opened = open(first, reader_key, Role::mdoc_reader).value();
  ASSERT_TRUE(opened.read(first));
  EXPECT_EQ(opened.read(first).error().code, Errc::unexpected_message);
  EXPECT_EQ(opened.read(shared(hex("a0"))).error().code, Errc::missing_element);
  // None of it leaves the session out of step.
  EXPECT_TRUE(opened.read(data(*mdoc, "response")));
}

TEST_F(Captured, EachChangedByteIsRefused) {
  const auto first = establishment();
  const auto answer = data(*mdoc, "response");
  auto opened = open(first, device_key, Role::mdoc).value();
  ASSERT_TRUE(opened.read(first));
  const std::size_t start = answer.size() - std::string_view("response").size() - 16;
  for (std::size_t i = start; i < answer.size(); ++i) {
    Bytes altered = to_bytes(answer);
    altered[i] ^= 1;
    EXPECT_EQ(opened.read(SharedBytes::take(std::move(altered))).error().code, Errc::decryption_failed) << i;
  }
  EXPECT_TRUE(opened.read(answer));
}

TEST(CapturedAnnexD, SessionDecryptsWithEitherKey) {
  MDOC_NEEDS_SHARED_VECTORS();
  const AnnexD annex;
  const auto first = shared(AnnexD::vector("D.5.1/session-establishment"));
  for (const Role owner : {Role::mdoc_reader, Role::mdoc}) {
    auto opened =
        CapturedSession::create(annex.engaged, annex.handover,
                                private_key(owner == Role::mdoc ? e_device_scalar : e_reader_scalar), owner, first)
            .value();
    EXPECT_EQ(to_bytes(opened.read(first)->plaintext->view()), AnnexD::vector("D.4.1.1/device-request"));
    EXPECT_EQ(to_bytes(opened.read(shared(AnnexD::vector("D.5.1/session-data")))->plaintext->view()),
              AnnexD::vector("D.4.1.2/device-response"));
    EXPECT_EQ(opened.read(shared(AnnexD::vector("D.5.1/session-termination")))->status, SessionStatus::termination);
  }
}

}  // namespace
}  // namespace mdoc::session
