#include "cli/picture.hpp"

#include <algorithm>

#include "cli/jpeg.hpp"
#include "cli/jpeg_2000.hpp"

namespace mdoc::cli {
namespace {

/// The mean of the pixels that fall into one of the shrunken picture.
Pixel mean(const std::vector<std::uint8_t>& rows, std::size_t stride, std::size_t top, std::size_t bottom,
           std::size_t left, std::size_t right) {
  std::size_t sum[3] = {};  // NOLINT(*-avoid-c-arrays)
  for (std::size_t y = top; y < bottom; ++y) {
    for (std::size_t x = left; x < right; ++x) {
      for (std::size_t channel = 0; channel < 3; ++channel) sum[channel] += rows[y * stride + x * 3 + channel];
    }
  }
  const std::size_t count = (bottom - top) * (right - left);  // at least 1, as the picture is shrunken
  const auto share = [count](std::size_t all) {
    return static_cast<std::uint8_t>(all / count);
  };  // NOLINT(*DivideZero)
  return {share(sum[0]), share(sum[1]), share(sum[2])};
}

}  // namespace

std::string_view file_extension(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return ".jpg";
    case ImageFormat::jpeg_2000_file: return ".jp2";
    case ImageFormat::jpeg_2000_code_stream: return ".j2k";
  }
  return {};
}

Result<Picture> decode_picture(ByteView bytes, std::size_t width) {
  const auto format = profile::image_format(bytes);
  if (!format) return Error{.code = Errc::bad_value, .where = "picture"};
  return *format == ImageFormat::jpeg ? decode_jpeg(bytes, width) : decode_jpeg_2000(bytes, width);
}

Picture shrink(const std::vector<std::uint8_t>& rows, std::size_t width, std::size_t height, std::size_t columns) {
  Picture picture{.width = columns, .height = std::max<std::size_t>(height * columns / width, 2), .pixels = {}};
  for (std::size_t row = 0; row < picture.height; ++row) {
    const std::size_t top = row * height / picture.height;
    const std::size_t bottom = std::max((row + 1) * height / picture.height, top + 1);
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t left = column * width / columns;
      picture.pixels.push_back(mean(rows, width * 3, top, bottom, left, (column + 1) * width / columns));
    }
  }
  return picture;
}

}  // namespace mdoc::cli
