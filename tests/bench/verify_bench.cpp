#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "bench/floors.hpp"
#include "bench/paired.hpp"
#include "mdoc/crypto/signature.hpp"
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
    sample.on_issuer_auth = [this](testing::CoseParts& parts) { keep(parts, *parts.payload, issuer_message, issuer_signature); };
    sample.on_device_auth = [this](testing::CoseParts& parts) { device = parts; };
    response = SharedBytes::take(sample.response());
    for (const auto& item : sample.items) items.push_back(item.encode());
    device_content = testing::cbor_embedded(testing::cbor_array(
        {testing::cbor_text("DeviceAuthentication"), sample.transcript, testing::cbor_text(sample.doc_type), {0xd8, 0x18, 0x41, 0xa0}}));
    device_message = testing::cose_structure(mac ? "MAC0" : "Signature1", device.protected_header, device_content);
    if (!mac) device_signature = crypto::signature_to_der(crypto::Curve::p256, device.signature).value();
    const auto added = trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "bench"});
    if (!added) std::abort();
    const ByteView point = sample.device_key.public_key().point();
    device_point.assign(point.begin(), point.end());
    const ByteView der = certificate.emplace_back(sample.signer_certificate()).der();
    signer_der.assign(der.begin(), der.end());
    signer_key = floor.parse_certificate_key(signer_der);
    authority_key = floor.import_point(sample.iaca_key.public_key().point());
    reader_key = floor.private_key(sample.e_reader_key.pkcs8().value().view_for_bench());
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
    if (sample.mac) floor.mac(reader_key.get(), device_key.get(), sample.transcript, device_message);
    else floor.verify(device_key.get(), device_message, device_signature);
    for (const Bytes& item : items) floor.sha256(item);
  }

  void cold_floor() const {
    const Key parsed = floor.parse_certificate_key(signer_der);
    floor.verify(authority_key.get(), issuer_message_of_certificate, certificate_signature);
    warm_floor();
  }

  static void keep(const testing::CoseParts& parts, ByteView payload, Bytes& message, Bytes& signature) {
    message = testing::cose_structure("Signature1", parts.protected_header, payload);
    signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
  }

  testing::SampleMdoc sample;
  trust::TrustStore trust;
  Floor floor;
  SharedBytes response;
  std::vector<Bytes> items;
  testing::CoseParts device;
  Bytes issuer_message, issuer_signature, device_content, device_message, device_signature, device_point, signer_der;
  Bytes issuer_message_of_certificate, certificate_signature;
  std::vector<crypto::Certificate> certificate;
  Key signer_key, authority_key, reader_key;
};

}  // namespace
}  // namespace mdoc::bench
