#pragma once
// Internal. How a device key can prove the possession of a document.

#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/result.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/match.hpp"

namespace mdoc::presentation {

/// The keys of the reader for which a MAC may be made.
struct MacPeers {
  /// No session yet, so whatever curve the device key is on: the reader may bring a key on it.
  bool any = false;
  std::vector<crypto::EcPublicKey> keys{};
};

/// Those that the reader sent for this alone (TS 18013-7, A.5), or that of the session.
[[nodiscard]] MacPeers mac_peers(std::span<const crypto::EcPublicKey> mac_keys,
                                 const std::optional<crypto::EcPublicKey>& e_reader_key);
/// A MAC needs a reader's key on the same curve (9.1.3.5). Null: there is none.
[[nodiscard]] const crypto::EcPublicKey* mac_key_for(std::span<const crypto::EcPublicKey> keys,
                                                     crypto::Curve device_curve);

/// What a device key may still do here: one key, one mechanism (9.1.3.1).
struct DeviceAuthWays {
  bool signature = false;
  bool mac = false;

  [[nodiscard]] bool any() const noexcept { return signature || mac; }
  /// Those of them that the profile of the docType lets be.
  [[nodiscard]] DeviceAuthWays within(const DocumentRules& rules) const noexcept {
    return {.signature = signature && rules.device_signature, .mac = mac && rules.device_mac};
  }
};

/// The same for every credential on one key: what one of them reserves, it reserves for all. Two that reserve it for
/// both leave nothing.
[[nodiscard]] DeviceAuthWays device_auth_ways(const Credential& credential, std::span<const Credential> credentials,
                                              const MacPeers& peers);

}  // namespace mdoc::presentation
