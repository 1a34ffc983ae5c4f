#include "mdoc/holder.hpp"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/try.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/session/mdoc_session.hpp"

namespace mdoc {

using engagement::DeviceEngagement;
using presentation::ResponseDraft;
using session::MdocSession;

namespace {

crypto::Curve ephemeral_curve(const HolderOptions& options, std::span<const presentation::Credential> credentials) {
  if (options.ephemeral_curve) return *options.ephemeral_curve;
  if (credentials.empty()) return crypto::Curve::p256;
  const crypto::Curve curve = credentials.front().device_public_key().curve();
  return crypto::info(curve).can_agree ? curve : crypto::Curve::p256;
}

}  // namespace

struct Holder::Impl {
  /// What happens with the request of this round.
  enum class State : std::uint8_t {
    listening,  // no request is open
    deciding,   // the holder has been asked
    signing,    // device keys are at work
  };

  Impl(std::vector<presentation::Credential> owned, DeviceEngagement made, MdocSession started, HolderOptions chosen,
       Now now)
      : credentials(std::move(owned)),
        engagement(std::move(made)),
        session(std::move(started)),
        options(std::move(chosen)) {
    emit(Event{.phase = Phase::engaged, .at = now.steady});
    emit(OpenLink{});
  }

  void emit(HolderEffect effect) { effects.push_back(std::move(effect)); }

  /// Hands on what the session wants, until it wants nothing.
  void pump(Now now) {
    while (auto effect = session.poll()) {
      if (auto* send = std::get_if<session::SendMessage>(&*effect)) {
        // Without push, only an answer can be sent: CloseLink, which follows, tells the rest.
        if (link.can_push || peer_waits) emit(SendMessage{std::move(send->message)});
        peer_waits = false;
      } else if (auto* received = std::get_if<session::MessageReceived>(&*effect)) {
        on_request(std::move(received->plaintext), now);
      } else {
        close(std::get<session::Closed>(*effect).reason, now);
      }
    }
  }

  void on_request(SharedBytes plaintext, Now now) {
    if (round == 0) emit(Event{.phase = Phase::session_established, .at = now.steady});
    ++round;
    auto question = understand(std::move(plaintext), now.utc);
    if (!question) return respond_with(presentation::response_status(question.error().code), now);
    emit(Event{.phase = Phase::request_received, .round = round, .at = now.steady});
    request_digest = question->options.request_digest;
    state = State::deciding;
    emit(*std::move(question));
  }

  [[nodiscard]] Result<ConsentNeeded> understand(SharedBytes plaintext, UtcSeconds now) const {
    const cbor::DecodeContext context{.limits = options.limits, .level = options.level};
    MDOC_TRY(const auto request, model::decode_device_request(std::move(plaintext), context));
    const auto version = parse_version(request.version);
    if (!version || version->major != 1) return Error{.code = Errc::unsupported_version, .where = "DeviceRequest"};
    MDOC_TRY(auto match, presentation::match(request, credentials, now,
                                             {.partial = options.partial, .released_ages = released_ages}));
    return ConsentNeeded{.round = round, .options = std::move(match), .readers = judge_readers(request, now)};
  }

  [[nodiscard]] presentation::RequestReaders judge_readers(const model::DeviceRequest& request, UtcSeconds now) const {
    const trust::TrustStore nobody;
    const auto* const transcript = session.transcript();
    auto clock = ClockPolicy::for_level(options.level);
    clock.quality = options.clock;
    return presentation::judge_reader_authentication(
        request, {.trust = options.reader_trust ? *options.reader_trust : nobody,
                  .session_transcript = transcript != nullptr ? transcript->bytes().view() : ByteView{},
                  .now = now,
                  .clock = clock,
                  .level = options.level,
                  .revocation = options.revocation_policy,
                  .revocation_sources = options.revocation ? options.revocation->sources() : trust::RevocationSources{},
                  .limits = options.limits,
                  .constants = options.constants});
  }

  void respond_with(model::ResponseStatus status, Now now) {
    auto response = presentation::encode_status(status);
    if (!response) return session.fail(response.error());
    respond(*response, now);
  }

  void respond(ByteView device_response, Now now) {
    state = State::listening;
    draft.reset();
    answers.clear();
    // Whoever wants no further requests ends the session (9.1.1.4): status 20 rides on the last answer.
    const bool last = round >= options.max_rounds;
    const auto after = last ? session::AfterResponse::terminate : session::AfterResponse::wait;
    const auto sent = session.respond(device_response, after, now.steady);
    if (!sent) return session.fail(sent.error());
    answered = true;
    emit(Event{.phase = Phase::response_sent, .round = round, .at = now.steady});
  }

  void use_keys(ResponseDraft prepared, Now now) {
    state = State::signing;
    draft.emplace(std::move(prepared));
    const auto requests = draft->key_requests();
    first_key_id = next_key_id;
    answers.resize(requests.size());
    for (const crypto::KeyRequest& request : requests) emit(UseKey{.id = next_key_id++, .request = request});
    if (requests.empty()) complete(now);
  }

  void complete(Now now) {
    std::vector<crypto::KeyResponse> responses;
    for (auto& answer : answers) responses.push_back(*std::move(answer));
    auto response = (*std::move(draft)).finish(std::move(responses));
    if (!response) return respond_with(model::ResponseStatus::general_error, now);
    respond(*response, now);
  }

  void close(std::optional<Error> reason, Now now) {
    if (std::exchange(closed, true)) return;
    // Many a reader hangs up as soon as it has its answer; nothing is missing then.
    if (reason && reason->code == Errc::link_closed && answered && state == State::listening) reason.reset();
    state = State::listening;
    draft.reset();
    answers.clear();
    emit(CloseLink{});
    emit(Event{.phase = Phase::closed, .at = now.steady});
    emit(Closed{.reason = reason});
  }

  std::vector<presentation::Credential> credentials;
  DeviceEngagement engagement;
  MdocSession session;
  HolderOptions options;
  transport::LinkProperties link{};
  State state = State::listening;
  unsigned round = 0;
  bool peer_waits = false;  // for an answer to its last message
  bool answered = false;
  bool link_open = false;
  bool closed = false;
  crypto::Digest request_digest;             // of the request in `deciding`
  presentation::ReleasedAges released_ages;  // in all rounds
  std::optional<ResponseDraft> draft;
  std::vector<std::optional<crypto::KeyResponse>> answers;  // of the keys, in the order of the draft
  std::uint64_t first_key_id = 1;
  std::uint64_t next_key_id = 1;
  std::deque<HolderEffect> effects;
};

Holder::Holder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Holder::Holder(Holder&&) noexcept = default;
Holder& Holder::operator=(Holder&&) noexcept = default;
Holder::~Holder() = default;

Result<Holder> Holder::create(std::vector<presentation::Credential> credentials,
                              std::span<const engagement::RetrievalMethod> offered, Rng& rng, Now now,
                              HolderOptions options) {
  MDOC_TRY(auto e_device_key, crypto::PrivateKey::generate(ephemeral_curve(options, credentials), rng));
  MDOC_TRY(auto engagement,
           DeviceEngagement::for_qr(e_device_key.public_key(), offered, options.engagement, options.constants));
  const session::SessionOptions session_options{.establishment_timeout = options.establishment_timeout,
                                                .inactivity_timeout = options.inactivity_timeout,
                                                .decoding = {.limits = options.limits, .level = options.level},
                                                .constants = options.constants};
  MDOC_TRY(auto session, MdocSession::create(engagement, std::move(e_device_key), engagement::QrHandover{}, now.steady,
                                             session_options));
  return Holder(std::make_unique<Impl>(std::move(credentials), std::move(engagement), std::move(session),
                                       std::move(options), now));
}

std::string Holder::qr_code() const { return engagement::qr_code_text(impl_->engagement, impl_->options.constants); }

ByteView Holder::device_engagement() const noexcept { return impl_->engagement.bytes().view(); }

Result<void> Holder::answer(const presentation::Consent& consent, Rng& rng, Now now) {
  if (impl_->closed || impl_->state != Impl::State::deciding) {
    return Error{.code = Errc::wrong_state, .where = "Holder"};
  }
  const auto* transcript = impl_->session.transcript();
  const auto* e_reader_key = impl_->session.e_reader_key();
  if (transcript == nullptr || e_reader_key == nullptr) return Error{.code = Errc::wrong_state, .where = "Holder"};
  MDOC_TRY(auto draft,
           ResponseDraft::prepare(impl_->request_digest, consent, impl_->credentials, transcript->bytes(),
                                  e_reader_key->value().coordinates(), rng,
                                  {.preferred = impl_->options.device_auth, .constants = impl_->options.constants}));
  // An older consent to the same words may name ages that others have taken the place of since.
  if (!impl_->released_ages.add(consent)) return Error{.code = Errc::consent_mismatch, .where = "Consent"};
  impl_->emit(Event{.phase = Phase::consent_given, .round = impl_->round, .at = now.steady});
  impl_->use_keys(std::move(draft), now);
  impl_->pump(now);
  return {};
}

Result<void> Holder::decline(unsigned round, Now now) {
  if (impl_->closed || impl_->state != Impl::State::deciding || round != impl_->round) {
    return Error{.code = Errc::wrong_state, .where = "Holder"};
  }
  impl_->emit(Event{.phase = Phase::consent_given, .round = round, .at = now.steady});
  impl_->respond_with(model::ResponseStatus::ok, now);
  impl_->pump(now);
  return {};
}

void Holder::cancel(Now now) {
  if (impl_->closed) return;
  impl_->session.finish();
  impl_->pump(now);
}

void Holder::on_link_opened(Now now, transport::LinkProperties link) {
  if (impl_->closed || std::exchange(impl_->link_open, true)) return;
  impl_->link = link;
  impl_->emit(Event{.phase = Phase::link_opened, .at = now.steady});
  impl_->pump(now);
}

void Holder::on_message(SharedBytes message, Now now) {
  if (impl_->closed || !impl_->link_open) return;
  impl_->peer_waits = true;
  impl_->session.on_message(std::move(message), now.steady);
  impl_->pump(now);
}

void Holder::on_key_result(std::uint64_t id, Result<crypto::KeyResponse> result, Now now) {
  if (impl_->closed || impl_->state != Impl::State::signing) return;
  if (id < impl_->first_key_id || id - impl_->first_key_id >= impl_->answers.size()) return;
  auto& answer = impl_->answers[static_cast<std::size_t>(id - impl_->first_key_id)];
  if (answer) return;
  if (!result) {
    impl_->respond_with(model::ResponseStatus::general_error, now);
  } else {
    answer = *std::move(result);
    if (std::ranges::all_of(impl_->answers, [](const auto& each) { return each.has_value(); })) impl_->complete(now);
  }
  impl_->pump(now);
}

void Holder::on_link_closed(Now now) {
  if (impl_->closed) return;
  impl_->session.on_link_closed();
  impl_->pump(now);
}

void Holder::on_timer(Now now) {
  if (impl_->closed) return;
  impl_->session.on_timer(now.steady);
  impl_->pump(now);
}

std::optional<TimePoint> Holder::deadline() const noexcept {
  if (impl_->closed) return std::nullopt;
  return impl_->session.deadline();
}

std::optional<HolderEffect> Holder::poll() {
  if (impl_->effects.empty()) return std::nullopt;
  HolderEffect effect = std::move(impl_->effects.front());
  impl_->effects.pop_front();
  return effect;
}

}  // namespace mdoc
