#pragma once

#include <cstddef>

namespace mdoc::testing {

/// What was asked of the heap. Ours goes through operator new; OpenSSL's through the functions that it is
/// given in allocations.cpp.
struct Allocations {
  std::size_t count = 0;          ///< ours: calls
  std::size_t openssl_count = 0;  ///< OpenSSL's: calls
  std::size_t peak = 0;           ///< bytes of both at the highest point
};

/// What was taken since start_counting() and not given back yet, of both.
struct Held {
  std::size_t blocks = 0;
  std::size_t bytes = 0;
  std::size_t peak = 0;  ///< Allocations::peak so far
};

/// Ours with this number, counted from now, fails with std::bad_alloc; no other. 0: none fails.
/// @return what the number given before is by now; 0: it has failed, or there was none
std::size_t fail_allocation(std::size_t number) noexcept;

/// One thread counts at a time, and no other one may use the heap meanwhile.
void start_counting();
[[nodiscard]] Held held() noexcept;
[[nodiscard]] Allocations stop_counting() noexcept;

template <class Work>
[[nodiscard]] Allocations allocations_of(const Work& work) {
  start_counting();
  work();
  return stop_counting();
}

}  // namespace mdoc::testing
