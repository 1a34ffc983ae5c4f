// The checks DEV-01 to DEV-07 and DEV-10 of the conformance catalogue, by their id.

#include "bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::verification {
namespace {

using testing::CoseParts;
using testing::Members;

Bytes authorize_name_space(std::string_view name_space) {
  return Members{{"nameSpaces", testing::cbor_array({testing::cbor_text(name_space)})}}.encode();
}

Bytes authorize_elements(std::string_view name_space, std::initializer_list<std::string_view> elements) {
  std::vector<Bytes> encoded;
  for (const std::string_view element : elements) encoded.push_back(testing::cbor_text(element));
  return Members{{"dataElements", Members{{std::string(name_space), testing::cbor_array(encoded)}}.encode()}}.encode();
}

TEST(Dev01, SignaturesVerifyOnEveryCurveThatCanSign) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign()) continue;
    SCOPED_TRACE(curve.name);
    Bench bench(curve.curve);
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(find(outcome.report, CheckId::device_auth_mac).reason, Reason::other_mechanism);
  }
}

TEST(Dev01, MacsVerifyOnEveryCurveThatCanAgree) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_agree) continue;
    SCOPED_TRACE(curve.name);
    Bench bench(curve.curve);
    bench.sample.mac = true;
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(find(outcome.report, CheckId::device_auth_signature).reason, Reason::other_mechanism);
  }
}

TEST(Dev02, TheMacKeyComesFromTheStaticDeviceKey) {
  // A wallet that took another key of its own for the agreement.
  Bench bench;
  bench.sample.mac = true;
  const Bytes response = bench.sample.response();
  bench.sample.e_reader_key = crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 0x21)).value();
  EXPECT_EQ(only_refusal(bench.verify(response).report, CheckId::device_auth_mac).reason, Reason::invalid);
}

TEST(Dev02, AReaderKeyOnAnotherCurveCannotHaveMadeTheMac) {
  Bench bench;
  bench.sample.mac = true;
  const Bytes response = bench.sample.response();
  testing::CountingRng rng(1);
  bench.sample.e_reader_key = crypto::PrivateKey::generate(crypto::Curve::p384, rng).value();
  EXPECT_EQ(only_refusal(bench.verify(response).report, CheckId::device_auth_mac).reason, Reason::mismatch);
}

TEST(Dev03, OnlyHmac256Counts) {
  for (const char* header : {"a10104", "a10106", "a10107", "a10126"}) {  // 256/64, 384, 512, ES256
    Bench bench;
    bench.sample.mac = true;
    bench.sample.on_device_auth_headers = [&](CoseParts& parts) { parts.protected_header = testing::hex(header); };
    EXPECT_EQ(only_refusal(bench.verify().report, CheckId::device_auth_mac).reason, Reason::unsupported) << header;
  }
}

TEST(Dev03, TruncatedAndExtendedTagsAreRefused) {
  const auto with = [](const std::function<void(CoseParts&)>& change) {
    Bench bench;
    bench.sample.mac = true;
    bench.sample.on_device_auth = change;
    return only_refusal(bench.verify().report, CheckId::device_auth_mac).reason;
  };
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.resize(8); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.clear(); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.push_back(0); }), Reason::invalid);
  EXPECT_EQ(with([](CoseParts& parts) { parts.signature.back() ^= 1; }), Reason::invalid);
}

TEST(Dev04, ExactlyOneProofIsAccepted) {
  Bench both;
  both.sample.on_device_auth_members = [](Members& auth) {
    const Bytes mac = CoseParts{.protected_header = testing::hex("a10105"),
                                .unprotected_header = Members{}.encode(),
                                .payload = {},
                                .signature = Bytes(32)}
                          .encode();
    auth["deviceMac"] = mac;
  };
  const Report two = both.verify().report;
  EXPECT_EQ(find(two, CheckId::document_structure).outcome, Outcome::fail);
  EXPECT_FALSE(two.valid);
  ASSERT_TRUE(find(two, CheckId::document_structure).error);
  EXPECT_NE(find(two, CheckId::document_structure).error->where.text().find("deviceAuth"), std::string::npos);

  Bench none;
  none.sample.on_device_auth_members = [](Members& auth) { auth.erase("deviceSignature"); };
  EXPECT_EQ(find(none.verify().report, CheckId::document_structure).reason, Reason::malformed);

  Bench absent;
  absent.sample.on_document = [](Members& document) { document.erase("deviceSigned"); };
  const Report report = absent.verify().report;
  EXPECT_EQ(find(report, CheckId::document_structure).reason, Reason::absent);
  EXPECT_EQ(find(report, CheckId::device_auth_signature).outcome, Outcome::skipped);
  EXPECT_EQ(find(report, CheckId::issuer_auth_signature).outcome, Outcome::pass);
}

TEST(Dev04, AProofWithoutProtectedAlgIsRefused) {
  for (const bool mac : {false, true}) {
    Bench bench;
    bench.sample.mac = mac;
    bench.sample.on_device_auth_headers = [](CoseParts& parts) { parts.protected_header.clear(); };
    const Report report = bench.verify().report;
    EXPECT_EQ(find(report, CheckId::device_auth_structure).reason, Reason::absent);
    EXPECT_FALSE(report.valid);
  }
}

TEST(Dev05, DeviceSignedElementsNeedTheIssuersAuthorisation) {
  struct Permission {
    std::optional<Bytes> authorizations;
    bool enough;
  };
  const Permission permissions[] = {
      {std::nullopt, false},
      {authorize_name_space("com.example"), true},
      {authorize_elements("com.example", {"a"}), true},
      {authorize_elements("com.example", {"z", "a", "b"}), true},
      {authorize_elements("com.example", {"b", "A", "aa"}), false},
      {authorize_elements("com.other", {"a"}), false},
      {authorize_elements("Com.example", {"a"}), false},
      {authorize_name_space("com.exampl"), false},
      {authorize_name_space("com.example.more"), false},
      {authorize_name_space("Com.example"), false},
  };
  for (const Permission& permission : permissions) {
    Bench bench;
    bench.sample.key_authorizations = permission.authorizations;
    bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
    const VerificationOutcome outcome = bench.verify();
    EXPECT_EQ(outcome.report.valid, permission.enough) << text_of(outcome.report);
    if (permission.enough) {
      EXPECT_EQ(outcome.documents.at(0).device_signed().at(0).value.as_uint().value(), 1u);
    } else {
      const Finding finding = only_refusal(outcome.report, CheckId::device_signed_authorized);
      EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found),
                (std::vector<ElementReference>{{NameSpace("com.example"), ElementIdentifier("a")}}));
    }
  }
}

/// Names of one length, whose comparison cannot stop there.
std::string numbered(const char* prefix, std::size_t number) {
  return prefix + std::to_string(10000 + number).substr(1);
}

// As many of both as the limits let through, which must not be compared one by one: that took ten seconds.
TEST(Dev05, ManyElementsAndManyAuthorisationsAreMatched) {
  constexpr std::size_t most = 4096, name_spaces = 40, elements_each = 99;  // and one more, within the limit
  std::vector<Bytes> names;
  Members authorized, elements;
  for (std::size_t i = 0; i < most; ++i) {
    names.push_back(testing::cbor_text(numbered("whole", i)));
    authorized[numbered("parts", i)] = testing::cbor_array({testing::cbor_text("x")});
  }
  for (std::size_t i = 0; i < elements_each; ++i) elements[numbered("", i)] = testing::cbor_uint(0);
  Bench bench;
  bench.sample.key_authorizations =
      Members{{"nameSpaces", testing::cbor_array(names)}, {"dataElements", authorized.encode()}}.encode();
  for (std::size_t i = 0; i < name_spaces; ++i) {
    bench.sample.device_name_spaces[numbered("other", i)] = elements.encode();
  }
  bench.sample.device_name_spaces["whole0007"] = elements.encode();
  bench.sample.device_name_spaces["parts0007"] = Members{{"x", testing::cbor_uint(0)}}.encode();
  bench.level = Level::interop;
  const Finding finding = only_refusal(bench.verify().report, CheckId::device_signed_authorized);
  EXPECT_EQ(std::get<std::vector<ElementReference>>(finding.found).size(), name_spaces * elements_each);
}

TEST(Dev06, DoubledAndEmptyAuthorisationsAreDeviations) {
  const Bytes doubled =
      Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})},
              {"dataElements", Members{{"com.example", testing::cbor_array({testing::cbor_text("a")})}}.encode()}}
          .encode();
  const std::pair<Bytes, Rule> cases[] = {{doubled, Rule::key_authorizations_overlap},
                                          {Members{}.encode(), Rule::key_authorizations_empty}};
  for (const auto& [authorizations, rule] : cases) {
    for (const Level level : {Level::strict, Level::interop}) {
      Bench bench;
      bench.level = level;
      bench.sample.key_authorizations = authorizations;
      const Report report = bench.verify().report;
      EXPECT_EQ(find(report, CheckId::mso_structure).outcome, level == Level::strict ? Outcome::fail : Outcome::warn);
      EXPECT_EQ(report.documents.at(0).warnings.at(0).rule, rule);
    }
  }
}

TEST(Dev07, DeviceNameSpacesAreAuthenticatedAsReceived) {
  // Key order that sorting would change, and a member of a later edition beside them.
  Bench bench;
  bench.sample.key_authorizations = authorize_name_space("com.example");
  bench.sample.device_name_spaces["com.example"] =
      Members{{"zz", testing::cbor_uint(1)}, {"a", testing::cbor_uint(2)}, {"mm", testing::cbor_uint(3)}}.encode();
  bench.sample.on_device_signed = [](Members& device_signed) {
    device_signed["com.example.later"] = testing::cbor_uint(5);
  };
  for (const bool mac : {false, true}) {
    bench.sample.mac = mac;
    const VerificationOutcome outcome = bench.verify();
    EXPECT_TRUE(outcome.report.valid) << text_of(outcome.report);
    EXPECT_EQ(outcome.documents.at(0).device_signed().at(0).identifier, ElementIdentifier("zz"));
  }
}

TEST(Dev10, AWrongTranscriptDocTypeOrNameSpaceEachFail) {
  for (const bool mac : {false, true}) {
    const CheckId check = mac ? CheckId::device_auth_mac : CheckId::device_auth_signature;
    Bench transcript;
    transcript.sample.mac = mac;
    const Bytes response = transcript.sample.response();
    transcript.sample.transcript.back() ^= 1;
    EXPECT_EQ(only_refusal(transcript.verify(response).report, check).reason, Reason::invalid);

    Bench doc_type;
    doc_type.sample.mac = mac;
    doc_type.sample.authenticated_doc_type = "org.iso.18013.5.1.mDL.2";
    EXPECT_EQ(only_refusal(doc_type.verify().report, check).reason, Reason::invalid);

    Bench name_spaces;
    name_spaces.sample.mac = mac;
    name_spaces.sample.key_authorizations = authorize_name_space("com.example");
    name_spaces.sample.on_device_signed = [](Members& device_signed) {
      device_signed["nameSpaces"] =
          testing::cbor_embedded(Members{{"com.example", Members{{"a", testing::cbor_uint(1)}}.encode()}}.encode());
    };
    EXPECT_EQ(only_refusal(name_spaces.verify().report, check).reason, Reason::invalid);
  }
}

TEST(Dev10, TheTaggedFormOfTheTranscriptIsAnotherTranscript) {
  Bench bench;
  const Bytes response = bench.sample.response();
  bench.sample.transcript = testing::cbor_embedded(bench.sample.transcript);
  (void)only_refusal(bench.verify(response).report, CheckId::device_auth_signature);
}

TEST(DeviceKey, ASignatureOfAnotherDeviceIsRefused) {
  Bench bench;
  bench.sample.on_mso = [](Members& mso) {
    testing::SampleMdoc other;
    testing::CountingRng rng(77);
    other.device_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
    Members others;
    other.on_mso = [&](Members& foreign) { others = foreign; };
    (void)other.issuer_signed();
    mso["deviceKeyInfo"] = others.at("deviceKeyInfo");
  };
  EXPECT_EQ(only_refusal(bench.verify().report, CheckId::device_auth_signature).reason, Reason::invalid);
}

}  // namespace
}  // namespace mdoc::verification
