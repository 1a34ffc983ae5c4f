// Any messages in the place of those of a captured session, each behind two bytes of its length. Whatever they are,
// what opens has a sender and a counter, and the session stays in step: a message of it opens all the same.

#include <algorithm>
#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/session/captured_session.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using session::CapturedSession;
using session::Role;
using session::SessionCipher;

/// A session with keys that never change, so that a corpus keeps its meaning.
struct Capture {
  crypto::PrivateKey device = key_of(0x51), reader = key_of(0x52);
  engagement::DeviceEngagement engaged = engagement::DeviceEngagement::for_nfc(device.public_key()).value();
  SharedBytes first, answer;

  Capture() {
    const auto key = engagement::encode_ephemeral_key(reader.public_key()).value();
    const auto transcript =
        engagement::SessionTranscript::for_session(engaged, key.bytes(), engagement::QrHandover{}).value();
    const auto zab = crypto::agree(reader, device.public_key()).value();
    const auto cipher = [&](Role self) {
      return SessionCipher::create(self, session::derive_session_keys(zab, transcript).value()).value();
    };
    const Bytes request = cipher(Role::mdoc_reader).encrypt(as_bytes("request")).value();
    first = SharedBytes::take(session::encode_session_establishment(key.bytes(), request));
    const Bytes response = cipher(Role::mdoc).encrypt(as_bytes("response")).value();
    answer = SharedBytes::take(session::encode_session_data(ByteView(response), std::nullopt));
  }
  static crypto::PrivateKey key_of(std::uint8_t seed) {
    return crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, seed)).value();
  }
  [[nodiscard]] Result<CapturedSession> open(const SharedBytes& establishment) const {
    return CapturedSession::create(engaged, engagement::QrHandover{}, reader, Role::mdoc_reader, establishment,
                                   {.level = Level::lenient});
  }
};

void check(const Result<session::CapturedMessage>& message) {
  if (!message) return;
  require(message->plaintext.has_value() == message->sender.has_value());
  require(message->plaintext.has_value() == message->counter.has_value());
  require(message->plaintext || message->status);
  require(!(message->repeated || message->late) || message->missing == 0);
  require(!message->repeated || !message->late);
  require(message->missing < CapturedSession::counter_window);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Capture capture;
  ByteView rest(data, size);
  auto opened = capture.open(capture.first);
  require(opened.has_value());
  check(opened->read(capture.first));
  for (int count = 0; count < 16 && rest.size() >= 2; ++count) {
    const std::size_t length = std::min<std::size_t>(std::size_t{rest[0]} << 8 | rest[1], rest.size() - 2);
    const SharedBytes message = SharedBytes::copy_of(rest.subspan(2, length));
    rest = rest.subspan(2 + length);
    (void)capture.open(message);
    check(opened->read(message));
  }
  const auto answer = opened->read(capture.answer);
  require(answer.has_value() && answer->sender == Role::mdoc && answer->counter == 1u);
  return 0;
}
