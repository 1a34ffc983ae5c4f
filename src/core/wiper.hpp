#pragma once

#include <span>

#include "mdoc/core/secret.hpp"

namespace mdoc {

/// Wipes a buffer of key material when its scope is left, whichever way. For what cannot be a SecretBytes: text
/// of another library, a buffer whose size is not known before. It must not reallocate, or leaves copies behind.
template <class Buffer>
class Wiper {
 public:
  /// @param buffer borrowed; contiguous, of bytes or characters
  explicit Wiper(Buffer& buffer) noexcept : buffer_(buffer) {}
  Wiper(const Wiper&) = delete;
  Wiper& operator=(const Wiper&) = delete;
  ~Wiper() { secure_zero({reinterpret_cast<std::uint8_t*>(buffer_.data()), buffer_.size()}); }

 private:
  Buffer& buffer_;
};

}  // namespace mdoc
