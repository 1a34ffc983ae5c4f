#include "support/freed.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "support/nothrow_new.hpp"

// Replaces operator new for the whole program.

namespace mdoc::testing {
namespace {

struct Watch {
  std::span<const std::string_view> secrets;
  std::size_t found = 0;

  void look_into(const void* block) noexcept {
    if (block == nullptr || secrets.empty()) return;
    const std::string_view content(static_cast<const char*>(block), ::malloc_usable_size(const_cast<void*>(block)));
    const auto is_in = [content](std::string_view secret) { return content.find(secret) != std::string_view::npos; };
    if (std::ranges::any_of(secrets, is_in)) ++found;
  }
};
Watch watch;  // NOLINT(*-avoid-non-const-global-variables)

}  // namespace

void watch_freed(std::span<const std::string_view> secrets) noexcept { watch = {.secrets = secrets, .found = 0}; }

std::size_t stop_watching() noexcept {
  watch.secrets = {};
  return watch.found;
}

}  // namespace mdoc::testing

// NOLINTBEGIN(*-no-malloc)
void* operator new(std::size_t size) {
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  // What others left in it is not what this owner leaves.
  std::memset(block, 0, ::malloc_usable_size(block));
  return block;
}
void operator delete(void* block) noexcept {
  mdoc::testing::watch.look_into(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }
// NOLINTEND(*-no-malloc)
