#include "cli/jpeg_2000.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include <openjpeg.h>

namespace mdoc::cli {
namespace {

struct CodecDeleter {
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct StreamDeleter {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct ImageDeleter {
  void operator()(opj_image_t* image) const { opj_image_destroy(image); }
};
using Codec = std::unique_ptr<opj_codec_t, CodecDeleter>;
using Stream = std::unique_ptr<opj_stream_t, StreamDeleter>;
using Image = std::unique_ptr<opj_image_t, ImageDeleter>;

/// What the decoder reads from.
struct Source {
  ByteView bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T wanted, void* user) {
  Source& source = *static_cast<Source*>(user);
  const std::size_t count = std::min<std::size_t>(wanted, source.bytes.size() - source.position);
  if (count == 0) return static_cast<OPJ_SIZE_T>(-1);
  std::ranges::copy(source.bytes.subspan(source.position, count), static_cast<std::uint8_t*>(buffer));
  source.position += count;
  return count;
}

OPJ_OFF_T skip_source(OPJ_OFF_T wanted, void* user) {
  Source& source = *static_cast<Source*>(user);
  const std::size_t left = source.bytes.size() - source.position;
  if (wanted < 0 || left == 0) return -1;
  const std::size_t count = std::min(static_cast<std::size_t>(wanted), left);
  source.position += count;
  return static_cast<OPJ_OFF_T>(count);
}

OPJ_BOOL seek_source(OPJ_OFF_T wanted, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (wanted < 0 || static_cast<std::size_t>(wanted) > source.bytes.size()) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(wanted);
  return OPJ_TRUE;
}

Stream stream_over(Source& source) {
  Stream stream(opj_stream_default_create(OPJ_TRUE));
  if (stream == nullptr) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.bytes.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);
  return stream;
}

Image decode(ByteView bytes) {
  const bool file = profile::image_format(bytes) == ImageFormat::jpeg_2000_file;
  Source source{.bytes = bytes};
  const Stream stream = stream_over(source);
  const Codec codec(opj_create_decompress(file ? OPJ_CODEC_JP2 : OPJ_CODEC_J2K));
  if (stream == nullptr || codec == nullptr) return nullptr;
  opj_dparameters_t parameters{};
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* raw = nullptr;
  bool whole = opj_setup_decoder(codec.get(), &parameters) == OPJ_TRUE &&
               opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) == OPJ_TRUE &&
               opj_read_header(stream.get(), codec.get(), &raw) == OPJ_TRUE;
  Image image(raw);
  whole = whole && opj_decode(codec.get(), stream.get(), image.get()) == OPJ_TRUE &&
          opj_end_decompress(codec.get(), stream.get()) == OPJ_TRUE;
  return whole ? std::move(image) : nullptr;
}

/// One sample as 0 to 255. A component may be coarser than the picture.
int sample(const opj_image_comp_t& component, std::size_t x, std::size_t y) {
  const std::size_t column = std::min<std::size_t>(x / component.dx, component.w - 1);
  const std::size_t row = std::min<std::size_t>(y / component.dy, component.h - 1);
  const int value = component.data[row * component.w + column];
  const int raised = component.sgnd != 0 ? value + (1 << (component.prec - 1)) : value;
  const int eight = component.prec > 8 ? raised >> (component.prec - 8) : raised * 255 / ((1 << component.prec) - 1);
  return std::clamp(eight, 0, 255);
}

std::uint8_t rounded(double value) { return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)); }

/// RGB of a picture in sYCC (IEC 61966-2-1, Amendment 1).
void append_ycc(std::vector<std::uint8_t>& rows, int luma, int blue, int red) {
  const double y = luma, cb = blue - 128, cr = red - 128;
  rows.push_back(rounded(y + 1.402 * cr));
  rows.push_back(rounded(y - 0.344136 * cb - 0.714136 * cr));
  rows.push_back(rounded(y + 1.772 * cb));
}

bool is_usable(const opj_image_comp_t& component) {
  return component.data != nullptr && component.w > 0 && component.h > 0 && component.dx > 0 && component.dy > 0 &&
         component.prec > 0 && component.prec <= 16;
}

}  // namespace

Result<Picture> decode_jpeg_2000(ByteView bytes, std::size_t width) {
  const Error refusal{.code = Errc::bad_value, .where = "JPEG 2000"};
  if (auto checked = check_jpeg_2000_headers(bytes); !checked) return checked.error();
  const Image image = decode(bytes);
  if (image == nullptr) return refusal;
  const std::span components(image->comps, image->numcomps);
  if (components.empty() || !std::ranges::all_of(components, is_usable)) return refusal;

  const std::size_t full_width = image->x1 - image->x0, full_height = image->y1 - image->y0;
  if (full_width < width || full_height == 0) return refusal;
  // The decoder has what the headers said; nothing in the file may add to it.
  if (full_width * full_height > max_picture_pixels) {
    return Error{.code = Errc::too_large, .where = Path("JPEG 2000") / "pixels"};
  }
  std::vector<std::uint8_t> rows;
  rows.reserve(full_width * full_height * 3);
  for (std::size_t y = 0; y < full_height; ++y) {
    for (std::size_t x = 0; x < full_width; ++x) {
      const int first = sample(components[0], x, y);
      if (components.size() < 3) {  // grey, perhaps with an opacity
        rows.insert(rows.end(), 3, static_cast<std::uint8_t>(first));
        continue;
      }
      const int second = sample(components[1], x, y), third = sample(components[2], x, y);
      if (image->color_space == OPJ_CLRSPC_SYCC) {
        append_ycc(rows, first, second, third);
      } else {
        for (const int value : {first, second, third}) rows.push_back(static_cast<std::uint8_t>(value));
      }
    }
  }
  return shrink(rows, full_width, full_height, width);
}

}  // namespace mdoc::cli
