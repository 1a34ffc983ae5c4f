#include "mdoc/bluez/radio.hpp"

#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "asio/until.hpp"
#include "bluez/stack.hpp"

namespace mdoc::bluez {

namespace {

struct Opening {
  explicit Opening(const net::any_io_executor& executor) : bell(executor, asio::never) {}

  std::optional<Result<std::shared_ptr<Stack>>> outcome;
  net::steady_timer bell;
};

}  // namespace

net::awaitable<Result<Radio>> Radio::open() { return open(RadioOptions{}); }

net::awaitable<Result<Radio>> Radio::open(RadioOptions options) {
  const auto executor = co_await net::this_coro::executor;
  const auto opening = std::make_shared<Opening>(executor);
  Stack::open(executor, options, [opening](Result<std::shared_ptr<Stack>> outcome) {
    opening->outcome = std::move(outcome);
    opening->bell.cancel();
  });
  while (!opening->outcome) co_await opening->bell.async_wait(asio::use_tuple);
  if (!*opening->outcome) co_return opening->outcome->error();
  co_return Radio(**std::move(opening->outcome));
}

Radio::Radio(std::shared_ptr<Stack> stack) noexcept : stack_(std::move(stack)) {}
Radio::Radio(Radio&&) noexcept = default;
Radio& Radio::operator=(Radio&& other) noexcept {
  std::swap(stack_, other.stack_);
  return *this;
}
Radio::~Radio() {
  if (stack_) stack_->retire();
}

Result<void> Radio::state() const { return stack_->state(); }

std::optional<std::string> Radio::adapter() const {
  const auto& path = stack_->adapter();
  if (!path) return std::nullopt;
  return path->substr(path->rfind('/') + 1);
}

std::vector<Radio::Adapter> Radio::adapters() const {
  std::vector<Adapter> adapters;
  for (const auto& [path, each] : stack_->objects().adapters) {
    adapters.push_back(
        {.name = path.substr(path.rfind('/') + 1), .address = each.address.text, .powered = each.is_powered});
  }
  return adapters;
}

}  // namespace mdoc::bluez
