// Expected: is private within this context|calling a private constructor
// Holding a VerifiedCrl is the proof that its issuer signed the list: verify() alone makes one.
#include "mdoc/trust/revocation.hpp"

using namespace mdoc;

mdoc::Result<trust::VerifiedCrl> use(const crypto::CertificateRevocationList& list, const crypto::Certificate& issuer) {
#ifdef CONTROL
  return trust::VerifiedCrl::verify(list, issuer);
#else
  return trust::VerifiedCrl(list, issuer);
#endif
}
