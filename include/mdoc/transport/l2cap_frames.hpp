#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/transport/received_bytes.hpp"

/// @file
/// Messages on an L2CAP connection-oriented channel (second edition, 11.1.4): one stream of bytes in each direction, in
/// which each message follows its length in four bytes, the most significant first. Where the stream is cut into units
/// means nothing.

namespace mdoc::transport {

/// Dynamic PSMs of LE channels (Core Specification, Vol 3, Part A, 4.22).
inline constexpr std::uint16_t l2cap_min_psm = 0x0080;
inline constexpr std::uint16_t l2cap_max_psm = 0x00ff;

/// The value of the characteristic L2CAP: four bytes, the most significant first, as deployed peers have it. The
/// standard gives no encoding.
[[nodiscard]] MDOC_EXPORT std::array<std::uint8_t, 4> encode_l2cap_psm(std::uint16_t psm) noexcept;
/// Reads it: one to four bytes, the most significant first; where that is no PSM of LE but the other order is, that.
/// @return malformed/bad_value: neither is; malformed/truncated: empty; limit/too_large: more than four bytes
[[nodiscard]] MDOC_EXPORT Result<std::uint16_t> decode_l2cap_psm(ByteView value);

/// Cuts messages, their lengths before them, into pieces for the channel. What is cut is copied once.
class MDOC_EXPORT L2capPieceWriter {
 public:
  /// The next message. @pre done(), and the message is not empty and shorter than 4 GiB
  void start(Bytes message) noexcept;
  /// @pre !done(), max_size > 0
  [[nodiscard]] Bytes next(std::size_t max_size);
  [[nodiscard]] bool done() const noexcept { return position_ == header_size + message_.size() || message_.empty(); }
  void abandon() noexcept;

  static constexpr std::size_t header_size = 4;

 private:
  Bytes message_;
  std::size_t position_ = 0;  // the header counts
};

/// Takes the stream apart. Not usable after an error.
class MDOC_EXPORT L2capStreamReader {
 public:
  explicit L2capStreamReader(Path where, const DecodeLimits& limits = {}) noexcept : where_(where), limits_(limits) {}

  /// Takes bytes off the front of `input` until a message is complete or nothing is left of it; call it again while
  /// `input` has bytes.
  /// @return limit/too_large: a length above DecodeLimits::max_bytes, before anything is allocated for it;
  ///         denied/terminated_by_peer: a length of zero, by which one peer says that it ends. `offset`: bytes of the
  ///         stream before that length
  [[nodiscard]] Result<std::optional<Bytes>> next(ByteView& input);
  /// A length or a message has begun and is not complete.
  [[nodiscard]] bool within_message() const noexcept { return header_read_ != 0; }

 private:
  Path where_;
  DecodeLimits limits_;
  std::array<std::uint8_t, L2capPieceWriter::header_size> header_{};
  std::size_t header_read_ = 0;
  std::size_t expected_ = 0;
  std::uint64_t stream_position_ = 0;
  ReceivedBytes message_;
};

}  // namespace mdoc::transport
