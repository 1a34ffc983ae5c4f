// Reading a DeviceRequest. Writing one: device_request_encode.cpp.
#include "mdoc/model/device_request.hpp"

#include <algorithm>
#include <functional>

#include "core/try.hpp"
#include "mdoc/core/version.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "model/coding.hpp"
#include "model/request_decoding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

// ---- combinators ------------------------------------------------------------------------------

/// Notes where the item begins, for checks that come when more is known.
template <class Read>
auto at_offset(std::uint32_t& offset, Read read) {
  return [&offset, read = std::move(read)](Reader& reader) {
    offset = reader.offset();
    return std::invoke(read, reader);
  };
}

/// A list of which the CDDL wants one entry at least, and whose absence means the same.
template <class Read>
auto list_of(Read read) {
  return not_empty(Rule::request_info_empty, cbor::array_of(std::move(read)));
}

Result<crypto::EcPublicKey> read_key(Reader& reader) { return cose::decode_cose_key(reader); }
Result<cose::CoseSign1> read_signature(Reader& reader) { return cose::decode_cose_sign1(reader); }

// ---- alternative elements ---------------------------------------------------------------------

/// ElementReference = [ NameSpace, DataElementIdentifier ]
Result<ElementReference> decode_element_reference(Reader& reader) {
  ElementReference reference;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("nameSpace", reference.name_space, &Reader::read_text),
                              cbor::element("elementIdentifier", reference.element, &Reader::read_text)));
  return reference;
}

/// `read`, where all that share `count` are together no more than one array may have: lists within lists multiply.
template <class Read>
auto counted(std::size_t& count, Read read) {
  return [&count, read = std::move(read)](Reader& reader) -> decltype(std::invoke(read, reader)) {
    if (++count > reader.limits().max_entries) return reader.fail(Errc::too_many);
    return std::invoke(read, reader);
  };
}

/// The form of an early draft, `[ 2* ElementReference ]`: the element that is asked for, then what may
/// come in its place.
Result<AlternativeDataElementsSet> decode_flat_alternatives(Reader& reader, std::size_t& count) {
  MDOC_TRY(auto references, cbor::read_array(reader, counted(count, decode_element_reference)));
  if (references.size() < 2) return reader.fail(Errc::empty_structure);
  MDOC_CHECK(reader.deviation(Rule::request_flat_alternatives));
  AlternativeDataElementsSet set{.requested_element = std::move(references.front()), .alternative_element_sets = {}};
  std::for_each(references.begin() + 1, references.end(), [&](ElementReference& alternative) {
    set.alternative_element_sets.emplace_back().push_back(std::move(alternative));
  });
  return set;
}

/// @param count  element references of the DocRequest so far
Result<AlternativeDataElementsSet> decode_alternatives(Reader& reader, std::size_t& count) {
  if (reader.next_is(cbor::Type::array)) return decode_flat_alternatives(reader, count);
  AlternativeDataElementsSet set;
  // An empty set would be there always, and so answer for anything: not only a deviation.
  const auto element_set = not_empty(cbor::array_of(counted(count, decode_element_reference)));
  // AlternativeDataElementsSet = { "requestedElement" : ElementReference,
  //                                "alternativeElementSets" : [ + [ + ElementReference ] ], * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, set.others, cbor::required("requestedElement", set.requested_element, decode_element_reference),
      cbor::required("alternativeElementSets", set.alternative_element_sets, not_empty(cbor::array_of(element_set)))));
  return set;
}

// ---- zero-knowledge request -------------------------------------------------------------------

Result<cbor::UnknownMembers> read_members(Reader& reader) {
  cbor::UnknownMembers members;
  MDOC_CHECK(cbor::read_map(reader, members));
  return members;
}

Result<ZkSystemSpec> decode_zk_system_spec(Reader& reader) {
  ZkSystemSpec spec;
  std::optional<std::string> id;
  std::optional<ByteView> draft_id;
  // ZkSystemSpec = { "zkSystemId" : tstr, "system" : tstr, "params" : { * tstr => Ext }, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, spec.others, cbor::optional("zkSystemId", id, &Reader::read_string),
                            cbor::optional("id", draft_id, &Reader::read_raw),
                            cbor::required("system", spec.system, &Reader::read_text),
                            cbor::required("params", spec.params, read_members)));
  if (id) {
    spec.zk_system_id = *std::move(id);
    if (draft_id) {  // then it means something else
      cbor::Writer key;
      key.text("id");
      spec.others.push_back({.key = SharedBytes::take(std::move(key).take()), .value = reader.slice(*draft_id)});
    }
    return spec;
  }
  const auto scope = reader.at("zkSystemId");
  if (!draft_id) return reader.fail(Errc::missing_element);
  Reader nested = reader.within(*draft_id);
  MDOC_TRY(spec.zk_system_id, nested.read_string());
  MDOC_CHECK(nested.deviation(Rule::request_zk_first_draft));
  return spec;
}

Result<ZkRequest> decode_zk_request(Reader& reader) {
  ZkRequest request;
  std::optional<bool> required;
  // ZkRequest = { "systemSpecs" : [ + ZkSystemSpec ], "zkRequired" : bool, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, request.others,
      cbor::required("systemSpecs", request.system_specs, not_empty(cbor::array_of(decode_zk_system_spec))),
      cbor::optional("zkRequired", required, &Reader::read_bool)));
  if (!required) MDOC_CHECK(reader.deviation(Rule::request_zk_first_draft));
  request.zk_required = required.value_or(false);
  return request;
}

// ---- DocRequest -------------------------------------------------------------------------------

/// DataElements = { + DataElementIdentifier => IntentToRetain }. A key that is a byte string is the identifier of
/// nothing, also where its bytes are those of a name: browsers let such requests pass.
Result<DataElements> read_data_elements(Reader& reader) {
  DataElements elements;
  bool is_empty = true;
  auto map = reader.enter_map();
  while (map.next()) {
    const auto scope = reader.at(map.index());
    is_empty = false;
    const auto identifier = map.key().text();
    if (!identifier && map.key().type() != cbor::Type::bytes) return map.refuse_key();
    if (identifier && identifier->size() > reader.limits().max_identifier) return map.refuse_key(Errc::too_large);
    MDOC_TRY(const IntentToRetain intent, reader.read_bool());
    if (identifier) {
      elements.emplace_back(ElementIdentifier(*identifier), intent);
    } else {
      MDOC_CHECK(reader.deviation(Rule::request_identifier_bytes));
    }
  }
  MDOC_CHECK(map.finish());
  if (is_empty) return reader.fail(Errc::empty_structure);
  return elements;
}

bool is_empty(const DocRequestInfo& info) noexcept {
  return info.alternative_data_elements.empty() && info.issuer_identifiers.empty() && !info.unique_doc_set_required &&
         !info.maximum_response_size && !info.zk_request && !info.doc_response_encryption && info.others.empty();
}

Result<DocRequestInfo> decode_doc_request_info(Reader& reader) {
  DocRequestInfo info;
  std::size_t references = 0;
  const auto alternatives = [&references](Reader& from) { return decode_alternatives(from, references); };
  // DocRequestInfo = { ? "alternativeDataElements" : [ + AlternativeDataElementsSet ],
  //                    ? "issuerIdentifiers" : [ + bstr ], ? "uniqueDocSetRequired" : bool,
  //                    ? "maximumResponseSize" : uint, ? "zkRequest" : ZkRequest,
  //                    ? "docResponseEncryption" : EncryptionParametersBytes, * tstr => Ext }
  MDOC_CHECK(
      cbor::read_map(reader, info.others,
                     cbor::optional("alternativeDataElements", info.alternative_data_elements, list_of(alternatives)),
                     cbor::optional("issuerIdentifiers", info.issuer_identifiers, list_of(&Reader::read_bytes_shared)),
                     cbor::optional("uniqueDocSetRequired", info.unique_doc_set_required, &Reader::read_bool),
                     cbor::optional("maximumResponseSize", info.maximum_response_size, &Reader::read_uint),
                     cbor::optional("zkRequest", info.zk_request, decode_zk_request),
                     cbor::optional("docResponseEncryption", info.doc_response_encryption,
                                    cbor::encoded(decode_encryption_parameters))));
  if (is_empty(info)) MDOC_CHECK(reader.deviation(Rule::request_info_empty));
  return info;
}

Result<DocRequest> decode_doc_request(Reader& reader) {
  DocRequest request;
  // DocRequest = { "itemsRequest" : ItemsRequestBytes, ? "readerAuth" : ReaderAuth, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, request.others,
                            cbor::required("itemsRequest", request.items_request, cbor::encoded(decode_items_request)),
                            cbor::optional("readerAuth", request.reader_auth,
                                           or_null(Rule::request_null_member, request.reader_auth, read_signature))));
  return request;
}

// ---- DeviceRequestInfo ------------------------------------------------------------------------

/// @param count  document sets of the request so far
Result<UseCase> decode_use_case(Reader& reader, std::size_t& count) {
  UseCase use_case;
  // An empty document set would be answered by nothing: not only a deviation.
  const auto document_set =
      counted(count, not_empty(cbor::array_of(&Reader::read_uint, reader.limits().max_documents)));
  const auto hints = not_empty(Rule::request_info_empty, cbor::map_of<std::string>(&Reader::read_int));
  // UseCase = { "mandatory" : bool, "documentSets" : [ + [ + DocRequestID ] ],
  //             ? "purposeHints" : { + PurposeControllerId => PurposeCode }, * tstr => RFU }
  MDOC_CHECK(
      cbor::read_map(reader, use_case.others, cbor::required("mandatory", use_case.mandatory, &Reader::read_bool),
                     cbor::required("documentSets", use_case.document_sets, not_empty(cbor::array_of(document_set))),
                     cbor::optional("purposeHints", use_case.purpose_hints, hints)));
  return use_case;
}

/// DeviceRequestInfoBytes = #6.24(bstr .cbor DeviceRequestInfo); in the field also the bare map, which
/// reader authentication then covers as it is.
Result<DeviceRequestInfoBytes> read_device_request_info(Reader& reader) {
  if (!reader.next_is(cbor::Type::map)) return cbor::read_encoded(reader, decode_device_request_info);
  MDOC_TRY(const ByteView raw, reader.read_raw());
  Reader nested = reader.within(raw);
  MDOC_CHECK(nested.deviation(Rule::request_info_untagged));
  MDOC_TRY(DeviceRequestInfo info, decode_device_request_info(nested));
  const SharedBytes item = reader.slice(raw);
  return DeviceRequestInfoBytes(std::move(info), item, item.view());
}

// ---- DeviceRequest ----------------------------------------------------------------------------

bool names_missing_request(const DeviceRequestInfo& info, std::size_t doc_requests) {
  return std::ranges::any_of(info.use_cases, [&](const UseCase& use_case) {
    return std::ranges::any_of(use_case.document_sets, [&](const DocumentSet& set) {
      return std::ranges::any_of(set, [&](DocRequestID id) { return id >= doc_requests; });
    });
  });
}

/// TS 18013-7, A.5: one key for each curve.
Result<std::vector<crypto::EcPublicKey>> read_mac_keys(Reader& reader) {
  std::vector<crypto::EcPublicKey> keys;
  auto array = reader.enter_array();
  while (array.next()) {
    const std::uint32_t begin = reader.offset();
    MDOC_TRY(auto key, read_key(reader));
    if (std::ranges::find(keys, key.curve, &crypto::EcPublicKey::curve) != keys.end()) {
      return reader.fail(Errc::bad_value, begin);
    }
    keys.push_back(std::move(key));
  }
  MDOC_CHECK(array.finish());
  return keys;
}

Result<DeviceRequest> decode(Reader& reader) {
  DeviceRequest request;
  std::uint32_t version_offset = 0, info_offset = 0;
  const auto doc_requests = not_empty(cbor::array_of(decode_doc_request, reader.limits().max_documents));
  const auto mac_keys = not_empty(Rule::request_info_empty, read_mac_keys);
  // DeviceRequest = { "version" : tstr, "docRequests" : [ + DocRequest ],
  //                   ? "deviceRequestInfo" : DeviceRequestInfoBytes, ? "readerAuthAll" : [ + ReaderAuthAll ],
  //                   ? "macKeys" : [ + COSE_Key ], * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, request.others, cbor::required("version", request.version, at_offset(version_offset, &Reader::read_text)),
      cbor::required("docRequests", request.doc_requests, doc_requests),
      cbor::optional("deviceRequestInfo", request.device_request_info,
                     at_offset(info_offset, or_null(Rule::request_null_member, request.device_request_info,
                                                    read_device_request_info))),
      cbor::optional("readerAuthAll", request.reader_auth_all,
                     or_null(Rule::request_null_member, request.reader_auth_all, list_of(read_signature))),
      cbor::optional("macKeys", request.mac_keys, or_null(Rule::request_null_member, request.mac_keys, mac_keys))));

  if (request.device_request_info &&
      names_missing_request(**request.device_request_info, request.doc_requests.size())) {
    const auto scope = reader.at("deviceRequestInfo");
    return reader.fail(Errc::bad_value, info_offset);
  }
  const auto version = parse_version(request.version);
  if (version && version->major == 1 && version->minor <= 1 && request.version != version_of(request)) {
    MDOC_CHECK(cbor::deviation(reader.context(), Rule::request_version, reader.path() / "version", version_offset));
  }
  return request;
}

}  // namespace

Result<ItemsRequest> decode_items_request(Reader& reader) {
  const auto name_spaces = [](Reader& field) { return read_name_spaces(field, read_data_elements); };
  ItemsRequest request;
  // ItemsRequest = { "docType" : DocType, "nameSpaces" : { + NameSpace => { + DataElementIdentifier => bool } },
  //                  ? "requestInfo" : DocRequestInfo, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, request.others, cbor::required("docType", request.doc_type, &Reader::read_text),
      cbor::required("nameSpaces", request.name_spaces, not_empty(name_spaces)),
      cbor::optional("requestInfo", request.request_info,
                     or_null(Rule::request_null_member, request.request_info, decode_doc_request_info))));
  return request;
}

Result<EncryptionParameters> decode_encryption_parameters(Reader& reader) {
  EncryptionParameters parameters;
  // EncryptionParameters = { "recipientPublicKey" : COSE_Key, ? "nonce" : bstr,
  //                          ? "recipientCertificate" : [ + bstr ], * tstr => RFU }
  MDOC_CHECK(cbor::read_map(
      reader, parameters.others, cbor::required("recipientPublicKey", parameters.recipient_public_key, read_key),
      cbor::optional("nonce", parameters.nonce, &Reader::read_bytes_shared),
      cbor::optional("recipientCertificate", parameters.recipient_certificate, list_of(&Reader::read_bytes_shared))));
  return parameters;
}

Result<DeviceRequestInfo> decode_device_request_info(Reader& reader) {
  DeviceRequestInfo info;
  std::size_t document_sets = 0;
  const auto use_case = [&document_sets](Reader& from) { return decode_use_case(from, document_sets); };
  // DeviceRequestInfo = { ? "useCases" : [ + UseCase ], * tstr => Ext }
  MDOC_CHECK(cbor::read_map(reader, info.others, cbor::optional("useCases", info.use_cases, list_of(use_case))));
  if (info.use_cases.empty() && info.others.empty()) MDOC_CHECK(reader.deviation(Rule::request_info_empty));
  return info;
}

Result<DeviceRequest> decode_device_request(SharedBytes encoded, const cbor::DecodeContext& context) {
  MDOC_TRY(DeviceRequest request, decode_whole(encoded, context, "DeviceRequest", decode));
  request.encoded = std::move(encoded);
  return request;
}

}  // namespace mdoc::model
