// The headers of JPEG 2000 (ISO/IEC 15444-1): boxes of Annex I around the code stream, and its markers (Annex A).
#include <algorithm>
#include <array>
#include <optional>

#include "cli/jpeg_2000.hpp"

namespace mdoc::cli {
namespace {

constexpr unsigned soc = 0xff4f, siz = 0xff51, cod = 0xff52, coc = 0xff53, sot = 0xff90, sod = 0xff93, eoc = 0xffd9;
/// Those with a segment (Table A.2): SIZ, COD, COC, TLM, PLM, PLT, QCD, QCC, RGN, POC, PPM, PPT, CRG, COM.
constexpr std::array segment_markers{siz,     cod,     coc,     0xff55u, 0xff57u, 0xff58u, 0xff5cu,
                                     0xff5du, 0xff5eu, 0xff5fu, 0xff60u, 0xff61u, 0xff63u, 0xff64u};

template <std::size_t N>
Error broken(const char (&what)[N]) {  // NOLINT(*-avoid-c-arrays): a literal, as Path takes it
  return {.code = Errc::bad_value, .where = Path("JPEG 2000") / what};
}
template <std::size_t N>
Error too_many(const char (&what)[N]) {  // NOLINT(*-avoid-c-arrays)
  return {.code = Errc::too_many, .where = Path("JPEG 2000") / what};
}

/// Big-endian numbers, bounded. What is not there reads as 0 and is remembered.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size(); }
  std::uint32_t number(std::size_t size) noexcept {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : take(size)) value = value << 8 | byte;
    return value;
  }
  ByteView take(std::size_t size) noexcept {
    if (size > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const ByteView taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

 private:
  ByteView bytes_;
  bool failed_ = false;
};

/// The content of the first box `jp2c` of a file.
std::optional<ByteView> first_codestream(ByteView file) {
  constexpr std::array<std::uint8_t, 4> codestream{0x6a, 0x70, 0x32, 0x63};
  Cursor cursor(file);
  while (cursor.left() > 0) {
    const std::uint32_t length = cursor.number(4);
    const ByteView type = cursor.take(4);
    std::size_t content = 0;
    if (length == 0) {  // until the end
      content = cursor.left();
    } else if (length == 1) {  // 64 bits, of which no picture needs the upper half
      const std::uint32_t upper = cursor.number(4), lower = cursor.number(4);
      if (upper != 0 || lower < 16) return std::nullopt;
      content = lower - 16;
    } else {
      if (length < 8) return std::nullopt;
      content = length - 8;
    }
    if (cursor.failed()) return std::nullopt;
    // A file that was cut off ends within this box; the decoder says whether enough is there.
    if (std::ranges::equal(type, codestream)) return cursor.take(std::min(content, cursor.left()));
    cursor.take(content);
    if (cursor.failed()) return std::nullopt;
  }
  return std::nullopt;
}

/// I.5.3.4: a palette makes up to 255 channels of one component, each as large as the picture. `boxes` come before the
/// code stream, and the type of one is nowhere else in them.
bool has_palette(ByteView boxes) {
  constexpr std::array<std::uint8_t, 4> palette{0x70, 0x63, 0x6c, 0x72};
  return std::search(boxes.begin(), boxes.end(), palette.begin(), palette.end()) != boxes.end();
}

/// A.5.1: image and tile size.
Result<void> check_size(ByteView segment) {
  Cursor cursor(segment);
  cursor.number(2);  // capabilities
  const std::uint32_t right = cursor.number(4), bottom = cursor.number(4), left = cursor.number(4),
                      top = cursor.number(4), tile_width = cursor.number(4), tile_height = cursor.number(4),
                      tile_left = cursor.number(4), tile_top = cursor.number(4);
  const std::uint32_t components = cursor.number(2);
  if (cursor.failed() || right <= left || bottom <= top || tile_width == 0 || tile_height == 0) return broken("SIZ");
  // Both grids begin at or before the picture; a picture of a person has no reason to lie elsewhere.
  if (left > max_picture_side || top > max_picture_side || tile_left > left || tile_top > top) return broken("SIZ");
  const std::size_t width = right - left, height = bottom - top;
  if (width > max_picture_side || height > max_picture_side || width * height > max_picture_pixels) {
    return Error{.code = Errc::too_large, .where = Path("JPEG 2000") / "pixels"};
  }
  const auto tiles = [](std::size_t end, std::size_t start, std::size_t size) {
    return (end - start + size - 1) / size;
  };
  if (tiles(right, tile_left, tile_width) * tiles(bottom, tile_top, tile_height) > max_jpeg_2000_tiles) {
    return too_many("tiles");
  }
  constexpr std::uint32_t most_components = 4;
  if (components == 0 || components > most_components) return broken("components");
  for (std::uint32_t i = 0; i < components; ++i) {
    const std::uint32_t depth = (cursor.number(1) & 0x7fu) + 1, across = cursor.number(1), down = cursor.number(1);
    constexpr std::uint32_t deepest = 16, coarsest = 4;
    if (cursor.failed() || depth > deepest || across == 0 || across > coarsest || down == 0 || down > coarsest) {
      return broken("components");
    }
  }
  return {};
}

/// SPcod and SPcoc (A.6.1, Table A.15).
Result<void> check_coding(Cursor cursor, bool own_precincts) {
  const std::uint32_t levels = cursor.number(1);
  const std::uint32_t block_width = cursor.number(1) + 2, block_height = cursor.number(1) + 2;
  cursor.number(2);  // style of code blocks, transformation
  constexpr std::uint32_t most_levels = 32;
  if (cursor.failed() || levels > most_levels) return broken("coding style");
  if (block_width < min_jpeg_2000_code_block || block_height < min_jpeg_2000_code_block) {
    return too_many("code blocks");
  }
  if (!own_precincts) return {};
  for (std::uint32_t i = 0; i <= levels; ++i) {
    const std::uint32_t sides = cursor.number(1);
    if (cursor.failed()) return broken("coding style");
    if ((sides & 0x0fu) < min_jpeg_2000_precinct || sides >> 4 < min_jpeg_2000_precinct) return too_many("precincts");
  }
  return {};
}

Result<void> check_coding_default(ByteView segment) {
  Cursor cursor(segment);
  const bool own_precincts = (cursor.number(1) & 1u) != 0;
  cursor.number(1);  // progression order
  const std::uint32_t layers = cursor.number(2);
  cursor.number(1);  // transformation of components
  if (cursor.failed()) return broken("coding style");
  if (layers > max_jpeg_2000_layers) return too_many("layers");
  return check_coding(cursor, own_precincts);
}

Result<void> check_coding_of_component(ByteView segment) {
  Cursor cursor(segment);
  cursor.number(1);  // component, in one byte as there are few
  const bool own_precincts = (cursor.number(1) & 1u) != 0;
  return check_coding(cursor, own_precincts);
}

/// The marker segments up to `end`, which is read as well.
Result<void> check_segments(Cursor& cursor, unsigned end) {
  for (;;) {
    const std::uint32_t marker = cursor.number(2);
    if (marker == end) return {};
    // A decoder may read past any other marker in its own way, and find others in what was taken for its segment.
    if (std::ranges::find(segment_markers, marker) == segment_markers.end()) return broken("markers");
    const std::uint32_t length = cursor.number(2);
    if (cursor.failed() || length < 2) return broken("markers");
    const ByteView segment = cursor.take(length - 2);
    if (cursor.failed()) return broken("markers");
    Result<void> checked;
    if (marker == siz) checked = check_size(segment);
    if (marker == cod) checked = check_coding_default(segment);
    if (marker == coc) checked = check_coding_of_component(segment);
    if (!checked) return checked;
  }
}

Result<void> check_codestream(ByteView codestream) {
  Cursor cursor(codestream);
  // SIZ comes first (A.4.1): what follows is read under its bounds.
  if (cursor.number(2) != soc || codestream.size() < 4 || Cursor(codestream.subspan(2)).number(2) != siz) {
    return broken("start");
  }
  if (auto main = check_segments(cursor, sot); !main) return main;
  for (std::size_t part = 0;; ++part) {
    if (part == max_jpeg_2000_tile_parts) return too_many("tile parts");
    // SOT: its length, the tile, the length of the part from its marker on, its number and how many there are.
    const ByteView rest = cursor.take(cursor.left());
    Cursor header(rest);
    const std::uint32_t segment = header.number(2);
    header.number(2);
    const std::uint32_t length = header.number(4);
    header.number(2);
    if (header.failed() || segment != 10) return broken("tile part");
    if (auto segments = check_segments(header, sod); !segments) return segments;
    if (length == 0) return {};      // the last one, until the end
    constexpr std::size_t read = 2;  // of `length`, the marker
    const std::size_t headers = rest.size() - header.left();
    if (length < headers + read) return broken("tile part");
    cursor = Cursor(rest);
    cursor.take(length - read);
    if (cursor.failed()) return {};  // cut off within the data: the decoder says whether enough is there
    const std::uint32_t marker = cursor.number(2);
    if (marker == eoc || cursor.failed()) return {};
    if (marker != sot) return broken("tile part");
  }
}

}  // namespace

Result<void> check_jpeg_2000_headers(ByteView bytes) {
  if (bytes.size() > max_picture_bytes) return Error{.code = Errc::too_large, .where = Path("JPEG 2000") / "bytes"};
  const auto format = profile::image_format(bytes);
  if (format == ImageFormat::jpeg_2000_code_stream) return check_codestream(bytes);
  if (format != ImageFormat::jpeg_2000_file) return broken("start");
  const auto codestream = first_codestream(bytes);
  if (!codestream) return broken("boxes");
  if (has_palette(bytes.first(static_cast<std::size_t>(codestream->data() - bytes.data())))) return broken("palette");
  return check_codestream(*codestream);
}

}  // namespace mdoc::cli
