// What the explanation of a device authentication says beside its variants, what it needs, and where it stops.
#include "mdoc/verification/explain.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "explain_scene.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::verification {
namespace {

// ---- What is not the mistake of a peer -------------------------------------------------------------

TEST(ExplainDeviceAuthentication, HasNothingToSayAboutAGoodProofOnAnyCurve) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    for (const bool mac : {false, true}) {
      if (mac ? !curve.can_agree : !curve.can_sign()) continue;
      SCOPED_TRACE(curve.name);
      Bench bench(curve.curve);
      bench.sample.mac = mac;
      const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response())).value();
      const auto explanation = explain_device_authentication(decoded, 0, bench.input());
      ASSERT_TRUE(explanation);
      EXPECT_EQ(explanation->outcome, ExplanationOutcome::as_specified);
      EXPECT_TRUE(explanation->variants.empty());
      EXPECT_EQ(explanation->tried, 1u);
      EXPECT_FALSE(explanation->reader_key_differs);
    }
  }
}

TEST(ExplainDeviceAuthentication, FindsNoVariantForAForgedProofWithinItsLimits) {
  for (const bool mac : {false, true}) {
    Scene scene(mac);
    const crypto::PrivateKey thief = key_of(99);
    scene.peer.key = &thief;
    scene.other_documents = {other_document("org.example.other")};
    const auto explanation = scene.explain(scene.response());
    ASSERT_TRUE(explanation);
    EXPECT_EQ(explanation->outcome, ExplanationOutcome::unexplained);
    EXPECT_TRUE(explanation->variants.empty());
    EXPECT_FALSE(explanation->transcript);
    EXPECT_GT(explanation->tried, 300u);  // every way with every transcript
    EXPECT_LT(explanation->tried, ExplanationLimits{}.max_tries);
    EXPECT_NE(describe(*explanation).find("fits nothing"), std::string::npos);
  }
}

TEST(ExplainDeviceAuthentication, DoesNotTakeAProofOverOtherElementsForAVariant) {
  for (const bool mac : {false, true}) {
    Scene scene(mac);
    const Bytes other = Members{{"com.example", Members{{"a", cbor_uint(3)}}.encode()}}.encode();
    scene.peer.name_spaces = cbor_embedded(other);
    EXPECT_EQ(scene.explain(scene.response())->outcome, ExplanationOutcome::unexplained);
  }
}

TEST(ExplainDeviceAuthentication, SaysWhatAnUnexplainedProofShowsByItself) {
  const crypto::PrivateKey thief = key_of(99);
  Scene signature(false);
  signature.peer.key = &thief;
  signature.peer.on_proof = [](CoseParts& parts, const Bytes& content) {
    parts.signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
    parts.payload = content;
  };
  auto explanation = signature.explain(signature.response()).value();
  EXPECT_EQ(explanation.outcome, ExplanationOutcome::unexplained);
  EXPECT_EQ(explanation.variants, (Variants{Variant::payload_attached, Variant::signature_der}));

  Scene mac(true);
  mac.peer.key = &thief;
  mac.peer.on_proof = [](CoseParts& parts, const Bytes&) { parts.signature.resize(31); };
  explanation = mac.explain(mac.response()).value();
  EXPECT_EQ(explanation.outcome, ExplanationOutcome::unexplained);
  EXPECT_EQ(explanation.variants, Variants{Variant::mac_truncated});
}

TEST(ExplainDeviceAuthentication, TakesNoShortTagForATruncatedOne) {
  for (const std::size_t size : {0u, 1u, 7u, 33u}) {
    Scene scene(true);
    scene.peer.on_proof = [=](CoseParts& parts, const Bytes&) { parts.signature.resize(size); };
    EXPECT_EQ(scene.explain(scene.response())->outcome, ExplanationOutcome::unexplained) << size;
  }
}

TEST(ExplainDeviceAuthentication, NamesVisibleFaultsBesideAVariant) {
  Scene scene(false);
  scene.peer.hashed_twice = true;
  scene.peer.on_proof = [](CoseParts& parts, const Bytes&) {
    parts.signature = crypto::signature_to_der(crypto::Curve::p256, parts.signature).value();
  };
  EXPECT_EQ(scene.explain(scene.response())->variants,
            (Variants{Variant::signature_der, Variant::signature_hashed_twice}));
}

TEST(ExplainDeviceAuthentication, KnowsWhatKeyStoresDoOnEveryCurve) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign() || curve.key_type != crypto::KeyType::ec2) continue;
    SCOPED_TRACE(curve.name);
    Scene der(false, curve.curve);
    der.peer.on_proof = [&](CoseParts& parts, const Bytes&) {
      parts.signature = crypto::signature_to_der(curve.curve, parts.signature).value();
    };
    EXPECT_EQ(der.explain(der.response())->variants, Variants{Variant::signature_der});
    Scene hashed(false, curve.curve);
    hashed.peer.hashed_twice = true;
    EXPECT_EQ(hashed.explain(hashed.response())->variants, Variants{Variant::signature_hashed_twice});
  }
}

TEST(ExplainDeviceAuthentication, LooksForNoEcdsaMistakesInEdDsa) {
  Bench bench(crypto::Curve::ed25519);
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response())).value();
  const auto explanation = explain_device_authentication(decoded, 0, bench.input()).value();
  for (const Variant variant : {Variant::signature_der, Variant::signature_hashed_twice}) {
    EXPECT_EQ(std::ranges::count(explanation.untried, variant), 1) << info(variant).id;
  }
}

TEST(ExplainDeviceAuthentication, CombinesAWayToAuthenticateWithATranscript) {
  for (const bool mac : {false, true}) {
    Scene scene(mac);
    scene.peer.transcript = scene.with_handover(null);
    scene.peer.content = [](const Bytes& array) { return array; };
    EXPECT_EQ(scene.explain(scene.response())->variants,
              (Variants{Variant::handover_null, Variant::authentication_untagged}));
  }
}

TEST(ExplainDeviceAuthentication, DoesNotCombineTwoMistakesThatHaveNoCauseInCommon) {
  Scene scene(false);
  scene.peer.hashed_twice = true;
  scene.peer.content = [](const Bytes& array) { return array; };
  EXPECT_EQ(scene.explain(scene.response())->outcome, ExplanationOutcome::unexplained);
}

// ---- Transcripts of the caller ---------------------------------------------------------------------

TEST(ExplainDeviceAuthentication, NamesTheTranscriptOfTheCallerThatFits) {
  for (const bool mac : {false, true}) {
    for (const bool wrapped : {false, true}) {
      Scene scene(mac);
      const Bytes earlier = scene.with_handover(cbor_text("of an earlier tap"));
      scene.peer.transcript = earlier;
      const std::vector<NamedTranscript> further{
          {.name = "QR code", .session_transcript = SharedBytes::copy_of(scene.with_handover(null))},
          {.name = "earlier tap", .session_transcript = SharedBytes::take(wrapped ? cbor_embedded(earlier) : earlier)}};
      const auto explanation = scene.explain(scene.response(), further).value();
      EXPECT_EQ(explanation.outcome, ExplanationOutcome::explained);
      EXPECT_EQ(explanation.transcript, "earlier tap");
      EXPECT_TRUE(explanation.variants.empty());
      EXPECT_NE(describe(explanation).find("\"earlier tap\""), std::string::npos);
    }
  }
}

TEST(ExplainDeviceAuthentication, PrefersTheNameOfTheCallerAndCombinesItWithAVariant) {
  Scene scene(false);
  scene.peer.transcript = scene.with_handover(null);
  const std::vector<NamedTranscript> further{
      {.name = "QR code", .session_transcript = SharedBytes::copy_of(scene.with_handover(null))}};
  auto explanation = scene.explain(scene.response(), further).value();
  EXPECT_EQ(explanation.transcript, "QR code");
  EXPECT_TRUE(explanation.variants.empty());

  scene.peer.hashed_twice = true;
  explanation = scene.explain(scene.response(), further).value();
  EXPECT_EQ(explanation.transcript, "QR code");
  EXPECT_EQ(explanation.variants, Variants{Variant::signature_hashed_twice});
}

TEST(ExplainDeviceAuthentication, NamesNoTranscriptThatIsOurs) {
  Scene scene(false);
  const std::vector<NamedTranscript> further{
      {.name = "ours", .session_transcript = SharedBytes::copy_of(scene.bench.sample.transcript)}};
  const auto explanation = scene.explain(scene.response(), further).value();
  EXPECT_EQ(explanation.outcome, ExplanationOutcome::as_specified);
  EXPECT_FALSE(explanation.transcript);
}

TEST(ExplainDeviceAuthentication, TakesAnyBytesForATranscript) {
  for (const Bytes& transcript : {Bytes{}, hex("80"), hex("83f6f6"), hex("d818"), hex("84f6f6f6f6"), hex("9f"),
                                  hex("83d81840d81840d81840"), Bytes(300, 0xd8)}) {
    for (const bool mac : {false, true}) {
      Scene scene(mac);
      const Bytes response = scene.response();
      scene.bench.sample.transcript = transcript;
      const std::vector<NamedTranscript> further{
          {.name = "odd", .session_transcript = SharedBytes::copy_of(transcript)}};
      EXPECT_EQ(scene.explain(response, further)->outcome, ExplanationOutcome::unexplained);
    }
  }
}

TEST(ExplainDeviceAuthentication, KnowsThatHkdfHashesALongSaltItself) {
  Scene scene(true);
  scene.peer.salt = cbor_embedded(scene.peer.transcript);
  EXPECT_EQ(scene.explain(scene.response())->outcome, ExplanationOutcome::as_specified);
  scene.peer.salt = scene.peer.transcript;
  EXPECT_EQ(scene.explain(scene.response())->variants, Variants{Variant::mac_key_salt_untagged});
}

// ---- Limits, inputs --------------------------------------------------------------------------------

TEST(ExplainDeviceAuthentication, StopsAtItsLimits) {
  for (const bool mac : {false, true}) {
    Scene scene(mac);
    const crypto::PrivateKey thief = key_of(99);
    scene.peer.key = &thief;
    const Bytes response = scene.response();
    for (const std::size_t most : {0u, 1u, 40u}) {
      const auto explanation = scene.explain(response, {}, {.max_tries = most}).value();
      EXPECT_EQ(explanation.outcome, ExplanationOutcome::exhausted);
      EXPECT_EQ(explanation.tried, most);
    }
    const auto explanation = scene.explain(response, {}, {.max_bytes = 2000}).value();
    EXPECT_EQ(explanation.outcome, ExplanationOutcome::exhausted);
    EXPECT_LT(explanation.tried, 10u);
    EXPECT_NE(describe(explanation).find("not everything"), std::string::npos);
    EXPECT_EQ(scene.explain(response, {}, {.decode = {.max_bytes = 100}}).error().kind(), ErrorKind::limit);
  }
}

TEST(ExplainDeviceAuthentication, SaysWhichVariantsCouldNotBeTried) {
  Bench bench;  // a transcript of texts, no device-signed elements, no further documents
  const auto decoded = UnverifiedResponse::decode(SharedBytes::take(bench.sample.response())).value();
  const auto explanation = explain_device_authentication(decoded, 0, bench.input()).value();
  const auto untried = [&](Variant variant) { return std::ranges::count(explanation.untried, variant) == 1; };
  for (const Variant variant :
       {Variant::engagement_null, Variant::reader_key_bare, Variant::handover_swapped, Variant::own_transcript_wrapped,
        Variant::doc_type_of_mso, Variant::name_spaces_empty, Variant::name_spaces_re_encoded,
        Variant::payload_of_its_own, Variant::mac_truncated, Variant::mac_key_salt_missing, Variant::key_of_engagement,
        Variant::key_of_another_document}) {
    EXPECT_TRUE(untried(variant)) << info(variant).id;
  }
  for (const Variant variant : {Variant::handover_null, Variant::transcript_wrapped, Variant::signature_der,
                                Variant::payload_attached, Variant::key_of_issuer}) {
    EXPECT_FALSE(untried(variant)) << info(variant).id;
  }
}

TEST(ExplainDeviceAuthentication, RefusesInputsThatDoNotSufficeAndNamesThem) {
  const auto error = [](Scene& scene, std::size_t document, const std::function<void(VerificationInput&)>& change) {
    const auto decoded = UnverifiedResponse::decode(SharedBytes::take(scene.response()), Level::lenient).value();
    VerificationInput input = scene.bench.input();
    change(input);
    return explain_device_authentication(decoded, document, input).error();
  };
  const auto nothing = [](VerificationInput&) {};
  Scene signature(false), mac(true);
  for (const std::size_t index : {std::size_t{1}, std::size_t{2}, SIZE_MAX}) {
    EXPECT_EQ(error(signature, index, nothing).code, Errc::bad_argument);
    EXPECT_EQ(error(signature, index, nothing).where.text(), "document");
  }
  const Error no_transcript = error(signature, 0, [](VerificationInput& input) { input.session_transcript.reset(); });
  EXPECT_EQ(no_transcript.code, Errc::bad_argument);
  EXPECT_EQ(no_transcript.where.text(), "VerificationInput.session_transcript");
  const Error no_key = error(mac, 0, [](VerificationInput& input) { input.e_reader_key = nullptr; });
  EXPECT_EQ(no_key.code, Errc::bad_argument);
  EXPECT_EQ(no_key.where.text(), "VerificationInput.e_reader_key");
  EXPECT_EQ(error(mac, 0, [](VerificationInput& input) { input.issuer_only = true; }).where.text(),
            "VerificationInput.issuer_only");
}

TEST(ExplainDeviceAuthentication, NeedsAReaderKeyForMacsOnly) {
  Scene scene(false);
  scene.bench.with_reader_key = false;
  EXPECT_EQ(scene.explain(scene.response())->outcome, ExplanationOutcome::as_specified);
}

TEST(ExplainDeviceAuthentication, HandsOnWhyADocumentCannotBeRead) {
  Scene absent(false);
  absent.bench.sample.on_document = [](Members& document) { document.erase("deviceSigned"); };
  Error error = absent.explain(absent.response()).error();
  EXPECT_EQ(error.code, Errc::missing_element);
  EXPECT_EQ(error.where.text(), "DeviceResponse.documents[0].deviceSigned");

  Scene broken(false);
  broken.bench.sample.on_document = [](Members& document) { document["deviceSigned"] = cbor_uint(1); };
  EXPECT_EQ(broken.explain(broken.response()).error().code, Errc::wrong_type);

  Scene no_mso(false);
  no_mso.bench.sample.on_payload = [](Bytes& payload) { payload = cbor_uint(1); };
  EXPECT_EQ(no_mso.explain(no_mso.response()).error().kind(), ErrorKind::malformed);

  Scene no_key(false);
  no_key.bench.sample.on_mso = [](Members& mso) {  // a point that is not on its curve
    const Bytes key = joined({hex("a401022001215820"), Bytes(32, 1), hex("225820"), Bytes(32, 1)});
    mso["deviceKeyInfo"] = Members{{"deviceKey", key}}.encode();
  };
  EXPECT_EQ(no_key.explain(no_key.response()).error().code, Errc::bad_key);

  // One document that cannot be read does not hide what another one says.
  Scene beside(false);
  beside.other_documents = {cbor_uint(1)};
  EXPECT_EQ(beside.explain(beside.response())->outcome, ExplanationOutcome::as_specified);
}

TEST(ExplainDeviceAuthentication, NoticesAReaderKeyThatIsNotTheOneOfTheTranscript) {
  Scene scene(true);
  const Bytes response = scene.response();
  EXPECT_FALSE(scene.explain(response)->reader_key_differs);
  scene.bench.sample.e_reader_key = key_of(70);
  const auto explanation = scene.explain(response).value();
  EXPECT_EQ(explanation.outcome, ExplanationOutcome::unexplained);
  EXPECT_TRUE(explanation.reader_key_differs);
  EXPECT_NE(describe(explanation).find("reader key"), std::string::npos);
}

TEST(ExplainDeviceAuthentication, FindsTheEngagementKeyWhereTheDeviceKeyCouldNotAgree) {
  // The device key is on another curve than the keys of the session, so the wallet took the ephemeral one.
  Scene scene(true, crypto::Curve::p384);
  scene.bench.sample.e_reader_key = key_of(71);
  scene.reader_key = cose_key(scene.bench.sample.e_reader_key);
  scene.e_device_key = key_of(72);
  const Bytes security = cbor_array({cbor_uint(1), cbor_embedded(cose_key(scene.e_device_key))});
  scene.engagement = joined({hex("a200"), cbor_text("1.0"), hex("01"), security});
  scene.use(scene.with_engagement(cbor_embedded(scene.engagement)));
  scene.peer.key = &scene.e_device_key;
  // The sample computes a MAC of its own first, which needs keys of one curve.
  testing::SampleMdoc& sample = scene.bench.sample;
  const Bytes issuer_signed = sample.issuer_signed();
  sample.device_key = key_of(73);
  sample.on_document = [&](Members& document) { document["issuerSigned"] = issuer_signed; };
  EXPECT_EQ(scene.explain(scene.response())->variants, Variants{Variant::key_of_engagement});
}

TEST(ExplainDeviceAuthentication, ChangesNoVerdict) {
  Scene scene(false);
  scene.peer.transcript = scene.with_handover(null);
  const Bytes response = scene.response();
  const auto decoded = UnverifiedResponse::decode(SharedBytes::copy_of(response), Level::lenient).value();
  const VerificationInput input = scene.bench.input();
  ASSERT_EQ(explain_device_authentication(decoded, 0, input)->outcome, ExplanationOutcome::explained);
  const VerificationOutcome outcome = verify(decoded, input);
  EXPECT_FALSE(outcome.report.valid);
  EXPECT_TRUE(outcome.documents.empty());
}

TEST(ExplainDeviceAuthentication, AgreesWithTheMacOfAnnexD) {
  MDOC_NEEDS_SHARED_VECTORS();
  constexpr std::string_view file = "iso18013-5-annex-d.json";
  const auto vector = testing::shared_vector(file, "D.5.1/e-reader-key");
  const Bytes scalar = from_base64url(std::string_view(vector.at("jwk").at("d").as_string())).value();
  const auto reader_key = crypto::PrivateKey::import(crypto::Curve::p256, scalar).value();
  const Bytes wrapped = testing::shared_bytes(file, "D.5.1/session-transcript-bytes");
  const auto response =
      UnverifiedResponse::decode(SharedBytes::take(testing::shared_bytes(file, "D.4.1.2/device-response"))).value();

  Bench bench;
  VerificationInput input = bench.input();
  input.e_reader_key = &reader_key;
  input.session_transcript = SharedBytes::copy_of(ByteView(wrapped).subspan(5));  // without d8 18 59 02 41
  EXPECT_EQ(explain_device_authentication(response, 0, input)->outcome, ExplanationOutcome::as_specified);
  input.session_transcript = SharedBytes::copy_of(wrapped);
  EXPECT_EQ(explain_device_authentication(response, 0, input)->variants, Variants{Variant::own_transcript_wrapped});
}

// ---- The table -------------------------------------------------------------------------------------

TEST(AuthenticationVariants, HaveUniqueIdentifiersAndSentences) {
  std::set<std::string_view> seen, said;
  for (const AuthenticationVariantInfo& row : authentication_variants()) {
    SCOPED_TRACE(row.id);
    EXPECT_TRUE(seen.insert(row.id).second);
    EXPECT_TRUE(said.insert(row.what).second);
    EXPECT_TRUE(std::ranges::all_of(row.id, [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '.'; }));
    EXPECT_FALSE(row.clause.empty());
    EXPECT_TRUE(row.what.ends_with('.'));
    EXPECT_TRUE(row.advice.ends_with('.'));
    EXPECT_EQ(info(row.variant).id, row.id);
  }
}

TEST(AuthenticationVariants, KeepTheirIdentifiers) {
  EXPECT_EQ(info(Variant::engagement_null).id, "transcript.engagement-null");
  EXPECT_EQ(info(Variant::key_of_issuer).id, "key.issuer");
  EXPECT_EQ(name(ExplanationOutcome::as_specified), "as-specified");
  EXPECT_EQ(name(ExplanationOutcome::exhausted), "exhausted");
}

}  // namespace
}  // namespace mdoc::verification
