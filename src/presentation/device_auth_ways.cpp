#include "presentation/device_auth_ways.hpp"

#include <algorithm>

namespace mdoc::presentation {

MacPeers mac_peers(std::span<const crypto::EcPublicKey> mac_keys,
                   const std::optional<crypto::EcPublicKey>& e_reader_key) {
  if (!mac_keys.empty()) {
    MacPeers peers;
    for (const crypto::EcPublicKey& key : mac_keys) {
      // What is no point on its curve would be found out when the device key has been used.
      if (crypto::PublicKey::import(key)) peers.keys.push_back(key);
    }
    return peers;
  }
  if (!e_reader_key) return {};
  return {.keys = {*e_reader_key}};
}

const crypto::EcPublicKey* mac_key_for(std::span<const crypto::EcPublicKey> keys, crypto::Curve device_curve) {
  if (!crypto::info(device_curve).can_agree) return nullptr;
  const auto found = std::ranges::find(keys, device_curve, &crypto::EcPublicKey::curve);
  return found == keys.end() ? nullptr : &*found;
}

DeviceAuthWays device_auth_ways(const Credential& credential, std::span<const Credential> credentials,
                                const MacPeers& peers) {
  const crypto::Curve curve = credential.device_public_key().curve();
  const crypto::CurveInfo& known = crypto::info(curve);
  DeviceAuthWays ways{.signature = known.can_sign(),
                      .mac = peers.any ? known.can_agree : mac_key_for(peers.keys, curve) != nullptr};
  for (const Credential& other : credentials) {
    if (!other.method() || other.device_key() != credential.device_key()) continue;
    if (*other.method() == DeviceAuthMethod::mac) {
      ways.signature = false;
    } else {
      ways.mac = false;
    }
  }
  return ways;
}

}  // namespace mdoc::presentation
