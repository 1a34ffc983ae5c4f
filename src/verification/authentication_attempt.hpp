#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_signed.hpp"
#include "mdoc/verification/explain.hpp"

/// @file
/// Internal. One way to compute a device authentication, and whether a proof fits it.

namespace mdoc::verification {

/// A key that the proof may have been made with.
struct AuthenticationKey {
  crypto::PublicKey key;
  std::optional<SecretBytes> zab{};  ///< agreed with e_reader_key; for deviceMac only
};

/// What is authenticated, how, and with which key. As it is made, what ISO/IEC 18013-5 says (12.4).
/// Borrows everything.
struct AuthenticationRecipe {
  enum class Form : std::uint8_t { bare, untagged, tagged, tagged_twice, untagged_twice };
  enum class Aad : std::uint8_t { empty, null, content };
  enum class Payload : std::uint8_t { content, empty, null };
  enum class Salt : std::uint8_t { hash_of_tagged, hash_of_bare, tagged, bare, none };

  std::vector<AuthenticationVariant> variants{};  ///< how it differs from what is due
  const AuthenticationKey* key = nullptr;

  // DeviceAuthentication
  Form transcript = Form::bare;
  std::string_view doc_type{};
  ByteView name_spaces{};  ///< one item, whatever its form
  Form form = Form::tagged;
  std::optional<ByteView> content{};  ///< in place of all that

  // Sig_structure or MAC_structure
  bool structure = true;
  std::string_view context{};
  Aad aad = Aad::empty;
  Payload payload = Payload::content;

  bool hashed_twice = false;         ///< signatures
  Salt salt = Salt::hash_of_tagged;  ///< MACs
};

/// `encoded` in this form.
[[nodiscard]] Bytes in_form(AuthenticationRecipe::Form form, ByteView encoded);

/// The proof of one document. Borrows it.
class AuthenticationProof {
 public:
  AuthenticationProof(const model::DeviceAuth& device_auth, const ProtocolConstants& constants) noexcept
      : signature_(device_auth.signature()), mac_(device_auth.mac()), constants_(constants) {}

  [[nodiscard]] bool is_mac() const noexcept { return mac_ != nullptr; }
  /// The context text that is due, and those of other messages.
  [[nodiscard]] std::string_view context() const noexcept;
  [[nodiscard]] std::vector<std::string_view> other_contexts() const;
  [[nodiscard]] const std::optional<SharedBytes>& payload() const noexcept;

  /// Whether a proof could be made with this key at all: its curve signs, or agreed with the reader's.
  [[nodiscard]] bool is_possible_with(const AuthenticationKey& key) const noexcept;
  /// Variants that the proof shows by itself, whatever it was computed over.
  [[nodiscard]] std::vector<AuthenticationVariant> visible(const crypto::PublicKey& key) const;
  /// Variants that visible() looks for.
  [[nodiscard]] std::vector<AuthenticationVariant> looked_for(const crypto::PublicKey& key) const;

  /// What is signed or authenticated according to `recipe`. There may be values in it: to be wiped by the caller.
  [[nodiscard]] Bytes message(const AuthenticationRecipe& recipe, ByteView session_transcript) const;
  /// Whether this proof is of `message`, in whichever of the visible() forms it stands. Not a verdict.
  /// @return internal/crypto_backend only
  [[nodiscard]] Result<bool> is_of(const AuthenticationRecipe& recipe, ByteView session_transcript,
                                   ByteView message) const;

 private:
  [[nodiscard]] const cose::Headers& headers() const noexcept;
  [[nodiscard]] bool is_in_der(const crypto::PublicKey& key) const;
  [[nodiscard]] bool is_truncated() const noexcept;
  [[nodiscard]] bool names_algorithm_of(const crypto::PublicKey& key) const noexcept;
  [[nodiscard]] Result<bool> is_signature_of(const AuthenticationRecipe& recipe, ByteView message) const;
  [[nodiscard]] Result<bool> is_mac_of(const AuthenticationRecipe& recipe, ByteView session_transcript,
                                       ByteView message) const;
  [[nodiscard]] Result<SecretBytes> mac_key(const AuthenticationRecipe& recipe, ByteView session_transcript) const;

  const model::DeviceSignature* signature_;
  const model::DeviceMac* mac_;
  const ProtocolConstants& constants_;
};

}  // namespace mdoc::verification
