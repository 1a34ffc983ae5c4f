#pragma once
// Internal. OpenSSL's objects as owners, its algorithms fetched once, and its errors as ours.

#include <cstdint>
#include <memory>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "mdoc/core/result.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/crypto/curve.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::crypto {

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};
template <class T, auto free_function>
using Owned = std::unique_ptr<T, Free<free_function>>;

using BigNumber = Owned<BIGNUM, BN_clear_free>;
using CipherContext = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using DigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using MacContext = Owned<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using Pkey = Owned<EVP_PKEY, EVP_PKEY_free>;
using PkeyContext = Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Point = Owned<EC_POINT, EC_POINT_clear_free>;
using X509Owner = Owned<X509, X509_free>;

/// Leaves the thread's OpenSSL error queue as it was found: the application may use OpenSSL too, and
/// must not find our failures in its queue.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() noexcept { ERR_set_mark(); }
  ~ErrorQueueGuard() { ERR_pop_to_mark(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

/// OpenSSL failed where no input can make it fail. Within an ErrorQueueGuard, `native` is the reason.
[[nodiscard]] inline Error backend_error() noexcept {
  return Error{.code = Errc::crypto_backend,
               .native = static_cast<std::int32_t>(ERR_GET_REASON(ERR_peek_last_error()))};
}

// Fetched at first use and kept to the end of the process. Fetching costs more than hashing a short
// message, and implicit fetching (EVP_sha256()) does it at each use. They are never freed: OpenSSL's
// own exit handler may run before our destructors would, and then their providers are gone.
// Null where no provider has the algorithm.
[[nodiscard]] const EVP_MD* fetched(DigestAlgorithm algorithm) noexcept;
[[nodiscard]] const EVP_CIPHER* fetched(AeadAlgorithm algorithm) noexcept;
/// SHA-1: only for what is named with it, key identifiers (RFC 5280, 4.2.1.2) and certificates in OCSP.
[[nodiscard]] const EVP_MD* fetched_sha1() noexcept;
/// An HMAC context with its hash set and no key: duplicate it, never use it.
[[nodiscard]] const EVP_MAC_CTX* hmac_prototype(DigestAlgorithm algorithm) noexcept;

/// What OpenSSL needs to work on one EC2 curve. Shared by all threads and never changed.
struct EcCurve {
  const char* group_name = nullptr;
  const EC_GROUP* group = nullptr;
  /// Domain parameters without a point. Duplicating this and setting a point takes a quarter of the
  /// time of EVP_PKEY_fromdata, which builds the group anew, and a twentieth of decoding a
  /// SubjectPublicKeyInfo (OpenSSL 3.0, x86-64).
  EVP_PKEY* parameters = nullptr;  // not const to OpenSSL, but only read
};
/// Null if the curve is none of EC2, or no provider has it.
[[nodiscard]] const EcCurve* ec_curve(Curve curve) noexcept;
/// "X25519", "ED448" …: the OpenSSL key type of an OKP curve; null for others.
[[nodiscard]] const char* okp_key_type(Curve curve) noexcept;

}  // namespace mdoc::crypto
