#pragma once

#include <cstddef>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"

namespace mdoc::transport {

/// A message that comes piece by piece. There is one copy of it, and a second one only while its last piece is put to
/// the others; a buffer that grew would be copied each time. Memory follows the bytes that came, not the size that a
/// peer promises: no more than twice as much is taken, no more than 16 KiB above them, and never more than is allowed.
class MDOC_EXPORT ReceivedBytes {
 public:
  /// @param most  the message cannot become longer. @pre size() and `bytes` together are no longer than that
  void append(ByteView bytes, std::size_t most);
  /// With its last piece: the whole message, which takes no more memory than its bytes. Another may follow.
  [[nodiscard]] Bytes join(ByteView last);
  void drop() noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

 private:
  std::vector<Bytes> blocks_;
  std::size_t size_ = 0;
};

}  // namespace mdoc::transport
