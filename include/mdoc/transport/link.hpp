#pragma once

namespace mdoc::transport {

/// What the layers above must know of a link, whichever technology it is. A value, so that facades
/// and sessions need no type of the transport itself.
struct LinkProperties {
  /// The mdoc may send at any time. Without it, as with HTTP, the mdoc only ever answers: its own
  /// termination rides on the next answer, or is the end of the connection.
  bool can_push = true;
};

/// HTTP on the Wi-Fi Aware data path: one answer for each request (ISO/IEC 18013-5, 8.3.3.3).
inline constexpr LinkProperties http_link{.can_push = false};

}  // namespace mdoc::transport
