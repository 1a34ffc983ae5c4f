#include "mdoc/crypto/certificate_path.hpp"

#include <functional>

#include <gtest/gtest.h>

#include <openssl/x509_vfy.h>

#include "certificate_pki.hpp"
#include "mdoc/crypto/der.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using testing::ca_template;
using testing::Identity;
using testing::leaf_template;
using testing::new_key;
using testing::pki_end;
using testing::pki_now;
using testing::pki_start;
using namespace std::chrono_literals;

const CertificatePathOptions now{.at = {pki_now}};

class CertificatePathTest : public ::testing::Test {
 protected:
  Identity root = Identity::root(ca_template("root"));
  Identity middle = root.issue(ca_template("middle"));
  Identity leaf = middle.issue(leaf_template("leaf"));

  static Error refused(const Certificate& certificate, const std::vector<Certificate>& intermediates,
                       const std::vector<Certificate>& anchors, const CertificatePathOptions& options = now) {
    const auto path = find_certificate_path(certificate, intermediates, anchors, options);
    EXPECT_FALSE(path);
    return path ? Error{} : path.error();
  }
  static std::vector<Certificate> found(const Certificate& certificate, const std::vector<Certificate>& intermediates,
                                        const std::vector<Certificate>& anchors,
                                        const CertificatePathOptions& options = now) {
    const auto path = find_certificate_path(certificate, intermediates, anchors, options);
    EXPECT_TRUE(path) << describe(path.error());
    return path ? *path : std::vector<Certificate>{};
  }
};

using Chain = std::vector<Certificate>;

TEST_F(CertificatePathTest, RunsFromLeafToAnchorWhateverTheOrder) {
  const Identity stranger = Identity::root(ca_template("stranger"));
  const Chain expected{leaf.certificate, middle.certificate, root.certificate};
  EXPECT_EQ(found(leaf.certificate, {middle.certificate}, {root.certificate}), expected);
  EXPECT_EQ(found(leaf.certificate, {stranger.certificate, root.certificate, leaf.certificate, middle.certificate},
                  {stranger.certificate, root.certificate}),
            expected);
}

TEST_F(CertificatePathTest, EndsAtTheNearestAnchorSelfSignedOrNot) {
  EXPECT_EQ(found(leaf.certificate, {}, {middle.certificate}), (Chain{leaf.certificate, middle.certificate}));
  EXPECT_EQ(found(leaf.certificate, {middle.certificate}, {root.certificate, middle.certificate}),
            (Chain{leaf.certificate, middle.certificate}));
  EXPECT_EQ(found(leaf.certificate, {}, {leaf.certificate}), Chain{leaf.certificate});
  EXPECT_EQ(found(root.certificate, {}, {root.certificate}), Chain{root.certificate});
}

TEST_F(CertificatePathTest, NeedsAnAnchor) {
  EXPECT_EQ(refused(leaf.certificate, {middle.certificate, root.certificate}, {}).code, Errc::no_trust_anchor);
  const Identity stranger = Identity::root(ca_template("stranger"));
  const Error error = refused(leaf.certificate, {middle.certificate, root.certificate}, {stranger.certificate});
  EXPECT_EQ(error.code, Errc::chain_untrusted);
  EXPECT_EQ(error.native, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(refused(leaf.certificate, {}, {root.certificate}).code, Errc::chain_untrusted);  // the middle is missing
}

TEST_F(CertificatePathTest, LooksBehindImpostorsWithTheSameNameAndKeyIdentifier) {
  std::vector<Certificate> anchors;
  std::vector<Certificate> intermediates;
  const Bytes root_identifier(root.certificate.subject_key_identifier()->begin(),
                              root.certificate.subject_key_identifier()->end());
  for (int i = 0; i < 3; ++i) {
    CertificateTemplate impostor = ca_template("root");
    impostor.subject_key_identifier = false;
    if (i != 0) {
      impostor.further_extensions.push_back({std::string(extension::subject_key_identifier), false,
                                             der::encode(der::tag::octet_string, root_identifier)});
    }
    anchors.push_back(Identity::root(impostor).certificate);
    CertificateTemplate false_middle = ca_template("middle");
    false_middle.subject_key_identifier = false;
    intermediates.push_back(root.issue(false_middle).certificate);
  }
  EXPECT_EQ(refused(leaf.certificate, {middle.certificate}, anchors).native, X509_V_ERR_CERT_SIGNATURE_FAILURE);
  anchors.push_back(root.certificate);
  intermediates.push_back(middle.certificate);
  EXPECT_EQ(found(leaf.certificate, intermediates, anchors),
            (Chain{leaf.certificate, middle.certificate, root.certificate}));
}

TEST_F(CertificatePathTest, PrefersTheAnchorThatIsValidNow) {
  CertificateTemplate old = ca_template("root");
  old.not_after = pki_start + std::chrono::days(1);
  const Certificate expired = issue_self_signed_certificate(old, root.key, system_rng()).value();
  EXPECT_EQ(found(leaf.certificate, {middle.certificate}, {expired, root.certificate}).back(), root.certificate);
  EXPECT_EQ(refused(leaf.certificate, {middle.certificate}, {expired}).code, Errc::expired);
}

TEST_F(CertificatePathTest, DatesAreInclusiveAndOptional) {
  const Chain chain{middle.certificate};
  const Chain anchors{root.certificate};
  EXPECT_TRUE(find_certificate_path(leaf.certificate, chain, anchors, {.at = {pki_start}}));
  EXPECT_TRUE(find_certificate_path(leaf.certificate, chain, anchors, {.at = {pki_end}}));
  EXPECT_TRUE(find_certificate_path(leaf.certificate, chain, anchors, {}));
  const Error early = refused(leaf.certificate, chain, anchors, {.at = {pki_start - 1s}});
  EXPECT_EQ(early.code, Errc::not_yet_valid);
  EXPECT_EQ(early.native, X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(refused(leaf.certificate, chain, anchors, {.at = {pki_end + 1s}}).code, Errc::expired);
  EXPECT_EQ(refused(leaf.certificate, chain, anchors, {.at = {std::chrono::sys_days(9999y / 1 / 1)}}).code,
            Errc::expired);
  EXPECT_EQ(refused(leaf.certificate, {}, {leaf.certificate}, {.at = {pki_end + 1s}}).code, Errc::expired);
}

TEST_F(CertificatePathTest, RefusesIssuersThatMustNotIssue) {
  const auto chain_over = [&](const CertificateTemplate& content) {
    const Identity issuer = root.issue(content);
    return refused(issuer.issue(leaf_template("leaf")).certificate, {issuer.certificate}, {root.certificate});
  };
  CertificateTemplate not_ca = ca_template("middle");
  not_ca.basic_constraints = std::nullopt;
  EXPECT_EQ(chain_over(not_ca).code, Errc::chain_untrusted);
  not_ca.basic_constraints = BasicConstraints{.ca = false};
  EXPECT_EQ(chain_over(not_ca).native, X509_V_ERR_INVALID_CA);
  CertificateTemplate no_cert_sign = ca_template("middle");
  no_cert_sign.key_usage = key_usage::digital_signature;
  EXPECT_EQ(chain_over(no_cert_sign).code, Errc::chain_untrusted);
}

TEST_F(CertificatePathTest, KeepsThePathLengthOfTheRoot) {
  CertificateTemplate iaca = ca_template("iaca");
  iaca.basic_constraints->path_length = 0;
  const Identity strict_root = Identity::root(iaca);
  const Identity direct = strict_root.issue(leaf_template("leaf"));
  EXPECT_EQ(found(direct.certificate, {}, {strict_root.certificate}).size(), 2u);
  const Identity sub = strict_root.issue(ca_template("sub"));
  const Identity below = sub.issue(leaf_template("leaf"));
  EXPECT_EQ(refused(below.certificate, {sub.certificate}, {strict_root.certificate}).native,
            X509_V_ERR_PATH_LENGTH_EXCEEDED);
}

TEST_F(CertificatePathTest, RefusesCriticalExtensionsThatNobodyUnderstands) {
  CertificateTemplate odd = leaf_template("odd");
  odd.further_extensions.push_back({"1.2.3.4", true, Bytes{5, 0}});
  const Identity critical = middle.issue(odd);
  EXPECT_EQ(critical.certificate.unknown_critical_extensions(), std::vector<std::string_view>{"1.2.3.4"});
  EXPECT_EQ(refused(critical.certificate, {middle.certificate}, {root.certificate}).native,
            X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
  odd.further_extensions.back().critical = false;
  const Identity harmless = middle.issue(odd);
  EXPECT_EQ(found(harmless.certificate, {middle.certificate}, {root.certificate}).size(), 3u);
}

TEST_F(CertificatePathTest, RefusesADamagedSignatureAtEitherEnd) {
  const auto damaged = [](const Certificate& certificate) {
    Bytes der(certificate.der().begin(), certificate.der().end());
    der.back() ^= 1;
    return Certificate::from_der(der).value();
  };
  EXPECT_EQ(refused(damaged(leaf.certificate), {middle.certificate}, {root.certificate}).native,
            X509_V_ERR_CERT_SIGNATURE_FAILURE);
  EXPECT_EQ(refused(leaf.certificate, {damaged(middle.certificate)}, {root.certificate}).native,
            X509_V_ERR_CERT_SIGNATURE_FAILURE);
}

TEST_F(CertificatePathTest, AllowsOnlySoManyIntermediates) {
  std::vector<Certificate> intermediates;
  Identity last = Identity::root(ca_template("0"));
  const Certificate anchor = last.certificate;
  for (int i = 1; i <= 9; ++i) {
    last = last.issue(ca_template(std::to_string(i)));
    intermediates.push_back(last.certificate);
  }
  const Certificate end = last.issue(leaf_template("leaf")).certificate;
  EXPECT_EQ(refused(end, intermediates, {anchor}).code, Errc::chain_untrusted);
  EXPECT_EQ(found(end, intermediates, {anchor}, {.at = {pki_now}, .max_intermediates = 9}).size(), 11u);
  EXPECT_EQ(refused(leaf.certificate, {middle.certificate}, {root.certificate}, {.max_intermediates = 0}).code,
            Errc::chain_untrusted);
  EXPECT_EQ(found(middle.certificate, {}, {root.certificate}, {.max_intermediates = 0}).size(), 2u);
}

TEST_F(CertificatePathTest, EndsSoonEvenIfAllCertificatesLookAlike) {
  // Each could have issued each: the number of paths through them grows like the factorial.
  CertificateTemplate alike = ca_template("alike");
  alike.subject_key_identifier = false;
  std::vector<Certificate> intermediates;
  for (int i = 0; i < 10; ++i) intermediates.push_back(Identity::root(alike).certificate);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(refused(Identity::root(alike).certificate, intermediates, {Identity::root(alike).certificate}).code,
            Errc::chain_untrusted);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(CertificatePathTest, WorksOnEveryCurveThatCanSign) {
  for (const CurveInfo& row : curves()) {
    if (!row.can_sign()) continue;
    const Identity own_root = Identity::root(ca_template("root"), row.curve);
    const Identity signer = own_root.issue(leaf_template("leaf"), row.curve);
    EXPECT_EQ(found(signer.certificate, {}, {own_root.certificate}).size(), 2u) << row.name;
  }
}

TEST_F(CertificatePathTest, LookAlikesThatSignEachOtherHideNothing) {
  auto attacker = new_key();
  Chain look_alikes;
  for (int i = 0; i < 9; ++i) {
    look_alikes.push_back(issue_self_signed_certificate(ca_template("root"), attacker, system_rng()).value());
  }
  look_alikes.push_back(middle.certificate);
  EXPECT_EQ(found(leaf.certificate, look_alikes, {root.certificate}).size(), 3u);
  const Identity forger{std::move(attacker), look_alikes.front()};
  const Error error = refused(forger.issue(leaf_template("leaf")).certificate, look_alikes, {root.certificate});
  EXPECT_EQ(error.code, Errc::chain_untrusted);
  EXPECT_NE(error.native, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) << "an issuer of that name was there";
}

TEST_F(CertificatePathTest, IsFoundAmongManyAnchors) {
  const Certificate other = Identity::root(ca_template("other")).certificate;
  const Certificate same_name = Identity::root(ca_template("root")).certificate;
  Chain anchors(600, other);
  anchors.push_back(same_name);
  anchors.push_back(root.certificate);
  EXPECT_EQ(found(leaf.certificate, {middle.certificate}, anchors).size(), 3u);
  EXPECT_EQ(found(middle.certificate, {}, anchors).size(), 2u);
  anchors.pop_back();
  EXPECT_EQ(refused(leaf.certificate, {middle.certificate}, anchors).code, Errc::chain_untrusted);
}

TEST_F(CertificatePathTest, TimesAreTriedInTheirOrderUntilOneFits) {
  const Chain chain{middle.certificate}, anchors{root.certificate};
  EXPECT_TRUE(find_certificate_path(leaf.certificate, chain, anchors, {.at = {pki_end + 1h, pki_now}}));
  EXPECT_TRUE(find_certificate_path(leaf.certificate, chain, anchors, {.at = {pki_end + 1h, std::nullopt}}));
  EXPECT_EQ(refused(leaf.certificate, chain, anchors, {.at = {pki_end + 1h, pki_start - 1h}}).code,
            Errc::not_yet_valid);
  EXPECT_EQ(refused(leaf.certificate, chain, anchors, {.at = {pki_start - 1h, pki_end + 1h}}).code, Errc::expired);
}

// What may be wrong with one certificate of a path, made anew from what it should be.
struct Defect {
  std::string name;
  std::function<void(CertificateTemplate&)> apply;
};
std::vector<Defect> defects_of_issuers() {
  return {{"expired", [](CertificateTemplate& content) { content.not_after = pki_now - 1h; }},
          {"not yet valid", [](CertificateTemplate& content) { content.not_before = pki_now + 1h; }},
          {"no CA", [](CertificateTemplate& content) { content.basic_constraints = BasicConstraints{.ca = false}; }},
          {"must not issue", [](CertificateTemplate& content) { content.key_usage = key_usage::digital_signature; }},
          {"unknown critical extension", [](CertificateTemplate& content) {
             content.further_extensions.push_back({"1.2.3.4", true, Bytes{5, 0}});
           }}};
}

using Crt13 = CertificatePathTest;

TEST_F(Crt13, OneBadCertificateAtAnyPlaceRefusesThePath) {
  ASSERT_EQ(found(leaf.certificate, {middle.certificate}, {root.certificate}).size(), 3u);
  for (const Defect& defect : defects_of_issuers()) {
    SCOPED_TRACE(defect.name);
    CertificateTemplate content = ca_template("middle");
    defect.apply(content);
    const Certificate bad_middle =
        issue_certificate(content, middle.key.public_key(), root.certificate, root.key, system_rng()).value();
    refused(leaf.certificate, {bad_middle}, {root.certificate});
    content = ca_template("root");
    defect.apply(content);
    const Certificate bad_root = issue_self_signed_certificate(content, root.key, system_rng()).value();
    refused(leaf.certificate, {middle.certificate}, {bad_root});
    // Among the bad ones the good path is there.
    EXPECT_EQ(found(leaf.certificate, {bad_middle, middle.certificate}, {bad_root, root.certificate}),
              (Chain{leaf.certificate, middle.certificate, root.certificate}));
  }
  for (const Defect& defect : {defects_of_issuers()[0], defects_of_issuers()[1], defects_of_issuers()[4]}) {
    SCOPED_TRACE(defect.name);
    CertificateTemplate content = leaf_template("leaf");
    defect.apply(content);
    refused(middle.issue(content).certificate, {middle.certificate}, {root.certificate});
  }
}

using Crt14 = CertificatePathTest;

TEST_F(Crt14, OneNameWithTwoKeysIsTwoIssuers) {
  const Identity namesake = Identity::root(ca_template("root"));
  EXPECT_EQ(found(middle.certificate, {}, {namesake.certificate, root.certificate}).back(), root.certificate);
  refused(middle.certificate, {}, {namesake.certificate});
}

TEST_F(Crt14, OneKeyIdentifierWithTwoNamesIsTwoIssuers) {
  CertificateTemplate content = ca_template("somebody else");
  content.subject_key_identifier = false;
  const ByteView identifier = *root.certificate.subject_key_identifier();
  content.further_extensions.push_back(
      {std::string(extension::subject_key_identifier), false,
       der::encode(der::tag::octet_string, Bytes(identifier.begin(), identifier.end()))});
  const Identity look_alike = Identity::root(content);
  EXPECT_EQ(found(middle.certificate, {}, {look_alike.certificate, root.certificate}).back(), root.certificate);
  refused(middle.certificate, {}, {look_alike.certificate});
  // Even with the very key: the name does not lead there.
  const Certificate same_key = issue_self_signed_certificate(content, root.key, system_rng()).value();
  refused(middle.certificate, {}, {same_key});
}

TEST(CertificatePath, FindsTheChainsOfPublishedCertificates) {
  MDOC_NEEDS_SHARED_VECTORS();
  std::vector<Certificate> all;
  std::vector<Certificate> roots;
  const boost::json::value file = testing::load_shared("certificates.json");
  for (const auto& vector : file.at("vectors").as_array()) {
    if (vector.at("type").as_string() != "X.509") continue;
    all.push_back(Certificate::from_der(testing::hex(vector.at("der").as_string())).value());
    if (all.back().is_self_signed()) roots.push_back(all.back());
  }
  int chains = 0;
  for (const Certificate& certificate : all) {
    if (certificate.is_self_signed()) continue;
    const auto path = find_certificate_path(certificate, all, roots, {});
    if (!path) {
      EXPECT_EQ(path.error().code, Errc::chain_untrusted) << certificate.subject().text();
      continue;
    }
    ++chains;
    EXPECT_EQ(path->front(), certificate);
    EXPECT_TRUE(path->back().is_self_signed());
    for (std::size_t i = 0; i + 1 < path->size(); ++i) {
      EXPECT_TRUE((*path)[i].verify_signature(*(*path)[i + 1].public_key()));
    }
  }
  EXPECT_EQ(chains, 15);  // as many as `openssl verify` accepts; of the others the issuer is not published or no CA
}

}  // namespace
}  // namespace mdoc::crypto
