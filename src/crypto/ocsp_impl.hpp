#pragma once
// Internal. What OCSP requests and responses share.

#include <array>
#include <string_view>

#include "mdoc/crypto/certificate.hpp"

namespace mdoc::crypto {

/// SHA-1 and SHA-256 as CertID names them.
inline constexpr std::string_view id_sha1 = "1.3.14.3.2.26";
inline constexpr std::string_view id_sha256 = "2.16.840.1.101.3.4.2.1";
inline constexpr std::string_view id_pkix_ocsp_nonce = "1.3.6.1.5.5.7.48.1.2";

/// Only to recompute names that are defined with it. @return internal/crypto_backend only
[[nodiscard]] Result<std::array<std::uint8_t, 20>> sha1(ByteView message);
/// What issuerKeyHash and responderID's KeyHash are made of: the bits of the subjectPublicKey, without tag, length and
/// count of unused bits (RFC 6960, 4.1.1). Of any key, also one that crypto::PublicKey does not know.
[[nodiscard]] Result<ByteView> subject_public_key_bits(const Certificate& certificate);

}  // namespace mdoc::crypto
