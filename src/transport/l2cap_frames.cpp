#include "mdoc/transport/l2cap_frames.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace mdoc::transport {
namespace {

std::array<std::uint8_t, 4> big_endian(std::size_t number) noexcept {
  const auto octet = [number](unsigned shift) { return static_cast<std::uint8_t>(number >> shift & 0xff); };
  return {octet(24), octet(16), octet(8), octet(0)};
}

std::uint32_t append_octet(std::uint32_t number, std::uint8_t octet) noexcept { return number << 8 | octet; }

constexpr bool is_psm_of_le(std::uint32_t number) noexcept {
  return number >= l2cap_min_psm && number <= l2cap_max_psm;
}

}  // namespace

std::array<std::uint8_t, 4> encode_l2cap_psm(std::uint16_t psm) noexcept { return big_endian(psm); }

Result<std::uint16_t> decode_l2cap_psm(ByteView value) {
  const Path where = "L2CAP";
  if (value.empty()) return Error{.code = Errc::truncated, .where = where};
  if (value.size() > sizeof(std::uint32_t)) return Error{.code = Errc::too_large, .where = where};
  std::uint32_t most_first = 0;
  std::uint32_t least_first = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    most_first = append_octet(most_first, value[i]);
    least_first = append_octet(least_first, value[value.size() - 1 - i]);
  }
  for (const std::uint32_t number : {most_first, least_first}) {
    if (is_psm_of_le(number)) return static_cast<std::uint16_t>(number);
  }
  return Error{.code = Errc::bad_value, .where = where};
}

void L2capPieceWriter::start(Bytes message) noexcept {
  assert(done() && !message.empty() && message.size() <= std::numeric_limits<std::uint32_t>::max());
  message_ = std::move(message);
  position_ = 0;
}

Bytes L2capPieceWriter::next(std::size_t max_size) {
  assert(!done() && max_size > 0);
  const auto header = big_endian(message_.size());
  const std::size_t size = std::min(max_size, header_size + message_.size() - position_);
  Bytes piece;
  piece.reserve(size);
  while (position_ < header_size && piece.size() < size) piece.push_back(header[position_++]);
  const std::size_t rest = size - piece.size();
  if (rest > 0) {
    const auto from = message_.begin() + static_cast<std::ptrdiff_t>(position_ - header_size);
    piece.insert(piece.end(), from, from + static_cast<std::ptrdiff_t>(rest));
    position_ += rest;
  }
  if (done()) abandon();
  return piece;
}

// Gives the memory back: the next message may be long in coming, and shorter.
void L2capPieceWriter::abandon() noexcept {
  message_ = Bytes();
  position_ = 0;
}

Result<std::optional<Bytes>> L2capStreamReader::next(ByteView& input) {
  while (header_read_ < header_.size() && !input.empty()) {
    header_[header_read_++] = input.front();
    input = input.subspan(1);
    if (header_read_ < header_.size()) continue;
    std::uint32_t length = 0;
    for (const std::uint8_t octet : header_) length = append_octet(length, octet);
    if (length == 0 || length > limits_.max_bytes) {
      constexpr std::uint64_t most = Error::no_offset;
      return Error{.code = length == 0 ? Errc::terminated_by_peer : Errc::too_large,
                   .where = where_,
                   .offset = static_cast<std::uint32_t>(std::min(stream_position_, most))};
    }
    expected_ = length;
  }
  if (header_read_ < header_.size()) return std::optional<Bytes>();
  const ByteView part = input.first(std::min(input.size(), expected_ - message_.size()));
  input = input.subspan(part.size());
  if (message_.size() + part.size() < expected_) {
    message_.append(part, expected_);
    return std::optional<Bytes>();
  }
  stream_position_ += header_.size() + expected_;
  header_read_ = 0;
  return std::optional<Bytes>(message_.join(part));
}

}  // namespace mdoc::transport
