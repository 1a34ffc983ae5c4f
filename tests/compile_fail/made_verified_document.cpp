// Expected: is private within this context|calling a private constructor
// Holding a VerifiedDocument is the proof that a response was verified: verify() alone makes one.
#include "mdoc/verification/verify.hpp"

using namespace mdoc::verification;

#ifdef CONTROL
std::vector<VerifiedDocument> use(const UnverifiedResponse& response, const VerificationInput& input) {
  return verify(response, input).documents;
}
#else
VerifiedDocument use() { return VerifiedDocument{}; }
#endif
