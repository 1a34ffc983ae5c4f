#pragma once

#include <map>
#include <memory>
#include <string>

#include "cli/token_keys.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/software_key_provider.hpp"

namespace mdoc::cli {

/// Private keys of one command, wherever they are: in memory, and in tokens. Thread-safe once all were added.
class KeyRing final : public crypto::KeyProvider {
 public:
  struct Added {
    crypto::KeyRef name;  ///< here
    crypto::PublicKey public_key;
  };
  /// @param spec a KEY argument, or a `pkcs11:` URI. Throws Failure; `hint` follows where that is no key at all.
  Added add(const std::string& spec, const std::string& hint = {});

  [[nodiscard]] Result<crypto::EcPublicKey> public_key(const crypto::KeyRef& key) override;
  [[nodiscard]] Result<crypto::Signature> sign(const crypto::SignRequest& request) override;
  [[nodiscard]] Result<SecretBytes> agree(const crypto::AgreeRequest& request) override;

 private:
  crypto::SoftwareKeyProvider memory_;
  std::map<crypto::KeyRef, TokenKey> tokens_;  // not changed once keys are used
  unsigned count_ = 0;
};

}  // namespace mdoc::cli
