#pragma once

#include <chrono>
#include <csignal>
#include <future>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>

namespace mdoc::cli {

/// Runs `work` to its end, or until a signal asks this process to end (SIGINT, SIGTERM). What then is left of it is
/// destroyed with `context`.
/// @return what `work` returned; nothing: there was a signal. Throws what `work` throws.
template <class T>
std::optional<T> run_until_interrupted(boost::asio::io_context& context, boost::asio::awaitable<T> work) {
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&context](const boost::system::error_code& failure, int) {
    if (!failure) context.stop();
  });
  auto done = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
  const auto is_done = [&done] { return done.wait_for(std::chrono::seconds{0}) == std::future_status::ready; };
  while (!is_done() && context.run_one() > 0) {}
  return is_done() ? std::optional<T>(done.get()) : std::nullopt;
}

}  // namespace mdoc::cli
