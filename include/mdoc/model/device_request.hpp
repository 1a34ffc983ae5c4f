#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// What the mdoc reader asks for (ISO/IEC 18013-5:2021, 8.3.2.1.2.1; second edition, 10.2; macKeys:
/// TS 18013-7, A.5).

namespace mdoc::model {

/// `[ NameSpace, DataElementIdentifier ]`
struct ElementReference {
  NameSpace name_space;
  ElementIdentifier element;
  friend bool operator==(const ElementReference&, const ElementReference&) = default;
};
using AlternativeElementSet = std::vector<ElementReference>;

/// What may be returned in place of one requested element: all elements of one set, the first
/// possible one being preferred.
struct AlternativeDataElementsSet {
  ElementReference requested_element;                           ///< "requestedElement"
  std::vector<AlternativeElementSet> alternative_element_sets;  ///< "alternativeElementSets"
  cbor::UnknownMembers others{};
};

/// A zero-knowledge proof system that the reader offers.
struct ZkSystemSpec {
  std::string zk_system_id;     ///< "zkSystemId"
  std::string system;           ///< "system"
  cbor::UnknownMembers params;  ///< "params"
  cbor::UnknownMembers others{};
};
struct ZkRequest {
  std::vector<ZkSystemSpec> system_specs;  ///< "systemSpecs"
  bool zk_required = false;                ///< "zkRequired"
  cbor::UnknownMembers others{};
};

/// To whom documents are encrypted (second edition, 12.6).
struct EncryptionParameters {
  crypto::EcPublicKey recipient_public_key;          ///< "recipientPublicKey"
  std::optional<SharedBytes> nonce{};                ///< "nonce"
  std::vector<SharedBytes> recipient_certificate{};  ///< "recipientCertificate", DER, end entity first
  cbor::UnknownMembers others{};
};

/// Members of the second edition (10.2.4). In the first one any text key was allowed here.
struct DocRequestInfo {
  std::vector<AlternativeDataElementsSet> alternative_data_elements{};  ///< "alternativeDataElements"
  std::vector<SharedBytes> issuer_identifiers{};                        ///< "issuerIdentifiers": key identifiers
  std::optional<bool> unique_doc_set_required{};                        ///< "uniqueDocSetRequired"
  std::optional<std::uint64_t> maximum_response_size{};                 ///< "maximumResponseSize", bytes
  std::optional<ZkRequest> zk_request{};                                ///< "zkRequest"
  std::optional<cbor::Encoded<EncryptionParameters>> doc_response_encryption{};  ///< "docResponseEncryption"
  cbor::UnknownMembers others{};                                                 ///< extensions
};

/// true: the reader will store the element beyond the transaction.
using IntentToRetain = bool;
/// `{ + DataElementIdentifier => IntentToRetain }`, in the order received or given.
using DataElements = std::vector<std::pair<ElementIdentifier, IntentToRetain>>;
/// `{ + NameSpace => DataElements }`
using NameSpaces = std::vector<std::pair<NameSpace, DataElements>>;

struct ItemsRequest {
  DocType doc_type;                              ///< "docType"
  NameSpaces name_spaces;                        ///< "nameSpaces"
  std::optional<DocRequestInfo> request_info{};  ///< "requestInfo"
  cbor::UnknownMembers others{};
};
/// `#6.24(bstr .cbor ItemsRequest)`: bytes() is what ReaderAuthentication covers.
using ItemsRequestBytes = cbor::Encoded<ItemsRequest>;
using ReaderAuth = cose::CoseSign1;     ///< payload nil: ReaderAuthenticationBytes
using ReaderAuthAll = cose::CoseSign1;  ///< payload nil: ReaderAuthenticationAllBytes

struct DocRequest {
  ItemsRequestBytes items_request;          ///< "itemsRequest"
  std::optional<ReaderAuth> reader_auth{};  ///< "readerAuth"
  cbor::UnknownMembers others{};
};

/// Index into DeviceRequest.docRequests.
using DocRequestID = std::uint64_t;
/// `[ + DocRequestID ]`: answered by all of them.
using DocumentSet = std::vector<DocRequestID>;

/// `{ + PurposeControllerId => PurposeCode }`
using PurposeHints = std::vector<std::pair<std::string, std::int64_t>>;

/// Satisfied by exactly one of its document sets (second edition, 10.2.5).
struct UseCase {
  bool mandatory = false;                  ///< "mandatory"
  std::vector<DocumentSet> document_sets;  ///< "documentSets"
  PurposeHints purpose_hints{};            ///< "purposeHints"
  cbor::UnknownMembers others{};
};

struct DeviceRequestInfo {
  std::vector<UseCase> use_cases{};  ///< "useCases"
  cbor::UnknownMembers others{};     ///< extensions
};
/// `#6.24(bstr .cbor DeviceRequestInfo)`: bytes() is what ReaderAuthenticationAll covers.
using DeviceRequestInfoBytes = cbor::Encoded<DeviceRequestInfo>;

struct DeviceRequest {
  std::string version;                                          ///< "version"
  std::vector<DocRequest> doc_requests;                         ///< "docRequests"
  std::optional<DeviceRequestInfoBytes> device_request_info{};  ///< "deviceRequestInfo"
  std::vector<ReaderAuthAll> reader_auth_all{};                 ///< "readerAuthAll"
  std::vector<crypto::EcPublicKey> mac_keys{};                  ///< "macKeys", one for each curve
  cbor::UnknownMembers others{};
  SharedBytes encoded{};  ///< the whole, as received or built
};

/// Reads a DeviceRequest of either edition. An unknown major version is a fact, not a failure.
/// Deviations: request_version, request_info_empty, request_info_untagged, request_null_member,
/// request_flat_alternatives, request_zk_first_draft, request_identifier_bytes (an element that is passed over, so that
/// a name space may come out empty).
/// @return malformed/empty_structure: no docRequest, name space or element, or a set of documents or of
///         alternatives without content; bad_value: a document set names a DocRequest that is not
///         there, or macKeys has a curve twice
[[nodiscard]] MDOC_EXPORT Result<DeviceRequest> decode_device_request(SharedBytes encoded,
                                                                      const cbor::DecodeContext& context = {});

/// Fixes the bytes of an ItemsRequest, which reader authentication then signs.
/// @return usage/bad_argument: something that must not be empty is, or comes twice
[[nodiscard]] MDOC_EXPORT Result<ItemsRequestBytes> encode_items_request(ItemsRequest items_request,
                                                                         MapOrder order = MapOrder::sorted);
/// @return usage/bad_argument as above
[[nodiscard]] MDOC_EXPORT Result<DeviceRequestInfoBytes> encode_device_request_info(DeviceRequestInfo info,
                                                                                    MapOrder order = MapOrder::sorted);
/// For docResponseEncryption. @return usage/bad_argument as above
[[nodiscard]] MDOC_EXPORT Result<cbor::Encoded<EncryptionParameters>> encode_encryption_parameters(
    EncryptionParameters parameters, MapOrder order = MapOrder::sorted);

/// What a request has beside its docRequests; all of it belongs to version 1.1.
struct DeviceRequestOptions {
  std::optional<DeviceRequestInfoBytes> device_request_info{};
  std::vector<ReaderAuthAll> reader_auth_all{};
  std::vector<crypto::EcPublicKey> mac_keys{};
  MapOrder order = MapOrder::sorted;
  cbor::UnknownMembers others{};  ///< further members of the DeviceRequest; no signature covers them
};

/// Puts a DeviceRequest together and encodes it:
///
///     MDOC_TRY(auto items, encode_items_request({.doc_type = mdl, .name_spaces = name_spaces, .request_info = info}));
///     MDOC_TRY(auto request, build_device_request({{.items_request = std::move(items)}}));
///
/// Version 1.0, or 1.1 when `options` adds anything (second edition, 10.2.2).
/// @return usage/bad_argument: no docRequest, or what decode_device_request() would refuse
[[nodiscard]] MDOC_EXPORT Result<DeviceRequest> build_device_request(std::vector<DocRequest> doc_requests,
                                                                     DeviceRequestOptions options = {});
/// Asks for elements of one docType and nothing else:
///
///     build_device_request(DocType("org.iso.18013.5.1.mDL"),
///                          {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("age_over_18"), false}}}});
///
/// @return usage/bad_argument: something is empty or comes twice
[[nodiscard]] MDOC_EXPORT Result<DeviceRequest> build_device_request(DocType doc_type, NameSpaces name_spaces);

}  // namespace mdoc::model
