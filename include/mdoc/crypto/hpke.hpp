#pragma once

#include <cstdint>
#include <memory>

#include "mdoc/core/rng.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"

namespace mdoc::crypto {

/// Key encapsulation (RFC 9180, 7.1).
enum class HpkeKem : std::uint16_t { p256_hkdf_sha256 = 0x0010, p521_hkdf_sha512 = 0x0012 };
/// Key derivation (RFC 9180, 7.2).
enum class HpkeKdf : std::uint16_t { hkdf_sha256 = 0x0001, hkdf_sha512 = 0x0003 };

struct HpkeSuite {
  HpkeKem kem{};
  HpkeKdf kdf{};
  AeadAlgorithm aead{};
};

/// The suite of encrypted documents (ISO/IEC 18013-5 second edition, 12.6) and of ISO/IEC TS 18013-7, Annex C.
inline constexpr HpkeSuite hpke_mdoc_suite{HpkeKem::p256_hkdf_sha256, HpkeKdf::hkdf_sha256, AeadAlgorithm::aes_128_gcm};

/// One direction of an HPKE context in base mode: sequence number, AEAD key and exporter. Made by
/// hpke_setup_*(). Move-only; distinct objects only.
class MDOC_EXPORT HpkeContext {
 public:
  HpkeContext(HpkeContext&& other) noexcept;
  HpkeContext& operator=(HpkeContext&& other) noexcept;
  ~HpkeContext();

  /// Sender: encrypts the next message. @return limit/counter_exhausted
  [[nodiscard]] Result<Bytes> seal(ByteView associated_data, ByteView plaintext);
  /// Recipient: decrypts the next message. A failure does not advance the sequence.
  /// @return untrusted/decryption_failed; limit/counter_exhausted
  [[nodiscard]] Result<Bytes> open(ByteView associated_data, ByteView sealed);
  /// A secret for another use, bound to this context (RFC 9180, 5.3).
  /// @return usage/bad_argument: `length` is 0 or over 255 × the hash size
  [[nodiscard]] Result<SecretBytes> export_secret(ByteView exporter_context, std::size_t length) const;

  struct Impl;  ///< of this layer
  explicit HpkeContext(std::unique_ptr<Impl> impl) noexcept;

 private:
  std::unique_ptr<Impl> impl_;
};

struct HpkeSender {
  Bytes enc;  ///< encapsulated key: the ephemeral point, uncompressed
  HpkeContext context;
};

/// SetupBaseS. The ephemeral key is drawn from `rng` as by PrivateKey::generate().
/// @return usage/bad_argument: the recipient key is not on the curve of the KEM; internal/randomness
[[nodiscard]] MDOC_EXPORT Result<HpkeSender> hpke_setup_sender(const HpkeSuite& suite, const PublicKey& recipient,
                                                               ByteView info, Rng& rng);

/// SetupBaseR with a key in memory.
/// @return malformed/bad_key: `enc` is no uncompressed point on the curve of the KEM; usage/bad_argument: the
///         recipient key is not on it
[[nodiscard]] MDOC_EXPORT Result<HpkeContext> hpke_setup_recipient(const HpkeSuite& suite, const PrivateKey& recipient,
                                                                   ByteView enc, ByteView info);

/// SetupBaseR with a key elsewhere, first step: the peer to put into an AgreeRequest.
/// @return malformed/bad_key
[[nodiscard]] MDOC_EXPORT Result<EcPublicKey> hpke_peer(const HpkeSuite& suite, ByteView enc);
/// Second step: `shared` is what the KeyProvider agreed on; `recipient` is the public key of that key.
[[nodiscard]] MDOC_EXPORT Result<HpkeContext> hpke_setup_recipient(const HpkeSuite& suite, const PublicKey& recipient,
                                                                   const SecretBytes& shared, ByteView enc,
                                                                   ByteView info);

struct HpkeSealed {
  Bytes enc;
  Bytes cipher_text;  ///< ciphertext ‖ tag
};

/// SealBase and OpenBase: one message, one context.
[[nodiscard]] MDOC_EXPORT Result<HpkeSealed> hpke_seal(const HpkeSuite& suite, const PublicKey& recipient,
                                                       ByteView info, ByteView associated_data, ByteView plaintext,
                                                       Rng& rng);
[[nodiscard]] MDOC_EXPORT Result<Bytes> hpke_open(const HpkeSuite& suite, const PrivateKey& recipient, ByteView enc,
                                                  ByteView info, ByteView associated_data, ByteView cipher_text);

}  // namespace mdoc::crypto
