#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/curve.hpp"

namespace mdoc::crypto {

/// A public key as data, not checked: what a COSE_Key or JWK says.
struct EcPublicKey {
  Curve curve{};
  Bytes x;  ///< EC2: big-endian, info(curve).coordinate_size bytes; OKP: the raw key (RFC 7748, RFC 8032)
  Bytes y;  ///< EC2 likewise; OKP: empty
  friend bool operator==(const EcPublicKey&, const EcPublicKey&) = default;
};

/// A public key that was checked: its point is on its curve and is not the identity.
///
/// Immutable and never empty; a copy shares the key. May be used from several threads.
class MDOC_EXPORT PublicKey {
 public:
  // Declared, so that there is no move: one would leave an empty key behind.
  PublicKey(const PublicKey&) noexcept = default;
  PublicKey& operator=(const PublicKey&) noexcept = default;
  ~PublicKey() = default;

  /// Coordinates of exactly coordinate_size bytes; `y` empty for OKP.
  /// @return malformed/bad_key: wrong length, not on the curve, identity; unsupported/unsupported_curve
  [[nodiscard]] static Result<PublicKey> import(Curve curve, ByteView x, ByteView y);
  [[nodiscard]] static Result<PublicKey> import(const EcPublicKey& key) { return import(key.curve, key.x, key.y); }
  /// EC2: a point of SEC 1, 2.3.3, uncompressed (04 ‖ x ‖ y) or compressed (02 or 03 ‖ x); hybrid
  /// forms are refused. OKP: the raw key.
  [[nodiscard]] static Result<PublicKey> from_point(Curve curve, ByteView point);
  /// SubjectPublicKeyInfo (RFC 5280, RFC 5480, RFC 8410), strict DER, named curves only.
  /// @return malformed/bad_key; unsupported/unsupported_curve: RSA or a curve that is not in the table
  [[nodiscard]] static Result<PublicKey> from_spki(ByteView der);
  /// The first "PUBLIC KEY" block of a text. @return malformed/bad_encoding: there is none
  [[nodiscard]] static Result<PublicKey> from_pem(std::string_view pem);

  [[nodiscard]] Curve curve() const noexcept;
  [[nodiscard]] EcPublicKey coordinates() const;
  /// 04 ‖ x ‖ y, or the raw key of OKP. Borrowed from this key.
  [[nodiscard]] ByteView point() const& noexcept;
  ByteView point() const&& = delete;  // would dangle
  [[nodiscard]] Bytes spki() const;
  [[nodiscard]] std::string pem() const;
  /// SHA-1 over the subjectPublicKey bits: SubjectKeyIdentifier by method 1 (RFC 5280, 4.2.1.2).
  [[nodiscard]] Result<std::array<std::uint8_t, 20>> key_identifier() const;

  friend bool operator==(const PublicKey& a, const PublicKey& b) noexcept { return equal(a, b); }

  struct Impl;  ///< of this layer
  explicit PublicKey(std::shared_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  static bool equal(const PublicKey& a, const PublicKey& b) noexcept;
  std::shared_ptr<const Impl> impl_;  // never null
};

}  // namespace mdoc::crypto
