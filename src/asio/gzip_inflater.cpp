#include "asio/gzip_inflater.hpp"

#include <algorithm>
#include <boost/system/error_code.hpp>

#include "core/try.hpp"

namespace mdoc::asio {
namespace {

namespace zlib = boost::beast::zlib;

// FLG (RFC 1952, 2.3.1); FTEXT, bit 0, is a hint.
constexpr std::uint8_t flag_header_crc = 1u << 1;
constexpr std::uint8_t flag_extra = 1u << 2;
constexpr std::uint8_t flag_name = 1u << 3;
constexpr std::uint8_t flag_comment = 1u << 4;
constexpr std::uint8_t flags_reserved = 0xe0;

Error bad_compression() { return {.code = Errc::bad_compression, .where = Path("fetch") / "response" / "body"}; }

// Integers of gzip are little-endian.
template <std::size_t N>
std::uint32_t read_le(const std::array<std::uint8_t, N>& bytes, std::size_t at, std::size_t size) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = size; i > 0; --i) value = value << 8 | bytes[at + i - 1];
  return value;
}

}  // namespace

Result<void> GzipInflater::write(ByteView piece, Bytes& out) {
  while (!piece.empty()) {
    if (stage_ == Stage::deflate) {
      MDOC_CHECK(inflate(piece, out));
      continue;
    }
    const std::uint8_t byte = piece.front();
    piece = piece.subspan(1);
    if (stage_ == Stage::end) return bad_compression();
    MDOC_CHECK(stage_ == Stage::trailer ? read_trailer_byte(byte, out.size()) : read_header_byte(byte));
  }
  return {};
}

Result<void> GzipInflater::finish() const {
  if (stage_ != Stage::end) return bad_compression();
  return {};
}

Result<void> GzipInflater::read_header_byte(std::uint8_t byte) {
  constexpr std::size_t fixed_size = 10;
  if (stage_ != Stage::header_crc) header_crc_.process_byte(byte);
  if (stage_ == Stage::extra) {
    if (--extra_left_ == 0) enter_next_part(Stage::extra);
    return {};
  }
  if (stage_ == Stage::name || stage_ == Stage::comment) {
    if (byte == 0) enter_next_part(stage_);
    return {};
  }
  part_[part_size_++] = byte;
  if (part_size_ < (stage_ == Stage::fixed ? fixed_size : 2)) return {};
  if (stage_ == Stage::fixed) {
    MDOC_CHECK(check_fixed());
  } else if (stage_ == Stage::extra_size) {
    extra_left_ = read_le(part_, 0, 2);
    if (extra_left_ > 0) {
      stage_ = Stage::extra;
      part_size_ = 0;
      return {};
    }
  } else if (read_le(part_, 0, 2) != (header_crc_.checksum() & 0xffff)) {
    return bad_compression();
  }
  enter_next_part(stage_);
  return {};
}

// ID1 ID2 CM FLG; time, level and system say nothing about the content.
Result<void> GzipInflater::check_fixed() {
  constexpr std::uint8_t deflate = 8;
  flags_ = part_[3];
  if (part_[0] != 0x1f || part_[1] != 0x8b || part_[2] != deflate) return bad_compression();
  if ((flags_ & flags_reserved) != 0) return bad_compression();
  return {};
}

void GzipInflater::enter_next_part(Stage after) {
  part_size_ = 0;
  const auto present = [&](Stage part, std::uint8_t flag) { return after < part && (flags_ & flag) != 0; };
  if (present(Stage::extra_size, flag_extra)) {
    stage_ = Stage::extra_size;
  } else if (present(Stage::name, flag_name)) {
    stage_ = Stage::name;
  } else if (present(Stage::comment, flag_comment)) {
    stage_ = Stage::comment;
  } else if (present(Stage::header_crc, flag_header_crc)) {
    stage_ = Stage::header_crc;
  } else {
    stage_ = Stage::deflate;
  }
}

Result<void> GzipInflater::inflate(ByteView& piece, Bytes& out) {
  zlib::z_params params;
  params.next_in = piece.data();
  params.avail_in = piece.size();
  boost::system::error_code error;
  while (!error) {
    params.next_out = inflated_.data();
    params.avail_out = inflated_.size();
    stream_.write(params, zlib::Flush::sync, error);
    const std::size_t size = inflated_.size() - params.avail_out;
    if (size > max_bytes_ - out.size()) {
      return Error{.code = Errc::too_large, .where = Path("fetch") / "response" / "body"};
    }
    crc_.process_bytes(inflated_.data(), size);
    out.insert(out.end(), inflated_.begin(), inflated_.begin() + static_cast<std::ptrdiff_t>(size));
    if (params.avail_in == 0 && params.avail_out > 0) break;
  }
  const ByteView consumed = piece.first(piece.size() - params.avail_in);
  piece = piece.subspan(consumed.size());
  remember(consumed);
  if (error == zlib::error::end_of_stream) {
    // The inflater looks for codes of the longest size, and so may have swallowed bytes of the trailer: it says how
    // many bits it has left over.
    stage_ = Stage::trailer;
    part_size_ = 0;
    const std::size_t ahead = (static_cast<std::size_t>(params.data_type) & 63u) / 8;
    // Its buffer of bits has 32 as of Boost 1.81; with a larger one, what it swallowed would be lost.
    if (ahead > recent_.size()) return bad_compression();
    for (std::size_t i = recent_.size() - ahead; i < recent_.size(); ++i) {
      MDOC_CHECK(read_trailer_byte(recent_[i], out.size()));
    }
  } else if (error && error != zlib::error::need_buffers) {
    return bad_compression();
  }
  return {};
}

void GzipInflater::remember(ByteView consumed) noexcept {
  for (const std::uint8_t byte : consumed.last(std::min(consumed.size(), recent_.size()))) {
    std::rotate(recent_.begin(), recent_.begin() + 1, recent_.end());
    recent_.back() = byte;
  }
}

// CRC32 and ISIZE, the size modulo 2^32.
Result<void> GzipInflater::read_trailer_byte(std::uint8_t byte, std::size_t size) {
  constexpr std::size_t trailer_size = 8;
  part_[part_size_++] = byte;
  if (part_size_ < trailer_size) return {};
  if (read_le(part_, 0, 4) != crc_.checksum()) return bad_compression();
  if (read_le(part_, 4, 4) != static_cast<std::uint32_t>(size)) return bad_compression();
  stage_ = Stage::end;
  return {};
}

}  // namespace mdoc::asio
