#include "asio/link.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

namespace mdoc::asio {

Link::Link(const net::any_io_executor& executor, LinkOpener opener, std::shared_ptr<Inbox> inbox)
    : executor_(executor), opener_(std::move(opener)), inbox_(std::move(inbox)), bell_(executor) {}

void Link::open() {
  if (state_ != State::unopened) return;
  state_ = State::opening;
  const auto ended = [self = shared_from_this()](const std::exception_ptr& exception) {
    if (exception && self->state_ == State::opening) self->inbox_->post(Threw{exception});
    self->end();
  };
  net::co_spawn(executor_, run(shared_from_this()), net::bind_cancellation_slot(cancel_opening_.slot(), ended));
}

void Link::send(Bytes message) {
  unsent_.push_back(std::move(message));
  bell_.cancel();
}

void Link::finish() {
  if (ended() || state_ == State::finishing) return;
  const bool opening = state_ == State::opening;
  state_ = State::finishing;
  if (opening) cancel_opening_.emit(net::cancellation_type::all);
  bell_.cancel();
}

void Link::close() noexcept {
  finish();
  unsent_.clear();
  if (stream_) stream_->close();
}

net::awaitable<void> Link::run(std::shared_ptr<Link> self) {
  auto opened = co_await self->opener_();
  if (self->state_ == State::finishing) {  // opened at the very moment at which nobody wanted it any more
    if (opened) (*opened)->close();
    co_return;
  }
  if (!opened) {
    self->inbox_->post(LinkLost{opened.error()});
    co_return;
  }
  self->stream_ = *std::move(opened);
  self->state_ = State::open;
  self->inbox_->post(LinkOpened{self->stream_->properties()});
  net::co_spawn(self->executor_, read(self), net::detached);
  co_await self->write();
  co_await self->stream_->shutdown();
}

net::awaitable<void> Link::read(std::shared_ptr<Link> self) {
  for (;;) {
    auto message = co_await self->stream_->read_message();
    if (!message) {
      self->inbox_->post(LinkLost{message.error()});
      co_return;
    }
    self->inbox_->post(MessageArrived{*std::move(message)});
  }
}

// Until finish(), and then until nothing is left.
net::awaitable<void> Link::write() {
  for (;;) {
    if (!unsent_.empty()) {
      const Bytes message = std::move(unsent_.front());
      unsent_.pop_front();
      const auto written = co_await stream_->write_message(message);
      if (!written) inbox_->post(LinkLost{written.error()});
    } else if (state_ == State::finishing) {
      co_return;
    } else {
      bell_.expires_at(never);
      co_await bell_.async_wait(use_tuple);
    }
  }
}

void Link::end() {
  state_ = State::ended;
  inbox_->post(LinkEnded{});
}

}  // namespace mdoc::asio
