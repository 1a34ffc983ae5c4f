// Who signed, when, and whether that is trusted. RSP-04 and 09 to 12 of the conformance catalogue, by their id.
#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::CoseParts;
using testing::Members;
using testing::SampleItem;
using testing::SampleMdoc;
using trust::RevocationPolicy;

TEST(Rsp04, AllThreeDocTypesHaveToAgree) {
  const std::string other = "org.iso.18013.5.1.mDl";  // by one letter's case
  Bench in_mso;
  in_mso.sample.on_mso = [&](Members& mso) { mso["docType"] = testing::cbor_text(other); };
  (void)only_refusal(in_mso.verify().report, CheckId::mso_doc_type);

  Bench authenticated;
  authenticated.sample.authenticated_doc_type = other;
  (void)only_refusal(authenticated.verify().report, CheckId::device_auth_signature);

  Bench in_document;
  in_document.sample.on_document = [&](Members& document) { document["docType"] = testing::cbor_text(other); };
  const auto refused = refusing(in_document.verify().report);
  EXPECT_TRUE(refused.contains("mso.doc-type"));
  EXPECT_TRUE(refused.contains("device-auth.signature"));
}

TEST(Rsp09, ValidityIsInclusiveAtBothEndsAndSkewIsAWarning) {
  Bench bench;
  const UtcSeconds from = bench.sample.valid_from;
  const UtcSeconds until = bench.sample.valid_until;
  struct Instant {
    UtcSeconds now;
    Outcome outcome;
    Reason reason;
  };
  const Instant strict[] = {
      {from - 1s, Outcome::fail, Reason::not_yet_valid},
      {from, Outcome::pass, Reason::none},
      {from + 1s, Outcome::pass, Reason::none},
      {until - 1s, Outcome::pass, Reason::none},
      {until, Outcome::pass, Reason::none},
      {until + 1s, Outcome::fail, Reason::expired},
  };
  const Instant interop[] = {
      {from - 31s, Outcome::fail, Reason::not_yet_valid},
      {from - 30s, Outcome::warn, Reason::within_skew},
      {from - 1s, Outcome::warn, Reason::within_skew},
      {from, Outcome::pass, Reason::none},
      {until, Outcome::pass, Reason::none},
      {until + 1s, Outcome::warn, Reason::within_skew},
      {until + 30s, Outcome::warn, Reason::within_skew},
      {until + 31s, Outcome::fail, Reason::expired},
  };
  const Bytes response = bench.sample.response();
  const auto judge = [&](Level level, std::span<const Instant> instants) {
    bench.level = level;
    for (const Instant& instant : instants) {
      SCOPED_TRACE(to_rfc3339(instant.now));
      bench.sample.now = instant.now;
      const VerificationOutcome outcome = bench.verify(response);
      const Finding& finding = find(outcome.report, CheckId::mso_validity);
      EXPECT_EQ(name(finding.outcome), name(instant.outcome));
      EXPECT_EQ(name(finding.reason), name(instant.reason));
      EXPECT_EQ(outcome.report.valid, lets_through(instant.outcome, instant.reason)) << text_of(outcome.report);
      if (instant.outcome != Outcome::pass) {
        EXPECT_EQ(std::get<UtcSeconds>(finding.found), instant.now);
        EXPECT_EQ(std::get<UtcSeconds>(finding.expected), instant.now < from ? from : until);
      }
    }
  };
  judge(Level::strict, strict);
  judge(Level::interop, interop);
}

TEST(Rsp09, AConfiguredSkewIsCappedAtFiveMinutes) {
  Bench bench;
  bench.clock = ClockPolicy{.skew = 1h};
  bench.sample.now = bench.sample.valid_until + 300s;
  EXPECT_TRUE(bench.verify().report.valid);
  bench.sample.now += 1s;
  EXPECT_FALSE(bench.verify().report.valid);
}

TEST(Rsp09, AnUnknownClockLetsNoDatePass) {
  Bench bench;
  bench.clock = ClockPolicy{.quality = ClockQuality::unknown};
  const Report report = bench.verify().report;
  EXPECT_EQ(refusing(report), (std::set<std::string>{"mso.validity", "trust.path"}));
  EXPECT_EQ(find(report, CheckId::mso_validity).outcome, Outcome::skipped);
  EXPECT_EQ(find(report, CheckId::trust_path).reason, Reason::clock_unknown);
}

TEST(Rsp10, TheDateOfSigningLiesWithinTheSignersCertificate) {
  struct Shift {
    std::chrono::seconds begin, end;  // of the certificate, against the date of signing
    Outcome strict, interop;
  };
  const Shift shifts[] = {
      {0s, 10000h, Outcome::pass, Outcome::pass},  {1s, 10000h, Outcome::fail, Outcome::warn},
      {30s, 10000h, Outcome::fail, Outcome::warn}, {31s, 10000h, Outcome::fail, Outcome::fail},
      {-24h, 0s, Outcome::pass, Outcome::pass},    {-24h, -1s, Outcome::fail, Outcome::warn},
      {-24h, -31s, Outcome::fail, Outcome::fail},
  };
  for (const Shift& shift : shifts) {
    for (const Level level : {Level::strict, Level::interop}) {
      Bench bench;
      bench.level = level;
      bench.sample.signer.not_before = bench.sample.signed_at + shift.begin;
      bench.sample.signer.not_after = bench.sample.signed_at + shift.end;
      bench.sample.signed_at += 0s;
      const Report report = bench.verify().report;
      EXPECT_EQ(name(find(report, CheckId::mso_signed_within_signer).outcome),
                name(level == Level::strict ? shift.strict : shift.interop));
    }
  }
}

TEST(Rsp10, SigningOutsideTheCertificateIsAWarningWhenLenient) {
  Bench bench;
  bench.level = Level::lenient;
  bench.sample.signer.not_before = bench.sample.signed_at + 24h;
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(find(outcome.report, CheckId::mso_signed_within_signer).outcome, Outcome::warn);
  EXPECT_TRUE(outcome.report.valid);
}

TEST(Rsp10, ValidityDatesHaveToBeInOrder) {
  const auto reason = [](std::chrono::seconds from, std::chrono::seconds until) {
    Bench bench;
    bench.sample.valid_from = bench.sample.signed_at + from;
    bench.sample.valid_until = bench.sample.valid_from + until;
    bench.sample.now = bench.sample.valid_from;
    return find(bench.verify().report, CheckId::mso_validity_info).outcome;
  };
  EXPECT_EQ(reason(0s, 1s), Outcome::pass);
  EXPECT_EQ(reason(1s, 1s), Outcome::pass);
  EXPECT_EQ(reason(-1s, 24h), Outcome::fail);
  EXPECT_EQ(reason(0s, 0s), Outcome::fail);
  EXPECT_EQ(reason(0s, -1s), Outcome::fail);
}

TEST(Rsp10, OutlivingTheSignersCertificateIsAMatterOfTheLevel) {
  for (const Level level : {Level::strict, Level::interop}) {
    const Outcome expected = level == Level::strict ? Outcome::fail : Outcome::warn;
    Bench bench;
    bench.level = level;
    bench.sample.valid_until = bench.sample.signer.not_after;
    EXPECT_EQ(find(bench.verify().report, CheckId::mso_until_within_signer).outcome, Outcome::pass);
    bench.sample.valid_until += 1s;
    EXPECT_EQ(find(bench.verify().report, CheckId::mso_until_within_signer).outcome, expected);
  }
}

TEST(Rsp11, SignaturesOfAnotherKeyOrLengthAreRefused) {
  const auto with = [](const std::function<void(CoseParts&)>& change) {
    Bench bench;
    bench.sample.on_issuer_auth = change;
    return only_refusal(bench.verify().report, CheckId::issuer_auth_signature).reason;
  };
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.pop_back(); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.push_back(0); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.clear(); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.assign(64, 0); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) {
              SampleMdoc other;
              const Bytes content = testing::cose_structure("Signature1", parts.protected_header, *parts.payload);
              parts.signature = crypto::sign(other.device_key, crypto::SignatureAlgorithm::es256, content).value().raw;
            }),
            Reason::invalid);
}

TEST(Rsp11, BothValuesOfSAreAccepted) {
  // n - s makes the other of the two signatures that are equally good.
  Bench bench;
  bench.sample.on_issuer_auth = [](CoseParts& parts) {
    const Bytes order = testing::hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    int borrow = 0;
    for (std::size_t i = 32; i-- > 0;) {
      const int difference = order.at(i) - parts.signature.at(32 + i) - borrow;
      borrow = difference < 0 ? 1 : 0;
      parts.signature.at(32 + i) = static_cast<std::uint8_t>(difference);
    }
  };
  EXPECT_TRUE(bench.verify().report.valid);
}

TEST(Rsp11, EverySignersCurveVerifiesWithItsAlgorithmOnly) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign()) continue;
    SCOPED_TRACE(curve.name);
    Bench good(crypto::Curve::p256, curve.curve);
    EXPECT_TRUE(good.verify().report.valid);
    Bench swapped(crypto::Curve::p256, curve.curve);
    const bool is_es256 = crypto::signature_algorithm(curve.curve) == crypto::SignatureAlgorithm::es256;
    swapped.sample.on_issuer_auth_headers = [&](CoseParts& parts) {
      parts.protected_header = testing::hex(is_es256 ? "a1013822" : "a10126");
    };
    EXPECT_EQ(find(swapped.verify().report, CheckId::issuer_auth_algorithm).reason, Reason::mismatch);
  }
}

TEST(Rsp11, WithoutX5chainNothingIsKnownOfTheSigner) {
  Bench bench;
  bench.sample.on_issuer_auth_headers = [](CoseParts& parts) { parts.unprotected_header = Members{}.encode(); };
  const Report report = bench.verify().report;
  EXPECT_EQ(std::get<std::string>(find(report, CheckId::issuer_auth_headers).expected), "x5chain");
  EXPECT_EQ(find(report, CheckId::trust_path).outcome, Outcome::skipped);
  EXPECT_EQ(find(report, CheckId::issuer_auth_signature).outcome, Outcome::skipped);
  EXPECT_EQ(find(report, CheckId::mso_validity).outcome, Outcome::pass);
  EXPECT_FALSE(report.documents.at(0).issuer);
}

TEST(Rsp11, AnX5tOfTheSignersCertificateIsFine) {
  Bench bench;
  bench.sample.on_issuer_auth_headers = [&](CoseParts& parts) {
    parts.protected_header = testing::hex("a20126 1822 82 2f 5820");
    const crypto::Digest hash = bench.sample.signer_certificate().fingerprint();
    parts.protected_header.insert(parts.protected_header.end(), hash.view().begin(), hash.view().end());
  };
  EXPECT_TRUE(bench.verify().report.valid);
}

TEST(Rsp11, AnX5tOfAnotherHashIsRefused) {
  Bench bench;
  bench.sample.on_issuer_auth_headers = [](CoseParts& parts) {
    parts.protected_header = testing::hex("a20126 1822 82 2b 5820");  // -12
    parts.protected_header.resize(parts.protected_header.size() + 32);
  };
  EXPECT_EQ(only_refusal(bench.verify().report, CheckId::issuer_auth_headers).reason, Reason::unsupported);
}

TEST(Rsp12, CountryAndStateOfTheSignerAreCompared) {
  const auto with = [](std::string_view state, std::string_view jurisdiction) {
    Bench bench;
    std::vector<crypto::NameAttribute> attributes{{.type = std::string(crypto::attribute::country), .value = "UT"}};
    if (!state.empty()) {
      attributes.push_back({.type = std::string(crypto::attribute::state_or_province), .value = std::string(state)});
    }
    bench.sample.signer.subject = crypto::DistinguishedName::build(attributes).value();
    bench.sample.items.push_back(
        {"org.iso.18013.5.1", 40, Bytes(32, 9), "issuing_jurisdiction", testing::cbor_text(jurisdiction)});
    return find(bench.verify().report, CheckId::issuer_jurisdiction).outcome;
  };
  EXPECT_EQ(with("UT-1", "UT-1"), Outcome::pass);
  EXPECT_EQ(with("UT-1", "UT-2"), Outcome::fail);
  EXPECT_EQ(with("1", "UT-1"), Outcome::fail);
  EXPECT_EQ(with("", "UT-1"), Outcome::not_applicable);
}

TEST(Rsp12, AnotherCountryThanTheSignersIsRefused) {
  const auto with = [](std::string_view country, Level level) {
    Bench bench;
    bench.level = level;
    const auto element = std::ranges::find(bench.sample.items, "issuing_country", &SampleItem::identifier);
    element->value = testing::cbor_text(country);
    return find(bench.verify().report, CheckId::issuer_country);
  };
  for (const Level level : {Level::strict, Level::interop}) {
    EXPECT_EQ(with("UT", level).outcome, Outcome::pass);
    for (const std::string_view other : {"XX", "ut", ""}) {
      const Finding finding = with(other, level);
      EXPECT_EQ(finding.outcome, Outcome::fail) << other;
      EXPECT_EQ(finding.reason, Reason::mismatch) << other;
      EXPECT_EQ(std::get<std::string>(finding.expected), "UT");
      EXPECT_EQ(std::get<std::string>(finding.found), other);
    }
  }
  EXPECT_EQ(with("XX", Level::lenient).outcome, Outcome::warn);
}

TEST(Rsp12, ASignerThatNamesNothingAndThatNobodyVouchesForIsJudgedAlone) {
  Bench bench;
  bench.level = Level::interop;
  bench.with_anchor = false;
  bench.sample.signer.subject =
      crypto::DistinguishedName::build({{.type = std::string(crypto::attribute::common_name), .value = "Nobody"}})
          .value();
  auto with_state = *profile::find_doc_type(profile::doc_types(), bench.sample.doc_type);
  with_state.signer.state = true;
  const std::vector<profile::DocTypeProfile> profiles{with_state};
  VerificationInput input = bench.input();
  input.profiles = profiles;
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), bench.level).value();
  const Finding country = find(verification::verify(decoded, input).report, CheckId::trust_country);
  EXPECT_EQ(country.outcome, Outcome::fail);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(country.expected)) << "there is nobody to compare with";
}

TEST(Rsp12, ACountryThatWasNotReturnedIsNotCompared) {
  Bench bench;
  std::erase_if(bench.sample.items, [](const SampleItem& item) { return item.identifier == "issuing_country"; });
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::issuer_country).outcome, Outcome::not_applicable);
  EXPECT_EQ(find(report, CheckId::issuer_country).reason, Reason::not_present);
  EXPECT_TRUE(report.valid);
}

TEST(Response, PinsAreNamed) {
  Bench bench;
  bench.with_anchor = false;
  bench.trust.pin_key(trust::Purpose::issuance, bench.sample.signer_key.public_key(), {.source = "by hand"});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(find(outcome.report, CheckId::trust_path).reason, Reason::pinned);
  EXPECT_TRUE(outcome.documents.at(0).issuer().pinned);
  EXPECT_EQ(outcome.documents.at(0).issuer().source, "by hand");
}

TEST(Response, NothingAboveASignerThatIsAnAnchorItselfIsSaidToBeChecked) {
  Bench bench;
  bench.with_anchor = false;
  bench.level = Level::lenient;  // a CA that signs documents is no document signer
  bench.sample.signer.basic_constraints = crypto::BasicConstraints{.ca = true};
  const crypto::Certificate signer = bench.sample.signer_certificate();
  ASSERT_TRUE(bench.trust.add_anchor(trust::Purpose::issuance, signer, {.source = "by hand"}));
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::trust_path).outcome, Outcome::pass);
  EXPECT_EQ(find(report, CheckId::trust_anchor_profile).outcome, Outcome::not_applicable);
  EXPECT_EQ(find(report, CheckId::trust_anchor_profile).reason, Reason::signer_is_anchor);
  EXPECT_EQ(find(report, CheckId::trust_revocation).outcome, Outcome::not_applicable);
  EXPECT_NE(find(report, CheckId::trust_signer_profile).outcome, Outcome::pass);
  EXPECT_EQ(report.documents.at(0).issuer->trust_anchor, signer.subject().text());
  for (const CertificateFinding& each : report.documents.at(0).certificates) {
    EXPECT_EQ(each.role, trust::CertificateRole::document_signer);
  }
}

TEST(Response, NothingIsSaidOfACertificateThatOnlyCarriesAPinnedKey) {
  Bench bench;
  bench.with_anchor = false;
  bench.sample.signer.extended_key_usage = {"1.2.3"};  // whoever presents may put the key into any certificate
  bench.trust.pin_key(trust::Purpose::issuance, bench.sample.signer_key.public_key(), {.source = "by hand"});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(outcome.documents.at(0).issuer().subject, "");
  EXPECT_EQ(outcome.documents.at(0).issuer().country, "");
  for (const CheckId check : {CheckId::trust_key_purpose, CheckId::trust_signer_profile, CheckId::trust_country,
                              CheckId::trust_anchor_profile, CheckId::trust_revocation, CheckId::issuer_country,
                              CheckId::issuer_jurisdiction, CheckId::mso_signed_within_signer}) {
    EXPECT_EQ(find(outcome.report, check).outcome, Outcome::not_applicable) << info(check).id;
    EXPECT_EQ(find(outcome.report, check).reason, Reason::pinned) << info(check).id;
  }
}

TEST(Response, ASignerWithoutCountryHasThatOfItsAuthority) {
  Bench bench;
  bench.level = Level::interop;  // where a signer without country is a warning
  bench.sample.signer.subject =
      crypto::DistinguishedName::build({{.type = std::string(crypto::attribute::common_name), .value = "DS"}}).value();
  EXPECT_EQ(find(bench.verify().report, CheckId::issuer_country).outcome, Outcome::pass);
  for (SampleItem& item : bench.sample.items) {
    if (item.identifier == "issuing_country") item.value = testing::cbor_text("XX");
  }
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::issuer_country).reason, Reason::mismatch);
  EXPECT_EQ(find(report, CheckId::trust_country).outcome, Outcome::warn);
}

TEST(Response, AnAnchorForOtherDocTypesDoesNotCount) {
  Bench bench;
  ASSERT_TRUE(bench.trust.add_anchor(trust::Purpose::issuance, bench.sample.iaca_certificate(),
                                     {.doc_types = {DocType("org.iso.23220.photoid.1")}}));
  EXPECT_EQ(only_refusal(bench.verify().report, CheckId::trust_path,
                         {"trust.anchor-profile", "trust.country", "trust.list", "trust.revocation"})
                .reason,
            Reason::other_doc_types_only);
}

TEST(Response, ARootInX5chainIsADeviation) {
  for (const Level level : {Level::strict, Level::interop}) {
    Bench bench;
    bench.level = level;
    const crypto::Certificate root = bench.sample.iaca_certificate();
    bench.sample.further_certificates = {Bytes(root.der().begin(), root.der().end())};
    const Report report = bench.verify().report;
    EXPECT_EQ(report.valid, level != Level::strict);
    EXPECT_EQ(find(report, CheckId::trust_path).reason, Reason::deviation);
  }
}

TEST(Response, RevocationIsVisibleWhateverThePolicy) {
  const auto judge = [](RevocationPolicy policy) {
    Bench bench;
    bench.revocation = policy;
    bench.sample.on_mso = [](Members& mso) {
      mso["status"] = Members{
          {"identifier_list",
           Members{{"id", testing::cbor_bytes(Bytes{1, 2})}, {"uri", testing::cbor_text("https://example.com/1")}}
               .encode()}}.encode();
    };
    return find(bench.verify().report, CheckId::mso_status);
  };
  EXPECT_EQ(judge(RevocationPolicy::off).outcome, Outcome::skipped);
  EXPECT_EQ(judge(RevocationPolicy::off).reason, Reason::not_checked);
  EXPECT_EQ(judge(RevocationPolicy::soft).outcome, Outcome::warn);
  EXPECT_EQ(judge(RevocationPolicy::soft).reason, Reason::status_unknown);
  EXPECT_EQ(judge(RevocationPolicy::hard).outcome, Outcome::fail);
}
}  // namespace
}  // namespace mdoc::verification
