#include "unit/properties/holder_walk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/device_response.hpp"

namespace mdoc::properties {

using namespace std::chrono_literals;
using presentation::Consent;
using presentation::DeviceAuthMethod;
using presentation::HolderAuthentication;
using presentation::HolderAuthenticationMode;
using State = HolderState;
using Input = HolderInput;

namespace {

const crypto::KeyRef device_key("device");
const NameSpace mdl_names("org.iso.18013.5.1");
constexpr std::array<const char*, 4> ages{"age_over_16", "age_over_18", "age_over_21", "age_over_65"};
const std::array<engagement::RetrievalMethod, 1> wifi{engagement::WifiOptions{.supported_bands = {0x04}}};

model::DocRequest ask(const std::string& doc_type, const std::vector<std::string>& elements, bool proof) {
  model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {{mdl_names, {}}}};
  for (const auto& element : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(element), false);
  if (proof) {
    items.request_info = model::DocRequestInfo{
        .zk_request = model::ZkRequest{.system_specs = {testing::fake_zk_spec()}, .zk_required = true}};
  }
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

/// What no key of ours has agreed on.
crypto::KeyResponse some_secret() {
  constexpr std::size_t size = 32;
  return SecretBytes::copy_of(Bytes(size, 1));
}

/// Plaintexts that are no request, and the status of the answer to each.
const std::vector<std::pair<Bytes, unsigned>>& no_requests() {
  static const std::vector<std::pair<Bytes, unsigned>> made{{{}, 11},     {{0xa1}, 11}, {{0xff}, 11},
                                                            {{0xa0}, 12}, {{0x01}, 12}, {{0x80}, 12}};
  return made;
}

}  // namespace

testing::SampleMdoc& HolderWalk::sample() {
  static testing::SampleMdoc& made = []() -> testing::SampleMdoc& {
    static testing::SampleMdoc issued;
    for (const char* age : ages) {
      const bool known = std::ranges::find(issued.items, age, &testing::SampleItem::identifier) != issued.items.end();
      if (known) continue;
      issued.items.push_back({mdl_names.str(), issued.items.size(), Bytes(32, static_cast<std::uint8_t>(age[9])), age,
                              testing::cbor_bool(true)});
    }
    return issued;
  }();
  return made;
}

const std::vector<presentation::Credential>& HolderWalk::credentials() {
  static const std::vector made{
      presentation::Credential::decode("licence", SharedBytes::take(sample().issuer_signed()), device_key).value()};
  return made;
}

HolderOptions HolderWalk::options() {
  return {.device_auth = signs_ ? DeviceAuthMethod::signature : DeviceAuthMethod::mac,
          .holder_authentication = asks_person_ ? HolderAuthenticationMode::asked : HolderAuthenticationMode::none,
          .provers = {prover_},
          .max_rounds = max_rounds_};
}

HolderWalk::HolderWalk(std::uint64_t seed, std::uint64_t number, State target, HolderCoverage& coverage)
    : dice_(seed, number),
      coverage_(coverage),
      target_(target),
      rng_(dice_.next()),
      signs_(target == State::proving || !dice_.one_in(3)),
      asks_person_(target == State::authenticating || !dice_.one_in(5)),
      max_rounds_(some_rounds()),
      can_push_(!dice_.one_in(4)),
      holder_(Holder::create(credentials(), wifi, rng_, now(), options()).value()),
      reader_(holder_.device_engagement(), rng_),
      session_deadline_(steady_ + 60s) {
  expectation_.add("event engaged");
  expectation_.add("open link");
  look();
}

unsigned HolderWalk::some_rounds() {
  constexpr unsigned usual = 64;
  if (!dice_.one_in(4)) return usual;
  return static_cast<unsigned>((target_ == State::waiting ? 2 : 1) + dice_.below(3));
}

void HolderWalk::run(Input input) {
  constexpr std::size_t suffix = 10;
  // Sometimes rounds have gone before, so that there are results of them to come late, and ages to be counted.
  if (max_rounds_ > 5 && target_ >= State::deciding && dice_.one_in(2)) {
    constexpr std::size_t many = 4;
    const bool curious = dice_.one_in(4);
    for (std::size_t rounds = curious ? many : 1; rounds > 0; --rounds) {
      if (curious) wanted_kind_ = Kind::ages;
      drive_to(State::deciding);
      drive_to(State::waiting);
    }
    wanted_kind_.reset();
  }
  drive_to(target_);
  if (::testing::Test::HasFailure()) return;
  apply(input);
  for (std::size_t i = 0; i < suffix && !::testing::Test::HasFailure(); ++i) {
    // Half of the time, on: else most walks would end at once.
    if (dice_.one_in(2)) {
      step_towards(dice_.one_in(2) ? State::proving : State::waiting);
    } else {
      apply(static_cast<Input>(dice_.below(holder_inputs.size())));
    }
    if (state_ == State::closed && dice_.one_in(2)) return;
  }
}

void HolderWalk::drive_to(State target) {
  const auto kind = wanted_kind_;
  if (target == State::proving) wanted_kind_ = dice_.one_in(2) ? Kind::proof : Kind::proof_and_plain;
  if (target == State::authenticating || target == State::signing) wanted_kind_ = Kind::two;
  for (std::size_t steps = 0; state_ != target && !::testing::Test::HasFailure(); ++steps) {
    ASSERT_LT(steps, 20u) << "cannot get to " << holder_states[static_cast<std::size_t>(target)];
    step_towards(target);
  }
  wanted_kind_ = kind;
}

void HolderWalk::step_towards(State target) {
  if (target == State::closed) return apply(dice_.one_in(2) ? Input::cancel : Input::link_closed);
  switch (state_) {
    case State::engaged: return apply(Input::link_opened);
    case State::linked:
    case State::waiting: return apply(Input::request);
    case State::deciding: return apply(Input::answer);
    case State::authenticating: return apply(Input::authenticated);
    case State::signing: return apply(Input::key_done);
    case State::proving: return apply(Input::proof_done);
    case State::closed: return apply(Input::cancel);
  }
}

void HolderWalk::apply(Input input) {
  coverage_.count(static_cast<std::size_t>(state_), static_cast<std::size_t>(input));
  SCOPED_TRACE(std::string(holder_inputs[static_cast<std::size_t>(input)]) + " while " +
               holder_states[static_cast<std::size_t>(state_)]);
  // Time passes, but no deadline.
  const auto deadline = holder_.deadline();
  if (!deadline || *deadline - steady_ > 4s) steady_ += std::chrono::seconds{dice_.below(3)};
  perform(input);
  look();
}

void HolderWalk::perform(Input input) {
  constexpr std::uint64_t unknown_status = 42;
  const bool is_message = input >= Input::request && input <= Input::status_unknown;
  if (is_message && state_ != State::engaged && state_ != State::closed) message_came_ = peer_waits_ = true;
  switch (input) {
    case Input::link_opened: return link_opened();
    case Input::request: return request(std::nullopt);
    case Input::request_undecodable: return request_undecodable();
    case Input::request_and_status_20: return request(20);
    case Input::request_and_status_10: return request_and_status_10();
    case Input::establishment_again: return establishment_again();
    case Input::replay: return replay();
    case Input::altered: return altered_message();
    case Input::garbage: return garbage();
    case Input::status_10: return status(10);
    case Input::status_11: return status(11);
    case Input::status_20: return status(20);
    case Input::status_unknown: return status(unknown_status);
    case Input::answer: return answer(true);
    case Input::answer_nothing: return answer(false);
    case Input::answer_other_request: return answer_other_request();
    case Input::decline: return decline(round_);
    case Input::decline_other_round: return decline(dice_.one_in(2) ? round_ + 1 : round_ - 1);
    case Input::authenticated: return authenticated(last_authentication_, HolderAuthentication{.method = "pin"});
    case Input::not_authenticated: return authenticated(last_authentication_, Error{.code = Errc::declined});
    case Input::authenticated_foreign:
      return authenticated(dice_.one_in(2) ? 0 : last_authentication_ + 1, HolderAuthentication{.method = "pin"});
    case Input::key_done: return key_done();
    case Input::key_denied: return key_lost(Errc::key_locked);
    case Input::key_failed: return key_lost(Errc::crypto_backend);
    case Input::key_of_wrong_kind: return key_of_wrong_kind();
    case Input::key_foreign: return key_foreign();
    case Input::key_twice: return key_twice();
    case Input::proof_done: return proof_done();
    case Input::proof_failed: return proof_failed();
    case Input::proof_foreign: return proof_foreign();
    case Input::link_closed: return link_closed();
    case Input::timer_early: return timer(false);
    case Input::timer_due: return timer(true);
    case Input::cancel: return cancel();
  }
}

bool HolderWalk::asked() const {
  return state_ == State::deciding || state_ == State::authenticating || state_ == State::signing ||
         state_ == State::proving;
}

// --- messages of the reader ---

void HolderWalk::send(Bytes message) {
  if (state_ != State::engaged && state_ != State::closed) sent_.push_back(message);
  holder_.on_message(SharedBytes::take(std::move(message)), now());
}

void HolderWalk::link_opened() {
  if (state_ == State::engaged) {
    state_ = State::linked;
    expectation_.add("event link-opened");
  }
  holder_.on_link_opened(now(), {.can_push = can_push_});
}

Bytes HolderWalk::some_request() {
  constexpr std::array kinds{Kind::plain, Kind::two, Kind::ages, Kind::unknown, Kind::proof, Kind::proof_and_plain};
  Kind kind = wanted_kind_.value_or(dice_.pick(kinds));
  if (!signs_ && (kind == Kind::proof || kind == Kind::proof_and_plain)) kind = Kind::two;
  return to_bytes(encode(kind).encoded.view());
}

model::DeviceRequest HolderWalk::encode(Kind kind) {
  std::vector<model::DocRequest> doc_requests;
  const std::string& mdl = sample().doc_type;
  if (kind == Kind::unknown) doc_requests.push_back(ask("org.example.unknown", {"family_name"}, false));
  if (kind == Kind::plain) doc_requests.push_back(ask(mdl, {"family_name", "document_number", "hair_colour"}, false));
  if (kind == Kind::ages) doc_requests.push_back(ask(mdl, {"family_name", dice_.pick(ages), "portrait"}, false));
  if (kind == Kind::two) {
    doc_requests.push_back(ask(mdl, {"given_name"}, false));
    doc_requests.push_back(ask(mdl, {"birth_date", "age_over_18"}, false));
  }
  if (kind == Kind::proof || kind == Kind::proof_and_plain) doc_requests.push_back(ask(mdl, {"birth_date"}, true));
  if (kind == Kind::proof_and_plain) doc_requests.push_back(ask(mdl, {"given_name"}, false));
  return model::build_device_request(std::move(doc_requests)).value();
}

void HolderWalk::request(std::optional<std::uint64_t> status) {
  const bool first = !established_;
  Bytes message = reader_.ask(some_request(), status);
  if (takes_requests()) {
    established_ = true;
    expect_question(status);
  } else if (asked()) {
    expect_end(Errc::unexpected_message, true);
  } else {
    reader_.take_back(first);
  }
  send(std::move(message));
}

void HolderWalk::request_undecodable() {
  const auto& [plaintext, response_status] = dice_.pick(no_requests());
  const bool first = !established_;
  Bytes message = reader_.ask(plaintext);
  if (takes_requests()) {
    established_ = true;
    if (round_++ == 0) expectation_.add("event session-established");
    last_request_ = false;
    expect_answer("failed", "status " + std::to_string(response_status));
  } else if (asked()) {
    expect_end(Errc::unexpected_message, true);
  } else {
    reader_.take_back(first);
  }
  send(std::move(message));
}

void HolderWalk::request_and_status_10() {
  // 12.2.4: errors come without data. Of SessionEstablishment, "status" is not a member.
  const Bytes message = RawMessage{.data = dice_.bytes(40), .status = dice_.one_in(2) ? 10 : 11}.encode();
  if (takes_requests() || asked()) expect_end(Errc::bad_value, true);
  send(message);
}

void HolderWalk::establishment_again() {
  const bool first = !established_;
  RawReader other(holder_.device_engagement(), rng_);
  const bool same = dice_.one_in(2);
  const Bytes request = some_request();
  const Bytes message = same ? reader_.ask_with_key(request) : other.ask_with_key(request);
  if (state_ == State::linked) {
    if (!same) reader_ = std::move(other);
    established_ = true;
    expect_question(std::nullopt);
  } else if (state_ == State::waiting || asked()) {
    expect_end(Errc::unexpected_message, true);
  } else if (same) {
    reader_.take_back(first);
  }
  send(message);
}

void HolderWalk::replay() {
  Bytes message = sent_.empty() ? RawReader(RawMdoc(rng_).engagement().bytes().view(), rng_).ask(some_request())
                                : dice_.pick(sent_);
  const auto parts = RawMessage::decode(message);
  std::optional<Errc> reason;
  if (!parts || (!parts->data && !parts->status)) {
    reason = Errc::bad_value;  // garbage, once more
  } else if (!parts->data) {
    return status(*parts->status);
  } else if (state_ == State::linked || (state_ == State::waiting && !parts->e_reader_key)) {
    reason = Errc::decryption_failed;
  } else {
    reason = Errc::unexpected_message;
  }
  if (takes_requests() || asked()) expect_end(reason, true);
  send(std::move(message));
}

void HolderWalk::altered_message() {
  const bool first = !established_;
  Bytes message = altered(dice_, reader_.ask(some_request()));
  if (takes_requests()) {
    expect_end(Errc::decryption_failed, true);
  } else if (asked()) {
    expect_end(Errc::unexpected_message, true);
  } else {
    reader_.take_back(first);
  }
  send(std::move(message));
}

void HolderWalk::garbage() {
  const bool first = !established_;
  const Bytes next = reader_.ask(some_request());
  reader_.take_back(first);
  if (takes_requests() || asked()) expect_end(Errc::bad_value, true);
  send(some_garbage(dice_, next));
}

void HolderWalk::status(std::uint64_t status) {
  if (takes_requests() || asked()) {
    const bool over = status == 20 && state_ == State::waiting;
    std::optional<Errc> reason = status == 20 ? Errc::terminated_by_peer : Errc::peer_session_error;
    if (over) reason.reset();
    expect_end(reason, false);
  }
  send(RawMessage{.status = status}.encode());
}

// --- the person, the keys, the provers ---

void HolderWalk::answer(bool everything) {
  // A match that no request of this session has led to says nothing here.
  std::optional<Consent> consent;
  if (question_) {
    consent = everything ? Consent::to_all(*question_) : Consent::to_nothing(*question_);
    if (everything && !wanted_kind_ && dice_.one_in(3)) {
      consent = Consent::to(*question_, [this](const auto&, const auto&) { return dice_.one_in(2); });
    }
  } else {
    const auto match = presentation::match(encode(Kind::plain), credentials(), sample().now).value();
    consent = everything ? Consent::to_all(match) : Consent::to_nothing(match);
  }
  if (state_ != State::deciding) {
    const auto refused = holder_.answer(*consent, rng_, now());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::wrong_state);
    return;
  }
  consent_ = consent;
  expectation_.add("event consent-given");
  if (consent->documents().empty()) {
    expect_answer("nothing", "nothing");
  } else if (asks_person_) {
    state_ = State::authenticating;
    work_deadline_ = steady_ + 60s;
    expectation_.add("authenticate");
  } else {
    expect_keys();
  }
  const auto agreed = holder_.answer(*consent, rng_, now());
  EXPECT_TRUE(agreed) << describe(agreed.error());
}

void HolderWalk::answer_other_request() {
  // One that was never asked here: all kinds have other bytes.
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back(ask(sample().doc_type, {"portrait"}, false));
  const auto other = model::build_device_request(std::move(doc_requests)).value();
  const auto match = presentation::match(other, credentials(), sample().now).value();
  const auto refused =
      holder_.answer(dice_.one_in(2) ? Consent::to_all(match) : Consent::to_nothing(match), rng_, now());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, state_ == State::deciding ? Errc::consent_mismatch : Errc::wrong_state);
  expect_no_value_in(refused.error());
}

void HolderWalk::decline(unsigned round) {
  const bool takes = state_ == State::deciding && round == round_;
  if (takes) {
    expectation_.add("event consent-given");
    expect_answer("nothing", "nothing");
  }
  const auto declined = holder_.decline(round, now());
  EXPECT_EQ(declined.has_value(), takes);
  if (!declined) {
    EXPECT_EQ(declined.error().code, Errc::wrong_state);
  }
}

void HolderWalk::authenticated(std::uint64_t id, Result<HolderAuthentication> result) {
  if (state_ == State::authenticating && id == last_authentication_) {
    if (result) {
      expect_keys();
    } else {
      expect_answer("not-authenticated", "nothing");
    }
  }
  holder_.on_holder_authenticated(id, std::move(result), now());
}

crypto::KeyResponse HolderWalk::use_key(const crypto::KeyRequest& request) const {
  if (const auto* sign = std::get_if<crypto::SignRequest>(&request)) {
    return crypto::sign(sample().device_key, sign->algorithm, sign->message).value();
  }
  const auto peer = crypto::PublicKey::import(std::get<crypto::AgreeRequest>(request).peer).value();
  return crypto::agree(sample().device_key, peer).value();
}

void HolderWalk::key_done() {
  if (state_ == State::signing) {
    const UseKey use = keys_.at(keys_answered_++);
    expect_after_key();
    return holder_.on_key_result(use.id, use_key(use.request), now());
  }
  // Late, or never asked for.
  if (keys_.empty()) return holder_.on_key_result(1 + dice_.below(3), some_secret(), now());
  const UseKey use = dice_.pick(keys_);
  holder_.on_key_result(use.id, use_key(use.request), now());
}

void HolderWalk::key_lost(Errc code) {
  std::uint64_t id = keys_.empty() ? 1 + dice_.below(3) : dice_.pick(keys_).id;
  if (state_ == State::signing) {
    id = keys_.at(keys_answered_).id;
    if (code == Errc::key_locked) {
      expect_answer("key-denied", "nothing");
    } else {
      expect_answer("failed", "status 10");
    }
  }
  holder_.on_key_result(id, Error{.code = code}, now());
}

void HolderWalk::key_of_wrong_kind() {
  const auto other_kind = [](const UseKey& use) -> crypto::KeyResponse {
    if (std::holds_alternative<crypto::SignRequest>(use.request)) return some_secret();
    return crypto::Signature{};
  };
  if (state_ == State::signing) {
    const UseKey use = keys_.at(keys_answered_++);
    wrong_kind_ = true;
    expect_after_key();
    return holder_.on_key_result(use.id, other_kind(use), now());
  }
  if (keys_.empty()) return key_foreign();
  const UseKey use = dice_.pick(keys_);
  holder_.on_key_result(use.id, other_kind(use), now());
}

void HolderWalk::key_foreign() {
  constexpr std::uint64_t far = 1000;
  const std::uint64_t last = keys_.empty() ? 0 : keys_.back().id;
  const std::array<std::uint64_t, 4> ids{0, last + 1, last + far, ~std::uint64_t{0}};
  const std::uint64_t id = dice_.pick(ids);
  if (dice_.one_in(2)) return holder_.on_key_result(id, Error{.code = Errc::key_locked}, now());
  holder_.on_key_result(id, some_secret(), now());
}

void HolderWalk::key_twice() {
  // The first answer counts, and only once.
  if (state_ == State::signing && keys_answered_ + 1 < consent_->documents().size()) key_done();
  if (state_ == State::signing && keys_answered_ == 0) return key_foreign();
  const std::uint64_t id = keys_.empty() ? 1 : keys_.front().id;
  holder_.on_key_result(id, Error{.code = Errc::key_locked}, now());
}

void HolderWalk::proof_done() {
  if (state_ == State::proving) {
    const MakeProof make = proofs_.at(proofs_answered_++);
    ++proofs_made_;
    if (proofs_answered_ == proofs_.size()) end_proving();
    return holder_.on_proof_result(make.id, presentation::prove(make.request), now());
  }
  holder_.on_proof_result(proofs_.empty() ? 1 : dice_.pick(proofs_).id, Bytes(32, 1), now());
}

void HolderWalk::proof_failed() {
  std::uint64_t id = proofs_.empty() ? 1 : dice_.pick(proofs_).id;
  if (state_ == State::proving) {
    id = proofs_.at(proofs_answered_++).id;
    if (proofs_answered_ == proofs_.size()) end_proving();
  }
  holder_.on_proof_result(id, Error{.code = Errc::crypto_backend}, now());
}

void HolderWalk::proof_foreign() {
  const std::uint64_t last = proofs_.empty() ? 0 : proofs_.back().id;
  const std::array<std::uint64_t, 3> ids{0, last + 1, ~std::uint64_t{0}};
  holder_.on_proof_result(dice_.pick(ids), Bytes(32, 1), now());
}

// --- link and time ---

void HolderWalk::link_closed() {
  if (state_ != State::closed) {
    expect_end(state_ == State::waiting ? std::nullopt : std::optional(Errc::link_closed), false);
  }
  holder_.on_link_closed(now());
}

void HolderWalk::timer(bool due) {
  const auto deadline = holder_.deadline();
  if (!deadline) {
    if (due) steady_ += 1h;
    return holder_.on_timer(now());
  }
  if (!due) {
    steady_ = std::max(steady_, *deadline - 1s);
    return holder_.on_timer(now());
  }
  steady_ = *deadline;
  if (work_deadline_ && *work_deadline_ <= steady_) {
    if (state_ == State::proving) {
      end_proving();
    } else if (state_ == State::signing) {
      expect_answer("failed", "status 10");
    } else {
      expect_answer("not-authenticated", "nothing");
    }
  } else {
    expect_end(Errc::timed_out, true);
  }
  holder_.on_timer(now());
}

void HolderWalk::cancel() {
  if (state_ != State::closed) expect_end(std::nullopt, true);
  holder_.cancel(now());
}

// --- what has to come ---

void HolderWalk::expect_question(std::optional<std::uint64_t> status) {
  if (round_++ == 0) expectation_.add("event session-established");
  expectation_.add("event request-received");
  expectation_.add("ask");
  // "status" is no member of SessionEstablishment, where it is passed over.
  last_request_ = status && round_ > 1 && sent_.size() > 0;
  state_ = State::deciding;
  session_deadline_ = steady_ + 300s;
}

void HolderWalk::expect_keys() {
  state_ = State::signing;
  keys_.clear();
  keys_answered_ = 0;
  wrong_kind_ = false;
  work_deadline_ = steady_ + 60s;
  // Until a use is known to be recorded, no other one of the same credential may begin.
  expectation_.add("use key", recorded_ ? consent_->documents().size() : 1);
}

void HolderWalk::expect_after_key() {
  const std::size_t all = consent_->documents().size();
  if (!std::exchange(recorded_, true) && all > 1) expectation_.add("use key", all - 1);
  if (keys_answered_ == all) end_signing();
}

void HolderWalk::end_signing() {
  if (wrong_kind_) return expect_answer("failed", "status 10");
  const auto proofs =
      std::ranges::count_if(consent_->documents(), [](const auto& each) { return each.proof.has_value(); });
  proofs_answered_ = proofs_made_ = 0;
  if (proofs == 0) return expect_answer("released", "documents");
  state_ = State::proving;
  proofs_.clear();
  work_deadline_ = steady_ + 120s;
  expectation_.add("prove", static_cast<std::size_t>(proofs));
}

void HolderWalk::end_proving() {
  const bool plain = std::ranges::any_of(consent_->documents(), [](const auto& each) { return !each.proof; });
  if (plain) return expect_answer("released", proofs_made_ > 0 ? "documents and proofs" : "documents");
  if (proofs_made_ > 0) return expect_answer("released", "proofs");
  expect_answer("nothing", "nothing");
}

void HolderWalk::expect_answer(const std::string& outcome, const std::string& content) {
  expectation_.add("event response-sent");
  expectation_.add("answered " + outcome);
  answered_ = true;
  state_ = State::waiting;
  work_deadline_.reset();
  session_deadline_ = steady_ + 300s;
  const bool last = last_request_ || round_ >= max_rounds_;
  expectation_.add("send " + content + (last ? " and status 20" : ""));
  peer_waits_ = false;
  if (last) expect_end(std::nullopt, false);
}

void HolderWalk::expect_end(std::optional<Errc> reason, bool tell) {
  const auto code = told(reason);
  if (tell && code && message_came_ && (can_push_ || peer_waits_)) {
    expectation_.add("send status " + std::to_string(*code));
  }
  expectation_.add("close link");
  expectation_.add("event closed");
  expectation_.add(closed_word(reason));
  state_ = State::closed;
  session_deadline_.reset();
  work_deadline_.reset();
}

// --- what came ---

void HolderWalk::look() {
  std::vector<std::string> seen;
  while (auto effect = holder_.poll()) seen.push_back(word(*std::move(effect)));
  expectation_.compare(std::move(seen));
  auto expected = session_deadline_;
  if (work_deadline_) expected = expected ? std::min(*expected, *work_deadline_) : work_deadline_;
  EXPECT_EQ(holder_.deadline(), expected);
  if (!asked()) {
    question_.reset();
    consent_.reset();
  }
}

std::string HolderWalk::word(HolderEffect effect) {
  if (const auto* send = std::get_if<SendMessage>(&effect)) return word_of_message(send->message);
  if (auto* needed = std::get_if<ConsentNeeded>(&effect)) {
    EXPECT_EQ(needed->round, round_);
    question_ = std::move(needed->options);
    return "ask";
  }
  if (const auto* person = std::get_if<AuthenticateHolder>(&effect)) {
    EXPECT_GT(person->id, last_authentication_);
    EXPECT_EQ(person->round, round_);
    last_authentication_ = person->id;
    return "authenticate";
  }
  if (auto* use = std::get_if<UseKey>(&effect)) {
    // Whose key it is is said until it was used.
    EXPECT_EQ(use->record.has_value(), !recorded_);
    keys_.push_back(std::move(*use));
    return "use key";
  }
  if (auto* make = std::get_if<MakeProof>(&effect)) {
    proofs_.push_back(std::move(*make));
    return "prove";
  }
  if (const auto* sent = std::get_if<ResponseSent>(&effect)) {
    EXPECT_EQ(sent->round, round_);
    if (sent->reason) expect_no_value_in(*sent->reason);
    return "answered " + std::string(name(sent->outcome));
  }
  if (const auto* event = std::get_if<Event>(&effect)) return "event " + std::string(name(event->phase));
  if (const auto* closed = std::get_if<Closed>(&effect)) {
    if (closed->reason) expect_no_value_in(*closed->reason);
    return closed_word(closed->reason);
  }
  return std::holds_alternative<OpenLink>(effect) ? "open link" : "close link";
}

std::string HolderWalk::word_of_message(const Bytes& message) {
  const auto parts = RawMessage::decode(message);
  if (!parts || parts->e_reader_key) return "send what is no SessionData";
  const std::string status = parts->status ? "status " + std::to_string(*parts->status) : "";
  if (!parts->data) return "send " + status;
  const auto plaintext = reader_.open(*parts->data);
  if (!plaintext) return "send what does not decrypt";
  return "send " + word_of_response(*plaintext) + (status.empty() ? "" : " and " + status);
}

std::string HolderWalk::word_of_response(const Bytes& plaintext) {
  const auto response = model::decode_device_response(SharedBytes::copy_of(plaintext));
  if (!response) return "what is no DeviceResponse";
  for (const auto& each : response->documents) {
    const model::Document& document = each.value.value();
    for (const auto& [space, items] : document.issuer_signed.name_spaces) {
      for (const auto& item : items) {
        expect_consented(document.doc_type.str(), space.str(), item->element_identifier.str());
        if (item->element_identifier.str().starts_with("age_over_")) ages_.insert(item->element_identifier.str());
      }
    }
    EXPECT_EQ(document.device_signed->device_auth.signature() != nullptr, signs_);
  }
  for (const auto& each : response->zk_documents) {
    const model::ZkDocumentData& data = each.value.value().document_data.value();
    for (const auto& [space, items] : data.issuer_signed) {
      for (const auto& item : items) {
        expect_consented(data.doc_type.str(), space.str(), item.element_identifier.str());
        if (item.element_identifier.str().starts_with("age_over_")) ages_.insert(item.element_identifier.str());
      }
    }
  }
  EXPECT_LE(ages_.size(), 2u) << "7.2.5, over all rounds of the session";
  const bool documents = !response->documents.empty();
  const bool proofs = !response->zk_documents.empty();
  if (response->status != model::ResponseStatus::ok) {
    EXPECT_FALSE(documents || proofs);
    return "status " + std::to_string(static_cast<std::uint64_t>(response->status));
  }
  if (documents && proofs) return "documents and proofs";
  if (documents) return "documents";
  return proofs ? "proofs" : "nothing";
}

void HolderWalk::expect_consented(const std::string& doc_type, const std::string& space,
                                  const std::string& element) const {
  ASSERT_TRUE(consent_) << "nothing was agreed to";
  const bool agreed = std::ranges::any_of(consent_->documents(), [&](const presentation::DocumentOption& document) {
    return document.doc_type.str() == doc_type &&
           std::ranges::any_of(document.elements, [&](const presentation::ElementOption& option) {
             return option.released.name_space.str() == space && option.released.element.str() == element;
           });
  });
  EXPECT_TRUE(agreed) << element << " was not agreed to";
}

}  // namespace mdoc::properties
