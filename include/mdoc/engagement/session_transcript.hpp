#pragma once

#include <optional>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/handover.hpp"

namespace mdoc::engagement {

/// SessionTranscript (ISO/IEC 18013-5:2021, 9.1.5.1; second edition, 12.7.1): what both sides have seen
/// so far, and what keys, MACs and signatures are bound to.
///
///     SessionTranscript = [ DeviceEngagementBytes / null,
///                           EReaderKeyBytes / EncryptionParametersBytes / null,
///                           Handover ]
///
/// Put together from received bytes, never from decoded structures. It exists in two forms, and taking
/// one for the other is the commonest fault of implementations: bytes() is the bare array, a part of
/// DeviceAuthentication and ReaderAuthentication and the info of HPKE; wrapped() has tag 24 around it and
/// goes into the salt of the session keys.
///
/// Immutable; copies share the bytes.
class MDOC_EXPORT SessionTranscript {
 public:
  /// Of a session: QR, NFC, website.
  /// @param e_reader_key_bytes EReaderKeyBytes as sent or received, the complete item with tag 24
  /// @return usage/bad_argument: `e_reader_key_bytes` is no such item, or the handover is an online one
  [[nodiscard]] static Result<SessionTranscript> for_session(const DeviceEngagement& engagement,
                                                             ByteView e_reader_key_bytes, const Handover& handover,
                                                             const ProtocolConstants& constants = iso18013_5());
  /// Of a flow without engagement: `[ null, null, Handover ]`.
  /// @return usage/bad_argument: the handover is one of a session
  [[nodiscard]] static Result<SessionTranscript> for_online(const Handover& handover,
                                                            const ProtocolConstants& constants = iso18013_5());
  /// Of any flow, for application-defined channels (TS 18013-7, A.8).
  /// @param device_engagement_bytes, second  complete items with tag 24, or null
  /// @return usage/bad_argument: not one such item each
  [[nodiscard]] static Result<SessionTranscript> from_elements(std::optional<ByteView> device_engagement_bytes,
                                                               std::optional<ByteView> second, const Handover& handover,
                                                               const ProtocolConstants& constants = iso18013_5());
  /// Reads either form, bare or wrapped; keeps the bytes.
  [[nodiscard]] static Result<SessionTranscript> decode(SharedBytes encoded, const cbor::DecodeContext& context = {},
                                                        const ProtocolConstants& constants = iso18013_5());

  /// The transcript of documents encrypted to a recipient (second edition, 12.6.4): this one with
  /// EncryptionParametersBytes as its second element.
  /// @param encryption_parameters_bytes as in the request, the complete item with tag 24
  /// @return usage/bad_argument: no such item
  [[nodiscard]] Result<SessionTranscript> with_encryption_parameters(ByteView encryption_parameters_bytes) const;

  /// The bare array.
  [[nodiscard]] const SharedBytes& bytes() const noexcept { return bytes_; }
  /// `SessionTranscriptBytes = #6.24(bstr .cbor SessionTranscript)`
  [[nodiscard]] const SharedBytes& wrapped() const noexcept { return wrapped_; }
  /// SHA-256 of wrapped(): the salt of SKReader, SKDevice and EMacKey.
  /// @return internal/crypto_backend only
  [[nodiscard]] Result<Sha256> salt() const;

  /// @name Its elements, encoded, inside bytes()
  /// @{
  [[nodiscard]] std::optional<ByteView> device_engagement_bytes() const noexcept;  ///< nothing for null
  [[nodiscard]] std::optional<ByteView> second_element() const noexcept;           ///< nothing for null
  [[nodiscard]] ByteView encoded_handover() const noexcept { return handover_item_; }
  /// @}
  [[nodiscard]] const Handover& handover() const noexcept { return handover_; }

 private:
  SessionTranscript() = default;

  SharedBytes bytes_;
  SharedBytes wrapped_;
  ByteView first_, second_, handover_item_;  // inside bytes_
  Handover handover_;
};

}  // namespace mdoc::engagement
