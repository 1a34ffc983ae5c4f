#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "support/vectors.hpp"

namespace mdoc::engagement {

using mdoc::testing::hex;

/// Deviations that a level tolerated while something was decoded.
struct Log {
  cbor::DeviationLog log{};
  cbor::DecodeContext context(Level level = Level::interop) { return {.level = level, .sink = &log}; }
  [[nodiscard]] bool has(Rule rule) const {
    return std::ranges::any_of(log.entries(), [&](const auto& entry) { return entry.rule == rule; });
  }
};
inline const cbor::DecodeContext strict{.level = Level::strict};
inline const cbor::DecodeContext lenient{.level = Level::lenient};

inline SharedBytes shared(std::string_view hex_text) { return SharedBytes::take(hex(hex_text)); }
inline SharedBytes shared(Bytes bytes) { return SharedBytes::take(std::move(bytes)); }
inline Bytes to_bytes(const SharedBytes& bytes) { return {bytes.view().begin(), bytes.view().end()}; }
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

// Scalars and points of the key pairs of ISO/IEC 18013-5:2021, D.5.1.
inline constexpr std::string_view e_device_scalar = "c1917a1579949a042f1ba9fc53a2df9b1bc47adf31c10f813ed75702d1c1f136";
inline constexpr std::string_view e_reader_scalar = "de3b4b9e5f72dd9b58406ae3091434da48a6f9fd010d88fcb0958e2cebec947c";
inline constexpr std::string_view e_device_x = "5a88d182bce5f42efa59943f33359d2e8a968ff289d93e5fa444b624343167fe";
inline constexpr std::string_view e_device_y = "b16e8cf858ddc7690407ba61d4c338237a8cfcf3de6aa672fc60a557aa32fc67";

inline crypto::PrivateKey private_key(std::string_view scalar, crypto::Curve curve = crypto::Curve::p256) {
  return crypto::PrivateKey::import(curve, hex(scalar)).value();
}
inline crypto::PublicKey e_device_key() { return private_key(e_device_scalar).public_key(); }
inline crypto::PublicKey e_reader_key() { return private_key(e_reader_scalar).public_key(); }

/// The COSE_Key of EDeviceKey, and EDeviceKeyBytes.
inline std::string cose_key_hex() {
  return "a401022001215820" + std::string(e_device_x) + "225820" + std::string(e_device_y);
}
inline std::string e_device_key_bytes_hex() { return "d818584b" + cose_key_hex(); }
/// Key 1 of an engagement with this key.
inline std::string security_hex() { return "018201" + e_device_key_bytes_hex(); }

}  // namespace mdoc::engagement
