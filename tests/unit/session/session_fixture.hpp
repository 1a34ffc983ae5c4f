#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <variant>
#include <vector>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/session/mdoc_session.hpp"
#include "mdoc/session/messages.hpp"
#include "mdoc/session/reader_session.hpp"
#include "unit/engagement/engagement_fixture.hpp"

namespace mdoc {

inline void PrintTo(Errc code, std::ostream* out) { *out << name(code); }

namespace session {

using namespace std::chrono_literals;
using engagement::e_device_scalar;
using engagement::e_reader_scalar;
using engagement::private_key;
using engagement::to_bytes;
using testing::hex;

inline const TimePoint t0 = TimePoint(1h);

/// Everything that a session has emitted so far.
struct Effects {
  std::vector<Bytes> sent;
  std::vector<Bytes> received;
  std::optional<Closed> closed;
  [[nodiscard]] std::optional<Errc> reason() const {
    return closed && closed->reason ? std::optional(closed->reason->code) : std::nullopt;
  }
};

template <class Session>
Effects drain(Session& session) {
  Effects effects;
  while (auto effect = session.poll()) {
    EXPECT_FALSE(effects.closed) << "Closed is the last effect";
    if (auto* send = std::get_if<SendMessage>(&*effect)) effects.sent.push_back(std::move(send->message));
    if (auto* received = std::get_if<MessageReceived>(&*effect))
      effects.received.push_back(to_bytes(received->plaintext));
    if (auto* closed = std::get_if<Closed>(&*effect)) effects.closed = *closed;
  }
  return effects;
}

inline std::vector<Bytes> one(Bytes message) { return {std::move(message)}; }

inline Bytes status_message(std::uint64_t status) {
  return encode_session_data(std::nullopt, static_cast<SessionStatus>(status));
}
inline SharedBytes shared(const Bytes& bytes) { return SharedBytes::copy_of(bytes); }

/// The session closed for `code`, and told the peer `status` or nothing.
inline void expect_closed(const Effects& effects, std::optional<Errc> code, std::optional<std::uint64_t> status) {
  ASSERT_TRUE(effects.closed);
  EXPECT_EQ(effects.reason(), code);
  if (status) {
    ASSERT_EQ(effects.sent.size(), 1u);
    EXPECT_EQ(to_hex(effects.sent[0]), to_hex(status_message(*status)));
  } else {
    EXPECT_TRUE(effects.sent.empty());
  }
}

inline engagement::DeviceEngagement nfc_engagement(const crypto::PrivateKey& key) {
  return engagement::DeviceEngagement::for_nfc(key.public_key()).value();
}

/// A private key on `curve` that depends on `seed`.
inline crypto::PrivateKey test_key(crypto::Curve curve, std::uint8_t seed) {
  Bytes scalar(crypto::info(curve).coordinate_size, seed);
  if (curve == crypto::Curve::p521) scalar[0] = 0;
  return crypto::PrivateKey::import(curve, scalar).value();
}

/// The parked session with this content: a digest stands in front of it.
inline SecretBytes parked_with(ByteView content) {
  Bytes parked = crypto::digest(crypto::DigestAlgorithm::sha256, content).value().to_bytes();
  parked.insert(parked.end(), content.begin(), content.end());
  return SecretBytes::copy_of(parked);
}

/// A parked session whose messages are counted otherwise. Its counters, below 24, stand behind the
/// two session keys of 32 bytes; a digest stands in front of all.
inline SecretBytes with_counters(const SecretBytes& parked, std::uint32_t encrypted, std::uint32_t decrypted) {
  constexpr std::size_t digest_size = 32, key_item_size = 34;
  Bytes content(parked.view().begin() + digest_size, parked.view().end());
  const Bytes key_head{0x58, 0x20};
  const auto keys = std::search(content.begin(), content.end(), key_head.begin(), key_head.end());
  const auto counters = keys + 2 * key_item_size;
  cbor::Writer writer;
  writer.raw(ByteView(content).first(static_cast<std::size_t>(counters - content.begin())));
  writer.uint(encrypted).uint(decrypted);
  writer.raw(ByteView(content).subspan(static_cast<std::size_t>(counters - content.begin()) + 2));
  return parked_with(writer.view());
}

/// The engagement and the handover of the session that ISO/IEC 18013-5:2021, D.5.1 prints.
struct AnnexD {
  static Bytes vector(std::string_view id) { return testing::shared_bytes("iso18013-5-annex-d.json", id); }

  engagement::DeviceEngagement engaged =
      engagement::decode_device_engagement(shared(vector("D.3.2/nfc-device-engagement"))).value();
  engagement::NfcHandover handover{.handover_select = shared(vector("D.3.2/nfc-handover-select")),
                                   .handover_request = shared(vector("D.3.2/nfc-handover-request"))};
};

/// A parked session whose deadline is `milliseconds` away, whatever it was: its time left, a number of three or five
/// bytes, stands behind "peerReached", and that behind the heads of two arrays, the format and the role.
inline SecretBytes with_time_left(const SecretBytes& parked, std::uint64_t milliseconds) {
  constexpr std::size_t digest_size = 32, before = 5;
  const ByteView content = parked.view().subspan(digest_size);
  const std::size_t item_size = content[before] == 0x19 ? 3 : 5;
  cbor::Writer writer;
  writer.raw(content.first(before)).uint(milliseconds).raw(content.subspan(before + item_size));
  return parked_with(writer.view());
}

/// A parked `Session` is resumed with whatever deadline the clock can hold, and refused with any other.
template <class Session>
void expect_deadlines_within_the_clock(const SecretBytes& parked) {
  using namespace std::chrono_literals;
  const auto resume = [&parked](std::uint64_t left, TimePoint now) {
    return Session::resume(with_time_left(parked, left), now);
  };
  EXPECT_EQ(resume(7'000, t0).value().deadline(), t0 + 7s);
  const auto most =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(TimePoint::max() - t0).count());
  EXPECT_LE(TimePoint::max() - *resume(most, t0).value().deadline(), 1ms);
  for (const std::uint64_t left :
       {most + 1, most + 1'000, std::uint64_t{INT64_MAX}, UINT64_MAX / 1'000'000 + 1, UINT64_MAX}) {
    const auto resumed = resume(left, t0);
    ASSERT_FALSE(resumed) << left;
    EXPECT_EQ(resumed.error().code, Errc::bad_value) << left;
  }
  EXPECT_EQ(resume(1'000, TimePoint::max()).error().code, Errc::bad_value);
  EXPECT_EQ(resume(0, TimePoint::max()).value().deadline(), TimePoint::max());
}

/// A reader and an mdoc with the keys of ISO/IEC 18013-5:2021, D.5.1, engaged by QR code.
class SessionPair : public ::testing::Test {
 protected:
  static ReaderSession make_reader(const SessionOptions& options = {}) {
    return ReaderSession::create(nfc_engagement(private_key(e_device_scalar)), engagement::QrHandover{},
                                 private_key(e_reader_scalar), t0, options)
        .value();
  }
  static MdocSession make_mdoc(const SessionOptions& options = {}) {
    auto key = private_key(e_device_scalar);
    auto engaged = nfc_engagement(key);
    return MdocSession::create(engaged, std::move(key), engagement::QrHandover{}, t0, options).value();
  }
  Bytes request(TimePoint now = t0) {
    EXPECT_TRUE(reader.request(device_request, now));
    return drain(reader).sent.at(0);
  }
  /// The mdoc's answer to `message`.
  Bytes answer(const Bytes& message, AfterResponse after = AfterResponse::wait, TimePoint now = t0) {
    mdoc.on_message(shared(message), now);
    EXPECT_EQ(drain(mdoc).received, one(device_request));
    EXPECT_TRUE(mdoc.respond(device_response, after, now));
    return drain(mdoc).sent.at(0);
  }

  const Bytes device_request = hex("a1667265717565737401");
  const Bytes device_response = hex("a168726573706f6e736502");
  ReaderSession reader = make_reader();
  MdocSession mdoc = make_mdoc();
};

}  // namespace session
}  // namespace mdoc
