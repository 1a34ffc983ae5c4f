#include "asio/http_server_connection.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "asio/until.hpp"

namespace mdoc::asio {

ServerConnection::ServerConnection(net::ip::tcp::socket socket, const HttpLinkOptions& options)
    : executor_(socket.get_executor()),
      connection_(std::move(socket)),
      framer_(options.constants, options.limits),
      options_(options) {}

net::awaitable<Result<std::optional<Bytes>>> ServerConnection::read_request(TimePoint deadline) {
  silent_ = true;
  for (;;) {
    const auto bytes = co_await connection_.read_some(deadline);
    lost_answer_ = framer_.answer_due();  // until proven otherwise
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) {
      const auto end = framer_.on_end();
      if (!end) co_return end.error();
      co_return std::nullopt;
    }
    auto message = framer_.on_bytes(*bytes);
    const Bytes output = framer_.take_output();
    if (!output.empty() && !sending_) (void)co_await send(output);
    if (!message || *message) co_return message;
    lost_answer_ = false;
    if (std::exchange(silent_, false)) deadline = std::min(deadline, after(options_.message_timeout));
  }
}

net::awaitable<Result<void>> ServerConnection::send(Result<Bytes> response) {
  if (!response) co_return response.error();
  sending_ = true;
  auto written = co_await connection_.write(*response, after(options_.message_timeout));
  sending_ = false;
  co_return written;
}

net::awaitable<void> ServerConnection::drain(std::shared_ptr<ServerConnection> self) {
  co_await self->connection_.drain(after(self->options_.close_timeout));
}

void ServerConnection::end(bool read_pending) {
  if (!read_pending) return net::co_spawn(executor_, drain(shared_from_this()), net::detached);
  connection_.end_sending();
  watchdog_.expires_after(options_.close_timeout);
  watchdog_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->close();
  });
}

void ServerConnection::close() noexcept {
  connection_.close();
  watchdog_.cancel();
}

}  // namespace mdoc::asio
