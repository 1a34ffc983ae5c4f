#include "mdoc/model/device_response.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mutation.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using cbor::Type;
using testing::expect_exact_length;
using testing::expect_members;
using testing::hex;
using testing::MapParts;
using testing::outcome;
using testing::SampleMdoc;
using testing::without_value;

constexpr std::string_view annex_d = "iso18013-5-annex-d.json";

Result<DeviceResponse> decode(const Bytes& encoded, const cbor::DecodeContext& context = {}) {
  return decode_device_response(SharedBytes::copy_of(encoded), context);
}
Result<void> attempt(const Bytes& encoded) { return without_value(decode(encoded)); }

/// The same for a document on its own.
Result<void> attempt_document(const Bytes& encoded) {
  cbor::Reader reader(SharedBytes::copy_of(encoded), {}, "Document");
  const auto document = decode_document(reader);
  return document ? reader.finish() : without_value(document);
}

Bytes array_of(const std::vector<Bytes>& elements) { return testing::cbor_array(elements); }

/// A response without content, with `member` put in.
Bytes response_with(std::string_view member, const Bytes& value) {
  MapParts parts(hex("a26776657273696f6e63312e306673746174757300"));
  parts.append(member, value);
  return parts.encode();
}

std::vector<std::string> outcomes(const auto& elements) {
  std::vector<std::string> all;
  for (const auto& element : elements) all.push_back(outcome(without_value(element.value)));
  return all;
}

TEST(DeviceResponse, OfAnnexDDecodesAndIsReproducedByteForByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const Bytes encoded = testing::shared_bytes(annex_d, "D.4.1.2/device-response");
  cbor::DeviationLog log;
  const auto response = decode(encoded, {.level = Level::strict, .sink = &log});
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_TRUE(log.empty());
  EXPECT_EQ(response->version, "1.0");
  EXPECT_EQ(response->status, ResponseStatus::ok);
  ASSERT_EQ(response->documents.size(), 1u);
  ASSERT_TRUE(response->documents[0].value) << describe(response->documents[0].value.error());
  const Document& document = *response->documents[0].value;
  EXPECT_EQ(document.doc_type, DocType("org.iso.18013.5.1.mDL"));
  ASSERT_TRUE(document.device_signed);
  EXPECT_NE(document.device_signed->device_auth.mac(), nullptr);
  EXPECT_EQ(to_hex(document.issuer_signed.issuer_auth.encoded.view()),
            to_hex(testing::shared_bytes(annex_d, "D.5.2/issuer-auth")));
  const auto* portrait = document.issuer_signed.find(NameSpace("org.iso.18013.5.1"), ElementIdentifier("portrait"));
  ASSERT_NE(portrait, nullptr);
  EXPECT_EQ(to_hex((*portrait)->element_value.as_bytes().value()),
            to_hex(testing::shared_bytes(annex_d, "D.4.1.2/portrait")));

  const auto again = encode_device_response({.documents = {document}}, MapOrder::cddl);
  ASSERT_TRUE(again);
  EXPECT_EQ(to_hex(*again), to_hex(encoded));
}

TEST(DeviceResponse, OfOursIsSortedAndDecodesToTheSame) {
  const auto received = decode(SampleMdoc().response(), {.level = Level::strict});
  ASSERT_TRUE(received) << describe(received.error());
  const Document& document = *received->documents.at(0).value;
  const Bytes encoded = encode_device_response({.documents = {document, document}}).value();
  // status, version, documents
  EXPECT_TRUE(to_hex(encoded).starts_with("a366737461747573006776657273696f6e63312e3069646f63756d656e7473"));
  const auto again = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(again) << describe(again.error());
  ASSERT_EQ(again->documents.size(), 2u);
  for (const auto& copy : again->documents) {
    ASSERT_TRUE(copy.value);
    EXPECT_EQ(to_hex(copy.value->issuer_signed.issuer_auth.encoded.view()),
              to_hex(document.issuer_signed.issuer_auth.encoded.view()));
    EXPECT_EQ(to_hex(copy.value->device_signed->name_spaces.bytes()),
              to_hex(document.device_signed->name_spaces.bytes()));
  }
}

TEST(DeviceResponse, EmptyAnswersAreThoseOfTheStandard) {
  EXPECT_EQ(to_hex(encode_device_response({}, MapOrder::cddl).value()), "a26776657273696f6e63312e306673746174757300");
  EXPECT_EQ(to_hex(encode_device_response({.status = ResponseStatus::general_error}, MapOrder::cddl).value()),
            "a26776657273696f6e63312e30667374617475730a");
  const auto empty = decode(encode_device_response({}).value(), {.level = Level::strict});
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->documents.empty());
}

TEST(DeviceResponse, EveryMemberIsEnforced) {
  MapParts parts(SampleMdoc().response());
  parts.append("zkDocuments", hex("81a0"));
  parts.append("encryptedDocuments", hex("81a0"));
  parts.append("documentErrors", hex("81a1616100"));
  expect_members(parts.encode(),
                 {{.name = "version", .required = true, .types = {Type::text}},
                  {.name = "status", .required = true, .types = {Type::uint}},
                  {.name = "documents", .required = false, .types = {Type::array}},
                  {.name = "zkDocuments", .required = false, .types = {Type::array}},
                  {.name = "encryptedDocuments", .required = false, .types = {Type::array}},
                  {.name = "documentErrors", .required = false, .types = {Type::array}}},
                 attempt);
  expect_exact_length(SampleMdoc().response(), attempt);
}

TEST(DeviceResponse, EveryMemberOfADocumentIsEnforced) {
  MapParts parts(SampleMdoc().document());
  parts.append("errors", hex("a16161a1616200"));
  expect_members(parts.encode(),
                 {{.name = "docType", .required = true, .types = {Type::text}},
                  {.name = "issuerSigned", .required = true, .types = {Type::map}},
                  // Required in a presentation, but a stored document has none: verification tells them apart.
                  {.name = "deviceSigned", .required = false, .types = {Type::map}},
                  {.name = "errors", .required = false, .types = {Type::map}}},
                 attempt_document);
}

TEST(DeviceResponse, ABrokenDocumentLeavesTheOthers) {
  const Bytes good = SampleMdoc().document();
  MapParts no_doc_type(good);
  no_doc_type.erase("docType");
  MapParts no_issuer_auth(good);
  MapParts issuer_signed(no_issuer_auth["issuerSigned"]);
  issuer_signed.erase("issuerAuth");
  no_issuer_auth["issuerSigned"] = issuer_signed.encode();
  const std::vector<Bytes> documents{no_doc_type.encode(), good, hex("01"), no_issuer_auth.encode(), good};

  const auto response = decode(SampleMdoc::response_of(documents));
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(outcomes(response->documents),
            (std::vector<std::string>{"missing_element DeviceResponse.documents[0].docType", "ok",
                                      "wrong_type DeviceResponse.documents[2]",
                                      "missing_element DeviceResponse.documents[3].issuerSigned.issuerAuth", "ok"}));
  for (std::size_t i = 0; i < documents.size(); ++i) {
    EXPECT_EQ(to_hex(response->documents[i].encoded.view()), to_hex(documents[i])) << i;
  }
}

TEST(DeviceResponse, ErrorsPointIntoTheOutermostMessage) {
  const Bytes good = SampleMdoc().document();
  MapParts spoiled(good);
  spoiled["docType"] = hex("f97e00");
  const Bytes encoded = SampleMdoc::response_of({good, spoiled.encode()});
  const auto response = decode(encoded);
  ASSERT_TRUE(response);
  ASSERT_FALSE(response->documents.at(1).value);
  const Error& error = response->documents[1].value.error();
  EXPECT_EQ(error.where.text(), "DeviceResponse.documents[1].docType");
  EXPECT_EQ(to_hex(ByteView(encoded).subspan(error.offset, 3)), "f97e00");
}

TEST(DeviceResponse, WhatIsNoCborOrHasAKeyTwiceSinksTheWhole) {
  const Bytes good = SampleMdoc().document();
  MapParts twice(good);
  twice.append("docType", hex("6161"));
  EXPECT_EQ(decode(SampleMdoc::response_of({good, twice.encode()})).error().code, Errc::duplicate_key);
  EXPECT_EQ(decode(SampleMdoc::response_of({good, hex("ff")})).error().code, Errc::not_well_formed);
  EXPECT_EQ(decode(SampleMdoc::response_of({good, hex("61ff")})).error().code, Errc::bad_text);
}

TEST(DeviceResponse, EveryTruncationOfADocumentIsNoticed) {
  // Within the byte strings of tag 24 the response stays well-formed: the document fails then, or verification finds
  // another digest. Nothing may crash or read beyond.
  const Bytes good = SampleMdoc().document();
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(outcome(attempt_document(cut)).substr(0, 9), "truncated") << size;
  }
}

TEST(DeviceResponse, UnknownMembersAreKeptAtEveryPlace) {
  MapParts document(SampleMdoc().document());
  document.append("org.example.more", hex("01"));
  MapParts parts(SampleMdoc::response_of({document.encode()}));
  parts.append("otherDocuments", hex("80"));
  const Bytes encoded = parts.encode();
  const auto response = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(response) << describe(response.error());
  ASSERT_EQ(response->others.size(), 1u);
  EXPECT_EQ(to_hex(response->encoded.view()), to_hex(encoded));
  const Document& received = *response->documents.at(0).value;
  ASSERT_EQ(received.others.size(), 1u);
  const auto again = decode(encode_device_response({.documents = {received}}).value());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->documents.at(0).value->others.size(), 1u);
}

TEST(DeviceResponse, AnyStatusAndVersionIsAFact) {
  for (const std::uint64_t status : {std::uint64_t{0}, std::uint64_t{10}, std::uint64_t{77}, UINT64_MAX}) {
    MapParts parts(hex("a26776657273696f6e63322e306673746174757300"));
    parts["status"] = testing::cbor_uint(status);
    const auto response = decode(parts.encode(), {.level = Level::strict});
    ASSERT_TRUE(response);
    EXPECT_EQ(static_cast<std::uint64_t>(response->status), status);
    EXPECT_EQ(response->version, "2.0");
  }
}

TEST(DeviceResponse, DocumentsBesideAnErrorAreJudgedByTheLevel) {
  MapParts parts(SampleMdoc().response());
  parts["status"] = hex("0a");
  const Bytes encoded = parts.encode();
  EXPECT_EQ(decode(encoded, {.level = Level::strict}).error().code, Errc::deviation);
  cbor::DeviationLog log;
  const auto response = decode(encoded, {.sink = &log});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->documents.size(), 1u);
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.entries()[0].rule, Rule::response_documents_despite_status);
  const Document& document = *response->documents[0].value;
  EXPECT_EQ(encode_device_response({.documents = {document}, .status = ResponseStatus::general_error}).error().code,
            Errc::bad_argument);
}

TEST(DeviceResponse, EmptyListsAreJudgedByTheLevel) {
  const struct {
    std::string_view member;
    Rule rule;
  } rows[] = {{"documents", Rule::documents_empty},
              {"zkDocuments", Rule::documents_empty},
              {"encryptedDocuments", Rule::documents_empty},
              {"documentErrors", Rule::document_errors_empty}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.member);
    const Bytes encoded = response_with(row.member, hex("80"));
    EXPECT_FALSE(decode(encoded, {.level = Level::strict}));
    cbor::DeviationLog log;
    ASSERT_TRUE(decode(encoded, {.sink = &log}));
    ASSERT_EQ(log.entries().size(), 1u);
    EXPECT_EQ(log.entries()[0].rule, row.rule);
  }
}

TEST(DeviceResponse, MoreDocumentsThanTheLimitAreRefused) {
  cbor::DecodeContext context;
  context.limits.max_documents = 2;
  const Bytes document = hex("a0");
  EXPECT_TRUE(decode(SampleMdoc::response_of({document, document}), context));
  EXPECT_EQ(decode(SampleMdoc::response_of({document, document, document}), context).error().code, Errc::too_many);
}

TEST(DocumentErrors, HaveOnePairEach) {
  const auto two = decode(response_with("documentErrors", hex("82a1616100a1616220")));
  ASSERT_TRUE(two);
  ASSERT_EQ(two->document_errors.size(), 2u);
  EXPECT_EQ(two->document_errors[0].doc_type, DocType("a"));
  EXPECT_EQ(two->document_errors[1].code, -1);
  const Bytes encoded = encode_device_response({.document_errors = two->document_errors}).value();
  EXPECT_EQ(decode(encoded, {.level = Level::strict})->document_errors.size(), 2u);

  const Bytes pair = response_with("documentErrors", hex("81a2616100616220"));
  EXPECT_FALSE(decode(pair, {.level = Level::strict}));
  EXPECT_FALSE(decode(response_with("documentErrors", hex("81a0")), {.level = Level::strict}));
  for (const std::string_view wrong : {"81a16161f6", "81a10100", "8100", "81a161611bffffffffffffffff"}) {
    EXPECT_FALSE(decode(response_with("documentErrors", hex(wrong)), {.level = Level::lenient})) << wrong;
  }
}

TEST(DocumentErrors, OfElementsAreKeptWithTheirCodes) {
  MapParts parts(SampleMdoc().document());
  parts.append("errors", hex("a16161a26162006163387b"));
  const Bytes encoded = SampleMdoc::response_of({parts.encode()});
  const auto response = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(response);
  const Document& document = *response->documents.at(0).value;
  const Errors expected{{NameSpace("a"), {{ElementIdentifier("b"), 0}, {ElementIdentifier("c"), -124}}}};
  EXPECT_EQ(document.errors, expected);
  const auto again = decode(encode_device_response({.documents = {document}}).value(), {.level = Level::strict});
  EXPECT_EQ(again->documents.at(0).value->errors, expected);

  for (const std::string_view wrong : {"a16161a16162f6", "a1616100", "a101a1616200"}) {
    parts["errors"] = hex(wrong);
    EXPECT_NE(outcome(attempt_document(parts.encode())), "ok") << wrong;
  }
}

// ---- zero knowledge -----------------------------------------------------------------------------

Bytes zk_document_data() {
  testing::Members data{{"docType", testing::cbor_text("org.iso.18013.5.1.mDL")},
                        {"zkSystemId", testing::cbor_text("longfellow-1")},
                        {"timestamp", testing::cbor_tdate(testing::utc("2026-05-01T00:00:00Z"))},
                        {"issuerSigned", hex("a1616181a271656c656d656e744964656e7469666965726162"
                                             "6c656c656d656e7456616c7565f5")},
                        {"deviceSigned", hex("a1616181a271656c656d656e744964656e7469666965726162"
                                             "6c656c656d656e7456616c7565f5")},
                        {"msoX5chain", hex("824101"
                                           "4102")}};
  return data.encode();
}

Bytes zk_document(const Bytes& data = zk_document_data()) {
  testing::Members document{{"documentData", testing::cbor_embedded(data)}, {"proof", hex("43010203")}};
  return document.encode();
}

Result<void> attempt_zk(const Bytes& document) {
  const auto response = decode(response_with("zkDocuments", array_of({document})));
  if (!response) return response.error();
  return without_value(response->zk_documents.at(0).value);
}

TEST(ZkDocument, ComesBackAsItWasMade) {
  const auto response = decode(response_with("zkDocuments", array_of({zk_document()})), {.level = Level::strict});
  ASSERT_TRUE(response) << describe(response.error());
  ASSERT_TRUE(response->zk_documents.at(0).value) << describe(response->zk_documents[0].value.error());
  const ZkDocument& document = *response->zk_documents[0].value;
  EXPECT_EQ(to_hex(document.proof.view()), "010203");
  const ZkDocumentData& data = *document.document_data;
  EXPECT_EQ(data.doc_type, DocType("org.iso.18013.5.1.mDL"));
  EXPECT_EQ(data.zk_system_id, "longfellow-1");
  EXPECT_TRUE(data.timestamp.as_tdate());
  ASSERT_EQ(data.issuer_signed.size(), 1u);
  EXPECT_EQ(data.issuer_signed[0].second.at(0).element_identifier, ElementIdentifier("b"));
  EXPECT_TRUE(data.issuer_signed[0].second[0].element_value.as_bool().value());
  EXPECT_EQ(data.device_signed.size(), 1u);
  EXPECT_EQ(data.mso_x5chain.size(), 2u);

  const Bytes encoded = encode_device_response({.zk_documents = {document}}).value();
  const auto again = decode(encoded, {.level = Level::strict});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version, "1.0");
  EXPECT_EQ(to_hex(again->zk_documents.at(0).value->document_data.bytes()), to_hex(document.document_data.bytes()));
}

TEST(ZkDocument, IsWrittenFromItsValues) {
  const auto response = decode(response_with("zkDocuments", array_of({zk_document()})), {.level = Level::strict});
  const ZkDocument& document = *response->zk_documents.at(0).value;
  for (const MapOrder order : {MapOrder::sorted, MapOrder::cddl}) {
    const auto written = encode_zk_document_data(*document.document_data, order);
    ZkDocument anew = document;
    anew.document_data = written;
    const auto again = decode(encode_device_response({.zk_documents = {anew}}).value(), {.level = Level::strict});
    ASSERT_TRUE(again) << describe(again.error());
    const ZkDocumentData& data = *again->zk_documents.at(0).value->document_data;
    const ZkDocumentData& original = *document.document_data;
    EXPECT_EQ(data.zk_system_id, original.zk_system_id);
    EXPECT_EQ(data.timestamp, original.timestamp);
    EXPECT_EQ(data.mso_x5chain.size(), original.mso_x5chain.size());
    ASSERT_EQ(data.issuer_signed.size(), original.issuer_signed.size());
    EXPECT_EQ(data.issuer_signed[0].second.at(0).element_value, original.issuer_signed[0].second.at(0).element_value);
    EXPECT_EQ(data.device_signed.size(), original.device_signed.size());
    EXPECT_EQ(data.others.size(), original.others.size());
  }
}

TEST(ZkDocument, EveryMemberIsEnforced) {
  expect_members(zk_document(),
                 {{.name = "documentData", .required = true, .types = {Type::tag}},
                  {.name = "proof", .required = true, .types = {Type::bytes}}},
                 attempt_zk);
  expect_members(zk_document_data(),
                 {{.name = "docType", .required = true, .types = {Type::text}},
                  {.name = "zkSystemId", .required = true, .types = {Type::text}},
                  {.name = "timestamp", .required = true, .types = {}},
                  {.name = "issuerSigned", .required = false, .types = {Type::map}},
                  {.name = "deviceSigned", .required = false, .types = {Type::map}},
                  {.name = "msoX5chain", .required = false, .types = {Type::array, Type::bytes}}},
                 [](const Bytes& data) { return attempt_zk(zk_document(data)); });
}

TEST(ZkDocument, ABrokenOneLeavesTheOthers) {
  const auto response =
      decode(response_with("zkDocuments", array_of({hex("a0"), zk_document(), zk_document(hex("a0"))})));
  ASSERT_TRUE(response);
  EXPECT_EQ(outcomes(response->zk_documents),
            (std::vector<std::string>{"missing_element DeviceResponse.zkDocuments[0].documentData", "ok",
                                      "missing_element DeviceResponse.zkDocuments[2].documentData.docType"}));
}

// ---- encrypted documents ------------------------------------------------------------------------

Bytes encrypted_documents() {
  testing::Members documents{{"enc", testing::cbor_bytes(Bytes(65, 4))},
                             {"cipherText", testing::cbor_bytes(Bytes(40, 5))},
                             {"docRequestID", testing::cbor_uint(3)}};
  return documents.encode();
}

Result<void> attempt_encrypted(const Bytes& documents) {
  const auto response = decode(response_with("encryptedDocuments", array_of({documents})));
  if (!response) return response.error();
  return without_value(response->encrypted_documents.at(0).value);
}

TEST(EncryptedDocuments, ComeBackAsTheyWereMade) {
  const auto response = decode(response_with("encryptedDocuments", array_of({encrypted_documents()})));
  ASSERT_TRUE(response);
  ASSERT_TRUE(response->encrypted_documents.at(0).value);
  const EncryptedDocuments& documents = *response->encrypted_documents[0].value;
  EXPECT_EQ(documents.enc.size(), 65u);
  EXPECT_EQ(documents.cipher_text.size(), 40u);
  EXPECT_EQ(documents.doc_request_id, 3u);
  const Bytes encoded = encode_device_response({.encrypted_documents = {documents}}).value();
  EXPECT_EQ(decode(encoded, {.level = Level::strict})->encrypted_documents.at(0).value->doc_request_id, 3u);
}

TEST(EncryptedDocuments, EveryMemberIsEnforced) {
  expect_members(encrypted_documents(),
                 {{.name = "enc", .required = true, .types = {Type::bytes}},
                  {.name = "cipherText", .required = true, .types = {Type::bytes}},
                  {.name = "docRequestID", .required = true, .types = {Type::uint}}},
                 attempt_encrypted);
}

TEST(EncryptedDocuments, ThePlaintextIsReadLikeAResponse) {
  const auto response = decode(SampleMdoc().response());
  ASSERT_TRUE(response);
  const Bytes encoded = encode_encrypted_documents_plaintext({*response->documents.at(0).value});
  const auto plaintext = decode_encrypted_documents_plaintext(SharedBytes::copy_of(encoded), {.level = Level::strict});
  ASSERT_TRUE(plaintext) << describe(plaintext.error());
  ASSERT_EQ(plaintext->documents.size(), 1u);
  EXPECT_TRUE(plaintext->documents[0].value);
  EXPECT_TRUE(plaintext->zk_documents.empty());

  MapParts parts(encoded);
  parts["documents"] = array_of({hex("a0")});
  const auto broken = decode_encrypted_documents_plaintext(SharedBytes::take(parts.encode()));
  ASSERT_TRUE(broken);
  EXPECT_EQ(outcomes(broken->documents),
            std::vector<std::string>{"missing_element EncryptedDocumentsPlaintext.documents[0].docType"});
  expect_exact_length(encoded, [](const Bytes& input) {
    return without_value(decode_encrypted_documents_plaintext(SharedBytes::copy_of(input)));
  });
}

}  // namespace
}  // namespace mdoc::model
