#include "mdoc/transport/received_bytes.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mdoc::transport {
namespace {

constexpr std::size_t block_size = std::size_t{16} * 1024;

}  // namespace

void ReceivedBytes::append(ByteView bytes, std::size_t most) {
  assert(bytes.size() <= most - size_);
  const std::size_t room = blocks_.empty() ? 0 : blocks_.back().capacity() - blocks_.back().size();
  const ByteView fits = bytes.first(std::min(room, bytes.size()));
  const ByteView rest = bytes.subspan(fits.size());
  if (!fits.empty()) blocks_.back().insert(blocks_.back().end(), fits.begin(), fits.end());
  size_ += fits.size();
  if (rest.empty()) return;
  const std::size_t wanted = std::max(rest.size(), std::min(size_ + rest.size(), block_size));
  Bytes block;
  block.reserve(std::min(wanted, most - size_));
  block.insert(block.end(), rest.begin(), rest.end());
  blocks_.push_back(std::move(block));
  size_ += rest.size();
}

Bytes ReceivedBytes::join(ByteView last) {
  Bytes message;
  message.reserve(size_ + last.size());
  for (const Bytes& block : blocks_) message.insert(message.end(), block.begin(), block.end());
  message.insert(message.end(), last.begin(), last.end());
  drop();
  return message;
}

void ReceivedBytes::drop() noexcept {
  blocks_ = {};
  size_ = 0;
}

}  // namespace mdoc::transport
