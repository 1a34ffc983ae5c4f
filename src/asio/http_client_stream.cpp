#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "asio/tcp_connection.hpp"
#include "asio/until.hpp"
#include "mdoc/asio/http_link.hpp"
#include "mdoc/transport/http.hpp"

namespace mdoc::asio {
namespace {

using net::ip::tcp;
using transport::HttpClientFramer;

class HttpClientStream final : public MessageStream {
 public:
  HttpClientStream(tcp::endpoint endpoint, HttpLinkOptions options, net::any_io_executor executor,
                   TcpConnection connection, HttpClientFramer framer)
      : endpoint_(std::move(endpoint)),
        options_(options),
        executor_(std::move(executor)),
        connection_(std::move(connection)),
        framer_(std::move(framer)),
        changed_(executor_, never),
        answered_(executor_) {}

  net::any_io_executor get_executor() override { return executor_; }
  transport::LinkProperties properties() const noexcept override { return transport::http_link; }
  net::awaitable<Result<Bytes>> read_message() override;
  net::awaitable<Result<void>> write_message(ByteView message) override;
  net::awaitable<void> shutdown() override;
  void close() noexcept override;

 private:
  // waiting: an answer is due; reading: and is being read
  enum class State : std::uint8_t { idle, waiting, reading, closed };

  net::awaitable<Result<Bytes>> read_message_in_turn();
  net::awaitable<Result<Bytes>> read_answer(TimePoint deadline);
  net::awaitable<Result<void>> renew_connection();
  void enter(State state);

  tcp::endpoint endpoint_;
  HttpLinkOptions options_;
  net::any_io_executor executor_;
  TcpConnection connection_;
  HttpClientFramer framer_;
  net::steady_timer changed_;   // cancelled when state_ changes: read_message() waits
  net::steady_timer answered_;  // also: shutdown() waits
  State state_ = State::idle;
  bool used_ = false;      // the connection has carried a request
  bool reusable_ = true;   // and may carry another
  bool gives_up_ = false;  // there was something to say while an answer was due
  bool in_read_ = false;   // a read_message() is pending
};

Result<HttpClientFramer> make_framer(const tcp::endpoint& endpoint, const HttpLinkOptions& options) {
  return HttpClientFramer::create(endpoint.address().to_string(), endpoint.port(), options.constants, options.limits);
}

void HttpClientStream::enter(State state) {
  if (state_ == State::closed) return;
  state_ = state;
  changed_.cancel();
  answered_.cancel();
}

net::awaitable<Result<Bytes>> HttpClientStream::read_message() {
  in_read_ = true;
  auto message = co_await read_message_in_turn();
  in_read_ = false;
  co_return message;
}

// Between two requests there is nothing to read: a server may close an idle connection, and that is
// no end of the session. While shutdown() reads, it alone does.
net::awaitable<Result<Bytes>> HttpClientStream::read_message_in_turn() {
  while (state_ == State::idle || state_ == State::reading) co_await changed_.async_wait(use_tuple);
  if (state_ == State::closed) co_return Error{.code = Errc::link_closed, .where = "link"};
  enter(State::reading);
  auto answer = co_await read_answer(never);
  if (!answer) {
    close();
    co_return answer.error();
  }
  enter(State::idle);
  // An answer without content acknowledges that the session has ended: no message will follow.
  if (answer->empty()) co_return Error{.code = Errc::link_closed, .where = "link"};
  co_return std::move(*answer);
}

// The mdoc may ask its holder first, so the first byte has no limit of ours; the rest has.
net::awaitable<Result<Bytes>> HttpClientStream::read_answer(TimePoint deadline) {
  for (bool begun = false;; begun = true) {
    const auto bytes = co_await connection_.read_some(deadline);
    if (!bytes) co_return bytes.error();
    if (bytes->empty()) co_return framer_.on_end().error();
    auto response = framer_.on_bytes(*bytes);
    if (!response) co_return response.error();
    if (*response) {
      reusable_ = (*response)->reusable;
      co_return std::move((*response)->message);
    }
    if (!begun) deadline = std::min(deadline, after(options_.message_timeout));
  }
}

net::awaitable<Result<void>> HttpClientStream::write_message(ByteView message) {
  if (state_ == State::closed) co_return Error{.code = Errc::link_closed, .where = "link"};
  if (state_ != State::idle) {
    gives_up_ = true;
    co_return Error{.code = Errc::wrong_state, .where = "link"};
  }
  if (used_) {
    const auto renewed = co_await renew_connection();
    if (!renewed) {
      close();
      co_return renewed.error();
    }
  }
  const auto request = framer_.request(message);
  if (!request) co_return request.error();
  used_ = true;
  const auto written = co_await connection_.write(*request, after(options_.message_timeout));
  if (!written) {
    // A server that refuses a request answers while we still send, and then closes: its status says
    // more than the broken connection.
    Error error = written.error();
    if (const auto arrived = connection_.read_arrived()) {
      if (const auto answer = framer_.on_bytes(*arrived); !answer) error = answer.error();
    }
    close();
    co_return error;
  }
  enter(State::waiting);
  if (state_ == State::closed) co_return Error{.code = Errc::link_closed, .where = "link"};
  co_return Result<void>{};
}

// Makes sure that the connection carries a further request.
net::awaitable<Result<void>> HttpClientStream::renew_connection() {
  if (reusable_) {
    const auto arrived = connection_.read_arrived();
    if (arrived) {
      const auto nothing = framer_.on_bytes(*arrived);  // bytes that nobody asked for are its error
      if (!nothing) co_return nothing.error();
      co_return Result<void>{};
    }
  }
  connection_.close();
  auto connection = co_await TcpConnection::connect(endpoint_, after(options_.connect_timeout));
  if (!connection) co_return connection.error();
  if (state_ == State::closed) co_return Error{.code = Errc::link_closed, .where = "link"};
  auto framer = make_framer(endpoint_, options_);
  if (!framer) co_return framer.error();
  connection_ = std::move(*connection);
  framer_ = std::move(*framer);
  reusable_ = true;
  co_return Result<void>{};
}

// The message that ended the session was a request, and its answer says that it has arrived. One that
// had no turn any more cannot be sent: then the end of the connection is what tells the mdoc.
net::awaitable<void> HttpClientStream::shutdown() {
  if (gives_up_) co_return close();
  const TimePoint deadline = after(options_.close_timeout);
  if (state_ == State::waiting && !in_read_) {
    enter(State::reading);
    (void)co_await read_answer(deadline);
  } else {
    // A pending read_message() takes the answer: two readers of one connection would tear it apart.
    answered_.expires_at(deadline);
    for (bool in_time = true; in_time && (state_ == State::waiting || state_ == State::reading);) {
      const auto [changed] = co_await answered_.async_wait(use_tuple);
      in_time = changed == net::error::operation_aborted;
    }
  }
  close();
}

void HttpClientStream::close() noexcept {
  enter(State::closed);
  connection_.close();
}

}  // namespace

net::awaitable<Result<std::unique_ptr<MessageStream>>> connect_http(tcp::endpoint endpoint, HttpLinkOptions options) {
  const auto allowed = check_loopback(endpoint, options.allow_other_hosts);
  if (!allowed) co_return allowed.error();
  auto framer = make_framer(endpoint, options);
  if (!framer) co_return framer.error();
  auto connection = co_await TcpConnection::connect(endpoint, after(options.connect_timeout));
  if (!connection) co_return connection.error();
  const net::any_io_executor executor = co_await net::this_coro::executor;
  co_return std::make_unique<HttpClientStream>(endpoint, options, executor, std::move(*connection), std::move(*framer));
}

}  // namespace mdoc::asio
