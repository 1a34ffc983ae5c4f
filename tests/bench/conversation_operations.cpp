// What a wallet and a session do with each request.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/session/mdoc_session.hpp"
#include "mdoc/session/reader_session.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

constexpr std::size_t documents = 20;
constexpr std::size_t elements = 60;
constexpr std::size_t doc_types = 10;

std::string doc_type(std::size_t document) { return "org.example.document." + std::to_string(document % doc_types); }
std::string identifier(std::size_t element) { return "element_" + std::to_string(element); }

/// A full wallet, and a request with three use cases that can be satisfied in two ways each.
struct MatchCase {
  MatchCase() {
    for (std::size_t i = 0; i < documents; ++i) {
      sample.doc_type = doc_type(i);
      sample.items.clear();
      for (std::size_t n = 0; n < elements; ++n) {
        sample.items.push_back({.name_space = "org.example.1",
                                .digest_id = n,
                                .random = Bytes(32, static_cast<std::uint8_t>(n)),
                                .identifier = identifier(n),
                                .value = testing::cbor_uint(n)});
      }
      credentials.push_back(presentation::Credential::decode("document " + std::to_string(i),
                                                             SharedBytes::take(sample.issuer_signed()),
                                                             crypto::KeyRef("device"))
                                .value());
    }
    model::DeviceRequestInfo info;
    for (std::uint64_t i = 0; i < 3; ++i) {
      info.use_cases.push_back({.mandatory = i == 0, .document_sets = {{2 * i, 2 * i + 1}, {2 * i}}});
    }
    std::vector<model::DocRequest> doc_requests;
    for (std::size_t i = 0; i < 6; ++i) doc_requests.push_back(ask(i));
    model::DeviceRequestOptions options;
    options.device_request_info = model::encode_device_request_info(std::move(info)).value();
    request = model::build_device_request(std::move(doc_requests), std::move(options)).value();
  }

  /// Ten elements, one of which only an alternative answers.
  static model::DocRequest ask(std::size_t document) {
    const NameSpace name_space("org.example.1");
    model::ItemsRequest items{.doc_type = DocType(doc_type(document)), .name_spaces = {{name_space, {}}}};
    for (std::size_t n = 0; n < 9; ++n) {
      items.name_spaces[0].second.emplace_back(ElementIdentifier(identifier(6 * n)), false);
    }
    const model::ElementReference missing{name_space, ElementIdentifier("portrait")};
    items.name_spaces[0].second.emplace_back(missing.element, false);
    model::DocRequestInfo info;
    info.alternative_data_elements = {
        {.requested_element = missing,
         .alternative_element_sets = {{{name_space, ElementIdentifier("other")}},
                                      {{name_space, ElementIdentifier(identifier(59))}}}}};
    items.request_info = std::move(info);
    return {.items_request = model::encode_items_request(std::move(items)).value()};
  }

  void match() const {
    const auto found = presentation::match(*request, credentials, sample.now).value();
    must(found.answerable && found.use_cases.size() == 3);
    keep(found);
  }

  testing::SampleMdoc sample;
  std::vector<presentation::Credential> credentials;
  std::optional<model::DeviceRequest> request;
  Floor floor;
};

/// Both ends of a session that stands.
struct RoundCase {
  explicit RoundCase(std::size_t size) : request(719, 0x5a), response(size, 0x5a) {
    iv[7] = iv[11] = 1;
    sealed_request = Bytes(request.size() + 16);
    sealed_response = Bytes(response.size() + 16);
    Floor::seal(cipher.get(), iv, request, sealed_request);
    Floor::seal(cipher.get(), iv, response, sealed_response);
    round();  // establishes the session
  }

  template <class Session>
  static Bytes sent_by(Session& session) {
    while (auto effect = session.poll()) {
      if (auto* send = std::get_if<session::SendMessage>(&*effect)) return std::move(send->message);
    }
    must(false);
    return {};
  }
  template <class Session>
  static void receive(Session& session, Bytes message) {
    session.on_message(SharedBytes::take(std::move(message)), TimePoint{});
    bool received = false;
    while (auto effect = session.poll()) {
      received = received || std::holds_alternative<session::MessageReceived>(*effect);
      keep(*effect);
    }
    must(received);
  }
  void round() {
    must(reader->request(request, TimePoint{}).has_value());
    receive(*mdoc, sent_by(*reader));
    must(mdoc->respond(response, session::AfterResponse::wait, TimePoint{}).has_value());
    receive(*reader, sent_by(*mdoc));
  }
  void floor() {
    Floor::seal(cipher.get(), iv, request, output);
    Floor::open(cipher.get(), iv, sealed_request, output);
    Floor::seal(cipher.get(), iv, response, output);
    Floor::open(cipher.get(), iv, sealed_response, output);
  }

  testing::CountingRng rng{9};
  crypto::PrivateKey e_device_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  engagement::DeviceEngagement engagement = engagement::DeviceEngagement::for_nfc(e_device_key.public_key()).value();
  std::optional<session::ReaderSession> reader =
      session::ReaderSession::create(engagement, engagement::QrHandover{},
                                     crypto::PrivateKey::generate(crypto::Curve::p256, rng).value(), TimePoint{})
          .value();
  std::optional<session::MdocSession> mdoc =
      session::MdocSession::create(engagement, std::move(e_device_key), engagement::QrHandover{}, TimePoint{}).value();
  Bytes request, response, sealed_request, sealed_response, output;
  Bytes iv = Bytes(12);
  CipherContext cipher = Floor::cipher(Bytes(32, 2));
};

Operation match() {
  const auto test = std::make_shared<MatchCase>();
  return {.work = [test] { test->match(); }, .floor = [test] { test->floor.sha256(test->request->encoded.view()); }};
}

Operation round(std::size_t size) {
  const auto test = std::make_shared<RoundCase>(size);
  return {.work = [test] { test->round(); }, .floor = [test] { test->floor(); }};
}

}  // namespace

void add_conversation(Operations& to) {
  to.push_back({"match/20x60", [] { return match(); }});
  for (const std::size_t size : {small_message, large_message}) {
    to.push_back({"session.round/" + named(size), [size] { return round(size); }});
  }
}

}  // namespace mdoc::bench
