#include "asio/http_acceptor.hpp"

#include <algorithm>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "asio/until.hpp"

namespace mdoc::asio {

using net::ip::tcp;

namespace {

// However a wait ends, by its outcome or by the cancellation of its coroutine, its candidates end with it.
class EndAtExit {
 public:
  explicit EndAtExit(std::shared_ptr<Candidates> candidates) : candidates_(std::move(candidates)) {}
  EndAtExit(const EndAtExit&) = delete;
  EndAtExit& operator=(const EndAtExit&) = delete;
  ~EndAtExit() { candidates_->end(); }

 private:
  std::shared_ptr<Candidates> candidates_;
};

}  // namespace

net::awaitable<Result<Arrival>> HttpAcceptor::first_message(std::shared_ptr<HttpAcceptor> self,
                                                            std::optional<std::chrono::milliseconds> patience) {
  if (!self->acceptor_.is_open()) co_return closed_error();
  const auto candidates = std::make_shared<Candidates>(self, patience);
  const EndAtExit end(candidates);
  self->candidates_ = candidates;
  candidates->begin();
  co_return co_await candidates->decision();
}

void HttpAcceptor::cancel() noexcept {
  if (const auto candidates = candidates_.lock()) candidates->decide(closed_error());
}

void HttpAcceptor::close() noexcept {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  cancel();
}

void HttpAcceptor::dismiss(const std::shared_ptr<ServerConnection>& connection) {
  constexpr std::size_t max_dismissed = 16;
  connection->end(false);
  dismissed_.push_back(connection);
  if (dismissed_.size() <= max_dismissed) return;
  if (const auto oldest = dismissed_.front().lock()) oldest->close();
  dismissed_.pop_front();
}

Candidates::Candidates(std::shared_ptr<HttpAcceptor> acceptor, std::optional<std::chrono::milliseconds> patience)
    : acceptor_(std::move(acceptor)), patience_(patience), bell_(acceptor_->socket().get_executor()) {}

void Candidates::begin() {
  net::co_spawn(acceptor_->socket().get_executor(), accept(shared_from_this()), net::detached);
}

net::awaitable<Result<Arrival>> Candidates::decision() {
  while (!outcome_) {
    bell_.expires_at(patience_ ? after(*patience_) : never);
    const auto [rung] = co_await bell_.async_wait(use_tuple);
    const bool patience_over = !rung && reading_.empty();
    const net::cancellation_state state = co_await net::this_coro::cancellation_state;
    if (patience_over || state.cancelled() != net::cancellation_type::none) decide(closed_error());
  }
  co_return std::move(*outcome_);
}

void Candidates::decide(Result<Arrival> outcome) {
  if (!outcome_) outcome_ = std::move(outcome);
  bell_.cancel();
}

void Candidates::end() noexcept {
  over_ = true;
  boost::system::error_code ignored;
  acceptor_->socket().cancel(ignored);
  for (const auto& connection : std::exchange(reading_, {})) connection->close();
}

net::awaitable<void> Candidates::accept(std::shared_ptr<Candidates> self) {
  while (!self->over_) {
    auto [error, socket] = co_await self->acceptor_->socket().async_accept(use_tuple);
    if (self->over_) co_return;
    if (!error) {
      self->add(std::move(socket));
    } else if (error == net::error::operation_aborted) {
      co_return self->decide(closed_error());
    } else if (error != net::error::connection_aborted) {
      co_return self->decide(link_error(Errc::connect_failed, error));
    }  // else one that gave up before it was accepted, which says nothing about the next
  }
}

void Candidates::add(tcp::socket socket) {
  make_room();
  reading_.push_back(std::make_shared<ServerConnection>(std::move(socket), acceptor_->options()));
  net::co_spawn(acceptor_->socket().get_executor(), read(shared_from_this(), reading_.back()), net::detached);
}

void Candidates::make_room() {
  if (reading_.size() < max_count) return;
  auto oldest = std::ranges::find_if(reading_, &ServerConnection::silent);
  if (oldest == reading_.end()) oldest = reading_.begin();
  (*oldest)->close();
  reading_.erase(oldest);
}

net::awaitable<void> Candidates::read(std::shared_ptr<Candidates> self, std::shared_ptr<ServerConnection> connection) {
  // A reader that comes back may think before it asks; the session's own timer waits for it then.
  const TimePoint deadline = self->patience_ ? never : after(self->acceptor_->options().message_timeout);
  auto request = co_await connection->read_request(deadline);
  if (std::erase(self->reading_, connection) == 0) co_return;  // it was closed meanwhile
  if (request && *request && !self->outcome_) {
    co_return self->decide(Arrival{.connection = std::move(connection), .message = std::move(**request)});
  }
  self->acceptor_->dismiss(connection);
  self->bell_.cancel();  // patience begins anew
}

}  // namespace mdoc::asio
