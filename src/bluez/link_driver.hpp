#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "bluez/link_core.hpp"

namespace mdoc::bluez {

/// An input of a machine, to be called when it is its turn.
template <class Machine>
using Input = std::function<void(Machine&, TimePoint)>;

/// Where the side of a link, its sockets and objects, reports to.
template <class Machine>
struct Report {
  std::function<void(Input<Machine>)> input;
  std::function<void(transport::BleOperation, const Error&)> failure;
};

/// A machine, and the side that does what it says: gives it inputs, performs its effects, in their order and one at a
/// time, and wakes it when its time is up. What is reported from within has its turn afterwards.
template <class Machine, class Side>
class LinkDriver final : public LinkCore {
 public:
  LinkDriver(std::shared_ptr<Stack> stack, Machine machine, BleLinkHooks hooks)
      : LinkCore(std::move(stack), std::move(hooks)), machine_(std::move(machine)), timer_(executor()) {}

  void start() {
    const std::weak_ptr<LinkDriver> weak = self();
    side_ = std::make_shared<Side>(stack_,
                                   Report<Machine>{.input =
                                                       [weak](Input<Machine> input) {
                                                         if (const auto driver = weak.lock())
                                                           driver->feed(std::move(input));
                                                       },
                                                   .failure =
                                                       [weak](transport::BleOperation operation, const Error& error) {
                                                         if (const auto driver = weak.lock())
                                                           driver->fail(operation, error);
                                                       }});
    side_->begin();
    radio_ = stack_->radio.subscribe([weak](bool is_on) {
      const auto driver = weak.lock();
      if (driver) driver->feed([is_on](Machine& machine, TimePoint now) { machine.on_radio(is_on, now); });
    });
    const bool is_on = stack_->adapter().has_value();
    feed([is_on](Machine& machine, TimePoint now) {
      if (!is_on) machine.on_radio(false, now);
      machine.start(now);
    });
  }

  std::optional<std::uint16_t> psm() const noexcept override {
    if constexpr (std::is_same_v<Machine, transport::BlePeripheral>) {
      return machine_.psm();
    } else {
      return std::nullopt;
    }
  }

  void finish() override {
    feed([](Machine& machine, TimePoint now) { machine.finish(now); });
  }
  void cancel() override {
    feed([](Machine& machine, TimePoint now) { machine.cancel(now); });
  }

 protected:
  Result<void> send(Bytes message) override {
    Result<void> given = Error{.code = Errc::wrong_state, .where = "BLE"};
    if (is_running_) return given;
    feed([&](Machine& machine, TimePoint now) { given = machine.send(std::move(message), now); });
    return given;
  }

 private:
  [[nodiscard]] std::shared_ptr<LinkDriver> self() {
    return std::static_pointer_cast<LinkDriver>(this->shared_from_this());
  }

  void fail(transport::BleOperation operation, const Error& error) {
    note(operation, error);
    feed([operation, native = error.native](Machine& machine, TimePoint now) {
      machine.on_failed(operation, native, now);
    });
  }

  void feed(Input<Machine> input) {
    inputs_.push_back(std::move(input));
    if (std::exchange(is_running_, true)) return;
    const auto keeps = self();
    for (;;) {
      try {
        while (auto effect = machine_.poll()) {
          std::visit([this](auto& each) { this->perform(each); }, *effect);
        }
        if (inputs_.empty()) break;
        const Input<Machine> next = std::move(inputs_.front());
        inputs_.pop_front();
        next(machine_, std::chrono::steady_clock::now());
      } catch (...) {
        // What a hook throws, or a lack of memory, is for whoever runs the loop, and does not go through the bus, which
        // is in C. The link ends by it.
        net::post(executor(), [thrown = std::current_exception()] { std::rethrow_exception(thrown); });
        inputs_.clear();
        if (!std::exchange(is_broken_, true)) {
          inputs_.push_back([](Machine& machine, TimePoint now) { machine.cancel(now); });
        }
      }
    }
    is_running_ = false;
    arm();
  }

  template <class Effect>
  void perform(Effect& effect) {
    using namespace transport;
    constexpr bool is_for_application = std::is_same_v<Effect, BleProgress> || std::is_same_v<Effect, BleTrace> ||
                                        std::is_same_v<Effect, LinkOpened> || std::is_same_v<Effect, MessageReceived> ||
                                        std::is_same_v<Effect, MessageSent> || std::is_same_v<Effect, LinkClosed>;
    if constexpr (is_for_application) {
      on(effect);
    } else if constexpr (requires { side_->perform(effect); }) {
      if (side_) side_->perform(effect);
    }
    if constexpr (std::is_same_v<Effect, LinkClosed>) {
      radio_.reset();
      // What runs now may belong to it.
      net::post(executor(), [side = std::move(side_)] {});
    }
  }

  void arm() {
    const auto deadline = is_over() ? std::nullopt : machine_.deadline();
    if (!deadline) {
      timer_.cancel();
      return;
    }
    timer_.expires_at(*deadline);
    timer_.async_wait([weak = std::weak_ptr<LinkDriver>(self())](boost::system::error_code error) {
      const auto driver = weak.lock();
      if (driver && !error) driver->feed([](Machine& machine, TimePoint now) { machine.on_timer(now); });
    });
  }

  Machine machine_;
  net::steady_timer timer_;
  std::shared_ptr<Side> side_;
  Subscription radio_;
  std::deque<Input<Machine>> inputs_;
  bool is_running_ = false;
  bool is_broken_ = false;
};

}  // namespace mdoc::bluez
