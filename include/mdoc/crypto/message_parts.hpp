#pragma once

#include <concepts>
#include <initializer_list>

#include "mdoc/core/bytes.hpp"

namespace mdoc::crypto {

/// Borrows a message that lies in one piece or in several; it is hashed, authenticated or signed as
/// if the pieces were joined. A parameter type: it lives for one call, like ByteView.
///
/// So a Sig_structure or MAC_structure need not be copied together around its payload:
/// `verify(key, algorithm, {head, payload}, signature)`.
class MessageParts {
 public:
  // Implicit, as the conversions to ByteView are: it is how a message is passed.
  // NOLINTBEGIN(google-explicit-constructor)
  template <class T>
  requires std::convertible_to<const T&, ByteView> MessageParts(const T& whole)
  noexcept : whole_(whole) {}
  MessageParts(std::span<const ByteView> parts) noexcept : parts_(parts), split_(true) {}
  MessageParts(std::initializer_list<ByteView> parts) noexcept : parts_(parts.begin(), parts.size()), split_(true) {}
  // NOLINTEND(google-explicit-constructor)
  MessageParts(const MessageParts&) = delete;
  MessageParts& operator=(const MessageParts&) = delete;

  /// The pieces in order, borrowed from this object and from what it was made of.
  [[nodiscard]] std::span<const ByteView> parts() const& noexcept {
    return split_ ? parts_ : std::span<const ByteView>(&whole_, 1);
  }
  /// Bytes of all pieces together.
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t total = 0;
    for (const ByteView part : parts()) total += part.size();
    return total;
  }

 private:
  ByteView whole_;
  std::span<const ByteView> parts_;
  bool split_ = false;
};

}  // namespace mdoc::crypto
