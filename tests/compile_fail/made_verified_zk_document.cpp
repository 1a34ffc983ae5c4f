// Expected: is private within this context|calling a private constructor
// Holding a VerifiedZkDocument is the proof that its proof was verified: verify() alone makes one.
#include "mdoc/verification/verify.hpp"

using namespace mdoc::verification;

#ifdef CONTROL
std::vector<VerifiedZkDocument> use(const UnverifiedResponse& response, const VerificationInput& input) {
  return verify(response, input).zk_documents;
}
#else
VerifiedZkDocument use() { return VerifiedZkDocument{}; }
#endif
