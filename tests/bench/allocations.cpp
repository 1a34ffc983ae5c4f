#include "bench/allocations.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

// Benchmarks run in one thread.
struct Counter {
  bool on = false;
  std::size_t count = 0;
  std::size_t now = 0;
  std::size_t peak = 0;
};
Counter counter;

}  // namespace

void* operator new(std::size_t size) {
  void* block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  if (counter.on) {
    ++counter.count;
    counter.now += ::malloc_usable_size(block);
    counter.peak = std::max(counter.peak, counter.now);
  }
  return block;
}
void operator delete(void* block) noexcept {
  // Blocks from before the count are not ours to subtract.
  if (counter.on && block != nullptr) counter.now -= std::min(counter.now, ::malloc_usable_size(block));
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace mdoc::bench {

void start_counting() noexcept { counter = {.on = true}; }
Allocations stop_counting() noexcept {
  counter.on = false;
  return {.count = counter.count, .peak = counter.peak};
}

}  // namespace mdoc::bench
