// Photo IDs and PIDs that other implementations made, against the profiles: every deviation is named.
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "mdoc/profile/validate.hpp"
#include "support/vectors.hpp"

namespace mdoc::profile {
namespace {

namespace bj = boost::json;
using Texts = std::vector<std::string>;

/// The first document of a sample of any type.
std::optional<model::IssuerSigned> issuer_signed_of(const bj::object& sample) {
  const SharedBytes bytes = SharedBytes::take(testing::hex(std::string_view(sample.at("hex").as_string())));
  const cbor::DecodeContext lenient{.limits = {}, .level = Level::lenient, .sink = nullptr};
  const std::string_view type = sample.at("type").as_string();
  if (type == "IssuerSigned") {
    auto decoded = model::decode_issuer_signed(bytes, lenient);
    return decoded ? std::optional(*std::move(decoded)) : std::nullopt;
  }
  if (type == "Document") {
    cbor::Reader reader(bytes, lenient);
    auto document = model::decode_document(reader);
    return document ? std::optional(std::move(document->issuer_signed)) : std::nullopt;
  }
  const auto response = model::decode_device_response(bytes, lenient);
  if (!response || response->documents.empty() || !response->documents.front().value) return std::nullopt;
  return response->documents.front().value->issuer_signed;
}

/// As "identifier: id", with the name space in front where it is not the docType's own.
Texts found_in(const model::IssuerSigned& issuer_signed, const model::MobileSecurityObject& mso,
               const DocTypeProfile& profile) {
  std::vector<PresentElement> elements;
  for (const auto& [name_space, items] : issuer_signed.name_spaces) {
    for (const auto& item : items) {
      elements.push_back({.name_space = name_space.str(),
                          .identifier = item->element_identifier.str(),
                          .value = &item->element_value,
                          .device_signed = false});
    }
  }
  ElementFindings findings;
  validate_document(
      profile, elements,
      {.decode = {.limits = {}, .level = Level::interop, .sink = nullptr}, .valid_from = mso.validity_info.valid_from},
      findings);
  Texts texts;
  for (const ElementFinding& finding : findings.entries()) {
    std::string text = finding.name_space == profile.doc_type ? "" : std::string(finding.name_space) + "/";
    text += place_of(finding) + ": " + std::string(info(finding.fault).id);
    if (!finding.other.empty()) text += " (" + std::string(finding.other) + ")";
    texts.push_back(std::move(text));
  }
  for (const MsoFinding& finding : validate_mso(profile, mso)) {
    texts.push_back(std::string(info(finding.fault).id) + (finding.found.empty() ? "" : " " + finding.found));
  }
  return texts;
}

Texts proof_of_age(std::string_view signed_at) {
  return {"nym: element.unknown", "mso.valid-too-long 365 days", "mso.not-whole-days " + std::string(signed_at)};
}

const std::map<std::string_view, Texts>& expected() {
  static const std::map<std::string_view, Texts> all{
      // Presentations: what was not asked for is not there.
      {"animo/paradym-oid4vp-1.0",
       {"birth_date: element.missing", "place_of_birth: element.missing", "nationality: element.missing",
        "issuing_authority: element.missing", "issuing_country: element.missing"}},
      {"pagopa/device-response",
       {"family_name: element.missing", "given_name: element.missing", "birth_date: element.missing",
        "place_of_birth: element.missing", "nationality: element.missing", "issuing_authority: element.missing",
        "issuing_country: element.missing"}},
      // Names and forms of earlier rule books.
      {"eudi/pid",
       {"place_of_birth: element.missing", "resident_house_number: element.unknown", "gender: element.unknown",
        "nationality: element.wrong-form", "administrative_number: element.unknown",
        "age_in_years: element.ages-contradict (birth_date)"}},
      {"sphereon/sprind-funke-pid",
       {"place_of_birth: element.missing", "nationality: element.wrong-form", "issuance_date: element.wrong-form",
        "expiry_date: element.wrong-form", "birth_date: element.wrong-form"}},
      {"sphereon/oid4vp-response-no-device-auth",
       {"family_name: element.missing", "place_of_birth: element.missing", "issuing_authority: element.missing",
        "nationality: element.wrong-form", "issuance_date: element.wrong-form", "birth_date: element.wrong-form"}},
      // Its generic elements stand in the name space of licences.
      {"walt/photo-id",
       {"org.iso.23220.1/: element.name-space-missing", "org.iso.18013.5.1/: element.name-space-unknown",
        "org.iso.23220.dtc.1/: element.name-space-unknown", "travel_document_number: element.wrong-form"}},
      // Proofs of age that are valid for a year, from the moment of issuing.
      {"longfellow/09", proof_of_age("2025-08-20T20:00:00Z")},
      {"longfellow/15", proof_of_age("2026-01-13T15:00:00Z")},
      {"longfellow/16", proof_of_age("2026-01-13T15:00:00Z")},
      {"longfellow/18", proof_of_age("2026-01-13T15:00:00Z")},
      {"longfellow/19", proof_of_age("2026-01-13T15:00:00Z")},
      {"longfellow/20", proof_of_age("2026-01-13T15:00:00Z")},
      {"longfellow/22", proof_of_age("2026-01-13T16:00:00Z")},
      {"longfellow/23", proof_of_age("2026-01-13T16:00:00Z")},
      {"longfellow/24", proof_of_age("2026-01-13T16:00:00Z")},
  };
  return all;
}

TEST(RealMdocs, PhotoIdsAndPidsDeviateInKnownPlaces) {
  MDOC_NEEDS_SHARED_VECTORS();
  const bj::value file = testing::load_shared("real-mdocs/device-responses.json");
  std::size_t judged = 0;
  for (const auto& value : file.at("vectors").as_array()) {
    const bj::object& sample = value.as_object();
    const std::string id(sample.at("id").as_string());
    if (sample.at("type").as_string().starts_with("COSE_Sign1")) continue;  // no mdoc
    const auto issuer_signed = issuer_signed_of(sample);
    if (!issuer_signed) continue;
    const auto mso = model::decode_mobile_security_object(issuer_signed->issuer_auth,
                                                          {.limits = {}, .level = Level::lenient, .sink = nullptr});
    if (!mso) continue;
    const DocTypeProfile* const profile = find_doc_type(doc_types(), mso->doc_type.str());
    if (profile == nullptr || profile->id == "mdl") continue;
    SCOPED_TRACE(id);
    const auto known = expected().find(id);
    EXPECT_EQ(found_in(*issuer_signed, *mso, *profile), known == expected().end() ? Texts{} : known->second);
    ++judged;
  }
  EXPECT_EQ(judged, expected().size());
}

}  // namespace
}  // namespace mdoc::profile
