// Headers of JPEG (ISO/IEC 10918-1, Annex B) and JPEG 2000 (ISO/IEC 15444-1, Annexes A and I).
#include <algorithm>
#include <array>
#include <optional>

#include "mdoc/profile/validate.hpp"

namespace mdoc::profile {
namespace {

constexpr std::uint32_t max_side = 65'535;  // what a JPEG can say; a portrait is far below
// Before the frame header. An ICC profile alone may take 255 segments.
constexpr std::size_t max_segments = 1024;
constexpr std::size_t max_boxes = 64;

bool is_side(std::uint32_t pixels) { return pixels != 0 && pixels <= max_side; }

/// Big-endian numbers, one after the other.
class Numbers {
 public:
  explicit Numbers(ByteView bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] std::optional<std::uint8_t> u8() { return take<std::uint8_t, 1>(); }
  [[nodiscard]] std::optional<std::uint16_t> u16() { return take<std::uint16_t, 2>(); }
  [[nodiscard]] std::optional<std::uint32_t> u32() { return take<std::uint32_t, 4>(); }
  [[nodiscard]] bool skip(std::size_t size) {
    if (rest_.size() < size) return false;
    rest_ = rest_.subspan(size);
    return true;
  }
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }

 private:
  template <class Number, std::size_t size>
  std::optional<Number> take() {
    if (rest_.size() < size) return std::nullopt;
    std::uint32_t number = 0;
    for (const std::uint8_t byte : rest_.first(size)) number = number << 8 | byte;
    rest_ = rest_.subspan(size);
    return static_cast<Number>(number);
  }
  ByteView rest_;
};

/// B.2.2: precision, height, width, and three bytes for each component. A height of 0, which a DNL segment gives later,
/// is none that a reader could go by.
bool is_frame_header(ByteView segment) {
  Numbers numbers(segment);
  const auto precision = numbers.u8();
  const auto height = numbers.u16();
  const auto width = numbers.u16();
  const auto components = numbers.u8();
  constexpr std::uint8_t max_precision = 16;
  return components && *components != 0 && numbers.rest().size() == std::size_t{3} * *components && *precision != 0 &&
         *precision <= max_precision && is_side(*height) && is_side(*width);
}

/// SOF0 to SOF15, among which stand DHT, JPG and DAC.
constexpr bool is_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/// Of what may stand before the frame header: tables, APPn, COM (B.2.4).
constexpr bool may_precede_frame(std::uint8_t marker) {
  constexpr std::uint8_t dht = 0xc4, dac = 0xcc, dqt = 0xdb, dri = 0xdd, dhp = 0xde, com = 0xfe;
  return marker == dht || marker == dac || marker == dqt || marker == dri || marker == dhp || marker == com ||
         (marker >= 0xe0 && marker <= 0xef);
}

/// After SOI.
bool leads_to_frame(Numbers numbers) {
  for (std::size_t i = 0; i < max_segments; ++i) {
    auto marker = numbers.u8();
    if (marker != std::uint8_t{0xff}) return false;
    while (marker == std::uint8_t{0xff}) marker = numbers.u8();  // fill bytes (B.1.1.2)
    const auto length = numbers.u16();                           // its own two bytes counted
    if (!marker || !length || *length < 2 || numbers.rest().size() < std::size_t{*length} - 2) return false;
    const ByteView segment = numbers.rest().first(std::size_t{*length} - 2);
    if (is_frame(*marker)) return is_frame_header(segment);
    if (!may_precede_frame(*marker) || !numbers.skip(segment.size())) return false;
  }
  return false;
}

/// SIZ (A.5.1), from its length on: the picture is what lies between the offset and the size of the reference grid.
bool is_code_stream_size(Numbers numbers) {
  const auto length = numbers.u16();
  if (!numbers.skip(2)) return false;   // capabilities
  std::array<std::uint32_t, 8> grid{};  // Xsiz, Ysiz, XOsiz, YOsiz, XTsiz, YTsiz, XTOsiz, YTOsiz
  for (std::uint32_t& number : grid) {
    const auto next = numbers.u32();
    if (!next) return false;
    number = *next;
  }
  const auto [x, y, left, top, tile_width, tile_height, tile_left, tile_top] = grid;
  const auto components = numbers.u16();
  constexpr std::uint16_t fixed = 38, max_components = 16'384;
  return components && *components != 0 && *components <= max_components &&
         *length == fixed + std::uint32_t{3} * *components && x > left && y > top && is_side(x - left) &&
         is_side(y - top) && tile_width != 0 && tile_height != 0 && tile_left <= left && tile_top <= top;
}

using BoxType = std::array<std::uint8_t, 4>;
constexpr BoxType file_type{'f', 't', 'y', 'p'};
constexpr BoxType header{'j', 'p', '2', 'h'};
constexpr BoxType image_header{'i', 'h', 'd', 'r'};
constexpr BoxType code_stream{'j', 'p', '2', 'c'};

struct Box {
  BoxType type{};
  ByteView content;
};

/// I.4. Length 0: up to the end.
std::optional<Box> take_box(Numbers& numbers) {
  const auto length = numbers.u32();
  Box box;
  for (std::uint8_t& byte : box.type) {
    const auto next = numbers.u8();
    if (!next) return std::nullopt;
    byte = *next;
  }
  constexpr std::size_t head = 8, long_head = 16;
  std::uint64_t size = 0;
  if (*length == 0) {
    size = numbers.rest().size();
  } else if (*length == 1) {
    const auto high = numbers.u32();
    const auto low = numbers.u32();
    if (!low) return std::nullopt;
    const std::uint64_t full = std::uint64_t{*high} << 32 | *low;
    if (full < long_head) return std::nullopt;
    size = full - long_head;
  } else {
    if (*length < head) return std::nullopt;
    size = *length - head;
  }
  if (size > numbers.rest().size()) return std::nullopt;
  box.content = numbers.rest().first(static_cast<std::size_t>(size));
  if (!numbers.skip(box.content.size())) return std::nullopt;
  return box;
}

/// I.5.3.1: height, width, components, depth, compression type 7.
bool is_image_header(const Box& box) {
  Numbers numbers(box.content);
  const auto height = numbers.u32();
  const auto width = numbers.u32();
  const auto components = numbers.u16();
  const bool depth = numbers.skip(1);
  const auto compression = numbers.u8();
  constexpr std::size_t size = 14;
  constexpr std::uint8_t jpeg_2000 = 7;
  return box.type == image_header && box.content.size() == size && depth && compression == jpeg_2000 &&
         is_side(*height) && is_side(*width) && *components != 0;
}

/// After the signature box: the type of the file comes next, the header before the code stream (I.5).
bool leads_to_image_header(Numbers numbers) {
  const auto first = take_box(numbers);
  if (!first || first->type != file_type) return false;
  for (std::size_t i = 0; i < max_boxes; ++i) {
    const auto box = take_box(numbers);
    if (!box || box->type == code_stream) return false;
    if (box->type != header) continue;
    Numbers inside(box->content);
    const auto inner = take_box(inside);
    return inner && is_image_header(*inner);
  }
  return false;
}

// What pictures begin with: SOI; the signature box (15444-1, I.5.1); SOC and the marker of SIZ (A.4.1, A.5.1).
constexpr std::array<std::uint8_t, 2> jpeg_start{0xff, 0xd8};
constexpr std::array<std::uint8_t, 12> file_start{0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50,
                                                  0x20, 0x20, 0x0d, 0x0a, 0x87, 0x0a};
constexpr std::array<std::uint8_t, 4> code_stream_start{0xff, 0x4f, 0xff, 0x51};

ByteView start_of(ImageFormat format) noexcept {
  switch (format) {
    case ImageFormat::jpeg: return jpeg_start;
    case ImageFormat::jpeg_2000_file: return file_start;
    case ImageFormat::jpeg_2000_code_stream: break;
  }
  return code_stream_start;
}

}  // namespace

std::optional<ImageFormat> image_format(ByteView bytes) noexcept {
  for (const ImageFormat each : {ImageFormat::jpeg, ImageFormat::jpeg_2000_file, ImageFormat::jpeg_2000_code_stream}) {
    const ByteView start = start_of(each);
    if (bytes.size() >= start.size() && std::ranges::equal(bytes.first(start.size()), start)) return each;
  }
  return std::nullopt;
}

bool begins_as_image(ByteView bytes) noexcept {
  const auto format = image_format(bytes);
  if (!format) return false;
  Numbers numbers(bytes.subspan(start_of(*format).size()));
  switch (*format) {
    case ImageFormat::jpeg: return leads_to_frame(numbers);
    case ImageFormat::jpeg_2000_file: return leads_to_image_header(numbers);
    case ImageFormat::jpeg_2000_code_stream: return is_code_stream_size(numbers);
  }
  return false;
}

}  // namespace mdoc::profile
