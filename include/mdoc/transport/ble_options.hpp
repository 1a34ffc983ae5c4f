#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "mdoc/core/limits.hpp"
#include "mdoc/transport/ble_parts.hpp"

namespace mdoc::transport {

/// How long each wait may last. All of them end in something with a name, never in silence.
struct BleTimeouts {
  std::chrono::milliseconds open{60'000};  ///< from start() to LinkOpened; at least 30 s are recommended (9.4)
  /// One connection, until it carries messages; a client that connects and does nothing gives way then.
  std::chrono::milliseconds attempt{10'000};
  std::chrono::milliseconds step{3'000};       ///< of those: one answer of stack or peer that can do without
  std::chrono::milliseconds retry{500};        ///< between a broken attempt and the next; doubled each time
  std::chrono::milliseconds retry_max{4'000};  ///< as far as that
  /// A client's next attempt: for so long, a device that has not failed yet is looked for before one that has is tried
  /// again.
  std::chrono::milliseconds search{1'000};
  /// From Start until the client has switched on the notifications that it needs (some write Start first).
  std::chrono::milliseconds subscription{5'000};
  /// Within a message, in either direction: longer without a sign of life, and the link is lost. One wallet pauses for
  /// 200 ms between parts.
  std::chrono::milliseconds progress{10'000};
  /// How long what was under way is waited for after the peer's End: values of two characteristics may overtake.
  std::chrono::milliseconds linger{300};
  /// From finish() until all that was given before has left, however steadily a slow peer takes it.
  std::chrono::milliseconds drain{120'000};
  std::chrono::milliseconds close{1'000};  ///< then: until End has left and the peer has closed
};

/// What stacks want differently than the standard would have it. See ble_quirks.hpp for the known ones.
struct BleQuirks {
  std::size_t max_value = ble_max_value;  ///< the longest value that arrives whole
  std::size_t value_overhead = 3;         ///< what a value is shorter than the MTU
  /// Values or pieces that the stack is given before it has taken the first: more than one where each answer costs a
  /// turn-around and order is kept.
  std::size_t window = 1;
  std::size_t max_piece = 2048;               ///< bytes of one write to an L2CAP channel
  std::chrono::milliseconds end_pause{0};     ///< before End, where it could overtake the last part
  std::chrono::milliseconds scan_restart{0};  ///< begin scanning anew that often; 0: never
};

/// Options of both machines.
struct BleLinkOptions {
  DecodeLimits limits{};  ///< max_bytes bounds one message
  BleTimeouts timeouts{};
  BleQuirks quirks{};
  bool l2cap =
      false;  ///< offer or use a channel where the peer does too (second edition); without it, PSMs are not looked at
  bool trace = false;          ///< emit BleTrace
  unsigned max_attempts = 10;  ///< broken connections before LinkOpened that are forgiven
};

}  // namespace mdoc::transport
