#include "cli/system.hpp"

#include <cstdlib>
#include <system_error>

namespace mdoc::cli {

std::string system_message(int error) { return std::generic_category().message(error); }

std::optional<std::string> environment(const std::string& name) {
  const char* value =
      std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): the tool never changes its environment
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace mdoc::cli
