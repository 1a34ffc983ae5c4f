// The elements that the issuer signed: their digests, salts and forms. RSP-03, 05 to 08 and 19 to 21 of the conformance
// catalogue, by their id.
#include "bench.hpp"
#include "mdoc/core/encoding.hpp"
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
    items.at(6).value = testing::cbor_text("D7654321");
  };
  const Finding finding = only_refusal(bench.verify().report, CheckId::issuer_digests);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"given_name", "document_number"}));
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

/// An element, values that it may have, and values of these types that it may not have.
struct ElementCase {
  std::string identifier;
  std::vector<Bytes> good;
  std::vector<Bytes> wrong{};
};

/// A docType and the elements of one of its name spaces.
struct Table {
  std::string doc_type, key_purpose, name_space;
  std::vector<ElementCase> elements;
};

/// The type of an item: its major type, with the tag or the simple value where these make the type.
std::string kind_of(const Bytes& item) {
  constexpr unsigned tag = 6, simple = 7;
  const unsigned major = item.at(0) >> 5u;
  if (major < tag) return std::to_string(major);
  if (major == simple) return item.at(0) == 0xf4 || item.at(0) == 0xf5 ? "boolean" : to_hex(ByteView(item).first(1));
  return "tag " + to_hex(ByteView(item).first(item.at(0) == 0xc0 ? 1 : 2));
}

/// One value of every type that an element may have.
const std::vector<Bytes>& values_of_all_types() {
  static const std::vector<Bytes> all{
      testing::cbor_text("x"),
      testing::cbor_uint(1),
      testing::cbor_int(-1),
      testing::cbor_bool(true),
      testing::hex("f6"),      // null
      testing::hex("f93c00"),  // 1.0
      testing::cbor_bytes(testing::hex("0102")),
      testing::cbor_array({testing::cbor_text("x")}),
      Members{{"x", testing::cbor_uint(1)}}.encode(),
      testing::cbor_full_date("1990-01-02"),
      testing::cbor_tdate(testing::utc("1990-01-02T00:00:00Z")),
      testing::cbor_embedded(testing::hex("a0")),
  };
  return all;
}

/// The elements with other values than their profile allows, among elements with these.
std::set<std::string> deviating(const Table& table, const std::vector<std::pair<std::string, Bytes>>& values) {
  Bench bench;
  bench.sample.doc_type = table.doc_type;
  bench.sample.signer.extended_key_usage = {table.key_purpose};
  bench.sample.items.clear();
  for (const auto& [identifier, value] : values) {
    const auto id = static_cast<std::uint8_t>(bench.sample.items.size());
    bench.sample.items.push_back({table.name_space, id, Bytes(32, id), identifier, value});
  }
  const Report report = bench.verify().report;
  const Finding& finding = find(report, CheckId::elements_format);
  std::set<std::string> found;
  if (const auto* named = std::get_if<std::vector<ElementReference>>(&finding.found)) {
    for (const ElementReference& each : *named) found.insert(each.element.str());
  }
  EXPECT_EQ(finding.outcome, found.empty() ? Outcome::pass : Outcome::fail);
  std::set<std::string> reported;
  for (const ElementDeviation& each : report.documents.at(0).elements) {
    if (profile::info(each.fault).aspect == profile::FaultAspect::form) reported.insert(each.element.element.str());
  }
  EXPECT_EQ(reported, found) << "the report says of each what is wrong";
  return found;
}

/// Gives all elements their first good value, then their next one, and so on; likewise their wrong ones, and one of
/// every type that no good value has. Each deviates exactly where its table says so.
void expect_table(const Table& table) {
  using Values = std::vector<std::pair<std::string, Bytes>>;
  const auto round_of = [&](std::vector<Bytes> ElementCase::*list, std::size_t round) {
    Values values;
    for (const ElementCase& element : table.elements) {
      if (round < (element.*list).size()) values.emplace_back(element.identifier, (element.*list)[round]);
    }
    return values;
  };
  const auto names = [](const Values& values) {
    std::set<std::string> all;
    for (const auto& [identifier, value] : values) all.insert(identifier);
    return all;
  };
  for (std::size_t round = 0;; ++round) {
    const Values good = round_of(&ElementCase::good, round);
    if (good.empty()) break;
    EXPECT_EQ(deviating(table, good), std::set<std::string>{}) << "good values, round " << round;
  }
  for (std::size_t round = 0;; ++round) {
    const Values wrong = round_of(&ElementCase::wrong, round);
    if (wrong.empty()) break;
    EXPECT_EQ(deviating(table, wrong), names(wrong)) << "wrong values, round " << round;
  }
  for (const Bytes& value : values_of_all_types()) {
    Values of_other_types;
    for (const ElementCase& element : table.elements) {
      const auto same = [&](const Bytes& good) { return kind_of(good) == kind_of(value); };
      if (std::ranges::none_of(element.good, same)) of_other_types.emplace_back(element.identifier, value);
    }
    EXPECT_EQ(deviating(table, of_other_types), names(of_other_types)) << "type " << kind_of(value);
  }
}

std::vector<Bytes> texts(std::initializer_list<std::string_view> values) {
  std::vector<Bytes> encoded;
  for (const std::string_view value : values) encoded.push_back(testing::cbor_text(value));
  return encoded;
}
Bytes day(std::string_view date) { return testing::cbor_full_date(date); }
Bytes time(std::string_view text) { return testing::cbor_tdate(testing::utc(text)); }
/// Tag 1004 around any text.
Bytes tagged_day(std::string_view text) {
  Bytes encoded = testing::hex("d903ec");
  const Bytes content = testing::cbor_text(text);
  encoded.insert(encoded.end(), content.begin(), content.end());
  return encoded;
}

const std::string longest(150, 'a'), too_long(151, 'a');
ElementCase short_text(std::string identifier) {
  return {std::move(identifier), texts({"x", "M\u00fcller", "\u0141ukasz", longest}), texts({too_long})};
}
ElementCase any_text(std::string identifier) { return {std::move(identifier), texts({"x", too_long})}; }
ElementCase country(std::string identifier) {
  return {std::move(identifier), texts({"UT"}), texts({"", "U", "ut", "UTO", "Erewhon"})};
}
ElementCase any_date(std::string identifier) {
  return {std::move(identifier), {day("2030-02-28"), time("2030-02-28T12:00:00Z")}, {tagged_day("2030-02-29")}};
}
ElementCase number(std::string identifier) {
  return {std::move(identifier), {testing::cbor_uint(0), testing::cbor_uint(1988)}};
}
ElementCase boolean(std::string identifier) {
  return {std::move(identifier), {testing::cbor_bool(true), testing::cbor_bool(false)}};
}

TEST(Rsp20, ElementsOfAPidAreAsTheRuleBookHasThem) {
  const auto place = [](std::string_view key, const Bytes& value) {
    return Members{{std::string(key), value}}.encode();
  };
  expect_table({"eu.europa.ec.eudi.pid.1",
                "1.3.130.2.0.0.1.2",
                "eu.europa.ec.eudi.pid.1",
                {short_text("family_name"),
                 short_text("given_name"),
                 {"birth_date", {day("1990-01-02")}, {tagged_day("1990-02-30"), tagged_day("1990"), tagged_day("")}},
                 {"place_of_birth",
                  {place("country", testing::cbor_text("UT")), place("region", testing::cbor_text("x")),
                   place("locality", testing::cbor_text("x")), place("other", testing::cbor_uint(1))},
                  {Members{}.encode(), place("country", testing::cbor_text("Erewhon")),
                   place("region", testing::cbor_uint(1)), place("locality", testing::cbor_bool(true))}},
                 {"nationality",
                  {testing::cbor_array({testing::cbor_text("UT")}),
                   testing::cbor_array({testing::cbor_text("QU"), testing::cbor_text("QS")})},
                  {testing::cbor_array({}), testing::cbor_array({testing::cbor_text("ut")}),
                   testing::cbor_array({testing::cbor_text("UT"), testing::cbor_uint(1)})}},
                 short_text("resident_address"),
                 country("resident_country"),
                 short_text("resident_state"),
                 short_text("resident_city"),
                 short_text("resident_postal_code"),
                 short_text("resident_street"),
                 short_text("personal_administrative_number"),
                 {"portrait",
                  {testing::cbor_bytes(testing::sample_jpeg_header()), testing::cbor_bytes({})},
                  {testing::cbor_bytes(testing::hex("00")), testing::cbor_bytes(testing::hex("ffd8ff"))}},
                 short_text("family_name_birth"),
                 short_text("given_name_birth"),
                 {"sex",
                  {testing::cbor_uint(0), testing::cbor_uint(1), testing::cbor_uint(2), testing::cbor_uint(3),
                   testing::cbor_uint(4), testing::cbor_uint(5), testing::cbor_uint(6), testing::cbor_uint(9)},
                  {testing::cbor_uint(7), testing::cbor_uint(8), testing::cbor_uint(10)}},
                 {"email_address", texts({"a@b", "robin@example.com"}), texts({"", "a", "@b", "a@", "a@b@c"})},
                 {"mobile_phone_number", texts({"+1", "+99947110815"}), texts({"", "+", "0123", "+1 2", "1+2"})},
                 any_date("expiry_date"),
                 any_date("issuance_date"),
                 short_text("issuing_authority"),
                 country("issuing_country"),
                 any_text("issuing_jurisdiction"),
                 short_text("document_number"),
                 any_text("trust_anchor"),
                 any_text("attestation_legal_category"),
                 boolean("age_over_18"),
                 boolean("age_over_65"),
                 number("age_in_years"),
                 number("age_birth_year")}});
}

TEST(Rsp20, ElementsOfALicenceAreAsItsTableHasThem) {
  const std::vector<Bytes> pictures{testing::cbor_bytes(testing::sample_jpeg_header())};
  const std::vector<Bytes> no_pictures{testing::cbor_bytes({}), testing::cbor_bytes(testing::hex("89504e470d0a1a0a"))};
  const auto latin1 = [](std::string identifier) {
    return ElementCase{std::move(identifier), texts({"x", "Jos\u00e9", longest}),
                       texts({"\u0141ukasz", "\u2116 1", too_long})};
  };
  const auto privilege = [](const Members& members) { return testing::cbor_array({members.encode()}); };
  expect_table(
      {"org.iso.18013.5.1.mDL",
       "1.0.18013.5.1.2",
       "org.iso.18013.5.1",
       {latin1("family_name"),
        latin1("given_name"),
        {"birth_date", {day("1990-01-02")}, {tagged_day("1990-02-30")}},
        any_date("issue_date"),
        any_date("expiry_date"),
        country("issuing_country"),
        latin1("issuing_authority"),
        latin1("document_number"),
        {"portrait", pictures, no_pictures},
        {"driving_privileges",
         {testing::cbor_array({}), privilege({{"vehicle_category_code", testing::cbor_text("B")}})},
         {testing::cbor_array({testing::cbor_text("B")}), privilege({}),
          privilege({{"vehicle_category_code", testing::cbor_text("B")}, {"issue_date", testing::cbor_text("x")}}),
          privilege({{"vehicle_category_code", testing::cbor_text("B")}, {"codes", testing::cbor_array({})}}),
          privilege({{"vehicle_category_code", testing::cbor_text("B")},
                     {"codes", testing::cbor_array({Members{{"sign", testing::cbor_text("=")}}.encode()})}})}},
        {"un_distinguishing_sign", texts({"UTO", ""})},
        latin1("administrative_number"),
        {"sex", {testing::cbor_uint(0), testing::cbor_uint(9)}, {testing::cbor_uint(3), testing::cbor_uint(10)}},
        number("height"),
        number("weight"),
        {"eye_colour", texts({"blue", "hazel"}), texts({"", "Blue", "violet"})},
        {"hair_colour", texts({"bald", "auburn"}), texts({"", "Red", "violet"})},
        latin1("birth_place"),
        latin1("resident_address"),
        {"portrait_capture_date", {time("2026-01-08T10:30:00Z")}},
        number("age_in_years"),
        number("age_birth_year"),
        boolean("age_over_18"),
        boolean("age_over_00"),
        {"issuing_jurisdiction", texts({"UT-01"}), texts({"UT", "UT-", "01"})},
        country("nationality"),
        latin1("resident_street"),
        latin1("resident_city"),
        latin1("resident_state"),
        latin1("resident_postal_code"),
        country("resident_country"),
        {"biometric_template_face",
         {testing::cbor_bytes(testing::hex("7f61"))},
         {testing::cbor_bytes({}), testing::cbor_bytes(testing::hex("7f60"))}},
        {"family_name_national_character", texts({"\u0141"})},
        {"given_name_national_character", texts({"\u0141"})},
        {"signature_usual_mark", pictures, no_pictures}}});
}

TEST(Rsp20, ElementsThatTheProfileDoesNotDefineAreNotJudged) {
  const Table table{"eu.europa.ec.eudi.pid.1", "1.3.130.2.0.0.1.2", "eu.europa.ec.eudi.pid.1", {}};
  EXPECT_EQ(deviating(table, {{"of_tomorrow", testing::cbor_uint(1)}}), std::set<std::string>{});
}

TEST(Rsp20, TheReportSaysWhereInAValue) {
  Bench bench;
  bench.level = Level::interop;
  bench.sample.items.push_back(
      {"org.iso.18013.5.1", 60, Bytes(32, 9), "driving_privileges",
       testing::cbor_array({Members{{"vehicle_category_code", testing::cbor_text("B")}}.encode(),
                            Members{{"issue_date", testing::cbor_uint(1)}}.encode()})});
  const VerificationOutcome outcome = bench.verify();
  ASSERT_EQ(outcome.documents.size(), 1u) << "let through at this level";
  const auto& elements = outcome.report.documents.at(0).elements;
  ASSERT_EQ(elements.size(), 2u);
  EXPECT_EQ(elements[0].fault, profile::ElementFault::wrong_form);
  EXPECT_EQ(elements[0].place, "[1].issue_date");
  EXPECT_EQ(elements[1].fault, profile::ElementFault::missing_member);
  EXPECT_EQ(elements[1].place, "[1].vehicle_category_code");
  EXPECT_EQ(std::get<std::vector<ElementReference>>(find(outcome.report, CheckId::elements_format).found),
            references({"driving_privileges"}))
      << "once, whatever is wrong with it";
}

TEST(Rsp20, WhatContradictsItselfIsWeighedByTheLevel) {
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    Bench bench;
    bench.level = level;
    bench.sample.items.push_back({"org.iso.18013.5.1", 60, Bytes(32, 9), "age_over_16", testing::cbor_bool(false)});
    const VerificationOutcome outcome = bench.verify();
    const Finding& finding = find(outcome.report, CheckId::elements_consistency);
    EXPECT_EQ(finding.outcome, level == Level::strict ? Outcome::fail : Outcome::warn);
    EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found), references({"age_over_16"}));
    EXPECT_EQ(outcome.report.documents.at(0).elements.at(0).other, "birth_date");
    EXPECT_EQ(outcome.report.documents.at(0).warnings.at(0).rule, Rule::element_contradiction);
    EXPECT_EQ(find(outcome.report, CheckId::elements_format).outcome, Outcome::pass);
    EXPECT_EQ(outcome.documents.empty(), level == Level::strict);
  }
}

// Eight faults of each of 600 elements fill the list before the contradiction is met.
TEST(Rsp20, AContradictionIsNotHiddenBehindMoreFaultsThanAreKept) {
  for (const Level level : {Level::strict, Level::interop}) {
    Bench bench;
    bench.level = level;
    const Bytes wrong = testing::cbor_array(std::vector<Bytes>(9, testing::cbor_uint(1)));
    for (std::size_t i = 0; i < 600; ++i) {
      bench.sample.items.push_back({"org.iso.18013.5.1", 3000 + i, Bytes(32, 9), "driving_privileges", wrong});
    }
    bench.sample.items.push_back({"org.iso.18013.5.1", 60, Bytes(32, 9), "age_over_16", testing::cbor_bool(false)});
    const Report report = bench.verify().report;
    const DocumentReport& document = report.documents.at(0);
    EXPECT_EQ(document.elements.size(), profile::ElementFindings::capacity);
    EXPECT_EQ(document.further_elements, 600 * 8 + 1 - profile::ElementFindings::capacity);
    const Finding& consistency = find(report, CheckId::elements_consistency);
    EXPECT_EQ(consistency.outcome, level == Level::strict ? Outcome::fail : Outcome::warn);
    EXPECT_EQ(consistency.reason, Reason::deviation);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(consistency.found)) << "which one, found no room";
  }
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
  const std::vector<std::pair<std::string_view, Outcome>> pictures{
      {"ffd8 ffc0000b080001000101011100", Outcome::pass},
      {"ffd8 ffe000104a46494600010100000100010000 ffc0000b080001000101011100", Outcome::pass},
      {"0000000c6a5020200d0a870a 00000014667479706a703220000000006a703220 0000001e6a703268"
       "0000001669686472000000100000002000030707 0000",
       Outcome::pass},
      {"ff4fff51 0029 0000 00000020 00000010 00000000 00000000 00000020 00000010 00000000 00000000 0001 070101",
       Outcome::pass},
      {"89504e470d0a1a0a", Outcome::fail},          // PNG
      {"ffd8", Outcome::fail},                      // and nothing more
      {"ffd8ffe000104a46", Outcome::fail},          // cut in the first segment
      {"0000000c6a5020200d0a870a", Outcome::fail},  // the signature alone
      {"ff4fff51002f", Outcome::fail},
      {"", Outcome::fail},
  };
  for (const auto& [hex, outcome] : pictures) {
    for (const std::string_view identifier : {"portrait", "signature_usual_mark"}) {
      Bench bench;
      std::erase_if(bench.sample.items, [&](const SampleItem& item) { return item.identifier == identifier; });
      bench.sample.items.push_back(
          {"org.iso.18013.5.1", 50, Bytes(32, 9), std::string(identifier), testing::cbor_bytes(testing::hex(hex))});
      EXPECT_EQ(find(bench.verify().report, CheckId::elements_format).outcome, outcome) << identifier << " " << hex;
    }
  }
}
}  // namespace
}  // namespace mdoc::verification
