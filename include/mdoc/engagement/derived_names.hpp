#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"

/// @file
/// Names and secrets of the radio that follow from the engagement: HKDF-SHA-256 without salt over
/// EDeviceKeyBytes, the bytes `D8 18 58 …` exactly as they stand in the engagement (ISO/IEC 18013-5:2021,
/// 8.3.3.1.1.3 and 8.3.3.3.2; second edition, 11.1.3.1 and 11.3.2). Values of engagement text that was
/// really sent, also when the radio was started before.

namespace mdoc::engagement {

/// Value of the BLE Ident characteristic.
/// @return internal/crypto_backend only, as all of this file
[[nodiscard]] MDOC_EXPORT Result<std::array<std::uint8_t, 16>> ble_ident(
    ByteView e_device_key_bytes, const ProtocolConstants& constants = iso18013_5());
/// Service name of Wi-Fi Aware: 32 upper-case hexadecimal digits.
[[nodiscard]] MDOC_EXPORT Result<std::string> nan_service_name(ByteView e_device_key_bytes,
                                                               const ProtocolConstants& constants = iso18013_5());
/// Pass-phrase of Wi-Fi Aware where WifiOptions carries none: 43 characters of base64url.
[[nodiscard]] MDOC_EXPORT Result<std::string> nan_passphrase(ByteView e_device_key_bytes,
                                                             const ProtocolConstants& constants = iso18013_5());

}  // namespace mdoc::engagement
