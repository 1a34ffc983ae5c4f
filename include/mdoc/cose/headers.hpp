#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"

namespace mdoc::cose {

/// Labels of header parameters (IANA "COSE Header Parameters").
namespace label {
inline constexpr std::int64_t alg = 1;
inline constexpr std::int64_t crit = 2;
inline constexpr std::int64_t content_type = 3;
inline constexpr std::int64_t kid = 4;
inline constexpr std::int64_t typ = 16;
inline constexpr std::int64_t x5chain = 33;
inline constexpr std::int64_t x5t = 34;
}  // namespace label

/// COSE_X509 (RFC 9360): DER of certificates, the end entity's first, each certified by the next.
using X5Chain = std::vector<SharedBytes>;

/// x5t (RFC 9360): which certificate the signer used.
struct CertificateHash {
  std::int64_t algorithm = 0;  ///< -16: SHA-256, the only one that ISO/IEC 18013-5 allows
  SharedBytes value;
};

/// Protected and unprotected header parameters of a COSE message (RFC 9052, 3). Facts only: whether
/// a parameter has to be there is judged by whoever verifies.
struct MDOC_EXPORT Headers {
  SharedBytes protected_bytes;                ///< content of the protected byte string, as received
  std::optional<std::int64_t> algorithm{};    ///< alg of the protected header; one elsewhere means nothing
  X5Chain x5chain{};                          ///< of either header; empty if absent
  std::optional<CertificateHash> x5t{};       ///< of the protected header
  cbor::UnknownMembers protected_others{};    ///< every other protected parameter
  cbor::UnknownMembers unprotected_others{};  ///< every other unprotected parameter, an alg there included

  /// The encoded value of a protected parameter that has no member of its own, such as typ.
  [[nodiscard]] std::optional<ByteView> find_protected(std::int64_t label) const;
  [[nodiscard]] std::optional<ByteView> find_unprotected(std::int64_t label) const;
};

/// Which protocol a COSE message belongs to.
enum class Profile : std::uint8_t {
  mdoc,  ///< ISO/IEC 18013-5, 12.3.4: untagged, x5chain in the unprotected header; else deviations
  cwt,   ///< status and identifier lists, trust lists: tagged or not, x5chain in either header
};

/// Reads COSE_X509: one byte string, or an array of several. Deviations: x5chain_array_of_one,
/// x5chain_empty.
/// @return limit/too_many, too_large: over limits().max_certificates, max_certificate_bytes
[[nodiscard]] MDOC_EXPORT Result<X5Chain> decode_x5chain(cbor::Reader& reader);
/// Writes one certificate as a byte string, several as an array. @pre not empty
MDOC_EXPORT void encode_x5chain(cbor::Writer& writer, const X5Chain& x5chain);

}  // namespace mdoc::cose
