#pragma once

#include "mdoc/core/rng.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// A private key in memory: ephemeral keys of a session, keys in files, keys of tests. Keys in
/// hardware are reached through KeyProvider. Move-only and wiped when it goes; a moved-from key may
/// only be destroyed or assigned to. const members may be called from several threads.
class MDOC_EXPORT PrivateKey {
 public:
  /// A new key. EC2: the scalar is drawn by rejection sampling, so each draw takes coordinate_size
  /// bytes of `rng` (P-521: the upper seven bits are cleared first); OKP: the seed is drawn as is.
  /// @return unsupported/unsupported_curve; internal/randomness, also when no draw was in range
  [[nodiscard]] static Result<PrivateKey> generate(Curve curve, Rng& rng);
  /// EC2: the scalar, big-endian; OKP: the seed. Exactly coordinate_size bytes.
  /// @return malformed/bad_key: wrong length, zero, or not below the group order
  [[nodiscard]] static Result<PrivateKey> import(Curve curve, ByteView scalar);
  /// PKCS#8 PrivateKeyInfo (RFC 5208, RFC 8410) or ECPrivateKey (SEC 1, RFC 5915), unencrypted. A
  /// public key inside must be that of the scalar.
  /// @return malformed/bad_key; unsupported/unsupported_curve
  [[nodiscard]] static Result<PrivateKey> from_der(ByteView der);
  /// The first "PRIVATE KEY" or "EC PRIVATE KEY" block of a text.
  /// @return malformed/bad_encoding: there is none; further as from_der()
  [[nodiscard]] static Result<PrivateKey> from_pem(std::string_view pem);

  PrivateKey(PrivateKey&& other) noexcept;
  PrivateKey& operator=(PrivateKey&& other) noexcept;
  ~PrivateKey();

  [[nodiscard]] Curve curve() const noexcept { return public_key().curve(); }
  [[nodiscard]] const PublicKey& public_key() const noexcept;
  /// What import() takes.
  [[nodiscard]] Result<SecretBytes> scalar() const;
  /// PKCS#8, DER.
  [[nodiscard]] Result<SecretBytes> pkcs8() const;
  /// PKCS#8 as PEM text.
  [[nodiscard]] Result<SecretBytes> pem() const;

  struct Impl;  ///< of this layer
  explicit PrivateKey(std::unique_ptr<const Impl> impl) noexcept;
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mdoc::crypto
