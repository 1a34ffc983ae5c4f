#pragma once

#include <algorithm>
#include <cstddef>

#include "mdoc/core/bytes.hpp"

namespace mdoc::transport {

/// Appends what came of a message. Memory follows the bytes that came, not the size that a peer promises: no more than
/// twice as much is taken, and never more than `most`.
/// @pre `message` and `bytes` together are no longer than `most`
inline void append_received(Bytes& message, ByteView bytes, std::size_t most) {
  const std::size_t size = message.size() + bytes.size();
  if (size > message.capacity()) message.reserve(std::min(most, 2 * size));
  message.insert(message.end(), bytes.begin(), bytes.end());
}

}  // namespace mdoc::transport
