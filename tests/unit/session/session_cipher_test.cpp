#include "mdoc/session/session_cipher.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "mdoc/crypto/agree.hpp"
#include "session_fixture.hpp"

namespace mdoc::session {
namespace {

using engagement::SessionTranscript;

Bytes annex_d(std::string_view id) { return testing::shared_bytes("iso18013-5-annex-d.json", id); }

SessionTranscript annex_d_transcript() {
  return SessionTranscript::decode(shared(annex_d("D.5.1/session-transcript-bytes"))).value();
}

SessionKeys some_keys() {
  return {.sk_reader = SecretBytes::copy_of(Bytes(32, 1)), .sk_device = SecretBytes::copy_of(Bytes(32, 2))};
}
SessionCipher cipher(Role role, MessageCounters counters = {}) {
  return SessionCipher::create(role, some_keys(), counters).value();
}

TEST(SessionKeys, Ses01FollowFromAnnexDInputs) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto zab = crypto::agree(private_key(e_reader_scalar), private_key(e_device_scalar).public_key());
  EXPECT_EQ(to_bytes(zab.value().view()), annex_d("D.5.1/shared-secret"));
  const auto keys = derive_session_keys(*zab, annex_d_transcript());
  ASSERT_TRUE(keys);
  EXPECT_EQ(to_bytes(keys->sk_reader.view()), annex_d("D.5.1/sk-reader"));
  EXPECT_EQ(to_bytes(keys->sk_device.view()), annex_d("D.5.1/sk-device"));
}

TEST(SessionKeys, Ses02DependOnEveryByteOfTheTranscriptAndOnTheInfos) {
  const auto zab = SecretBytes::copy_of(Bytes(32, 9));
  const auto transcript = [](std::string_view handover) {
    return SessionTranscript::from_elements(std::nullopt, std::nullopt,
                                            engagement::OtherHandover{shared(hex(handover))})
        .value();
  };
  const auto keys = derive_session_keys(zab, transcript("4101")).value();
  const auto others = derive_session_keys(zab, transcript("4102")).value();
  EXPECT_FALSE(constant_time_equal(keys.sk_reader.view(), others.sk_reader.view()));
  EXPECT_FALSE(constant_time_equal(keys.sk_device.view(), others.sk_device.view()));
  EXPECT_FALSE(constant_time_equal(keys.sk_reader.view(), keys.sk_device.view()));
  ProtocolConstants constants = iso18013_5();
  constants.sk_reader_info = "SKOther";
  const auto renamed = derive_session_keys(zab, transcript("4101"), constants).value();
  EXPECT_FALSE(constant_time_equal(keys.sk_reader.view(), renamed.sk_reader.view()));
  EXPECT_TRUE(constant_time_equal(keys.sk_device.view(), renamed.sk_device.view()));
}

TEST(SessionCipher, Ses03AnnexDMessagesDecryptAndAreReproduced) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto zab = crypto::agree(private_key(e_device_scalar), private_key(e_reader_scalar).public_key()).value();
  const auto transcript = annex_d_transcript();
  auto reader = SessionCipher::create(Role::mdoc_reader, derive_session_keys(zab, transcript).value()).value();
  auto mdoc = SessionCipher::create(Role::mdoc, derive_session_keys(zab, transcript).value()).value();
  const auto establishment = decode_session_message(shared(annex_d("D.5.1/session-establishment")));
  const auto& request = std::get<SessionEstablishment>(establishment.value());
  EXPECT_EQ(reader.encrypt(annex_d("D.4.1.1/device-request")).value(), to_bytes(request.data));
  EXPECT_EQ(to_bytes(mdoc.decrypt(request.data.view()).value()), annex_d("D.4.1.1/device-request"));
  const auto data = decode_session_message(shared(annex_d("D.5.1/session-data")));
  const auto& response = std::get<SessionData>(data.value());
  EXPECT_EQ(mdoc.encrypt(annex_d("D.4.1.2/device-response")).value(), to_bytes(response.data.value()));
  EXPECT_EQ(to_bytes(reader.decrypt(response.data->view()).value()), annex_d("D.4.1.2/device-response"));
}

TEST(SessionCipher, Ses03EachDirectionCountsItsOwnMessagesFromOne) {
  auto reader = cipher(Role::mdoc_reader);
  auto mdoc = cipher(Role::mdoc);
  const Bytes text{1, 2, 3};
  std::vector<Bytes> sent;
  for (int i = 0; i < 3; ++i) sent.push_back(reader.encrypt(text).value());
  EXPECT_NE(sent[0], sent[1]);
  // By hand: the identifier of the reader and counter 1.
  auto aead = crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, Bytes(32, 1)).value();
  EXPECT_EQ(aead.seal(hex("000000000000000000000001"), {}, text).value(), sent[0]);
  EXPECT_EQ(aead.seal(hex("000000000000000000000003"), {}, text).value(), sent[2]);
  auto device_aead = crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, Bytes(32, 2)).value();
  EXPECT_EQ(device_aead.seal(hex("000000000000000100000001"), {}, text).value(), mdoc.encrypt(text).value());
  for (const auto& message : sent) EXPECT_EQ(to_bytes(mdoc.decrypt(message).value()), text);
  EXPECT_EQ(mdoc.counters().decrypted, 3u);
  EXPECT_EQ(mdoc.counters().encrypted, 1u);
}

TEST(SessionCipher, Ses04ReplayedDroppedSwappedAndReflectedMessagesFail) {
  const Bytes text{1};
  for (const auto& order : {std::vector{0, 0}, {1}, {0, 2}, {2, 1}}) {
    auto reader = cipher(Role::mdoc_reader);
    auto mdoc = cipher(Role::mdoc);
    std::vector<Bytes> sent;
    for (int i = 0; i < 3; ++i) sent.push_back(reader.encrypt(text).value());
    bool failed = false;
    for (const int index : order) failed = !mdoc.decrypt(sent[static_cast<std::size_t>(index)]);
    EXPECT_TRUE(failed);
    EXPECT_EQ(mdoc.decrypt(sent[1]).error().code, Errc::decryption_failed);  // there is no way back
  }
  auto reader = cipher(Role::mdoc_reader);
  const Bytes own = reader.encrypt(text).value();
  EXPECT_EQ(reader.decrypt(own).error().code, Errc::decryption_failed);
}

TEST(SessionCipher, Ses05CountersNeverWrap) {
  constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  auto reader = cipher(Role::mdoc_reader, {.encrypted = last - 1});
  auto mdoc = cipher(Role::mdoc, {.decrypted = last - 1});
  const auto message = reader.encrypt(Bytes{1});
  ASSERT_TRUE(message);
  EXPECT_TRUE(mdoc.decrypt(*message));
  EXPECT_EQ(reader.encrypt(Bytes{1}).error().code, Errc::counter_exhausted);
  EXPECT_EQ(mdoc.decrypt(*message).error().code, Errc::counter_exhausted);
  EXPECT_EQ(reader.counters().encrypted, last);
}

TEST(SessionCipher, Ses06EveryChangedByteAndEveryTruncationFails) {
  const Bytes message = cipher(Role::mdoc_reader).encrypt(Bytes{1, 2, 3, 4}).value();
  for (std::size_t i = 0; i < message.size() * 8; ++i) {
    Bytes changed = message;
    changed[i / 8] = static_cast<std::uint8_t>(changed[i / 8] ^ (1u << (i % 8)));
    EXPECT_EQ(cipher(Role::mdoc).decrypt(changed).error().code, Errc::decryption_failed) << i;
  }
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_EQ(cipher(Role::mdoc).decrypt(ByteView(message).first(size)).error().code, Errc::decryption_failed) << size;
  }
}

TEST(SessionCipher, KeysHave32Bytes) {
  SessionKeys keys = some_keys();
  keys.sk_device = SecretBytes(16);
  EXPECT_EQ(SessionCipher::create(Role::mdoc, std::move(keys)).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::session
