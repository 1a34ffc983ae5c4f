#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::asio {

/// A TCP socket whose operations end by a deadline and whose failures are values: link_closed or
/// timed_out, with the system's error in `native`. The socket is of no use after one.
class TcpConnection {
 public:
  explicit TcpConnection(net::ip::tcp::socket socket);

  /// A new connection, or transport/connect_failed, transport/timed_out.
  [[nodiscard]] static net::awaitable<Result<TcpConnection>> connect(net::ip::tcp::endpoint endpoint,
                                                                     TimePoint deadline);

  /// At least one byte, borrowed until the next call; nothing where the peer has closed its side.
  [[nodiscard]] net::awaitable<Result<ByteView>> read_some(TimePoint deadline);
  /// What has arrived and was not read, without waiting. An error where the peer has closed its side.
  [[nodiscard]] Result<ByteView> read_arrived();
  [[nodiscard]] net::awaitable<Result<void>> write(ByteView bytes, TimePoint deadline);

  /// Ends our side: the peer sees the end behind what was sent last.
  void end_sending() noexcept;
  /// end_sending(), then waits for the peer to end its own side and closes. A socket that is closed
  /// with bytes unread resets the connection, and what was sent last may be lost.
  [[nodiscard]] net::awaitable<void> drain(TimePoint deadline);
  void close() noexcept;

 private:
  net::ip::tcp::socket socket_;
  bool peer_ended_ = false;  // an event that comes once: a second read would wait for it in vain
  Bytes buffer_ = Bytes(std::size_t{16} << 10);
};

/// denied/refused for an address of another host.
[[nodiscard]] Result<void> check_loopback(const net::ip::tcp::endpoint& endpoint, bool allow_other_hosts);

/// Closed on this side.
[[nodiscard]] Error closed_error();
[[nodiscard]] Error link_error(Errc code, const boost::system::error_code& error);

}  // namespace mdoc::asio
