// Messages on an L2CAP channel, and the PSM of one: byte 0 is the size of the units that come, byte 1 that of the
// pieces we write, bytes 2 and 3 are the limit of a message; then the stream of a peer.
#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "invariants.hpp"
#include "mdoc/transport/l2cap_frames.hpp"

namespace {

using mdoc::Bytes;
using mdoc::ByteView;
using mdoc::DecodeLimits;
using mdoc::Errc;
using mdoc::fuzz::require;
using mdoc::transport::L2capPieceWriter;
using mdoc::transport::L2capStreamReader;

struct Outcome {
  std::vector<Bytes> messages{};
  Errc code{};  // none, if the stream just stops
  std::uint32_t offset = 0;
  bool within = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(ByteView stream, std::size_t unit, std::size_t limit) {
  L2capStreamReader reader("channel", DecodeLimits{.max_bytes = limit});
  Outcome outcome;
  while (!stream.empty()) {
    ByteView rest = stream.first(std::min(unit, stream.size()));
    stream = stream.subspan(rest.size());
    while (!rest.empty()) {
      const std::size_t before = rest.size();
      auto message = reader.next(rest);
      require(rest.size() < before);
      if (!message) {
        outcome.code = message.error().code;
        outcome.offset = message.error().offset;
        return outcome;
      }
      if (!*message) {
        require(rest.empty());
        continue;
      }
      require(!(*message)->empty() && (*message)->size() <= limit);
      require((*message)->capacity() <= (*message)->size());  // never more than its length
      require(!reader.within_message());
      outcome.messages.push_back(**std::move(message));
    }
  }
  outcome.within = reader.within_message();
  return outcome;
}

/// The messages as we write them.
Bytes written(const std::vector<Bytes>& messages, std::size_t piece) {
  L2capPieceWriter writer;
  Bytes stream;
  for (const Bytes& message : messages) {
    writer.start(message);
    while (!writer.done()) {
      const Bytes next = writer.next(piece);
      require(!next.empty() && next.size() <= piece);
      stream.insert(stream.end(), next.begin(), next.end());
      require(next.size() == piece || writer.done());
    }
  }
  return stream;
}

void check_psm(ByteView value) {
  const auto psm = mdoc::transport::decode_l2cap_psm(value);
  if (!psm) return;
  require(!value.empty() && value.size() <= 4);
  require(*psm >= mdoc::transport::l2cap_min_psm && *psm <= mdoc::transport::l2cap_max_psm);
  const auto again = mdoc::transport::decode_l2cap_psm(mdoc::transport::encode_l2cap_psm(*psm));
  require(again && *again == *psm);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const ByteView stream(data + 4, size - 4);
  check_psm(stream);
  const std::size_t unit = std::size_t{data[0]} + 1;
  const std::size_t piece = std::size_t{data[1]} + 1;
  const std::size_t limit = static_cast<std::size_t>(data[2]) << 8 | data[3];
  const Outcome outcome = read(stream, unit, limit);
  require(outcome == read(stream, std::max<std::size_t>(stream.size(), 1), limit));  // where it is cut means nothing
  const Bytes same_again = written(outcome.messages, piece);
  require(same_again.size() <= stream.size() && mdoc::fuzz::same(same_again, stream.first(same_again.size())));
  if (outcome.code == Errc{}) {
    require(outcome.within == (same_again.size() < stream.size()));
  } else {
    require(outcome.code == Errc::too_large || outcome.code == Errc::terminated_by_peer);
    require(outcome.offset == same_again.size());
  }
  return 0;
}
