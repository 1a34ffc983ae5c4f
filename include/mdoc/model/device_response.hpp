#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/device_signed.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// What the mdoc returns (ISO/IEC 18013-5:2021, 8.3.2.1.2.2; second edition, 10.3).

namespace mdoc::model {

/// 0: data not returned, no reason given. Other positive values are reserved, negative ones belong to
/// applications (8.3.2.1.2.3). None is authenticated.
using ErrorCode = std::int64_t;
/// `{ + NameSpace => { + DataElementIdentifier => ErrorCode } }`
using Errors = std::vector<std::pair<NameSpace, std::vector<std::pair<ElementIdentifier, ErrorCode>>>>;

struct Document {
  DocType doc_type;            ///< "docType"
  IssuerSigned issuer_signed;  ///< "issuerSigned"
  /// "deviceSigned". Mandatory in a presentation, which `verification` judges; stored documents have none.
  std::optional<DeviceSigned> device_signed{};
  Errors errors{};  ///< "errors"
  cbor::UnknownMembers others{};
};

/// Why a whole document was not returned.
struct DocumentError {
  DocType doc_type;
  ErrorCode code = 0;
};

/// One element of an array of the peer, decoded on its own, so that a broken one leaves the others.
template <class T>
struct Decoded {
  Result<T> value;
  SharedBytes encoded;  ///< as received, also of one that does not decode
};

/// An element whose value a proof vouches for (second edition, 10.3.4).
struct ZkSignedItem {
  ElementIdentifier element_identifier;  ///< "elementIdentifier"
  DataElementValue element_value;        ///< "elementValue"
  cbor::UnknownMembers others{};
};
/// `{ + NameSpace => [ + ZkSignedItem ] }`
using ZkNameSpaces = std::vector<std::pair<NameSpace, std::vector<ZkSignedItem>>>;

struct ZkDocumentData {
  DocType doc_type;              ///< "docType"
  std::string zk_system_id;      ///< "zkSystemId", as in the request
  DataElementValue timestamp;    ///< "timestamp": full-date, in the field also tdate or text
  ZkNameSpaces issuer_signed{};  ///< "issuerSigned"
  ZkNameSpaces device_signed{};  ///< "deviceSigned"
  cose::X5Chain mso_x5chain{};   ///< "msoX5chain"
  cbor::UnknownMembers others{};
};

/// A zero-knowledge proof in the place of a Document.
struct ZkDocument {
  cbor::Encoded<ZkDocumentData> document_data;  ///< "documentData"
  SharedBytes proof;                            ///< "proof"
  cbor::UnknownMembers others{};
};

/// Documents encrypted to the recipient whom docResponseEncryption named (second edition, 10.3.5).
struct EncryptedDocuments {
  SharedBytes enc;                   ///< "enc"
  SharedBytes cipher_text;           ///< "cipherText", with its tag
  std::uint64_t doc_request_id = 0;  ///< "docRequestID"
  cbor::UnknownMembers others{};
};

/// What they decrypt to.
struct EncryptedDocumentsPlaintext {
  std::vector<Decoded<Document>> documents{};       ///< "documents"
  std::vector<Decoded<ZkDocument>> zk_documents{};  ///< "zkDocuments"
  cbor::UnknownMembers others{};
};

/// 8.3.2.1.2.3. Any number may come; other ones mean the same as general_error.
enum class ResponseStatus : std::uint64_t {
  ok = 0,
  general_error = 10,
  cbor_decoding_error = 11,    ///< the request is no CBOR
  cbor_validation_error = 12,  ///< the request is CBOR of another structure
};

struct DeviceResponse {
  std::string version = "1.0";                                     ///< "version"
  std::vector<Decoded<Document>> documents{};                      ///< "documents"
  std::vector<Decoded<ZkDocument>> zk_documents{};                 ///< "zkDocuments"
  std::vector<Decoded<EncryptedDocuments>> encrypted_documents{};  ///< "encryptedDocuments"
  std::vector<DocumentError> document_errors{};                    ///< "documentErrors"
  ResponseStatus status = ResponseStatus::ok;                      ///< "status"
  cbor::UnknownMembers others{};
  SharedBytes encoded{};  ///< the whole, as received
};

/// Reads a DeviceResponse. Fails only where the outer structure is unreadable; a document that does
/// not decode is an Error among the documents. An unknown major version is a fact, not a failure.
/// Deviations: documents_empty, document_errors_empty, document_error_pairs,
/// response_documents_despite_status, name_spaces_empty.
[[nodiscard]] MDOC_EXPORT Result<DeviceResponse> decode_device_response(SharedBytes encoded,
                                                                        const cbor::DecodeContext& context = {});
/// Reads one Document, of a response or stored: whether deviceSigned has to be there is judged by `verification`, as
/// every signature is. Deviations: document_errors_empty, and those of decode_issuer_signed() and
/// decode_device_signed().
/// @return malformed/missing_element: no docType or no issuerSigned; further as decode_issuer_signed() and
///         decode_device_signed()
[[nodiscard]] MDOC_EXPORT Result<Document> decode_document(cbor::Reader& reader);
/// @param plaintext the decrypted EncryptedDocumentsPlaintext
/// @param where     prefix of the path in errors and deviations
[[nodiscard]] MDOC_EXPORT Result<EncryptedDocumentsPlaintext> decode_encrypted_documents_plaintext(
    SharedBytes plaintext, const cbor::DecodeContext& context = {}, const Path& where = "EncryptedDocumentsPlaintext");

/// A DeviceResponse of ours, before it is encoded.
struct DeviceResponseContent {
  std::string version = "1.0";
  std::vector<Document> documents{};
  std::vector<ZkDocument> zk_documents{};
  std::vector<EncryptedDocuments> encrypted_documents{};
  std::vector<DocumentError> document_errors{};
  ResponseStatus status = ResponseStatus::ok;
};

/// What came from the issuer or was signed is written byte for byte. Empty members are left out.
/// @return usage/bad_argument: documents beside a status other than ok (8.3.2.1.2.3)
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_device_response(const DeviceResponseContent& content,
                                                               MapOrder order = MapOrder::sorted);
/// Fixes the bytes of ZkDocumentData, on which a verifier of the proof relies. Values are written byte for byte.
[[nodiscard]] MDOC_EXPORT cbor::Encoded<ZkDocumentData> encode_zk_document_data(ZkDocumentData data,
                                                                                MapOrder order = MapOrder::sorted);
MDOC_EXPORT void encode_document(cbor::Writer& writer, const Document& document, MapOrder order = MapOrder::sorted);
/// What EncryptedDocuments encrypt. @pre not both empty
[[nodiscard]] MDOC_EXPORT Bytes encode_encrypted_documents_plaintext(const std::vector<Document>& documents,
                                                                     const std::vector<ZkDocument>& zk_documents = {});

}  // namespace mdoc::model
