#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "mdoc/trust/revocation.hpp"
#include "support/revocation_samples.hpp"
#include "unit/crypto/certificate_pki.hpp"

namespace mdoc::testing {

using namespace std::chrono_literals;

inline constexpr UtcSeconds list_start = pki_now - 24h;
inline constexpr UtcSeconds list_end = pki_now + 24h;
inline constexpr UtcSeconds revoked_on = pki_now - 48h;

/// A certificate authority and what it issued.
struct RevocationPki {
  Identity iaca = Identity::root(ca_template("IACA"));
  Identity signer = iaca.issue(leaf_template("signer"));
  Identity other = iaca.issue(leaf_template("other"));

  [[nodiscard]] SampleCrl crl() const { return SampleCrl::of(iaca.certificate, list_start, list_end); }
  [[nodiscard]] SampleCrl crl_with_signer(std::vector<Bytes> entry_extensions = {}) const {
    SampleCrl list = crl();
    list.revoke(other.certificate, revoked_on);
    list.revoke(signer.certificate, revoked_on, std::move(entry_extensions));
    return list;
  }
  [[nodiscard]] crypto::CertificateRevocationList decode(const SampleCrl& list) const {
    return crypto::CertificateRevocationList::from_der(list.sign(iaca.key)).value();
  }
};

inline const RevocationPki& revocation_pki() {
  static const RevocationPki made;
  return made;
}

inline bool within_rules(const cbor::DeviationLog& log, Rule rule) {
  return std::ranges::find(log.entries(), rule, &cbor::Deviation::rule) != log.entries().end();
}

}  // namespace mdoc::testing
