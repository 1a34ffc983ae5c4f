#include "cli/jpeg.hpp"

#include <cstdio>

#include <jpeglib.h>

#include <csetjmp>

namespace mdoc::cli {
namespace {

/// libjpeg ends a failed decoding by a call that must not return.
struct Decoder {
  jpeg_decompress_struct state{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf failed{};
  Error refusal{.code = Errc::bad_value, .where = "JPEG"};
};

Decoder& decoder_of(j_common_ptr state) { return *static_cast<Decoder*>(state->client_data); }

[[noreturn]] void on_error(j_common_ptr state) { std::longjmp(decoder_of(state).failed, 1); }
void on_message(j_common_ptr) {}

/// Called for each row of blocks of each scan.
void on_progress(j_common_ptr state) {
  Decoder& decoder = decoder_of(state);
  if (decoder.state.input_scan_number <= max_jpeg_scans) return;
  decoder.refusal = {.code = Errc::too_many, .where = Path("JPEG") / "scans"};
  on_error(state);
}

bool is_too_large(const jpeg_decompress_struct& state) {
  return state.image_width > max_picture_side || state.image_height > max_picture_side ||
         std::size_t{state.image_width} * state.image_height > max_picture_pixels;
}

/// Decodes into `rows`, RGB. No object with a destructor lives in here: longjmp() would pass over it.
bool decode(Decoder& decoder, ByteView jpeg, std::vector<std::uint8_t>& rows) {
  decoder.state.err = jpeg_std_error(&decoder.errors);
  decoder.errors.error_exit = on_error;
  decoder.errors.output_message = on_message;
  decoder.state.client_data = &decoder;
  if (setjmp(decoder.failed) != 0) return false;  // NOLINT(cert-err52-cpp): the way of libjpeg
  jpeg_create_decompress(&decoder.state);
  decoder.state.client_data = &decoder;
  decoder.progress.progress_monitor = on_progress;
  decoder.state.progress = &decoder.progress;
  jpeg_mem_src(&decoder.state, jpeg.data(), jpeg.size());
  if (jpeg_read_header(&decoder.state, TRUE) != JPEG_HEADER_OK) return false;
  if (is_too_large(decoder.state)) {
    decoder.refusal = {.code = Errc::too_large, .where = Path("JPEG") / "pixels"};
    return false;
  }
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

}  // namespace

Result<Picture> decode_jpeg(ByteView jpeg, std::size_t width) {
  if (jpeg.size() > max_picture_bytes) return Error{.code = Errc::too_large, .where = Path("JPEG") / "bytes"};
  Decoder decoder;
  std::vector<std::uint8_t> rows;
  const bool decoded = decode(decoder, jpeg, rows);
  const std::size_t full_width = decoder.state.output_width;
  const std::size_t full_height = decoder.state.output_height;
  jpeg_destroy_decompress(&decoder.state);
  if (!decoded || full_width < width || full_height == 0) return decoder.refusal;
  return shrink(rows, full_width, full_height, width);
}

}  // namespace mdoc::cli
