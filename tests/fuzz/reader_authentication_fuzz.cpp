// A signed request of any bytes, or a good one with some of its bytes changed. Whatever comes: no crash, and nobody is
// verified for other bytes than the good request was signed with.
//
// The first byte of an input chooses: even and what follows is a request; odd and what follows are edits of the good
// one, as altered_response.hpp has them.

#include <cstdint>

#include "fuzz/altered_response.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/presentation/reader_authentication.hpp"
#include "mdoc/trust/certificate_templates.hpp"
#include "support/sample_mdoc.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using presentation::ReaderSignature;
using trust::CertificateRole;

/// EdDSA throughout: its signatures are repeatable, so a corpus keeps its meaning. The profile of readers wants
/// certificates signed by ECDSA, so the level that judges them is the lenient one.
struct Wallet {
  crypto::PrivateKey ca_key = crypto::PrivateKey::import(crypto::Curve::ed25519, Bytes(32, 0x11)).value();
  crypto::PrivateKey key = crypto::PrivateKey::import(crypto::Curve::ed25519, Bytes(32, 0x22)).value();
  UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");
  Bytes transcript{0x83, 0xf6, 0xf6, 0xf6};
  trust::TrustStore store;
  model::DeviceRequest good;

  Wallet() {
    const auto ca =
        crypto::issue_self_signed_certificate(wanted(CertificateRole::reader_ca, "CA"), ca_key, rng_).value();
    const auto certificate =
        crypto::issue_certificate(wanted(CertificateRole::reader, "Reader"), key.public_key(), ca, ca_key, rng_)
            .value();
    require(store.add_anchor(trust::Purpose::readers, ca).has_value());

    auto first = items("family_name");
    auto second = items("portrait");
    const auto info =
        model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0, 1}}}}}).value();
    const std::vector<ByteView> both{first.bytes(), second.bytes()};
    auto one = sign(certificate, model::reader_authentication_bytes(iso18013_5(), transcript, first.bytes()));
    auto all = sign(certificate, model::reader_authentication_all_bytes(iso18013_5(), transcript, both, info.bytes()));
    auto draft = sign(certificate, model::reader_authentication_all_short_bytes(iso18013_5(), transcript, both));
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = std::move(first), .reader_auth = std::move(one)});
    doc_requests.push_back({.items_request = std::move(second)});
    good = model::build_device_request(std::move(doc_requests), {.device_request_info = info,
                                                                 .reader_auth_all = {std::move(all), std::move(draft)}})
               .value();
    require(judge(good).reader_of_all() != nullptr);
  }

  [[nodiscard]] presentation::RequestReaders judge(const model::DeviceRequest& request) const {
    return presentation::judge_reader_authentication(
        request, {.trust = store, .session_transcript = transcript, .now = now, .level = Level::lenient});
  }

 private:
  testing::CountingRng rng_;

  [[nodiscard]] crypto::CertificateTemplate wanted(CertificateRole role, const std::string& common_name) const {
    const auto subject =
        crypto::DistinguishedName::build({{std::string(crypto::attribute::common_name), common_name}}).value();
    return trust::certificate_template(
               role,
               {.subject = subject, .not_before = now - std::chrono::days{1}, .crl_uri = "http://issuer.example/crl"})
        .value();
  }
  static model::ItemsRequestBytes items(std::string_view element) {
    return model::encode_items_request(
               {.doc_type = DocType("org.iso.18013.5.1.mDL"),
                .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier(element), false}}}}})
        .value();
  }
  [[nodiscard]] cose::CoseSign1 sign(const crypto::Certificate& certificate,
                                     const model::AuthenticationBytes& content) const {
    cose::HeaderOptions options{.x5chain = {SharedBytes::copy_of(certificate.der())}};
    const auto draft =
        cose::Sign1Draft::prepare_detached(key.public_key(), content.parts(), std::move(options)).value();
    return draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
  }
};

bool same_items(const model::DeviceRequest& a, const model::DeviceRequest& b) {
  return std::ranges::equal(a.doc_requests, b.doc_requests, [](const auto& one, const auto& other) {
    return fuzz::same(one.items_request.bytes(), other.items_request.bytes());
  });
}

/// What a trusted signature covers is what the reader signed.
void check_covered(const model::DeviceRequest& request, std::size_t id, ReaderSignature basis,
                   const model::DeviceRequest& good) {
  if (basis.kind == ReaderSignature::Kind::reader_auth) {
    require(basis.index == id);
    const auto signed_items = good.doc_requests[0].items_request.bytes();
    require(fuzz::same(request.doc_requests[id].items_request.bytes(), signed_items));
    return;
  }
  require(same_items(request, good));
  if (basis.kind == ReaderSignature::Kind::reader_auth_all_short) return;
  require(request.device_request_info.has_value());
  require(fuzz::same(request.device_request_info->bytes(), good.device_request_info->bytes()));
}

void check(const Wallet& wallet, const model::DeviceRequest& request) {
  const auto readers = wallet.judge(request);
  require(readers.doc_requests.size() == request.doc_requests.size());
  bool anybody_trusted = false;
  for (std::size_t id = 0; id < readers.doc_requests.size(); ++id) {
    const auto& doc_request = readers.doc_requests[id];
    require((doc_request.verified_reader() != nullptr) == (doc_request.result() == presentation::ReaderTrust::trusted));
    require(doc_request.any(doc_request.result()));
    for (const auto& judgement : doc_request.signatures) {
      const auto* reader = judgement.verified_reader();
      require((reader != nullptr) == (judgement.result() == presentation::ReaderTrust::trusted));
      if (reader == nullptr) continue;
      anybody_trusted = true;
      require(reader->basis() == judgement.signature() && reader->subject() == "CN=Reader");
      check_covered(request, id, reader->basis(), wallet.good);
    }
  }
  require(!readers.is_device_request_info_unproven() || readers.reader_of_all() == nullptr);
  // No stranger's certificate makes a wallet fetch anything.
  require(readers.wanted.size() == (anybody_trusted ? 1u : 0u));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Wallet wallet;
  if (size == 0 || size > 16384) return 0;
  const ByteView good = wallet.good.encoded.view();
  Bytes message(data + 1, data + size);
  if (data[0] % 2 != 0) message = fuzz::edited(Bytes(good.begin(), good.end()), message);
  const auto request = model::decode_device_request(SharedBytes::take(std::move(message)), {.level = Level::lenient});
  if (request) check(wallet, *request);
  return 0;
}
