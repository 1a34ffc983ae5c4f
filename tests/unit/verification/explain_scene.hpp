#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "mdoc/crypto/hmac.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/verification/explain.hpp"
#include "support/vectors.hpp"

/// @file
/// A peer that encodes, signs and authenticates apart from the library, with mistakes to order.

namespace mdoc::verification {

using testing::cbor_array;
using testing::cbor_bytes;
using testing::cbor_embedded;
using testing::cbor_text;
using testing::cbor_uint;
using testing::CoseParts;
using testing::hex;
using testing::Members;
using Variant = AuthenticationVariant;
using Variants = std::vector<Variant>;

inline const Bytes null = hex("f6");

inline Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

inline Bytes sha256(const Bytes& message) {
  return crypto::digest(crypto::DigestAlgorithm::sha256, message).value().to_bytes();
}

/// The digest that the algorithm computes itself.
inline Bytes digest_for(crypto::SignatureAlgorithm algorithm, const Bytes& message) {
  const auto with = algorithm == crypto::SignatureAlgorithm::es256   ? crypto::DigestAlgorithm::sha256
                    : algorithm == crypto::SignatureAlgorithm::es384 ? crypto::DigestAlgorithm::sha384
                                                                     : crypto::DigestAlgorithm::sha512;
  return crypto::digest(with, message).value().to_bytes();
}

inline crypto::PrivateKey key_of(std::uint64_t seed, crypto::Curve curve = crypto::Curve::p256) {
  testing::CountingRng rng(seed);
  return crypto::PrivateKey::generate(curve, rng).value();
}

/// A COSE_Key, by default as it is usual; `kid` makes it one with a further parameter.
inline Bytes cose_key(const crypto::PrivateKey& key, bool kid = false) {
  const auto coordinates = key.public_key().coordinates();
  cbor::Writer writer;
  writer.map(kid ? 5 : 4).uint(1).uint(2).integer(-1).integer(static_cast<std::int64_t>(coordinates.curve));
  writer.integer(-2).bytes(coordinates.x).integer(-3).bytes(coordinates.y);
  if (kid) writer.uint(2).text("reader");
  return std::move(writer).take();
}

/// How the peer of a test computes its proof. As it is made, without a mistake.
struct Peer {
  Bytes transcript{};               ///< bare; of the structure and of the salt
  std::optional<Bytes> embedded{};  ///< of the structure alone
  std::optional<Bytes> salt{};      ///< of the MAC key
  std::optional<std::string> doc_type{};
  std::optional<Bytes> name_spaces{};  ///< the item
  std::function<Bytes(const Bytes& array)> content = [](const Bytes& array) { return cbor_embedded(array); };
  std::function<Bytes(const Bytes& header, const Bytes& content)> structure{};
  bool hashed_twice = false;
  const crypto::PrivateKey* key = nullptr;
  std::function<void(CoseParts& parts, const Bytes& content)> on_proof{};
};

/// A presentation after NFC negotiated handover, of an mdoc that knows the second edition. Both ephemeral keys and the
/// engagement are encoded in ways that ours would not.
struct Scene {
  explicit Scene(bool with_mac, crypto::Curve curve = crypto::Curve::p256)
      : bench(curve), mac(with_mac), e_device_key(key_of(50, bench.sample.e_reader_key.curve())) {
    bench.sample.mac = with_mac;
    bench.level = Level::lenient;
    const Bytes security = cbor_array({cbor_uint(1), cbor_embedded(cose_key(e_device_key))});
    // { 0: "1.1", 1: Security, 6: { 3: true }, 5: [] }
    engagement = joined({hex("a4"), hex("00"), cbor_text("1.1"), hex("01"), security, hex("06a103f5"), hex("0580")});
    reader_key = cose_key(bench.sample.e_reader_key, true);
    handover = cbor_array({cbor_bytes(select), cbor_bytes(request)});
    bench.sample.device_name_spaces["com.example"] = Members{{"zz", cbor_uint(1)}, {"a", cbor_uint(2)}}.encode();
    bench.sample.key_authorizations = Members{{"nameSpaces", cbor_array({cbor_text("com.example")})}}.encode();
    use(transcript_of(cbor_embedded(engagement), cbor_embedded(reader_key), handover));
  }

  static Bytes transcript_of(const Bytes& engagement_item, const Bytes& key_item, const Bytes& handover_item) {
    return cbor_array({engagement_item, key_item, handover_item});
  }
  [[nodiscard]] Bytes with_engagement(const Bytes& item) const {
    return transcript_of(item, cbor_embedded(reader_key), handover);
  }
  [[nodiscard]] Bytes with_reader_key(const Bytes& item) const {
    return transcript_of(cbor_embedded(engagement), item, handover);
  }
  [[nodiscard]] Bytes with_handover(const Bytes& item) const {
    return transcript_of(cbor_embedded(engagement), cbor_embedded(reader_key), item);
  }
  /// The transcript of both sides, until one of them makes a mistake.
  void use(const Bytes& transcript) { bench.sample.transcript = peer.transcript = transcript; }

  /// The document with the proof of `peer`.
  Bytes document() {
    testing::SampleMdoc& sample = bench.sample;
    sample.on_device_auth = [&](CoseParts& parts) {
      const Bytes array = cbor_array({cbor_text("DeviceAuthentication"), peer.embedded.value_or(peer.transcript),
                                      cbor_text(peer.doc_type.value_or(sample.doc_type)),
                                      peer.name_spaces.value_or(cbor_embedded(sample.device_name_spaces.encode()))});
      const Bytes content = peer.content(array);
      const Bytes message = peer.structure ? peer.structure(parts.protected_header, content)
                                           : testing::cose_structure(context(), parts.protected_header, content);
      parts.signature = mac ? tag(message) : signature(message);
      if (peer.on_proof) peer.on_proof(parts, content);
    };
    return sample.document();
  }
  [[nodiscard]] const char* context() const { return mac ? "MAC0" : "Signature1"; }

  [[nodiscard]] Bytes signature(const Bytes& message) const {
    const crypto::PrivateKey& key = peer.key != nullptr ? *peer.key : bench.sample.device_key;
    const auto algorithm = crypto::signature_algorithm(key.curve()).value();
    return crypto::sign(key, algorithm, peer.hashed_twice ? digest_for(algorithm, message) : message).value().raw;
  }
  [[nodiscard]] Bytes tag(const Bytes& message) const {
    const crypto::PrivateKey& key = peer.key != nullptr ? *peer.key : bench.sample.device_key;
    const auto zab = crypto::agree(key, bench.sample.e_reader_key.public_key()).value();
    const Bytes salt = peer.salt.value_or(sha256(cbor_embedded(peer.transcript)));
    const auto mac_key =
        crypto::hkdf(crypto::DigestAlgorithm::sha256, zab.view(), salt, as_bytes("EMacKey"), 32).value();
    return crypto::hmac(crypto::DigestAlgorithm::sha256, mac_key.view(), message).value().to_bytes();
  }

  Bytes response() {
    std::vector<Bytes> documents{document()};
    documents.insert(documents.end(), other_documents.begin(), other_documents.end());
    return testing::SampleMdoc::response_of(documents);
  }
  Result<AuthenticationExplanation> explain(const Bytes& response, std::span<const NamedTranscript> further = {},
                                            const ExplanationLimits& limits = {}) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::copy_of(response), bench.level).value();
    VerificationInput input = bench.input();
    return explain_device_authentication(decoded, 0, input, further, limits);
  }

  Bench bench;
  bool mac;
  crypto::PrivateKey e_device_key;
  Bytes engagement, reader_key, handover;  ///< encoded map, COSE_Key and array
  Bytes select = hex("9101"), request = hex("9102a5");
  std::vector<Bytes> other_documents{};
  Peer peer{};
};

/// Keys of other documents live as long as the tests.
inline const crypto::PrivateKey& other_device_key() {
  static const crypto::PrivateKey key = key_of(60);
  return key;
}

inline Bytes other_document(const std::string& doc_type) {
  testing::SampleMdoc other;
  other.doc_type = doc_type;
  other.device_key = key_of(60);
  return other.document();
}

}  // namespace mdoc::verification
