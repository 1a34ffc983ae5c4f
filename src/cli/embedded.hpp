#pragma once

#include <cstdint>

#include "mdoc/core/bytes.hpp"

namespace mdoc::cli {

// Data of the demonstration, compiled in from examples/data.
[[nodiscard]] ByteView sample_licence();   ///< elements of an mDL, JSON
[[nodiscard]] ByteView sample_portrait();  ///< JPEG

}  // namespace mdoc::cli
