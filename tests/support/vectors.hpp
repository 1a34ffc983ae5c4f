#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "mdoc/core/bytes.hpp"

namespace mdoc::testing {

/// True where the vectors made by others are present (CMake: MDOC_SHARED_VECTORS). Tests that need
/// them begin with `MDOC_NEEDS_SHARED_VECTORS();`, which skips elsewhere and fails under CI=true.
[[nodiscard]] bool have_shared_vectors();
[[nodiscard]] bool in_ci();

/// Parses a JSON file of MDOC_SHARED_VECTORS ("device-engagement.json") or of tests/vectors.
[[nodiscard]] boost::json::value load_shared(std::string_view file);
[[nodiscard]] boost::json::value load_own(std::string_view file);

/// The text of a file of this project, by its path within it ("docs/conformance.md").
[[nodiscard]] std::string project_text(std::string_view file);

/// The vector of `file` with this `id`, from the member "vectors".
[[nodiscard]] boost::json::object shared_vector(std::string_view file, std::string_view id);
/// Its "hex" member as bytes.
[[nodiscard]] Bytes shared_bytes(std::string_view file, std::string_view id);

/// Hex to bytes; white space is ignored. Throws on anything else.
[[nodiscard]] Bytes hex(std::string_view text);

}  // namespace mdoc::testing

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): GTEST_SKIP returns from the test
#define MDOC_NEEDS_SHARED_VECTORS()                                                        \
  do {                                                                                     \
    if (!::mdoc::testing::have_shared_vectors()) {                                         \
      if (::mdoc::testing::in_ci()) FAIL() << "the vectors made by others are missing";    \
      GTEST_SKIP() << "the vectors made by others are not here (set MDOC_SHARED_VECTORS)"; \
    }                                                                                      \
  } while (false)
