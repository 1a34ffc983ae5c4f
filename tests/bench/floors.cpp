#include "bench/floors.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/x509_vfy.h>

namespace mdoc::bench {
namespace {

using Block = std::array<std::uint8_t, 32>;

void must(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "floor: %s failed\n", what);
  std::abort();
}

Key p256_parameters() {
  char group[] = "prime256v1";  // NOLINT(*-avoid-c-arrays): OSSL_PARAM wants it mutable
  std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
                        OSSL_PARAM_construct_end()};
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_fromdata_init(context.get()) == 1 &&
           EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, parameters.data()) == 1,
       "P-256");
  return Key(key);
}

KeyContext generator_of(EVP_PKEY* parameters) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, parameters, nullptr));
  must(EVP_PKEY_keygen_init(context.get()) == 1, "preparing a key");
  return context;
}

DigestContext sha256_context() {
  const std::unique_ptr<EVP_MD, Deleter<EVP_MD_free>> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  DigestContext context(EVP_MD_CTX_new());
  must(EVP_DigestInit_ex2(context.get(), sha256.get(), nullptr) == 1, "SHA-256");
  return context;
}

MacContext hmac_context() {
  const std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>> hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(EVP_MAC_CTX_new(hmac.get()));
  char digest[] = "SHA256";  // NOLINT(*-avoid-c-arrays)
  const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                              OSSL_PARAM_construct_end()};
  must(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1, "HMAC");
  return context;
}

}  // namespace

Floor::Floor()
    : p256_(p256_parameters()),
      generator_(generator_of(p256_.get())),
      sha256_(sha256_context()),
      hmac_(hmac_context()) {}

Key Floor::import_point(ByteView point) const {
  Key key(EVP_PKEY_dup(p256_.get()));
  must(EVP_PKEY_set1_encoded_public_key(key.get(), point.data(), point.size()) == 1, "import of a point");
  return key;
}

Key Floor::private_key(ByteView pkcs8) {
  const unsigned char* cursor = pkcs8.data();
  Key key(d2i_AutoPrivateKey(nullptr, &cursor, static_cast<long>(pkcs8.size())));
  must(key != nullptr, "reading a private key");
  return key;
}

Key Floor::generate() const {
  EVP_PKEY* key = nullptr;
  must(EVP_PKEY_generate(generator_.get(), &key) == 1, "making a key");
  return Key(key);
}

KeyContext Floor::verifier(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  must(EVP_PKEY_verify_init(context.get()) == 1, "verification");
  return context;
}

void Floor::verify(EVP_PKEY_CTX* verifier, ByteView message, ByteView der_signature) const {
  Block digest{};
  hash(message, digest);
  must(EVP_PKEY_verify(verifier, der_signature.data(), der_signature.size(), digest.data(), digest.size()) == 1,
       "verification");
}

KeyContext Floor::signer(EVP_PKEY* key) {
  KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  must(EVP_PKEY_sign_init(context.get()) == 1, "signing");
  return context;
}

void Floor::sign(EVP_PKEY_CTX* signer, ByteView message) const {
  Block digest{};
  hash(message, digest);
  std::array<std::uint8_t, 80> signature{};
  std::size_t size = signature.size();
  must(EVP_PKEY_sign(signer, signature.data(), &size, digest.data(), digest.size()) == 1, "signing");
}

void Floor::hash(ByteView message, std::span<std::uint8_t, 32> digest) const {
  must(EVP_DigestUpdate(sha256_.get(), message.data(), message.size()) == 1 &&
           EVP_DigestFinal_ex(sha256_.get(), digest.data(), nullptr) == 1 &&
           EVP_DigestInit_ex2(sha256_.get(), nullptr, nullptr) == 1,
       "SHA-256");
}

void Floor::sha256(ByteView message) const {
  Block digest{};
  hash(message, digest);
}

void Floor::hmac(ByteView key, ByteView message, std::span<std::uint8_t, 32> tag) const {
  std::size_t size = tag.size();
  must(EVP_MAC_init(hmac_.get(), key.data(), key.size(), nullptr) == 1 &&
           EVP_MAC_update(hmac_.get(), message.data(), message.size()) == 1 &&
           EVP_MAC_final(hmac_.get(), tag.data(), &size, tag.size()) == 1,
       "HMAC");
}

void Floor::agree(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt, std::span<std::uint8_t, 32> pseudorandom_key) const {
  // The point was checked when it was imported: no second validation. The own key serves one session, so
  // its context cannot be prepared.
  Block secret{};
  std::size_t size = secret.size();
  const KeyContext agreement(EVP_PKEY_CTX_new_from_pkey(nullptr, own, nullptr));
  must(EVP_PKEY_derive_init(agreement.get()) == 1 && EVP_PKEY_derive_set_peer_ex(agreement.get(), peer, 0) == 1 &&
           EVP_PKEY_derive(agreement.get(), secret.data(), &size) == 1,
       "ECDH");
  hmac(salt, secret, pseudorandom_key);
}

// HKDF to one block (RFC 5869): HMAC over the secret, then HMAC over info and the block's number.
void Floor::mac(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt, ByteView message) const {
  Block pseudorandom_key{}, key{}, tag{};
  agree(own, peer, salt, pseudorandom_key);
  constexpr std::string_view info_and_number = "EMacKey\x01";
  hmac(pseudorandom_key, as_bytes(info_and_number), key);
  hmac(key, message, tag);
}

void Floor::session_keys(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt) const {
  Block pseudorandom_key{}, key{};
  agree(own, peer, salt, pseudorandom_key);
  constexpr std::string_view of_reader = "SKReader\x01";
  constexpr std::string_view of_device = "SKDevice\x01";
  hmac(pseudorandom_key, as_bytes(of_reader), key);
  hmac(pseudorandom_key, as_bytes(of_device), key);
}

Certificate Floor::parse(ByteView der) {
  const unsigned char* cursor = der.data();
  Certificate certificate(d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  must(certificate != nullptr, "parsing a certificate");
  return certificate;
}

void Floor::verify_path(X509* leaf, X509* anchor) {
  const std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  STACK_OF(X509)* const trusted = sk_X509_new_null();
  must(sk_X509_push(trusted, anchor) == 1 && X509_STORE_CTX_init(context.get(), nullptr, leaf, nullptr) == 1,
       "preparing a path");
  X509_STORE_CTX_set0_trusted_stack(context.get(), trusted);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_NO_CHECK_TIME);
  must(X509_verify_cert(context.get()) == 1, "validation of a path");
  sk_X509_free(trusted);
}

CipherContext Floor::cipher(ByteView key) {
  const std::unique_ptr<EVP_CIPHER, Deleter<EVP_CIPHER_free>> aes(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  CipherContext context(EVP_CIPHER_CTX_new());
  must(EVP_EncryptInit_ex2(context.get(), aes.get(), key.data(), nullptr, nullptr) == 1, "AES-256-GCM");
  return context;
}

void Floor::seal(EVP_CIPHER_CTX* cipher, ByteView iv, ByteView plaintext, Bytes& ciphertext) {
  ciphertext.resize(plaintext.size() + 16);
  int written = 0;
  int rest = 0;
  must(EVP_EncryptInit_ex2(cipher, nullptr, nullptr, iv.data(), nullptr) == 1 &&
           EVP_EncryptUpdate(cipher, ciphertext.data(), &written, plaintext.data(),
                             static_cast<int>(plaintext.size())) == 1 &&
           EVP_EncryptFinal_ex(cipher, ciphertext.data() + written, &rest) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, 16, ciphertext.data() + written) == 1,
       "AES-256-GCM");
}

void Floor::open(EVP_CIPHER_CTX* cipher, ByteView iv, ByteView ciphertext, Bytes& plaintext) {
  const std::size_t size = ciphertext.size() - 16;
  plaintext.resize(size);
  int written = 0;
  int rest = 0;
  must(EVP_DecryptInit_ex2(cipher, nullptr, nullptr, iv.data(), nullptr) == 1 &&
           EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, 16,
                               const_cast<std::uint8_t*>(ciphertext.data() + size)) == 1 &&
           EVP_DecryptUpdate(cipher, plaintext.data(), &written, ciphertext.data(), static_cast<int>(size)) == 1 &&
           EVP_DecryptFinal_ex(cipher, plaintext.data() + written, &rest) == 1,
       "AES-256-GCM");
}

}  // namespace mdoc::bench
