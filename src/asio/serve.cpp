#include "mdoc/asio/serve.hpp"

#include "mdoc/crypto/system_rng.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <utility>
#include <variant>

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

// What the KeyWorker is to do. It does one thing at a time; what waits here can be taken back, what it was given
// cannot.
class Workbench {
 public:
  Workbench(net::any_io_executor executor, KeyWorker& keys, std::shared_ptr<presentation::CredentialStore> store,
            std::shared_ptr<Inbox> inbox)
      : executor_(std::move(executor)), keys_(keys), store_(std::move(store)), inbox_(std::move(inbox)) {}

  void add(UseKey use) {
    waiting_.emplace_back(std::move(use));
    go_on();
  }
  void add(MakeProof make) {
    waiting_.emplace_back(std::move(make));
    go_on();
  }
  // The answer has been sent, and needs nothing more.
  void clear() {
    waiting_.clear();
    is_of_old_ = is_busy_;
  }
  // The result is there. @param failed a key, without which the others are of no use
  void done(bool failed) {
    if (failed && !is_of_old_) waiting_.clear();
    is_busy_ = is_of_old_ = false;
    go_on();
  }

 private:
  void go_on() {
    if (is_busy_ || waiting_.empty()) return;
    is_busy_ = true;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    if (auto* use = std::get_if<UseKey>(&next)) {
      do_beside(executor_, keys_.use(std::move(use->request), recording(store_, use->record)), inbox_,
                report_key_use(use->id));
    } else {
      auto& make = std::get<MakeProof>(next);
      do_beside(executor_, keys_.prove(std::move(make.request)), inbox_,
                [id = make.id](Result<Bytes> proof) { return Proven{.id = id, .proof = std::move(proof)}; });
    }
  }

  net::any_io_executor executor_;
  KeyWorker& keys_;
  std::shared_ptr<presentation::CredentialStore> store_;
  std::shared_ptr<Inbox> inbox_;
  std::deque<std::variant<UseKey, MakeProof>> waiting_;
  bool is_busy_ = false;
  bool is_of_old_ = false;  // what it is busy with, whose answer has been sent without it
};

net::awaitable<Result<void>> run(LinkOpener open, Holder holder, KeyWorker& keys, ConsentHandler consent,
                                 ServeOptions options) {
  if (holder.holder_authentication() == presentation::HolderAuthenticationMode::asked && !options.authenticate) {
    co_return Error{.code = Errc::bad_argument, .where = Path("ServeOptions") / "authenticate"};
  }
  const auto executor = co_await net::this_coro::executor;
  auto inbox = std::make_shared<Inbox>(executor);
  Workbench work(executor, keys, options.store, inbox);
  std::shared_ptr<Question> question;                    // to the person, of whatever kind: one at a time
  const auto asking = std::make_shared<std::size_t>(0);  // handlers that run, of withdrawn questions as well
  std::optional<Error> misuse;

  const auto ask_person = [&](net::awaitable<void> handler) {
    if (question) question->withdraw();
    question = std::make_shared<Question>();
    ++*asking;
    const auto ended = [inbox, asking, asked = question](const std::exception_ptr& exception) {
      --*asking;
      if (exception && !asked->is_void) inbox->post(Threw{exception});
      inbox->post(QuestionEnded{});
    };
    net::co_spawn(executor, std::move(handler), net::bind_cancellation_slot(question->signal.slot(), ended));
  };
  const auto perform = [&](auto& effect, Now) {
    using Effect = std::remove_cvref_t<decltype(effect)>;
    if constexpr (std::is_same_v<Effect, ConsentNeeded>) {
      ask_person(ask(consent, std::move(effect), inbox));
    } else if constexpr (std::is_same_v<Effect, AuthenticateHolder>) {
      ask_person(authenticate(options.authenticate, std::move(effect), inbox));
    } else if constexpr (std::is_same_v<Effect, UseKey>) {
      work.add(std::move(effect));
    } else if constexpr (std::is_same_v<Effect, MakeProof>) {
      work.add(std::move(effect));
    } else if constexpr (std::is_same_v<Effect, ResponseSent>) {
      if (question) question->withdraw();  // of authentication, whose time was up
      work.clear();
      if (options.on_response) options.on_response(effect);
    } else if constexpr (std::is_same_v<Effect, Closed>) {
      if (question) question->withdraw();
      work.clear();
    }
  };
  const auto put = [&](auto& input, Now now) {
    using Kind = std::remove_cvref_t<decltype(input)>;
    if constexpr (std::is_same_v<Kind, LinkOpened>) {
      holder.on_link_opened(now, input.properties);
    } else if constexpr (std::is_same_v<Kind, KeyUsed>) {
      const bool failed = !input.result;
      holder.on_key_result(input.id, std::move(input.result), now);
      work.done(failed);
    } else if constexpr (std::is_same_v<Kind, Authenticated>) {
      holder.on_holder_authenticated(input.id, std::move(input.result), now);
    } else if constexpr (std::is_same_v<Kind, Proven>) {
      holder.on_proof_result(input.id, std::move(input.proof), now);
      work.done(false);
    } else if constexpr (std::is_same_v<Kind, Decided>) {
      const auto released =
          input.consent ? holder.answer(*input.consent, crypto::system_rng(), now) : holder.decline(input.round, now);
      if (released || released.error().code == Errc::wrong_state) return;  // the session has ended meanwhile
      misuse = released.error();
      holder.cancel(now);
    }
  };
  Result<void> ended;
  std::exception_ptr thrown;
  try {
    ended = co_await drive(holder, std::move(open), options, inbox, perform, put);
  } catch (...) {
    thrown = std::current_exception();
  }
  // A handler that was cancelled may have something to tidy up, with what it borrows of whoever waits for this.
  while (*asking > 0) (void)co_await inbox->take(std::nullopt);
  if (thrown) std::rethrow_exception(thrown);
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
