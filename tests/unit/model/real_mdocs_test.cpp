#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "support/vectors.hpp"

// Documents made by other implementations: what they say is read, what they signed is what was kept, and what is
// defective fails for the reason that its collector gave.

namespace mdoc::model {
namespace {

using testing::hex;

/// What the model finds in one document.
struct Found {
  std::string doc_type;
  std::map<std::string, std::set<std::string>> elements;
  std::size_t digests_ok = 0, digests_bad = 0, digests_missing = 0;
  bool issuer_signature = false;
  std::string device_auth = "none";
  std::optional<bool> device_auth_valid{};
};

bool verify_issuer(const IssuerAuth& issuer_auth) {
  if (issuer_auth.headers.x5chain.empty()) return false;
  const auto signer = crypto::Certificate::from_der(issuer_auth.headers.x5chain[0].view());
  return signer && signer->public_key() && issuer_auth.verify(*signer->public_key());
}

void count_digests(const IssuerSigned& issuer_signed, const MobileSecurityObject& mso, Found& found) {
  const auto algorithm = crypto::digest_algorithm(mso.digest_algorithm).value();
  for (const auto& [name_space, items] : issuer_signed.name_spaces) {
    for (const auto& item : items) {
      found.elements[name_space.str()].insert(item->element_identifier.str());
      const SharedBytes* expected = mso.value_digests.find(name_space, item->digest_id);
      const crypto::Digest digest = crypto::digest(algorithm, item.bytes()).value();
      if (expected == nullptr) {
        ++found.digests_missing;
      } else {
        ++(std::ranges::equal(expected->view(), digest.view()) ? found.digests_ok : found.digests_bad);
      }
    }
  }
}

Result<Found> look_into(const IssuerSigned& issuer_signed, const cbor::DecodeContext& context) {
  const auto mso = decode_mobile_security_object(issuer_signed.issuer_auth, context);
  if (!mso) return mso.error();
  Found found;
  found.doc_type = mso->doc_type.str();
  count_digests(issuer_signed, *mso, found);
  found.issuer_signature = verify_issuer(issuer_signed.issuer_auth);
  return found;
}

Result<Found> look_into(const Document& document, const Bytes& session_transcript, const cbor::DecodeContext& context) {
  auto found = look_into(document.issuer_signed, context);
  if (!found || !document.device_signed) return found;
  const DeviceSigned& device_signed = *document.device_signed;
  const DeviceSignature* signature = device_signed.device_auth.signature();
  found->device_auth = signature != nullptr ? "signature" : "mac";
  if (signature != nullptr && !session_transcript.empty()) {
    const auto mso = decode_mobile_security_object(document.issuer_signed.issuer_auth, context).value();
    const auto key = crypto::PublicKey::import(mso.device_key_info.device_key).value();
    const auto authenticated = device_authentication_bytes(iso18013_5(), session_transcript, document.doc_type,
                                                           device_signed.name_spaces.bytes());
    found->device_auth_valid = signature->verify_detached(key, authenticated.parts()).has_value();
  }
  return found;
}

/// The documents of a vector, whichever of its three types it has.
Result<std::vector<Result<Found>>> decode(const boost::json::object& vector, const cbor::DecodeContext& context) {
  const SharedBytes encoded = SharedBytes::take(hex(vector.at("hex").as_string()));
  const auto* transcript = vector.if_contains("sessionTranscript");
  const Bytes session_transcript = transcript != nullptr ? hex(transcript->as_string()) : Bytes{};
  const std::string_view type = vector.at("type").as_string();
  std::vector<Result<Found>> documents;
  if (type == "IssuerSigned") {
    const auto issuer_signed = decode_issuer_signed(encoded, context);
    if (!issuer_signed) return issuer_signed.error();
    documents.push_back(look_into(*issuer_signed, context));
  } else if (type == "Document") {
    cbor::Reader reader(encoded, context, "Document");
    const auto document = decode_document(reader);
    if (!document) return document.error();
    documents.push_back(look_into(*document, session_transcript, context));
  } else {
    const auto response = decode_device_response(encoded, context);
    if (!response) return response.error();
    for (const auto& document : response->documents) {
      documents.push_back(document.value ? look_into(*document.value, session_transcript, context)
                                         : Result<Found>(document.value.error()));
    }
  }
  return documents;
}

void expect_found(const Found& found, const boost::json::object& expected) {
  EXPECT_EQ(found.doc_type, std::string_view(expected.at("docType").as_string()));
  const auto& digests = expected.at("digests").as_object();
  EXPECT_EQ(found.digests_ok, digests.at("ok").to_number<std::size_t>());
  EXPECT_EQ(found.digests_bad, digests.at("bad").to_number<std::size_t>());
  EXPECT_EQ(found.digests_missing, digests.at("missing").to_number<std::size_t>());
  EXPECT_EQ(found.issuer_signature, expected.at("issuerSignature").as_bool());
  std::map<std::string, std::set<std::string>> elements;
  for (const auto& [name_space, identifiers] : expected.at("elements").as_object()) {
    for (const auto& identifier : identifiers.as_array()) {
      elements[name_space].insert(std::string(identifier.as_string()));
    }
  }
  EXPECT_EQ(found.elements, elements);
  if (const auto* device_auth = expected.if_contains("deviceAuth")) {
    EXPECT_EQ(found.device_auth, std::string_view(device_auth->as_string()));
  }
  if (const auto* valid = expected.if_contains("deviceAuthValid")) {
    EXPECT_EQ(found.device_auth_valid, valid->as_bool());
  }
}

/// What comes of those that do not decode at every level.
struct Outcomes {
  std::string_view interop;
  std::string_view lenient;
};
constexpr std::string_view conflict = "bad_header DeviceResponse.documents[0].issuerSigned.issuerAuth.x5chain";
constexpr std::string_view no_byte_string = "wrong_type Document.issuerSigned.issuerAuth.payload";
constexpr std::string_view untagged_date = "bad_tdate MobileSecurityObject.validityInfo.signed";
const std::map<std::string_view, Outcomes> outcomes{
    // x5chain in both headers, and not the same; the payload is a bare MSO.
    {"auth0/deviceResponse", {conflict, conflict}},
    // A bare MSO with text for digest numbers.
    {"auth0/deviceResponse2", {"wrong_type MobileSecurityObject", "bad_key MobileSecurityObject.valueDigests[0][0]"}},
    // "This is the content." in the place of an MSO: read as CBOR, the head of 20 bytes.
    {"isomdl/device-response-small", {"truncated MobileSecurityObject", "truncated MobileSecurityObject"}},
    // The payload is the tagged item itself instead of a byte string.
    {"walt/example-1", {no_byte_string, no_byte_string}},
    {"walt/example-2", {no_byte_string, no_byte_string}},
    // tdate without its tag.
    {"sphereon/sprind-funke-pid", {untagged_date, "ok"}},
    {"sphereon/oid4vp-response-no-device-auth", {untagged_date, "ok"}},
};

std::string outcome(const Result<std::vector<Result<Found>>>& result) {
  const auto text = [](const Error& error) { return std::string(name(error.code)) + " " + error.where.text(); };
  if (!result) return text(result.error());
  for (const auto& document : *result) {
    if (!document) return text(document.error());
  }
  return "ok";
}

TEST(RealMdocs, DecodeToWhatTheyContainOrFailForTheirDefect) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::size_t good = 0, defective = 0;
  const boost::json::value file = testing::load_shared("real-mdocs/device-responses.json");
  for (const auto& value : file.at("vectors").as_array()) {
    const auto& vector = value.as_object();
    const std::string id(vector.at("id").as_string());
    if (vector.at("type").as_string() == "COSE_Sign1 (CWT)") continue;
    SCOPED_TRACE(id);
    const auto& expect = vector.at("expect").as_object();
    const auto row = outcomes.find(id);
    const Outcomes expected = row == outcomes.end() ? Outcomes{"ok", "ok"} : row->second;
    const auto interop = decode(vector, {.level = Level::interop});
    const auto lenient = decode(vector, {.level = Level::lenient});
    EXPECT_EQ(outcome(interop), expected.interop);
    ASSERT_EQ(outcome(lenient), expected.lenient);
    if (expect.contains("error")) {
      EXPECT_NE(expected.lenient, "ok");
      ++defective;
      continue;
    }
    ++good;
    if (const auto* documents = expect.if_contains("documents")) {
      ASSERT_EQ(lenient->size(), documents->as_array().size());
      for (std::size_t i = 0; i < lenient->size(); ++i) expect_found(*(*lenient)[i], documents->at(i).as_object());
    } else {
      ASSERT_EQ(lenient->size(), 1u);
      expect_found(*lenient->at(0), expect);
    }
  }
  EXPECT_EQ(good, 33u);
  EXPECT_EQ(defective, 5u);
}

}  // namespace
}  // namespace mdoc::model
