#include "cli/picture.hpp"

#include <algorithm>
#include <array>

#include "cli/jpeg.hpp"
#include "cli/jpeg_2000.hpp"

namespace mdoc::cli {
namespace {

constexpr std::array<std::uint8_t, 3> jpeg_start{0xff, 0xd8, 0xff};
constexpr std::array<std::uint8_t, 8> jpeg_2000_file_start{0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20};
constexpr std::array<std::uint8_t, 4> codestream_start{0xff, 0x4f, 0xff, 0x51};

bool begins_with(ByteView bytes, ByteView start) {
  return bytes.size() >= start.size() && std::ranges::equal(bytes.first(start.size()), start);
}

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

std::optional<PictureFormat> picture_format(ByteView bytes) noexcept {
  if (begins_with(bytes, jpeg_start)) return PictureFormat::jpeg;
  if (begins_with(bytes, jpeg_2000_file_start)) return PictureFormat::jpeg_2000_file;
  if (begins_with(bytes, codestream_start)) return PictureFormat::jpeg_2000_codestream;
  return std::nullopt;
}

std::string_view file_extension(PictureFormat format) noexcept {
  switch (format) {
    case PictureFormat::jpeg: return ".jpg";
    case PictureFormat::jpeg_2000_file: return ".jp2";
    case PictureFormat::jpeg_2000_codestream: return ".j2k";
  }
  return {};
}

Result<Picture> decode_picture(ByteView bytes, std::size_t width) {
  const auto format = picture_format(bytes);
  if (!format) return Error{.code = Errc::bad_value, .where = "picture"};
  return *format == PictureFormat::jpeg ? decode_jpeg(bytes, width) : decode_jpeg_2000(bytes, width);
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
