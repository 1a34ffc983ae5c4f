#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "mdoc/model/mobile_security_object.hpp"

namespace mdoc::presentation {

/// How an mdoc proves that it holds the device key (ISO/IEC 18013-5, 9.1.3). A key serves one of the
/// two during its whole life, never both.
enum class DeviceAuthMethod : std::uint8_t { signature, mac };

/// "signature", "mac"
[[nodiscard]] MDOC_EXPORT std::string_view name(DeviceAuthMethod method) noexcept;

/// A device key that is about to be used, and the credential with it.
struct CredentialUse {
  std::string credential_id{};
  DeviceAuthMethod method{};
  /// In which session, so that a store can tell two of them that have one credential: the same for all rounds of one
  /// Holder, another for each, and telling nothing about it. Empty: nobody told.
  std::string session{};
};

/// One issued mdoc in the holder's hands: IssuerSigned as the issuer delivered it, and the name of
/// its device key. The key itself stays with the KeyProvider.
class MDOC_EXPORT Credential {
 public:
  /// @param id            the wallet's own name for this credential, shown to nobody but the wallet
  /// @param issuer_signed IssuerSigned, kept as delivered
  /// @param method        what the device key is reserved for; nothing: not used yet, the first use decides
  /// @return malformed: IssuerSigned, its MSO or the device key do not decode
  [[nodiscard]] static Result<Credential> decode(std::string id, SharedBytes issuer_signed, crypto::KeyRef device_key,
                                                 std::optional<DeviceAuthMethod> method = {},
                                                 const cbor::DecodeContext& context = {});

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] const DocType& doc_type() const noexcept { return mso_.doc_type; }
  [[nodiscard]] const model::IssuerSigned& issuer_signed() const noexcept { return issuer_signed_; }
  [[nodiscard]] const model::MobileSecurityObject& mso() const noexcept { return mso_; }
  /// Within its validity, which includes both ends (9.3.1); without tolerance.
  [[nodiscard]] bool is_valid_at(UtcSeconds now) const noexcept;
  [[nodiscard]] const crypto::KeyRef& device_key() const noexcept { return device_key_; }
  /// The public half of the device key, from the MSO.
  [[nodiscard]] const crypto::PublicKey& device_public_key() const noexcept { return device_public_key_; }
  /// Whether `keys` holds, under the name device_key(), the key that the MSO names. Worth a call when a
  /// credential is stored: with another key, its device authentication fails at the reader. Blocking as `keys` is.
  /// @return usage/key_not_found; usage/key_mismatch: another key has that name
  [[nodiscard]] Result<void> check_device_key(crypto::KeyProvider& keys) const;
  /// The one mechanism the key may be used for; nothing while it is open.
  [[nodiscard]] std::optional<DeviceAuthMethod> method() const noexcept { return method_; }
  /// From its first use on, the key is for this alone. @pre method() is open, or the same
  void reserve_for(DeviceAuthMethod method) noexcept { method_ = method; }

 private:
  Credential(std::string id, model::IssuerSigned issuer_signed, model::MobileSecurityObject mso,
             crypto::KeyRef device_key, const crypto::PublicKey& device_public_key,
             std::optional<DeviceAuthMethod> method)
      : id_(std::move(id)),
        issuer_signed_(std::move(issuer_signed)),
        mso_(std::move(mso)),
        device_key_(std::move(device_key)),
        device_public_key_(device_public_key),
        method_(method) {}
  std::string id_;
  model::IssuerSigned issuer_signed_;
  model::MobileSecurityObject mso_;
  crypto::KeyRef device_key_;
  crypto::PublicKey device_public_key_;
  std::optional<DeviceAuthMethod> method_;
};

}  // namespace mdoc::presentation
