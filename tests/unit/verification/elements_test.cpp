// The elements that the issuer signed: their digests, salts and forms. RSP-03, 05 to 08 and 19 to 21 of the conformance
// catalogue, by their id.
#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::Members;
using testing::SampleItem;

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

/// One value of every type that an element may have, by name.
const std::vector<std::pair<std::string, Bytes>>& values_of_all_types() {
  static const std::vector<std::pair<std::string, Bytes>> all{
      {"text", testing::cbor_text("x")},
      {"uint", testing::cbor_uint(1)},
      {"nint", testing::cbor_int(-1)},
      {"bool", testing::cbor_bool(true)},
      {"null", testing::hex("f6")},
      {"float", testing::hex("f93c00")},
      {"bytes", testing::cbor_bytes(testing::hex("0102"))},
      {"jpeg", testing::cbor_bytes(testing::hex("ffd8ffe0"))},
      {"array", testing::cbor_array({testing::cbor_text("x")})},
      {"map", Members{{"x", testing::cbor_uint(1)}}.encode()},
      {"full-date", testing::cbor_full_date("1990-01-02")},
      {"tdate", testing::cbor_tdate(testing::utc("1990-01-02T00:00:00Z"))},
      {"embedded", testing::cbor_embedded(testing::hex("a0"))},
  };
  return all;
}

/// An element, and the types that its rule book gives it.
using ElementTypes = std::pair<std::string, std::set<std::string>>;

/// Gives all elements values of one type, then of the next: each deviates exactly where its rule book says so.
void expect_types(const std::string& doc_type, const std::string& key_purpose, const std::string& name_space,
                  const std::vector<ElementTypes>& elements) {
  for (const auto& [type, value] : values_of_all_types()) {
    Bench bench;
    bench.sample.doc_type = doc_type;
    bench.sample.signer.extended_key_usage = {key_purpose};
    bench.sample.items.clear();
    std::set<std::string> expected;
    for (const auto& [identifier, types] : elements) {
      const auto id = static_cast<std::uint8_t>(bench.sample.items.size());
      bench.sample.items.push_back({name_space, id, Bytes(32, id), identifier, value});
      if (!types.contains(type)) expected.insert(identifier);
    }
    const Report report = bench.verify().report;
    const Finding& finding = find(report, CheckId::elements_format);
    std::set<std::string> found;
    if (const auto* named = std::get_if<std::vector<ElementReference>>(&finding.found)) {
      for (const ElementReference& each : *named) found.insert(each.element.str());
    }
    EXPECT_EQ(found, expected) << type;
    EXPECT_EQ(finding.outcome, expected.empty() ? Outcome::pass : Outcome::fail) << type;
  }
}

TEST(Rsp20, ElementsOfAPidHaveTheTypesOfItsRuleBook) {
  const std::set<std::string> text{"text"}, uint{"uint"}, boolean{"bool"}, date{"full-date"};
  const std::set<std::string> any_date{"full-date", "tdate"};
  expect_types("eu.europa.ec.eudi.pid.1", "1.3.130.2.0.0.1.2", "eu.europa.ec.eudi.pid.1",
               {{"family_name", text},
                {"given_name", text},
                {"birth_date", date},
                {"place_of_birth", {"map"}},
                {"nationality", {"array", "text"}},
                {"resident_address", text},
                {"resident_country", text},
                {"resident_state", text},
                {"resident_city", text},
                {"resident_postal_code", text},
                {"resident_street", text},
                {"personal_administrative_number", text},
                {"portrait", {"bytes", "jpeg"}},
                {"family_name_birth", text},
                {"given_name_birth", text},
                {"sex", uint},
                {"email_address", text},
                {"mobile_phone_number", text},
                {"expiry_date", any_date},
                {"issuance_date", any_date},
                {"issuing_authority", text},
                {"issuing_country", text},
                {"issuing_jurisdiction", text},
                {"document_number", text},
                {"trust_anchor", text},
                {"attestation_legal_category", text},
                {"age_over_18", boolean},
                {"age_over_65", boolean},
                {"age_in_years", uint},
                {"age_birth_year", uint}});
}

TEST(Rsp20, ElementsOfALicenceHaveTheTypesOfItsTable) {
  const std::set<std::string> text{"text"}, uint{"uint"}, any_date{"full-date", "tdate"}, image{"jpeg"};
  expect_types("org.iso.18013.5.1.mDL", "1.0.18013.5.1.2", "org.iso.18013.5.1",
               {{"family_name", text},
                {"given_name", text},
                {"birth_date", {"full-date"}},
                {"issue_date", any_date},
                {"expiry_date", any_date},
                {"issuing_country", text},
                {"issuing_authority", text},
                {"document_number", text},
                {"portrait", image},
                {"driving_privileges", {"array"}},
                {"un_distinguishing_sign", text},
                {"administrative_number", text},
                {"sex", uint},
                {"height", uint},
                {"weight", uint},
                {"eye_colour", text},
                {"hair_colour", text},
                {"birth_place", text},
                {"resident_address", text},
                {"portrait_capture_date", {"tdate"}},
                {"age_in_years", uint},
                {"age_birth_year", uint},
                {"age_over_18", {"bool"}},
                {"issuing_jurisdiction", text},
                {"nationality", text},
                {"resident_city", text},
                {"resident_state", text},
                {"resident_postal_code", text},
                {"resident_country", text},
                {"biometric_template_face", {"bytes", "jpeg"}},
                {"family_name_national_character", text},
                {"given_name_national_character", text},
                {"signature_usual_mark", image}});
}

TEST(Rsp20, TextOfALicenceIsLatin1WhereItsTableSaysSo) {
  struct Text {
    std::string_view identifier, value;
    Outcome outcome;
  };
  const std::string longest(150, 'a'), too_long(151, 'a');
  const Text texts[] = {
      {"given_name", "Łukasz", Outcome::fail},
      {"given_name", "José", Outcome::pass},
      {"issuing_authority", "Řím", Outcome::fail},
      {"document_number", "№1", Outcome::fail},
      {"administrative_number", "№1", Outcome::fail},
      {"birth_place", "Łódź", Outcome::fail},
      {"resident_address", "Łódź", Outcome::fail},
      {"resident_city", "Łódź", Outcome::fail},
      {"resident_state", "Łódź", Outcome::fail},
      {"resident_postal_code", "№1", Outcome::fail},
      {"family_name_national_character", "Ł", Outcome::pass},
      {"given_name_national_character", "Ł", Outcome::pass},
      {"given_name", longest, Outcome::pass},
      {"given_name", too_long, Outcome::fail},
      {"resident_city", too_long, Outcome::fail},
      {"document_number", too_long, Outcome::fail},
  };
  for (const Text& text : texts) {
    Bench bench;
    bench.sample.items = {
        {"org.iso.18013.5.1", 0, Bytes(32, 9), std::string(text.identifier), testing::cbor_text(text.value)}};
    EXPECT_EQ(find(bench.verify().report, CheckId::elements_format).outcome, text.outcome)
        << text.identifier << " " << text.value.substr(0, 10);
  }
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
}  // namespace
}  // namespace mdoc::verification
