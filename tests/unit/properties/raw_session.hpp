#pragma once
// The other end of a session in single steps, so that it can say anything at any time. Written without the library's
// sessions: two ends that share a fault would understand each other.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::properties {

inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }

/// A message of a session as it stands on the link.
struct RawMessage {
  std::optional<Bytes> e_reader_key{};  ///< EReaderKeyBytes
  std::optional<Bytes> data{};
  std::optional<std::uint64_t> status{};

  [[nodiscard]] Bytes encode() const {
    cbor::Writer writer;
    writer.map((e_reader_key ? 1u : 0u) + (data ? 1u : 0u) + (status ? 1u : 0u));
    if (e_reader_key) writer.text("eReaderKey").raw(*e_reader_key);
    if (data) writer.text("data").bytes(*data);
    if (status) writer.text("status").uint(*status);
    return std::move(writer).take();
  }
  /// Of a message that the library made. Nothing: it is none.
  [[nodiscard]] static std::optional<RawMessage> decode(const Bytes& encoded) {
    RawMessage message;
    cbor::Reader reader(SharedBytes::copy_of(encoded));
    auto map = reader.enter_map();
    while (map.next()) {
      if (map.key() == "eReaderKey") {
        if (const auto item = reader.read_raw()) message.e_reader_key = to_bytes(*item);
      } else if (map.key() == "data") {
        if (const auto data = reader.read_bytes()) message.data = to_bytes(*data);
      } else if (map.key() == "status") {
        if (const auto status = reader.read_uint()) message.status = *status;
      }
    }
    if (!map.finish() || !reader.finish()) return std::nullopt;
    return message;
  }
};

/// `[ DeviceEngagementBytes, EReaderKeyBytes, null ]`, the transcript of an engagement by QR code.
inline Bytes qr_transcript(ByteView device_engagement, ByteView e_reader_key_bytes) {
  cbor::Writer writer;
  writer.array(3).raw(testing::cbor_embedded(device_engagement)).raw(e_reader_key_bytes).null();
  return std::move(writer).take();
}

/// 12.2.5: AES-256-GCM, a key and a counter for each direction, an IV of identifier and counter.
class RawCipher {
 public:
  enum class Side : std::uint8_t { reader, mdoc };

  RawCipher(Side side, const SecretBytes& zab, ByteView transcript)
      : side_(side), own_(cipher(side, zab, transcript)), peer_(cipher(other(side), zab, transcript)) {}

  [[nodiscard]] Bytes seal(ByteView plaintext) { return own_.seal(iv(side_, ++sent_), {}, plaintext).value(); }
  /// The next message of the peer; nothing: it is not that.
  [[nodiscard]] std::optional<Bytes> open(ByteView sealed) {
    auto plaintext = peer_.open(iv(other(side_), received_ + 1), {}, sealed);
    if (!plaintext) return std::nullopt;
    ++received_;
    return *std::move(plaintext);
  }
  /// The last message was not sent after all.
  void take_back() { --sent_; }

 private:
  static Side other(Side side) { return side == Side::reader ? Side::mdoc : Side::reader; }
  static std::array<std::uint8_t, 12> iv(Side sender, std::uint32_t counter) {
    std::array<std::uint8_t, 12> made{};
    made[7] = sender == Side::mdoc ? 1 : 0;
    made[10] = static_cast<std::uint8_t>(counter >> 8);
    made[11] = static_cast<std::uint8_t>(counter);
    return made;
  }
  static crypto::Aead cipher(Side sender, const SecretBytes& zab, ByteView transcript) {
    const auto salt = crypto::digest(crypto::DigestAlgorithm::sha256, testing::cbor_embedded(transcript)).value();
    const std::string_view info = sender == Side::mdoc ? "SKDevice" : "SKReader";
    const SecretBytes key =
        crypto::hkdf(crypto::DigestAlgorithm::sha256, zab.view(), salt.view(), as_bytes(info), 32).value();
    return crypto::Aead::create(crypto::AeadAlgorithm::aes_256_gcm, key.view()).value();
  }

  Side side_;
  crypto::Aead own_, peer_;
  std::uint32_t sent_ = 0, received_ = 0;
};

/// A reader that met this engagement.
class RawReader {
 public:
  RawReader(ByteView device_engagement, Rng& rng) : RawReader(device_engagement, make_key(rng)) {}

  /// The next request: with the reader's key the first time.
  [[nodiscard]] Bytes ask(ByteView plaintext, std::optional<std::uint64_t> status = {}) {
    if (!std::exchange(established_, true)) {
      return RawMessage{.e_reader_key = key_bytes_, .data = cipher_.seal(plaintext), .status = status}.encode();
    }
    return RawMessage{.data = cipher_.seal(plaintext), .status = status}.encode();
  }
  /// The next request with the reader's key, first or not.
  [[nodiscard]] Bytes ask_with_key(ByteView plaintext) {
    established_ = true;
    return RawMessage{.e_reader_key = key_bytes_, .data = cipher_.seal(plaintext)}.encode();
  }
  /// What ask() made last is not sent. @param first nor was anything before it
  void take_back(bool first) {
    cipher_.take_back();
    if (first) established_ = false;
  }
  [[nodiscard]] std::optional<Bytes> open(ByteView sealed) { return cipher_.open(sealed); }

 private:
  RawReader(ByteView device_engagement, const crypto::PrivateKey& key)
      : key_bytes_(to_bytes(engagement::encode_ephemeral_key(key.public_key()).value().bytes())),
        cipher_(RawCipher::Side::reader, agree(device_engagement, key), qr_transcript(device_engagement, key_bytes_)) {}

  static crypto::PrivateKey make_key(Rng& rng) {
    return crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  }
  static SecretBytes agree(ByteView device_engagement, const crypto::PrivateKey& key) {
    const auto engagement = engagement::decode_device_engagement(SharedBytes::copy_of(device_engagement)).value();
    return crypto::agree(key, engagement.e_device_key()).value();
  }

  Bytes key_bytes_;
  RawCipher cipher_;
  bool established_ = false;
};

/// An mdoc that shows an engagement and waits for a reader.
class RawMdoc {
 public:
  explicit RawMdoc(Rng& rng)
      : key_(crypto::PrivateKey::generate(crypto::Curve::p256, rng).value()), engagement_(make_engagement(key_)) {}

  [[nodiscard]] const engagement::DeviceEngagement& engagement() const noexcept { return engagement_; }
  /// The request in a message of the reader; nothing: it is none that comes next.
  [[nodiscard]] std::optional<Bytes> open(const RawMessage& message) {
    if (message.e_reader_key.has_value() == cipher_.has_value() || !message.data) return std::nullopt;
    if (message.e_reader_key) {
      transcript_ = qr_transcript(engagement_.bytes().view(), *message.e_reader_key);
      cbor::Reader reader(SharedBytes::copy_of(*message.e_reader_key));
      const auto e_reader_key = engagement::read_e_reader_key_bytes(reader).value();
      cipher_.emplace(RawCipher::Side::mdoc, crypto::agree(key_, e_reader_key.value()).value(), transcript_);
    }
    return cipher_->open(*message.data);
  }
  [[nodiscard]] bool is_established() const noexcept { return cipher_.has_value(); }
  /// @pre is_established()
  [[nodiscard]] Bytes answer(ByteView plaintext, std::optional<std::uint64_t> status = {}) {
    return RawMessage{.data = cipher_->seal(plaintext), .status = status}.encode();
  }
  void take_back() { cipher_->take_back(); }
  [[nodiscard]] const Bytes& transcript() const noexcept { return transcript_; }

 private:
  static engagement::DeviceEngagement make_engagement(const crypto::PrivateKey& key) {
    const std::array<engagement::RetrievalMethod, 1> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
    return engagement::DeviceEngagement::for_qr(key.public_key(), methods).value();
  }

  crypto::PrivateKey key_;
  engagement::DeviceEngagement engagement_;
  Bytes transcript_;
  std::optional<RawCipher> cipher_;
};

}  // namespace mdoc::properties
