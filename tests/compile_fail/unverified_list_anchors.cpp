// Expected: has no member named|no member named
// A trust list gives no anchors before it is verified.
#include "mdoc/trust/vical.hpp"

using namespace mdoc::trust;

std::size_t use(const SignedVical& list) {
#ifdef CONTROL
  return list.unverified().certificate_infos.size();
#else
  return list.anchors().size();
#endif
}
