#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// Documents that were encrypted to a recipient of their own (ISO/IEC 18013-5, second edition, 10.3.5, 12.6): opened
/// with keys that a KeyProvider holds, before they are verified like all others.

namespace mdoc::verification {

class UnverifiedResponse;

/// A key of this side, on P-256, that a request named as recipientPublicKey.
struct RecipientKey {
  crypto::KeyRef key;
  crypto::PublicKey public_key;
};

/// What one EncryptedDocuments of a response holds: unverified, and of use to verify() alone.
struct OpenedDocuments {
  std::size_t index = 0;  ///< among the encryptedDocuments of the response
  /// EncryptedDocumentsPlaintext, or why it could not be had: untrusted/decryption_failed; its
  /// docRequestID is none that asked for encryption, or came before: malformed/bad_value.
  Result<SharedBytes> plaintext;
  /// To which the documents inside are bound: that of the session with the encryption parameters of the request in it.
  SharedBytes session_transcript{};
  std::optional<crypto::EcPublicKey> recipient{};  ///< whose key opened it, for the report
};

/// Encrypted documents of one response that wait for their keys.
///
///     prepare() -> key_requests() -> [KeyProvider answers each] -> finish() -> VerificationInput::opened
///
/// What is encrypted to none of the keys is left alone: it is meant for somebody else, and handed on as it is.
class MDOC_EXPORT EncryptedDocumentsOpening {
 public:
  /// @param request            that was sent: it says to whom what was to be encrypted
  /// @param session_transcript SessionTranscript of this session, the bare array
  /// @return usage/bad_argument: `session_transcript` is none
  [[nodiscard]] static Result<EncryptedDocumentsOpening> prepare(const UnverifiedResponse& response,
                                                                 const model::DeviceRequest& request,
                                                                 SharedBytes session_transcript,
                                                                 std::span<const RecipientKey> keys,
                                                                 const ProtocolConstants& constants = iso18013_5());
  EncryptedDocumentsOpening(EncryptedDocumentsOpening&&) noexcept;
  EncryptedDocumentsOpening& operator=(EncryptedDocumentsOpening&&) noexcept;
  ~EncryptedDocumentsOpening();

  /// One key agreement for each EncryptedDocuments that one of the keys opens; in order.
  [[nodiscard]] std::span<const crypto::KeyRequest> key_requests() const noexcept;
  /// @param responses one for each key request, in the same order; a key that was refused leaves its documents closed
  /// @return usage/bad_argument: too few or too many
  [[nodiscard]] Result<std::vector<OpenedDocuments>> finish(std::vector<Result<crypto::KeyResponse>> responses) &&;

 private:
  struct Impl;
  explicit EncryptedDocumentsOpening(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::verification
