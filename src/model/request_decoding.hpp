#pragma once

#include <string_view>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// Internal. Decoders of the parts of a DeviceRequest, with which its encoders check what they made.

namespace mdoc::model {

[[nodiscard]] Result<ItemsRequest> decode_items_request(cbor::Reader& reader);
[[nodiscard]] Result<DeviceRequestInfo> decode_device_request_info(cbor::Reader& reader);
[[nodiscard]] Result<EncryptionParameters> decode_encryption_parameters(cbor::Reader& reader);

/// The version that the members of a request call for (second edition, 10.2.2; TS 18013-7, A.5).
[[nodiscard]] std::string_view version_of(const DeviceRequest& request) noexcept;

}  // namespace mdoc::model
