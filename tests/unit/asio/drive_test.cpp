// The loop below present() and serve(), with a state machine of which the tests write the script.
#include "asio/drive.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "fake_stream.hpp"
#include "run.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;

struct Special {
  int value = 0;
};

// Says what it was told; reacts as the test says.
struct ScriptedMachine {
  using Effect = std::variant<OpenLink, SendMessage, Event, CloseLink, Closed, Special>;

  std::optional<Effect> poll() {
    if (effects.empty()) return std::nullopt;
    Effect effect = std::move(effects.front());
    effects.pop_front();
    return effect;
  }
  void on_message(SharedBytes message, Now) {
    const std::string text(as_text(message.view()));
    log.push_back("message " + text);
    if (text == "end") end({});
    if (on_text) on_text(text);
  }
  void on_link_closed(Now) {
    log.emplace_back("link closed");
    end(Error{.code = Errc::link_closed});
  }
  void on_timer(Now now) {
    if (!timeout || now.steady < *timeout) return;
    log.emplace_back("timer");
    timeout.reset();
    end(Error{.code = Errc::timed_out});
  }
  void cancel(Now) {
    log.emplace_back("cancel");
    if (!closed) effects.emplace_back(SendMessage{{'b', 'y', 'e'}});
    end({});
  }
  std::optional<TimePoint> deadline() const { return timeout; }
  void end(std::optional<Error> reason) {
    if (std::exchange(closed, true)) return;
    effects.emplace_back(CloseLink{});
    effects.emplace_back(Closed{reason});
  }

  std::deque<Effect> effects;
  std::optional<TimePoint> timeout;
  std::function<void(const std::string&)> on_text;
  std::vector<std::string> log;
  bool closed = false;
};

class DriveTest : public ::testing::Test {
 protected:
  DriveTest() { machine.effects.emplace_back(OpenLink{}); }

  LinkOpener opener() {
    return [this]() -> net::awaitable<Result<std::unique_ptr<MessageStream>>> { return open(wire); };
  }
  static net::awaitable<Result<std::unique_ptr<MessageStream>>> open(std::shared_ptr<FakeWire> wire) {
    co_return std::make_unique<FakeStream>(wire);
  }
  // Runs the machine to its end, and `while_running` once it has begun.
  void drive_it(LinkOpener open, std::function<void()> while_running = {}) {
    const auto on_effect = [this](auto& effect, Now) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(effect)>, Special>) on_special(effect.value);
    };
    const auto on_input = [this](auto& input, Now) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(input)>, LinkOpened>) {
        machine.log.emplace_back("link opened");
        if (on_opened) on_opened();
      }
    };
    const auto ended = [this](const std::exception_ptr& exception, const Result<void>& value) {
      thrown = exception;
      if (!exception) result = value;
    };
    net::co_spawn(context, drive(machine, std::move(open), options, inbox, on_effect, on_input),
                  net::bind_cancellation_slot(cancellation.slot(), ended));
    if (while_running) net::post(context, while_running);
    context.run_for(20s);
    EXPECT_TRUE(context.stopped()) << "something is left running";
  }
  void cancel() { cancellation.emit(net::cancellation_type::terminal); }
  // Lets what is pending come to rest first.
  void later(std::function<void()> action, int turns = 20) {
    net::post(context, [this, action = std::move(action), turns] {
      if (turns == 0) return action();
      later(action, turns - 1);
    });
  }

  net::io_context context;
  std::shared_ptr<FakeWire> wire = std::make_shared<FakeWire>(context.get_executor());
  std::shared_ptr<Inbox> inbox = std::make_shared<Inbox>(context.get_executor());
  net::cancellation_signal cancellation;
  DriverOptions options;
  ScriptedMachine machine;
  std::function<void()> on_opened;
  std::function<void(int)> on_special = [](int) {};
  std::optional<Result<void>> result;
  std::exception_ptr thrown;
};

using Log = std::vector<std::string>;

TEST_F(DriveTest, SendsWhatTheMachineSendsAndHandsOnWhatArrivesInOrder) {
  machine.effects.emplace_back(SendMessage{{'1'}});
  machine.effects.emplace_back(SendMessage{{'2'}});
  for (const char* text : {"a", "b", "c", "end"}) wire->arrive(text);
  drive_it(opener());
  ASSERT_TRUE(result);
  EXPECT_TRUE(*result);
  EXPECT_EQ(machine.log, (Log{"link opened", "message a", "message b", "message c", "message end"}));
  EXPECT_EQ(wire->sent, (Log{"1", "2"}));
  EXPECT_EQ(wire->shutdowns, 1);
}

TEST_F(DriveTest, WhatWasSentLastLeavesBeforeTheLinkIsClosed) {
  machine.on_text = [this](const std::string&) {
    machine.effects.emplace_back(SendMessage{{'x'}});
    machine.effects.emplace_back(SendMessage{{'y'}});
    machine.end({});
  };
  wire->arrive("go");
  drive_it(opener());
  EXPECT_EQ(wire->sent, (Log{"x", "y"}));
  EXPECT_EQ(wire->shutdowns, 1);
}

TEST_F(DriveTest, TheReasonOfTheEndIsItsResult) {
  machine.on_text = [this](const std::string&) { machine.end(Error{.code = Errc::decryption_failed}); };
  wire->arrive("go");
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::decryption_failed);
}

TEST_F(DriveTest, ALinkThatDoesNotOpenSaysWhy) {
  drive_it([]() -> net::awaitable<Result<std::unique_ptr<MessageStream>>> {
    co_return Error{.code = Errc::connect_failed, .native = 111};
  });
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::connect_failed);
  EXPECT_EQ(result->error().native, 111);
  EXPECT_EQ(machine.log, (Log{"link closed"}));
}

TEST_F(DriveTest, ALinkThatIsLostSaysWhy) {
  wire->lose(Errc::http_status);
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::http_status);
}

TEST_F(DriveTest, AFailedWriteIsALostLink) {
  wire->refuses_writes = true;
  machine.effects.emplace_back(SendMessage{{'x'}});
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::timed_out);
}

TEST_F(DriveTest, TheDeadlineIsTheMachines) {
  on_opened = [this] { machine.timeout = after(5ms); };
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::timed_out);
  EXPECT_EQ(machine.log, (Log{"link opened", "timer"}));
}

TEST_F(DriveTest, ADeadlineThatHasPassedIsNotMissed) {
  machine.timeout = after(-1s);
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::timed_out);
}

TEST_F(DriveTest, CancellationEndsTheSessionInGoodOrder) {
  drive_it(opener(), [this] { later([this] { cancel(); }); });
  ASSERT_TRUE(result);
  EXPECT_TRUE(*result);
  EXPECT_EQ(wire->sent, (Log{"bye"}));
  EXPECT_EQ(wire->shutdowns, 1);
}

TEST_F(DriveTest, ASecondCancellationWaitsForNothing) {
  wire->holds_writes = true;
  drive_it(opener(), [this] {
    later([this] {
      cancel();
      later([this] { cancel(); });
    });
  });
  ASSERT_TRUE(result);
  EXPECT_EQ(wire->sent, (Log{}));
  EXPECT_TRUE(wire->closed);
}

TEST_F(DriveTest, CancellationEndsAnOpeningThatWaitsForever) {
  drive_it(
      [this]() -> net::awaitable<Result<std::unique_ptr<MessageStream>>> {
        net::steady_timer forever(context, never);
        co_await forever.async_wait(net::use_awaitable);  // throws when cancelled
        co_return Error{.code = Errc::connect_failed};
      },
      [this] { later([this] { cancel(); }); });
  ASSERT_TRUE(result);
  EXPECT_TRUE(*result);
  EXPECT_EQ(machine.log, (Log{"cancel"}));
}

TEST_F(DriveTest, AnOpeningThatDoesNotListenToCancellationIsClosedWhenItEnds) {
  net::steady_timer gate(context, never);
  drive_it(
      [&]() -> net::awaitable<Result<std::unique_ptr<MessageStream>>> {
        co_await net::this_coro::reset_cancellation_state(net::disable_cancellation());
        co_await gate.async_wait(use_tuple);
        co_return std::make_unique<FakeStream>(wire);
      },
      [&] {
        later([&] {
          cancel();
          later([&] { gate.cancel(); });
        });
      });
  ASSERT_TRUE(result);
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(wire->sent, (Log{}));
  EXPECT_EQ(machine.log, (Log{"cancel"}));
}

TEST_F(DriveTest, WhatTheOpenerThrowsEndsTheSessionAndComesOut) {
  drive_it([]() -> net::awaitable<Result<std::unique_ptr<MessageStream>>> {
    throw std::runtime_error("opener");
    co_return Error{};
  });
  EXPECT_TRUE(thrown);
  EXPECT_EQ(machine.log, (Log{"cancel"}));
}

TEST_F(DriveTest, WhatAHandlerThrowsEndsTheSessionAndComesOut) {
  on_special = [](int) { throw std::runtime_error("handler"); };
  on_opened = [this] { machine.effects.emplace_back(Special{7}); };
  drive_it(opener());
  EXPECT_TRUE(thrown);
  EXPECT_EQ(wire->sent, (Log{"bye"}));
  EXPECT_EQ(wire->shutdowns, 1);
}

TEST_F(DriveTest, EventsAreTold) {
  std::vector<Phase> phases;
  options.on_event = [&](const Event& event) { phases.push_back(event.phase); };
  machine.effects.emplace_back(Event{.phase = Phase::engaged});
  machine.effects.emplace_back(Event{.phase = Phase::request_sent});
  wire->arrive("end");
  drive_it(opener());
  EXPECT_EQ(phases, (std::vector{Phase::engaged, Phase::request_sent}));
}

TEST_F(DriveTest, AMachineThatNeverWantsALinkGetsNone) {
  machine.effects.clear();
  machine.end(Error{.code = Errc::expired});
  drive_it(opener());
  ASSERT_TRUE(result && !*result);
  EXPECT_EQ(result->error().code, Errc::expired);
  EXPECT_EQ(wire->shutdowns, 0);
}

}  // namespace
}  // namespace mdoc::asio
