#include "support/allocations.hpp"

#include <malloc.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

#include "support/nothrow_new.hpp"

// Replaces operator new and OpenSSL's allocator for the whole program.

namespace mdoc::testing {
namespace {

struct Counter {
  bool on = false;
  Allocations allocations;
  Held held{};
  std::size_t fails_in = 0;  // calls

  void add(void* block, std::size_t Allocations::*calls) noexcept {
    if (!on || block == nullptr) return;
    ++(allocations.*calls);
    ++held.blocks;
    held.bytes += ::malloc_usable_size(block);
    allocations.peak = std::max(allocations.peak, held.bytes);
  }
  [[nodiscard]] bool fails() noexcept { return fails_in != 0 && --fails_in == 0; }
  void remove(void* block) noexcept {
    if (!on || block == nullptr) return;
    // Blocks from before the count are not there to be subtracted.
    held.blocks -= std::min<std::size_t>(held.blocks, 1);
    held.bytes -= std::min(held.bytes, ::malloc_usable_size(block));
  }
};
Counter counter;  // NOLINT(*-avoid-non-const-global-variables)

// NOLINTBEGIN(*-no-malloc)
void* openssl_malloc(std::size_t size, const char* /*file*/, int /*line*/) {
  void* const block = std::malloc(size);
  counter.add(block, &Allocations::openssl_count);
  return block;
}
void openssl_free(void* block, const char* /*file*/, int /*line*/) {
  counter.remove(block);
  std::free(block);
}
void* openssl_realloc(void* block, std::size_t size, const char* /*file*/, int /*line*/) {
  counter.remove(block);
  void* const moved = std::realloc(block, size);
  counter.add(moved, &Allocations::openssl_count);
  return moved;
}

/// Works only before OpenSSL allocates for the first time.
const bool openssl_is_counted = CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;

}  // namespace

void start_counting() {
  if (!openssl_is_counted) {
    std::fputs("OpenSSL was in use before its allocations could be counted\n", stderr);
    std::abort();
  }
  counter = {.on = true, .allocations = {}, .held = {}};
}

Held held() noexcept {
  return {.blocks = counter.held.blocks, .bytes = counter.held.bytes, .peak = counter.allocations.peak};
}

Allocations stop_counting() noexcept {
  counter.on = false;
  return counter.allocations;
}

std::size_t fail_allocation(std::size_t number) noexcept { return std::exchange(counter.fails_in, number); }

}  // namespace mdoc::testing

void* operator new(std::size_t size) {
  if (mdoc::testing::counter.fails()) throw std::bad_alloc();
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  mdoc::testing::counter.add(block, &mdoc::testing::Allocations::count);
  return block;
}
void operator delete(void* block) noexcept {
  mdoc::testing::counter.remove(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
// NOLINTEND(*-no-malloc)
