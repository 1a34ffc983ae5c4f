// Reading a DeviceResponse. Writing one: device_response_encode.cpp.
#include "mdoc/model/device_response.hpp"

#include "core/try.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

/// An array whose elements stand or fall alone: one that is well-formed but no T is an Error among
/// the others.
template <class Read>
auto each_alone(const Read& read) {
  using T = typename std::invoke_result_t<const Read&, Reader&>::value_type;
  return [&read](Reader& reader) -> Result<std::vector<Decoded<T>>> {
    const auto decode_alone = [&](Reader& outer) -> Result<Decoded<T>> {
      MDOC_TRY(const ByteView raw, outer.read_raw());
      Reader nested = outer.within(raw);
      return Decoded<T>{.value = std::invoke(read, nested), .encoded = outer.slice(raw)};
    };
    return not_empty(Rule::documents_empty, cbor::array_of(decode_alone, reader.limits().max_documents))(reader);
  };
}

/// Errors = { + NameSpace => { + DataElementIdentifier => ErrorCode } }
Result<Errors> read_errors(Reader& reader) {
  constexpr Rule empty = Rule::document_errors_empty;
  const auto codes = not_empty(empty, cbor::map_of<ElementIdentifier>(&Reader::read_int));
  return not_empty(empty, [&codes](Reader& field) { return read_name_spaces(field, codes); })(reader);
}

/// documentErrors = [ + { DocType => ErrorCode } ], each map with exactly one pair.
Result<std::vector<DocumentError>> read_document_errors(Reader& reader) {
  std::vector<DocumentError> errors;
  auto array = reader.enter_array();
  while (array.next()) {
    const auto pairs = not_empty(Rule::document_errors_empty, cbor::map_of<DocType>(&Reader::read_int))(reader);
    if (!pairs) return pairs.error();
    if (pairs->size() > 1) MDOC_CHECK(reader.deviation(Rule::document_error_pairs));
    for (const auto& [doc_type, code] : *pairs) errors.push_back({.doc_type = doc_type, .code = code});
  }
  MDOC_CHECK(array.finish());
  return errors;
}

Result<ZkSignedItem> decode_zk_signed_item(Reader& reader) {
  ZkSignedItem item;
  // ZkSignedItem = { "elementIdentifier" : tstr, "elementValue" : any, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, item.others,
                            cbor::required("elementIdentifier", item.element_identifier, &Reader::read_text),
                            cbor::required("elementValue", item.element_value, read_element_value)));
  return item;
}

/// ZkNameSpaces = { + NameSpace => [ + ZkSignedItem ] }
Result<ZkNameSpaces> read_zk_name_spaces(Reader& reader) {
  const auto items = not_empty(Rule::name_spaces_empty, cbor::array_of(decode_zk_signed_item));
  return not_empty(Rule::name_spaces_empty, [&items](Reader& field) { return read_name_spaces(field, items); })(reader);
}

Result<ZkDocumentData> decode_zk_document_data(Reader& reader) {
  ZkDocumentData data;
  // ZkDocumentData = { "docType" : DocType, "zkSystemId" : tstr, "timestamp" : full-date,
  //                    ? "issuerSigned" : ZkNameSpaces, ? "deviceSigned" : ZkNameSpaces,
  //                    ? "msoX5chain" : COSE_X509, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, data.others, cbor::required("docType", data.doc_type, &Reader::read_text),
                            cbor::required("zkSystemId", data.zk_system_id, &Reader::read_text),
                            cbor::required("timestamp", data.timestamp, read_element_value),
                            cbor::optional("issuerSigned", data.issuer_signed, read_zk_name_spaces),
                            cbor::optional("deviceSigned", data.device_signed, read_zk_name_spaces),
                            cbor::optional("msoX5chain", data.mso_x5chain, cose::decode_x5chain)));
  return data;
}

Result<ZkDocument> decode_zk_document(Reader& reader) {
  ZkDocument document;
  // ZkDocument = { "documentData" : #6.24(bstr .cbor ZkDocumentData), "proof" : bstr, * tstr => RFU }
  MDOC_CHECK(
      cbor::read_map(reader, document.others,
                     cbor::required("documentData", document.document_data, cbor::encoded(decode_zk_document_data)),
                     cbor::required("proof", document.proof, &Reader::read_bytes_shared)));
  return document;
}

Result<EncryptedDocuments> decode_encrypted_documents(Reader& reader) {
  EncryptedDocuments documents;
  // EncryptedDocuments = { "enc" : bstr, "cipherText" : bstr, "docRequestID" : DocRequestID }
  MDOC_CHECK(cbor::read_map(reader, documents.others, cbor::required("enc", documents.enc, &Reader::read_bytes_shared),
                            cbor::required("cipherText", documents.cipher_text, &Reader::read_bytes_shared),
                            cbor::required("docRequestID", documents.doc_request_id, &Reader::read_uint)));
  return documents;
}

Result<EncryptedDocumentsPlaintext> decode_plaintext(Reader& reader) {
  EncryptedDocumentsPlaintext plaintext;
  // EncryptedDocumentsPlaintext = { ? "documents" : [ + Document ], ? "zkDocuments" : [ + ZkDocument ],
  //                                 * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, plaintext.others,
                            cbor::optional("documents", plaintext.documents, each_alone(decode_document)),
                            cbor::optional("zkDocuments", plaintext.zk_documents, each_alone(decode_zk_document))));
  return plaintext;
}

Result<ResponseStatus> read_status(Reader& reader) {
  MDOC_TRY(const std::uint64_t status, reader.read_uint());
  return static_cast<ResponseStatus>(status);
}

Result<DeviceResponse> decode_response(Reader& reader) {
  DeviceResponse response;
  const auto document_errors = not_empty(Rule::document_errors_empty, read_document_errors);
  // DeviceResponse = { "version" : tstr, ? "documents" : [ + Document ], ? "zkDocuments" : [ + ZkDocument ],
  //                    ? "encryptedDocuments" : [ + EncryptedDocuments ],
  //                    ? "documentErrors" : [ + DocumentError ], "status" : uint, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, response.others, cbor::required("version", response.version, &Reader::read_text),
      cbor::optional("documents", response.documents, each_alone(decode_document)),
      cbor::optional("zkDocuments", response.zk_documents, each_alone(decode_zk_document)),
      cbor::optional("encryptedDocuments", response.encrypted_documents, each_alone(decode_encrypted_documents)),
      cbor::optional("documentErrors", response.document_errors, document_errors),
      cbor::required("status", response.status, read_status)));
  const bool documents =
      !response.documents.empty() || !response.zk_documents.empty() || !response.encrypted_documents.empty();
  if (documents && response.status != ResponseStatus::ok) {
    MDOC_CHECK(reader.deviation(Rule::response_documents_despite_status));
  }
  return response;
}

}  // namespace

Result<Document> decode_document(Reader& reader) {
  const auto read_issuer_signed = [](Reader& field) { return decode_issuer_signed(field); };
  Document document;
  // Document = { "docType" : DocType, "issuerSigned" : IssuerSigned, "deviceSigned" : DeviceSigned,
  //              ? "errors" : Errors, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, document.others, cbor::required("docType", document.doc_type, &Reader::read_text),
                            cbor::required("issuerSigned", document.issuer_signed, read_issuer_signed),
                            cbor::optional("deviceSigned", document.device_signed, decode_device_signed),
                            cbor::optional("errors", document.errors, read_errors)));
  return document;
}

Result<EncryptedDocumentsPlaintext> decode_encrypted_documents_plaintext(SharedBytes plaintext,
                                                                         const cbor::DecodeContext& context,
                                                                         const Path& where) {
  return decode_whole(std::move(plaintext), context, where, decode_plaintext);
}

Result<DeviceResponse> decode_device_response(SharedBytes encoded, const cbor::DecodeContext& context) {
  MDOC_TRY(DeviceResponse response, decode_whole(encoded, context, "DeviceResponse", decode_response));
  response.encoded = std::move(encoded);
  return response;
}

}  // namespace mdoc::model
