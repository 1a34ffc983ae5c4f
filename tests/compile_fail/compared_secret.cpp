// Expected: use of deleted function|overload resolution selected deleted operator
// Keys are compared in constant time.
#include "mdoc/core/secret.hpp"

bool use(const mdoc::SecretBytes& a, const mdoc::SecretBytes& b) {
#ifdef CONTROL
  return mdoc::constant_time_equal(a.view(), b.view());
#else
  return a == b;
#endif
}
