#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/bytes.hpp"

namespace mdoc::bluez {

namespace net = boost::asio;

/// A connected socket that keeps packets apart: one of bluetoothd for the values of a characteristic, or an L2CAP
/// channel. Nothing of it blocks. Not thread-safe.
class PacketSocket : public std::enable_shared_from_this<PacketSocket> {
 public:
  struct Handlers {
    std::function<void(ByteView)> packet{};  ///< one that has come
    /// The other side has taken what send() was given, as far as the kernel lets us know.
    std::function<void()> sent{};
    std::function<void(int error)> closed{};  ///< by the other side, or by a failure; once
  };

  /// @param descriptor  becomes its own; non-blocking
  /// @param max_packet  of what is sent: what is longer goes in several
  PacketSocket(const net::any_io_executor& executor, int descriptor, std::size_t max_packet);
  ~PacketSocket() { close(); }
  PacketSocket(const PacketSocket&) = delete;
  PacketSocket& operator=(const PacketSocket&) = delete;

  void start(Handlers handlers);
  void send(Bytes bytes);
  /// Hands out what has already come.
  void drain();
  /// No handler is called any more, what has come and what was not sent is dropped, and it stays open.
  void mute() noexcept;
  /// No handler is called any more.
  void close() noexcept;
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }

  /// The least buffer that the kernel gives a local socket: it takes a further value when the one before has been read.
  static void make_tight(int descriptor) noexcept;

 private:
  void wait_for_packets();
  void wait_to_send(bool is_retry);
  void push();
  void fail(int error);

  net::posix::stream_descriptor socket_;
  std::size_t max_packet_;
  Handlers handlers_{};
  std::deque<Bytes> unsent_;
  std::size_t position_ = 0;  // in the first of them
  bool is_waiting_ = false;   // to send
  Bytes buffer_;
};

}  // namespace mdoc::bluez
