#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bluez/objects.hpp"
#include "mdoc/asio/net.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::bluez {

/// Packets that one channel takes at a time, as its peer has said.
[[nodiscard]] std::size_t l2cap_send_size(int descriptor) noexcept;

/// Where peers open L2CAP channels of LE. Not thread-safe.
class L2capListener : public std::enable_shared_from_this<L2capListener> {
 public:
  /// @param descriptor of a channel; whoever takes it, closes it. @param address of the peer
  using Accepted = std::function<void(int descriptor, const std::string& address)>;

  /// @param address  of the adapter
  /// @return transport/connect_failed with the errno in `native`
  [[nodiscard]] static Result<std::shared_ptr<L2capListener>> open(const net::any_io_executor& executor,
                                                                   const Address& address, Accepted accepted);
  /// @param descriptor  of a socket that listens; becomes its own
  L2capListener(const net::any_io_executor& executor, int descriptor, Accepted accepted);

  void start();
  [[nodiscard]] std::uint16_t psm() const noexcept { return psm_; }  ///< that the kernel has chosen

 private:
  [[nodiscard]] bool accept();
  void start_later();

  net::posix::stream_descriptor socket_;
  net::steady_timer pause_;
  Accepted accepted_;
  std::uint16_t psm_ = 0;
};

/// A channel on its way to a peer; taken back with the object. Not thread-safe.
class L2capConnector : public std::enable_shared_from_this<L2capConnector> {
 public:
  using Connected = std::function<void(Result<int> descriptor)>;

  /// @param connected  told once, not from within
  [[nodiscard]] static std::shared_ptr<L2capConnector> open(const net::any_io_executor& executor, const Address& from,
                                                            const Address& to, std::uint16_t psm, Connected connected);
  L2capConnector(const net::any_io_executor& executor, Connected connected);

 private:
  void begin(const Address& from, const Address& to, std::uint16_t psm);
  void finish(int error);

  net::posix::stream_descriptor socket_;
  Connected connected_;
};

}  // namespace mdoc::bluez
