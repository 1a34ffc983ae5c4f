#include "mdoc/asio/serve.hpp"

#include "mdoc/crypto/system_rng.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "asio/drive.hpp"

namespace mdoc::asio {
namespace {

// A question to the holder that becomes void when the session ends before its answer.
struct Question {
  net::cancellation_signal signal;
  bool is_void = false;
};

// Parameters, not captures: a coroutine outlives the lambda that it was made of.
net::awaitable<void> ask(ConsentHandler consent, ConsentNeeded needed, std::shared_ptr<Inbox> inbox) {
  auto decision = co_await consent(needed);
  inbox->post(Decided{.round = needed.round, .consent = std::move(decision)});
}

net::awaitable<void> use_key(net::awaitable<Result<crypto::KeyResponse>> operation, std::uint64_t id,
                             std::shared_ptr<Inbox> inbox) {
  auto result = co_await std::move(operation);
  inbox->post(KeyUsed{.id = id, .result = std::move(result)});
}

net::awaitable<Result<void>> run(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent,
                                 DriverOptions options) {
  const auto executor = co_await net::this_coro::executor;
  auto inbox = std::make_shared<Inbox>(executor);
  std::shared_ptr<Question> question;
  std::optional<Error> misuse;

  const auto perform = [&](auto& effect, Now) {
    using Effect = std::remove_cvref_t<decltype(effect)>;
    if constexpr (std::is_same_v<Effect, ConsentNeeded>) {
      question = std::make_shared<Question>();
      const auto ended = [inbox, asked = question](const std::exception_ptr& exception) {
        if (exception && !asked->is_void) inbox->post(Threw{exception});
      };
      net::co_spawn(executor, ask(consent, std::move(effect), inbox),
                    net::bind_cancellation_slot(question->signal.slot(), ended));
    } else if constexpr (std::is_same_v<Effect, UseKey>) {
      const auto ended = [inbox](const std::exception_ptr& exception) {
        if (exception) inbox->post(Threw{exception});
      };
      net::co_spawn(executor, use_key(keys.use(std::move(effect.request)), effect.id, inbox), ended);
    } else if constexpr (std::is_same_v<Effect, Closed>) {
      if (!question) return;
      question->is_void = true;
      question->signal.emit(net::cancellation_type::all);
    }
  };
  const auto put = [&](auto& input, Now now) {
    using Kind = std::remove_cvref_t<decltype(input)>;
    if constexpr (std::is_same_v<Kind, LinkOpened>) {
      holder.on_link_opened(now, input.properties);
    } else if constexpr (std::is_same_v<Kind, KeyUsed>) {
      holder.on_key_result(input.id, std::move(input.result), now);
    } else if constexpr (std::is_same_v<Kind, Decided>) {
      const auto released =
          input.consent ? holder.answer(*input.consent, crypto::system_rng(), now) : holder.decline(input.round, now);
      if (released || released.error().code == Errc::wrong_state) return;  // the session has ended meanwhile
      misuse = released.error();
      holder.cancel(now);
    }
  };
  const auto ended = co_await drive(holder, std::move(open), options, inbox, perform, put);
  if (misuse) co_return *misuse;
  co_return ended;
}

}  // namespace

// In a coroutine of its own: how it treats cancellation is none of the caller's business.
net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent) {
  return serve(std::move(open), std::move(holder), keys, std::move(consent), DriverOptions{});
}

net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent,
                                   DriverOptions options) {
  auto presentation = run(std::move(open), std::move(holder), keys, std::move(consent), std::move(options));
  co_return co_await net::co_spawn(co_await net::this_coro::executor, std::move(presentation), net::use_awaitable);
}

}  // namespace mdoc::asio
