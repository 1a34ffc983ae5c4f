#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "bench/floors.hpp"
#include "bench/paired.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/crypto/x509_signature.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

/// A response, the trust it needs, and the inputs of its floor.
struct Case {
  explicit Case(std::size_t portrait_bytes, bool mac) {
    sample.mac = mac;
    const auto portrait = std::ranges::find(sample.items, "portrait", &testing::SampleItem::identifier);
    Bytes image(portrait_bytes, 0x5a);
    std::copy_n(Bytes{0xff, 0xd8, 0xff, 0xe0}.begin(), 4, image.begin());
    portrait->value = testing::cbor_bytes(image);
    sample.on_issuer_auth = [this](testing::CoseParts& parts) {
      keep(parts, *parts.payload, issuer_message, issuer_signature);
    };
    sample.on_device_auth = [this](testing::CoseParts& parts) { device = parts; };
    response = SharedBytes::take(sample.response());
    for (const auto& item : sample.items) items.push_back(item.encode());
    device_content = testing::cbor_embedded(testing::cbor_array({testing::cbor_text("DeviceAuthentication"),
                                                                 sample.transcript,
                                                                 testing::cbor_text(sample.doc_type),
                                                                 {0xd8, 0x18, 0x41, 0xa0}}));
    device_message = testing::cose_structure(mac ? "MAC0" : "Signature1", device.protected_header, device_content);
    if (!mac) device_signature = crypto::signature_to_der(crypto::Curve::p256, device.signature).value();
    const auto added = trust.add_anchor(trust::Purpose::issuance, authority, {.source = "bench"});
    if (!added) std::abort();
    const ByteView point = sample.device_key.public_key().point();
    device_point.assign(point.begin(), point.end());
    const crypto::Certificate certificate = sample.signer_certificate();
    signer_der.assign(certificate.der().begin(), certificate.der().end());
    signer_key = floor.parse_certificate_key(signer_der);
    authority_key = floor.import_point(sample.iaca_key.public_key().point());
    const SecretBytes pkcs8 = sample.e_reader_key.pkcs8().value();
    reader_key = floor.private_key(pkcs8.view());
    const auto signed_certificate = crypto::read_signed_object(signer_der, Errc::bad_certificate).value();
    signed_part.assign(signed_certificate.signed_part.begin(), signed_certificate.signed_part.end());
    certificate_signature.assign(signed_certificate.signature.begin(), signed_certificate.signature.end());
  }

  void verify(const trust::TrustStore& store) const {
    const auto decoded = verification::UnverifiedResponse::decode(response);
    const auto outcome = verification::verify(*decoded, {.trust = store,
                                                         .now = {.utc = sample.now, .steady = {}},
                                                         .session_transcript = SharedBytes::copy_of(sample.transcript),
                                                         .e_reader_key = &sample.e_reader_key});
    if (!outcome.report.valid) std::abort();
    benchmark::DoNotOptimize(outcome.documents.size());
  }

  void warm_floor() const {
    const Key device_key = floor.import_point(device_point);
    floor.verify(signer_key.get(), issuer_message, issuer_signature);
    if (sample.mac)
      floor.mac(reader_key.get(), device_key.get(), sample.transcript, device_message);
    else
      floor.verify(device_key.get(), device_message, device_signature);
    for (const Bytes& item : items) floor.sha256(item);
  }

  void cold_floor() const {
    const Key parsed = floor.parse_certificate_key(signer_der);
    floor.verify(authority_key.get(), signed_part, certificate_signature);
    warm_floor();
  }

  static void keep(const testing::CoseParts& parts, ByteView payload, Bytes& message, Bytes& signature) {
    message = testing::cose_structure("Signature1", parts.protected_header, payload);
    signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
  }

  testing::SampleMdoc sample;
  crypto::Certificate authority = sample.iaca_certificate();
  trust::TrustStore trust;
  Floor floor;
  SharedBytes response;
  std::vector<Bytes> items;
  testing::CoseParts device;
  Bytes issuer_message, issuer_signature, device_content, device_message, device_signature, device_point, signer_der;
  Bytes signed_part, certificate_signature;
  Key signer_key, authority_key, reader_key;
};

constexpr std::size_t small_portrait = 1200;    // makes a response of 3 kB
constexpr std::size_t large_portrait = 98'000;  // of 100 kB

void verify_known_chain(benchmark::State& state, std::size_t portrait, bool mac) {
  const Case test(portrait, mac);
  test.verify(test.trust);
  paired(
      state, [&] { test.verify(test.trust); }, [&] { test.warm_floor(); });
  state.counters["bytes"] = static_cast<double>(test.response.size());
}

/// A TrustStore that meets the chain for the first time, made outside of what is measured.
void verify_new_chain(benchmark::State& state, std::size_t portrait) {
  const Case test(portrait, false);
  std::vector<std::unique_ptr<trust::TrustStore>> stores;
  const auto fresh_store = [&test] {
    auto store = std::make_unique<trust::TrustStore>();
    const auto added = store->add_anchor(trust::Purpose::issuance, test.authority, {.source = "bench"});
    if (!added) std::abort();
    return store;
  };
  for (std::size_t i = 0; i < 64; ++i) stores.push_back(fresh_store());
  std::size_t next = 0;
  paired(
      state, [&] { test.verify(*stores[next]); }, [&] { test.cold_floor(); },
      [&] {
        next = (next + 1) % stores.size();
        stores[next] = fresh_store();
      });
}

void BM_VerifySignature3kB(benchmark::State& state) { verify_known_chain(state, small_portrait, false); }
void BM_VerifySignature100kB(benchmark::State& state) { verify_known_chain(state, large_portrait, false); }
void BM_VerifyMac3kB(benchmark::State& state) { verify_known_chain(state, small_portrait, true); }
void BM_VerifyMac100kB(benchmark::State& state) { verify_known_chain(state, large_portrait, true); }
void BM_VerifyNewChain3kB(benchmark::State& state) { verify_new_chain(state, small_portrait); }

BENCHMARK(BM_VerifySignature3kB)->UseManualTime();
BENCHMARK(BM_VerifySignature100kB)->UseManualTime();
BENCHMARK(BM_VerifyMac3kB)->UseManualTime();
BENCHMARK(BM_VerifyMac100kB)->UseManualTime();
BENCHMARK(BM_VerifyNewChain3kB)->UseManualTime();

}  // namespace
}  // namespace mdoc::bench
