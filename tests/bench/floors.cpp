#include "bench/floors.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

namespace mdoc::bench {
namespace {

void must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "floor: %s failed\n", what);
  std::abort();
}

}  // namespace

Floor::Floor()
    : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      aes256_gcm_(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
      hkdf_(EVP_KDF_fetch(nullptr, "HKDF", nullptr)),
      hmac_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)),
      digest_context_(EVP_MD_CTX_new()),
      verify_context_(EVP_MD_CTX_new()),
      sign_context_(EVP_MD_CTX_new()),
      cipher_context_(EVP_CIPHER_CTX_new()) {
  must(sha256_ && aes256_gcm_ && hkdf_ && hmac_, "fetch");
}

Key Floor::import_point(ByteView point) const {
  char group[] = "prime256v1";  // NOLINT(*-avoid-c-arrays): OSSL_PARAM wants it mutable
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<std::uint8_t*>(point.data()), point.size()),
      OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_fromdata_init(context.get()) == 1 &&
           EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parameters.data())) == 1,
       "import of a point");
  return Key(key);
}

Key Floor::parse_certificate_key(ByteView certificate) const {
  const unsigned char* cursor = certificate.data();
  const std::unique_ptr<X509, Deleter<X509_free>> parsed(
      d2i_X509(nullptr, &cursor, static_cast<long>(certificate.size())));
  must(parsed != nullptr, "parsing a certificate");
  return Key(X509_get_pubkey(parsed.get()));
}

Key Floor::private_key(ByteView pkcs8) const {
  const unsigned char* cursor = pkcs8.data();
  Key key(d2i_AutoPrivateKey(nullptr, &cursor, static_cast<long>(pkcs8.size())));
  must(key != nullptr, "reading a private key");
  return key;
}

void Floor::verify(EVP_PKEY* key, ByteView message, ByteView der_signature) const {
  EVP_MD_CTX_reset(verify_context_.get());  // or it would keep the key of the last call
  must(EVP_DigestVerifyInit_ex(verify_context_.get(), nullptr, "SHA256", nullptr, nullptr, key, nullptr) == 1 &&
           EVP_DigestVerify(verify_context_.get(), der_signature.data(), der_signature.size(), message.data(),
                            message.size()) == 1,
       "verification");
}

Bytes Floor::sign(EVP_PKEY* key, ByteView message) const {
  Bytes signature(80);
  std::size_t size = signature.size();
  EVP_MD_CTX_reset(sign_context_.get());
  must(EVP_DigestSignInit_ex(sign_context_.get(), nullptr, "SHA256", nullptr, nullptr, key, nullptr) == 1 &&
           EVP_DigestSign(sign_context_.get(), signature.data(), &size, message.data(), message.size()) == 1,
       "signing");
  signature.resize(size);
  return signature;
}

void Floor::sha256(ByteView message) const {
  std::array<unsigned char, 32> digest{};
  must(EVP_DigestInit_ex2(digest_context_.get(), sha256_.get(), nullptr) == 1 &&
           EVP_DigestUpdate(digest_context_.get(), message.data(), message.size()) == 1 &&
           EVP_DigestFinal_ex(digest_context_.get(), digest.data(), nullptr) == 1,
       "SHA-256");
}

void Floor::mac(EVP_PKEY* own, EVP_PKEY* peer, ByteView transcript, ByteView message) const {
  std::array<unsigned char, 32> secret{}, salt{}, key{}, tag{};
  std::size_t size = secret.size();
  const KeyContext agreement(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  must(EVP_PKEY_derive_init(agreement.get()) == 1 && EVP_PKEY_derive_set_peer(agreement.get(), peer) == 1 &&
           EVP_PKEY_derive(agreement.get(), secret.data(), &size) == 1,
       "ECDH");
  must(EVP_DigestInit_ex2(digest_context_.get(), sha256_.get(), nullptr) == 1 &&
           EVP_DigestUpdate(digest_context_.get(), transcript.data(), transcript.size()) == 1 &&
           EVP_DigestFinal_ex(digest_context_.get(), salt.data(), nullptr) == 1,
       "SHA-256");
  char digest[] = "SHA256";  // NOLINT(*-avoid-c-arrays)
  char info[] = "EMacKey";   // NOLINT(*-avoid-c-arrays)
  const std::array<OSSL_PARAM, 5> derivation{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info, sizeof info - 1), OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_KDF_CTX, Deleter<EVP_KDF_CTX_free>> hkdf(EVP_KDF_CTX_new(hkdf_.get()));
  must(EVP_KDF_derive(hkdf.get(), key.data(), key.size(), derivation.data()) == 1, "HKDF");
  const std::array<OSSL_PARAM, 2> digest_only{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                              OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>> hmac(EVP_MAC_CTX_new(hmac_.get()));
  must(EVP_MAC_init(hmac.get(), key.data(), key.size(), digest_only.data()) == 1 &&
           EVP_MAC_update(hmac.get(), message.data(), message.size()) == 1 &&
           EVP_MAC_final(hmac.get(), tag.data(), &size, tag.size()) == 1,
       "HMAC");
}

void Floor::seal(ByteView key, ByteView iv, ByteView plaintext, Bytes& ciphertext) const {
  ciphertext.resize(plaintext.size() + 16);
  int written = 0;
  int rest = 0;
  must(EVP_EncryptInit_ex2(cipher_context_.get(), aes256_gcm_.get(), key.data(), iv.data(), nullptr) == 1 &&
           EVP_EncryptUpdate(cipher_context_.get(), ciphertext.data(), &written, plaintext.data(),
                             static_cast<int>(plaintext.size())) == 1 &&
           EVP_EncryptFinal_ex(cipher_context_.get(), ciphertext.data() + written, &rest) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher_context_.get(), EVP_CTRL_AEAD_GET_TAG, 16, ciphertext.data() + written) == 1,
       "AES-256-GCM");
}

void Floor::open(ByteView key, ByteView iv, ByteView ciphertext, Bytes& plaintext) const {
  const std::size_t size = ciphertext.size() - 16;
  plaintext.resize(size);
  int written = 0;
  int rest = 0;
  must(EVP_DecryptInit_ex2(cipher_context_.get(), aes256_gcm_.get(), key.data(), iv.data(), nullptr) == 1 &&
           EVP_DecryptUpdate(cipher_context_.get(), plaintext.data(), &written, ciphertext.data(),
                             static_cast<int>(size)) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher_context_.get(), EVP_CTRL_AEAD_SET_TAG, 16,
                               const_cast<std::uint8_t*>(ciphertext.data() + size)) == 1 &&
           EVP_DecryptFinal_ex(cipher_context_.get(), plaintext.data() + written, &rest) == 1,
       "AES-256-GCM");
}

}  // namespace mdoc::bench
