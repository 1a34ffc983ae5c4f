#include "bluez/link_core.hpp"

#include <utility>

#include "asio/until.hpp"
#include "bluez/dbus_error.hpp"

namespace mdoc::bluez {

using asio::use_tuple;
using transport::BleStep;

namespace {

// Messages that nobody has read. The other side has no reason to send so many.
constexpr std::size_t max_unread = 16;

}  // namespace

LinkCore::LinkCore(std::shared_ptr<Stack> stack, BleLinkHooks hooks)
    : stack_(std::move(stack)), hooks_(std::move(hooks)), changed_(stack_->executor(), asio::never) {}

void LinkCore::on(const transport::BleProgress& progress) {
  if (progress.step == BleStep::advertising || progress.step == BleStep::scanning) is_ready_ = true;
  changed_.cancel();
  if (hooks_.on_progress) hooks_.on_progress(progress);
}

void LinkCore::on(const transport::BleTrace& trace) {
  if (hooks_.on_trace) hooks_.on_trace(trace);
}

void LinkCore::on(const transport::LinkOpened& opened) {
  is_ready_ = is_open_ = true;
  changed_.cancel();
  if (hooks_.on_opened) hooks_.on_opened(opened);
}

void LinkCore::on(transport::MessageReceived& received) {
  received_.push_back(std::move(received.message));
  changed_.cancel();
  if (received_.size() <= max_unread) return;
  reason_ = Error{.code = Errc::too_many, .where = "BLE"};
  cancel();
}

void LinkCore::on(const transport::MessageSent&) {
  ++sent_;
  changed_.cancel();
}

void LinkCore::on(const transport::LinkClosed& closed) {
  is_closed_ = true;
  if (!reason_ && closed.reason) reason_ = named(*closed.reason);
  changed_.cancel();
}

void LinkCore::note(transport::BleOperation operation, const Error& error) {
  trouble_ = Trouble{.operation = operation, .error = error};
}

Error LinkCore::named(Error reason) const {
  if (reason.code == Errc::radio_off) {
    const auto state = stack_->state();
    return state ? reason : state.error();
  }
  if (reason.native == 0 || !trouble_ || reason.native != trouble_->error.native) return reason;
  Path where("BLE");
  where.push_name(transport::name(trouble_->operation).data());
  const char* const name = bus_error_name(trouble_->error);
  if (reason.where.text() != where.text() || name == nullptr) return reason;
  where.push_name(name);
  reason.where = where;
  return reason;
}

Error LinkCore::end_error() const { return reason_.value_or(Error{.code = Errc::link_closed, .where = "BLE"}); }

net::awaitable<Result<void>> LinkCore::ready(std::shared_ptr<LinkCore> self) {
  while (!self->is_ready_ && !self->is_closed_) co_await self->changed_.async_wait(use_tuple);
  if (!self->is_ready_) co_return self->end_error();
  co_return Result<void>{};
}

net::awaitable<Result<void>> LinkCore::opened(std::shared_ptr<LinkCore> self) {
  while (!self->is_open_ && !self->is_closed_) {
    co_await self->changed_.async_wait(use_tuple);
    const net::cancellation_state state = co_await net::this_coro::cancellation_state;
    if (state.cancelled() != net::cancellation_type::none) self->cancel();
  }
  if (self->is_closed_) co_return self->end_error();
  co_return Result<void>{};
}

net::awaitable<Result<Bytes>> LinkCore::read(std::shared_ptr<LinkCore> self) {
  while (self->received_.empty() && !self->is_closed_) co_await self->changed_.async_wait(use_tuple);
  if (self->received_.empty()) co_return self->end_error();
  Bytes message = std::move(self->received_.front());
  self->received_.pop_front();
  co_return message;
}

net::awaitable<Result<void>> LinkCore::write(std::shared_ptr<LinkCore> self, Bytes message) {
  if (self->is_closed_) co_return self->end_error();
  const std::size_t before = self->sent_;
  const auto given = self->send(std::move(message));
  if (!given) co_return given.error();
  while (self->sent_ == before && !self->is_closed_) co_await self->changed_.async_wait(use_tuple);
  if (self->sent_ == before) co_return self->end_error();
  co_return Result<void>{};
}

net::awaitable<void> LinkCore::shut_down(std::shared_ptr<LinkCore> self) {
  self->finish();
  while (!self->is_closed_) co_await self->changed_.async_wait(use_tuple);
}

}  // namespace mdoc::bluez
