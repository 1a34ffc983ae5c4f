#pragma once

#include <chrono>
#include <csignal>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_future.hpp>

namespace mdoc::cli {

/// How long what is left of a radio may take after the end of a command; most need two seconds, a busy machine more.
inline constexpr std::chrono::seconds time_to_leave{15};

/// Runs `work`, which uses `bearer`, to its end, or until a signal asks this process to end (SIGINT, SIGTERM). Then the
/// bearer is closed, and where that takes a moment, it gets one: what a radio has begun is taken back, in the
/// background. What is left of the work is destroyed with `context`.
/// @return what `work` returned; nothing: there was a signal. Throws what `work` throws.
template <class T, class Bearer>
std::optional<T> run_until_interrupted(boost::asio::io_context& context, boost::asio::awaitable<T> work,
                                       std::unique_ptr<Bearer> bearer) {
  bool interrupted = false;
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& failure, int) {
    if (failure) return;
    interrupted = true;
    if (!bearer->close()) context.stop();
  });
  auto done = boost::asio::co_spawn(context, std::move(work), boost::asio::use_future);
  const auto is_done = [&done] { return done.wait_for(std::chrono::seconds{0}) == std::future_status::ready; };
  while (!is_done() && !interrupted && context.run_one() > 0) {}
  const auto until = std::chrono::steady_clock::now() + time_to_leave;
  while (!is_done() && context.run_one_until(until) > 0) {}
  if (is_done() && bearer->close()) {
    signals.cancel();
    bearer.reset();
    context.restart();
    context.run_until(until);
  }
  return is_done() && !interrupted ? std::optional<T>(done.get()) : std::nullopt;
}

}  // namespace mdoc::cli
