#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "asio/until.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/holder_authentication.hpp"
#include "mdoc/transport/link.hpp"

namespace mdoc::asio {

// What the coroutines around a state machine report to the one that runs it.
struct LinkOpened {
  transport::LinkProperties properties;
};
struct MessageArrived {
  Bytes message;
};
struct LinkLost {
  Error error;
};
struct LinkEnded {};  // CloseLink is done
struct KeyUsed {
  std::uint64_t id = 0;
  Result<crypto::KeyResponse> result;
};
struct Proven {
  std::uint64_t id = 0;
  Result<Bytes> proof;
};
struct Decided {
  unsigned round = 0;
  std::optional<presentation::Consent> consent;
};
struct Authenticated {
  std::uint64_t id = 0;
  Result<presentation::HolderAuthentication> result;
};
struct Threw {
  std::exception_ptr exception;
};
struct QuestionEnded {};  // to the person, whether it was answered or withdrawn
using Input = std::variant<LinkOpened, MessageArrived, LinkLost, LinkEnded, KeyUsed, Proven, Decided, Authenticated,
                           Threw, QuestionEnded>;

/// The inputs of a state machine, in the order of their arrival. One timer is both its deadline and
/// the bell that rings when something arrives, so nothing is lost where both happen at once.
class Inbox {
 public:
  explicit Inbox(const net::any_io_executor& executor) : bell_(executor) {}

  void post(Input input) {
    inputs_.push_back(std::move(input));
    bell_.cancel();
  }

  /// The next input. Nothing: the deadline has passed, or the coroutine was cancelled.
  [[nodiscard]] net::awaitable<std::optional<Input>> take(std::optional<TimePoint> deadline) {
    if (inputs_.empty()) {
      bell_.expires_at(deadline.value_or(never));
      co_await bell_.async_wait(use_tuple);
    }
    if (inputs_.empty()) co_return std::nullopt;
    Input input = std::move(inputs_.front());
    inputs_.pop_front();
    co_return input;
  }

 private:
  std::deque<Input> inputs_;
  net::steady_timer bell_;
};

}  // namespace mdoc::asio
