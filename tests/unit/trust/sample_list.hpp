#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/certificate_builder.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/trust/trust_list.hpp"
#include "support/sample_mdoc.hpp"

/// @file
/// A workshop for signed lists with one fault each. It encodes and signs on its own, with nothing of the library above
/// `cbor` and `crypto`, so that the library is checked against it.

namespace mdoc::testing {

/// Reproducible keys on P-256; different for each number below 200.
[[nodiscard]] crypto::PrivateKey numbered_key(std::uint8_t number);

/// A self-signed CA "Authority <number>" of Utopia.
[[nodiscard]] crypto::CertificateTemplate authority_template(int number);
[[nodiscard]] crypto::Certificate authority(int number);
/// Another certificate for the same name and key, with later dates.
[[nodiscard]] crypto::Certificate renewed_authority(int number);

/// One list. Change any member before asking for a result. As it is made, it is faultless at every level: two entries,
/// signed by a signer whose certificate a root issued.
class SampleList {
 public:
  explicit SampleList(trust::ListKind kind);

  UtcSeconds now = utc("2026-05-01T12:00:00Z");
  trust::ListKind kind;
  crypto::PrivateKey root_key = numbered_key(101);
  crypto::PrivateKey signer_key = numbered_key(102);
  crypto::CertificateTemplate root, signer;

  Members payload;               ///< without certificateInfos
  std::vector<Members> entries;  ///< encoded members

  bool tagged = false;
  bool x5chain_protected;
  std::vector<Bytes> further_certificates{};  ///< DER, after the signer's in x5chain
  std::function<void(Bytes& payload)> on_payload{};
  std::function<void(CoseParts& unsigned_list)> on_headers{};
  std::function<void(CoseParts& list)> on_list{};  ///< signed

  [[nodiscard]] crypto::Certificate root_certificate() const;
  [[nodiscard]] crypto::Certificate signer_certificate() const;
  /// A faultless entry for a certificate, in the form of the list.
  [[nodiscard]] Members entry_for(const crypto::Certificate& certificate) const;
  [[nodiscard]] Bytes encode() const;
};

}  // namespace mdoc::testing
