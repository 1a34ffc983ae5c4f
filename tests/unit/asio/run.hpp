#pragma once

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <optional>

namespace mdoc::asio {

/// Runs coroutines on one thread until all have ended; a test that hangs fails after `limit`.
template <class... Awaitables>
void run(boost::asio::io_context& context, Awaitables... awaitables) {
  constexpr std::chrono::seconds limit{20};
  std::size_t running = sizeof...(awaitables);
  const auto ended = [&](const std::exception_ptr& exception) {
    --running;
    EXPECT_FALSE(exception) << "a coroutine threw";
    if (running == 0) context.stop();  // what is left in the background is cut off
  };
  (boost::asio::co_spawn(context, std::move(awaitables), ended), ...);
  context.restart();
  context.run_for(limit);
  EXPECT_EQ(running, 0u) << "the test hangs";
}

}  // namespace mdoc::asio
