#pragma once

#include <memory>
#include <string>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/pkcs11/module.hpp"
#include "mdoc/pkcs11/pin_source.hpp"
#include "mdoc/pkcs11/token_uri.hpp"

namespace mdoc::pkcs11 {

/// A key to be made in a token.
struct NewKey {
  std::string label;  ///< CKA_LABEL, 1 to 255 bytes
  Bytes id;           ///< CKA_ID, 1 to 255 bytes; ties the private key to its public one
  crypto::Curve curve = crypto::Curve::p256;
  crypto::KeyUse use = crypto::KeyUse::first_use;  ///< sign, agree: the token itself allows nothing else
};

/// Keys in one PKCS #11 token: a smart card, a TPM, an HSM, SoftHSM. They stay there; what the token gives (points,
/// lengths, secrets) is checked like bytes of any peer. Thread-safe and blocking.
///
/// A KeyRef is the label of the private key, or a `pkcs11:` URI with "object" or "id" or both, whose attributes of the
/// token must fit this one. Exactly one private key must fit. Its point comes from the public key object with the same
/// CKA_ID, or from CKA_EC_POINT of the private one.
///
/// The token is looked for when it is needed, so it may come later, and may be taken out and put in again: the
/// operation that notices fails with transport/key_store_unreachable, a later one opens new sessions and asks for the
/// PIN.
///
/// As with SoftwareKeyProvider a key either signs or agrees (ISO/IEC 18013-5, 9.1.3), whichever it does first; the
/// choice lives as long as this object, unless the key was made for one of them. Store it with the credential.
///
/// Besides what KeyProvider says, all return:
/// - transport/key_store_unreachable: no token fits, or it was removed, or it does not work
/// - denied/key_locked: PIN wrong or locked, or none at hand. Each call tries one PIN at most
/// - denied/declined: refused at the token; denied/refused: not allowed by it
/// - usage/key_not_found; usage/bad_argument: the KeyRef is no name of a key, or several keys or tokens fit
/// - unsupported/unsupported_algorithm, unsupported_curve; malformed/bad_key: what the token says of its key is no key
/// - internal/crypto_backend: everything else that goes wrong in a token
/// `Error::native` has the module's return value (CK_RV), if one was the cause: return_value.hpp.
class MDOC_EXPORT TokenKeyProvider final : public crypto::KeyProvider {
 public:
  /// Does nothing yet.
  /// @param module  not null
  /// @param token   which token; its PIN, attributes of objects and of the module do not count
  /// @param pin     may be empty where no token wants a PIN, or it has a PIN pad
  TokenKeyProvider(std::shared_ptr<const Module> module, TokenUri token, PinSource pin);
  TokenKeyProvider(const TokenKeyProvider&) = delete;
  TokenKeyProvider& operator=(const TokenKeyProvider&) = delete;
  ~TokenKeyProvider() override;

  /// Finds the token and has its user log in, so that a wrong PIN or an absent token shows before a key is needed.
  [[nodiscard]] Result<void> log_in();

  /// Needs no PIN where the token shows its public keys to everybody. But the private key, which says which of them is
  /// its own, is seen by a user who is logged in: before, it is the one public key that the KeyRef itself names, by
  /// label or "id". Where labels of a token cannot be relied on, name keys by "id", or log_in() first.
  [[nodiscard]] Result<crypto::EcPublicKey> public_key(const crypto::KeyRef& key) override;
  /// ECDSA over our own digest, or EdDSA.
  [[nodiscard]] Result<crypto::Signature> sign(const crypto::SignRequest& request) override;
  [[nodiscard]] Result<SecretBytes> agree(const crypto::AgreeRequest& request) override;

  /// Makes a key pair that never leaves the token: sensitive, not extractable, kept until somebody deletes it. What
  /// the token made of these wishes is checked; a key that could leave is deleted again: denied/refused.
  /// @return its public key; usage/bad_argument: lengths, or a private key with this label or id exists;
  ///         usage/wrong_key_use: not on this curve
  [[nodiscard]] Result<crypto::EcPublicKey> generate_key(const NewKey& key);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::pkcs11
