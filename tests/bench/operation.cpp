#include "bench/operation.hpp"

#include <cstdio>
#include <cstdlib>

namespace mdoc::bench {

void must(bool done) {
  if (done) return;
  std::fputs("an operation that is measured failed\n", stderr);
  std::abort();
}

}  // namespace mdoc::bench
