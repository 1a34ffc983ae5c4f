#pragma once
// Internal. What PublicKey and PrivateKey hold, and the identifiers that both need.

#include <array>
#include <mutex>
#include <optional>
#include <string_view>

#include "crypto/openssl.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

struct PublicKey::Impl {
  static constexpr std::size_t max_point = 1 + 2 * 66;  // P-521

  Curve curve{};
  std::array<std::uint8_t, max_point> point_bytes{};
  std::size_t point_size = 0;
  Pkey pkey;

  [[nodiscard]] ByteView point() const noexcept { return {point_bytes.data(), point_size}; }
  /// A context that is initialised to verify with this key; null if OpenSSL failed. Setting one up
  /// takes twenty times as long as duplicating one, and a DS key verifies many documents.
  [[nodiscard]] PkeyContext verify_context() const;

 private:
  mutable std::once_flag verify_once_;
  mutable PkeyContext verify_prototype_;
};

struct PrivateKey::Impl {
  Pkey pkey;
  PublicKey public_key;
};

/// AlgorithmIdentifier of a key: id-ecPublicKey with a named curve (RFC 5480), or the curve's own
/// identifier without parameters (RFC 8410).
[[nodiscard]] Bytes key_algorithm_identifier(Curve curve);
/// Reads one. @return as PublicKey::from_spki()
[[nodiscard]] Result<Curve> read_key_algorithm(der::Reader& reader);
/// The curve of a named-curve identifier.
[[nodiscard]] std::optional<Curve> named_curve(std::string_view oid) noexcept;

/// SHA-1 over the subjectPublicKey bits.
[[nodiscard]] Result<std::array<std::uint8_t, 20>> key_identifier_of(ByteView bits);

}  // namespace mdoc::crypto
