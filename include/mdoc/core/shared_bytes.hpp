#pragma once

#include <memory>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"

namespace mdoc {

/// An immutable range of bytes that keeps alive the message it is a part of.
///
/// A received message is moved in once; every decoded structure then holds slices of it, so nothing
/// is copied, nothing dangles, and the bytes that are hashed or signed are the bytes that came.
/// Copying a SharedBytes copies a pointer. Distinct objects may be used from different threads,
/// also when they share one message.
class MDOC_EXPORT SharedBytes {
 public:
  SharedBytes() = default;
  /// Takes over a buffer.
  [[nodiscard]] static SharedBytes take(Bytes bytes);
  /// Takes over a decrypted buffer and wipes it when its last slice goes.
  [[nodiscard]] static SharedBytes take_secret(Bytes plaintext);
  [[nodiscard]] static SharedBytes copy_of(ByteView source);

  [[nodiscard]] ByteView view() const noexcept { return view_; }
  [[nodiscard]] std::size_t size() const noexcept { return view_.size(); }
  [[nodiscard]] bool empty() const noexcept { return view_.empty(); }

  /// A part of these bytes. @pre `part` lies inside view()
  [[nodiscard]] SharedBytes slice(ByteView part) const noexcept;

 private:
  SharedBytes(std::shared_ptr<const Bytes> owner, ByteView view) noexcept : owner_(std::move(owner)), view_(view) {}
  std::shared_ptr<const Bytes> owner_;
  ByteView view_;
};

}  // namespace mdoc
