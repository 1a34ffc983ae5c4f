// Presentations that other implementations made, with what independent tools found out about them.
#include <map>

#include "bench.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

namespace json = boost::json;

/// How a sample is judged here. Where the vectors give no time, one within the MSO's validity was chosen.
struct Row {
  std::string_view id;
  Level level;  ///< the strictest at which it is accepted, or would be but for what it lacks
  std::string_view at;
  bool valid;  ///< with the anchors and the transcript that are published
};

constexpr Row rows[] = {
    {"animo/paradym-oid4vp-1.0", Level::interop, "2026-01-12T00:00:00Z", true},
    {"google/cm-wallet-dcapi-draft24", Level::interop, "2025-02-20T00:00:00Z", true},
    {"ubique/oid4vp-annex-b", Level::lenient, "2025-02-01T00:00:00Z", true},
    {"auth0/deviceResponse", Level::interop, "2023-09-01T00:00:00Z", false},
    {"auth0/deviceResponse2", Level::interop, "2023-09-01T00:00:00Z", false},
    {"auth0/issuerSigned", Level::lenient, "2023-11-01T00:00:00Z", false},
    {"multipaz/dcapi-sample", Level::interop, "2025-01-01T00:00:00Z", false},
    {"eudi/pid", Level::lenient, "2024-07-01T00:00:00Z", false},
    {"eudi/mdl", Level::lenient, "2024-07-01T00:00:00Z", false},
    {"eudi/wallet-kit-mdl", Level::lenient, "2026-05-01T00:00:00Z", false},
    {"isomdl/device-response-small", Level::interop, "2020-12-01T00:00:00Z", false},
    {"isomdl/issuer-signed", Level::interop, "2020-12-01T00:00:00Z", false},
    {"sphereon/sprind-funke-pid", Level::lenient, "2024-08-01T00:00:00Z", false},
    {"sphereon/oid4vp-response-no-device-auth", Level::lenient, "2024-08-01T00:00:00Z", false},
    {"walt/mdl-fixture", Level::interop, "2026-06-01T00:00:00Z", false},
    {"walt/photo-id", Level::interop, "2026-06-01T00:00:00Z", false},
    {"walt/example-1", Level::interop, "2024-02-01T00:00:00Z", false},
    {"walt/example-2", Level::interop, "2024-02-01T00:00:00Z", false},
    {"vck/openid4vp-v1-signed", Level::interop, "2026-01-20T00:00:00Z", false},
    {"pagopa/issuer-signed-kid-header", Level::lenient, "2025-07-01T00:00:00Z", false},
    {"pagopa/device-response", Level::lenient, "2024-07-01T00:00:00Z", false},
    {"pagopa/one-doc", Level::lenient, "2024-10-01T00:00:00Z", false},
    {"longfellow/00", Level::interop, "2024-01-30T09:00:00Z", true},
    {"longfellow/02", Level::interop, "2024-05-05T09:00:00Z", true},
    {"longfellow/03", Level::interop, "2024-10-01T09:00:00Z", true},
    {"longfellow/05", Level::lenient, "2025-04-30T00:00:00Z", true},
    {"longfellow/06", Level::interop, "2025-06-10T23:59:59Z", true},
    {"longfellow/08", Level::interop, "2025-08-01T23:59:59Z", true},
    {"longfellow/09", Level::lenient, "2025-08-25T23:59:59Z", true},
    {"longfellow/10", Level::interop, "2025-08-25T23:59:59Z", true},
    {"longfellow/15", Level::lenient, "2026-01-15T09:00:00Z", true},
    {"longfellow/16", Level::lenient, "2026-01-15T09:00:00Z", true},
    {"longfellow/18", Level::lenient, "2026-01-15T09:00:00Z", true},
    {"longfellow/19", Level::lenient, "2026-01-15T09:00:00Z", true},
    {"longfellow/20", Level::lenient, "2026-01-15T09:00:00Z", true},
    {"longfellow/22", Level::interop, "2026-01-15T16:00:00Z", true},
    {"longfellow/23", Level::interop, "2026-01-15T16:00:00Z", true},
    {"longfellow/24", Level::interop, "2026-01-15T16:00:00Z", true},
};

/// What the vectors call a warning, and the check that says so here.
const std::map<std::string_view, CheckId> warning_checks{
    {"DS certificate without extended key usage 1.0.18013.5.1.2", CheckId::trust_key_purpose},
    {"the DS certificate is a CA certificate", CheckId::trust_signer_profile},
    {"MSO signed outside the validity of the DS certificate", CheckId::mso_signed_within_signer},
    {"no countryName in the DS certificate", CheckId::trust_country},
};

/// The check that refuses a defective sample, and its reason.
const std::map<std::string_view, std::pair<CheckId, Reason>> defects{
    // Both have the bare MSO as payload. One names two different signers in its headers besides, the
    // other has text for digestIDs.
    {"auth0/deviceResponse", {CheckId::document_structure, Reason::malformed}},
    {"auth0/deviceResponse2", {CheckId::mso_structure, Reason::malformed}},
    {"multipaz/dcapi-sample", {CheckId::issuer_auth_headers, Reason::absent}},
    {"isomdl/device-response-small", {CheckId::mso_structure, Reason::malformed}},
    {"sphereon/oid4vp-response-no-device-auth", {CheckId::issuer_digests, Reason::invalid}},
    {"walt/example-1", {CheckId::document_structure, Reason::malformed}},  // the payload is no byte string
    {"walt/example-2", {CheckId::document_structure, Reason::malformed}},
    {"pagopa/issuer-signed-kid-header", {CheckId::issuer_auth_signature, Reason::invalid}},
};

Bytes hex_member(const json::object& object, std::string_view name) {
  return testing::hex(std::string_view(object.at(name).as_string()));
}

/// The certificate of the signer, as far as the sample can be decoded; of the first document.
std::optional<crypto::Certificate> signer_certificate(const json::object& sample) {
  const SharedBytes bytes = SharedBytes::take(hex_member(sample, "hex"));
  const cbor::DecodeContext lenient{.level = Level::lenient};
  const auto of = [](const model::IssuerSigned& issuer_signed) -> std::optional<crypto::Certificate> {
    const auto& x5chain = issuer_signed.issuer_auth.headers.x5chain;
    if (x5chain.empty()) return std::nullopt;
    return crypto::Certificate::from_der(x5chain.front().view()).value();
  };
  const std::string_view type = sample.at("type").as_string();
  if (type == "IssuerSigned") {
    const auto issuer_signed = model::decode_issuer_signed(bytes, lenient);
    return issuer_signed ? of(*issuer_signed) : std::nullopt;
  }
  if (type == "Document") {
    cbor::Reader reader(bytes, lenient);
    const auto document = model::decode_document(reader);
    return document ? of(document->issuer_signed) : std::nullopt;
  }
  const auto response = model::decode_device_response(bytes, lenient);
  if (!response || response->documents.empty() || !response->documents.front().value) return std::nullopt;
  return of(response->documents.front().value->issuer_signed);
}

/// The sample's own anchors and keys. A certificate with the issuer's key is pinned instead of the key, since nothing
/// is said of a certificate that only carries a pinned key.
void fill(trust::TrustStore& store, const json::object& sample) {
  if (const auto* anchors = sample.if_contains("trustAnchorsDer")) {
    for (const auto& der : anchors->as_array()) {
      const auto certificate = crypto::Certificate::from_der(testing::hex(std::string_view(der.as_string()))).value();
      if (!store.add_anchor(trust::Purpose::issuance, certificate)) {
        store.pin_certificate(trust::Purpose::issuance, certificate);
      }
    }
  }
  if (const auto* key = sample.if_contains("issuerPublicKey")) {
    const json::object& point = key->as_object();
    const auto issuer_key =
        crypto::PublicKey::import(crypto::Curve::p256, hex_member(point, "x"), hex_member(point, "y")).value();
    const auto certificate = signer_certificate(sample);
    const auto certified = certificate ? certificate->public_key() : Result<crypto::PublicKey>(Error{});
    if (certified && *certified == issuer_key)
      store.pin_certificate(trust::Purpose::issuance, *certificate);
    else
      store.pin_key(trust::Purpose::issuance, issuer_key);
  }
}

VerificationOutcome judge(const json::object& sample, const Row& row, Level level) {
  trust::TrustStore store;
  fill(store, sample);
  VerificationInput input{.trust = store, .now = {.utc = testing::utc(row.at), .steady = {}}};
  if (sample.contains("sessionTranscript")) {
    input.session_transcript = SharedBytes::take(hex_member(sample, "sessionTranscript"));
  }
  SharedBytes bytes = SharedBytes::take(hex_member(sample, "hex"));
  const std::string_view type = sample.at("type").as_string();
  if (type == "Document") return verify_document(bytes, input, level).value();
  if (type == "IssuerSigned") return verify_issuer_signed(bytes, input, level).value();
  return verify(UnverifiedResponse::decode(bytes, level).value(), input);
}

/// Compares each fact of the vectors with our check.
void compare(const json::object& sample, const json::object& expected, const Report& report) {
  const DocumentReport& document = report.documents.at(0);
  const auto outcome = [&](CheckId check) { return document.find(check).outcome; };
  EXPECT_EQ(document.doc_type->str(), std::string_view(expected.at("docType").as_string()));
  if (const auto* signer = expected.if_contains("signer")) {
    EXPECT_EQ(document.issuer->subject, std::string_view(signer->as_string()));
  }
  EXPECT_EQ(outcome(CheckId::issuer_auth_signature) == Outcome::pass, expected.at("issuerSignature").as_bool());
  if (const auto* chain = expected.if_contains("chain")) {
    EXPECT_EQ(outcome(CheckId::trust_path) == Outcome::pass, chain->as_bool());
  } else if (!sample.contains("issuerPublicKey")) {
    EXPECT_EQ(document.find(CheckId::trust_path).reason, Reason::no_anchors);
  } else {
    EXPECT_EQ(document.find(CheckId::trust_path).reason, Reason::pinned);
  }
  const json::object& digests = expected.at("digests").as_object();
  EXPECT_EQ(outcome(CheckId::issuer_digests) == Outcome::pass,
            digests.at("bad").as_int64() == 0 && digests.at("missing").as_int64() == 0);
  if (digests.at("bad").as_int64() != 0) {
    const Finding& finding = document.find(CheckId::issuer_digests);
    EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found).size(),
              static_cast<std::size_t>(digests.at("bad").as_int64()));
  }
  const auto* device_auth = expected.if_contains("deviceAuth");
  if (device_auth == nullptr || device_auth->as_string() == "none") {
    EXPECT_EQ(document.find(CheckId::document_structure).reason, Reason::absent);
    EXPECT_EQ(outcome(CheckId::device_auth_signature), Outcome::skipped);
  } else {
    EXPECT_EQ(device_auth->as_string(), "signature");
    EXPECT_EQ(document.find(CheckId::device_auth_mac).reason, Reason::other_mechanism);
    if (const auto* device_auth_valid = expected.if_contains("deviceAuthValid")) {
      EXPECT_EQ(outcome(CheckId::device_auth_signature) == Outcome::pass, device_auth_valid->as_bool());
    } else {
      EXPECT_EQ(document.find(CheckId::device_auth_signature).reason, Reason::no_transcript);
    }
  }
  if (const auto* in_validity = expected.if_contains("inValidity")) {
    EXPECT_EQ(outcome(CheckId::mso_validity) == Outcome::pass, in_validity->as_bool());
  }
}

const Row* find_row(std::string_view id) {
  const auto row = std::ranges::find(rows, id, &Row::id);
  return row == std::end(rows) ? nullptr : row;
}

template <class Visit>
void for_each_sample(Visit visit) {
  const json::value file = testing::load_shared("real-mdocs/device-responses.json");
  std::size_t visited = 0;
  for (const auto& value : file.at("vectors").as_array()) {
    const json::object& sample = value.as_object();
    const std::string id(sample.at("id").as_string());
    if (sample.at("type").as_string().starts_with("COSE_Sign1")) continue;  // no mdoc
    SCOPED_TRACE(id);
    const Row* row = find_row(id);
    ASSERT_NE(row, nullptr);
    visit(sample, *row);
    ++visited;
  }
  EXPECT_EQ(visited, std::size(rows));
}

TEST(RealMdocs, FactsAreAsOthersFoundThem) {
  MDOC_NEEDS_SHARED_VECTORS();
  for_each_sample([](const json::object& sample, const Row& row) {
    const VerificationOutcome outcome = judge(sample, row, row.level);
    const json::object& expect = sample.at("expect").as_object();
    EXPECT_EQ(outcome.report.valid, row.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.documents.size(), row.valid ? 1u : 0u);
    if (expect.contains("error")) return;  // nothing but the defect
    const auto* documents = expect.if_contains("documents");
    const json::object& expected = documents != nullptr ? documents->as_array().at(0).as_object() : expect;
    compare(sample, expected, outcome.report);
    if (!row.valid) return;
    for (const auto& [name_space, elements] : expected.at("elements").as_object()) {
      for (const auto& element : elements.as_array()) {
        EXPECT_NE(outcome.documents.at(0).find(NameSpace(std::string_view(name_space)),
                                               ElementIdentifier(std::string_view(element.as_string()))),
                  nullptr);
      }
    }
  });
}

TEST(RealMdocs, WarningsRefuseWhenStrictAndPassWhenTheLevelAllows) {
  MDOC_NEEDS_SHARED_VECTORS();
  for_each_sample([](const json::object& sample, const Row& row) {
    const json::object& expect = sample.at("expect").as_object();
    const auto* documents = expect.if_contains("documents");
    const json::object& expected = documents != nullptr ? documents->as_array().at(0).as_object() : expect;
    const auto* warnings = expected.if_contains("warnings");
    if (warnings == nullptr) return;
    const Report strict = judge(sample, row, Level::strict).report;
    const Report tolerant = judge(sample, row, row.level).report;
    EXPECT_FALSE(strict.valid);
    for (const auto& warning : warnings->as_array()) {
      const CheckId check = warning_checks.at(std::string_view(warning.as_string()));
      // The EU's proof of age asks for no key purpose, whatever certificates of licences need.
      if (check == CheckId::trust_key_purpose && expected.at("docType").as_string() == "eu.europa.ec.av.1") continue;
      EXPECT_EQ(name(strict.documents.at(0).find(check).outcome), "fail") << info(check).id;
      EXPECT_EQ(name(tolerant.documents.at(0).find(check).outcome), "warn") << info(check).id;
    }
  });
}

TEST(RealMdocs, DefectiveOnesAreRefusedForTheirOwnReason) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t refused = 0;
  for_each_sample([&](const json::object& sample, const Row& row) {
    const json::object& expect = sample.at("expect").as_object();
    const auto* documents = expect.if_contains("documents");
    const bool defective = expect.contains("error") || expect.contains("errors") ||
                           (documents != nullptr && documents->as_array().at(0).as_object().contains("errors"));
    const auto defect = defects.find(row.id);
    EXPECT_EQ(defective, defect != defects.end());
    if (!defective) return;
    ++refused;
    const VerificationOutcome outcome = judge(sample, row, row.level);
    const Finding& finding = find(outcome.report, defect->second.first);
    EXPECT_EQ(name(finding.outcome), "fail") << text_of(outcome.report);
    EXPECT_EQ(name(finding.reason), name(defect->second.second));
    EXPECT_TRUE(outcome.documents.empty());
  });
  EXPECT_EQ(refused, defects.size());
}

}  // namespace
}  // namespace mdoc::verification
