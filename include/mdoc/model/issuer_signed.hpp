#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// What the issuer signed (ISO/IEC 18013-5:2021, 8.3.2.1.2.2; second edition, 10.3.3).

namespace mdoc::model {

/// One data element with what its digest needs. Lengths and ranges are judged by `verification`.
struct IssuerSignedItem {
  std::uint64_t digest_id = 0;           ///< "digestID"
  SharedBytes random;                    ///< "random"
  ElementIdentifier element_identifier;  ///< "elementIdentifier"
  DataElementValue element_value;        ///< "elementValue"
  cbor::UnknownMembers others{};
};

/// `#6.24(bstr .cbor IssuerSignedItem)`: bytes() is what the issuer hashed.
using IssuerSignedItemBytes = cbor::Encoded<IssuerSignedItem>;
/// `{ + NameSpace => [ + IssuerSignedItemBytes ] }`, in the order received.
using IssuerNameSpaces = std::vector<std::pair<NameSpace, std::vector<IssuerSignedItemBytes>>>;
/// COSE_Sign1 whose payload is MobileSecurityObjectBytes; see decode_mobile_security_object().
using IssuerAuth = cose::CoseSign1;

struct IssuerSigned {
  IssuerNameSpaces name_spaces{};  ///< "nameSpaces"; empty if absent
  IssuerAuth issuer_auth;          ///< "issuerAuth"
  cbor::UnknownMembers others{};

  /// The item of this element; null if it is not there. The first one, should there be several.
  [[nodiscard]] MDOC_EXPORT const IssuerSignedItemBytes* find(const NameSpace& name_space,
                                                              const ElementIdentifier& element) const noexcept;
};

/// Reads one IssuerSigned. Items keep the bytes that the issuer hashed; neither digests nor the signature are
/// checked, and the payload of issuerAuth is left to decode_mobile_security_object(). Deviations:
/// name_spaces_empty, for a map or array without content, and those of cose::decode_cose_sign1().
/// @return malformed/missing_element: no issuerAuth, or an item lacks a member; malformed/duplicate_key: a
///         name space or member twice (an element twice is judged by `verification`); malformed/wrong_type;
///         limit/too_many: more items than DecodeLimits::max_entries in all name spaces; limit/too_large: an
///         identifier longer than DecodeLimits::max_identifier; of issuerAuth as cose::decode_cose_sign1()
[[nodiscard]] MDOC_EXPORT Result<IssuerSigned> decode_issuer_signed(cbor::Reader& reader);
/// The same for the whole of `encoded`, such as a document that is stored; what was decoded keeps it alive.
/// @return further malformed/trailing_bytes
[[nodiscard]] MDOC_EXPORT Result<IssuerSigned> decode_issuer_signed(SharedBytes encoded,
                                                                    const cbor::DecodeContext& context = {});

/// Items and issuerAuth are written as they are, byte for byte.
MDOC_EXPORT void encode_issuer_signed(cbor::Writer& writer, const IssuerSigned& issuer_signed,
                                      MapOrder order = MapOrder::sorted);

/// The part of an mdoc that discloses only the chosen elements: selective disclosure (9.1.2.5). Name
/// spaces without a chosen element are left out, and so are unknown members.
[[nodiscard]] MDOC_EXPORT IssuerSigned select_elements(
    const IssuerSigned& issuer_signed, const std::function<bool(const NameSpace&, const IssuerSignedItem&)>& chosen);

[[nodiscard]] MDOC_EXPORT Result<IssuerSignedItem> decode_issuer_signed_item(cbor::Reader& reader);
/// For an item of ours.
[[nodiscard]] MDOC_EXPORT IssuerSignedItemBytes encode_issuer_signed_item(IssuerSignedItem item,
                                                                          MapOrder order = MapOrder::sorted);

}  // namespace mdoc::model
