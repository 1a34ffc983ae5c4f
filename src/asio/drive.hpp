#pragma once

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "asio/inbox.hpp"
#include "asio/link.hpp"
#include "mdoc/asio/driver_options.hpp"
#include "mdoc/core/shared_bytes.hpp"

namespace mdoc::asio {

// Parameters, not captures: a coroutine outlives the lambda that it was made of.
template <class T, class Report>
net::awaitable<void> await_and_report(net::awaitable<T> operation, std::shared_ptr<Inbox> inbox, Report report) {
  auto result = co_await std::move(operation);
  inbox->post(report(std::move(result)));
}

/// Does `operation` beside a state machine, which learns of the result as the input that `report` makes of it, or of
/// what was thrown.
template <class T, class Report>
void do_beside(const net::any_io_executor& executor, net::awaitable<T> operation, const std::shared_ptr<Inbox>& inbox,
               Report report) {
  const auto ended = [inbox](const std::exception_ptr& exception) {
    if (exception) inbox->post(Threw{exception});
  };
  net::co_spawn(executor, await_and_report(std::move(operation), inbox, std::move(report)), ended);
}

/// To do_beside(): the use of a key for the UseKey of this id.
inline auto report_key_use(std::uint64_t id) {
  return [id](Result<crypto::KeyResponse> result) { return KeyUsed{.id = id, .result = std::move(result)}; };
}

/// Runs a facade until it is closed and its link has ended. What the two facades have in common is
/// done here; `on_effect(effect, now)`, also told of Closed, and `on_input(input, now)` do the rest.
template <class Machine, class OnEffect, class OnInput>
net::awaitable<Result<void>> drive(Machine& machine, LinkOpener open, const DriverOptions& options,
                                   std::shared_ptr<Inbox> inbox, OnEffect on_effect, OnInput on_input) {
  // Cancellation is an input like any other: it ends the session in good order.
  co_await net::this_coro::throw_if_cancelled(false);
  co_await net::this_coro::reset_cancellation_state(net::enable_total_cancellation());

  const auto link = std::make_shared<Link>(co_await net::this_coro::executor, std::move(open), inbox);
  std::optional<Closed> closed;
  std::optional<Error> link_error;
  std::exception_ptr thrown;

  const auto perform = [&](auto& effect, Now now) {
    using Effect = std::remove_cvref_t<decltype(effect)>;
    if constexpr (std::is_same_v<Effect, OpenLink>) {
      link->open();
    } else if constexpr (std::is_same_v<Effect, SendMessage>) {
      link->send(std::move(effect.message));
    } else if constexpr (std::is_same_v<Effect, CloseLink>) {
      link->finish();
    } else if constexpr (std::is_same_v<Effect, Event>) {
      if (options.on_event) options.on_event(effect);
    } else if constexpr (std::is_same_v<Effect, Closed>) {
      closed = effect;
      on_effect(effect, now);
    } else {
      on_effect(effect, now);
    }
  };
  const auto put = [&](auto& input, Now now) {
    using Kind = std::remove_cvref_t<decltype(input)>;
    if constexpr (std::is_same_v<Kind, MessageArrived>) {
      machine.on_message(SharedBytes::take(std::move(input.message)), now);
    } else if constexpr (std::is_same_v<Kind, LinkLost>) {
      if (!link_error) link_error = input.error;
      machine.on_link_closed(now);
    } else if constexpr (std::is_same_v<Kind, Threw>) {
      thrown = input.exception;
      machine.cancel(now);
    } else if constexpr (!std::is_same_v<Kind, LinkEnded>) {
      on_input(input, now);
    }
  };

  for (;;) {
    try {
      while (auto effect = machine.poll()) {
        const Now now = options.clock->now();
        std::visit([&](auto& kind) { perform(kind, now); }, *effect);
      }
    } catch (...) {  // a handler of the application
      if (!thrown) thrown = std::current_exception();
      machine.cancel(options.clock->now());
      continue;
    }
    if (closed && link->ended()) break;

    auto input = co_await inbox->take(closed ? std::nullopt : machine.deadline());
    const Now now = options.clock->now();
    const net::cancellation_state state = co_await net::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != net::cancellation_type::none;
    if (cancelled) {
      co_await net::this_coro::reset_cancellation_state(net::enable_total_cancellation());
      if (closed) link->close();
      machine.cancel(now);
    }
    if (input) {
      std::visit([&](auto& kind) { put(kind, now); }, *input);
    } else if (!cancelled) {
      machine.on_timer(now);
    }
  }
  if (thrown) std::rethrow_exception(thrown);
  if (!closed->reason) co_return Result<void>{};
  // The machine knows that the link closed; the link knows why.
  co_return closed->reason->code == Errc::link_closed&& link_error ? *link_error : *closed->reason;
}

}  // namespace mdoc::asio
