#include "mdoc/crypto/signature.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/signature_impl.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::crypto {
namespace {

std::optional<DigestAlgorithm> digest_of(SignatureAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case SignatureAlgorithm::es256: return DigestAlgorithm::sha256;
    case SignatureAlgorithm::es384: return DigestAlgorithm::sha384;
    case SignatureAlgorithm::es512: return DigestAlgorithm::sha512;
    case SignatureAlgorithm::eddsa: return std::nullopt;
  }
  return std::nullopt;
}

// EdDSA reads its message twice, so it cannot be fed in pieces.
class JoinedMessage {
 public:
  explicit JoinedMessage(const MessageParts& message) {
    const auto parts = message.parts();
    if (parts.size() == 1) {
      view_ = parts.front();
      return;
    }
    joined_.reserve(message.size());
    for (const ByteView part : parts) joined_.insert(joined_.end(), part.begin(), part.end());
    view_ = joined_;
  }
  [[nodiscard]] ByteView view() const noexcept { return view_; }

 private:
  Bytes joined_;
  ByteView view_;
};

Result<Bytes> sign_ecdsa(const PrivateKey& key, DigestAlgorithm algorithm, const MessageParts& message) {
  MDOC_TRY(const Digest hash, digest(algorithm, message));
  const ErrorQueueGuard guard;
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.impl().pkey.get(), nullptr));
  std::array<std::uint8_t, max_der_signature> der{};
  std::size_t size = der.size();
  if (context == nullptr || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_sign(context.get(), der.data(), &size, hash.view().data(), hash.size()) != 1) {
    return backend_error();
  }
  MDOC_TRY(Signature signature, signature_from_der(key.curve(), ByteView(der).first(size)));
  return std::move(signature.raw);
}

Result<Bytes> sign_eddsa(const PrivateKey& key, const MessageParts& message) {
  const JoinedMessage joined(message);
  const ErrorQueueGuard guard;
  const DigestContext context(EVP_MD_CTX_new());
  Bytes raw(info(key.curve()).signature_size);
  std::size_t size = raw.size();
  if (context == nullptr || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.impl().pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), raw.data(), &size, joined.view().data(), joined.view().size()) != 1) {
    return backend_error();
  }
  return raw;
}

}  // namespace

std::size_t write_der_signature(ByteView raw, std::span<std::uint8_t, max_der_signature> out) noexcept {
  const std::size_t half = raw.size() / 2;
  std::array<ByteView, 2> integers{raw.first(half), raw.last(half)};
  std::array<bool, 2> sign_octet{};
  std::size_t content = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    while (integers[i].size() > 1 && integers[i][0] == 0) integers[i] = integers[i].subspan(1);
    sign_octet[i] = (integers[i][0] & 0x80) != 0;
    content += 2 + (sign_octet[i] ? 1 : 0) + integers[i].size();
  }
  auto at = out.begin();
  *at++ = der::tag::sequence;
  if (content >= 0x80) *at++ = 0x81;  // P-521 and brainpoolP512r1
  *at++ = static_cast<std::uint8_t>(content);
  for (std::size_t i = 0; i < 2; ++i) {
    *at++ = der::tag::integer;
    *at++ = static_cast<std::uint8_t>(integers[i].size() + (sign_octet[i] ? 1 : 0));
    if (sign_octet[i]) *at++ = 0;
    at = std::ranges::copy(integers[i], at).out;
  }
  return static_cast<std::size_t>(at - out.begin());
}

Result<void> verify_ecdsa(const PublicKey& key, DigestAlgorithm algorithm, const MessageParts& message,
                          ByteView der_signature) {
  MDOC_TRY(const Digest hash, digest(algorithm, message));
  const ErrorQueueGuard guard;
  const PkeyContext context = key.impl().verify_context();
  if (context == nullptr) return backend_error();
  if (EVP_PKEY_verify(context.get(), der_signature.data(), der_signature.size(), hash.view().data(), hash.size()) !=
      1) {
    return Error{.code = Errc::signature_invalid};
  }
  return {};
}

Result<void> verify_eddsa(const PublicKey& key, const MessageParts& message, ByteView signature) {
  if (signature.size() != info(key.curve()).signature_size) return Error{.code = Errc::signature_invalid};
  const JoinedMessage joined(message);
  const ErrorQueueGuard guard;
  const DigestContext context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.impl().pkey.get()) != 1) {
    return backend_error();
  }
  if (EVP_DigestVerify(context.get(), signature.data(), signature.size(), joined.view().data(), joined.view().size()) !=
      1) {
    return Error{.code = Errc::signature_invalid};
  }
  return {};
}

std::optional<SignatureAlgorithm> signature_algorithm(Curve curve) noexcept {
  switch (curve) {
    case Curve::p256:
    case Curve::brainpool_p256r1: return SignatureAlgorithm::es256;
    case Curve::p384:
    case Curve::brainpool_p320r1:
    case Curve::brainpool_p384r1: return SignatureAlgorithm::es384;
    case Curve::p521:
    case Curve::brainpool_p512r1: return SignatureAlgorithm::es512;
    case Curve::ed25519:
    case Curve::ed448: return SignatureAlgorithm::eddsa;
    case Curve::x25519:
    case Curve::x448: break;
  }
  return std::nullopt;
}

Result<void> verify(const PublicKey& key, SignatureAlgorithm algorithm, const MessageParts& message,
                    ByteView signature) {
  if (signature_algorithm(key.curve()) != algorithm) return Error{.code = Errc::algorithm_mismatch};
  const std::optional<DigestAlgorithm> hash = digest_of(algorithm);
  if (!hash) return verify_eddsa(key, message, signature);
  if (signature.size() != info(key.curve()).signature_size) return Error{.code = Errc::signature_invalid};
  std::array<std::uint8_t, max_der_signature> der{};
  const std::size_t size = write_der_signature(signature, der);
  return verify_ecdsa(key, *hash, message, ByteView(der).first(size));
}

Result<Signature> sign(const PrivateKey& key, SignatureAlgorithm algorithm, const MessageParts& message) {
  if (signature_algorithm(key.curve()) != algorithm) return Error{.code = Errc::algorithm_mismatch};
  const std::optional<DigestAlgorithm> hash = digest_of(algorithm);
  MDOC_TRY(Bytes raw, hash ? sign_ecdsa(key, *hash, message) : sign_eddsa(key, message));
  return Signature{std::move(raw)};
}

Result<Bytes> signature_to_der(Curve curve, ByteView raw) {
  const CurveInfo& row = info(curve);
  if (row.key_type != KeyType::ec2 || raw.size() != row.signature_size) return Error{.code = Errc::bad_argument};
  std::array<std::uint8_t, max_der_signature> der{};
  const std::size_t size = write_der_signature(raw, der);
  return Bytes(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(size));
}

Result<Signature> signature_from_der(Curve curve, ByteView der) {
  const CurveInfo& row = info(curve);
  if (row.key_type != KeyType::ec2) return Error{.code = Errc::bad_argument};
  der::Reader file(der, Errc::signature_invalid);
  MDOC_TRY(der::Reader pair, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  Bytes raw(row.signature_size);
  const std::size_t half = raw.size() / 2;
  for (const std::size_t begin : {std::size_t{0}, half}) {
    MDOC_TRY(const ByteView magnitude, pair.read_unsigned());
    if (magnitude.size() > half) return pair.error();
    std::ranges::copy(magnitude, raw.begin() + static_cast<std::ptrdiff_t>(begin + half - magnitude.size()));
  }
  MDOC_CHECK(pair.end());
  return Signature{std::move(raw)};
}

}  // namespace mdoc::crypto
