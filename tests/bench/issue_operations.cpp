// What issuer and holder do.

#include <algorithm>
#include <memory>
#include <optional>
#include <variant>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "bench/verify_case.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/issuer.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/respond.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

Key bare_key(const crypto::PrivateKey& key) {
  const SecretBytes pkcs8 = key.pkcs8().value();
  return Floor::private_key(pkcs8.view());
}

struct IssueCase {
  IssueCase() {
    for (const auto& item : sample.items) {
      content.name_spaces[0].second.emplace_back(ElementIdentifier(item.identifier),
                                                 model::DataElementValue::from_encoded(item.value).value());
      items.push_back(item.encode());
    }
    const auto prepared = draft();
    to_be_signed.assign(prepared.to_be_signed().begin(), prepared.to_be_signed().end());
  }

  model::IssuerSignedDraft draft() {
    return model::IssuerSignedDraft::prepare(content, sample.signer_key.public_key(), {.x5chain = {certificate}}, rng)
        .value();
  }
  void issue() {
    auto prepared = draft();
    const auto signature = crypto::sign(sample.signer_key, prepared.algorithm(), prepared.to_be_signed()).value();
    keep(std::move(prepared).finish(signature).value());
  }
  void issue_floor() {
    floor.sign(signer.get(), to_be_signed);
    for (const Bytes& item : items) floor.sha256(item);
  }

  testing::SampleMdoc sample;
  testing::CountingRng rng;
  crypto::Certificate signer_certificate = sample.signer_certificate();
  SharedBytes certificate = SharedBytes::copy_of(signer_certificate.der());
  model::IssuanceContent content{
      .doc_type = DocType(sample.doc_type),
      .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}},
      .device_key_info = {.device_key = sample.device_key.public_key().coordinates()},
      .validity_info = {
          .signed_at = sample.signed_at, .valid_from = sample.valid_from, .valid_until = sample.valid_until}};
  std::vector<Bytes> items;
  Bytes to_be_signed;
  Floor floor;
  Key key = bare_key(sample.signer_key);
  KeyContext signer = Floor::signer(key.get());
};

/// A request for everything, and what answers it.
struct RespondCase {
  explicit RespondCase(presentation::DeviceAuthMethod with) : method(with) {
    grow_portrait(sample, small_message);
    credentials.push_back(
        presentation::Credential::decode("licence", SharedBytes::take(sample.issuer_signed()), crypto::KeyRef("device"))
            .value());
    model::ItemsRequest items{.doc_type = DocType(sample.doc_type),
                              .name_spaces = {{NameSpace("org.iso.18013.5.1"), {}}}};
    for (const auto& item : sample.items)
      items.name_spaces[0].second.emplace_back(ElementIdentifier(item.identifier), false);
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    request = model::build_device_request(std::move(doc_requests)).value();
    const Bytes device_authentication = testing::cbor_embedded(
        testing::cbor_array({testing::cbor_text("DeviceAuthentication"), sample.transcript,
                             testing::cbor_text(sample.doc_type), testing::cbor_embedded(Bytes{0xa0})}));
    const bool mac = method == presentation::DeviceAuthMethod::mac;
    message = testing::cose_structure(mac ? "MAC0" : "Signature1",
                                      Bytes{0xa1, 0x01, mac ? std::uint8_t{0x05} : std::uint8_t{0x26}},
                                      device_authentication);
  }

  crypto::KeyResponse use_key(const crypto::KeyRequest& wanted) const {
    if (const auto* sign = std::get_if<crypto::SignRequest>(&wanted)) {
      return crypto::sign(sample.device_key, sign->algorithm, sign->message).value();
    }
    const auto& peer = std::get<crypto::AgreeRequest>(wanted).peer;
    return crypto::agree(sample.device_key, crypto::PublicKey::import(peer).value()).value();
  }
  [[nodiscard]] presentation::RequestMatch match() const {
    return presentation::match(*request, credentials, sample.now).value();
  }
  /// From what was agreed to to the encoded response.
  [[nodiscard]] Bytes build(const presentation::RequestMatch& match, const presentation::Consent& consent) const {
    auto draft = presentation::ResponseDraft::prepare(match.request_digest, consent, credentials, transcript,
                                                      e_reader_key, crypto::system_rng(), {.preferred = method})
                     .value();
    std::vector<crypto::KeyResponse> responses;
    responses.push_back(use_key(draft.key_requests()[0]));
    return std::move(draft).finish(std::move(responses)).value().bytes;
  }
  void respond() const {
    const auto found = match();
    keep(build(found, presentation::Consent::to_all(found)));
  }
  void respond_floor() const {
    if (method == presentation::DeviceAuthMethod::signature) return floor.sign(signer.get(), message);
    const Key peer = floor.import_point(reader_point);
    floor.mac(key.get(), peer.get(), salt, message);
  }

  /// A signature, its verification before it leaves, and the response written once.
  void build_floor(Bytes& written) const {
    floor.sign(signer.get(), message);
    floor.verify(verifier.get(), message, signature);
    std::ranges::copy(response, written.begin());
    keep(written);
  }

  presentation::DeviceAuthMethod method;
  testing::SampleMdoc sample;
  std::vector<presentation::Credential> credentials;
  std::optional<model::DeviceRequest> request;
  SharedBytes transcript = SharedBytes::copy_of(sample.transcript);
  crypto::EcPublicKey e_reader_key = sample.e_reader_key.public_key().coordinates();
  Bytes reader_point =
      Bytes(sample.e_reader_key.public_key().point().begin(), sample.e_reader_key.public_key().point().end());
  Bytes message, salt = Bytes(32, 0x5a);
  Floor floor;
  Key key = bare_key(sample.device_key);
  KeyContext signer = Floor::signer(key.get());
  KeyContext verifier = Floor::verifier(key.get());
  Bytes signature{}, response{};  // of one answer
};

Operation issue() {
  const auto test = std::make_shared<IssueCase>();
  return {.work = [test] { test->issue(); }, .floor = [test] { test->issue_floor(); }};
}

Operation respond(presentation::DeviceAuthMethod method) {
  const auto test = std::make_shared<RespondCase>(method);
  return {.work = [test] { test->respond(); }, .floor = [test] { test->respond_floor(); }};
}

/// What is done once the person has agreed.
Operation build_response() {
  const auto test = std::make_shared<RespondCase>(presentation::DeviceAuthMethod::signature);
  const auto match = std::make_shared<presentation::RequestMatch>(test->match());
  const auto consent = std::make_shared<presentation::Consent>(presentation::Consent::to_all(*match));
  test->response = test->build(*match, *consent);
  const auto raw = crypto::sign(test->sample.device_key, crypto::SignatureAlgorithm::es256, test->message).value().raw;
  test->signature = crypto::signature_to_der(crypto::Curve::p256, raw).value();
  const auto written = std::make_shared<Bytes>(test->response.size());
  return {.work = [=] { keep(test->build(*match, *consent)); }, .floor = [=] { test->build_floor(*written); }};
}

}  // namespace

void add_issue_and_respond(Operations& to) {
  using presentation::DeviceAuthMethod;
  to.push_back({"issue", [] { return issue(); }});
  to.push_back({"respond/signature", [] { return respond(DeviceAuthMethod::signature); }});
  to.push_back({"respond.build/signature/3kB", [] { return build_response(); }});
  to.push_back({"respond/mac", [] { return respond(DeviceAuthMethod::mac); }});
}

}  // namespace mdoc::bench
