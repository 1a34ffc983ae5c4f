#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/reader.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc {

/// A holder and a reader in one room: whatever one sends reaches the other, unless a test takes it.
class Meeting {
 public:
  explicit Meeting(HolderOptions holder_options = {}, ReaderOptions reader_options = {},
                   crypto::Curve device_curve = crypto::Curve::p256)
      : sample(device_curve),
        holder(make_holder(std::move(holder_options))),
        reader(make_reader(std::move(reader_options))) {}

  [[nodiscard]] Now now() const { return {.utc = sample.now, .steady = steady}; }
  void pass(std::chrono::seconds time) { steady += time; }

  /// A request of the sample's docType; elements of its first name space unless "NS/ID".
  [[nodiscard]] model::DeviceRequest request(const std::vector<std::string>& elements) const {
    model::ItemsRequest items{.doc_type = DocType(sample.doc_type),
                              .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}}};
    for (const auto& element : elements) items.name_spaces[0].second.emplace_back(ElementIdentifier(element), false);
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    return model::build_device_request(std::move(doc_requests)).value();
  }

  /// The wallet of before, with its keys, shows another engagement, and the reader takes it.
  void meet_again(HolderOptions holder_options = {}, ReaderOptions reader_options = {}) {
    holder = make_holder(std::move(holder_options));
    reader = make_reader(std::move(reader_options));
    holder_closed.reset();
    reader_closed.reset();
    responses.clear();
    sent_responses.clear();
    sent_requests.clear();
    reader_keys.clear();
  }

  void open_link() {
    holder.on_link_opened(now());
    reader.on_link_opened(now());
  }

  /// Lets both sides work until neither has anything to do.
  void settle() {
    for (bool busy = true; busy;) {
      busy = settle_holder();
      busy = settle_reader() || busy;
    }
  }

  /// Lets time pass: `side`, which sets `closed`, gives up `limit` from now and not a second before.
  template <class Side>
  void expect_timeout(Side& side, const std::optional<Closed>& closed, std::chrono::seconds limit) {
    constexpr std::chrono::seconds last{1};
    EXPECT_EQ(side.deadline(), steady + limit);
    pass(limit - last);
    side.on_timer(now());
    settle();
    EXPECT_FALSE(closed);
    pass(last);
    side.on_timer(now());
    settle();
    ASSERT_TRUE(closed && closed->reason);
    EXPECT_EQ(closed->reason->code, Errc::timed_out);
  }

  // What happened.
  std::vector<ResponseReceived> responses;
  std::vector<ConsentNeeded> asked;
  std::vector<AuthenticateHolder> authentications;
  std::vector<ResponseSent> sent_responses;
  std::vector<RequestSent> sent_requests;
  std::vector<Event> holder_events, reader_events;
  std::optional<Closed> holder_closed, reader_closed;
  std::vector<Bytes> to_holder, to_reader;

  // How the meeting goes.
  bool answer_at_once = true;                                    ///< consent to everything as soon as asked
  bool deliver = true;                                           ///< messages reach the other side
  bool use_keys = true;                                          ///< UseKey is answered
  std::optional<presentation::DeviceAuthMethod> reserved_for{};  ///< what the wallet stored with its key
  std::vector<presentation::Credential> more_credentials;        ///< in the wallet of meet_again()
  std::vector<UseKey> waiting_keys;
  std::vector<UseKey> reader_keys;  ///< a test answers them
  /// Says who the person is, as soon as asked; empty: nobody says anything.
  std::function<Result<presentation::HolderAuthentication>(const AuthenticateHolder&)> authenticate =
      [](const AuthenticateHolder&) { return presentation::HolderAuthentication{.method = "pin"}; };
  bool make_proofs = true;  ///< MakeProof is answered
  std::vector<MakeProof> waiting_proofs;

  const crypto::KeyRef device_key{"device"};
  testing::SampleMdoc sample;
  TimePoint steady{std::chrono::hours{1}};
  std::shared_ptr<trust::TrustStore> trust = std::make_shared<trust::TrustStore>();
  crypto::SoftwareKeyProvider keys;
  testing::CountingRng rng{42};
  Holder holder;
  Reader reader;

 private:
  Holder make_holder(HolderOptions options) {
    if (!keys.use(device_key)) {
      const SecretBytes scalar = sample.device_key.scalar().value();
      EXPECT_TRUE(keys.add(device_key, crypto::PrivateKey::import(sample.device_key.curve(), scalar.view()).value()));
    }
    std::vector<presentation::Credential> credentials;
    credentials.push_back(
        presentation::Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), device_key, reserved_for)
            .value());
    credentials.insert(credentials.end(), more_credentials.begin(), more_credentials.end());
    const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
    return Holder::create(std::move(credentials), methods, rng, now(), std::move(options)).value();
  }

  Reader make_reader(ReaderOptions options) {
    EXPECT_TRUE(trust->add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "test"}));
    return Reader::from_qr_code(holder.qr_code(), trust, rng, now(), std::move(options)).value();
  }

  bool settle_holder() {
    bool busy = false;
    while (auto effect = holder.poll()) {
      busy = true;
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        to_reader.push_back(send->message);
        if (deliver) reader.on_message(SharedBytes::take(std::move(send->message)), now());
      } else if (auto* needed = std::get_if<ConsentNeeded>(&*effect)) {
        asked.push_back(*needed);
        if (answer_at_once) {
          EXPECT_TRUE(holder.answer(presentation::Consent::to_all(needed->options), rng, now()));
        }
      } else if (auto* use = std::get_if<UseKey>(&*effect)) {
        if (use_keys)
          holder.on_key_result(use->id, crypto::answer(keys, use->request), now());
        else
          waiting_keys.push_back(std::move(*use));
      } else if (auto* person = std::get_if<AuthenticateHolder>(&*effect)) {
        authentications.push_back(*person);
        if (authenticate) holder.on_holder_authenticated(person->id, authenticate(*person), now());
      } else if (auto* sent = std::get_if<ResponseSent>(&*effect)) {
        sent_responses.push_back(*sent);
      } else if (auto* make = std::get_if<MakeProof>(&*effect)) {
        if (make_proofs)
          holder.on_proof_result(make->id, presentation::prove(make->request), now());
        else
          waiting_proofs.push_back(std::move(*make));
      } else if (auto* event = std::get_if<Event>(&*effect)) {
        holder_events.push_back(*event);
      } else if (auto* closed = std::get_if<Closed>(&*effect)) {
        holder_closed = *closed;
      }
    }
    return busy;
  }

  bool settle_reader() {
    bool busy = false;
    while (auto effect = reader.poll()) {
      busy = true;
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        to_holder.push_back(send->message);
        if (deliver) holder.on_message(SharedBytes::take(std::move(send->message)), now());
      } else if (auto* use = std::get_if<UseKey>(&*effect)) {
        reader_keys.push_back(std::move(*use));
      } else if (auto* sent = std::get_if<RequestSent>(&*effect)) {
        sent_requests.push_back(std::move(*sent));
      } else if (auto* received = std::get_if<ResponseReceived>(&*effect)) {
        responses.push_back(std::move(*received));
      } else if (auto* event = std::get_if<Event>(&*effect)) {
        reader_events.push_back(*event);
      } else if (auto* closed = std::get_if<Closed>(&*effect)) {
        reader_closed = *closed;
      }
    }
    return busy;
  }
};

}  // namespace mdoc
