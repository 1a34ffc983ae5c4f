#pragma once

#include <memory>

#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/private_key.hpp"

namespace mdoc::crypto {

/// What a key is reserved for. One mdoc authentication key never makes both signatures and MACs in
/// its lifetime (ISO/IEC 18013-5, 9.1.3).
enum class KeyUse : std::uint8_t {
  first_use,  ///< whatever is asked first; from then on only that
  sign,
  agree,  ///< MAC keys, HPKE recipient keys
};

/// Keys in memory. Thread-safe.
class MDOC_EXPORT SoftwareKeyProvider final : public KeyProvider {
 public:
  SoftwareKeyProvider();
  ~SoftwareKeyProvider() override;
  SoftwareKeyProvider(const SoftwareKeyProvider&) = delete;
  SoftwareKeyProvider& operator=(const SoftwareKeyProvider&) = delete;

  /// Takes over a key.
  /// @return usage/bad_argument: the name is taken; usage/wrong_key_use: the curve cannot do `use`
  [[nodiscard]] Result<void> add(const KeyRef& name, PrivateKey key, KeyUse use = KeyUse::first_use);
  /// Forgets and wipes a key. @return usage/key_not_found
  [[nodiscard]] Result<void> remove(const KeyRef& name);
  /// What the key is reserved for by now, to be stored with it. @return usage/key_not_found
  [[nodiscard]] Result<KeyUse> use(const KeyRef& name) const;

  [[nodiscard]] Result<EcPublicKey> public_key(const KeyRef& key) override;
  [[nodiscard]] Result<Signature> sign(const SignRequest& request) override;
  [[nodiscard]] Result<SecretBytes> agree(const AgreeRequest& request) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::crypto
