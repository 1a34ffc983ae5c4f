#include "mdoc/json/verified_trusted_entities.hpp"

#include <type_traits>

#include <gtest/gtest.h>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/trust/trusted_list.hpp"
#include "unit/json/signed_list_fixture.hpp"

namespace mdoc::json {
namespace {

using namespace std::chrono_literals;
using crypto::Certificate;
using testing::Identity;
using testing::pki_now;

constexpr std::string_view notified = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified";
constexpr std::string_view withdrawn = "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn";

class VerifiedTrustedEntitiesTest : public SignedListTest {};

TEST_F(VerifiedTrustedEntitiesTest, AVerifiedListShowsAnchorsWithTheirProvenance) {
  const auto list = verified(example());
  const auto issuance = list.anchors(ListedService::issuance);
  ASSERT_EQ(issuance.size(), 2U);
  EXPECT_EQ(issuance[0].certificate, provider_ca.certificate);
  EXPECT_FALSE(issuance[0].direct);
  EXPECT_EQ(issuance[1].certificate, provider.certificate);
  EXPECT_TRUE(issuance[1].direct);
  EXPECT_EQ(issuance[1].service_type, pid_issuance);
  EXPECT_EQ(issuance[1].entity, "Utopia");
  const auto revocation = list.anchors(ListedService::revocation);
  ASSERT_EQ(revocation.size(), 1U);
  EXPECT_EQ(revocation[0].certificate, provider.certificate);
  EXPECT_EQ(revocation[0].service_index, 1U);
  EXPECT_TRUE(list.unusable().empty());

  const trust::ListProvenance& provenance = *revocation[0].provenance;
  EXPECT_EQ(&provenance, &list.provenance());
  EXPECT_EQ(provenance.kind, trust::ListKind::trusted_entities);
  EXPECT_EQ(provenance.type, lote_type::pid_providers);
  EXPECT_EQ(provenance.provider, "Utopian Commission");
  EXPECT_EQ(provenance.issue_id, 7U);
  EXPECT_EQ(provenance.date, pki_now - 24h);
  EXPECT_EQ(provenance.next_update, pki_now + 24h);
  EXPECT_FALSE(provenance.not_after);
  EXPECT_EQ(trust::describe(provenance),
            "list of trusted entities EUPIDProvidersList of Utopian Commission, issue 7, 2024-06-30");
}

TEST_F(VerifiedTrustedEntitiesTest, AVerifiedListShowsWhoSignedItAndWhichIssueItIs) {
  const Jws jws = sign(example());
  const auto list = verify_list_of_trusted_entities(jws, expectation()).value();
  const trust::ListVerification& verification = list.verification();
  ASSERT_EQ(verification.signer_path.size(), 3U);
  EXPECT_EQ(verification.signer_path.front(), signer.certificate);
  EXPECT_EQ(verification.signer_path.back(), root.certificate);
  EXPECT_EQ(verification.dates.state, trust::ListState::current);
  EXPECT_EQ(verification.dates.verdict, DateVerdict::within);
  EXPECT_EQ(verification.issue.kind, trust::ListKind::trusted_entities);
  EXPECT_EQ(verification.issue.provider, "Utopian Commission");
  EXPECT_EQ(verification.issue.type, lote_type::pid_providers);
  EXPECT_EQ(verification.issue.id, 7U);
  EXPECT_EQ(verification.issue.date, pki_now - 24h);
  EXPECT_EQ(verification.issue.digest, crypto::digest(crypto::DigestAlgorithm::sha256, jws.payload().view()).value());
  EXPECT_EQ(as_text(list.encoded().view()), as_text(jws.encoded().view()));
}

static_assert(!std::is_default_constructible_v<VerifiedListOfTrustedEntities>);

// ---- the signer -------------------------------------------------------------------------------

TEST_F(VerifiedTrustedEntitiesTest, TheSignersOwnCertificateMayBeTheAnchor) {
  anchors = {signer.certificate};
  const auto list = verify_list_of_trusted_entities(sign(example()), expectation());
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->verification().signer_path.size(), 1U);
}

TEST_F(VerifiedTrustedEntitiesTest, ASignerUnderAnotherRootIsUntrusted) {
  const Identity other = Identity::root(testing::ca_template("list root"));
  anchors = {other.certificate, provider_ca.certificate};
  const Error error = refused(sign(example()), expectation());
  EXPECT_EQ(error.code, Errc::chain_untrusted);
  EXPECT_EQ(error.where.text(), "JWS.header.x5c");
  anchors = {};
  EXPECT_EQ(refused(sign(example()), expectation()).code, Errc::no_trust_anchor);
  // Among others, the right one is found.
  anchors = {other.certificate, root.certificate};
  EXPECT_TRUE(verify_list_of_trusted_entities(sign(example()), expectation()));
}

TEST_F(VerifiedTrustedEntitiesTest, EachAnchorThatWasTriedSaysWhyItFailed) {
  const Identity other = Identity::root(testing::ca_template("other root"));
  auto old = testing::ca_template("list root");
  old.not_after = testing::pki_start + 24h;
  const Certificate expired = crypto::issue_self_signed_certificate(old, root.key, crypto::system_rng()).value();
  anchors = {other.certificate, expired, root.certificate};
  const auto tried = try_list_anchors(sign(example()), expectation());
  ASSERT_TRUE(tried);
  ASSERT_EQ(tried->size(), 3U);
  ASSERT_TRUE((*tried)[0].error && (*tried)[1].error);
  EXPECT_EQ((*tried)[0].subject, other.certificate.subject().text());
  EXPECT_EQ((*tried)[0].error->code, Errc::chain_untrusted);
  EXPECT_NE((*tried)[0].error->native, 0);
  EXPECT_EQ((*tried)[1].error->code, Errc::expired);
  EXPECT_FALSE((*tried)[2].error);
  EXPECT_EQ(try_list_anchors(sign("{}", signer, {}), expectation()).error().code, Errc::missing_element);
}

TEST_F(VerifiedTrustedEntitiesTest, WithoutCertificatesNobodyKnowsTheSigner) {
  const Error error = refused(sign("{}", signer, {}), expectation());
  EXPECT_EQ(error.code, Errc::missing_element);
  EXPECT_EQ(error.where.text(), "JWS.header.x5c");
}

TEST_F(VerifiedTrustedEntitiesTest, IntermediatesMustBeThereAndMustDecode) {
  EXPECT_EQ(refused(sign("{}", signer, chain({&signer})), expectation()).code, Errc::chain_untrusted);
  cose::X5Chain x5c = chain({&signer});
  x5c.push_back(SharedBytes::copy_of(as_bytes("no DER")));
  const Error error = refused(sign("{}", signer, x5c), expectation());
  EXPECT_EQ(error.code, Errc::bad_certificate);
  EXPECT_EQ(error.where.text(), "JWS.header.x5c[1]");
}

TEST_F(VerifiedTrustedEntitiesTest, TheSignatureIsThatOfTheFirstCertificate) {
  // Another's list under the header of the signer: the draft would not make it, so the parts are joined by hand.
  const std::string good(as_text(sign(example()).encoded().view()));
  ListOfTrustedEntities later = example();
  later.information.sequence_number = 8;
  const std::string other(as_text(sign(later).encoded().view()));
  const std::string mixed = good.substr(0, good.find('.')) +
                            other.substr(other.find('.'), other.rfind('.') - other.find('.')) +
                            good.substr(good.rfind('.'));
  const Error error = refused(decode_jws(mixed).value(), expectation());
  EXPECT_EQ(error.code, Errc::signature_invalid);
  EXPECT_EQ(error.where.text(), "JWS.signature");
}

TEST_F(VerifiedTrustedEntitiesTest, TheContentIsNotLookedAtBeforeItsSignature) {
  anchors = {provider_ca.certificate};
  EXPECT_EQ(refused(sign("no JSON"), expectation()).code, Errc::chain_untrusted);
  anchors = {root.certificate};
  EXPECT_EQ(refused(sign("no JSON"), expectation()).code, Errc::bad_encoding);
  EXPECT_EQ(refused(sign(R"({"sub":"x","status_list":{"bits":1,"lst":""}})"), expectation()).code,
            Errc::missing_element);
}

TEST_F(VerifiedTrustedEntitiesTest, ASignersCertificateMustBeForSignatures) {
  auto content = list_signer_template("agreement only");
  content.key_usage = crypto::key_usage::key_agreement;
  const Identity agreement = middle.issue(content);
  EXPECT_EQ(refused(sign("{}", agreement, chain({&agreement, &middle})), expectation()).code, Errc::chain_untrusted);
  for (const std::uint16_t usage : {crypto::key_usage::non_repudiation, std::uint16_t{0}}) {
    content.key_usage = usage;  // 0: no such extension, so no restriction
    const Identity fine = middle.issue(content);
    const std::string payload = encode_list_of_trusted_entities(example()).value();
    EXPECT_TRUE(verify_list_of_trusted_entities(sign(payload, fine, chain({&fine, &middle})), expectation())) << usage;
  }
}

TEST_F(VerifiedTrustedEntitiesTest, TheSignersPathMustBeValidNow) {
  ListOfTrustedEntities list = example();
  list.information.next_update = testing::pki_end + 24h * 365;
  const Jws jws = sign(list);
  ListExpectation at = expectation();
  const auto verdict = [&](UtcSeconds now) {
    at.now = now;
    const auto verified = verify_list_of_trusted_entities(jws, at).value();
    return verified.verification().dates.verdict;
  };
  EXPECT_EQ(verdict(testing::pki_end), DateVerdict::within);
  EXPECT_EQ(verdict(testing::pki_end + 30s), DateVerdict::within_skew);
  at.now = testing::pki_end + 31s;
  EXPECT_EQ(refused(jws, at).code, Errc::expired);
  at.clock.quality = ClockQuality::unknown;
  EXPECT_EQ(verdict(at.now), DateVerdict::clock_unknown);
  at.clock.quality = ClockQuality::trusted;
  at.now = testing::pki_start - 31s;
  EXPECT_EQ(refused(jws, at).code, Errc::not_yet_valid);
}

// ---- type, dates, sequence --------------------------------------------------------------------

TEST_F(VerifiedTrustedEntitiesTest, TheListMustBeOfTheTypeThatWasAskedFor) {
  ListExpectation other = expectation();
  other.type = lote_type::access_certificate_providers;
  const Error error = refused(sign(example()), other);
  EXPECT_EQ(error.code, Errc::subject_mismatch);
  EXPECT_EQ(error.where.text(), "LoTE.ListAndSchemeInformation.LoTEType");
  ListOfTrustedEntities untyped = example();
  untyped.information.type.clear();
  EXPECT_EQ(refused(sign(untyped), expectation()).code, Errc::subject_mismatch);
  other.type = {};
  EXPECT_EQ(refused(sign(untyped), other).code, Errc::bad_argument);
}

// VIC-08
TEST_F(VerifiedTrustedEntitiesTest, AListPastItsNextUpdateIsUsedWithAWarningUnlessRefused) {
  const Jws jws = sign(example());
  ListExpectation at = expectation();
  const auto dates = [&](std::chrono::seconds after, ClockQuality quality = ClockQuality::trusted) {
    at.now = pki_now + after;
    at.clock.quality = quality;
    const auto list = verify_list_of_trusted_entities(jws, at).value();
    return list.verification().dates;
  };
  EXPECT_EQ(dates(24h).state, trust::ListState::current);
  EXPECT_EQ(dates(24h + 1s).state, trust::ListState::due);
  EXPECT_EQ(dates(24h * 30).verdict, DateVerdict::within);
  EXPECT_EQ(dates(0s, ClockQuality::unknown).state, trust::ListState::undetermined);

  at.refuse_overdue = true;
  EXPECT_EQ(refused(jws, at).code, Errc::expired);  // a clock that knows nothing cannot say that it is fresh
  EXPECT_EQ(dates(24h).verdict, DateVerdict::within);
  EXPECT_EQ(dates(24h + 30s).verdict, DateVerdict::within_skew);
  at.now = pki_now + 24h + 31s;
  const Error error = refused(jws, at);
  EXPECT_EQ(error.code, Errc::expired);
  EXPECT_EQ(error.where.text(), "LoTE.ListAndSchemeInformation.NextUpdate");
}

TEST_F(VerifiedTrustedEntitiesTest, WhereOverdueListsAreRefusedNextUpdateIsTheEndOfTheList) {
  ListExpectation expected = expectation();
  expected.refuse_overdue = true;
  const auto list = verify_list_of_trusted_entities(sign(example()), expected).value();
  EXPECT_EQ(list.provenance().not_after, pki_now + 24h);
}

TEST_F(VerifiedTrustedEntitiesTest, AListFromTheFutureIsRefusedBeyondTheSkew) {
  const Jws jws = sign(example());
  ListExpectation at = expectation();
  at.now = pki_now - 24h - 30s;
  const auto list = verify_list_of_trusted_entities(jws, at).value();
  EXPECT_EQ(list.verification().dates.verdict, DateVerdict::within_skew);
  at.now = pki_now - 24h - 31s;
  const Error error = refused(jws, at);
  EXPECT_EQ(error.code, Errc::not_yet_valid);
  EXPECT_EQ(error.where.text(), "LoTE.ListAndSchemeInformation.ListIssueDateTime");
}

// VIC-07
TEST_F(VerifiedTrustedEntitiesTest, AnEarlierIssueThanTheLastIsARollback) {
  const auto issue_of = [&](std::uint64_t number) {
    ListOfTrustedEntities list = example();
    list.information.sequence_number = number;
    const auto accepted = verified(list);
    return accepted.verification().issue;
  };
  const Jws jws = sign(example());
  ListExpectation after = expectation();
  for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{6}, std::uint64_t{7}}) {
    const trust::ListIssue last = issue_of(number);
    after.last_accepted = &last;
    EXPECT_TRUE(verify_list_of_trusted_entities(jws, after)) << number;
  }
  trust::ListIssue last = issue_of(8);
  after.last_accepted = &last;
  const Error error = refused(jws, after);
  EXPECT_EQ(error.code, Errc::superseded);
  EXPECT_EQ(error.where.text(), "LoTE.ListAndSchemeInformation.LoTESequenceNumber");
  // Nor does the operator's name of then make it another list.
  last.provider = "Utopian Commission, renamed";
  EXPECT_EQ(refused(jws, after).code, Errc::superseded);
}

TEST_F(VerifiedTrustedEntitiesTest, AnotherContentUnderTheSameSequenceNumberIsRefused) {
  const auto first = verified(example());
  const trust::ListIssue last = first.verification().issue;
  ListExpectation after = expectation();
  after.last_accepted = &last;
  const Identity second_signer = middle.issue(list_signer_template("list signer"));
  const std::string payload = encode_list_of_trusted_entities(example()).value();
  EXPECT_TRUE(verify_list_of_trusted_entities(sign(payload, second_signer, chain({&second_signer, &middle})), after))
      << "the same content, signed anew";
  ListOfTrustedEntities other = example();
  other.entities[0].services.pop_back();
  EXPECT_EQ(refused(sign(other), after).code, Errc::superseded);
}

// ---- which services count ---------------------------------------------------------------------

TEST_F(VerifiedTrustedEntitiesTest, AServiceOfAnotherListGivesNoAnchor) {
  struct Row {
    std::string_view list, service;
    bool counts;
  };
  for (const Row& row :
       {Row{lote_type::pid_providers, pid_issuance, true},
        Row{lote_type::pid_providers, "http://uri.etsi.org/19602/SvcType/WRPAC/Issuance", false},
        Row{lote_type::pid_providers, "http://uri.etsi.org/19602/SvcType/PubEAA/Issuance", false},
        Row{lote_type::pid_providers, "http://uri.etsi.org/19602/SvcType/PID", false},
        Row{lote_type::pid_providers, "http://uri.etsi.org/19602/SvcType/PID/issuance", false},
        Row{lote_type::pid_providers, "http://example.com/PID/Issuance", false},
        Row{lote_type::access_certificate_providers, pid_issuance, false},
        Row{lote_type::access_certificate_providers, "http://uri.etsi.org/19602/SvcType/WRPAC/Issuance", true},
        Row{lote_type::wallet_providers, "http://uri.etsi.org/19602/SvcType/WalletSolution/Issuance", true},
        Row{lote_type::registration_certificate_providers, "http://uri.etsi.org/19602/SvcType/WRPRC/Issuance", true},
        Row{lote_type::registrars, "http://uri.etsi.org/19602/SvcType/Register", false},
        Row{"http://example.com/NationalList", "http://example.com/mDL/Issuance", true}}) {
    const auto list = verified(with_service(row.list, service(row.service, {provider_ca.certificate})));
    EXPECT_EQ(list.anchors(ListedService::issuance).size(), row.counts ? 1U : 0U) << row.service;
    EXPECT_TRUE(list.anchors(ListedService::revocation).empty());
    ASSERT_EQ(list.unusable().size(), row.counts ? 0U : 1U) << row.service;
    if (row.counts) continue;
    EXPECT_EQ(list.unusable()[0].code, Errc::subject_mismatch);
    EXPECT_EQ(list.unusable()[0].where.text(),
              "LoTE.TrustedEntitiesList[0].TrustedEntityServices[0].ServiceInformation.ServiceTypeIdentifier");
  }
}

TEST_F(VerifiedTrustedEntitiesTest, AServiceThatIsNotInForceGivesNoAnchor) {
  constexpr std::string_view pub_eaa = "http://uri.etsi.org/19602/SvcType/PubEAA/Issuance";
  struct Row {
    std::string_view list, service, status;
    Errc fault;  // none: it counts
  };
  for (const Row& row : {Row{lote_type::pub_eaa_providers, pub_eaa, notified, Errc{}},
                         Row{lote_type::pub_eaa_providers, pub_eaa, withdrawn, Errc::revoked},
                         Row{lote_type::pub_eaa_providers, pub_eaa, "", Errc::missing_element},
                         Row{lote_type::pub_eaa_providers, pub_eaa, "urn:granted", Errc::bad_value},
                         Row{lote_type::pid_providers, pid_issuance, notified, Errc{}},
                         Row{lote_type::pid_providers, pid_issuance, withdrawn, Errc::revoked},
                         Row{lote_type::pid_providers, pid_issuance, "urn:granted", Errc::bad_value}}) {
    const auto list = verified(with_service(row.list, service(row.service, {provider.certificate}, row.status)));
    EXPECT_EQ(list.anchors(ListedService::issuance).size(), row.fault == Errc{} ? 1U : 0U) << row.status;
    ASSERT_EQ(list.unusable().size(), row.fault == Errc{} ? 0U : 1U) << row.status;
    if (row.fault == Errc{}) continue;
    EXPECT_EQ(list.unusable()[0].code, row.fault) << row.status;
    EXPECT_TRUE(list.unusable()[0].where.text().ends_with("ServiceInformation.ServiceStatus"));
  }
}

TEST_F(VerifiedTrustedEntitiesTest, AServiceWithoutTypeOrCertificateIsNamed) {
  const auto untyped = verified(with_service(lote_type::pid_providers, service("", {provider.certificate})));
  ASSERT_EQ(untyped.unusable().size(), 1U);
  EXPECT_EQ(untyped.unusable()[0].code, Errc::missing_element);
  const auto bare = verified(with_service(lote_type::pid_providers, service(pid_issuance, {})));
  ASSERT_EQ(bare.unusable().size(), 1U);
  EXPECT_TRUE(bare.unusable()[0].where.text().ends_with("ServiceDigitalIdentity.X509Certificates"));
  EXPECT_TRUE(bare.anchors(ListedService::issuance).empty());
}

TEST_F(VerifiedTrustedEntitiesTest, WhatCouldNotBeReadIsAmongTheUnusable) {
  std::string payload = encode_list_of_trusted_entities(example()).value();
  const std::string member = R"("X509Certificates":[)";
  payload.insert(payload.find(member) + member.size(), R"({"val":"AAAA"},)");
  const auto list = verify_list_of_trusted_entities(sign(payload), expectation()).value();
  ASSERT_EQ(list.unusable().size(), 1U);
  EXPECT_EQ(list.unusable()[0].code, Errc::bad_certificate);
  EXPECT_EQ(list.anchors(ListedService::issuance).size(), 2U);
}

TEST_F(VerifiedTrustedEntitiesTest, EveryAlteredCharacterIsRefused) {
  ListOfTrustedEntities small = example();
  small.entities.clear();
  anchors = {signer.certificate};
  const std::string good(
      as_text(sign(encode_list_of_trusted_entities(small).value(), signer, chain({&signer})).encoded().view()));
  ASSERT_TRUE(verify_list_of_trusted_entities(decode_jws(good).value(), expectation()));
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = good[i] == 'A' ? 'Q' : 'A';
    const auto jws = decode_jws(bad);
    EXPECT_FALSE(jws && verify_list_of_trusted_entities(*jws, expectation())) << i;
  }
}

}  // namespace
}  // namespace mdoc::json
