#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/profile/validate.hpp"

/// @file
/// Pictures of peers, decoded by libraries that were not made for hostile ones: how much they may ask of a decoder is
/// found out from their headers before it sees them.

namespace mdoc::cli {

struct Pixel {
  std::uint8_t red = 0, green = 0, blue = 0;
};

struct Picture {
  std::size_t width = 0, height = 0;
  std::vector<Pixel> pixels;  // row by row
  [[nodiscard]] const Pixel& at(std::size_t row, std::size_t column) const { return pixels[row * width + column]; }
};

/// Bounds on what is drawn.
inline constexpr std::size_t max_picture_bytes = std::size_t{1} << 20;
inline constexpr std::size_t max_picture_side = 4096;
inline constexpr std::size_t max_picture_pixels = std::size_t{4} << 20;

using profile::ImageFormat;

/// ".jpg", ".jp2", ".j2k"
[[nodiscard]] std::string_view file_extension(ImageFormat format) noexcept;

/// Decodes a picture of any of these formats and shrinks it to `width` columns.
/// @return limit: see decode_jpeg() and decode_jpeg_2000(); malformed/bad_value: no picture, a broken one, or one that
///         has fewer columns
[[nodiscard]] Result<Picture> decode_picture(ByteView bytes, std::size_t width);

/// For decoders: `rows` is RGB, three bytes a pixel, without padding.
/// @pre rows holds width * height pixels, neither of them 0, and width >= columns
[[nodiscard]] Picture shrink(const std::vector<std::uint8_t>& rows, std::size_t width, std::size_t height,
                             std::size_t columns);

}  // namespace mdoc::cli
