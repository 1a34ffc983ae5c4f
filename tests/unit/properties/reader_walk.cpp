#include "unit/properties/reader_walk.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/hpke.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "unit/properties/asked.hpp"

namespace mdoc::properties {

using namespace std::chrono_literals;
using testing::cbor_array;
using testing::cbor_bytes;
using testing::cbor_text;
using testing::cbor_uint;
using testing::Members;
using State = ReaderState;
using Input = ReaderInput;

namespace {

const crypto::KeyRef identity_name("identity");
const crypto::KeyRef recipient_name("recipient");
const NameSpace mdl_names(mdl_space);

const crypto::PrivateKey& identity_key() {
  static const auto made = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x21)).value();
  return made;
}

/// What no key of ours has agreed on.
crypto::KeyResponse some_secret() {
  constexpr std::size_t size = 32;
  return SecretBytes::copy_of(Bytes(size, 1));
}

model::DocRequest ask(const std::vector<std::string>& elements, bool encrypted) {
  model::ItemsRequest items{.doc_type = DocType(mdl_type), .name_spaces = {{mdl_names, {}}}};
  for (const auto& element : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(element), false);
  if (encrypted) items.request_info = model::DocRequestInfo{.doc_response_encryption = recipient_parameters()};
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

}  // namespace

testing::SampleMdoc& ReaderWalk::sample() {
  static testing::SampleMdoc& made = [&]() -> testing::SampleMdoc& {
    static testing::SampleMdoc issued;
    issued.on_items = [](std::vector<testing::SampleItem>& items) {
      std::erase_if(items, [](const testing::SampleItem& item) { return item.identifier != "family_name"; });
    };
    return issued;
  }();
  return made;
}

const std::shared_ptr<trust::TrustStore>& ReaderWalk::trust() {
  static const auto made = [] {
    auto store = std::make_shared<trust::TrustStore>();
    EXPECT_TRUE(store->add_anchor(trust::Purpose::issuance, sample().iaca_certificate(), {.source = "test"}));
    return store;
  }();
  return made;
}

ReaderOptions ReaderWalk::options() const {
  ReaderOptions options;
  if (signs_) {
    static const crypto::Certificate signer = sample().signer_certificate();  // of somebody
    static const SharedBytes certificate = SharedBytes::copy_of(signer.der());
    options.identities.push_back(
        {.key = identity_name, .public_key = identity_key().public_key(), .x5chain = {certificate}});
  }
  if (opens_) options.recipient_keys.push_back({.key = recipient_name, .public_key = recipient_key().public_key()});
  return options;
}

ReaderWalk::ReaderWalk(std::uint64_t seed, std::uint64_t number, State target, ReaderCoverage& coverage)
    : dice_(seed, number),
      coverage_(coverage),
      target_(target),
      rng_(dice_.next()),
      signs_(target == State::signing || dice_.one_in(3)),
      opens_(target == State::opening || dice_.one_in(3)),
      mdoc_(rng_),
      reader_(
          Reader::from_qr_code(engagement::qr_code_text(mdoc_.engagement()), trust(), rng_, now(), options()).value()),
      link_deadline_(steady_ + 30s) {
  expectation_.add("event engaged");
  expectation_.add("open link");
  look();
}

void ReaderWalk::run(Input input) {
  constexpr std::size_t suffix = 10;
  if (target_ >= State::signing && dice_.one_in(2)) drive_to(State::answered);
  drive_to(target_);
  if (::testing::Test::HasFailure()) return;
  apply(input);
  for (std::size_t i = 0; i < suffix && !::testing::Test::HasFailure(); ++i) {
    // Half of the time, on: else most walks would end at once.
    if (dice_.one_in(2)) {
      step_towards(State::answered);
    } else {
      apply(static_cast<Input>(dice_.below(reader_inputs.size())));
    }
    if (state_ == State::closed && dice_.one_in(2)) return;
  }
}

void ReaderWalk::drive_to(State target) {
  for (std::size_t steps = 0; state_ != target && !::testing::Test::HasFailure(); ++steps) {
    ASSERT_LT(steps, 20u) << "cannot get to " << reader_states[static_cast<std::size_t>(target)];
    step_towards(target);
  }
}

void ReaderWalk::step_towards(State target) {
  if (target == State::closed) return apply(dice_.one_in(2) ? Input::cancel : Input::link_closed);
  switch (state_) {
    case State::engaged: {
      // A request may come before the link.
      const bool first = target == State::asked || (target != State::linked && dice_.one_in(3));
      return apply(first ? Input::request : Input::link_opened);
    }
    case State::asked: return apply(Input::link_opened);
    case State::linked:
    case State::answered: return apply(Input::request);
    case State::signing:
      return apply(link_open_ || dice_.one_in(2) || target == State::asked ? Input::key_done : Input::link_opened);
    case State::waiting: return apply(Input::response);
    case State::opening: return apply(Input::key_done);
    case State::closed: return apply(Input::cancel);
  }
}

void ReaderWalk::apply(Input input) {
  coverage_.count(static_cast<std::size_t>(state_), static_cast<std::size_t>(input));
  SCOPED_TRACE(std::string(reader_inputs[static_cast<std::size_t>(input)]) + " while " +
               reader_states[static_cast<std::size_t>(state_)]);
  // Time passes, but no deadline.
  const auto deadline = reader_.deadline();
  if (!deadline || *deadline - steady_ > 4s) steady_ += std::chrono::seconds{dice_.below(3)};
  perform(input);
  look();
}

void ReaderWalk::perform(Input input) {
  constexpr std::uint64_t unknown_status = 42;
  switch (input) {
    case Input::link_opened: return link_opened();
    case Input::request: return request(false);
    case Input::request_too_curious: return request(true);
    case Input::response: return response(std::nullopt);
    case Input::response_empty: return response_empty();
    case Input::response_undecodable:
      return response_undecodable(dice_.one_in(3) ? std::optional<std::uint64_t>(20) : std::nullopt);
    case Input::response_and_status_20: return response(20);
    case Input::response_and_status_10: return response_and_status_10();
    case Input::establishment: return establishment();
    case Input::replay: return replay();
    case Input::altered: return altered_message();
    case Input::garbage: return garbage();
    case Input::status_10: return status(10);
    case Input::status_11: return status(11);
    case Input::status_20: return status(20);
    case Input::status_unknown: return status(unknown_status);
    case Input::key_done: return key(true, false);
    case Input::key_denied: return key(false, false);
    case Input::key_of_wrong_kind: return key(false, true);
    case Input::key_foreign: return key_foreign();
    case Input::key_twice: return key_twice();
    case Input::link_closed: return link_closed();
    case Input::timer_early: return timer(false);
    case Input::timer_due: return timer(true);
    case Input::finish: end_now(); return reader_.finish(now());
    case Input::cancel: end_now(); return reader_.cancel(now());
  }
}

// --- the application ---

void ReaderWalk::link_opened() {
  if (!link_open_ && state_ != State::closed) {
    link_open_ = true;
    expectation_.add("event link-opened");
    if (state_ == State::engaged) state_ = State::linked;
    if (state_ == State::asked) expect_sent();
  }
  reader_.on_link_opened(now());
}

model::DeviceRequest ReaderWalk::some_request() {
  encrypted_ = opens_ && (target_ == State::opening || dice_.one_in(2));
  parts_ = 1 + dice_.below(2);
  std::vector<model::DocRequest> doc_requests;
  for (std::size_t i = 0; i < parts_; ++i) doc_requests.push_back(ask({"family_name"}, encrypted_));
  return model::build_device_request(std::move(doc_requests)).value();
}

void ReaderWalk::request(bool too_curious) {
  if (too_curious) {
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back(ask({"age_over_18", "age_over_21", "age_over_65"}, false));
    const auto refused = reader_.request(model::build_device_request(std::move(doc_requests)).value(), now());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, may_ask() ? Errc::bad_argument : Errc::wrong_state);
    return;
  }
  if (!may_ask()) {
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back(ask({"given_name"}, false));
    const auto refused = reader_.request(model::build_device_request(std::move(doc_requests)).value(), now());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::wrong_state);
    return;
  }
  request_ = some_request();
  ++round_;
  if (signs_) {
    state_ = State::signing;
    keys_.clear();
    keys_answered_ = keys_good_ = 0;
    key_error_.reset();
    work_deadline_ = steady_ + 60s;
    expectation_.add("use key", parts_);
  } else if (link_open_) {
    expect_sent();
  } else {
    state_ = State::asked;
  }
  const auto asked = reader_.request(*request_, now());
  EXPECT_TRUE(asked) << describe(asked.error());
}

void ReaderWalk::end_now() {
  if (state_ == State::closed) return;
  if (pending_) return expect_closed(*pending_);
  work_deadline_.reset();
  state_ = State::waiting;  // whatever keys were at work are not any more
  expect_end(std::nullopt, true);
}

// --- messages of the mdoc ---

void ReaderWalk::send(Bytes message) {
  if (link_open_ && state_ != State::closed) sent_.push_back(message);
  reader_.on_message(SharedBytes::take(std::move(message)), now());
}

Bytes ReaderWalk::document(ByteView transcript) const {
  sample().transcript = to_bytes(transcript);
  return sample().document();
}

Bytes ReaderWalk::plain_response() const { return testing::SampleMdoc::response_of({document(mdoc_.transcript())}); }

Bytes ReaderWalk::encrypted_response() {
  const Bytes inner = qr_transcript(mdoc_.engagement().bytes().view(), recipient_parameters().bytes());
  std::vector<Bytes> envelopes;
  for (std::size_t i = 0; i < parts_; ++i) {
    const Bytes plaintext = Members{{"documents", cbor_array({document(inner)})}}.encode();
    const auto sealed =
        crypto::hpke_seal(crypto::hpke_mdoc_suite, recipient_key().public_key(), inner, {}, plaintext, rng_).value();
    envelopes.push_back(Members{
        {"enc", cbor_bytes(sealed.enc)}, {"cipherText", cbor_bytes(sealed.cipher_text)}, {"docRequestID", cbor_uint(i)}}
                            .encode());
  }
  return Members{{"version", cbor_text("1.1")}, {"encryptedDocuments", cbor_array(envelopes)}, {"status", cbor_uint(0)}}
      .encode();
}

/// A message with data; `documents` are in it that pass.
void ReaderWalk::data(Bytes plaintext, std::size_t documents, bool decodes, std::optional<std::uint64_t> status) {
  Bytes message = mdoc_.is_established() ? mdoc_.answer(plaintext, status)
                                         : RawMessage{.data = dice_.bytes(60), .status = status}.encode();
  if (state_ != State::waiting) {
    expect_unexpected();
    return send(std::move(message));
  }
  if (!std::exchange(established_, true)) expectation_.add("event session-established");
  expectation_.add("event response-received");
  under_ = Under::answered;
  session_deadline_ = steady_ + 300s;
  if (!decodes) {
    // The mdoc is told, unless it has ended the session itself.
    expect_end(Errc::bad_value, !status);
  } else if (encrypted_ && documents > 0) {
    state_ = State::opening;
    keys_.clear();
    keys_answered_ = keys_good_ = 0;
    work_deadline_ = steady_ + 60s;
    expectation_.add("use key", parts_);
    if (status) expect_end(std::nullopt, false);
  } else {
    expect_received(documents);
    if (status) expect_end(std::nullopt, false);
  }
  send(std::move(message));
}

void ReaderWalk::response(std::optional<std::uint64_t> status) {
  if (state_ != State::waiting) return data(Bytes{0xa0}, 0, false, status);
  if (encrypted_) return data(encrypted_response(), parts_, true, status);
  data(plain_response(), 1, true, status);
}

void ReaderWalk::response_empty() {
  const bool error = dice_.one_in(2);
  data(Members{{"version", cbor_text("1.0")}, {"status", cbor_uint(error ? 10 : 0)}}.encode(), 0, true, std::nullopt);
}

void ReaderWalk::response_undecodable(std::optional<std::uint64_t> status) {
  static const std::array<Bytes, 5> plaintexts{Bytes{}, Bytes{0xa1}, Bytes{0xff}, Bytes{0xa0}, Bytes{0x80}};
  data(dice_.pick(plaintexts), 0, false, status);
}

void ReaderWalk::response_and_status_10() {
  if (hears()) expect_end(Errc::bad_value, true);
  send(RawMessage{.data = dice_.bytes(40), .status = dice_.one_in(2) ? 10 : 11}.encode());
}

void ReaderWalk::establishment() {
  expect_unexpected();
  send(RawReader(mdoc_.engagement().bytes().view(), rng_).ask(Bytes{0xa0}));
}

void ReaderWalk::replay() {
  const Bytes message = sent_.empty() ? RawMessage{.data = dice_.bytes(60)}.encode() : dice_.pick(sent_);
  const auto parts = RawMessage::decode(message);
  if (!parts || (!parts->data && !parts->status)) return garbage();
  if (!parts->data) return status(*parts->status);
  if (parts->status && *parts->status != 20) return response_and_status_10();
  if (state_ == State::waiting && !parts->e_reader_key) {
    expect_end(Errc::decryption_failed, true);
  } else {
    expect_unexpected();
  }
  send(message);
}

void ReaderWalk::altered_message() {
  const Bytes plaintext{0xa0};
  const Bytes whole = mdoc_.is_established() ? mdoc_.answer(plaintext) : RawMessage{.data = dice_.bytes(60)}.encode();
  if (state_ == State::waiting) {
    expect_end(Errc::decryption_failed, true);
  } else {
    expect_unexpected();
  }
  send(altered(dice_, whole));
}

void ReaderWalk::garbage() {
  if (hears()) expect_end(Errc::bad_value, true);
  send(some_garbage(dice_, RawMessage{.data = dice_.bytes(60)}.encode()));
}

void ReaderWalk::status(std::uint64_t status) {
  if (hears()) {
    std::optional<Errc> reason = status == 20 ? Errc::terminated_by_peer : Errc::peer_session_error;
    if (status == 20 && under_ == Under::answered) reason.reset();
    expect_end(reason, false);
  }
  send(RawMessage{.status = status}.encode());
}

// --- keys ---

crypto::KeyResponse ReaderWalk::use_key(const crypto::KeyRequest& request) {
  if (const auto* sign = std::get_if<crypto::SignRequest>(&request)) {
    return crypto::sign(identity_key(), sign->algorithm, sign->message).value();
  }
  const auto peer = crypto::PublicKey::import(std::get<crypto::AgreeRequest>(request).peer).value();
  return crypto::agree(recipient_key(), peer).value();
}

void ReaderWalk::key(bool done, bool wrong_kind) {
  const bool at_work = state_ == State::signing || state_ == State::opening;
  if (!at_work && keys_.empty()) return key_foreign();
  const UseKey use = at_work ? keys_.at(keys_answered_) : dice_.pick(keys_);
  Result<crypto::KeyResponse> result = Error{.code = Errc::key_locked};
  if (done) {
    result = use_key(use.request);
  } else if (wrong_kind) {
    const bool signs = std::holds_alternative<crypto::SignRequest>(use.request);
    result = signs ? some_secret() : crypto::KeyResponse(crypto::Signature{});
  }
  if (at_work) {
    ++keys_answered_;
    if (done) ++keys_good_;
    // What was refused stands before what is of no use.
    if (!done && (!key_error_ || (*key_error_ == Errc::bad_argument && !wrong_kind))) {
      key_error_ = wrong_kind ? Errc::bad_argument : Errc::key_locked;
    }
    if (keys_answered_ == keys_.size()) end_work();
  }
  reader_.on_key_result(use.id, std::move(result), now());
}

void ReaderWalk::key_foreign() {
  const std::uint64_t last = keys_.empty() ? 0 : keys_.back().id;
  const std::array<std::uint64_t, 3> ids{0, last + 1, ~std::uint64_t{0}};
  const std::uint64_t id = dice_.pick(ids);
  if (dice_.one_in(2)) return reader_.on_key_result(id, Error{.code = Errc::key_locked}, now());
  reader_.on_key_result(id, some_secret(), now());
}

void ReaderWalk::key_twice() {
  // The first answer counts, and only once.
  const bool at_work = state_ == State::signing || state_ == State::opening;
  if (at_work && keys_answered_ + 1 < keys_.size()) key(true, false);
  if (at_work && keys_answered_ == 0) return key_foreign();
  reader_.on_key_result(keys_.empty() ? 1 : keys_.front().id, Error{.code = Errc::key_locked}, now());
}

// --- link and time ---

void ReaderWalk::link_closed() {
  if (state_ != State::closed && !pending_) {
    expect_end(under_ == Under::answered ? std::nullopt : std::optional(Errc::link_closed), false);
  }
  reader_.on_link_closed(now());
}

void ReaderWalk::timer(bool due) {
  const auto deadline = reader_.deadline();
  if (!deadline) {
    if (due) steady_ += 1h;
    return reader_.on_timer(now());
  }
  if (!due) {
    steady_ = std::max(steady_, *deadline - 1s);
    return reader_.on_timer(now());
  }
  steady_ = *deadline;
  if (!link_open_ && link_deadline_ <= steady_) {
    expect_end(Errc::timed_out, true);
  } else if (work_deadline_ && *work_deadline_ <= steady_) {
    if (!key_error_ || *key_error_ == Errc::bad_argument) key_error_ = Errc::timed_out;
    end_work();
  } else {
    expect_end(Errc::timed_out, true);
  }
  reader_.on_timer(now());
}

// --- what has to come ---

void ReaderWalk::expect_sent() {
  expectation_.add("send request");
  expectation_.add("event request-sent");
  expectation_.add("sent request");
  state_ = State::waiting;
  under_ = Under::waiting;
  peer_reached_ = true;
  session_deadline_ = steady_ + 300s;
}

/// A message that no mdoc may send now.
void ReaderWalk::expect_unexpected() {
  if (hears()) expect_end(Errc::unexpected_message, true);
}

void ReaderWalk::expect_end(std::optional<Errc> reason, bool tell) {
  const End end{.reason = reason, .told = tell && peer_reached_};
  session_deadline_.reset();
  if (state_ == State::opening) {
    pending_ = end;
    return;
  }
  expect_closed(end);
}

void ReaderWalk::expect_closed(const End& end) {
  if (const auto code = told(end.reason); code && end.told) {
    expectation_.add("send status " + std::to_string(*code));
  }
  expectation_.add("close link");
  expectation_.add("event closed");
  expectation_.add(closed_word(end.reason));
  state_ = State::closed;
  pending_.reset();
  work_deadline_.reset();
  session_deadline_.reset();
}

/// All keys have answered, or had their time.
void ReaderWalk::end_work() {
  work_deadline_.reset();
  if (state_ == State::opening) {
    key_error_.reset();
    expect_received(keys_good_);
    if (pending_) expect_closed(*pending_);
  } else if (key_error_) {
    expect_end(*std::exchange(key_error_, std::nullopt), true);
  } else if (link_open_) {
    expect_sent();
  } else {
    state_ = State::asked;
  }
}

void ReaderWalk::expect_received(std::size_t documents) {
  expectation_.add("received " + std::to_string(documents));
  expectation_.add("event response-verified");
  state_ = State::answered;
}

// --- what came ---

void ReaderWalk::look() {
  std::vector<std::string> seen;
  while (auto effect = reader_.poll()) seen.push_back(word(*std::move(effect)));
  expectation_.compare(std::move(seen));
  auto expected = session_deadline_;
  const auto take = [&expected](TimePoint other) { expected = expected ? std::min(*expected, other) : other; };
  if (work_deadline_) take(*work_deadline_);
  if (!link_open_ && state_ != State::closed) take(link_deadline_);
  EXPECT_EQ(reader_.deadline(), expected);
}

std::string ReaderWalk::word(ReaderEffect effect) {
  if (const auto* send = std::get_if<SendMessage>(&effect)) return word_of_message(send->message);
  if (auto* use = std::get_if<UseKey>(&effect)) {
    EXPECT_FALSE(use->record);
    keys_.push_back(std::move(*use));
    return "use key";
  }
  if (const auto* sent = std::get_if<RequestSent>(&effect)) {
    EXPECT_EQ(sent->round, round_);
    return "sent request";
  }
  if (const auto* received = std::get_if<ResponseReceived>(&effect)) {
    EXPECT_EQ(received->round, round_);
    for (const auto& document : received->outcome.documents) {
      EXPECT_EQ(document.issuer_signed().size(), 1u);
    }
    return "received " + std::to_string(received->outcome.documents.size());
  }
  if (const auto* event = std::get_if<Event>(&effect)) return "event " + std::string(name(event->phase));
  if (const auto* closed = std::get_if<Closed>(&effect)) {
    if (closed->reason) expect_no_value_in(*closed->reason);
    return closed_word(closed->reason);
  }
  return std::holds_alternative<OpenLink>(effect) ? "open link" : "close link";
}

std::string ReaderWalk::word_of_message(const Bytes& message) {
  const auto parts = RawMessage::decode(message);
  if (!parts) return "send what is no message";
  if (!parts->data) return "send status " + std::to_string(parts->status.value_or(0));
  if (parts->status) return "send a request with a status";
  const auto plaintext = mdoc_.open(*parts);
  if (!plaintext) return "send what does not decrypt";
  const auto request = model::decode_device_request(SharedBytes::copy_of(*plaintext));
  if (!request || !request_) return "send what is no request";
  for (const model::DocRequest& part : request->doc_requests) {
    EXPECT_EQ(part.reader_auth.has_value(), signs_) << "what was to be asked in a name is not asked without";
  }
  if (!signs_) {
    EXPECT_EQ(*plaintext, to_bytes(request_->encoded.view()));
  }
  return "send request";
}

}  // namespace mdoc::properties
