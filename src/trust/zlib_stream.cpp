#include "trust/zlib_stream.hpp"

#define ZLIB_CONST  // the input is not written to; a name of zlib: NOLINT(readability-identifier-naming)
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace mdoc::trust {
namespace {

/// An inflater that is released whichever way its function ends.
class Inflater {
 public:
  explicit Inflater(ByteView compressed) {
    stream_.next_in = compressed.data();
    stream_.avail_in = static_cast<uInt>(compressed.size());
    // The default window is that of the zlib container alone: no gzip, no raw deflate.
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  [[nodiscard]] z_stream& stream() noexcept { return stream_; }

 private:
  z_stream stream_{};
};

constexpr std::size_t max_step = std::numeric_limits<uInt>::max();
/// Size of the first buffer. The list may be sparse or dense; what comes out of the first bytes shows it.
constexpr std::size_t first_size = std::size_t{16} << 10;

/// The next size of a buffer that is full: what all of the input yields if it goes on as it began, and some more. A
/// stream that claims much has to have produced a good part of it.
std::size_t next_size(std::size_t produced, std::size_t consumed, std::size_t input, std::size_t room) {
  constexpr double spare = 1.125, least_growth = 1.5, most_growth = 32;
  const auto size = static_cast<double>(produced);
  const double expected =
      size * static_cast<double>(input) / static_cast<double>(std::max<std::size_t>(consumed, 1)) * spare;
  const double next = std::clamp(expected, size * least_growth, size * most_growth);
  return next < static_cast<double>(room) ? static_cast<std::size_t>(next) : room;
}

}  // namespace

Result<Bytes> inflate_zlib(ByteView compressed, std::size_t max_bytes) {
  if (compressed.size() > max_step) return Error{.code = Errc::too_large};
  // One byte more than is allowed, so that a stream of just that size is told from a longer one.
  const std::size_t room = std::min(max_bytes, std::numeric_limits<std::size_t>::max() - 1) + 1;
  Inflater inflater(compressed);
  z_stream& stream = inflater.stream();

  Bytes out(std::min(room, std::max(first_size, compressed.size())));
  std::size_t produced = 0;
  for (;;) {
    const std::size_t step = std::min(out.size() - produced, max_step);
    stream.next_out = out.data() + produced;
    stream.avail_out = static_cast<uInt>(step);
    // Z_FINISH: where all fits at once, zlib keeps no window of its own.
    const int status = ::inflate(&stream, Z_FINISH);
    produced += step - stream.avail_out;
    if (status == Z_STREAM_END) break;
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    // Z_NEED_DICT: a preset dictionary, which nobody has. Room left over: the input ended early.
    const bool wants_room = (status == Z_OK || status == Z_BUF_ERROR) && stream.avail_out == 0;
    if (!wants_room) return Error{.code = Errc::bad_compression};
    if (produced == room) return Error{.code = Errc::too_large};
    if (produced == out.size()) {
      const std::size_t next = next_size(produced, compressed.size() - stream.avail_in, compressed.size(), room);
      out.reserve(next);  // exactly, where resize() alone might take twice as much
      out.resize(next);
    }
  }
  if (produced > max_bytes) return Error{.code = Errc::too_large};
  if (stream.avail_in != 0) return Error{.code = Errc::bad_compression};
  out.resize(produced);
  // A list lives long: what was guessed too much goes back.
  if (out.capacity() - out.size() > out.size() / 4) out.shrink_to_fit();
  return out;
}

Bytes deflate_zlib(ByteView plain) {
  auto size = compressBound(static_cast<uLong>(plain.size()));
  Bytes out(size);
  // The bound is large enough and the level is valid: only memory can be short.
  if (compress2(out.data(), &size, plain.data(), static_cast<uLong>(plain.size()), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::bad_alloc();
  }
  out.resize(size);
  return out;
}

}  // namespace mdoc::trust
