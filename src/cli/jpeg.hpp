#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::cli {

struct Pixel {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Picture {
  std::size_t width = 0, height = 0;
  std::vector<Pixel> pixels;  // row by row
  [[nodiscard]] const Pixel& at(std::size_t row, std::size_t column) const { return pixels[row * width + column]; }
};

/// Bounds on what is drawn. A progressive JPEG goes over its whole picture once for each scan, and a scan needs no more
/// than a few bytes: without a limit, a small file keeps a decoder at work for hours.
inline constexpr std::size_t max_jpeg_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_jpeg_side = 4096;
inline constexpr std::size_t max_jpeg_pixels = std::size_t{4} << 20;
inline constexpr int max_jpeg_scans = 64;  ///< usual are ten

/// Decodes a JPEG and shrinks it to `width` columns.
/// @return limit/too_large: too many bytes or pixels; limit/too_many: too many scans; malformed/bad_value: no JPEG, a
///         broken one, or one that has fewer columns
[[nodiscard]] Result<Picture> decode_jpeg(ByteView jpeg, std::size_t width);

}  // namespace mdoc::cli
