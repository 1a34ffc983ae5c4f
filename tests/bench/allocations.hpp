#pragma once

#include <cstddef>

namespace mdoc::bench {

/// What went through operator new. OpenSSL allocates with malloc() and is not counted.
struct Allocations {
  std::size_t count = 0;  ///< calls
  std::size_t peak = 0;   ///< bytes at the highest point
};

void start_counting() noexcept;
[[nodiscard]] Allocations stop_counting() noexcept;

template <class Work>
[[nodiscard]] Allocations allocations_of(const Work& work) {
  start_counting();
  work();
  return stop_counting();
}

}  // namespace mdoc::bench
