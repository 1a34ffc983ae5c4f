#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "asio/http_acceptor.hpp"
#include "asio/http_server_connection.hpp"
#include "asio/tcp_connection.hpp"
#include "asio/until.hpp"
#include "mdoc/asio/http_link.hpp"

namespace mdoc::asio {

using net::ip::tcp;

namespace {

// The session of one reader, over as many connections as it likes, one after the other.
class HttpServerStream final : public MessageStream {
 public:
  HttpServerStream(std::shared_ptr<HttpAcceptor> listener, Arrival first)
      : listener_(std::move(listener)),
        connection_(std::move(first.connection)),
        first_message_(std::move(first.message)),
        read_ended_(listener_->socket().get_executor()) {}
  ~HttpServerStream() override { close(); }

  net::any_io_executor get_executor() override { return listener_->socket().get_executor(); }
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
  if (const auto connection = connection_) {
    auto request = co_await connection->read_request(never);
    if (request && *request) co_return std::move(**request);
    if (state_ != State::open) co_return closed_error();
    if (!request && connection->lost_answer()) co_return request.error();
    listener_->dismiss(connection);
    connection_.reset();
  }
  accepting_ = true;
  auto next = co_await HttpAcceptor::first_message(listener_, listener_->options().reconnect_timeout);
  accepting_ = false;
  if (!next) co_return next.error();
  connection_ = std::move(next->connection);
  if (state_ == State::open) co_return std::move(next->message);
  connection_->close();
  co_return closed_error();
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
  if (accepting_) listener_->cancel();
}

}  // namespace

struct HttpListener::Impl : HttpAcceptor {
  using HttpAcceptor::HttpAcceptor;

  static net::awaitable<Result<std::unique_ptr<MessageStream>>> accept_session(std::shared_ptr<Impl> self);
};

net::awaitable<Result<std::unique_ptr<MessageStream>>> HttpListener::Impl::accept_session(std::shared_ptr<Impl> self) {
  auto first = co_await first_message(self, std::nullopt);
  if (!first) co_return first.error();
  if (!self->socket().is_open()) {
    first->connection->close();
    co_return closed_error();
  }
  co_return std::make_unique<HttpServerStream>(std::move(self), *std::move(first));
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
  return impl_->socket().local_endpoint(ignored);
}

net::awaitable<Result<std::unique_ptr<MessageStream>>> HttpListener::accept() { return Impl::accept_session(impl_); }

void HttpListener::close() noexcept { impl_->close(); }

}  // namespace mdoc::asio
