#pragma once

#include <array>
#include <cstdint>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace mdoc::session {

/// Which side of a session somebody is: that decides the key and the IVs of what it encrypts (ISO/IEC
/// 18013-5:2021, 9.1.1.5; second edition, 12.2.5).
enum class Role : std::uint8_t {
  mdoc_reader,  ///< encrypts with SKReader
  mdoc,         ///< encrypts with SKDevice
};

/// SKReader and SKDevice, 32 bytes each.
struct SessionKeys {
  SecretBytes sk_reader;  ///< reader to mdoc
  SecretBytes sk_device;  ///< mdoc to reader
};

/// HKDF-SHA-256 over ZAB, salted with SHA-256 of SessionTranscriptBytes (ISO/IEC 18013-5:2021, 9.1.1.5;
/// second edition, 12.2.5).
/// @param zab raw shared secret of crypto::agree()
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<SessionKeys> derive_session_keys(const SecretBytes& zab,
                                                                  const engagement::SessionTranscript& transcript,
                                                                  const ProtocolConstants& constants = iso18013_5());

/// The same with another salt: for finding out what a peer did.
[[nodiscard]] MDOC_EXPORT Result<SessionKeys> derive_session_keys(const SecretBytes& zab,
                                                                  const engagement::Sha256& salt,
                                                                  const ProtocolConstants& constants = iso18013_5());

/// How many messages each key has served, for a session that goes on elsewhere.
struct MessageCounters {
  std::uint32_t encrypted = 0;  ///< by this side
  std::uint32_t decrypted = 0;  ///< of the peer
};

/// Session encryption: AES-256-GCM with one key and one message counter for each direction, from 1
/// (9.1.1.5). The counter is not on the wire: a message lost, repeated or out of order fails.
///
/// Move-only; the keys are wiped when it goes. Distinct objects only.
class MDOC_EXPORT SessionCipher {
 public:
  /// @return usage/bad_argument: keys of another size than 32 bytes
  [[nodiscard]] static Result<SessionCipher> create(Role self, SessionKeys keys, MessageCounters counters = {},
                                                    const ProtocolConstants& constants = iso18013_5());

  /// @return ciphertext ‖ 16-byte tag; limit/counter_exhausted after 2^32 - 1 messages
  [[nodiscard]] Result<Bytes> encrypt(ByteView plaintext);
  /// @return the plaintext, wiped with its last slice; untrusted/decryption_failed, after which every
  ///         further call fails alike: there is no way back into step; limit/counter_exhausted
  [[nodiscard]] Result<SharedBytes> decrypt(ByteView data);

  [[nodiscard]] const SessionKeys& keys() const noexcept { return keys_; }
  [[nodiscard]] MessageCounters counters() const noexcept { return counters_; }

 private:
  using IvIdentifier = std::array<std::uint8_t, 8>;
  SessionCipher(SessionKeys keys, crypto::Aead own, crypto::Aead peer, MessageCounters counters, IvIdentifier own_iv,
                IvIdentifier peer_iv) noexcept;

  SessionKeys keys_;
  crypto::Aead own_;
  crypto::Aead peer_;
  MessageCounters counters_;
  IvIdentifier own_iv_;
  IvIdentifier peer_iv_;
  bool broken_ = false;
};

}  // namespace mdoc::session
