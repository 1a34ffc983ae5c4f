#pragma once
// Only in the program mdoc_mutants.

#include <string_view>

namespace mdoc::properties {

/// This is the mutant that MDOC_MUTANT names; without it, every source is as it was.
[[nodiscard]] bool planted(std::string_view mutant) noexcept;

}  // namespace mdoc::properties
