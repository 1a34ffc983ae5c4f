#include "core/try.hpp"
#include "mdoc/model/device_response.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Writer;

void write(Writer& writer, const ZkDocument& document, MapOrder order) {
  OrderedMap map(order);
  map.put("documentData").raw(document.document_data.bytes());
  map.put("proof").bytes(document.proof.view());
  map.members(document.others);
  map.write_to(writer);
}

void write(Writer& writer, const EncryptedDocuments& documents, MapOrder order) {
  OrderedMap map(order);
  map.put("enc").bytes(documents.enc.view());
  map.put("cipherText").bytes(documents.cipher_text.view());
  map.put("docRequestID").uint(documents.doc_request_id);
  map.members(documents.others);
  map.write_to(writer);
}

void write(Writer& writer, const Document& document, MapOrder order) { encode_document(writer, document, order); }

/// ZkNameSpaces = { + NameSpace => [ + ZkSignedItem ] }
void write(Writer& writer, const ZkNameSpaces& name_spaces, MapOrder order) {
  write_map_of(writer, name_spaces, order, [&](Writer& to, const std::vector<ZkSignedItem>& items) {
    write_array(to, items, [&](Writer& each, const ZkSignedItem& item) {
      OrderedMap map(order);
      map.put("elementIdentifier").text(item.element_identifier.str());
      map.put("elementValue").raw(item.element_value.encoded().view());
      map.members(item.others);
      map.write_to(each);
    });
  });
}

template <class Elements>
void put_documents(OrderedMap& map, const char* key, const Elements& documents, MapOrder order) {
  if (documents.empty()) return;
  write_array(map.put(key), documents, [&](Writer& to, const auto& document) { write(to, document, order); });
}

}  // namespace

cbor::Encoded<ZkDocumentData> encode_zk_document_data(ZkDocumentData data, MapOrder order) {
  OrderedMap map(order);
  map.put("docType").text(data.doc_type.str());
  map.put("zkSystemId").text(data.zk_system_id);
  map.put("timestamp").raw(data.timestamp.encoded().view());
  if (!data.issuer_signed.empty()) write(map.put("issuerSigned"), data.issuer_signed, order);
  if (!data.device_signed.empty()) write(map.put("deviceSigned"), data.device_signed, order);
  if (!data.mso_x5chain.empty()) cose::encode_x5chain(map.put("msoX5chain"), data.mso_x5chain);
  map.members(data.others);
  const Bytes encoded = map.encode();
  return {std::move(data), encoded};
}

void encode_document(Writer& writer, const Document& document, MapOrder order) {
  OrderedMap map(order);
  map.put("docType").text(document.doc_type.str());
  encode_issuer_signed(map.put("issuerSigned"), document.issuer_signed, order);
  if (document.device_signed) encode_device_signed(map.put("deviceSigned"), *document.device_signed, order);
  if (!document.errors.empty()) {
    write_map_of(map.put("errors"), document.errors, order, [&](Writer& to, const auto& codes) {
      write_map_of(to, codes, order, [](Writer& each, ErrorCode code) { each.integer(code); });
    });
  }
  map.members(document.others);
  map.write_to(writer);
}

Result<Bytes> encode_device_response(const DeviceResponseContent& content, MapOrder order) {
  const bool documents =
      !content.documents.empty() || !content.zk_documents.empty() || !content.encrypted_documents.empty();
  if (documents && content.status != ResponseStatus::ok) {
    return Error{.code = Errc::bad_argument, .where = Path("DeviceResponse") / "status"};
  }
  OrderedMap map(order);
  map.put("version").text(content.version);
  put_documents(map, "documents", content.documents, order);
  put_documents(map, "zkDocuments", content.zk_documents, order);
  put_documents(map, "encryptedDocuments", content.encrypted_documents, order);
  if (!content.document_errors.empty()) {
    write_array(map.put("documentErrors"), content.document_errors, [](Writer& to, const DocumentError& error) {
      to.map(1).text(error.doc_type.str()).integer(error.code);
    });
  }
  map.put("status").uint(static_cast<std::uint64_t>(content.status));
  return map.encode();
}

Bytes encode_encrypted_documents_plaintext(const std::vector<Document>& documents,
                                           const std::vector<ZkDocument>& zk_documents) {
  OrderedMap map(MapOrder::sorted);
  put_documents(map, "documents", documents, MapOrder::sorted);
  put_documents(map, "zkDocuments", zk_documents, MapOrder::sorted);
  return map.encode();
}

}  // namespace mdoc::model
