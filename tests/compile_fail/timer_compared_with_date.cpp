// Expected: no match for .operator<|invalid operands to binary expression
// A steady clock knows no dates, and the wall clock is no timer.
#include "mdoc/core/time.hpp"

bool use(mdoc::Now now, mdoc::UtcSeconds valid_until) {
#ifdef CONTROL
  return now.utc < valid_until;
#else
  return now.steady < valid_until;
#endif
}
