#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mdoc/core/bytes.hpp"

namespace mdoc::cli {

struct Pixel {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Picture {
  std::size_t width = 0, height = 0;
  std::vector<Pixel> pixels;  // row by row
  [[nodiscard]] const Pixel& at(std::size_t row, std::size_t column) const { return pixels[row * width + column]; }
};

/// Decodes a JPEG and shrinks it to `width` columns. Nothing for what is no JPEG, is broken, or is larger
/// than 4096 pixels a side.
[[nodiscard]] std::optional<Picture> decode_jpeg(ByteView jpeg, std::size_t width);

}  // namespace mdoc::cli
