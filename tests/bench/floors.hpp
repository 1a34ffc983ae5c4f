#pragma once

#include <cstdint>
#include <memory>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "mdoc/core/bytes.hpp"

/// @file
/// The floor of an operation: the OpenSSL calls that it cannot avoid, one after the other over inputs
/// that were prepared before. Algorithms are fetched once, contexts are reused, keys that are known
/// beforehand stand ready in them. No floor builds an object that the library avoids, and where OpenSSL
/// offers two ways, a floor takes the faster one.
///
/// | operation                      | floor                                                                   |
/// |--------------------------------|-------------------------------------------------------------------------|
/// | verify, signature, chain known | import of one P-256 point, two ECDSA verifications with their SHA-256,  |
/// |                                | one SHA-256 for each element                                            |
/// | verify, MAC, chain known       | the same, with ECDH, HKDF and HMAC instead of the second verification   |
/// | verify, chain new              | the first, one certificate parsed, one path of it and its anchor        |
/// |                                | validated                                                               |
/// | verify, many elements          | the first, whatever the device signed being one message                 |
/// | receive                        | AES-256-GCM over the message, then as verify                            |
/// | respond, signature             | one ECDSA signature with its SHA-256                                    |
/// | respond, building              | the same, one ECDSA verification with its SHA-256 (a key in hardware    |
/// |                                | may answer with another one), a copy of the response                    |
/// | respond, MAC                   | import of one P-256 point, ECDH, HKDF, HMAC                             |
/// | issue                          | one ECDSA signature with its SHA-256, one SHA-256 for each element      |
/// | session seal, open             | AES-256-GCM over the message                                            |
/// | session round                  | the same over request and response, both ways                           |
/// | tap to verdict                 | two P-256 keys made; on each side the import of a point, ECDH and two    |
/// |                                | HKDF; SHA-256 over the transcript; AES-256-GCM over request and          |
/// |                                | response, both ways; then as respond, MAC, and as verify, MAC, chain new |
/// | match                          | one SHA-256 over the request, to which a consent is bound                |
/// | profile, validating            | every byte of the values read once                                      |
/// | digest                         | SHA-256 over the item                                                   |
/// | chain, new                     | one certificate parsed, one path of it and its anchor validated         |
/// | chain, known                   | one SHA-256 over the certificate, by which it is found                  |
/// | status look-up                 | one SHA-256 over the URI, by which the list is found, and a byte read   |
/// | status list loaded             | its content inflated by zlib; then as chain, new, and one ECDSA         |
/// |                                | verification with its SHA-256                                           |
/// | VICAL to TrustStore            | the same without inflation, and every certificate of the list parsed    |
/// | verify in N threads            | none of OpenSSL: the work of one thread, in one thread. N cores at 0.9  |
/// |                                | each are a ratio of 1.11                                                |
/// | CBOR read, write               | none of OpenSSL: a copy of the message                                  |

namespace mdoc::bench {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Deleter<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Deleter<EVP_CIPHER_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Deleter<EVP_MAC_CTX_free>>;
using Certificate = std::unique_ptr<X509, Deleter<X509_free>>;

/// Bare operations. Each aborts the program when OpenSSL fails: a floor that did nothing would make
/// everything look slow.
class Floor {
 public:
  Floor();

  /// A P-256 key from 04 ‖ x ‖ y.
  [[nodiscard]] Key import_point(ByteView point) const;
  [[nodiscard]] static Key private_key(ByteView pkcs8);
  /// A new P-256 key.
  [[nodiscard]] Key generate() const;

  /// A context for any number of signatures of one key.
  [[nodiscard]] static KeyContext verifier(EVP_PKEY* key);
  void verify(EVP_PKEY_CTX* verifier, ByteView message, ByteView der_signature) const;
  /// A context for any number of signatures with one key.
  [[nodiscard]] static KeyContext signer(EVP_PKEY* key);
  void sign(EVP_PKEY_CTX* signer, ByteView message) const;

  void sha256(ByteView message) const;
  /// ECDH, HKDF-SHA-256 to 32 bytes, HMAC-SHA-256 over `message`.
  void mac(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt, ByteView message) const;

  /// ECDH, and HKDF-SHA-256 to two keys of 32 bytes.
  void session_keys(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt) const;

  [[nodiscard]] static Certificate parse(ByteView der);
  /// The path from `leaf` to the trusted `anchor`.
  static void verify_path(X509* leaf, X509* anchor);

  /// A context for any number of messages under one AES-256-GCM key.
  [[nodiscard]] static CipherContext cipher(ByteView key);
  static void seal(EVP_CIPHER_CTX* cipher, ByteView iv, ByteView plaintext, Bytes& ciphertext);
  static void open(EVP_CIPHER_CTX* cipher, ByteView iv, ByteView ciphertext, Bytes& plaintext);

 private:
  void hash(ByteView message, std::span<std::uint8_t, 32> digest) const;
  void hmac(ByteView key, ByteView message, std::span<std::uint8_t, 32> tag) const;
  /// ECDH, and the first step of HKDF.
  void agree(EVP_PKEY* own, EVP_PKEY* peer, ByteView salt, std::span<std::uint8_t, 32> pseudorandom_key) const;

  Key p256_;  // domain parameters without a point
  KeyContext generator_;
  DigestContext sha256_;
  MacContext hmac_;
};

}  // namespace mdoc::bench
