#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// The MobileSecurityObject (ISO/IEC 18013-5:2021, 9.1.2.4; second edition, 12.3.4 to 12.3.6). Facts
/// only: whether dates fit together, an algorithm is known or a digest has the right length is
/// judged by `verification`.

namespace mdoc::model {

/// Whole UTC seconds, all inclusive.
struct ValidityInfo {
  UtcSeconds signed_at{};                       ///< "signed"
  UtcSeconds valid_from{};                      ///< "validFrom"
  UtcSeconds valid_until{};                     ///< "validUntil"
  std::optional<UtcSeconds> expected_update{};  ///< "expectedUpdate"
  cbor::UnknownMembers others{};
};

/// Which elements the device key may sign (9.1.2.4): all of a name space, or single ones. `verification` holds
/// what the device signed against them.
struct KeyAuthorizations {
  std::vector<NameSpace> name_spaces{};                                               ///< "nameSpaces"
  std::vector<std::pair<NameSpace, std::vector<ElementIdentifier>>> data_elements{};  ///< "dataElements"
  cbor::UnknownMembers others{};
};

/// Whether the device may state this element: its name space is authorised as a whole, or the element by itself.
/// Without authorisations it may state nothing (second edition, 12.8.2).
[[nodiscard]] MDOC_EXPORT bool authorizes(const std::optional<KeyAuthorizations>& authorizations,
                                          const NameSpace& name_space, const ElementIdentifier& element) noexcept;

struct DeviceKeyInfo {
  crypto::EcPublicKey device_key;                         ///< "deviceKey", not checked to be on its curve
  std::optional<KeyAuthorizations> key_authorizations{};  ///< "keyAuthorizations"
  std::optional<SharedBytes> key_info{};                  ///< "keyInfo", an encoded map
  cbor::UnknownMembers others{};
};

/// Place of this MSO in a token status list (second edition, 12.3.6).
struct StatusListInfo {
  std::uint64_t idx = 0;                     ///< "idx"
  std::string uri;                           ///< "uri"
  std::optional<SharedBytes> certificate{};  ///< "certificate", DER
  cbor::UnknownMembers others{};
};

/// Name of this MSO in an identifier list (second edition, 12.3.6).
struct IdentifierListInfo {
  SharedBytes id;                            ///< "id"; where that came as text, its UTF-8 bytes
  std::string uri;                           ///< "uri"
  std::optional<SharedBytes> certificate{};  ///< "certificate", DER
  cbor::UnknownMembers others{};
};

struct Status {
  std::optional<StatusListInfo> status_list{};          ///< "status_list"
  std::optional<IdentifierListInfo> identifier_list{};  ///< "identifier_list"
  cbor::UnknownMembers others{};
};

/// `{ + NameSpace => { + DigestID => Digest } }`, made for looking up.
class MDOC_EXPORT ValueDigests {
 public:
  using DigestIDs = std::vector<std::pair<std::uint64_t, SharedBytes>>;  ///< ascending by DigestID

  ValueDigests() = default;
  /// @pre no DigestID twice within a name space; any order
  explicit ValueDigests(std::vector<std::pair<NameSpace, DigestIDs>> digests);

  /// Null if there is no such name space.
  [[nodiscard]] const DigestIDs* find(const NameSpace& name_space) const noexcept;
  /// Null if there is no such digest.
  [[nodiscard]] static const SharedBytes* find(const DigestIDs& digests, std::uint64_t digest_id) noexcept;
  /// Both in one; for many digests of a name space, look it up once.
  [[nodiscard]] const SharedBytes* find(const NameSpace& name_space, std::uint64_t digest_id) const noexcept;
  [[nodiscard]] std::span<const std::pair<NameSpace, DigestIDs>> name_spaces() const noexcept { return digests_; }

 private:
  std::vector<std::pair<NameSpace, DigestIDs>> digests_;  // name spaces as given
  std::vector<std::size_t> by_name_space_;                // indexes of digests_, ascending by name space
};

struct MobileSecurityObject {
  std::string version = "1.0";               ///< "version"
  std::string digest_algorithm = "SHA-256";  ///< "digestAlgorithm"; crypto::digest_algorithm() reads it
  ValueDigests value_digests{};              ///< "valueDigests"
  DeviceKeyInfo device_key_info{};           ///< "deviceKeyInfo"
  DocType doc_type{};                        ///< "docType"
  ValidityInfo validity_info{};              ///< "validityInfo"
  std::optional<Status> status{};            ///< "status", second edition
  cbor::UnknownMembers others{};
  SharedBytes encoded{};  ///< the map as received; not written by encode_mobile_security_object()
};

/// Reads the payload of IssuerAuth, `#6.24(bstr .cbor MobileSecurityObject)`. The signature is not looked at.
/// Deviations: mso_payload_untagged, mso_null_member, key_authorizations_empty, status_identifier_text, those of dates.
/// @param where place of the payload, for errors
/// @return missing_element: the payload is detached; malformed: it is no MobileSecurityObject
[[nodiscard]] MDOC_EXPORT Result<MobileSecurityObject> decode_mobile_security_object(
    const IssuerAuth& issuer_auth, const cbor::DecodeContext& context = {}, const Path& where = "MobileSecurityObject");

/// Reads an MSO outside of its envelope: all of `encoded`, with or without tag 24.
[[nodiscard]] MDOC_EXPORT Result<MobileSecurityObject> decode_mobile_security_object(
    SharedBytes encoded, const cbor::DecodeContext& context = {}, const Path& where = "MobileSecurityObject");

/// The map alone, without tag 24.
[[nodiscard]] MDOC_EXPORT Bytes encode_mobile_security_object(const MobileSecurityObject& mso,
                                                              MapOrder order = MapOrder::sorted);

}  // namespace mdoc::model
