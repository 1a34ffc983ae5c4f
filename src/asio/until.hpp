#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::asio {

/// Errors of an operation as values: they arrive in a tuple.
inline constexpr auto use_tuple = net::as_tuple(net::use_awaitable);

inline constexpr TimePoint never = TimePoint::max();

[[nodiscard]] inline TimePoint after(std::chrono::milliseconds duration) {
  return std::chrono::steady_clock::now() + duration;
}

/// What `operation` gives, or nothing once the deadline has passed. The operation is then cancelled;
/// what it gave at that very moment is lost, so give up on its object.
template <class T>
net::awaitable<std::optional<T>> until(TimePoint deadline, net::awaitable<T> operation) {
  using net::experimental::awaitable_operators::operator||;
  net::steady_timer timer(co_await net::this_coro::executor, deadline);
  auto first = co_await (std::move(operation) || timer.async_wait(use_tuple));
  if (auto* result = std::get_if<0>(&first)) co_return std::move(*result);
  co_return std::nullopt;
}

}  // namespace mdoc::asio
