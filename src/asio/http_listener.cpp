#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "asio/tcp_connection.hpp"
#include "asio/until.hpp"
#include "mdoc/asio/http_link.hpp"
#include "mdoc/transport/http.hpp"

namespace mdoc::asio {

using net::ip::tcp;

namespace {

Error closed_error() { return {.code = Errc::link_closed, .where = "link"}; }

// One connection of a reader. Shared: a connection that is no longer of use ends in the background.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(tcp::socket socket, const HttpLinkOptions& options)
      : executor_(socket.get_executor()),
        connection_(std::move(socket)),
        framer_(options.constants, options.limits),
        options_(options) {}

  // The next request; nothing where the peer has ended the connection between two. `deadline` holds
  // until the first byte, then message_timeout.
  net::awaitable<Result<std::optional<Bytes>>> read_request(TimePoint deadline);
  net::awaitable<Result<void>> send(Result<Bytes> response);
  // Lets the peer end too, within close_timeout, and closes.
  static net::awaitable<void> drain(std::shared_ptr<ServerConnection> self);
  // The same in the background. Where a read is pending, that one notices the peer's end.
  void end(bool read_pending);
  void close() noexcept;

  transport::HttpServerFramer& framer() noexcept { return framer_; }
  bool lost_answer() const noexcept { return lost_answer_; }  // the peer is gone and waited for an answer

 private:
  net::any_io_executor executor_;
  TcpConnection connection_;
  transport::HttpServerFramer framer_;
  HttpLinkOptions options_;
  net::steady_timer watchdog_{executor_};  // of end() with a read pending
  bool sending_ = false;
  bool lost_answer_ = false;
};

net::awaitable<Result<std::optional<Bytes>>> ServerConnection::read_request(TimePoint deadline) {
  for (bool begun = false;; begun = true) {
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
    if (!begun) deadline = std::min(deadline, after(options_.message_timeout));
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

// The listening socket, shared by the listener and the streams that it made.
struct HttpAcceptor {
  HttpAcceptor(tcp::acceptor listening, HttpLinkOptions chosen) : acceptor(std::move(listening)), options(chosen) {}

  // A connection. link_closed: the deadline has passed, or the wait was ended.
  net::awaitable<Result<std::shared_ptr<ServerConnection>>> accept(TimePoint deadline);
  // Ends a connection in the background. Visitors that stay do not pile up: of too many, the oldest
  // is closed at once.
  void dismiss(const std::shared_ptr<ServerConnection>& connection);
  void close() noexcept;

  tcp::acceptor acceptor;
  HttpLinkOptions options;
  std::weak_ptr<ServerConnection> candidate{};  // has not sent its first message yet
  std::deque<std::weak_ptr<ServerConnection>> dismissed{};
};

net::awaitable<Result<std::shared_ptr<ServerConnection>>> HttpAcceptor::accept(TimePoint deadline) {
  while (acceptor.is_open()) {
    auto accepted = co_await until(deadline, acceptor.async_accept(use_tuple));
    if (!accepted) break;
    auto& [error, socket] = *accepted;
    if (!error) co_return std::make_shared<ServerConnection>(std::move(socket), options);
    if (error == net::error::operation_aborted) break;
    // One that gave up before it was accepted says nothing about the next.
    if (error != net::error::connection_aborted) co_return link_error(Errc::connect_failed, error);
  }
  co_return closed_error();
}

void HttpAcceptor::dismiss(const std::shared_ptr<ServerConnection>& connection) {
  constexpr std::size_t max_dismissed = 16;
  connection->end(false);
  dismissed.push_back(connection);
  if (dismissed.size() <= max_dismissed) return;
  if (const auto oldest = dismissed.front().lock()) oldest->close();
  dismissed.pop_front();
}

void HttpAcceptor::close() noexcept {
  boost::system::error_code ignored;
  acceptor.close(ignored);
  if (const auto connection = candidate.lock()) connection->close();
}

// The session of one reader, over as many connections as it likes, one after the other.
class HttpServerStream final : public MessageStream {
 public:
  HttpServerStream(std::shared_ptr<HttpAcceptor> listener, std::shared_ptr<ServerConnection> connection,
                   Bytes first_message)
      : listener_(std::move(listener)),
        connection_(std::move(connection)),
        first_message_(std::move(first_message)),
        read_ended_(listener_->acceptor.get_executor()) {}
  ~HttpServerStream() override { close(); }

  net::any_io_executor get_executor() override { return listener_->acceptor.get_executor(); }
  transport::LinkProperties properties() const noexcept override { return transport::http_link; }
  net::awaitable<Result<Bytes>> read_message() override;
  net::awaitable<Result<void>> write_message(ByteView message) override;
  net::awaitable<void> shutdown() override;
  void close() noexcept override;

 private:
  enum class State : std::uint8_t { open, ending, closed };

  net::awaitable<Result<Bytes>> read_request();

  std::shared_ptr<HttpAcceptor> listener_;
  std::shared_ptr<ServerConnection> connection_;  // none between two connections
  std::optional<Bytes> first_message_;
  net::steady_timer read_ended_;  // cancelled when a pending read ends: shutdown() waits
  State state_ = State::open;
  bool reading_ = false;
  bool accepting_ = false;
};

net::awaitable<Result<Bytes>> HttpServerStream::read_message() {
  if (state_ != State::open) co_return closed_error();
  if (first_message_) {
    Bytes message = std::move(*first_message_);
    first_message_.reset();
    co_return message;
  }
  reading_ = true;
  auto request = co_await read_request();
  reading_ = false;
  read_ended_.cancel();
  if (!request) close();
  co_return request;
}

// A connection may end between two requests, or break within one: what counts is whether the peer
// comes back. An answer, though, can only go where its question came from.
net::awaitable<Result<Bytes>> HttpServerStream::read_request() {
  for (;;) {
    if (const auto connection = connection_) {
      auto request = co_await connection->read_request(never);
      if (request && *request) co_return std::move(**request);
      if (state_ != State::open) co_return closed_error();
      if (!request && connection->lost_answer()) co_return request.error();
      listener_->dismiss(connection);
      connection_.reset();
    }
    accepting_ = true;
    auto next = co_await listener_->accept(after(listener_->options.reconnect_timeout));
    accepting_ = false;
    if (!next) co_return next.error();
    if (state_ != State::open) co_return closed_error();
    connection_ = *std::move(next);
  }
}

net::awaitable<Result<void>> HttpServerStream::write_message(ByteView message) {
  if (state_ != State::open) co_return closed_error();
  const auto connection = connection_;
  if (!connection) co_return Error{.code = Errc::wrong_state, .where = "link"};
  auto written = co_await connection->send(connection->framer().respond(message));
  if (written && !connection->framer().keep_alive()) {
    connection->end(reading_);
    if (!reading_) connection_.reset();
  }
  co_return written;
}

// A request that nobody answered was the peer's last word: it gets an answer without content.
net::awaitable<void> HttpServerStream::shutdown() {
  if (state_ != State::open) co_return;
  state_ = State::ending;
  if (accepting_) close();
  if (const auto connection = connection_; connection && state_ == State::ending) {
    if (connection->framer().answer_due()) (void)co_await connection->send(connection->framer().acknowledge());
    if (reading_) {
      connection->end(true);
      read_ended_.expires_at(never);  // the pending read ends with the connection
      while (reading_) co_await read_ended_.async_wait(use_tuple);
    } else {
      co_await ServerConnection::drain(connection);
    }
  }
  close();
}

void HttpServerStream::close() noexcept {
  state_ = State::closed;
  if (connection_) connection_->close();
  boost::system::error_code ignored;
  if (accepting_) listener_->acceptor.cancel(ignored);
}

}  // namespace

struct HttpListener::Impl : HttpAcceptor {
  using HttpAcceptor::HttpAcceptor;

  static net::awaitable<Result<std::unique_ptr<MessageStream>>> accept_session(std::shared_ptr<Impl> self);
};

net::awaitable<Result<std::unique_ptr<MessageStream>>> HttpListener::Impl::accept_session(std::shared_ptr<Impl> self) {
  for (;;) {
    const auto connection = co_await self->accept(never);
    if (!connection) co_return connection.error();
    self->candidate = *connection;
    auto request = co_await (*connection)->read_request(after(self->options.message_timeout));
    self->candidate.reset();
    if (!self->acceptor.is_open()) co_return closed_error();
    if (request && *request) {
      co_return std::make_unique<HttpServerStream>(std::move(self), *connection, std::move(**request));
    }
    self->dismiss(*connection);
  }
}

HttpListener::HttpListener(std::shared_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
HttpListener::HttpListener(HttpListener&&) noexcept = default;
HttpListener& HttpListener::operator=(HttpListener&& other) noexcept {
  if (this != &other) {
    if (impl_) impl_->close();
    impl_ = std::move(other.impl_);
  }
  return *this;
}
HttpListener::~HttpListener() {
  if (impl_) impl_->close();
}

Result<HttpListener> HttpListener::open(const net::any_io_executor& executor, const tcp::endpoint& endpoint,
                                        HttpLinkOptions options) {
  if (const auto allowed = check_loopback(endpoint, options.allow_other_hosts); !allowed) return allowed.error();
  boost::system::error_code error;
  tcp::acceptor acceptor(executor);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) return link_error(Errc::connect_failed, error);
  return HttpListener(std::make_shared<Impl>(std::move(acceptor), options));
}

tcp::endpoint HttpListener::local_endpoint() const noexcept {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored);
}

net::awaitable<Result<std::unique_ptr<MessageStream>>> HttpListener::accept() { return Impl::accept_session(impl_); }

void HttpListener::close() noexcept { impl_->close(); }

}  // namespace mdoc::asio
