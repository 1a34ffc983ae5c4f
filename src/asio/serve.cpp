#include "mdoc/asio/serve.hpp"

#include "mdoc/crypto/system_rng.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <utility>

#include "asio/drive.hpp"

namespace mdoc::asio {
namespace {

// A question to the holder that becomes void when the session goes on or ends without its answer.
struct Question {
  net::cancellation_signal signal;
  bool is_void = false;

  void withdraw() {
    if (std::exchange(is_void, true)) return;
    signal.emit(net::cancellation_type::all);
  }
};

// Parameters, not captures: a coroutine outlives the lambda that it was made of.
net::awaitable<void> ask(ConsentHandler consent, ConsentNeeded needed, std::shared_ptr<Inbox> inbox) {
  auto decision = co_await consent(needed);
  inbox->post(Decided{.round = needed.round, .consent = std::move(decision)});
}

net::awaitable<void> authenticate(HolderAuthenticator authenticator, AuthenticateHolder wanted,
                                  std::shared_ptr<Inbox> inbox) {
  auto result = co_await authenticator(wanted);
  inbox->post(Authenticated{.id = wanted.id, .result = std::move(result)});
}

// What has to be done before a key is used.
std::function<Result<void>()> recording(const std::shared_ptr<presentation::CredentialStore>& store,
                                        const std::optional<presentation::CredentialUse>& use) {
  if (!store || !use) return {};
  return [store, use = *use] { return store->record_use(use); };
}

net::awaitable<Result<void>> run(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent,
                                 ServeOptions options) {
  if (holder.holder_authentication() == presentation::HolderAuthenticationMode::asked && !options.authenticate) {
    co_return Error{.code = Errc::bad_argument, .where = Path("ServeOptions") / "authenticate"};
  }
  const auto executor = co_await net::this_coro::executor;
  auto inbox = std::make_shared<Inbox>(executor);
  std::shared_ptr<Question> question;  // to the person, of whatever kind: one at a time
  std::optional<Error> misuse;

  const auto ask_person = [&](net::awaitable<void> asking) {
    if (question) question->withdraw();
    question = std::make_shared<Question>();
    const auto ended = [inbox, asked = question](const std::exception_ptr& exception) {
      if (exception && !asked->is_void) inbox->post(Threw{exception});
    };
    net::co_spawn(executor, std::move(asking), net::bind_cancellation_slot(question->signal.slot(), ended));
  };
  const auto perform = [&](auto& effect, Now) {
    using Effect = std::remove_cvref_t<decltype(effect)>;
    if constexpr (std::is_same_v<Effect, ConsentNeeded>) {
      ask_person(ask(consent, std::move(effect), inbox));
    } else if constexpr (std::is_same_v<Effect, AuthenticateHolder>) {
      ask_person(authenticate(options.authenticate, std::move(effect), inbox));
    } else if constexpr (std::is_same_v<Effect, UseKey>) {
      do_beside(executor, keys.use(std::move(effect.request), recording(options.store, effect.record)), inbox,
                report_key_use(effect.id));
    } else if constexpr (std::is_same_v<Effect, MakeProof>) {
      do_beside(executor, keys.prove(std::move(effect.request)), inbox,
                [id = effect.id](Result<Bytes> proof) { return Proven{.id = id, .proof = std::move(proof)}; });
    } else if constexpr (std::is_same_v<Effect, ResponseSent>) {
      if (question) question->withdraw();  // of authentication, whose time was up
      if (options.on_response) options.on_response(effect);
    } else if constexpr (std::is_same_v<Effect, Closed>) {
      if (question) question->withdraw();
    }
  };
  const auto put = [&](auto& input, Now now) {
    using Kind = std::remove_cvref_t<decltype(input)>;
    if constexpr (std::is_same_v<Kind, LinkOpened>) {
      holder.on_link_opened(now, input.properties);
    } else if constexpr (std::is_same_v<Kind, KeyUsed>) {
      holder.on_key_result(input.id, std::move(input.result), now);
    } else if constexpr (std::is_same_v<Kind, Authenticated>) {
      holder.on_holder_authenticated(input.id, std::move(input.result), now);
    } else if constexpr (std::is_same_v<Kind, Proven>) {
      holder.on_proof_result(input.id, std::move(input.proof), now);
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
net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent,
                                   ServeOptions options) {
  auto presentation = run(std::move(open), std::move(holder), keys, std::move(consent), std::move(options));
  co_return co_await net::co_spawn(co_await net::this_coro::executor, std::move(presentation), net::use_awaitable);
}

}  // namespace mdoc::asio
