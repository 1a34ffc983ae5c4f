#pragma once
// Internal: the payloads of NFC Forum and Bluetooth records, which are fields with a length in front.

#include <optional>

#include "mdoc/core/bytes.hpp"

namespace mdoc::engagement {

/// Takes fields off the front of a payload. Nothing at the end of it.
class ByteCursor {
 public:
  explicit ByteCursor(ByteView bytes) noexcept : rest_(bytes) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] ByteView rest() const noexcept { return rest_; }
  std::optional<ByteView> take(std::size_t size) noexcept {
    if (size > rest_.size()) return std::nullopt;
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  std::optional<std::uint8_t> take_byte() noexcept {
    const auto byte = take(1);
    return byte ? std::optional(byte->front()) : std::nullopt;
  }
  /// A byte with the length, then that many bytes.
  std::optional<ByteView> take_prefixed() noexcept {
    const auto size = take_byte();
    return size ? take(*size) : std::nullopt;
  }

 private:
  ByteView rest_;
};

}  // namespace mdoc::engagement
