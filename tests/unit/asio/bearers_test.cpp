#include "mdoc/asio/bearers.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "fake_stream.hpp"
#include "run.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;
using transport::BearerKind;

/// Two bearers that open or fail when a test says so.
class Bearers : public ::testing::Test {
 protected:
  struct Way {
    explicit Way(const net::any_io_executor& executor) : bell(executor), wire(std::make_shared<FakeWire>(executor)) {}
    void open() {
      opens = true;
      bell.cancel();
    }
    void fail(Errc code) {
      error = Error{.code = code, .where = "Way"};
      bell.cancel();
    }
    net::steady_timer bell;
    std::shared_ptr<FakeWire> wire;
    bool asked = false, opens = false, cancelled = false, throws = false, opens_when_cancelled = false;
    std::optional<Error> error;
  };

  static net::awaitable<Result<std::unique_ptr<MessageStream>>> open_way(std::shared_ptr<Way> way) {
    co_await net::this_coro::throw_if_cancelled(false);
    way->asked = true;
    while (!way->opens && !way->error && !way->throws) {
      way->bell.expires_at(net::steady_timer::time_point::max());
      co_await way->bell.async_wait(net::as_tuple(net::use_awaitable));
      const auto state = co_await net::this_coro::cancellation_state;
      if (state.cancelled() != net::cancellation_type::none) {
        way->cancelled = true;
        if (way->opens_when_cancelled) break;
        co_return Error{.code = Errc::link_closed};
      }
    }
    if (way->throws) throw std::runtime_error("the application's");
    if (way->error) co_return *way->error;
    co_return std::make_unique<FakeStream>(way->wire);
  }

  LinkOpener opener(std::chrono::milliseconds second_after = 0ms, std::chrono::milliseconds limit = 10s) {
    const auto bearer = [](BearerKind kind, const std::shared_ptr<Way>& way, std::chrono::milliseconds after) {
      return Bearer{.candidate = {.kind = kind, .start_after = after}, .open = [way] { return open_way(way); }};
    };
    BearerOptions options{.limit = limit};
    options.on_opening = [this](BearerKind kind) { story += " opening " + std::string(name(kind)); };
    options.on_failed = [this](BearerKind kind, const Error& failure) {
      story += " " + std::string(name(kind)) + ": " + std::string(name(failure.code));
    };
    options.on_chosen = [this](BearerKind kind) { story += " chosen " + std::string(name(kind)); };
    return first_bearer({bearer(BearerKind::ble_central_client, first, 0ms),
                         bearer(BearerKind::ble_peripheral_server, second, second_after)},
                        options);
  }

  net::awaitable<void> open(LinkOpener with) {
    auto opened = co_await with();
    if (opened) {
      stream = *std::move(opened);
    } else {
      error = opened.error();
    }
  }
  net::awaitable<void> later(std::chrono::milliseconds wait, std::function<void()> act) {
    net::steady_timer timer(co_await net::this_coro::executor, wait);
    co_await timer.async_wait(net::as_tuple(net::use_awaitable));
    act();
    // What follows from it
    for (int i = 0; i < 20; ++i) co_await net::post(co_await net::this_coro::executor, net::use_awaitable);
  }

  net::io_context context;
  std::shared_ptr<Way> first = std::make_shared<Way>(context.get_executor());
  std::shared_ptr<Way> second = std::make_shared<Way>(context.get_executor());
  std::unique_ptr<MessageStream> stream;
  std::optional<Error> error;
  std::string story;
};

TEST_F(Bearers, TheFirstThatIsOpenIsTakenAndTheOtherCancelled) {
  run(context, open(opener()), later(5ms, [this] { second->open(); }));
  ASSERT_TRUE(stream);
  EXPECT_TRUE(first->asked);
  EXPECT_TRUE(first->cancelled);
  EXPECT_FALSE(second->wire->closed);
  EXPECT_EQ(story, " opening ble-central-client opening ble-peripheral-server chosen ble-peripheral-server");
}

TEST_F(Bearers, OneThatFailsMakesRoomForTheNext) {
  run(context, open(opener(10s)), later(5ms, [this] { first->fail(Errc::connect_failed); }),
      later(10ms, [this] { second->open(); }));
  ASSERT_TRUE(stream);
  EXPECT_EQ(story,
            " opening ble-central-client ble-central-client: connect_failed opening ble-peripheral-server chosen "
            "ble-peripheral-server");
}

TEST_F(Bearers, TwoThatOpenInOneMomentMakeOneLink) {
  run(context, open(opener()), later(5ms, [this] {
        first->open();
        second->open();
      }));
  ASSERT_TRUE(stream);
  EXPECT_FALSE(first->wire->closed);
  EXPECT_TRUE(second->wire->closed);
}

TEST_F(Bearers, ALinkThatOpensWhileItIsCancelledIsClosed) {
  second->opens_when_cancelled = true;
  run(context, open(opener()), later(5ms, [this] { first->open(); }));
  ASSERT_TRUE(stream);
  EXPECT_TRUE(second->cancelled);
  EXPECT_TRUE(second->wire->closed);
}

TEST_F(Bearers, AllFailed) {
  run(context, open(opener()), later(5ms, [this] {
        second->fail(Errc::timed_out);
        first->fail(Errc::radio_off);
      }));
  EXPECT_FALSE(stream);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::radio_off);
}

TEST_F(Bearers, NoneInTime) {
  run(context, open(opener(0ms, 20ms)));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::timed_out);
  context.restart();
  context.run_for(1s);  // the attempts learn of it
  EXPECT_TRUE(first->cancelled);
  EXPECT_TRUE(second->cancelled);
}

TEST_F(Bearers, WhoeverCancelsEndsAllOfThem) {
  net::cancellation_signal cancel;
  const auto ended = [](const std::exception_ptr&) {};
  net::co_spawn(context, open(opener()), net::bind_cancellation_slot(cancel.slot(), ended));
  run(context, later(5ms, [&] { cancel.emit(net::cancellation_type::all); }));
  context.restart();
  context.run_for(1s);
  EXPECT_TRUE(first->cancelled);
  EXPECT_TRUE(second->cancelled);
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::link_closed);
}

TEST_F(Bearers, WhatAnOpenerThrowsComesOutAndEndsTheOthers) {
  std::string thrown;
  const auto ended = [&](const std::exception_ptr& exception) {
    try {
      if (exception) std::rethrow_exception(exception);
    } catch (const std::runtime_error& e) {
      thrown = e.what();
    }
  };
  net::co_spawn(context, open(opener()), ended);
  run(context, later(5ms, [this] {
        first->throws = true;
        first->bell.cancel();
      }));
  context.restart();
  context.run_for(1s);
  EXPECT_EQ(thrown, "the application's");
  EXPECT_TRUE(second->cancelled);
}

TEST_F(Bearers, WithoutAnyThereIsNoLink) {
  run(context, open(first_bearer({})));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::asio
