#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "mdoc/core/bytes.hpp"

/// @file
/// The floor of an operation: the OpenSSL calls that it cannot avoid, one after the other over inputs
/// that were prepared before, with algorithms fetched and contexts made once. No floor builds an object
/// that the library avoids. Every figure of this folder stands beside its floor, as a ratio of medians
/// from interleaved runs in one process.
///
/// | operation                      | floor                                                          |
/// |--------------------------------|----------------------------------------------------------------|
/// | verify, signature, chain known | import of one P-256 point, two signature verifications,        |
/// |                                | one SHA-256 for each element                                   |
/// | verify, MAC, chain known       | the same, with ECDH, HKDF and HMAC for the second verification |
/// | verify, chain not known        | the first, one certificate parsed, one more verification       |
/// | respond, signature             | one signature                                                  |
/// | issue                          | one signature, one SHA-256 for each element                    |
/// | seal, open                     | AES-256-GCM over the message                                   |
/// | digest                         | SHA-256 over the items                                         |
/// | CBOR read, write               | a copy of the message                                          |

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
using DigestMethod = std::unique_ptr<EVP_MD, Deleter<EVP_MD_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Deleter<EVP_CIPHER_free>>;
using Kdf = std::unique_ptr<EVP_KDF, Deleter<EVP_KDF_free>>;
using Mac = std::unique_ptr<EVP_MAC, Deleter<EVP_MAC_free>>;

/// Bare operations. Each aborts the program when OpenSSL fails: a floor that did nothing would make
/// everything look slow.
class Floor {
 public:
  Floor();

  /// A P-256 key from 04 ‖ x ‖ y.
  [[nodiscard]] Key import_point(ByteView point) const;
  [[nodiscard]] Key parse_certificate_key(ByteView certificate) const;
  [[nodiscard]] Key private_key(ByteView pkcs8) const;

  void verify(EVP_PKEY* key, ByteView message, ByteView der_signature) const;
  [[nodiscard]] Bytes sign(EVP_PKEY* key, ByteView message) const;
  void sha256(ByteView message) const;
  /// ECDH, then HKDF-SHA-256 with a hash of `transcript` as salt, then HMAC-SHA-256 over `message`.
  void mac(EVP_PKEY* own, EVP_PKEY* peer, ByteView transcript, ByteView message) const;
  /// AES-256-GCM; the results are kept inside.
  void seal(ByteView key, ByteView iv, ByteView plaintext, Bytes& ciphertext) const;
  void open(ByteView key, ByteView iv, ByteView ciphertext, Bytes& plaintext) const;

 private:
  DigestMethod sha256_;
  Cipher aes256_gcm_;
  Kdf hkdf_;
  Mac hmac_;
  DigestContext digest_context_, verify_context_, sign_context_;
  CipherContext cipher_context_;
};

}  // namespace mdoc::bench
