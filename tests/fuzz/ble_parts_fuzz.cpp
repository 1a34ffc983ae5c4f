// Messages in parts over Bluetooth Low Energy: byte 0 is the size of the values that we write, bytes 1 and 2 the limit
// of a message; then what a peer writes, each value after its size, a byte of which 255 stands for 512. The bytes of
// the peer are also cut and joined again by ourselves.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "invariants.hpp"
#include "mdoc/transport/ble_parts.hpp"

namespace {

using mdoc::Bytes;
using mdoc::ByteView;
using mdoc::DecodeLimits;
using mdoc::Errc;
using mdoc::fuzz::require;
using mdoc::transport::BlePartReader;
using mdoc::transport::BlePartWriter;

ByteView take(ByteView& rest, std::size_t size) {
  const ByteView front = rest.first(std::min(size, rest.size()));
  rest = rest.subspan(front.size());
  return front;
}

/// What becomes of the values of a peer, said again in other words.
void read(ByteView rest, std::size_t limit) {
  BlePartReader reader("Client2Server", DecodeLimits{.max_bytes = limit});
  Bytes expected;
  while (!rest.empty()) {
    const std::size_t size = take(rest, 1).front();
    const ByteView value = take(rest, size == 255 ? mdoc::transport::ble_max_value : size);
    const auto message = reader.on_value(value);
    if (value.empty()) {
      require(message && !*message);
      continue;
    }
    const ByteView part = value.subspan(1);
    const bool empty_is_legal = value.front() == 0 && !expected.empty();
    if (value.front() > 1 || (part.empty() && !empty_is_legal)) {
      require(!message && message.error().code == Errc::bad_frame && message.error().offset == expected.size());
      return;
    }
    if (expected.size() + part.size() > limit) {
      require(!message && message.error().code == Errc::too_large && message.error().offset == expected.size());
      return;
    }
    expected.insert(expected.end(), part.begin(), part.end());
    require(message.has_value());
    require(message->has_value() == (value.front() == 0));
    if (*message) {
      require(mdoc::fuzz::same(**message, expected));
      require((*message)->capacity() <= std::max(std::min(limit, 2 * expected.size()), expected.size()));
      expected.clear();
    }
    require(reader.within_message() == !expected.empty());
  }
}

/// What we cut, a peer joins; in the least number of values.
void round_trip(ByteView message, std::size_t max_value) {
  BlePartWriter writer;
  BlePartReader reader("Server2Client", DecodeLimits{.max_bytes = message.size()});
  writer.start(Bytes(message.begin(), message.end()));
  std::size_t count = 0;
  for (std::optional<Bytes> joined; !joined; ++count) {
    require(!writer.done());
    const Bytes value = writer.next(max_value);
    require(value.size() >= 2 && value.size() <= max_value);
    auto result = reader.on_value(value);
    require(result.has_value());
    joined = *std::move(result);
    require(joined.has_value() == writer.done());
    if (joined) require(mdoc::fuzz::same(*joined, message));
  }
  require(count == (message.size() + max_value - 2) / (max_value - 1));
}

/// Also where the room changes from value to value, as the message itself says.
void round_trip_in_any_room(ByteView message) {
  BlePartWriter writer;
  BlePartReader reader("Server2Client", DecodeLimits{.max_bytes = message.size()});
  writer.start(Bytes(message.begin(), message.end()));
  std::size_t at = 0;
  for (;;) {
    require(!writer.done());
    const Bytes value = writer.next(std::size_t{2} + message[at % message.size()] * 2);
    at += value.size() - 1;
    const auto joined = reader.on_value(value);
    require(joined.has_value());
    if (*joined) {
      require(writer.done() && mdoc::fuzz::same(**joined, message));
      return;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t max_value = std::size_t{2} + data[0] * 2;  // 2 to 512
  const std::size_t limit = static_cast<std::size_t>(data[1]) << 8 | data[2];
  const ByteView rest(data + 3, size - 3);
  read(rest, limit);
  if (rest.empty()) return 0;
  round_trip(rest, max_value);
  round_trip_in_any_room(rest);
  return 0;
}
