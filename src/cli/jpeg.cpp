#include "cli/jpeg.hpp"

#include <cstdio>

#include <jpeglib.h>

#include <algorithm>
#include <csetjmp>

namespace mdoc::cli {
namespace {

constexpr JDIMENSION max_side = 4096;

/// libjpeg ends a failed decoding by a call that must not return.
struct Decoder {
  jpeg_decompress_struct state{};
  jpeg_error_mgr errors{};
  std::jmp_buf failed{};
};

[[noreturn]] void on_error(j_common_ptr state) { std::longjmp(static_cast<Decoder*>(state->client_data)->failed, 1); }
void on_message(j_common_ptr) {}

/// Decodes into `rows`, RGB. No object with a destructor lives in here: longjmp() would pass over it.
bool decode(Decoder& decoder, ByteView jpeg, std::vector<std::uint8_t>& rows) {
  decoder.state.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = on_error;
  decoder.errors.output_message = on_message;
  decoder.state.client_data = &decoder;
  if (setjmp(decoder.failed) != 0) return false;  // NOLINT(cert-err52-cpp): the way of libjpeg
  jpeg_create_decompress(&decoder.state);
  decoder.state.client_data = &decoder;
  jpeg_mem_src(&decoder.state, jpeg.data(), jpeg.size());
  if (jpeg_read_header(&decoder.state, TRUE) != JPEG_HEADER_OK) return false;
  if (decoder.state.image_width > max_side || decoder.state.image_height > max_side) return false;
  decoder.state.out_color_space = JCS_RGB;
  jpeg_start_decompress(&decoder.state);
  const std::size_t stride = std::size_t{decoder.state.output_width} * 3;
  rows.resize(stride * decoder.state.output_height);
  while (decoder.state.output_scanline < decoder.state.output_height) {
    JSAMPROW row = rows.data() + stride * decoder.state.output_scanline;
    jpeg_read_scanlines(&decoder.state, &row, 1);
  }
  jpeg_finish_decompress(&decoder.state);
  return true;
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
  const std::size_t count = (bottom - top) * (right - left);
  return {static_cast<std::uint8_t>(sum[0] / count), static_cast<std::uint8_t>(sum[1] / count),
          static_cast<std::uint8_t>(sum[2] / count)};
}

}  // namespace

std::optional<Picture> decode_jpeg(ByteView jpeg, std::size_t width) {
  Decoder decoder;
  std::vector<std::uint8_t> rows;
  const bool decoded = decode(decoder, jpeg, rows);
  const std::size_t full_width = decoder.state.output_width;
  const std::size_t full_height = decoder.state.output_height;
  jpeg_destroy_decompress(&decoder.state);
  if (!decoded || full_width < width || full_height == 0) return std::nullopt;

  Picture picture{.width = width, .height = std::max<std::size_t>(full_height * width / full_width, 2), .pixels = {}};
  for (std::size_t row = 0; row < picture.height; ++row) {
    const std::size_t top = row * full_height / picture.height;
    const std::size_t bottom = std::max((row + 1) * full_height / picture.height, top + 1);
    for (std::size_t column = 0; column < width; ++column) {
      const std::size_t left = column * full_width / width;
      picture.pixels.push_back(mean(rows, full_width * 3, top, bottom, left, (column + 1) * full_width / width));
    }
  }
  return picture;
}

}  // namespace mdoc::cli
