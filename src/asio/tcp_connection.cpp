#include "asio/tcp_connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "asio/until.hpp"

namespace mdoc::asio {

using net::ip::tcp;

Error closed_error() { return {.code = Errc::link_closed, .where = "link"}; }

Error link_error(Errc code, const boost::system::error_code& error) {
  return {.code = code, .where = "link", .native = error.value()};
}

Result<void> check_loopback(const tcp::endpoint& endpoint, bool allow_other_hosts) {
  if (allow_other_hosts || endpoint.address().is_loopback()) return {};
  return Error{.code = Errc::refused, .where = Path("link") / "address"};
}

TcpConnection::TcpConnection(tcp::socket socket) : socket_(std::move(socket)) {
  boost::system::error_code ignored;  // a matter of speed alone
  socket_.set_option(tcp::no_delay(true), ignored);
}

net::awaitable<Result<TcpConnection>> TcpConnection::connect(tcp::endpoint endpoint, TimePoint deadline) {
  tcp::socket socket(co_await net::this_coro::executor);
  const auto done = co_await until(deadline, socket.async_connect(endpoint, use_tuple));
  if (!done) co_return Error{.code = Errc::timed_out, .where = Path("link") / "connect"};
  const auto& [error] = *done;
  if (error) co_return link_error(Errc::connect_failed, error);
  co_return TcpConnection(std::move(socket));
}

net::awaitable<Result<ByteView>> TcpConnection::read_some(TimePoint deadline) {
  if (!socket_.is_open()) co_return Error{.code = Errc::link_closed, .where = "link"};
  if (peer_ended_) co_return ByteView{};
  const auto done = co_await until(deadline, socket_.async_read_some(net::buffer(buffer_), use_tuple));
  if (!done) co_return Error{.code = Errc::timed_out, .where = "link"};
  const auto& [error, size] = *done;
  if (error == net::error::eof) {
    peer_ended_ = true;
    co_return ByteView{};
  }
  if (error) co_return link_error(Errc::link_closed, error);
  co_return ByteView(buffer_.data(), size);
}

Result<ByteView> TcpConnection::read_arrived() {
  boost::system::error_code error;
  socket_.non_blocking(true, error);
  const std::size_t size = error ? 0 : socket_.receive(net::buffer(buffer_), 0, error);
  if (error == net::error::would_block || error == net::error::try_again) return ByteView{};
  if (error) return link_error(Errc::link_closed, error);
  return ByteView(buffer_.data(), size);
}

net::awaitable<Result<void>> TcpConnection::write(ByteView bytes, TimePoint deadline) {
  if (!socket_.is_open()) co_return Error{.code = Errc::link_closed, .where = "link"};
  const auto buffer = net::buffer(bytes.data(), bytes.size());
  const auto done = co_await until(deadline, net::async_write(socket_, buffer, use_tuple));
  if (!done) co_return Error{.code = Errc::timed_out, .where = "link"};
  const auto& [error, size] = *done;
  if (error) co_return link_error(Errc::link_closed, error);
  co_return Result<void>{};
}

net::awaitable<void> TcpConnection::drain(TimePoint deadline) {
  constexpr std::size_t max_drained = std::size_t{1} << 20;
  end_sending();
  for (std::size_t drained = 0; drained < max_drained;) {
    const auto bytes = co_await read_some(deadline);
    if (!bytes || bytes->empty()) break;
    drained += bytes->size();
  }
  close();
}

void TcpConnection::end_sending() noexcept {
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void TcpConnection::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace mdoc::asio
