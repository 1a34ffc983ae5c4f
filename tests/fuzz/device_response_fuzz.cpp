// Any bytes as a DeviceResponse and as the plaintext of encrypted documents. Documents are slices of the
// message, a broken one leaves the others, and what is written from them has the same bytes.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/model/zk_system.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using model::DeviceResponse;
using model::Document;
using model::ZkDocument;

constexpr cbor::DecodeContext lenient{.level = Level::lenient};

void check(ByteView message, const model::DeviceSigned& device_signed) {
  require(fuzz::inside(message, device_signed.name_spaces.bytes()));
  for (const auto& [name_space, elements] : *device_signed.name_spaces) {
    for (const auto& [identifier, value] : elements) require(fuzz::inside(message, value.encoded().view()));
  }
  const model::DeviceAuth& auth = device_signed.device_auth;
  require((auth.signature() != nullptr) != (auth.mac() != nullptr));
  const SharedBytes& proof = auth.signature() != nullptr ? auth.signature()->encoded : auth.mac()->encoded;
  require(fuzz::inside(message, proof.view()));

  cbor::Writer writer;
  model::encode_device_signed(writer, device_signed);
  cbor::Reader reader(writer.view(), lenient);
  const auto again = model::decode_device_signed(reader);
  require(again.has_value() && reader.finish().has_value());
  require(fuzz::same(again->name_spaces.bytes(), device_signed.name_spaces.bytes()));
  const model::DeviceAuth& auth_again = again->device_auth;
  require(auth_again.proof.index() == auth.proof.index());
  require(fuzz::same(
      (auth_again.signature() != nullptr ? auth_again.signature()->encoded : auth_again.mac()->encoded).view(),
      proof.view()));
}

void check(ByteView message, const Document& document) {
  require(fuzz::inside(message, document.issuer_signed.issuer_auth.encoded.view()));
  if (document.device_signed) check(message, *document.device_signed);
  cbor::Writer writer;
  model::encode_document(writer, document);
  cbor::Reader reader(writer.view(), lenient);
  const auto again = model::decode_document(reader);
  require(again.has_value() && reader.finish().has_value());
  require(again->doc_type == document.doc_type);
  require(again->device_signed.has_value() == document.device_signed.has_value());
  cbor::Writer once_more;
  model::encode_document(once_more, *again);
  require(fuzz::same(once_more.view(), writer.view()));
}

void check(ByteView message, const ZkDocument& document) {
  require(fuzz::inside(message, document.document_data.bytes()));
  require(fuzz::inside(message, document.proof.view()));
  if (const auto time = model::zk_timestamp(document.document_data->timestamp)) {
    require(!time->date_only || time->time == std::chrono::floor<std::chrono::days>(time->time));
  }
  // Written from its values and read again, it opens the same elements.
  ZkDocument anew = document;
  anew.document_data = model::encode_zk_document_data(*document.document_data);
  const auto encoded = model::encode_device_response({.zk_documents = {anew}});
  require(encoded.has_value());
  const auto again = model::decode_device_response(SharedBytes::copy_of(*encoded), lenient);
  require(again.has_value() && again->zk_documents.size() == 1 && again->zk_documents[0].value.has_value());
  const auto& data = *again->zk_documents[0].value->document_data;
  require(data.doc_type == document.document_data->doc_type && data.timestamp == document.document_data->timestamp);
  require(data.issuer_signed.size() == document.document_data->issuer_signed.size());
}

void check(ByteView message, const model::EncryptedDocuments& documents) {
  require(fuzz::inside(message, documents.enc.view()) && fuzz::inside(message, documents.cipher_text.view()));
}

/// Checks every element, and gives the values of those that decode.
template <class T>
std::vector<T> check_each(ByteView message, const std::vector<model::Decoded<T>>& elements) {
  std::vector<T> values;
  for (const auto& element : elements) {
    require(!element.encoded.empty() && fuzz::inside(message, element.encoded.view()));
    if (element.value) {
      check(message, *element.value);
      values.push_back(*element.value);
    } else {
      fuzz::require_place(element.value.error(), message.size());
    }
  }
  return values;
}

void check(const SharedBytes& message, const DeviceResponse& response) {
  require(fuzz::inside(message.view(), response.encoded.view()) && response.encoded.size() == message.size());
  const model::DeviceResponseContent content{
      .version = response.version,
      .documents = check_each(message.view(), response.documents),
      .zk_documents = check_each(message.view(), response.zk_documents),
      .encrypted_documents = check_each(message.view(), response.encrypted_documents),
      .document_errors = response.document_errors,
      .status = response.status};
  const auto encoded = model::encode_device_response(content);
  if (!encoded) {
    require(response.status != model::ResponseStatus::ok);
    return;
  }
  const auto again = model::decode_device_response(SharedBytes::copy_of(*encoded), lenient);
  require(again.has_value());
  require(again->status == response.status && again->version == response.version);
  require(check_each(again->encoded.view(), again->documents).size() == content.documents.size());
  require(check_each(again->encoded.view(), again->zk_documents).size() == content.zk_documents.size());
  require(check_each(again->encoded.view(), again->encrypted_documents).size() == content.encrypted_documents.size());
  require(again->document_errors.size() == response.document_errors.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto response = fuzz::decode_at_levels(
      [&](Level level) { return model::decode_device_response(message, {.level = level}); }, size);
  if (response) check(message, *response);

  const auto plaintext = fuzz::decode_at_levels(
      [&](Level level) { return model::decode_encrypted_documents_plaintext(message, {.level = level}); }, size);
  if (plaintext) {
    const auto documents = check_each(message.view(), plaintext->documents);
    const auto zk_documents = check_each(message.view(), plaintext->zk_documents);
    if (documents.empty() && zk_documents.empty()) return 0;
    const Bytes encoded = model::encode_encrypted_documents_plaintext(documents, zk_documents);
    const auto again = model::decode_encrypted_documents_plaintext(SharedBytes::copy_of(encoded), lenient);
    require(again.has_value());
    require(again->documents.size() == documents.size() && again->zk_documents.size() == zk_documents.size());
  }
  return 0;
}
