#include "mdoc/crypto/hpke.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/hkdf.hpp"

// Names in comments are those of RFC 9180.
namespace mdoc::crypto {
namespace {

constexpr std::uint8_t mode_base = 0x00;

struct Kem {
  Curve curve;
  DigestAlgorithm hash;
};

constexpr Kem kem_of(HpkeKem id) noexcept {
  return id == HpkeKem::p256_hkdf_sha256 ? Kem{Curve::p256, DigestAlgorithm::sha256}
                                         : Kem{Curve::p521, DigestAlgorithm::sha512};
}

constexpr DigestAlgorithm hash_of(HpkeKdf id) noexcept {
  return id == HpkeKdf::hkdf_sha256 ? DigestAlgorithm::sha256 : DigestAlgorithm::sha512;
}

constexpr std::array<std::uint8_t, 2> two_bytes(std::size_t value) noexcept {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

template <class... Ids>
Bytes suite_id(std::string_view prefix, Ids... ids) {
  Bytes id(prefix.begin(), prefix.end());
  for (const auto bytes : {two_bytes(static_cast<std::size_t>(ids))...})
    id.insert(id.end(), bytes.begin(), bytes.end());
  return id;
}

// LabeledExtract and LabeledExpand (4)
class LabeledKdf {
 public:
  LabeledKdf(DigestAlgorithm hash, Bytes suite) : hash_(hash), suite_(std::move(suite)) {}

  [[nodiscard]] std::size_t hash_size() const noexcept { return digest_size(hash_); }
  [[nodiscard]] Result<SecretBytes> extract(ByteView salt, std::string_view label, ByteView ikm) const {
    return hkdf_extract(hash_, salt, {as_bytes(version), suite_, as_bytes(label), ikm});
  }
  [[nodiscard]] Result<SecretBytes> expand(ByteView prk, std::string_view label, ByteView info,
                                           std::size_t length) const {
    return hkdf_expand(hash_, prk, {two_bytes(length), as_bytes(version), suite_, as_bytes(label), info}, length);
  }

 private:
  static constexpr std::string_view version = "HPKE-v1";
  DigestAlgorithm hash_;
  Bytes suite_;
};

Bytes join(ByteView a, ByteView b, ByteView c = {}) {
  Bytes joined(a.begin(), a.end());
  joined.insert(joined.end(), b.begin(), b.end());
  joined.insert(joined.end(), c.begin(), c.end());
  return joined;
}

// ExtractAndExpand (4.1)
Result<SecretBytes> kem_secret(HpkeKem id, ByteView dh, ByteView enc, ByteView recipient) {
  const LabeledKdf kdf(kem_of(id).hash, suite_id("KEM", id));
  MDOC_TRY(const SecretBytes eae_prk, kdf.extract({}, "eae_prk", dh));
  return kdf.expand(eae_prk.view(), "shared_secret", join(enc, recipient), kdf.hash_size());
}

Result<PublicKey> decode_enc(const HpkeSuite& suite, ByteView enc) {
  const Curve curve = kem_of(suite.kem).curve;
  // DeserializePublicKey (7.1.1): uncompressed only.
  if (enc.size() != 1 + 2 * info(curve).coordinate_size) return Error{.code = Errc::bad_key};
  return PublicKey::from_point(curve, enc);
}

}  // namespace

struct HpkeContext::Impl {
  LabeledKdf kdf;
  Aead aead;
  std::array<std::uint8_t, Aead::nonce_size> base_nonce;
  SecretBytes exporter_secret;
  std::uint64_t sequence = 0;

  // ComputeNonce (5.2). The RFC allows 2^96 - 1 messages; a 64-bit counter ends sooner.
  [[nodiscard]] Result<std::array<std::uint8_t, Aead::nonce_size>> nonce() const {
    if (sequence == ~std::uint64_t{0}) return Error{.code = Errc::counter_exhausted};
    auto nonce = base_nonce;
    for (std::size_t i = 0; i < 8; ++i) {
      nonce[nonce.size() - 1 - i] = static_cast<std::uint8_t>(nonce[nonce.size() - 1 - i] ^ (sequence >> (8 * i)));
    }
    return nonce;
  }
};

namespace {

// KeySchedule (5.1) in base mode: no psk
Result<HpkeContext> key_schedule(const HpkeSuite& suite, ByteView shared_secret, ByteView info) {
  LabeledKdf kdf(hash_of(suite.kdf), suite_id("HPKE", suite.kem, suite.kdf, suite.aead));
  MDOC_TRY(const SecretBytes psk_id_hash, kdf.extract({}, "psk_id_hash", {}));
  MDOC_TRY(const SecretBytes info_hash, kdf.extract({}, "info_hash", info));
  const std::array mode{mode_base};
  const Bytes context = join(mode, psk_id_hash.view(), info_hash.view());
  MDOC_TRY(const SecretBytes secret, kdf.extract(shared_secret, "secret", {}));
  MDOC_TRY(const SecretBytes key, kdf.expand(secret.view(), "key", context, key_size(suite.aead)));
  MDOC_TRY(const SecretBytes base_nonce, kdf.expand(secret.view(), "base_nonce", context, Aead::nonce_size));
  MDOC_TRY(SecretBytes exporter_secret, kdf.expand(secret.view(), "exp", context, kdf.hash_size()));
  MDOC_TRY(Aead aead, Aead::create(suite.aead, key.view()));
  auto impl = std::make_unique<HpkeContext::Impl>(
      HpkeContext::Impl{std::move(kdf), std::move(aead), {}, std::move(exporter_secret)});
  std::ranges::copy(base_nonce.view(), impl->base_nonce.begin());
  return HpkeContext(std::move(impl));
}

}  // namespace

HpkeContext::HpkeContext(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HpkeContext::HpkeContext(HpkeContext&& other) noexcept = default;
HpkeContext& HpkeContext::operator=(HpkeContext&& other) noexcept = default;
HpkeContext::~HpkeContext() = default;

Result<Bytes> HpkeContext::seal(ByteView associated_data, ByteView plaintext) {
  MDOC_TRY(const auto nonce, impl_->nonce());
  MDOC_TRY(Bytes sealed, impl_->aead.seal(nonce, associated_data, plaintext));
  ++impl_->sequence;
  return sealed;
}

Result<Bytes> HpkeContext::open(ByteView associated_data, ByteView sealed) {
  MDOC_TRY(const auto nonce, impl_->nonce());
  MDOC_TRY(Bytes plaintext, impl_->aead.open(nonce, associated_data, sealed));
  ++impl_->sequence;
  return plaintext;
}

Result<SecretBytes> HpkeContext::export_secret(ByteView exporter_context, std::size_t length) const {
  return impl_->kdf.expand(impl_->exporter_secret.view(), "sec", exporter_context, length);
}

Result<HpkeSender> hpke_setup_sender(const HpkeSuite& suite, const PublicKey& recipient, ByteView info, Rng& rng) {
  const Curve curve = kem_of(suite.kem).curve;
  if (recipient.curve() != curve) return Error{.code = Errc::bad_argument};
  MDOC_TRY(const PrivateKey ephemeral, PrivateKey::generate(curve, rng));
  MDOC_TRY(const SecretBytes dh, agree(ephemeral, recipient));
  const ByteView point = ephemeral.public_key().point();
  Bytes enc(point.begin(), point.end());
  MDOC_TRY(const SecretBytes shared_secret, kem_secret(suite.kem, dh.view(), enc, recipient.point()));
  MDOC_TRY(HpkeContext context, key_schedule(suite, shared_secret.view(), info));
  return HpkeSender{std::move(enc), std::move(context)};
}

Result<EcPublicKey> hpke_peer(const HpkeSuite& suite, ByteView enc) {
  MDOC_TRY(const PublicKey peer, decode_enc(suite, enc));
  return peer.coordinates();
}

Result<HpkeContext> hpke_setup_recipient(const HpkeSuite& suite, const PublicKey& recipient, const SecretBytes& shared,
                                         ByteView enc, ByteView info) {
  if (recipient.curve() != kem_of(suite.kem).curve) return Error{.code = Errc::bad_argument};
  MDOC_TRY(const SecretBytes shared_secret, kem_secret(suite.kem, shared.view(), enc, recipient.point()));
  return key_schedule(suite, shared_secret.view(), info);
}

Result<HpkeContext> hpke_setup_recipient(const HpkeSuite& suite, const PrivateKey& recipient, ByteView enc,
                                         ByteView info) {
  if (recipient.curve() != kem_of(suite.kem).curve) return Error{.code = Errc::bad_argument};
  MDOC_TRY(const PublicKey peer, decode_enc(suite, enc));
  MDOC_TRY(const SecretBytes dh, agree(recipient, peer));
  return hpke_setup_recipient(suite, recipient.public_key(), dh, enc, info);
}

Result<HpkeSealed> hpke_seal(const HpkeSuite& suite, const PublicKey& recipient, ByteView info,
                             ByteView associated_data, ByteView plaintext, Rng& rng) {
  MDOC_TRY(HpkeSender sender, hpke_setup_sender(suite, recipient, info, rng));
  MDOC_TRY(Bytes cipher_text, sender.context.seal(associated_data, plaintext));
  return HpkeSealed{std::move(sender.enc), std::move(cipher_text)};
}

Result<Bytes> hpke_open(const HpkeSuite& suite, const PrivateKey& recipient, ByteView enc, ByteView info,
                        ByteView associated_data, ByteView cipher_text) {
  MDOC_TRY(HpkeContext context, hpke_setup_recipient(suite, recipient, enc, info));
  return context.open(associated_data, cipher_text);
}

}  // namespace mdoc::crypto
