#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mdoc::testing {

/// Looks into each block that this program gives back through operator delete, until stop_watching(): one that still
/// has one of `secrets` in it was not wiped. One thread watches at a time, and no other one may use the heap meanwhile.
/// @param secrets borrowed; at least eight bytes each
void watch_freed(std::span<const std::string_view> secrets) noexcept;
/// @return how many blocks had a secret in them
[[nodiscard]] std::size_t stop_watching() noexcept;

}  // namespace mdoc::testing
