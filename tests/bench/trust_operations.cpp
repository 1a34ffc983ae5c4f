// What trust costs: chains, status lists, lists of authorities.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/x509.h>
#include <zlib.h>

#include "bench/floors.hpp"
#include "bench/operation.hpp"
#include "bench/verify_case.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/status_token.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::bench {
namespace {

using trust::CertificateRole;
using trust::Purpose;

constexpr const char* list_uri = "https://issuer.example/statuslists/1";
const UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");
const DocType licence("org.iso.18013.5.1.mDL");

const testing::TestPki& pki() {
  static const testing::TestPki made = [] {
    testing::CountingRng rng(40);
    return testing::TestPki::create(now, rng).value();
  }();
  return made;
}

/// What OpenSSL needs to verify a COSE_Sign1 and its signer.
struct SignedMessage {
  SignedMessage(const SharedBytes& encoded, const crypto::Certificate& signer, const crypto::Certificate& anchor)
      : signer_der(VerifyCase::copy_of(signer.der())), bare_anchor(Floor::parse(anchor.der())) {
    cbor::Reader reader(encoded, {}, "COSE_Sign1");
    const cose::CoseSign1 parts = cose::decode_cose_sign1(reader, cose::Profile::cwt).value();
    message = testing::cose_structure("Signature1", parts.headers.protected_bytes.view(), parts.payload->view());
    signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature.view()).value();
  }
  void verify() const {
    const Certificate signer = Floor::parse(signer_der);
    Floor::verify_path(signer.get(), bare_anchor.get());
    floor.verify(Floor::verifier(X509_get0_pubkey(signer.get())).get(), message, signature);
  }
  Floor floor;
  Bytes signer_der, message, signature;
  Certificate bare_anchor;
};

// ---- Chains
// ----------------------------------------------------------------------------------------------------------

struct ChainCase {
  void renew() {
    store.emplace();
    must(store->add_anchor(Purpose::issuance, pki().certificate(CertificateRole::iaca)).has_value());
  }
  void evaluate() const {
    const crypto::Certificate& signer = pki().certificate(CertificateRole::document_signer);
    const std::array<ByteView, 1> x5chain{signer.der()};
    const auto evaluation = store->evaluate(
        {.profile = trust::info(CertificateRole::document_signer).profile, .doc_type = licence}, x5chain, now, {});
    must(evaluation.trusted());
    keep(evaluation);
  }
  std::optional<trust::TrustStore> store{};
  Floor floor;
  Bytes der = VerifyCase::copy_of(pki().certificate(CertificateRole::document_signer).der());
  Certificate anchor = Floor::parse(pki().certificate(CertificateRole::iaca).der());
};

Operation chain(bool known) {
  const auto test = std::make_shared<ChainCase>();
  test->renew();
  const auto work = [test] { test->evaluate(); };
  work();
  if (known) return {.work = work, .floor = [test] { test->floor.sha256(test->der); }};
  const auto floor = [test] { Floor::verify_path(Floor::parse(test->der).get(), test->anchor.get()); };
  return {.work = work, .floor = floor, .prepare = [test] { test->renew(); }};
}

// ---- Status lists
// ----------------------------------------------------------------------------------------------------

/// One document in a hundred is revoked, without a pattern that zlib would see.
trust::StatusList statuses(std::size_t count) {
  std::vector<trust::StatusType> values(count, trust::StatusType::valid);
  std::uint64_t state = 1;
  for (auto& value : values) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    if ((state >> 33) % 100 == 0) value = trust::StatusType::invalid;
  }
  return trust::StatusList::pack(1, values).value();
}

struct StatusCase {
  explicit StatusCase(std::size_t count) : size(count), list(statuses(count)), packed(list.deflate()) {
    token = testing::sign_status_token(pki(), {.uri = list_uri,
                                               .issued_at = now - std::chrono::hours(1),
                                               .expires_at = now + std::chrono::days(7),
                                               .list = list})
                .value();
    bare.emplace(token, pki().certificate(CertificateRole::status_list_signer),
                 pki().certificate(CertificateRole::iaca));
  }
  /// From received bytes to a store that can be asked.
  void load() const {
    trust::RevocationStore fresh;
    const trust::WantedSource wanted{
        .kind = trust::RevocationSource::status_list, .uris = {list_uri}, .trust = authority};
    must(fresh.accept(wanted, token, {.now = now}).has_value());
  }
  void load_floor() const {
    bare->verify();
    Bytes content(size / 8);
    uLongf length = content.size();
    must(::uncompress(content.data(), &length, packed.data(), packed.size()) == Z_OK && length == content.size());
    keep(content);
  }
  void look_up(std::uint64_t index) const {
    const auto record = trust::look_up(store.sources(), {.uri = list_uri, .place = index}, authority, {.now = now});
    must(record.state != trust::RevocationState::unknown);
  }
  void look_up_floor(std::uint64_t index) const {
    floor.sha256(as_bytes(std::string_view(list_uri)));
    keep(list.bytes()[index / 8]);
  }
  std::size_t size;
  trust::StatusList list;
  Bytes packed;
  SharedBytes token;
  trust::StatusTrust authority = trust::StatusTrust::issuer_ca(pki().certificate(CertificateRole::iaca));
  trust::RevocationStore store;
  Floor floor;
  std::optional<SignedMessage> bare{};
};

Operation load_status_list(std::size_t size) {
  const auto test = std::make_shared<StatusCase>(size);
  return {.work = [test] { test->load(); }, .floor = [test] { test->load_floor(); }};
}

Operation look_up_status(std::size_t size) {
  const auto test = std::make_shared<StatusCase>(size);
  const trust::WantedSource wanted{
      .kind = trust::RevocationSource::status_list, .uris = {list_uri}, .trust = test->authority};
  must(test->store.accept(wanted, test->token, {.now = now}).has_value());
  return {.work = [test] { test->look_up(test->size / 3); }, .floor = [test] { test->look_up_floor(test->size / 3); }};
}

// ---- Lists of authorities
// --------------------------------------------------------------------------------------------

struct VicalCase {
  explicit VicalCase(std::size_t count) {
    trust::Vical content{.vical_provider = "Utopia", .vical_issue_id = 1, .date = now};
    testing::CountingRng rng(41);
    for (std::size_t i = 0; i < count; ++i) {
      const auto each = testing::TestPki::create(now, rng).value();
      const crypto::Certificate& authority = each.certificate(CertificateRole::iaca);
      authorities.push_back(VerifyCase::copy_of(authority.der()));
      content.certificate_infos.push_back(trust::certificate_info(authority, {licence}).value());
    }
    list = testing::sign_vical(pki(), content).value();
    bare.emplace(list, pki().certificate(CertificateRole::vical_signer), pki().list_authority());
  }
  void load() const {
    const auto decoded = trust::decode_vical(list).value();
    const std::array anchors{pki().list_authority()};
    const auto verified = trust::verify_vical(decoded, {.anchors = anchors, .now = now}).value();
    trust::TrustStore store;
    must(store.put_list(Purpose::issuance, trust::TrustedList::of(verified, Level::interop).value()).has_value());
    must(store.size(Purpose::issuance) == authorities.size());
  }
  void load_floor() const {
    bare->verify();
    for (const Bytes& der : authorities) keep(Floor::parse(der));
  }
  std::vector<Bytes> authorities{};
  SharedBytes list;
  std::optional<SignedMessage> bare{};
};

Operation load_vical(std::size_t count) {
  const auto test = std::make_shared<VicalCase>(count);
  return {.work = [test] { test->load(); }, .floor = [test] { test->load_floor(); }};
}

}  // namespace

void add_trust(Operations& to) {
  to.push_back({"chain/cold", [] { return chain(false); }});
  to.push_back({"chain/cached", [] { return chain(true); }});
  for (const std::size_t size : {std::size_t{1} << 10, std::size_t{1} << 20}) {
    to.push_back({"status/look-up/" + std::to_string(size), [size] { return look_up_status(size); }});
    to.push_back({"status/load/" + std::to_string(size), [size] { return load_status_list(size); }});
  }
  to.push_back({"vical/load/200", [] { return load_vical(200); }});
}

}  // namespace mdoc::bench
