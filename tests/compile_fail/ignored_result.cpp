// Expected: ignoring return value|ignoring returned value
// A verdict that nobody reads must not go unnoticed.
#include "mdoc/core/result.hpp"

mdoc::Result<void> verify();

void use() {
#ifdef CONTROL
  if (!verify()) return;
#else
  verify();
#endif
}
