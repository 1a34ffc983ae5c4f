#include "mdoc/transport/ble_parts.hpp"

#include <cassert>
#include <utility>

namespace mdoc::transport {
namespace {

constexpr std::uint8_t last_part = 0x00;
constexpr std::uint8_t more_follow = 0x01;

Error error_at(Errc code, const Path& where, std::size_t offset) {
  return {.code = code,
          .where = where,
          .offset = static_cast<std::uint32_t>(std::min<std::size_t>(offset, Error::no_offset))};
}

}  // namespace

void BlePartWriter::start(Bytes message) noexcept {
  assert(done() && !message.empty());
  message_ = std::move(message);
  position_ = 0;
}

Bytes BlePartWriter::next(std::size_t max_value) {
  assert(!done() && max_value >= 2);
  const std::size_t rest = message_.size() - position_;
  const std::size_t size = std::min(rest, max_value - 1);
  const auto from = message_.begin() + static_cast<std::ptrdiff_t>(position_);
  Bytes value;
  value.reserve(1 + size);
  value.push_back(size == rest ? last_part : more_follow);
  value.insert(value.end(), from, from + static_cast<std::ptrdiff_t>(size));
  position_ += size;
  if (done()) abandon();
  return value;
}

// Gives the memory back: the next message may be long in coming, and shorter.
void BlePartWriter::abandon() noexcept {
  message_ = Bytes();
  position_ = 0;
}

Result<std::optional<Bytes>> BlePartReader::on_value(ByteView value) {
  if (value.empty()) return std::optional<Bytes>();
  const std::uint8_t flag = value.front();
  const ByteView part = value.subspan(1);
  const std::size_t before = message_.size();
  const bool stands_for_something = !part.empty() || (flag == last_part && within_message());
  if ((flag != last_part && flag != more_follow) || !stands_for_something) {
    message_.drop();
    return error_at(Errc::bad_frame, where_, before);
  }
  if (part.size() > limits_.max_bytes - before) {
    message_.drop();
    return error_at(Errc::too_large, where_, before);
  }
  if (flag == last_part) return std::optional<Bytes>(message_.join(part));
  message_.append(part, limits_.max_bytes);
  return std::optional<Bytes>();
}

}  // namespace mdoc::transport
