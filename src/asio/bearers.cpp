#include "mdoc/asio/bearers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "asio/until.hpp"

namespace mdoc::asio {
namespace {

using Opened = Result<std::unique_ptr<MessageStream>>;

// One choice and what it opened. The coroutines of the openers keep it alive.
class Race : public std::enable_shared_from_this<Race> {
 public:
  Race(const net::any_io_executor& executor, std::vector<Bearer> bearers, BearerOptions options,
       transport::BearerChoice choice)
      : bell_(executor), bearers_(std::move(bearers)), options_(std::move(options)), choice_(std::move(choice)) {
    attempts_.resize(bearers_.size());
  }

  net::awaitable<Opened> run() {
    choice_.start(std::chrono::steady_clock::now());
    for (;;) {
      while (const auto effect = choice_.poll()) {
        if (auto end = perform(*effect)) co_return std::move(*end);
      }
      if (arrived_.empty()) {
        bell_.expires_at(choice_.deadline().value_or(never));
        co_await bell_.async_wait(use_tuple);
      }
      const net::cancellation_state state = co_await net::this_coro::cancellation_state;
      if (state.cancelled() != net::cancellation_type::none) {
        close_all();
        co_return Error{.code = Errc::link_closed, .where = "BearerChoice"};
      }
      take_arrived();
      if (thrown_) {
        close_all();
        std::rethrow_exception(std::exchange(thrown_, nullptr));
      }
    }
  }

 private:
  struct Attempt {
    std::unique_ptr<net::cancellation_signal> cancel = std::make_unique<net::cancellation_signal>();
    std::unique_ptr<MessageStream> stream;
    bool is_unwanted = false;
  };
  struct Arrival {
    std::size_t candidate;
    Opened result;
  };

  [[nodiscard]] transport::BearerKind kind(std::size_t candidate) const { return bearers_[candidate].candidate.kind; }

  // Parameters, not captures: a coroutine outlives the lambda that it was made of.
  static net::awaitable<void> open(std::shared_ptr<Race> self, std::size_t candidate) {
    Opened result = co_await self->bearers_[candidate].open();
    if (self->attempts_[candidate].is_unwanted) {
      if (result) (*result)->close();
      co_return;
    }
    self->arrived_.push_back({candidate, std::move(result)});
    self->bell_.cancel();
  }

  std::optional<Opened> perform(const transport::BearerEffect& effect) {
    if (const auto* const to_open = std::get_if<transport::OpenBearer>(&effect)) {
      if (options_.on_opening) options_.on_opening(kind(to_open->candidate));
      const auto ended = [self = shared_from_this(), candidate = to_open->candidate](const std::exception_ptr& thrown) {
        if (!thrown || self->attempts_[candidate].is_unwanted) return;
        self->thrown_ = thrown;
        self->bell_.cancel();
      };
      net::co_spawn(bell_.get_executor(), open(shared_from_this(), to_open->candidate),
                    net::bind_cancellation_slot(attempts_[to_open->candidate].cancel->slot(), ended));
    } else if (const auto* const to_close = std::get_if<transport::CloseBearer>(&effect)) {
      close(to_close->candidate);
    } else if (const auto* const chosen = std::get_if<transport::BearerChosen>(&effect)) {
      if (options_.on_chosen) options_.on_chosen(kind(chosen->candidate));
      // Those that opened in the same moment are in arrived_.
      for (Arrival& each : arrived_) {
        if (each.result) (*each.result)->close();
      }
      return Opened(std::move(attempts_[chosen->candidate].stream));
    } else {
      return Opened(std::get<transport::NoBearer>(effect).reason);
    }
    return std::nullopt;
  }

  void close(std::size_t candidate) {
    Attempt& attempt = attempts_[candidate];
    attempt.is_unwanted = true;
    if (attempt.stream) attempt.stream->close();
    attempt.cancel->emit(net::cancellation_type::all);
  }

  void close_all() {
    choice_.cancel();
    while (const auto effect = choice_.poll()) {
      if (const auto* const to_close = std::get_if<transport::CloseBearer>(&*effect)) close(to_close->candidate);
    }
    for (Arrival& each : arrived_) {
      if (each.result) (*each.result)->close();
    }
    arrived_.clear();
  }

  void take_arrived() {
    const auto now = std::chrono::steady_clock::now();
    if (arrived_.empty()) return choice_.on_timer(now);
    // One by one: the first that is open decides what becomes of the next.
    Arrival arrival = std::move(arrived_.front());
    arrived_.pop_front();
    if (arrival.result) {
      attempts_[arrival.candidate].stream = *std::move(arrival.result);
      choice_.on_opened(arrival.candidate, now);
    } else {
      if (options_.on_failed) options_.on_failed(kind(arrival.candidate), arrival.result.error());
      choice_.on_failed(arrival.candidate, arrival.result.error(), now);
    }
  }

  net::steady_timer bell_;
  std::vector<Bearer> bearers_;
  BearerOptions options_;
  transport::BearerChoice choice_;
  std::vector<Attempt> attempts_;
  std::deque<Arrival> arrived_;
  std::exception_ptr thrown_;
};

net::awaitable<Opened> open_first(std::vector<Bearer> bearers, BearerOptions options) {
  std::vector<transport::BearerCandidate> candidates;
  for (const Bearer& each : bearers) candidates.push_back(each.candidate);
  auto choice = transport::BearerChoice::create(std::move(candidates), options.limit);
  if (!choice) co_return choice.error();
  co_await net::this_coro::throw_if_cancelled(false);
  co_await net::this_coro::reset_cancellation_state(net::enable_total_cancellation());
  const auto race = std::make_shared<Race>(co_await net::this_coro::executor, std::move(bearers), std::move(options),
                                           *std::move(choice));
  co_return co_await race->run();
}

}  // namespace

LinkOpener first_bearer(std::vector<Bearer> bearers, BearerOptions options) {
  return [bearers = std::move(bearers), options = std::move(options)] { return open_first(bearers, options); };
}

}  // namespace mdoc::asio
