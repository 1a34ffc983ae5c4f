#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/json/verified_trusted_entities.hpp"
#include "unit/crypto/certificate_pki.hpp"

/// @file
/// Signed lists of trusted entities, for those who verify them and those who use what was verified.

namespace mdoc::json {

using namespace std::chrono_literals;

inline constexpr std::string_view pid_issuance = "http://uri.etsi.org/19602/SvcType/PID/Issuance";
inline constexpr std::string_view pid_revocation = "http://uri.etsi.org/19602/SvcType/PID/Revocation";
/// List signer and PKI, and a list of PID providers in which one provider has a CA and one signs itself.
class SignedListTest : public ::testing::Test {
 protected:
  testing::Identity root = testing::Identity::root(testing::ca_template("list root"));
  testing::Identity middle = root.issue(testing::ca_template("list CA"));
  testing::Identity signer = middle.issue(list_signer_template("list signer"));
  std::vector<crypto::Certificate> anchors{root.certificate};

  testing::Identity provider_ca = testing::Identity::root(testing::ca_template("provider CA"));
  testing::Identity provider = testing::Identity::root(testing::leaf_template("provider"));

  /// Without a key purpose, as ETSI TS 119 602 asks for none.
  static crypto::CertificateTemplate list_signer_template(std::string_view common_name) {
    crypto::CertificateTemplate wanted = testing::leaf_template(common_name);
    wanted.extended_key_usage.clear();
    return wanted;
  }
  static TrustedEntityService service(std::string_view type, std::vector<crypto::Certificate> certificates,
                                      std::string_view status = {}) {
    return {
        .type_identifier = std::string(type), .status = std::string(status), .certificates = std::move(certificates)};
  }
  [[nodiscard]] ListOfTrustedEntities example() const {
    return {.information = {.sequence_number = 7,
                            .type = std::string(lote_type::pid_providers),
                            .scheme_operator_name = {{"en", "Utopian Commission"}},
                            .scheme_territory = "EU",
                            .list_issue_date_time = testing::pki_now - 24h,
                            .next_update = testing::pki_now + 24h},
            .entities = {{.name = {{"en", "Utopia"}},
                          .services = {service(pid_issuance, {provider_ca.certificate, provider.certificate}),
                                       service(pid_revocation, {provider.certificate})}}}};
  }
  static cose::X5Chain chain(std::initializer_list<const testing::Identity*> identities) {
    cose::X5Chain x5c;
    for (const testing::Identity* identity : identities)
      x5c.push_back(SharedBytes::copy_of(identity->certificate.der()));
    return x5c;
  }
  static Jws sign(std::string_view payload, const testing::Identity& by, cose::X5Chain x5c) {
    const auto draft = JwsDraft::prepare(by.key.public_key(), as_bytes(payload),
                                         {.typ = std::string(trust_list_typ), .x5c = std::move(x5c)})
                           .value();
    return draft.finish(crypto::sign(by.key, draft.algorithm(), draft.to_be_signed()).value()).value();
  }
  [[nodiscard]] Jws sign(std::string_view payload) const { return sign(payload, signer, chain({&signer, &middle})); }
  [[nodiscard]] Jws sign(const ListOfTrustedEntities& list) const {
    return sign(encode_list_of_trusted_entities(list).value());
  }
  [[nodiscard]] ListExpectation expectation() const {
    return {.type = lote_type::pid_providers, .anchors = anchors, .now = testing::pki_now};
  }
  static Error refused(const Jws& jws, const ListExpectation& expectation) {
    const auto verified = verify_list_of_trusted_entities(jws, expectation);
    EXPECT_FALSE(verified);
    return verified ? Error{} : verified.error();
  }
  [[nodiscard]] VerifiedListOfTrustedEntities verified(const ListOfTrustedEntities& list) const {
    ListExpectation expected = expectation();
    expected.type = list.information.type;
    auto outcome = verify_list_of_trusted_entities(sign(list), expected);
    return std::move(outcome).value();
  }
  /// The entry example() has, but with this service alone.
  [[nodiscard]] ListOfTrustedEntities with_service(std::string_view list_type, TrustedEntityService only) const {
    ListOfTrustedEntities list = example();
    list.information.type = list_type;
    list.entities[0].services = {std::move(only)};
    return list;
  }
};

}  // namespace mdoc::json
