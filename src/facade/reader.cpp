#include "mdoc/reader.hpp"

#include <algorithm>
#include <deque>
#include <utility>
#include <variant>
#include <vector>

#include "core/deadline.hpp"
#include "core/try.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/profile/request_rules.hpp"
#include "mdoc/session/reader_session.hpp"

namespace mdoc {

using engagement::DeviceEngagement;
using session::ReaderSession;

struct Reader::Impl {
  /// An answer with documents that keys are opening.
  struct Opening {
    verification::UnverifiedResponse response;
    verification::EncryptedDocumentsOpening work;
  };
  using KeyTask = std::variant<model::SignedRequestDraft, Opening>;
  /// Keys at work, and what for.
  struct KeyWork {
    KeyTask task;
    std::uint64_t first_id;
    TimePoint deadline;
    std::vector<std::optional<Result<crypto::KeyResponse>>> answers;
  };

  Impl(DeviceEngagement given, const cbor::DeviationLog& met, ReaderSession started,
       std::shared_ptr<const trust::TrustStore> anchors, ReaderOptions chosen, Now now)
      : engagement(std::move(given)),
        deviations(met),
        session(std::move(started)),
        trust(std::move(anchors)),
        options(std::move(chosen)),
        link_deadline(deadline_after(now.steady, options.link_timeout)) {
    reach(Phase::engaged, 0, now.steady);
    emit(OpenLink{});
  }

  static Result<std::unique_ptr<Impl>> create(DeviceEngagement engagement, const cbor::DeviationLog& deviations,
                                              const engagement::Handover& handover,
                                              std::shared_ptr<const trust::TrustStore> trust, Rng& rng, Now now,
                                              ReaderOptions options) {
    if (!trust) return Error{.code = Errc::bad_argument, .where = "trust"};
    MDOC_TRY(auto e_reader_key, crypto::PrivateKey::generate(engagement.e_device_key().curve(), rng));
    const session::SessionOptions session_options{.establishment_timeout = {},  // the application decides when to ask
                                                  .inactivity_timeout = options.response_timeout,
                                                  .decoding = {.limits = options.limits, .level = options.level},
                                                  .constants = options.constants};
    MDOC_TRY(auto session,
             ReaderSession::create(engagement, handover, std::move(e_reader_key), now.steady, session_options));
    return std::make_unique<Impl>(std::move(engagement), deviations, std::move(session), std::move(trust),
                                  std::move(options), now);
  }

  [[nodiscard]] bool is_opening() const { return work && std::holds_alternative<Opening>(work->task); }

  void emit(ReaderEffect effect) { effects.push_back(std::move(effect)); }

  /// No phase is reached before the last one was. The stopwatch may be ahead of the input's time: what follows the
  /// verification within the same input, such as the end of the session, came after it.
  void reach(Phase phase, unsigned of_round, TimePoint at) {
    latest = std::max(latest, at);
    emit(Event{.phase = phase, .round = of_round, .at = latest});
  }

  /// Hands on what the session wants, until it wants nothing. While keys are at work it waits: with the end of the
  /// session goes the key that a MAC is checked with.
  void pump(Now now) {
    while (!is_opening()) {
      auto effect = session.poll();
      if (!effect) return;
      if (auto* send = std::get_if<session::SendMessage>(&*effect)) {
        emit(SendMessage{std::move(send->message)});
      } else if (auto* received = std::get_if<session::MessageReceived>(&*effect)) {
        on_response(std::move(received->plaintext), now);
      } else {
        close(std::get<session::Closed>(*effect).reason, now);
      }
    }
  }

  /// Sends what was asked for, as soon as it is signed and there is a link.
  void send_request(Now now) {
    if (!ready || !link_open) return;
    ready = false;
    if (const auto sent = session.request(request->encoded.view(), now.steady); !sent)
      return session.fail(sent.error());
    reach(Phase::request_sent, round, now.steady);
    emit(RequestSent{.round = round, .device_request = request->encoded});
  }

  /// Has the identities sign the request.
  void sign(Now now) {
    const auto& capabilities = engagement.capabilities();
    const bool takes_all = capabilities && capabilities->reader_auth_all;
    auto draft = model::SignedRequestDraft::prepare(
        *request, options.identities, takes_all ? model::RequestSignatures::all : model::RequestSignatures::each,
        session.transcript().bytes(), options.constants);
    if (!draft) return session.fail(draft.error());
    const auto requests = draft->key_requests();
    const std::vector<crypto::KeyRequest> wanted(requests.begin(), requests.end());
    use_keys(*std::move(draft), wanted, now);
  }

  void use_keys(KeyTask task, std::span<const crypto::KeyRequest> wanted, Now now) {
    work.emplace(KeyWork{.task = std::move(task),
                         .first_id = next_key_id,
                         .deadline = deadline_after(now.steady, options.key_timeout),
                         .answers = {}});
    work->answers.resize(wanted.size());
    for (const crypto::KeyRequest& each : wanted) emit(UseKey{.id = next_key_id++, .request = each});
    if (wanted.empty()) end_work(now);
  }

  /// Every key has answered, or had its time.
  void end_work(Now now) {
    KeyWork done = *std::move(work);
    work.reset();
    std::vector<Result<crypto::KeyResponse>> answers;
    for (auto& answer : done.answers) {
      answers.push_back(answer ? *std::move(answer) : Error{.code = Errc::timed_out, .where = "UseKey"});
    }
    if (auto* draft = std::get_if<model::SignedRequestDraft>(&done.task)) {
      finish_signing(std::move(*draft), std::move(answers), now);
    } else {
      finish_opening(std::get<Opening>(std::move(done.task)), std::move(answers), now);
    }
  }

  void finish_signing(model::SignedRequestDraft draft, std::vector<Result<crypto::KeyResponse>> answers, Now now) {
    std::vector<crypto::KeyResponse> signatures;
    for (auto& answer : answers) {
      if (!answer) return session.fail(answer.error());
      signatures.push_back(*std::move(answer));
    }
    auto finished = std::move(draft).finish(std::move(signatures));
    if (!finished) return session.fail(finished.error());
    request = *std::move(finished);
    ready = true;
    send_request(now);
  }

  void finish_opening(Opening opening, std::vector<Result<crypto::KeyResponse>> answers, Now now) {
    const auto opened = std::move(opening.work).finish(std::move(answers));
    if (!opened) return session.fail(opened.error());
    judge(opening.response, *opened, now);
  }

  void on_response(SharedBytes plaintext, Now now) {
    if (!std::exchange(established, true)) reach(Phase::session_established, 0, now.steady);
    reach(Phase::response_received, round, now.steady);
    auto response = verification::UnverifiedResponse::decode(std::move(plaintext), options.level, options.limits);
    if (!response) {
      undecodable = response.error();
      return session.fail(response.error());
    }
    if (options.recipient_keys.empty()) return judge(*response, {}, now);
    open(*std::move(response), now);
  }

  /// Has the keys open what is encrypted to them.
  void open(verification::UnverifiedResponse response, Now now) {
    auto prepared = verification::EncryptedDocumentsOpening::prepare(response, *request, session.transcript().bytes(),
                                                                     options.recipient_keys, options.constants);
    if (!prepared) return session.fail(prepared.error());
    const auto requests = prepared->key_requests();
    const std::vector<crypto::KeyRequest> wanted(requests.begin(), requests.end());
    use_keys(Opening{.response = std::move(response), .work = *std::move(prepared)}, wanted, now);
  }

  void judge(const verification::UnverifiedResponse& response, std::span<const verification::OpenedDocuments> opened,
             Now now) {
    auto clock = ClockPolicy::for_level(options.level);
    clock.quality = options.clock;
    const verification::VerificationInput input{.trust = *trust,
                                                .now = now,
                                                .session_transcript = session.transcript().bytes(),
                                                .e_reader_key = session.e_reader_key(),
                                                .request = &*request,
                                                .opened = opened,
                                                .clock = clock,
                                                .revocation = options.revocation_policy,
                                                .revocation_sources = options.revocation != nullptr
                                                                          ? options.revocation->sources()
                                                                          : trust::RevocationSources{},
                                                .zk_verifiers = options.zk_verifiers,
                                                .profiles = options.profiles,
                                                .holder_verified_by_device = options.holder_verified_by_device,
                                                .constants = options.constants,
                                                .stopwatch = options.stopwatch,
                                                .questions = options.questions,
                                                .today = options.today,
                                                .with_portrait = options.with_portrait};
    outstanding = false;
    // The bytes would give away what an answer stands for.
    const bool minimises = verification::minimises(options.questions);
    emit(ResponseReceived{.round = round,
                          .outcome = verification::verify(response, input),
                          .device_response = minimises ? SharedBytes() : response.bytes()});
    const TimePoint verified = options.stopwatch != nullptr ? options.stopwatch->now() : now.steady;
    reach(Phase::response_verified, round, verified);
  }

  void close(std::optional<Error> reason, Now now) {
    if (std::exchange(closed, true)) return;
    work.reset();
    // Many an mdoc hangs up as soon as its answer is out; nothing is missing then.
    if (reason && reason->code == Errc::link_closed && round > 0 && !outstanding) reason.reset();
    // Nor is it good order where the mdoc ended the session with an answer that nobody can read.
    if (!reason) reason = undecodable;
    outstanding = false;
    emit(CloseLink{});
    reach(Phase::closed, 0, now.steady);
    emit(Closed{.reason = reason});
  }

  DeviceEngagement engagement;
  cbor::DeviationLog deviations;  // of the engagement
  ReaderSession session;
  std::shared_ptr<const trust::TrustStore> trust;
  ReaderOptions options;
  TimePoint link_deadline;
  TimePoint latest = TimePoint::min();          // when the last phase was reached
  std::optional<model::DeviceRequest> request;  // of the current round
  std::optional<Error> undecodable;             // why the last answer is none
  std::optional<KeyWork> work;
  std::uint64_t next_key_id = 1;
  unsigned round = 0;
  bool outstanding = false;  // a request waits for its signature, for the link or for its answer
  bool ready = false;        // it waits for the link
  bool link_open = false;
  bool established = false;
  bool closed = false;
  std::deque<ReaderEffect> effects;
};

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::from_qr_code(std::string_view text, std::shared_ptr<const trust::TrustStore> trust, Rng& rng,
                                    Now now, ReaderOptions options) {
  cbor::DeviationLog deviations;
  const cbor::DecodeContext context{.limits = options.limits, .level = options.level, .sink = &deviations};
  MDOC_TRY(auto engagement, engagement::parse_qr_code(text, context, options.constants));
  MDOC_TRY(auto impl, Impl::create(std::move(engagement), deviations, engagement::QrHandover{}, std::move(trust), rng,
                                   now, std::move(options)));
  return Reader(std::move(impl));
}

Result<Reader> Reader::from_engagement(SharedBytes device_engagement, const engagement::Handover& handover,
                                       std::shared_ptr<const trust::TrustStore> trust, Rng& rng, Now now,
                                       ReaderOptions options) {
  cbor::DeviationLog deviations;
  const cbor::DecodeContext context{.limits = options.limits, .level = options.level, .sink = &deviations};
  MDOC_TRY(auto engagement,
           engagement::decode_device_engagement(std::move(device_engagement), context, options.constants));
  MDOC_TRY(auto impl,
           Impl::create(std::move(engagement), deviations, handover, std::move(trust), rng, now, std::move(options)));
  return Reader(std::move(impl));
}

std::span<const engagement::RetrievalMethod> Reader::retrieval_methods() const noexcept {
  return impl_->engagement.retrieval_methods();
}

ByteView Reader::e_device_key_bytes() const noexcept { return impl_->engagement.e_device_key_bytes().bytes(); }

std::span<const cbor::Deviation> Reader::engagement_deviations() const noexcept { return impl_->deviations.entries(); }

bool Reader::takes_reader_auth_all() const noexcept {
  const auto& capabilities = impl_->engagement.capabilities();
  return capabilities && capabilities->reader_auth_all;
}

const SharedBytes& Reader::session_transcript() const noexcept { return impl_->session.transcript().bytes(); }

Result<void> Reader::request(const model::DeviceRequest& wanted, Now now) {
  if (impl_->closed || impl_->outstanding) return Error{.code = Errc::wrong_state, .where = "Reader"};
  MDOC_CHECK(profile::check_asked_ages(wanted, impl_->options.profiles));
  // "Shall not be sent unless the mdoc indicated support" (second edition, 10.2.6).
  if (!wanted.reader_auth_all.empty() && !takes_reader_auth_all()) {
    return Error{.code = Errc::bad_argument, .where = Path("DeviceRequest") / "readerAuthAll"};
  }
  impl_->request = wanted;
  impl_->outstanding = true;
  ++impl_->round;
  if (impl_->options.identities.empty()) {
    impl_->ready = true;
    impl_->send_request(now);
  } else {
    impl_->sign(now);
  }
  impl_->pump(now);
  return {};
}

void Reader::finish(Now now) {
  if (impl_->closed) return;
  impl_->work.reset();
  impl_->session.finish();
  impl_->pump(now);
}

void Reader::cancel(Now now) { finish(now); }

void Reader::on_link_opened(Now now) {
  if (impl_->closed || std::exchange(impl_->link_open, true)) return;
  impl_->reach(Phase::link_opened, 0, now.steady);
  impl_->send_request(now);
  impl_->pump(now);
}

void Reader::on_message(SharedBytes message, Now now) {
  if (impl_->closed || !impl_->link_open) return;
  impl_->session.on_message(std::move(message), now.steady);
  impl_->pump(now);
}

void Reader::on_key_result(std::uint64_t id, Result<crypto::KeyResponse> result, Now now) {
  if (impl_->closed || !impl_->work) return;
  Impl::KeyWork& work = *impl_->work;
  if (id < work.first_id || id - work.first_id >= work.answers.size()) return;
  auto& answer = work.answers[static_cast<std::size_t>(id - work.first_id)];
  if (answer) return;
  answer = std::move(result);
  if (!std::ranges::all_of(work.answers, [](const auto& each) { return each.has_value(); })) return;
  impl_->end_work(now);
  impl_->pump(now);
}

void Reader::on_link_closed(Now now) {
  if (impl_->closed) return;
  impl_->session.on_link_closed();
  impl_->pump(now);
}

void Reader::on_timer(Now now) {
  if (impl_->closed) return;
  if (!impl_->link_open && now.steady >= impl_->link_deadline) {
    impl_->session.fail({.code = Errc::timed_out, .where = "link"});
  } else {
    if (impl_->work && now.steady >= impl_->work->deadline) impl_->end_work(now);
    impl_->session.on_timer(now.steady);
  }
  impl_->pump(now);
}

std::optional<TimePoint> Reader::deadline() const noexcept {
  if (impl_->closed) return std::nullopt;
  auto next = impl_->session.deadline();
  const auto take = [&next](TimePoint other) { next = next ? std::min(*next, other) : other; };
  if (impl_->work) take(impl_->work->deadline);
  if (!impl_->link_open) take(impl_->link_deadline);
  return next;
}

std::optional<ReaderEffect> Reader::poll() {
  if (impl_->effects.empty()) return std::nullopt;
  ReaderEffect effect = std::move(impl_->effects.front());
  impl_->effects.pop_front();
  return effect;
}

}  // namespace mdoc
