#include "mdoc/reader.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/try.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/session/reader_session.hpp"

namespace mdoc {

using engagement::DeviceEngagement;
using session::ReaderSession;

struct Reader::Impl {
  Impl(DeviceEngagement given, const cbor::DeviationLog& met, ReaderSession started,
       std::shared_ptr<const trust::TrustStore> anchors, ReaderOptions chosen, Now now)
      : engagement(std::move(given)),
        deviations(met),
        session(std::move(started)),
        trust(std::move(anchors)),
        options(std::move(chosen)),
        link_deadline(now.steady + options.link_timeout) {
    emit(Event{.phase = Phase::engaged, .at = now.steady});
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

  void emit(ReaderEffect effect) { effects.push_back(std::move(effect)); }

  /// Hands on what the session wants, until it wants nothing.
  void pump(Now now) {
    while (auto effect = session.poll()) {
      if (auto* send = std::get_if<session::SendMessage>(&*effect)) {
        emit(SendMessage{std::move(send->message)});
      } else if (auto* received = std::get_if<session::MessageReceived>(&*effect)) {
        on_response(std::move(received->plaintext), now);
      } else {
        close(std::get<session::Closed>(*effect).reason, now);
      }
    }
  }

  void send_request(Now now) {
    if (const auto sent = session.request(request->encoded.view(), now.steady); !sent)
      return session.fail(sent.error());
    emit(Event{.phase = Phase::request_sent, .round = round, .at = now.steady});
  }

  void on_response(SharedBytes plaintext, Now now) {
    if (!std::exchange(established, true)) emit(Event{.phase = Phase::session_established, .at = now.steady});
    emit(Event{.phase = Phase::response_received, .round = round, .at = now.steady});
    const auto response = verification::UnverifiedResponse::decode(plaintext, options.level, options.limits);
    if (!response) {
      undecodable = response.error();
      return session.fail(response.error());
    }
    auto clock = ClockPolicy::for_level(options.level);
    clock.quality = options.clock;
    const verification::VerificationInput input{.trust = *trust,
                                                .now = now,
                                                .session_transcript = session.transcript().bytes(),
                                                .e_reader_key = session.e_reader_key(),
                                                .request = &*request,
                                                .clock = clock,
                                                .revocation = options.revocation_policy,
                                                .revocation_sources = options.revocation != nullptr
                                                                          ? options.revocation->sources()
                                                                          : trust::RevocationSources{},
                                                .constants = options.constants,
                                                .stopwatch = options.stopwatch};
    outstanding = false;
    emit(ResponseReceived{
        .round = round, .outcome = verification::verify(*response, input), .device_response = std::move(plaintext)});
    const TimePoint verified = options.stopwatch != nullptr ? options.stopwatch->now() : now.steady;
    emit(Event{.phase = Phase::response_verified, .round = round, .at = verified});
  }

  void close(std::optional<Error> reason, Now now) {
    if (std::exchange(closed, true)) return;
    // Many an mdoc hangs up as soon as its answer is out; nothing is missing then.
    if (reason && reason->code == Errc::link_closed && round > 0 && !outstanding) reason.reset();
    // Nor is it good order where the mdoc ended the session with an answer that nobody can read.
    if (!reason) reason = undecodable;
    outstanding = false;
    emit(CloseLink{});
    emit(Event{.phase = Phase::closed, .at = now.steady});
    emit(Closed{.reason = reason});
  }

  DeviceEngagement engagement;
  cbor::DeviationLog deviations;  // of the engagement
  ReaderSession session;
  std::shared_ptr<const trust::TrustStore> trust;
  ReaderOptions options;
  TimePoint link_deadline;
  std::optional<model::DeviceRequest> request;  // of the current round
  std::optional<Error> undecodable;             // why the last answer is none
  unsigned round = 0;
  bool outstanding = false;  // a request waits for the link or for its answer
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

std::span<const cbor::Deviation> Reader::engagement_deviations() const noexcept { return impl_->deviations.entries(); }

const SharedBytes& Reader::session_transcript() const noexcept { return impl_->session.transcript().bytes(); }

Result<void> Reader::request(const model::DeviceRequest& wanted, Now now) {
  if (impl_->closed || impl_->outstanding) return Error{.code = Errc::wrong_state, .where = "Reader"};
  impl_->request = wanted;
  impl_->outstanding = true;
  ++impl_->round;
  if (impl_->link_open) {
    impl_->send_request(now);
    impl_->pump(now);
  }
  return {};
}

void Reader::finish(Now now) {
  if (impl_->closed) return;
  impl_->session.finish();
  impl_->pump(now);
}

void Reader::cancel(Now now) { finish(now); }

void Reader::on_link_opened(Now now) {
  if (impl_->closed || std::exchange(impl_->link_open, true)) return;
  impl_->emit(Event{.phase = Phase::link_opened, .at = now.steady});
  if (impl_->outstanding) impl_->send_request(now);
  impl_->pump(now);
}

void Reader::on_message(SharedBytes message, Now now) {
  if (impl_->closed || !impl_->link_open) return;
  impl_->session.on_message(std::move(message), now.steady);
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
    impl_->session.on_timer(now.steady);
  }
  impl_->pump(now);
}

std::optional<TimePoint> Reader::deadline() const noexcept {
  if (impl_->closed) return std::nullopt;
  const auto of_session = impl_->session.deadline();
  if (impl_->link_open) return of_session;
  return of_session ? std::min(*of_session, impl_->link_deadline) : impl_->link_deadline;
}

std::optional<ReaderEffect> Reader::poll() {
  if (impl_->effects.empty()) return std::nullopt;
  ReaderEffect effect = std::move(impl_->effects.front());
  impl_->effects.pop_front();
  return effect;
}

}  // namespace mdoc
