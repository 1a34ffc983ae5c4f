#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/session/messages.hpp"
#include "mdoc/session/session_cipher.hpp"

/// @file
/// A session that others held, read from its messages and one of its two ephemeral private keys: for diagnosis. Such a
/// key opens everything that was said; real sessions destroy theirs.

namespace mdoc::session {

/// One message of a captured session.
struct CapturedMessage {
  bool establishes = false;                ///< SessionEstablishment
  std::optional<Role> sender{};            ///< told by the key that opens it; nothing for a status alone
  std::optional<std::uint32_t> counter{};  ///< of the sender's messages with data, from 1
  /// The sender's messages before this one that the capture lacks. A session would have ended here.
  std::uint32_t missing = 0;
  bool repeated = false;  ///< the same counter came before; a session would have ended here
  bool late = false;      ///< the first with its counter, after higher ones; a session would have ended before
  std::optional<SharedBytes> plaintext{};  ///< wiped with its last owner
  std::optional<SessionStatus> status{};
};

/// Both directions of one session, for somebody who looks on. Distinct objects only.
class MDOC_EXPORT CapturedSession {
 public:
  /// How far a counter may lie beyond the one that is due, or behind it.
  static constexpr std::uint32_t counter_window = 32;

  /// @param key            of either side: whose it is, `owner` says
  /// @param establishment  the first message, which has EReaderKey; read() it as well
  /// @param context        a sink must outlive the object
  /// @return usage/key_mismatch: the key is not that of the engagement, or of the message;
  ///         malformed/unexpected_message: `establishment` is another one; as decode_session_message() and
  ///         crypto::agree()
  [[nodiscard]] static Result<CapturedSession> create(const engagement::DeviceEngagement& engagement,
                                                      const engagement::Handover& handover,
                                                      const crypto::PrivateKey& key, Role owner,
                                                      SharedBytes establishment,
                                                      const cbor::DecodeContext& context = {},
                                                      const ProtocolConstants& constants = iso18013_5());

  /// SessionTranscript of the session: that of the standard, whatever the two computed.
  [[nodiscard]] const engagement::SessionTranscript& transcript() const noexcept { return transcript_; }

  /// Reads the next message, the first one included.
  /// @return untrusted/decryption_failed: no key opens it, in either direction and near the counters that are due:
  ///         another transcript, altered or of another session; malformed/unexpected_message: a second
  ///         SessionEstablishment; as decode_session_message()
  [[nodiscard]] Result<CapturedMessage> read(SharedBytes message);

  /// The bytes of a transcript from which the reader derived the salt of its keys.
  enum class SaltForm : std::uint8_t {
    wrapped,  ///< with tag 24 around it, as the standard says
    bare,     ///< the array itself
  };
  /// Whether the first message opens with keys that come from these bytes in the place of transcript().bytes(). For
  /// finding out what a peer did; changes nothing.
  [[nodiscard]] std::optional<SaltForm> opens_with(ByteView session_transcript) const;

 private:
  /// One direction.
  struct Direction {
    Role sender;
    crypto::Aead key;
    std::array<std::uint8_t, 8> iv_identifier;
    std::uint32_t seen = 0;               ///< the highest counter
    std::bitset<counter_window> known{};  ///< which counters came, from `seen` backwards
  };
  CapturedSession(engagement::SessionTranscript transcript, SecretBytes zab, SharedBytes first_data, Direction reader,
                  Direction mdoc, const cbor::DecodeContext& context, const ProtocolConstants& constants);
  static Result<Direction> direction(Role sender, const SecretBytes& key, const ProtocolConstants& constants);
  static std::optional<SharedBytes> open(Direction& direction, std::uint32_t counter, ByteView data);
  static bool find(Direction& direction, ByteView data, CapturedMessage& found);

  engagement::SessionTranscript transcript_;
  SecretBytes zab_;
  SharedBytes first_data_;  ///< of the establishment
  Direction reader_, mdoc_;
  cbor::DecodeContext context_;
  ProtocolConstants constants_;
  bool established_ = false;
};

}  // namespace mdoc::session
