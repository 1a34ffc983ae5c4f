// What readerAuth and readerAuthAll cover, and for which documents they count.
#include "mdoc/presentation/reader_authentication.hpp"

#include "mdoc/cbor/reader.hpp"
#include "reader_bench.hpp"
#include "support/vectors.hpp"

namespace mdoc::presentation {
namespace {

using enum ReaderTrust;
using Kind = ReaderSignature::Kind;

using Rdr01 = ReaderBench;
using Rdr02 = ReaderBench;
using Rdr05 = ReaderBench;
using ReaderAuthVectors = ReaderBench;

SharedBytes flipped(ByteView bytes, std::size_t bit) {
  Bytes copy(bytes.begin(), bytes.end());
  copy[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
  return SharedBytes::take(std::move(copy));
}

/// The value stays, its bytes differ: what is judged are the bytes.
model::ItemsRequestBytes with_bytes(const model::ItemsRequestBytes& items, const SharedBytes& bytes) {
  return {items.value(), bytes, bytes.view().last(items.content().size())};
}

TEST_F(Rdr01, AReaderThatAnAnchorVouchesForIsTrustedAndNamed) {
  trust_readers();
  const auto readers = judge(reader());
  expect_result(readers, trusted, ReaderReason::none);
  const VerifiedReader& verified = *readers.verified_reader();
  const crypto::Certificate& certificate = pki().certificate(reader_role);
  EXPECT_EQ(verified.subject(), certificate.subject().text());
  EXPECT_EQ(verified.common_name(), "Utopia reader");
  EXPECT_EQ(verified.organization(), "Utopia");
  EXPECT_EQ(verified.dns_names(), std::vector<std::string_view>{"service.example"});
  ASSERT_NE(verified.certificate(), nullptr);
  EXPECT_EQ(*verified.certificate(), certificate);
  EXPECT_EQ(verified.anchor().subject, pki().certificate(reader_ca_role).subject().text());
  EXPECT_EQ(verified.anchor().source, "test");
  EXPECT_EQ(verified.basis(), (ReaderSignature{.kind = Kind::reader_auth, .index = 0}));
}

TEST_F(Rdr01, EveryCheckIsReportedInOrder) {
  trust_readers();
  for (const auto& readers : {judge(reader()), judge(reader(strangers()))}) {
    const auto findings = readers.best()->findings();
    ASSERT_EQ(findings.size(), reader_checks().size());
    for (std::size_t i = 0; i < findings.size(); ++i) EXPECT_EQ(findings[i].check, reader_checks()[i].check);
  }
}

TEST_F(Rdr01, TheRequestIsJudgedAsItCameOverTheWire) {
  trust_readers();
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back(signed_request(reader()));
  const auto sent = model::build_device_request(std::move(doc_requests)).value();
  const auto received = model::decode_device_request(sent.encoded).value();
  expect_result(judge(received).doc_requests.at(0), trusted, ReaderReason::none);
}

TEST_F(Rdr01, EachFlippedBitOfTheItemsRequestIsFound) {
  trust_readers();
  const auto good = signed_request(reader());
  const ByteView bytes = good.items_request.bytes();
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    auto altered = good;
    altered.items_request = with_bytes(good.items_request, flipped(bytes, bit));
    const auto readers = judge(std::move(altered));
    ASSERT_EQ(readers.reason(), ReaderReason::signature_invalid) << bit;
    ASSERT_EQ(readers.result(), invalid) << bit;
  }
}

TEST_F(Rdr01, AnotherEncodingOfTheSameItemsRequestIsFound) {
  trust_readers();
  auto request = signed_request(reader());
  const ByteView content = request.items_request.content();
  ASSERT_LT(content.size(), 0x100u);
  Bytes longer{0xd8, 0x18, 0x59, 0x00, static_cast<std::uint8_t>(content.size())};  // a length in two bytes
  longer.insert(longer.end(), content.begin(), content.end());
  request.items_request = with_bytes(request.items_request, SharedBytes::take(std::move(longer)));
  expect_result(judge(std::move(request)), invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr01, EachFlippedBitOfTheTranscriptIsFound) {
  trust_readers();
  const auto request = signed_request(reader());
  const Bytes session = transcript;
  for (std::size_t bit = 0; bit < session.size() * 8; ++bit) {
    transcript = session;
    transcript[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    ASSERT_EQ(judge(request).reason(), ReaderReason::signature_invalid) << bit;
  }
}

TEST_F(Rdr01, EachFlippedBitOfHeaderAndSignatureIsFound) {
  trust_readers();
  const auto good = signed_request(reader());
  const ByteView signature = good.reader_auth->signature.view();
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    auto altered = good;
    altered.reader_auth->signature = flipped(signature, bit);
    ASSERT_EQ(judge(std::move(altered)).reason(), ReaderReason::signature_invalid) << bit;
  }
  const ByteView header = good.reader_auth->headers.protected_bytes.view();
  for (std::size_t bit = 0; bit < header.size() * 8; ++bit) {
    auto altered = good;
    altered.reader_auth->headers.protected_bytes = flipped(header, bit);
    ASSERT_EQ(judge(std::move(altered)).reason(), ReaderReason::signature_invalid) << bit;
  }
}

TEST_F(Rdr01, ASignatureOfAnyOtherLengthIsInvalid) {
  trust_readers();
  const auto good = signed_request(reader());
  const ByteView whole = good.reader_auth->signature.view();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto altered = good;
    altered.reader_auth->signature = SharedBytes::copy_of(whole.first(size));
    ASSERT_EQ(judge(std::move(altered)).reason(), ReaderReason::signature_invalid) << size;
  }
}

TEST_F(Rdr01, ASignatureTakenFromAnotherDocRequestIsInvalid) {
  trust_readers();
  auto first = signed_request(reader(), "family_name");
  auto second = signed_request(reader(), "portrait");
  std::swap(first.reader_auth, second.reader_auth);
  const auto readers = judge(request_of({first, second}));
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) expect_result(one, invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr01, ASignatureTakenFromAnotherSessionIsInvalid) {
  trust_readers();
  const auto request = signed_request(reader());
  transcript = {0x83, 0xf6, 0xf6, 0x60};
  expect_result(judge(request), invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr01, AnotherReadersCertificateDoesNotMakeASignatureGood) {
  trust_readers();
  Signer thief = reader(strangers());
  thief.x5chain = reader().x5chain;
  const auto readers = judge(thief);
  expect_result(readers, invalid, ReaderReason::signature_invalid);
  EXPECT_EQ(readers.best()->find(ReaderCheck::path).outcome, ReaderOutcome::pass);  // and yet
  EXPECT_NE(readers.best()->claimed_subject(), "");
}

TEST_F(Rdr01, WithoutATranscriptNothingIsTrusted) {
  trust_readers();
  const auto request = signed_request(reader());
  transcript.clear();
  expect_result(judge(request), untrusted, ReaderReason::no_transcript);
  expect_result(judge(signed_request(reader())), untrusted, ReaderReason::no_transcript);  // nor signed without one
}

TEST_F(Rdr01, APayloadInsideTheSignatureIsRefused) {
  trust_readers();
  auto request = signed_request(reader());
  const auto content = model::reader_authentication_bytes(iso18013_5(), transcript, request.items_request.bytes());
  request.reader_auth->payload = SharedBytes::take(content.joined());
  const auto readers = judge(std::move(request));
  expect_result(readers, invalid, ReaderReason::malformed);
  EXPECT_EQ(readers.best()->error()->code, Errc::bad_value);
  EXPECT_EQ(readers.best()->find(ReaderCheck::signature).outcome, ReaderOutcome::skipped);
}

TEST_F(Rdr01, TheAlgorithmMustBeProtectedKnownAndThatOfTheKey) {
  trust_readers();
  auto request = signed_request(reader());
  auto& algorithm = request.reader_auth->headers.algorithm;
  algorithm.reset();
  expect_result(judge(request), invalid, ReaderReason::malformed);
  algorithm = -35;  // ES384 with a key on P-256
  expect_result(judge(request), invalid, ReaderReason::mismatch);
  algorithm = -48;
  expect_result(judge(request), invalid, ReaderReason::unsupported);
}

TEST_F(Rdr01, TheHashOfTheCertificateMustFitWhereItIsGiven) {
  trust_readers();
  auto items_request = items("family_name");
  const auto content = model::reader_authentication_bytes(iso18013_5(), transcript, items_request.bytes());
  auto options = headers_of(reader());
  options.x5t = true;
  model::DocRequest request{.items_request = std::move(items_request)};
  request.reader_auth = sign(reader(), content, std::move(options));
  expect_result(judge(request), trusted, ReaderReason::none);

  auto& hash = *request.reader_auth->headers.x5t;
  const auto good = hash;
  hash.value = flipped(good.value.view(), 7);
  expect_result(judge(request), invalid, ReaderReason::mismatch);
  EXPECT_EQ(judge(request).best()->error()->code, Errc::digest_mismatch);
  hash = good;
  hash.algorithm = -44;  // SHA-512
  expect_result(judge(request), invalid, ReaderReason::unsupported);
}

TEST_F(Rdr01, TheCertificatesMayStandInTheProtectedHeader) {
  trust_readers();
  auto items_request = items("family_name");
  const auto content = model::reader_authentication_bytes(iso18013_5(), transcript, items_request.bytes());
  auto options = headers_of(reader());
  options.x5chain_protected = true;
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back(
      {.items_request = std::move(items_request), .reader_auth = sign(reader(), content, std::move(options))});
  const auto sent = model::build_device_request(std::move(doc_requests)).value();
  cbor::DeviationLog log;
  const auto received = model::decode_device_request(sent.encoded, {.sink = &log}).value();
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::x5chain_protected);
  expect_result(judge(received).doc_requests.at(0), trusted, ReaderReason::none);
}

TEST_F(Rdr05, EachDocRequestIsJudgedOnItsOwn) {
  trust_readers();
  const auto readers = judge(request_of({signed_request(reader(), "family_name"), unsigned_request("portrait"),
                                         signed_request(reader(strangers()), "birth_date")}));
  ASSERT_EQ(readers.doc_requests.size(), 3u);
  expect_result(readers.doc_requests[0], trusted, ReaderReason::none);
  expect_result(readers.doc_requests[1], absent, ReaderReason::absent);
  expect_result(readers.doc_requests[2], untrusted, ReaderReason::namesake);
  EXPECT_EQ(readers.doc_requests[1].best(), nullptr);
  EXPECT_EQ(readers.reader_of_all(), nullptr);  // no readerAuth covers the whole
}

TEST_F(Rdr05, AnAnchorForOneDocTypeSaysNothingAboutAnother) {
  trust_readers(pki(), {.source = "test", .doc_types = {mdl_type}});
  auto request = request_of(
      {unsigned_request("family_name"), unsigned_request("portrait", photo_id_type), unsigned_request("birth_date")});
  request.reader_auth_all.push_back(sign_all(reader(), request));
  const auto readers = judge(request);
  expect_result(readers.doc_requests.at(0), trusted, ReaderReason::none);
  expect_result(readers.doc_requests.at(1), untrusted, ReaderReason::other_doc_types_only);
  expect_result(readers.doc_requests.at(2), trusted, ReaderReason::none);
  EXPECT_EQ(readers.reader_of_all(), nullptr);
}

TEST_F(Rdr02, ReaderAuthAllCountsForEveryDocRequest) {
  trust_readers();
  auto request = request_of({unsigned_request("family_name"), unsigned_request("portrait", photo_id_type)});
  request.device_request_info =
      model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0}, {1}}}}}).value();
  request.reader_auth_all.push_back(sign_all(reader(), request));
  const auto readers = judge(request);
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) {
    expect_result(one, trusted, ReaderReason::none);
    EXPECT_EQ(one.verified_reader()->basis(), (ReaderSignature{.kind = Kind::reader_auth_all, .index = 0}));
  }
  ASSERT_NE(readers.reader_of_all(), nullptr);
  EXPECT_EQ(readers.reader_of_all()->common_name(), "Utopia reader");
}

TEST_F(Rdr02, OfSeveralSignaturesOneThatIsTrustedIsEnough) {
  trust_readers();
  auto request = request_of({unsigned_request("family_name"), unsigned_request("portrait")});
  request.reader_auth_all.push_back(sign_all(reader(strangers()), request));
  request.reader_auth_all.push_back(sign_all(reader(), request));
  const auto readers = judge(request);
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) {
    expect_result(one, trusted, ReaderReason::none);
    EXPECT_TRUE(one.any(untrusted));
    EXPECT_FALSE(one.any(invalid));
    ASSERT_EQ(one.signatures.size(), 2u);
    EXPECT_EQ(one.signatures[0].result(), untrusted);
    EXPECT_EQ(one.best(), &one.signatures[1]);
  }
  ASSERT_NE(readers.reader_of_all(), nullptr);
  EXPECT_EQ(readers.reader_of_all()->basis().index, 1u);
}

TEST_F(Rdr02, ASignatureOfAllCountsBeforeThatOfOne) {
  trust_readers();
  auto request = request_of({signed_request(reader())});
  request.reader_auth_all.push_back(sign_all(reader(), request));
  const auto readers = judge(request).doc_requests.at(0);
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.signatures.size(), 2u);
  EXPECT_EQ(readers.verified_reader()->basis().kind, Kind::reader_auth_all);
}

TEST_F(Rdr02, AnInvalidSignatureIsSeenBesideAGoodOne) {
  trust_readers();
  auto request = request_of({signed_request(reader())});
  request.reader_auth_all.push_back(sign_all(reader(), request));
  request.reader_auth_all.back().signature = flipped(request.reader_auth_all.back().signature.view(), 0);
  const auto readers = judge(request).doc_requests.at(0);
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.verified_reader()->basis().kind, Kind::reader_auth);
  EXPECT_TRUE(readers.any(invalid));
}

TEST_F(Rdr02, WithoutATrustedSignatureTheOneThatGotFurthestCounts) {
  trust_readers();
  now = issued + std::chrono::days{1200};
  auto request = request_of({unsigned_request()});
  request.reader_auth_all.push_back(sign_all(reader(strangers()), request));
  request.reader_auth_all.push_back(sign_all(reader(), request));
  request.reader_auth_all.push_back(sign_all(reader(), request));
  request.reader_auth_all.back().signature = flipped(request.reader_auth_all.back().signature.view(), 0);
  const auto readers = judge(request).doc_requests.at(0);
  expect_result(readers, expired, ReaderReason::expired);
  EXPECT_EQ(readers.best(), &readers.signatures[1]);
}

TEST_F(Rdr02, TheOrderOfTheRequestsIsSigned) {
  trust_readers();
  auto request = request_of({unsigned_request("family_name"), unsigned_request("portrait")});
  request.reader_auth_all.push_back(sign_all(reader(), request));
  std::swap(request.doc_requests[0], request.doc_requests[1]);
  const auto readers = judge(request);
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) expect_result(one, invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr02, ADocRequestAddedOrLeftOutIsFound) {
  trust_readers();
  const auto first = unsigned_request("family_name");
  const auto second = unsigned_request("portrait");
  const auto of_both = sign_all(reader(), request_of({first, second}));
  const auto of_one = sign_all(reader(), request_of({first}));
  auto request = request_of({first});
  request.reader_auth_all = {of_both};
  expect_result(judge(request).doc_requests.at(0), invalid, ReaderReason::signature_invalid);
  request = request_of({first, second});
  request.reader_auth_all = {of_one};
  const auto readers = judge(request);
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) expect_result(one, invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr02, EachFlippedBitOfDeviceRequestInfoIsFound) {
  trust_readers();
  auto request = request_of({unsigned_request("family_name"), unsigned_request("portrait")});
  request.device_request_info =
      model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0, 1}}}}}).value();
  request.reader_auth_all.push_back(sign_all(reader(), request));
  ASSERT_NE(judge(request).reader_of_all(), nullptr);
  const auto good = *request.device_request_info;
  for (std::size_t bit = 0; bit < good.bytes().size() * 8; ++bit) {
    const SharedBytes bytes = flipped(good.bytes(), bit);
    request.device_request_info =
        model::DeviceRequestInfoBytes(good.value(), bytes, bytes.view().last(good.content().size()));
    ASSERT_EQ(judge(request).doc_requests.at(0).reason(), ReaderReason::signature_invalid) << bit;
  }
}

TEST_F(Rdr02, DeviceRequestInfoAddedOrLeftOutIsFound) {
  trust_readers();
  const auto info =
      model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0}}}}}).value();
  auto with = request_of({unsigned_request()});
  with.device_request_info = info;
  with.reader_auth_all.push_back(sign_all(reader(), with));
  auto without = request_of({unsigned_request()});
  without.reader_auth_all.push_back(sign_all(reader(), without));
  EXPECT_EQ(judge(with).doc_requests.at(0).result(), trusted);
  EXPECT_EQ(judge(without).doc_requests.at(0).result(), trusted);
  with.device_request_info.reset();
  without.device_request_info = info;
  expect_result(judge(with).doc_requests.at(0), invalid, ReaderReason::signature_invalid);
  expect_result(judge(without).doc_requests.at(0), invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr02, AReaderAuthOfEveryDocumentDoesNotCoverDeviceRequestInfo) {
  trust_readers();
  auto request = request_of({signed_request(reader(), "family_name"), signed_request(reader(), "portrait")});
  request.device_request_info =
      model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0}}}}}).value();
  const auto readers = judge(request);
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& one : readers.doc_requests) expect_result(one, trusted, ReaderReason::none);
  EXPECT_EQ(readers.reader_of_all(), nullptr);
}

/// A request with deviceRequestInfo, whose readerAuthAll leaves that out, as a draft had it.
class Rdr02Short : public ReaderBench {
 protected:
  Rdr02Short() { trust_readers(); }
  [[nodiscard]] model::DeviceRequest request(bool with_info = true) const {
    auto made = request_of({unsigned_request(), unsigned_request("portrait")});
    if (with_info) {
      made.device_request_info =
          model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0}}}}}).value();
    }
    made.reader_auth_all.push_back(sign_short(reader(), made));
    return made;
  }
  [[nodiscard]] cose::CoseSign1 sign_short(const Signer& signer, const model::DeviceRequest& wanted) const {
    std::vector<ByteView> all;
    for (const auto& doc_request : wanted.doc_requests) all.push_back(doc_request.items_request.bytes());
    return sign(signer, model::reader_authentication_all_short_bytes(iso18013_5(), transcript, all),
                headers_of(signer));
  }
};

TEST_F(Rdr02Short, CountsAtTheLenientLevelAlone) {
  for (const Level other : {Level::strict, Level::interop}) {
    level = other;
    const auto readers = judge(request());
    ASSERT_EQ(readers.doc_requests.size(), 2u);
    for (const auto& doc_request : readers.doc_requests) {
      expect_result(doc_request, ReaderTrust::invalid, ReaderReason::signature_invalid);
    }
    EXPECT_TRUE(readers.is_device_request_info_unproven());
  }
  level = Level::lenient;
  const auto readers = judge(request());
  ASSERT_EQ(readers.doc_requests.size(), 2u);
  for (const auto& doc_request : readers.doc_requests) {
    expect_result(doc_request, ReaderTrust::trusted, ReaderReason::none);
    const ReaderJudgement& judgement = *doc_request.best();
    EXPECT_EQ(judgement.signature().kind, Kind::reader_auth_all_short);
    EXPECT_EQ(judgement.verified_reader()->basis().kind, Kind::reader_auth_all_short);
    EXPECT_EQ(judgement.find(ReaderCheck::signature).outcome, ReaderOutcome::warn);
    EXPECT_EQ(judgement.find(ReaderCheck::signature).reason, ReaderReason::info_not_signed);
  }
}

TEST_F(Rdr02Short, LeavesDeviceRequestInfoToAnybody) {
  level = Level::lenient;
  auto altered = request();
  altered.device_request_info =
      model::encode_device_request_info({.use_cases = {{.mandatory = false, .document_sets = {{1}}}}}).value();
  for (const auto& one : {request(), altered}) {
    const auto readers = judge(one);
    EXPECT_EQ(readers.reader_of_all(), nullptr);
    EXPECT_TRUE(readers.has_device_request_info);
    EXPECT_TRUE(readers.is_device_request_info_unproven());
  }
  const auto without = judge(request(false));
  EXPECT_EQ(without.doc_requests.at(0).result(), ReaderTrust::trusted);
  EXPECT_FALSE(without.is_device_request_info_unproven());
  EXPECT_EQ(without.reader_of_all(), nullptr);
}

TEST_F(Rdr02Short, ASignatureOfTheWholeProvesItAllTheSame) {
  level = Level::lenient;
  auto both = request();
  both.reader_auth_all.push_back(sign_all(reader(), both));
  const auto readers = judge(both);
  ASSERT_NE(readers.reader_of_all(), nullptr);
  EXPECT_EQ(readers.reader_of_all()->basis(), (ReaderSignature{.kind = Kind::reader_auth_all, .index = 1}));
  EXPECT_FALSE(readers.is_device_request_info_unproven());
  EXPECT_EQ(readers.doc_requests.at(1).best()->signature().index, 1u);
}

TEST_F(Rdr02Short, CoversTheRequestsInTheirOrderAndTheSession) {
  level = Level::lenient;
  const auto refused = [&](model::DeviceRequest altered) {
    return judge(altered).doc_requests.at(0).reason() == ReaderReason::signature_invalid;
  };
  auto swapped = request();
  std::swap(swapped.doc_requests[0], swapped.doc_requests[1]);
  EXPECT_TRUE(refused(std::move(swapped)));
  auto shortened = request();
  shortened.doc_requests.pop_back();
  EXPECT_TRUE(refused(std::move(shortened)));
  auto elsewhere = request();
  transcript.back() = 0xf7;
  EXPECT_TRUE(refused(std::move(elsewhere)));
}

TEST_F(Rdr02, OneKindOfSignatureIsNotTheOther) {
  trust_readers();
  const auto doc_request = signed_request(reader());
  auto moved = request_of({unsigned_request()});
  moved.reader_auth_all.push_back(*doc_request.reader_auth);
  expect_result(judge(moved).doc_requests.at(0), invalid, ReaderReason::signature_invalid);

  auto back = unsigned_request();
  back.reader_auth = sign_all(reader(), request_of({back}));
  expect_result(judge(back), invalid, ReaderReason::signature_invalid);
}

TEST_F(Rdr02, SignaturesBeyondTheLimitAreCountedAndNotJudged) {
  trust_readers();
  auto request = request_of({unsigned_request()});
  for (int i = 0; i < 3; ++i) request.reader_auth_all.push_back(sign_all(reader(strangers()), request));
  request.reader_auth_all.push_back(sign_all(reader(), request));
  max_reader_auth_all = 3;
  const auto few = judge(request);
  expect_result(few.doc_requests.at(0), untrusted, ReaderReason::namesake);
  EXPECT_EQ(few.doc_requests.at(0).signatures.size(), 3u);
  EXPECT_EQ(few.unjudged, 1u);
  max_reader_auth_all = 4;
  const auto all = judge(request);
  expect_result(all.doc_requests.at(0), trusted, ReaderReason::none);
  EXPECT_EQ(all.unjudged, 0u);
  max_reader_auth_all = 0;
  expect_result(judge(request).doc_requests.at(0), absent, ReaderReason::absent);
}

TEST_F(Rdr02, ARequestWithoutDocRequestsHasNoReader) {
  trust_readers();
  EXPECT_EQ(judge(model::DeviceRequest{}).reader_of_all(), nullptr);
}

// The standard's own example: a reader certificate that names its CRL by a dNSName instead of a URI.
TEST_F(ReaderAuthVectors, TheReaderOfAnnexDIsTrustedInItsTime) {
  MDOC_NEEDS_SHARED_VECTORS();
  constexpr std::string_view annex_d = "iso18013-5-annex-d.json";
  const Bytes wrapped = testing::shared_bytes(annex_d, "D.5.1/session-transcript-bytes");
  cbor::Reader outer(wrapped);
  const ByteView bare = outer.read_embedded().value().content;
  transcript.assign(bare.begin(), bare.end());
  const auto request =
      model::decode_device_request(SharedBytes::take(testing::shared_bytes(annex_d, "D.4.1.1/device-request"))).value();
  const auto root = crypto::Certificate::from_der(testing::shared_bytes(annex_d, "D.5.4/reader-root-certificate"));
  ASSERT_TRUE(store.add_anchor(trust::Purpose::readers, root.value(), {.source = "Annex D"}));

  now = testing::utc("2021-06-01T00:00:00Z");
  const auto readers = judge(request).doc_requests.at(0);
  expect_result(readers, trusted, ReaderReason::none);
  EXPECT_EQ(readers.verified_reader()->subject(), "CN=reader");
  EXPECT_FALSE(readers.verified_reader()->organization());
  EXPECT_EQ(readers.best()->find(ReaderCheck::profile).outcome, ReaderOutcome::warn);
  EXPECT_EQ(readers.best()->valid_until(), testing::utc("2023-12-31T00:00:00Z"));

  level = Level::strict;
  expect_result(judge(request).doc_requests.at(0), untrusted, ReaderReason::certificate_rule);
  level = Level::lenient;
  now = testing::utc("2026-05-01T12:00:00Z");
  expect_result(judge(request).doc_requests.at(0), expired, ReaderReason::expired);
  now = testing::utc("2020-09-01T00:00:00Z");
  expect_result(judge(request).doc_requests.at(0), expired, ReaderReason::not_yet_valid);
}

// Its session is not published, so its signature can only be wrong here.
TEST_F(ReaderAuthVectors, AReaderAuthAllOfAnotherSessionIsInvalid) {
  MDOC_NEEDS_SHARED_VECTORS();
  trust_readers();
  const auto request = model::decode_device_request(SharedBytes::take(testing::shared_bytes(
                                                        "device-request-second-edition.json",
                                                        "isomdl/device-request-1.1-reader-auth-all-use-cases")))
                           .value();
  const auto readers = judge(request);
  expect_result(readers.doc_requests.at(0), invalid, ReaderReason::signature_invalid);
  EXPECT_EQ(readers.doc_requests.at(0).signatures.at(0).signature().kind, Kind::reader_auth_all);
  EXPECT_NE(readers.doc_requests.at(0).best()->claimed_subject().find("Test Request Authentication CA"),
            std::string_view::npos);
}

}  // namespace
}  // namespace mdoc::presentation
