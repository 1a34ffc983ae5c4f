#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/asio/message_stream.hpp"

namespace mdoc::asio {

/// What a test puts on a link and sees there.
struct FakeWire {
  explicit FakeWire(const net::any_io_executor& executor) : bell(executor) {}

  void arrive(std::string message) {
    incoming.push_back(std::move(message));
    bell.cancel();
  }
  void lose(Errc code) {
    error = Error{.code = code};
    bell.cancel();
  }

  net::steady_timer bell;
  std::deque<std::string> incoming;
  std::optional<Error> error;  // of reads, once nothing is left to read
  std::vector<std::string> sent;
  bool refuses_writes = false;
  bool holds_writes = false;  // until the stream is closed
  int shutdowns = 0;
  bool closed = false;
};

class FakeStream final : public MessageStream {
 public:
  explicit FakeStream(std::shared_ptr<FakeWire> wire) : wire_(std::move(wire)) {}

  net::any_io_executor get_executor() override { return wire_->bell.get_executor(); }
  transport::LinkProperties properties() const noexcept override { return {.can_push = true}; }

  net::awaitable<Result<Bytes>> read_message() override {
    const auto wire = wire_;
    while (wire->incoming.empty() && !wire->error && !wire->closed) co_await wait(*wire);
    if (wire->closed) co_return Error{.code = Errc::link_closed};
    if (wire->incoming.empty()) co_return *wire->error;
    const std::string text = wire->incoming.front();
    wire->incoming.pop_front();
    co_return Bytes(text.begin(), text.end());
  }
  net::awaitable<Result<void>> write_message(ByteView message) override {
    const auto wire = wire_;
    if (wire->refuses_writes) co_return Error{.code = Errc::timed_out};
    while (wire->holds_writes && !wire->closed) co_await wait(*wire);
    if (wire->closed) co_return Error{.code = Errc::link_closed};
    wire->sent.emplace_back(as_text(message));
    co_return Result<void>{};
  }
  net::awaitable<void> shutdown() override {
    ++wire_->shutdowns;
    close();
    co_return;
  }
  void close() noexcept override {
    wire_->closed = true;
    wire_->bell.cancel();
  }

 private:
  static net::awaitable<void> wait(FakeWire& wire) {
    wire.bell.expires_at(net::steady_timer::time_point::max());
    co_await wire.bell.async_wait(net::as_tuple(net::use_awaitable));
  }
  std::shared_ptr<FakeWire> wire_;
};

}  // namespace mdoc::asio
