#pragma once

#include <variant>

#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/map_order.hpp"

/// @file
/// What the device signed or authenticated for this one session (ISO/IEC 18013-5:2021, 8.3.2.1.2.2
/// and 9.1.3; second edition, 10.3.3).

namespace mdoc::model {

using DeviceNameSpaces = ElementValues;
/// `#6.24(bstr .cbor DeviceNameSpaces)`: bytes() is a part of DeviceAuthentication.
using DeviceNameSpacesBytes = cbor::Encoded<DeviceNameSpaces>;
using DeviceSignature = cose::CoseSign1;  ///< payload nil: DeviceAuthenticationBytes
using DeviceMac = cose::CoseMac0;         ///< payload nil: DeviceAuthenticationBytes

/// Exactly one of the two.
struct DeviceAuth {
  std::variant<DeviceSignature, DeviceMac> proof;  ///< "deviceSignature" or "deviceMac"
  cbor::UnknownMembers others{};

  [[nodiscard]] const DeviceSignature* signature() const noexcept { return std::get_if<DeviceSignature>(&proof); }
  [[nodiscard]] const DeviceMac* mac() const noexcept { return std::get_if<DeviceMac>(&proof); }
};

struct DeviceSigned {
  DeviceNameSpacesBytes name_spaces;  ///< "nameSpaces"; usually of an empty map
  DeviceAuth device_auth;             ///< "deviceAuth"
  cbor::UnknownMembers others{};
};

/// @return malformed/missing_element: neither deviceSignature nor deviceMac; bad_value: both
[[nodiscard]] MDOC_EXPORT Result<DeviceSigned> decode_device_signed(cbor::Reader& reader);
/// Name spaces and proof are written as they are, byte for byte.
MDOC_EXPORT void encode_device_signed(cbor::Writer& writer, const DeviceSigned& device_signed,
                                      MapOrder order = MapOrder::sorted);

/// For elements of ours. @pre no element twice, no name space empty or twice
[[nodiscard]] MDOC_EXPORT DeviceNameSpacesBytes encode_device_name_spaces(DeviceNameSpaces name_spaces,
                                                                          MapOrder order = MapOrder::sorted);

}  // namespace mdoc::model
