#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/transport/received_bytes.hpp"

/// @file
/// Messages in parts, as values of the characteristics Client2Server and Server2Client carry them (ISO/IEC
/// 18013-5:2021, 8.3.3.1.1.6; second edition, 11.1.3.4): a byte that says whether more follows, then the part.

namespace mdoc::transport {

/// An attribute value has 512 bytes at most, whatever the MTU (Core Specification, Vol 3, Part F, 3.2.9).
inline constexpr std::size_t ble_max_value = 512;
/// Before the exchange of MTUs, and the least there is (Part G, 5.2.1).
inline constexpr std::size_t ble_default_mtu = 23;
/// What is asked for: the largest of use, 512 bytes of a value and three before it.
inline constexpr std::size_t ble_wanted_mtu = 515;

/// The longest value that fits an MTU: min(MTU - 3, 512). An MTU below 23, which there is none, counts as 23.
[[nodiscard]] constexpr std::size_t ble_value_size(std::size_t mtu) noexcept {
  return std::min(std::max(mtu, ble_default_mtu) - 3, ble_max_value);
}

/// Cuts messages into values. The number of values is the least that their size allows; what is cut is copied once.
class MDOC_EXPORT BlePartWriter {
 public:
  /// The next message. @pre done(), and the message is not empty
  void start(Bytes message) noexcept;
  /// The next value: the byte in front, and as much of the message as fits. @pre !done()
  /// @param max_value at least 2, the byte in front included; may differ from call to call
  [[nodiscard]] Bytes next(std::size_t max_value);
  /// All of the message has been given out, or there was none.
  [[nodiscard]] bool done() const noexcept { return position_ == message_.size(); }
  /// Nothing more of it is given out.
  void abandon() noexcept;

 private:
  Bytes message_;
  std::size_t position_ = 0;
};

/// Joins values to messages.
///
/// An empty value is no part and changes nothing: some peers send one. A value of one byte is an empty part, legal
/// only as the last of a message that has begun, as some peers close a message with it. Not usable after an error.
class MDOC_EXPORT BlePartReader {
 public:
  /// @param where the characteristic, for errors
  explicit BlePartReader(Path where, const DecodeLimits& limits = {}) noexcept : where_(where), limits_(limits) {}

  /// @return the message when this value completes it. malformed/bad_frame: the first byte is neither 0 nor 1, or an
  ///         empty part in a place where it stands for nothing (`offset`: bytes of the message before it);
  ///         limit/too_large before more than DecodeLimits::max_bytes is kept
  [[nodiscard]] Result<std::optional<Bytes>> on_value(ByteView value);
  /// Parts have come, and the last of them has not.
  [[nodiscard]] bool within_message() const noexcept { return !message_.empty(); }

 private:
  Path where_;
  DecodeLimits limits_;
  ReceivedBytes message_;
};

}  // namespace mdoc::transport
