#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "asio/tcp_connection.hpp"
#include "mdoc/asio/http_link.hpp"
#include "mdoc/transport/http.hpp"

namespace mdoc::asio {

/// One connection of a reader. Shared: a connection that is no longer of use ends in the background.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(net::ip::tcp::socket socket, const HttpLinkOptions& options);

  /// The next request; nothing where the peer has ended the connection between two. `deadline` holds
  /// until the first byte, then message_timeout.
  [[nodiscard]] net::awaitable<Result<std::optional<Bytes>>> read_request(TimePoint deadline);
  [[nodiscard]] net::awaitable<Result<void>> send(Result<Bytes> response);
  /// Lets the peer end too, within close_timeout, and closes.
  [[nodiscard]] static net::awaitable<void> drain(std::shared_ptr<ServerConnection> self);
  /// The same in the background. Where a read is pending, that one notices the peer's end.
  void end(bool read_pending);
  void close() noexcept;

  [[nodiscard]] transport::HttpServerFramer& framer() noexcept { return framer_; }
  /// Not a byte of the request that is being read has come.
  [[nodiscard]] bool silent() const noexcept { return silent_; }
  /// The peer is gone and waited for an answer.
  [[nodiscard]] bool lost_answer() const noexcept { return lost_answer_; }

 private:
  net::any_io_executor executor_;
  TcpConnection connection_;
  transport::HttpServerFramer framer_;
  HttpLinkOptions options_;
  net::steady_timer watchdog_{executor_};  // of end() with a read pending
  bool sending_ = false;
  bool silent_ = true;
  bool lost_answer_ = false;
};

}  // namespace mdoc::asio
