#include "mdoc/presentation/credential.hpp"

#include <utility>

#include "core/try.hpp"

namespace mdoc::presentation {

std::string_view name(DeviceAuthMethod method) noexcept {
  return method == DeviceAuthMethod::mac ? "mac" : "signature";
}

Result<Credential> Credential::decode(std::string id, SharedBytes issuer_signed, crypto::KeyRef device_key,
                                      std::optional<DeviceAuthMethod> method, const cbor::DecodeContext& context) {
  MDOC_TRY(auto decoded, model::decode_issuer_signed(std::move(issuer_signed), context));
  MDOC_TRY(auto mso, model::decode_mobile_security_object(decoded.issuer_auth, context));
  MDOC_TRY(const auto public_key, crypto::PublicKey::import(mso.device_key_info.device_key));
  return Credential(std::move(id), std::move(decoded), std::move(mso), std::move(device_key), public_key, method);
}

bool Credential::is_valid_at(UtcSeconds now) const noexcept {
  const model::ValidityInfo& validity = mso_.validity_info;
  return validity.valid_from <= now && now <= validity.valid_until;
}

Result<void> Credential::check_device_key(crypto::KeyProvider& keys) const {
  MDOC_TRY(const crypto::EcPublicKey held, keys.public_key(device_key_));
  if (held != device_public_key_.coordinates())
    return Error{.code = Errc::key_mismatch, .where = "Credential.deviceKey"};
  return {};
}

}  // namespace mdoc::presentation
