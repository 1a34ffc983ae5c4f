// Expected: has no member named|no member named
// A response shows no values before it is verified.
#include "mdoc/verification/verify.hpp"

using namespace mdoc::verification;

std::size_t use(const UnverifiedResponse& response) {
#ifdef CONTROL
  return response.bytes().size();
#else
  return response.documents().size();
#endif
}
