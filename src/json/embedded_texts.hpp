#pragma once
// The catalogues that are compiled in, from texts/.

#include <cstdint>

#include "mdoc/core/bytes.hpp"

namespace mdoc::json {

[[nodiscard]] ByteView english_texts();
[[nodiscard]] ByteView german_texts();

}  // namespace mdoc::json
