// What an mdoc reader does with a response.

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "bench/session_case.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

enum class Proof : bool { signature, mac };
enum class Chain : bool { cached, cold };

/// A response of about `size` bytes, the trust that it needs, and the inputs of its floor.
struct Case {
  Case(std::size_t size, Proof proof) {
    sample.mac = proof == Proof::mac;
    sample.on_issuer_auth = [this](testing::CoseParts& parts) {
      issuer_message = testing::cose_structure("Signature1", parts.protected_header, *parts.payload);
      issuer_signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
    };
    sample.on_device_auth = [this](testing::CoseParts& parts) {
      const Bytes content = testing::cbor_embedded(
          testing::cbor_array({testing::cbor_text("DeviceAuthentication"), sample.transcript,
                               testing::cbor_text(sample.doc_type), testing::cbor_embedded(Bytes{0xa0})}));
      device_message = testing::cose_structure(sample.mac ? "MAC0" : "Signature1", parts.protected_header, content);
      if (!sample.mac) device_signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
    };
    const std::size_t without_portrait = response_with(4).size();
    response = SharedBytes::take(response_with(size - without_portrait));
    for (const auto& item : sample.items) items.push_back(item.encode());
    renew_trust();
  }

  Bytes response_with(std::size_t portrait_size) {
    constexpr std::array<std::uint8_t, 4> jpeg{0xff, 0xd8, 0xff, 0xe0};
    Bytes portrait(portrait_size, 0x5a);
    std::ranges::copy(jpeg, portrait.begin());
    std::ranges::find(sample.items, "portrait", &testing::SampleItem::identifier)->value =
        testing::cbor_bytes(portrait);
    return sample.response();
  }
  /// A store that has met no chain yet.
  void renew_trust() {
    trust.emplace();
    must(trust->add_anchor(trust::Purpose::issuance, authority, {.source = "bench"}).has_value());
  }

  void verify(SharedBytes message) const {
    const auto decoded = verification::UnverifiedResponse::decode(std::move(message));
    const auto outcome = verification::verify(*decoded, {.trust = *trust,
                                                         .now = {.utc = sample.now, .steady = {}},
                                                         .session_transcript = transcript,
                                                         .e_reader_key = &sample.e_reader_key});
    must(outcome.report.valid);
    keep(outcome.documents);
  }

  void floor_behind_issuer(EVP_PKEY_CTX* issuer) const {
    floor.verify(issuer, issuer_message, issuer_signature);
    const Key device_key = floor.import_point(device_point);
    if (sample.mac) {
      floor.mac(reader_key.get(), device_key.get(), salt, device_message);
    } else {
      floor.verify(Floor::verifier(device_key.get()).get(), device_message, device_signature);
    }
    for (const Bytes& item : items) floor.sha256(item);
  }
  void cached_floor() const { floor_behind_issuer(issuer_verifier.get()); }
  void cold_floor() const {
    const Certificate parsed = Floor::parse(signer_der);
    Floor::verify_path(parsed.get(), bare_authority.get());
    floor_behind_issuer(Floor::verifier(X509_get0_pubkey(parsed.get())).get());
  }

  static Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

  testing::SampleMdoc sample;
  crypto::Certificate authority = sample.iaca_certificate();
  crypto::Certificate signer = sample.signer_certificate();
  std::optional<trust::TrustStore> trust;
  SharedBytes response;
  SharedBytes transcript = SharedBytes::copy_of(sample.transcript);

  Floor floor;
  std::vector<Bytes> items;
  Bytes issuer_message, issuer_signature, device_message, device_signature, salt = Bytes(32, 0x5a);
  Bytes device_point = copy_of(sample.device_key.public_key().point());
  Bytes signer_der = copy_of(signer.der());
  Certificate bare_authority = Floor::parse(authority.der());
  Key signer_key = floor.import_point(sample.signer_key.public_key().point());
  KeyContext issuer_verifier = Floor::verifier(signer_key.get());
  SecretBytes reader_pkcs8 = sample.e_reader_key.pkcs8().value();
  Key reader_key = Floor::private_key(reader_pkcs8.view());
};

Operation verify(std::size_t size, Proof proof, Chain chain) {
  const auto test = std::make_shared<Case>(size, proof);
  const auto work = [test] { test->verify(test->response); };
  if (chain == Chain::cold) {
    return {.work = work, .floor = [test] { test->cold_floor(); }, .prepare = [test] { test->renew_trust(); }};
  }
  work();
  return {.work = work, .floor = [test] { test->cached_floor(); }};
}

/// Decrypted, decoded and verified.
Operation receive(std::size_t size) {
  const auto test = std::make_shared<Case>(size, Proof::signature);
  const auto session = std::make_shared<SessionCase>(Case::copy_of(test->response.view()));
  const auto work = [test, session] { test->verify(session->reader.decrypt(session->sealed).value()); };
  const auto floor = [test, session] {
    session->open_floor();
    test->cached_floor();
  };
  const auto prepare = [session] { session->renew_reader(); };
  work();
  return {.work = work, .floor = floor, .prepare = prepare};
}

}  // namespace

void add_verify(Operations& to) {
  for (const Chain chain : {Chain::cached, Chain::cold}) {
    for (const Proof proof : {Proof::signature, Proof::mac}) {
      for (const std::size_t size : {small_message, large_message}) {
        std::string name = proof == Proof::mac ? "verify/mac/" : "verify/signature/";
        name += named(size) + (chain == Chain::cold ? "/cold" : "/cached");
        to.push_back({std::move(name), [=] { return verify(size, proof, chain); }});
      }
    }
  }
  for (const std::size_t size : {small_message, large_message}) {
    to.push_back({"receive/signature/" + named(size) + "/cached", [size] { return receive(size); }});
  }
}

}  // namespace mdoc::bench
