#include "mdoc/engagement/derived_names.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/hkdf.hpp"

namespace mdoc::engagement {
namespace {

Result<SecretBytes> derive(ByteView e_device_key_bytes, std::string_view info, std::size_t size) {
  return crypto::hkdf(crypto::DigestAlgorithm::sha256, e_device_key_bytes, {}, as_bytes(info), size);
}

}  // namespace

Result<std::array<std::uint8_t, 16>> ble_ident(ByteView e_device_key_bytes, const ProtocolConstants& constants) {
  std::array<std::uint8_t, 16> ident{};
  MDOC_TRY(const auto derived, derive(e_device_key_bytes, constants.ble_ident_info, ident.size()));
  std::ranges::copy(derived.view(), ident.begin());
  return ident;
}

Result<std::string> nan_service_name(ByteView e_device_key_bytes, const ProtocolConstants& constants) {
  MDOC_TRY(const auto derived, derive(e_device_key_bytes, constants.nan_service_info, 16));
  std::string name = to_hex(derived.view());
  std::ranges::transform(name, name.begin(), to_upper);
  return name;
}

Result<std::string> nan_passphrase(ByteView e_device_key_bytes, const ProtocolConstants& constants) {
  MDOC_TRY(const auto derived, derive(e_device_key_bytes, constants.nan_passphrase_info, 32));
  return to_base64url(derived.view());
}

}  // namespace mdoc::engagement
