#include "unit/properties/planted.hpp"

#include <cstdlib>

namespace mdoc::properties {

bool planted(std::string_view mutant) noexcept {
  static const char* const named = std::getenv("MDOC_MUTANT");
  return named != nullptr && mutant == named;
}

}  // namespace mdoc::properties
