// The checks RSP-01, 03 to 17, 19 to 22 of the conformance catalogue, by their id.
#include <array>

#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using namespace std::chrono_literals;
using testing::CoseParts;
using testing::Members;
using testing::SampleItem;
using testing::SampleMdoc;

const NameSpace mdl_name_space("org.iso.18013.5.1");

Finding only_refusal(const Report& report, CheckId check) {
  EXPECT_EQ(refusing(report), std::set<std::string>{std::string(info(check).id)}) << text_of(report);
  return find(report, check);
}

std::vector<ElementReference> references(std::initializer_list<std::string_view> identifiers) {
  std::vector<ElementReference> list;
  for (const auto identifier : identifiers) list.push_back({mdl_name_space, ElementIdentifier(identifier)});
  return list;
}

TEST(Rsp01, EachStatusIsReportedAndKept) {
  for (const std::uint64_t status : {10u, 11u, 12u, 99u}) {
    Bench bench;
    const Bytes response =
        Members{{"version", testing::cbor_text("1.0")}, {"status", testing::cbor_uint(status)}}.encode();
    const Report report = bench.verify(response).report;
    EXPECT_EQ(report.status, status);
    EXPECT_EQ(report.find(CheckId::response_status).outcome, Outcome::fail);
    EXPECT_EQ(std::get<std::int64_t>(report.find(CheckId::response_status).found), static_cast<std::int64_t>(status));
    EXPECT_FALSE(report.valid);
  }
}

TEST(Rsp01, DocumentsBesideAnErrorStatusAreJudgedAndNotReleased) {
  Bench bench;
  bench.sample.on_response = [](Members& response) { response["status"] = testing::cbor_uint(10); };
  bench.level = Level::interop;
  const VerificationOutcome tolerated = bench.verify();
  EXPECT_TRUE(tolerated.report.documents.at(0).valid);
  EXPECT_FALSE(tolerated.report.valid);
  EXPECT_TRUE(tolerated.documents.empty());
  bench.level = Level::strict;
  const VerificationOutcome refused = bench.verify();
  EXPECT_EQ(refusing(refused.report), (std::set<std::string>{"response.encoding", "response.status"}));
  EXPECT_TRUE(refused.documents.empty());
}

TEST(Rsp01, AnEmptyAnswerIsNoVerifiedDocument) {
  Bench bench;
  const Report report = bench.verify(testing::hex("a26776657273696f6e63312e306673746174757300")).report;
  EXPECT_EQ(only_refusal(report, CheckId::response_documents).reason, Reason::absent);
}

TEST(Rsp03, AnElementThatOccursTwiceAmongIssuerSignedOnesIsRefused) {
  Bench bench;
  bench.sample.items.push_back({"org.iso.18013.5.1", 90, Bytes(32, 9), "family_name", testing::cbor_text("Doe")});
  const Report report = bench.verify().report;
  const Finding finding = only_refusal(report, CheckId::elements_unique);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"family_name"}));
}

TEST(Rsp03, AnElementThatIssuerAndDeviceSignedIsRefused) {
  Bench bench;
  bench.sample.key_authorizations =
      Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("org.iso.18013.5.1")})}}.encode();
  bench.sample.device_name_spaces["org.iso.18013.5.1"] = Members{{"family_name", testing::cbor_text("Doe")}}.encode();
  (void)only_refusal(bench.verify().report, CheckId::elements_unique);
}

TEST(Rsp03, OneNameInTwoNameSpacesIsTwoElements) {
  Bench bench;
  bench.sample.items.push_back({"com.example", 0, Bytes(32, 9), "family_name", testing::cbor_text("Doe")});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
}

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

TEST(Rsp05, EveryChangedBitOfAnItemFailsItsDigestOrItsDecoding) {
  Bench bench;
  const Bytes good = bench.sample.items.at(0).encode();
  Bytes response = bench.sample.response();
  const auto place = std::search(response.begin(), response.end(), good.begin(), good.end()) - response.begin();
  ASSERT_LT(static_cast<std::size_t>(place), response.size());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    response.at(static_cast<std::size_t>(place) + bit / 8) ^= static_cast<std::uint8_t>(1u << bit % 8);
    const auto decoded = UnverifiedResponse::decode(SharedBytes::copy_of(response), bench.level);
    if (decoded) {
      const VerificationOutcome outcome = verify(*decoded, bench.input());
      EXPECT_FALSE(outcome.report.valid) << "bit " << bit;
      EXPECT_TRUE(outcome.documents.empty());
    }
    response.at(static_cast<std::size_t>(place) + bit / 8) ^= static_cast<std::uint8_t>(1u << bit % 8);
  }
}

TEST(Rsp05, DigestsCoverTheBytesAsReceived) {
  // The same item with its members in another order decodes to the same, and has another digest.
  Bench bench;
  bench.sample.on_issuer_signed = [&](Members& issuer_signed) {
    const SampleItem& item = bench.sample.items.at(0);
    const Bytes original = item.encode();
    const Bytes turned = testing::cbor_embedded(Members{
        {"random", testing::cbor_bytes(item.random)},
        {"digestID", testing::cbor_uint(item.digest_id)},
        {"elementIdentifier", testing::cbor_text(item.identifier)},
        {"elementValue", item.value}}.encode());
    Bytes& name_spaces = issuer_signed["nameSpaces"];
    const auto place = std::search(name_spaces.begin(), name_spaces.end(), original.begin(), original.end());
    ASSERT_NE(place, name_spaces.end());
    std::copy(turned.begin(), turned.end(), place);
  };
  const Finding finding = only_refusal(bench.verify().report, CheckId::issuer_digests);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"family_name"}));
}

TEST(Rsp05, AllWrongElementsAreNamed) {
  Bench bench;
  bench.sample.on_items = [](std::vector<SampleItem>& items) {
    items.at(1).value = testing::cbor_text("John");
    items.at(8).value = testing::cbor_bool(false);
  };
  const Finding finding = only_refusal(bench.verify().report, CheckId::issuer_digests);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"given_name", "age_over_18"}));
}

TEST(Rsp06, DigestIdsThatAreUnknownOutOfRangeOrOfAnotherNameSpaceAreRefused) {
  const auto with = [](const std::function<void(SampleItem&)>& change) {
    Bench bench;
    bench.sample.items.push_back({"com.example", 500, Bytes(32, 9), "one", testing::cbor_uint(1)});
    bench.sample.on_items = [&](std::vector<SampleItem>& items) { change(items.at(0)); };
    return only_refusal(bench.verify().report, CheckId::issuer_digests).reason;
  };
  EXPECT_EQ(with([](SampleItem& item) { item.digest_id = 77; }), Reason::absent);
  EXPECT_EQ(with([](SampleItem& item) { item.digest_id = std::uint64_t{1} << 31; }), Reason::out_of_range);
  EXPECT_EQ(with([](SampleItem& item) { item.digest_id = UINT64_MAX; }), Reason::out_of_range);
  EXPECT_EQ(with([](SampleItem& item) { item.digest_id = 1; }), Reason::invalid);
  EXPECT_EQ(with([](SampleItem& item) { item.name_space = "com.example"; }), Reason::absent);
}

TEST(Rsp06, TheLargestDigestIdIsFine) {
  Bench bench;
  bench.sample.items.at(0).digest_id = (std::uint64_t{1} << 31) - 1;
  EXPECT_TRUE(bench.verify().report.valid);
}

TEST(Rsp07, AllThreeDigestAlgorithmsVerify) {
  for (const auto algorithm :
       {crypto::DigestAlgorithm::sha256, crypto::DigestAlgorithm::sha384, crypto::DigestAlgorithm::sha512}) {
    Bench bench;
    bench.sample.digest_algorithm = algorithm;
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.report.documents.at(0).mso->digest_algorithm, crypto::name(algorithm));
  }
}

TEST(Rsp07, OtherDigestAlgorithmsAreRefusedByName) {
  for (const std::string_view wrong : {"SHA-1", "sha-256", "SHA256", "SHA3-256", ""}) {
    Bench bench;
    bench.sample.on_mso = [&](Members& mso) { mso["digestAlgorithm"] = testing::cbor_text(wrong); };
    const Report report = bench.verify().report;
    EXPECT_EQ(refusing(report), (std::set<std::string>{"issuer-signed.digests", "mso.digest-algorithm"}));
    const Finding& finding = find(report, CheckId::mso_digest_algorithm);
    EXPECT_EQ(finding.reason, Reason::unsupported);
    EXPECT_EQ(std::get<std::string>(finding.found), wrong);
  }
}

TEST(Rsp07, DigestsOfTheLengthOfAnotherAlgorithmAreRefused) {
  Bench bench;
  bench.sample.on_mso = [](Members& mso) { mso["digestAlgorithm"] = testing::cbor_text("SHA-384"); };
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::mso_digest_algorithm).reason, Reason::mismatch);
  EXPECT_EQ(find(report, CheckId::issuer_digests).reason, Reason::invalid);
}

TEST(Rsp08, ShortRandomsAreWeighedByTheLevel) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    Bench bench;
    bench.level = level;
    bench.sample.items.at(2).random.resize(15);
    const VerificationOutcome outcome = bench.verify();
    const Finding& finding = find(outcome.report, CheckId::issuer_salts);
    EXPECT_EQ(finding.outcome, level == Level::strict ? Outcome::fail : Outcome::warn);
    EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"birth_date"}));
    EXPECT_EQ(outcome.report.documents.at(0).warnings.at(0).rule, Rule::salt_short);
    EXPECT_EQ(outcome.documents.empty(), level == Level::strict);
  }
}

TEST(Rsp08, SixteenBytesAreEnough) {
  Bench bench;
  bench.sample.items.at(2).random.resize(16);
  EXPECT_TRUE(bench.verify().report.valid);
}

TEST(Rsp08, EqualRandomsAreFlagged) {
  Bench bench;
  bench.level = Level::interop;
  bench.sample.items.at(3).random = bench.sample.items.at(1).random;
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(find(outcome.report, CheckId::issuer_salts).outcome, Outcome::warn);
  EXPECT_EQ(find(outcome.report, CheckId::issuer_salts).reason, Reason::duplicate);
  EXPECT_EQ(outcome.documents.size(), 1u);
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
      EXPECT_EQ(outcome.report.valid, lets_through(instant.outcome)) << text_of(outcome.report);
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

TEST(Rsp12, ACountryThatWasNotReturnedIsNotCompared) {
  Bench bench;
  std::erase_if(bench.sample.items, [](const SampleItem& item) { return item.identifier == "issuing_country"; });
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::issuer_country).outcome, Outcome::not_applicable);
  EXPECT_EQ(find(report, CheckId::issuer_country).reason, Reason::not_present);
  EXPECT_TRUE(report.valid);
}

TEST(Rsp13, MissingSurplusAndAlternativeElementsAreReportedApartFromAuthenticity) {
  Bench bench;
  bench.level = Level::interop;
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = {mdl_name_space, ElementIdentifier("age_in_years")},
                                     .alternative_element_sets = {{{mdl_name_space, ElementIdentifier("height")}},
                                                                  {{mdl_name_space, ElementIdentifier("birth_date")},
                                                                   {mdl_name_space, ElementIdentifier("portrait")}}}}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL",
                         {{"org.iso.18013.5.1", "family_name"},
                          {"org.iso.18013.5.1", "age_in_years"},
                          {"org.iso.18013.5.1", "eye_colour"}},
                         info)});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid);
  EXPECT_EQ(find(outcome.report, CheckId::response_request).outcome, Outcome::warn);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::response_request).found),
            references({"eye_colour"}));
  EXPECT_EQ(find(outcome.report, CheckId::elements_requested).outcome, Outcome::warn);
  EXPECT_EQ(
      std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::elements_requested).found),
      references({"given_name", "issue_date", "expiry_date", "issuing_country", "document_number", "age_over_18"}));

  // What was not asked for is not handed out.
  const VerifiedDocument& document = outcome.documents.at(0);
  EXPECT_EQ(document.issuer_signed().size(), 3u);
  EXPECT_EQ(document.find(mdl_name_space, ElementIdentifier("given_name")), nullptr);
  EXPECT_NE(document.find(mdl_name_space, ElementIdentifier("portrait")), nullptr);

  const std::vector<Answer>& answers = outcome.report.answers;
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].kind, Answer::Kind::as_requested);
  EXPECT_EQ(answers[0].document, 0u);
  EXPECT_EQ(answers[1].kind, Answer::Kind::alternative);
  EXPECT_EQ(answers[1].by, references({"birth_date", "portrait"}));
  EXPECT_EQ(answers[2].kind, Answer::Kind::unanswered);
  EXPECT_FALSE(answers[2].document);
}

TEST(Rsp13, AnAlternativeSetCountsOnlyAsAWhole) {
  Bench bench;
  bench.level = Level::interop;
  model::DocRequestInfo info;
  info.alternative_data_elements = {{.requested_element = {mdl_name_space, ElementIdentifier("age_in_years")},
                                     .alternative_element_sets = {{{mdl_name_space, ElementIdentifier("birth_date")},
                                                                   {mdl_name_space, ElementIdentifier("height")}}}}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "age_in_years"}}, info)});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.documents.at(0).issuer_signed().empty());
  EXPECT_EQ(outcome.report.answers.at(0).kind, Answer::Kind::unanswered);
}

TEST(Rsp13, ADocTypeThatWasNotAskedForFailsItsDocument) {
  Bench bench;
  bench.level = Level::interop;
  bench.ask({doc_request("org.iso.18013.5.1.mDl", {{"org.iso.18013.5.1", "family_name"}})});
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(only_refusal(outcome.report, CheckId::document_requested).reason, Reason::unrequested);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(Rsp13, DocumentsThatFailedAnswerNothing) {
  Bench bench;
  bench.ask_for_all();
  bench.sample.now = bench.sample.valid_until + 24h;
  const Report report = bench.verify().report;
  for (const Answer& answer : report.answers) EXPECT_EQ(answer.kind, Answer::Kind::unanswered);
}

TEST(Rsp13, OneDocumentWhereOneIsWanted) {
  for (const bool unique : {true, false}) {
    Bench bench;
    bench.level = Level::interop;
    model::DocRequestInfo info;
    info.unique_doc_set_required = unique;
    bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "family_name"}}, info)});
    const Bytes document = bench.sample.document();
    const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({document, document}));
    EXPECT_TRUE(outcome.report.documents.at(0).valid);
    EXPECT_EQ(outcome.report.documents.at(1).valid, !unique);
    EXPECT_EQ(find(outcome.report, CheckId::document_requested, 1).reason, unique ? Reason::surplus : Reason::none);
  }
}

TEST(Rsp14, OneBadDocumentDoesNotHideTheOthers) {
  Bench bench;
  const Bytes good = bench.sample.document();
  Bench other;
  other.sample.on_items = [](std::vector<SampleItem>& items) { items.at(0).value = testing::cbor_text("Roe"); };
  const Bytes altered = other.sample.document();
  const Bytes broken = testing::hex("a16764 6f63 5479 7065 01");  // docType: 1
  const Bytes no_map = testing::hex("00");

  const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({broken, good, altered, no_map, good}));
  EXPECT_FALSE(outcome.report.valid);
  ASSERT_EQ(outcome.report.documents.size(), 5u);
  const bool valid[] = {false, true, false, false, true};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(outcome.report.documents.at(i).valid, valid[i]) << i;
  ASSERT_EQ(outcome.documents.size(), 2u);
  EXPECT_EQ(outcome.documents.at(0).index(), 1u);
  EXPECT_EQ(outcome.documents.at(1).index(), 4u);

  const Finding& structure = find(outcome.report, CheckId::document_structure, 0);
  EXPECT_EQ(structure.reason, Reason::malformed);
  ASSERT_TRUE(structure.error);
  EXPECT_TRUE(structure.error->where.text().starts_with("DeviceResponse.documents[0]"));
  EXPECT_FALSE(outcome.report.documents.at(0).doc_type);
  EXPECT_EQ(find(outcome.report, CheckId::trust_path, 0).reason, Reason::earlier_check_failed);
}

TEST(Rsp15, ErrorsOfTheMdocAreSurfacedWithNegativeCodes) {
  Bench bench;
  bench.sample.on_document = [](Members& document) {
    document["errors"] =
        Members{{"org.iso.18013.5.1",
                 Members{{"height", testing::cbor_int(0)}, {"weight", testing::cbor_int(-7)}}.encode()}}
            .encode();
  };
  bench.sample.on_response = [](Members& response) {
    response["documentErrors"] = testing::cbor_array({Members{{"com.example.pass", testing::cbor_int(-3)}}.encode(),
                                                      Members{{"com.example.card", testing::cbor_int(5)}}.encode()});
  };
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.report.document_errors.size(), 2u);
  EXPECT_EQ(outcome.report.document_errors.at(0).doc_type, DocType("com.example.pass"));
  EXPECT_EQ(outcome.report.document_errors.at(0).code, -3);
  EXPECT_EQ(outcome.report.document_errors.at(1).code, 5);
  const model::Errors& errors = outcome.report.documents.at(0).errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors.at(0).second.at(1).first, ElementIdentifier("weight"));
  EXPECT_EQ(errors.at(0).second.at(1).second, -7);
}

TEST(Rsp16, NothingIsReleasedFromADocumentThatFailed) {
  Bench bench;
  bench.with_anchor = false;
  const VerificationOutcome outcome = bench.verify();
  EXPECT_EQ(only_refusal(outcome.report, CheckId::trust_path).reason, Reason::no_anchors);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(Rsp17, TwoDocumentsOfOneTypeAreJudgedSeparately) {
  Bench bench;
  Bench second;
  second.sample.items.at(0).value = testing::cbor_text("Roe");
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "family_name"}}),
             doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", "portrait"}})});
  bench.level = Level::interop;
  const VerificationOutcome outcome =
      bench.verify(SampleMdoc::response_of({bench.sample.document(), second.sample.document()}));
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  ASSERT_EQ(outcome.documents.size(), 2u);
  const ElementIdentifier family_name("family_name");
  EXPECT_EQ(outcome.documents.at(0).find(mdl_name_space, family_name)->as_text().value(), "Doe");
  EXPECT_EQ(outcome.documents.at(1).find(mdl_name_space, family_name)->as_text().value(), "Roe");
}

TEST(Rsp19, ADocumentWithoutIssuerSignedElementsVerifies) {
  for (const bool device_signed : {true, false}) {
    Bench bench;
    bench.sample.items.clear();
    if (device_signed) {
      bench.sample.key_authorizations =
          Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})}}.encode();
      bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
    }
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(find(outcome.report, CheckId::issuer_digests).reason, Reason::not_present);
    EXPECT_EQ(outcome.documents.at(0).device_signed().size(), device_signed ? 1u : 0u);
  }
}

TEST(Rsp20, ElementsOfAPidHaveTheirForm) {
  const auto outcome_of = [](std::string_view identifier, Bytes value) {
    Bench bench;
    bench.sample.doc_type = "eu.europa.ec.eudi.pid.1";
    bench.sample.signer.extended_key_usage = {"1.3.130.2.0.0.1.2"};
    bench.sample.items = {{"eu.europa.ec.eudi.pid.1", 0, Bytes(32, 9), std::string(identifier), std::move(value)}};
    return find(bench.verify().report, CheckId::elements_format).outcome;
  };
  EXPECT_EQ(outcome_of("family_name", testing::cbor_text("Müller")), Outcome::pass);
  EXPECT_EQ(outcome_of("family_name", testing::cbor_bytes(Bytes{65})), Outcome::fail);
  EXPECT_EQ(outcome_of("family_name", testing::cbor_text(std::string(150, 'a'))), Outcome::pass);
  EXPECT_EQ(outcome_of("family_name", testing::cbor_text(std::string(151, 'a'))), Outcome::fail);
  EXPECT_EQ(outcome_of("birth_date", testing::cbor_full_date("1990-01-02")), Outcome::pass);
  EXPECT_EQ(outcome_of("birth_date", testing::cbor_tdate(testing::utc("1990-01-02T00:00:00Z"))), Outcome::fail);
  EXPECT_EQ(outcome_of("nationality", testing::cbor_array({testing::cbor_text("UT")})), Outcome::pass);
  EXPECT_EQ(outcome_of("place_of_birth", Members{{"country", testing::cbor_text("UT")}}.encode()), Outcome::pass);
  EXPECT_EQ(outcome_of("place_of_birth", testing::cbor_text("UT")), Outcome::fail);
  EXPECT_EQ(outcome_of("sex", testing::cbor_int(-1)), Outcome::fail);
  EXPECT_EQ(outcome_of("expiry_date", testing::cbor_tdate(testing::utc("2030-01-02T00:00:00Z"))), Outcome::pass);
  EXPECT_EQ(outcome_of("of_tomorrow", testing::cbor_uint(1)), Outcome::pass);
}

TEST(Rsp20, TextOfALicenceIsLatin1) {
  const auto outcome_of = [](std::string_view name) {
    Bench bench;
    bench.sample.items.at(0).value = testing::cbor_text(name);
    return find(bench.verify().report, CheckId::elements_format).outcome;
  };
  EXPECT_EQ(outcome_of("Müller"), Outcome::pass);
  EXPECT_EQ(outcome_of("Łukasz"), Outcome::fail);
  EXPECT_EQ(outcome_of("\U0001f600"), Outcome::fail);
}

TEST(Rsp20, FormsOfUnknownDocTypesAreNotJudged) {
  Bench bench;
  bench.sample.doc_type = "com.example.pass";
  bench.sample.signer.extended_key_usage = {"1.0.23220.4.1.2"};
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  EXPECT_EQ(find(outcome.report, CheckId::elements_format).reason, Reason::unknown_doc_type);
}

TEST(Rsp21, PicturesBeginAsJpegOrJpeg2000) {
  const auto outcome_of = [](std::string_view hex) {
    Bench bench;
    bench.sample.items.push_back(
        {"org.iso.18013.5.1", 50, Bytes(32, 9), "signature_usual_mark", testing::cbor_bytes(testing::hex(hex))});
    return find(bench.verify().report, CheckId::elements_format).outcome;
  };
  EXPECT_EQ(outcome_of("ffd8ffe000104a46"), Outcome::pass);
  EXPECT_EQ(outcome_of("0000000c6a5020200d0a870a"), Outcome::pass);
  EXPECT_EQ(outcome_of("ff4fff51002f"), Outcome::pass);
  EXPECT_EQ(outcome_of("89504e470d0a1a0a"), Outcome::fail);  // PNG
  EXPECT_EQ(outcome_of("ffd8"), Outcome::fail);
  EXPECT_EQ(outcome_of(""), Outcome::fail);
}

TEST(Rsp22, AnAgeStatementThatSettlesTheQuestionIsAnAnswer) {
  struct Statement {
    std::string_view asked, returned;
    bool value, answers;
  };
  const Statement statements[] = {
      {"age_over_18", "age_over_21", true, true},   {"age_over_18", "age_over_21", false, false},
      {"age_over_18", "age_over_16", true, false},  {"age_over_18", "age_over_16", false, true},
      {"age_over_18", "age_over_18", false, true},  {"age_over_18", "age_over_18", true, true},
      {"age_over_60", "age_over_65", true, true},   {"age_over_00", "age_over_99", true, true},
      {"age_over_18", "age_over_021", true, false}, {"age_over_18", "age_over_x1", true, false},
  };
  for (const Statement& statement : statements) {
    SCOPED_TRACE(std::string(statement.asked) + " by " + std::string(statement.returned));
    Bench bench;
    bench.level = Level::interop;
    bench.sample.items = {
        {"org.iso.18013.5.1", 0, Bytes(32, 9), std::string(statement.returned), testing::cbor_bool(statement.value)}};
    bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"org.iso.18013.5.1", std::string(statement.asked)}})});
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.documents.at(0).issuer_signed().size(), statement.answers ? 1u : 0u);
    const Answer& answer = outcome.report.answers.at(0);
    EXPECT_EQ(answer.kind != Answer::Kind::unanswered, statement.answers);
    if (statement.answers && statement.asked != statement.returned) {
      EXPECT_EQ(answer.kind, Answer::Kind::age_statement);
      EXPECT_EQ(answer.by, references({statement.returned}));
    }
  }
}

TEST(Rsp22, TheRuleHoldsWhereTheProfileSaysSo) {
  Bench bench;
  bench.level = Level::interop;
  bench.sample.items = {{"com.example", 0, Bytes(32, 9), "age_over_21", testing::cbor_bool(true)}};
  bench.ask({doc_request("org.iso.18013.5.1.mDL", {{"com.example", "age_over_18"}})});
  EXPECT_EQ(bench.verify().report.answers.at(0).kind, Answer::Kind::unanswered);
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

TEST(Response, AnAnchorForOtherDocTypesDoesNotCount) {
  Bench bench;
  ASSERT_TRUE(bench.trust.add_anchor(trust::Purpose::issuance, bench.sample.iaca_certificate(),
                                     {.doc_types = {DocType("org.iso.23220.photoid.1")}}));
  EXPECT_EQ(only_refusal(bench.verify().report, CheckId::trust_path).reason, Reason::other_doc_types_only);
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
  EXPECT_EQ(judge(RevocationPolicy::off).outcome, Outcome::not_applicable);
  EXPECT_EQ(judge(RevocationPolicy::off).reason, Reason::not_checked);
  EXPECT_EQ(judge(RevocationPolicy::soft).outcome, Outcome::warn);
  EXPECT_EQ(judge(RevocationPolicy::soft).reason, Reason::not_checked);
  EXPECT_EQ(judge(RevocationPolicy::hard).outcome, Outcome::fail);
}

TEST(Response, WhatDeviatesIsStillJudgedInAReportThatFails) {
  Bench bench;
  bench.sample.on_response = [](Members& response) { response["version"] = testing::hex("7803312e30"); };
  for (const Level level : {Level::strict, Level::interop}) {
    bench.level = level;
    const VerificationOutcome outcome = bench.verify();
    EXPECT_EQ(outcome.report.documents.at(0).valid, true);
    EXPECT_EQ(outcome.report.valid, level != Level::strict);
    EXPECT_EQ(outcome.documents.size(), level == Level::strict ? 0u : 1u);
    ASSERT_EQ(outcome.report.warnings.size(), 1u);
    EXPECT_EQ(outcome.report.warnings.at(0).rule, Rule::cbor_non_preferred);
    EXPECT_TRUE(outcome.report.documents.at(0).warnings.empty());
  }
}

TEST(Response, DeviationsBelongToTheirDocument) {
  Bench bench;
  bench.level = Level::interop;
  const Bytes good = bench.sample.document();
  bench.sample.on_document = [](Members& document) {
    Bytes longer{0x78};
    const Bytes& text = document.at("docType");
    longer.push_back(static_cast<std::uint8_t>(text.at(0) - 0x60));
    longer.insert(longer.end(), text.begin() + 1, text.end());
    document["docType"] = longer;
  };
  const VerificationOutcome outcome = bench.verify(SampleMdoc::response_of({good, bench.sample.document()}));
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  EXPECT_TRUE(outcome.report.warnings.empty());
  EXPECT_TRUE(outcome.report.documents.at(0).warnings.empty());
  ASSERT_EQ(outcome.report.documents.at(1).warnings.size(), 1u);
  EXPECT_EQ(find(outcome.report, CheckId::document_structure, 1).outcome, Outcome::warn);
}

TEST(Response, AStopwatchMeasuresEachCheckOnce) {
  struct Ticks final : Stopwatch {
    TimePoint now() override { return TimePoint(std::chrono::microseconds(count++)); }
    int count = 0;
  } ticks;
  Bench bench;
  auto input = bench.input();
  input.stopwatch = &ticks;
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response()), Level::strict).value();
  const Report report = verify(decoded, input).report;
  for (const Finding& finding : report.documents.at(0).findings) EXPECT_EQ(finding.duration, 1us);
  EXPECT_EQ(ticks.count, static_cast<int>(2 * checks(Scope::document).size()));
}

TEST(Response, WhatIsNoResponseIsAnErrorWithItsPlace) {
  for (const char* wrong : {"", "80", "a0", "a16673746174757300", "a26776657273696f6e63312e30667374617475736130"}) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(testing::hex(wrong)));
    ASSERT_FALSE(decoded) << wrong;
    EXPECT_EQ(decoded.error().kind(), ErrorKind::malformed);
  }
}

TEST(Document, IsJudgedAlone) {
  Bench bench;
  const auto outcome = verify_document(SharedBytes::take(bench.sample.document()), bench.input(), Level::strict);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->report.valid) << text_of(outcome->report);
  EXPECT_EQ(outcome->documents.size(), 1u);
  EXPECT_EQ(outcome->report.find(CheckId::response_version).outcome, Outcome::not_applicable);
  EXPECT_FALSE(verify_document(SharedBytes::take(testing::hex("01")), bench.input()));
}

TEST(IssuerSigned, IsGoodOnlyForThoseWhoWantTheIssuersPartAlone) {
  Bench bench;
  const Bytes issuer_signed = bench.sample.issuer_signed();
  const auto refused = verify_issuer_signed(SharedBytes::copy_of(issuer_signed), bench.input(), Level::strict);
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->report.valid);
  EXPECT_EQ(find(refused->report, CheckId::document_structure).reason, Reason::absent);

  bench.issuer_only = true;
  const auto accepted = verify_issuer_signed(SharedBytes::copy_of(issuer_signed), bench.input(), Level::strict);
  ASSERT_TRUE(accepted);
  EXPECT_TRUE(accepted->report.valid) << text_of(accepted->report);
  ASSERT_EQ(accepted->documents.size(), 1u);
  EXPECT_EQ(accepted->documents.at(0).doc_type(), DocType("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(find(accepted->report, CheckId::device_auth_signature).reason, Reason::issuer_only);
}

TEST(IssuerOnly, ReleasesNothingThatTheDeviceSigned) {
  Bench bench;
  bench.issuer_only = true;
  bench.with_transcript = false;
  bench.sample.key_authorizations =
      Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})}}.encode();
  bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
  const VerificationOutcome outcome = bench.verify();
  EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
  EXPECT_TRUE(outcome.documents.at(0).device_signed().empty());
}

}  // namespace
}  // namespace mdoc::verification
