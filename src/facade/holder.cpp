#include "mdoc/holder.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <set>
#include <string_view>
#include <utility>

#include "core/deadline.hpp"
#include "core/try.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/session/mdoc_session.hpp"

namespace mdoc {

using engagement::DeviceEngagement;
using presentation::Consent;
using presentation::ResponseDraft;
using session::MdocSession;

namespace {

constexpr std::array<std::string_view, 5> outcome_names{"released", "nothing", "not-authenticated", "key-denied",
                                                        "failed"};

crypto::Curve ephemeral_curve(const HolderOptions& options, std::span<const presentation::Credential> credentials) {
  if (options.ephemeral_curve) return *options.ephemeral_curve;
  if (credentials.empty()) return crypto::Curve::p256;
  const crypto::Curve curve = credentials.front().device_public_key().curve();
  return crypto::info(curve).can_agree ? curve : crypto::Curve::p256;
}

/// CredentialUse::session.
Result<std::string> session_of_uses(Rng& rng) {
  std::array<std::uint8_t, 16> name{};
  MDOC_CHECK(rng.fill(name));
  return to_hex(name);
}

}  // namespace

std::string_view name(ResponseOutcome outcome) noexcept { return outcome_names[static_cast<std::size_t>(outcome)]; }

struct Holder::Impl {
  /// What happens with the request of this round.
  enum class State : std::uint8_t {
    listening,       // no request is open
    deciding,        // the holder has been asked
    authenticating,  // agreed; the holder is being authenticated
    signing,         // device keys are at work
    proving,         // provers are
  };

  /// One key request of the draft.
  struct KeyWork {
    bool asked = false;
    std::optional<crypto::KeyResponse> answer{};
  };

  Impl(std::vector<presentation::Credential> owned, DeviceEngagement made, MdocSession started, std::string of_uses,
       HolderOptions chosen, Now now)
      : credentials(std::move(owned)),
        use_session(std::move(of_uses)),
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
    if (!question) return respond_with(presentation::response_status(question.error().code), question.error(), now);
    emit(Event{.phase = Phase::request_received, .round = round, .at = now.steady});
    refusal = Consent::to_nothing(question->options);
    readers = question->readers;
    state = State::deciding;
    emit(*std::move(question));
  }

  [[nodiscard]] Result<ConsentNeeded> understand(SharedBytes plaintext, UtcSeconds now) const {
    const cbor::DecodeContext context{.limits = options.limits, .level = options.level};
    MDOC_TRY(const auto request, model::decode_device_request(std::move(plaintext), context));
    const auto version = parse_version(request.version);
    if (!version || version->major != 1) return Error{.code = Errc::unsupported_version, .where = "DeviceRequest"};
    const auto* const e_reader_key = session.e_reader_key();
    auto judged = judge_readers(request, now);
    MDOC_TRY(auto match, presentation::match(request, credentials, now,
                                             {.partial = options.partial,
                                              .provers = options.provers,
                                              .proofs = options.proofs,
                                              .released_ages = released_ages,
                                              .device_signed = options.device_signed,
                                              .e_reader_key = e_reader_key != nullptr
                                                                  ? std::optional(e_reader_key->value().coordinates())
                                                                  : std::nullopt,
                                              .profiles = options.profiles,
                                              .readers = &judged}));
    return ConsentNeeded{.round = round, .options = std::move(match), .readers = std::move(judged)};
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
                  .doc_types = options.profiles,
                  .revocation = options.revocation_policy,
                  .revocation_sources = options.revocation ? options.revocation->sources() : trust::RevocationSources{},
                  .limits = options.limits,
                  .constants = options.constants});
  }

  /// Where a profile requires a trusted reader, it is the one of this session.
  [[nodiscard]] bool goes_to_trusted_readers(const Consent& consent) const {
    return std::ranges::all_of(consent.documents(), [&](const presentation::DocumentOption& document) {
      return document.rules.reader_authentication != profile::ReaderAuthenticationRule::required ||
             readers.is_trusted(document.doc_request);
    });
  }

  void respond_with(model::ResponseStatus status, const Error& reason, Now now) {
    auto response = presentation::encode_status(status, options.response_version);
    if (!response) return session.fail(response.error());
    respond(*response, {.round = round, .outcome = ResponseOutcome::failed, .status = status, .reason = reason}, now);
  }

  /// Whatever the reason, the reader sees the same (second edition, E.9).
  void release_nothing(ResponseOutcome outcome, std::optional<Error> reason, Now now) {
    const auto response = presentation::encode_refusal(*refusal, options.error_codes, options.response_version);
    if (!response) return session.fail(response.error());
    respond(response->bytes, {.round = round, .outcome = outcome, .status = response->status, .reason = reason}, now);
  }

  void respond(ByteView device_response, ResponseSent sent, Now now) {
    to_listening();
    // Whoever wants no further requests ends the session (9.1.1.4): status 20 rides on the last answer.
    const bool last = round >= options.max_rounds;
    const auto after = last ? session::AfterResponse::terminate : session::AfterResponse::wait;
    const auto accepted = session.respond(device_response, after, now.steady);
    if (!accepted) return session.fail(accepted.error());
    answered = true;
    sent.size = device_response.size();
    emit(Event{.phase = Phase::response_sent, .round = round, .at = now.steady});
    emit(std::move(sent));
  }

  void to_listening() {
    state = State::listening;
    // Nobody is to be prompted for an answer that has been sent.
    std::erase_if(effects, [](const HolderEffect& effect) {
      return std::holds_alternative<AuthenticateHolder>(effect) || std::holds_alternative<UseKey>(effect) ||
             std::holds_alternative<MakeProof>(effect);
    });
    refusal.reset();
    readers = {};
    draft.reset();
    key_work.clear();
    proofs.clear();
    work_deadline.reset();
  }

  [[nodiscard]] Result<ResponseDraft> prepare(const Consent& consent, Rng& rng, UtcSeconds now) const {
    const auto* transcript = session.transcript();
    const auto* e_reader_key = session.e_reader_key();
    if (transcript == nullptr || e_reader_key == nullptr) return Error{.code = Errc::wrong_state, .where = "Holder"};
    return ResponseDraft::prepare(refusal->request_digest(), consent, credentials, transcript->bytes(),
                                  e_reader_key->value().coordinates(), rng,
                                  {.preferred = options.device_auth,
                                   .error_codes = options.error_codes,
                                   .version = options.response_version,
                                   .now = now,
                                   .constants = options.constants});
  }

  /// No key is used before its holder was asked for.
  void authenticate(ResponseDraft prepared, Now now) {
    draft.emplace(std::move(prepared));
    const bool needed = !draft->uses().empty();
    if (!needed || options.holder_authentication != presentation::HolderAuthenticationMode::asked) {
      if (!draft->statements_needed().empty()) {
        return release_nothing(ResponseOutcome::not_authenticated,
                               Error{.code = Errc::declined, .where = "AuthenticateHolder"}, now);
      }
      return use_keys(now);
    }
    state = State::authenticating;
    work_deadline = deadline_after(now.steady, options.holder_authentication_timeout);
    AuthenticateHolder question{.id = ++last_id, .round = round};
    for (const auto& use : draft->uses()) question.credentials.push_back(use.credential_id);
    question.statements.assign(draft->statements_needed().begin(), draft->statements_needed().end());
    emit(std::move(question));
  }

  void on_authenticated(Result<presentation::HolderAuthentication> result, Now now) {
    if (!result) return release_nothing(ResponseOutcome::not_authenticated, result.error(), now);
    if (!draft->statements_needed().empty()) {
      const auto stated = draft->state(result->statements);
      // A device that does not state what it agreed to has not matched its holder.
      if (!stated) return release_nothing(ResponseOutcome::not_authenticated, stated.error(), now);
    }
    use_keys(now);
  }

  void use_keys(Now now) {
    state = State::signing;
    const std::size_t count = draft->key_requests().size();
    first_key_id = last_id + 1;
    last_id += count;
    key_work.resize(count);
    if (count == 0) return complete(now);
    work_deadline = deadline_after(now.steady, options.key_timeout);
    ask_for_keys();
  }

  /// Asks for every key that may be used now. Of a credential whose use is not known to be recorded, only the first:
  /// the others would be used whether that went well or not.
  void ask_for_keys() {
    const auto requests = draft->key_requests();
    const auto uses = draft->uses();
    std::set<std::string_view> being_recorded;
    for (std::size_t i = 0; i < key_work.size(); ++i) {
      const presentation::CredentialUse& use = uses[i];
      const bool recorded = used.contains(use.credential_id);
      if (!recorded && !being_recorded.insert(use.credential_id).second) continue;
      if (std::exchange(key_work[i].asked, true)) continue;
      reserve(use);
      UseKey wanted{.id = first_key_id + i, .request = requests[i]};
      if (!recorded) wanted.record.emplace(use).session = use_session;
      emit(std::move(wanted));
    }
  }

  /// From the moment that its use is asked for, the key is for this alone.
  void reserve(const presentation::CredentialUse& use) {
    for (presentation::Credential& credential : credentials) {
      if (credential.id() == use.credential_id) credential.reserve_for(use.method);
    }
  }

  void on_key_used(std::size_t index, crypto::KeyResponse response, Now now) {
    key_work[index].answer = std::move(response);
    // A key that was used is one whose use was recorded before; of any other result nobody knows.
    used.insert(draft->uses()[index].credential_id);
    ask_for_keys();
    const auto is_done = [](const KeyWork& each) { return each.answer.has_value(); };
    if (std::ranges::all_of(key_work, is_done)) complete(now);
  }

  void complete(Now now) {
    std::vector<crypto::KeyResponse> responses;
    for (KeyWork& each : key_work) responses.push_back(*std::move(each.answer));
    if (const auto done = draft->authenticate(std::move(responses)); !done) {
      return respond_with(model::ResponseStatus::general_error, done.error(), now);
    }
    const auto requests = draft->proof_requests();
    state = State::proving;
    proofs.resize(requests.size());
    first_proof_id = last_id + 1;
    if (requests.empty()) return send_proven(now);
    work_deadline = deadline_after(now.steady, options.proof_timeout);
    for (const auto& request : requests) emit(MakeProof{.id = ++last_id, .request = request});
  }

  void send_proven(Now now) {
    std::vector<Result<Bytes>> made;
    for (auto& proof : proofs) {
      made.push_back(proof ? *std::move(proof) : Error{.code = Errc::timed_out, .where = "MakeProof"});
    }
    auto response = (*std::move(draft)).finish_with_proofs(std::move(made));
    if (!response) return respond_with(model::ResponseStatus::general_error, response.error(), now);
    ResponseSent sent{.round = round, .outcome = ResponseOutcome::released, .status = response->status};
    if (!response->lost.empty()) sent.reason = response->lost.front().reason;
    sent.lost = std::move(response->lost);
    if (sent.status != model::ResponseStatus::ok) {
      sent.outcome = ResponseOutcome::failed;
      sent.reason = Error{.code = Errc::too_large, .where = "DeviceResponse"};
    } else if (!response->releases) {
      sent.outcome = ResponseOutcome::nothing;
    } else {
      released_ages = agreed_ages;
    }
    respond(response->bytes, std::move(sent), now);
  }

  void on_key_failure(const Error& error, Now now) {
    if (error.kind() == ErrorKind::denied) return release_nothing(ResponseOutcome::key_denied, error, now);
    respond_with(model::ResponseStatus::general_error, error, now);
  }

  /// Whoever was asked has not answered.
  void give_up_waiting(Now now) {
    if (state == State::proving) return send_proven(now);  // without what is not there
    if (state == State::signing) return on_key_failure({.code = Errc::timed_out, .where = "UseKey"}, now);
    const Error late{.code = Errc::timed_out, .where = "AuthenticateHolder"};
    release_nothing(ResponseOutcome::not_authenticated, late, now);
  }

  void close(std::optional<Error> reason, Now now) {
    if (std::exchange(closed, true)) return;
    // Many a reader hangs up as soon as it has its answer; nothing is missing then.
    if (reason && reason->code == Errc::link_closed && answered && state == State::listening) reason.reset();
    to_listening();
    emit(CloseLink{});
    emit(Event{.phase = Phase::closed, .at = now.steady});
    emit(Closed{.reason = reason});
  }

  std::vector<presentation::Credential> credentials;
  std::string use_session;  // CredentialUse::session
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
  std::optional<Consent> refusal;            // of the request that is open
  presentation::RequestReaders readers;      // likewise
  presentation::ReleasedAges released_ages;  // in all rounds
  presentation::ReleasedAges agreed_ages;    // with what was agreed to and is being released
  std::set<std::string> used;                // credentials whose use was recorded, in all rounds
  std::optional<ResponseDraft> draft;
  std::vector<KeyWork> key_work;  // in the order of the draft
  std::uint64_t last_id = 0;      // of AuthenticateHolder, UseKey and MakeProof
  std::uint64_t first_key_id = 1;
  std::vector<std::optional<Result<Bytes>>> proofs;  // in the order of the draft
  std::uint64_t first_proof_id = 1;
  std::optional<TimePoint> work_deadline;  // for whoever was asked with last_id
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
  MDOC_TRY(auto use_session, session_of_uses(rng));
  MDOC_TRY(auto engagement,
           DeviceEngagement::for_qr(e_device_key.public_key(), offered, options.engagement, options.constants));
  const session::SessionOptions session_options{.establishment_timeout = options.establishment_timeout,
                                                .inactivity_timeout = options.inactivity_timeout,
                                                .decoding = {.limits = options.limits, .level = options.level},
                                                .constants = options.constants};
  MDOC_TRY(auto session, MdocSession::create(engagement, std::move(e_device_key), engagement::QrHandover{}, now.steady,
                                             session_options));
  return Holder(std::make_unique<Impl>(std::move(credentials), std::move(engagement), std::move(session),
                                       std::move(use_session), std::move(options), now));
}

std::string Holder::qr_code() const { return engagement::qr_code_text(impl_->engagement, impl_->options.constants); }

ByteView Holder::device_engagement() const noexcept { return impl_->engagement.bytes().view(); }

ByteView Holder::e_device_key_bytes() const noexcept { return impl_->engagement.e_device_key_bytes().bytes(); }

Result<void> Holder::answer(const presentation::Consent& consent, Rng& rng, Now now) {
  if (impl_->closed || impl_->state != Impl::State::deciding) {
    return Error{.code = Errc::wrong_state, .where = "Holder"};
  }
  if (!impl_->goes_to_trusted_readers(consent)) return Error{.code = Errc::consent_mismatch, .where = "Consent"};
  auto draft = impl_->prepare(consent, rng, now.utc);
  const bool unprovable = !draft && draft.error().code == Errc::wrong_key_use;
  if (!draft && !unprovable) return draft.error();
  // An older consent to the same words may name ages that others have taken the place of since.
  auto ages = impl_->released_ages;
  if (!ages.add(consent)) return Error{.code = Errc::consent_mismatch, .where = "Consent"};
  impl_->emit(Event{.phase = Phase::consent_given, .round = impl_->round, .at = now.steady});
  if (unprovable) {
    // By an error the reader would learn that there was something to agree to.
    impl_->release_nothing(ResponseOutcome::key_denied, draft.error(), now);
  } else {
    impl_->agreed_ages = std::move(ages);
    impl_->authenticate(*std::move(draft), now);
  }
  impl_->pump(now);
  return {};
}

Result<void> Holder::decline(unsigned round, Now now) {
  if (impl_->closed || impl_->state != Impl::State::deciding || round != impl_->round) {
    return Error{.code = Errc::wrong_state, .where = "Holder"};
  }
  impl_->emit(Event{.phase = Phase::consent_given, .round = round, .at = now.steady});
  impl_->release_nothing(ResponseOutcome::nothing, std::nullopt, now);
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

void Holder::on_holder_authenticated(std::uint64_t id, Result<presentation::HolderAuthentication> result, Now now) {
  if (impl_->closed || impl_->state != Impl::State::authenticating || id != impl_->last_id) return;
  impl_->on_authenticated(std::move(result), now);
  impl_->pump(now);
}

void Holder::on_key_result(std::uint64_t id, Result<crypto::KeyResponse> result, Now now) {
  if (impl_->closed || impl_->state != Impl::State::signing) return;
  if (id < impl_->first_key_id || id - impl_->first_key_id >= impl_->key_work.size()) return;
  const auto index = static_cast<std::size_t>(id - impl_->first_key_id);
  if (!impl_->key_work[index].asked || impl_->key_work[index].answer) return;
  if (!result) {
    impl_->on_key_failure(result.error(), now);
  } else {
    impl_->on_key_used(index, *std::move(result), now);
  }
  impl_->pump(now);
}

void Holder::on_proof_result(std::uint64_t id, Result<Bytes> proof, Now now) {
  if (impl_->closed || impl_->state != Impl::State::proving) return;
  if (id < impl_->first_proof_id || id - impl_->first_proof_id >= impl_->proofs.size()) return;
  auto& place = impl_->proofs[static_cast<std::size_t>(id - impl_->first_proof_id)];
  if (place) return;
  place = std::move(proof);
  if (std::ranges::all_of(impl_->proofs, [](const auto& each) { return each.has_value(); })) impl_->send_proven(now);
  impl_->pump(now);
}

void Holder::on_link_closed(Now now) {
  if (impl_->closed) return;
  impl_->session.on_link_closed();
  impl_->pump(now);
}

void Holder::on_timer(Now now) {
  if (impl_->closed) return;
  if (impl_->work_deadline && now.steady >= *impl_->work_deadline) impl_->give_up_waiting(now);
  impl_->session.on_timer(now.steady);
  impl_->pump(now);
}

std::optional<TimePoint> Holder::deadline() const noexcept {
  if (impl_->closed) return std::nullopt;
  const auto of_session = impl_->session.deadline();
  if (!impl_->work_deadline) return of_session;
  return of_session ? std::min(*of_session, *impl_->work_deadline) : impl_->work_deadline;
}

presentation::HolderAuthenticationMode Holder::holder_authentication() const noexcept {
  return impl_->options.holder_authentication;
}

std::optional<HolderEffect> Holder::poll() {
  if (impl_->effects.empty()) return std::nullopt;
  HolderEffect effect = std::move(impl_->effects.front());
  impl_->effects.pop_front();
  return effect;
}

}  // namespace mdoc
