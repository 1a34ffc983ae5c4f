#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/model/device_request.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::verification {

/// A request for these elements of one docType.
inline model::DocRequest doc_request(std::string_view doc_type,
                                     const std::vector<std::pair<std::string, std::string>>& elements,
                                     std::optional<model::DocRequestInfo> info = {}) {
  model::ItemsRequest items{.doc_type = DocType(doc_type), .name_spaces = {}, .request_info = std::move(info)};
  for (const auto& [name_space, element] : elements) {
    if (items.name_spaces.empty() || items.name_spaces.back().first.str() != name_space) {
      items.name_spaces.push_back({NameSpace(name_space), {}});
    }
    items.name_spaces.back().second.emplace_back(ElementIdentifier(element), false);
  }
  return {.items_request = model::encode_items_request(std::move(items)).value()};
}

/// That documents are to be encrypted, to a recipient of its own.
inline model::DocRequestInfo encrypted_response() {
  const auto recipient = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x33)).value();
  const model::EncryptionParameters parameters{.recipient_public_key = recipient.public_key().coordinates()};
  return {.doc_response_encryption = model::encode_encryption_parameters(parameters).value()};
}
/// EncryptedDocuments that nobody here opens.
inline Bytes sealed_documents(std::uint64_t doc_request_id) {
  return testing::Members{{"enc", testing::cbor_bytes(Bytes(65, 4))},
                          {"cipherText", testing::cbor_bytes(Bytes(32, 1))},
                          {"docRequestID", testing::cbor_uint(doc_request_id)}}
      .encode();
}

/// One mdoc, one reader: change what a test is about, then verify.
struct Bench {
  testing::SampleMdoc sample;
  trust::TrustStore trust;
  Level level = Level::strict;
  std::optional<ClockPolicy> clock{};
  std::optional<model::DeviceRequest> request{};
  bool with_transcript = true;
  bool with_reader_key = true;
  bool with_anchor = true;
  bool issuer_only = false;
  std::optional<trust::RevocationPolicy> revocation = trust::RevocationPolicy::soft;
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();

  explicit Bench(crypto::Curve device_curve = crypto::Curve::p256, crypto::Curve signer_curve = crypto::Curve::p256)
      : sample(device_curve, signer_curve) {}

  /// Asks for every element of the sample, and for these besides.
  void ask_for_all(const std::vector<std::pair<std::string, std::string>>& besides = {}) {
    auto elements = besides;
    for (const auto& item : sample.items) {
      const std::pair element(item.name_space, item.identifier);
      if (std::ranges::find(elements, element) == elements.end()) elements.push_back(element);
    }
    ask({doc_request(sample.doc_type, elements)});
  }
  void ask(std::vector<model::DocRequest> doc_requests) {
    request = model::build_device_request(std::move(doc_requests)).value();
  }

  [[nodiscard]] VerificationInput input() {
    if (with_anchor && trust.size(trust::Purpose::issuance) == 0) {
      EXPECT_TRUE(trust.add_anchor(trust::Purpose::issuance, sample.iaca_certificate(), {.source = "bench"}));
    }
    VerificationInput input{.trust = trust, .now = {.utc = sample.now, .steady = {}}};
    if (with_transcript) input.session_transcript = SharedBytes::copy_of(sample.transcript);
    if (with_reader_key) input.e_reader_key = &sample.e_reader_key;
    if (request) input.request = &*request;
    input.clock = clock;
    input.issuer_only = issuer_only;
    input.revocation = revocation;
    input.profiles = profiles;
    return input;
  }
  [[nodiscard]] VerificationOutcome verify(Bytes response) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(std::move(response)), level);
    EXPECT_TRUE(decoded) << describe(decoded.error());
    return verification::verify(*decoded, input());
  }
  [[nodiscard]] VerificationOutcome verify() { return verify(sample.response()); }
};

/// The identifiers of all checks that do not let through, of the response and its first document.
inline std::set<std::string> refusing(const Report& report) {
  std::set<std::string> ids;
  const auto add = [&](const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (!lets_through(finding)) ids.emplace(info(finding.check).id);
    }
  };
  add(report.findings);
  for (const DocumentReport& document : report.documents) add(document.findings);
  return ids;
}

/// The finding of a check, in the response or in a document.
inline const Finding& find(const Report& report, CheckId check, std::size_t document = 0) {
  return info(check).scope == Scope::response ? report.find(check) : report.documents.at(document).find(check);
}

inline std::string text_of(const Report& report) {
  std::string text;
  const auto add = [&](const std::vector<Finding>& findings) {
    for (const Finding& finding : findings) {
      if (finding.outcome == Outcome::pass) continue;
      text.append(info(finding.check).id).append(" ").append(name(finding.outcome)).append(" ");
      text.append(name(finding.reason)).append(finding.error ? " " + describe(*finding.error) : "").append("\n");
    }
  };
  add(report.findings);
  for (const DocumentReport& document : report.documents) add(document.findings);
  return text;
}

/// The finding of the one check that does not let through, but for those that need its result.
inline Finding only_refusal(const Report& report, CheckId check, std::set<std::string> dependent = {}) {
  dependent.emplace(info(check).id);
  EXPECT_EQ(refusing(report), dependent) << text_of(report);
  return find(report, check);
}

inline const NameSpace mdl_name_space("org.iso.18013.5.1");

/// Elements of the licence's name space.
inline std::vector<ElementReference> references(std::initializer_list<std::string_view> identifiers) {
  std::vector<ElementReference> list;
  for (const auto identifier : identifiers) list.push_back({mdl_name_space, ElementIdentifier(identifier)});
  return list;
}

}  // namespace mdoc::verification
