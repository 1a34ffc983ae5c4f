#include <utility>

#include "core/try.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "model/coding.hpp"
#include "model/request_decoding.hpp"

namespace mdoc::model {
namespace {

using cbor::Writer;

void write(Writer& writer, const ElementReference& reference) {
  writer.array(2).text(reference.name_space.str()).text(reference.element.str());
}

void write(Writer& writer, const AlternativeDataElementsSet& set, MapOrder order) {
  OrderedMap map(order);
  write(map.put("requestedElement"), set.requested_element);
  write_array(map.put("alternativeElementSets"), set.alternative_element_sets, [](Writer& to, const auto& elements) {
    write_array(to, elements, [](Writer& each, const ElementReference& reference) { write(each, reference); });
  });
  map.members(set.others);
  map.write_to(writer);
}

void write(Writer& writer, const ZkSystemSpec& spec, MapOrder order) {
  OrderedMap params(order);
  params.members(spec.params);
  OrderedMap map(order);
  map.put("zkSystemId").text(spec.zk_system_id);
  map.put("system").text(spec.system);
  params.write_to(map.put("params"));
  map.members(spec.others);
  map.write_to(writer);
}

void write(Writer& writer, const ZkRequest& request, MapOrder order) {
  OrderedMap map(order);
  write_array(map.put("systemSpecs"), request.system_specs,
              [&](Writer& to, const ZkSystemSpec& spec) { write(to, spec, order); });
  map.put("zkRequired").boolean(request.zk_required);
  map.members(request.others);
  map.write_to(writer);
}

void write(Writer& writer, const DocRequestInfo& info, MapOrder order) {
  OrderedMap map(order);
  if (!info.alternative_data_elements.empty()) {
    write_array(map.put("alternativeDataElements"), info.alternative_data_elements,
                [&](Writer& to, const auto& alternatives) { write(to, alternatives, order); });
  }
  if (!info.issuer_identifiers.empty()) {
    write_array(map.put("issuerIdentifiers"), info.issuer_identifiers,
                [](Writer& to, const SharedBytes& identifier) { to.bytes(identifier.view()); });
  }
  if (info.unique_doc_set_required) map.put("uniqueDocSetRequired").boolean(*info.unique_doc_set_required);
  if (info.maximum_response_size) map.put("maximumResponseSize").uint(*info.maximum_response_size);
  if (info.zk_request) write(map.put("zkRequest"), *info.zk_request, order);
  if (info.doc_response_encryption) map.put("docResponseEncryption").raw(info.doc_response_encryption->bytes());
  map.members(info.others);
  map.write_to(writer);
}

Bytes encode(const ItemsRequest& request, MapOrder order) {
  OrderedMap map(order);
  map.put("docType").text(request.doc_type.str());
  write_map_of(map.put("nameSpaces"), request.name_spaces, order, [&](Writer& to, const DataElements& elements) {
    write_map_of(to, elements, order, [](Writer& each, IntentToRetain retain) { each.boolean(retain); });
  });
  if (request.request_info) write(map.put("requestInfo"), *request.request_info, order);
  map.members(request.others);
  return map.encode();
}

void write(Writer& writer, const UseCase& use_case, MapOrder order) {
  OrderedMap map(order);
  map.put("mandatory").boolean(use_case.mandatory);
  write_array(map.put("documentSets"), use_case.document_sets, [](Writer& to, const DocumentSet& set) {
    write_array(to, set, [](Writer& each, DocRequestID id) { each.uint(id); });
  });
  if (!use_case.purpose_hints.empty()) {
    OrderedMap hints(order);
    for (const auto& [controller, code] : use_case.purpose_hints) hints.put(controller).integer(code);
    hints.write_to(map.put("purposeHints"));
  }
  map.members(use_case.others);
  map.write_to(writer);
}

Bytes encode(const DeviceRequestInfo& info, MapOrder order) {
  OrderedMap map(order);
  if (!info.use_cases.empty()) {
    write_array(map.put("useCases"), info.use_cases,
                [&](Writer& to, const UseCase& use_case) { write(to, use_case, order); });
  }
  map.members(info.others);
  return map.encode();
}

Bytes encode(const EncryptionParameters& parameters, MapOrder order) {
  OrderedMap map(order);
  cose::encode_cose_key(map.put("recipientPublicKey"), parameters.recipient_public_key);
  if (parameters.nonce) map.put("nonce").bytes(parameters.nonce->view());
  if (!parameters.recipient_certificate.empty()) {
    write_array(map.put("recipientCertificate"), parameters.recipient_certificate,
                [](Writer& to, const SharedBytes& certificate) { to.bytes(certificate.view()); });
  }
  map.members(parameters.others);
  return map.encode();
}

void write(Writer& writer, const DocRequest& request, MapOrder order) {
  OrderedMap map(order);
  map.put("itemsRequest").raw(request.items_request.bytes());
  if (request.reader_auth) map.put("readerAuth").raw(request.reader_auth->encoded.view());
  map.members(request.others);
  map.write_to(writer);
}

Bytes encode(const DeviceRequest& request, MapOrder order) {
  OrderedMap map(order);
  map.put("version").text(request.version);
  write_array(map.put("docRequests"), request.doc_requests,
              [&](Writer& to, const DocRequest& doc_request) { write(to, doc_request, order); });
  if (request.device_request_info) map.put("deviceRequestInfo").raw(request.device_request_info->bytes());
  if (!request.reader_auth_all.empty()) {
    write_array(map.put("readerAuthAll"), request.reader_auth_all,
                [](Writer& to, const ReaderAuthAll& auth) { to.raw(auth.encoded.view()); });
  }
  if (!request.mac_keys.empty()) {
    write_array(map.put("macKeys"), request.mac_keys,
                [](Writer& to, const crypto::EcPublicKey& key) { cose::encode_cose_key(to, key); });
  }
  map.members(request.others);
  return map.encode();
}

Error bad_argument(const Error& refused) { return {.code = Errc::bad_argument, .where = refused.where}; }

/// What a strict receiver would refuse is an error of whoever asked for it: the decoder knows every
/// rule of the structure already.
template <class T, class Decode>
Result<cbor::Encoded<T>> checked(T value, const Bytes& encoded, const Path& where, const Decode& decode) {
  const auto decoded = decode_whole(SharedBytes::copy_of(encoded), {.level = Level::strict}, where, decode);
  if (!decoded) return bad_argument(decoded.error());
  return cbor::Encoded<T>(std::move(value), encoded);
}

}  // namespace

std::string_view version_of(const DeviceRequest& request) noexcept {
  const bool extended = request.device_request_info || !request.reader_auth_all.empty() || !request.mac_keys.empty();
  return extended ? "1.1" : "1.0";
}

Result<ItemsRequestBytes> encode_items_request(ItemsRequest items_request, MapOrder order) {
  const Bytes encoded = encode(items_request, order);
  return checked(std::move(items_request), encoded, "ItemsRequest", decode_items_request);
}

Result<DeviceRequestInfoBytes> encode_device_request_info(DeviceRequestInfo info, MapOrder order) {
  const Bytes encoded = encode(info, order);
  return checked(std::move(info), encoded, "DeviceRequestInfo", decode_device_request_info);
}

Result<cbor::Encoded<EncryptionParameters>> encode_encryption_parameters(EncryptionParameters parameters,
                                                                         MapOrder order) {
  const Bytes encoded = encode(parameters, order);
  return checked(std::move(parameters), encoded, "EncryptionParameters", decode_encryption_parameters);
}

Result<DeviceRequest> build_device_request(std::vector<DocRequest> doc_requests, DeviceRequestOptions options) {
  DeviceRequest request{.version = {},
                        .doc_requests = std::move(doc_requests),
                        .device_request_info = std::move(options.device_request_info),
                        .reader_auth_all = std::move(options.reader_auth_all),
                        .mac_keys = std::move(options.mac_keys),
                        .others = std::move(options.others)};
  request.version = version_of(request);
  request.encoded = SharedBytes::take(encode(request, options.order));
  const auto decoded = decode_device_request(request.encoded);
  if (!decoded) return bad_argument(decoded.error());
  return request;
}

Result<DeviceRequest> build_device_request(DocType doc_type, NameSpaces name_spaces) {
  MDOC_TRY(auto items_request,
           encode_items_request({.doc_type = std::move(doc_type), .name_spaces = std::move(name_spaces)}));
  std::vector<DocRequest> doc_requests;
  doc_requests.push_back({.items_request = std::move(items_request)});
  return build_device_request(std::move(doc_requests));
}

}  // namespace mdoc::model
