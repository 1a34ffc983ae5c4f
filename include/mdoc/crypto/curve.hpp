#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc::crypto {

/// The curves of cipher suite 1 (ISO/IEC 18013-5, 9.1.5.2), by their number in the IANA registry
/// "COSE Elliptic Curves".
enum class Curve : std::int32_t {
  p256 = 1,
  p384 = 2,
  p521 = 3,
  x25519 = 4,
  x448 = 5,
  ed25519 = 6,
  ed448 = 7,
  brainpool_p256r1 = 256,
  brainpool_p320r1 = 257,
  brainpool_p384r1 = 258,
  brainpool_p512r1 = 259,
};

/// COSE key type ("kty").
enum class KeyType : std::int32_t {
  okp = 1,  ///< one coordinate: Montgomery and Edwards curves
  ec2 = 2,  ///< x and y
};

/// What is fixed by a curve.
struct CurveInfo {
  Curve curve{};
  std::string_view name;  ///< "P-256", "brainpoolP256r1", "Ed25519" …
  KeyType key_type{};
  std::size_t coordinate_size = 0;  ///< bytes of x, of y, of a private key and of an agreed secret
  std::size_t signature_size = 0;   ///< bytes of a raw signature, r ‖ s; 0 where the curve cannot sign
  bool can_agree = false;           ///< ECDH
  std::string_view oid;             ///< dotted identifier in keys, certificates and key stores
  [[nodiscard]] constexpr bool can_sign() const noexcept { return signature_size != 0; }
};

/// The table, one row for each enumerator.
[[nodiscard]] MDOC_EXPORT std::span<const CurveInfo> curves() noexcept;
/// The row of `curve`. A value that is no enumerator gets a row without name, size and abilities.
[[nodiscard]] MDOC_EXPORT const CurveInfo& info(Curve curve) noexcept;
/// The row for a "crv" value of a COSE_Key; null if unknown.
[[nodiscard]] MDOC_EXPORT const CurveInfo* find_curve(std::int64_t cose_id) noexcept;
/// The row by name, letter for letter (JOSE "crv", command lines); null if unknown.
[[nodiscard]] MDOC_EXPORT const CurveInfo* find_curve(std::string_view name) noexcept;
/// The row by its dotted object identifier; null if unknown.
[[nodiscard]] MDOC_EXPORT const CurveInfo* find_curve_by_oid(std::string_view oid) noexcept;

}  // namespace mdoc::crypto
