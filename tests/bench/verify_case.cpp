#include "bench/verify_case.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "mdoc/crypto/signature.hpp"

namespace mdoc::bench {

VerifyCase::VerifyCase(testing::SampleMdoc mdoc) : sample(std::move(mdoc)) {
  sample.on_issuer_auth = [this](testing::CoseParts& parts) {
    issuer_message = testing::cose_structure("Signature1", parts.protected_header, *parts.payload);
    issuer_signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
  };
  sample.on_device_auth = [this](testing::CoseParts& parts) {
    const Bytes content = testing::cbor_embedded(testing::cbor_array(
        {testing::cbor_text("DeviceAuthentication"), sample.transcript, testing::cbor_text(sample.doc_type),
         testing::cbor_embedded(sample.device_name_spaces.encode())}));
    device_message = testing::cose_structure(sample.mac ? "MAC0" : "Signature1", parts.protected_header, content);
    if (!sample.mac) device_signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
  };
  response = SharedBytes::take(sample.response());
  for (const auto& item : sample.items) items.push_back(item.encode());
  renew_trust();
}

void VerifyCase::renew_trust() {
  trust.emplace();
  must(trust->add_anchor(trust::Purpose::issuance, authority, {.source = "bench"}).has_value());
}

void VerifyCase::verify(SharedBytes message) const {
  const auto decoded = verification::UnverifiedResponse::decode(std::move(message));
  const auto outcome = verification::verify(*decoded, {.trust = *trust,
                                                       .now = {.utc = sample.now, .steady = {}},
                                                       .session_transcript = transcript,
                                                       .e_reader_key = &sample.e_reader_key});
  must(outcome.report.valid);
  keep(outcome.documents);
}

void VerifyCase::floor_behind_issuer(EVP_PKEY_CTX* issuer) const {
  floor.verify(issuer, issuer_message, issuer_signature);
  const Key device_key = floor.import_point(device_point);
  if (sample.mac) {
    floor.mac(reader_key.get(), device_key.get(), salt, device_message);
  } else {
    floor.verify(Floor::verifier(device_key.get()).get(), device_message, device_signature);
  }
  for (const Bytes& item : items) floor.sha256(item);
}

void VerifyCase::cold_floor() const {
  const Certificate parsed = Floor::parse(signer_der);
  Floor::verify_path(parsed.get(), bare_authority.get());
  floor_behind_issuer(Floor::verifier(X509_get0_pubkey(parsed.get())).get());
}

namespace {

void set_portrait(testing::SampleMdoc& sample, std::size_t size) {
  constexpr std::array<std::uint8_t, 4> jpeg{0xff, 0xd8, 0xff, 0xe0};
  Bytes portrait(size, 0x5a);
  std::ranges::copy(jpeg, portrait.begin());
  std::ranges::find(sample.items, "portrait", &testing::SampleItem::identifier)->value = testing::cbor_bytes(portrait);
}

}  // namespace

void grow_portrait(testing::SampleMdoc& sample, std::size_t size) {
  set_portrait(sample, 4);
  set_portrait(sample, size - sample.response().size());
}

}  // namespace mdoc::bench
