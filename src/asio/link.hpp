#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <memory>

#include "asio/inbox.hpp"
#include "mdoc/asio/message_stream.hpp"

namespace mdoc::asio {

/// The link of one session: opens it, reads and writes in the background, and reports to an inbox.
/// A session that ends leaves it to finish by itself; the coroutines here keep it alive.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(const net::any_io_executor& executor, LinkOpener opener, std::shared_ptr<Inbox> inbox);

  void open();               ///< then LinkOpened or LinkLost
  void send(Bytes message);  ///< after those sent before
  void finish();             ///< everything sent leaves, then LinkEnded
  void close() noexcept;     ///< the same at once
  [[nodiscard]] bool ended() const noexcept { return state_ == State::unopened || state_ == State::ended; }

 private:
  enum class State : std::uint8_t { unopened, opening, open, finishing, ended };

  static net::awaitable<void> run(std::shared_ptr<Link> self);
  static net::awaitable<void> read(std::shared_ptr<Link> self);
  net::awaitable<void> write();
  void end();

  net::any_io_executor executor_;
  LinkOpener opener_;
  std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<MessageStream> stream_;
  net::cancellation_signal cancel_opening_;
  std::deque<Bytes> unsent_;
  net::steady_timer bell_;  // rings for the writer
  State state_ = State::unopened;
};

}  // namespace mdoc::asio
