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
  [[nodiscard]] std::optional<ByteView> find_protected(std::int64_t label) const noexcept;
  [[nodiscard]] std::optional<ByteView> find_unprotected(std::int64_t label) const noexcept;
};

/// Reads the first two elements of a COSE message: `protected : bstr .cbor map, unprotected : map`.
///
/// x5chain may stand in either header; in both only with the same certificates. A crit parameter
/// that names one we do not know is refused. Deviations: x5chain_protected, x5chain_array_of_one,
/// x5chain_empty, x5chain_text_label, cose_fully_specified_algorithm.
/// @return malformed/bad_header: conflicting x5chain, misplaced or wrong crit; unsupported_critical_header;
///         unsupported_algorithm: alg as text; limit/too_many, too_large: certificates over their limits
[[nodiscard]] MDOC_EXPORT Result<Headers> decode_headers(cbor::Reader& reader);

/// Reads COSE_X509: one byte string, or an array of several. At most limits().max_certificates.
[[nodiscard]] MDOC_EXPORT Result<X5Chain> decode_x5chain(cbor::Reader& reader);
/// Writes one certificate as a byte string, several as an array. @pre not empty
MDOC_EXPORT void encode_x5chain(cbor::Writer& writer, const X5Chain& x5chain);

}  // namespace mdoc::cose
