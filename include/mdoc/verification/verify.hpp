#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/answer.hpp"
#include "mdoc/verification/encrypted_documents.hpp"
#include "mdoc/verification/question.hpp"
#include "mdoc/verification/report.hpp"
#include "mdoc/verification/verified_document.hpp"
#include "mdoc/verification/zk_verifier.hpp"

namespace mdoc::verification {

/// A DeviceResponse that decoded, and nothing more. It shows no values: verify() is the only way
/// to them.
class MDOC_EXPORT UnverifiedResponse {
 public:
  /// Decodes the frame of a response. What is wrong inside a document becomes that document's failed
  /// check; only what makes the whole unreadable is an error here.
  /// @param level how strictly the response is read and judged from here on. What deviates further than
  ///              it allows, but can be read, fails a check of the report rather than this call.
  /// @return malformed, limit: not a DeviceResponse at all, with the place
  [[nodiscard]] static Result<UnverifiedResponse> decode(SharedBytes device_response, Level level = Level::interop,
                                                         const DecodeLimits& limits = {});
  UnverifiedResponse(UnverifiedResponse&&) noexcept;
  UnverifiedResponse& operator=(UnverifiedResponse&&) noexcept;
  ~UnverifiedResponse();

  /// The bytes as received.
  [[nodiscard]] const SharedBytes& bytes() const noexcept;
  [[nodiscard]] Level level() const noexcept;

  struct Impl;  ///< of this layer

 private:
  friend struct ResponseAccess;
  explicit UnverifiedResponse(std::unique_ptr<const Impl> impl) noexcept;
  std::unique_ptr<const Impl> impl_;
};

/// Measures the duration of checks. The core has no clock; without one, durations are zero.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  [[nodiscard]] virtual TimePoint now() = 0;
};

/// What a verification needs besides the response. Borrowed parts must outlive the call.
struct VerificationInput {
  const trust::TrustStore& trust;  ///< anchors for trust::Purpose::issuance
  Now now;

  /// SessionTranscript (the bare array) that this side computed; never one sent by the peer. Without
  /// it, device authentication is skipped and the verdict is bad unless `issuer_only`.
  std::optional<SharedBytes> session_transcript{};
  /// The private key whose public half is in the transcript; needed for deviceMac only.
  const crypto::PrivateKey* e_reader_key = nullptr;
  /// The request that was sent; without it, answers are not compared with questions.
  const model::DeviceRequest* request = nullptr;

  /// What was encrypted and could be opened: of one EncryptedDocumentsOpening or several, in any order. Needs
  /// `request`.
  std::span<const OpenedDocuments> opened{};

  /// Without one: ClockPolicy::for_level() of the response's level, with a trusted clock.
  std::optional<ClockPolicy> clock{};
  /// Judge the issuer's part alone: device authentication becomes not applicable. For stored
  /// credentials, never for a presentation.
  bool issuer_only = false;
  /// Without one: trust::default_revocation_policy(). Applications that present online decide for hard.
  std::optional<trust::RevocationPolicy> revocation{};
  /// What is at hand about revocations, of certificates and of documents.
  trust::RevocationSources revocation_sources{};
  /// Proof systems that are spoken here; a proof in another one is reported and not released.
  std::span<const std::shared_ptr<const ZkVerifier>> zk_verifiers{};
  /// How far the time that a proof claims may lie from now, beside the tolerance of `clock`; where it claims a date
  /// only, anywhere on that day (in UTC) will do as well.
  std::chrono::seconds zk_max_age{300};
  /// Known docTypes. The first with the name counts, so put your own before the built-in ones.
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();
  /// Provisional: report what the device says of its own verification of the holder (`CHV_1`), which is known from
  /// drafts alone. Off: an element like any other.
  bool holder_verified_by_device = false;
  const ProtocolConstants& constants = iso18013_5();
  Stopwatch* stopwatch = nullptr;

  /// What to answer out of the documents that pass. Where all are questions whose answers stand for the elements
  /// (minimises()), nothing else is handed on: every element is dropped, and so is what the report has of them. The
  /// bytes of the response are wiped with the UnverifiedResponse, if they came by SharedBytes::take_secret().
  std::span<const Question> questions{};
  /// The day at the place where the questions are asked; without one, that of `now` in UTC.
  std::optional<FullDate> today{};
  /// Of elements that are dropped, keep the portrait, by which the presenter can be verified to be the holder.
  bool with_portrait = false;
};

/// The report exists whatever the verdict.
struct VerificationOutcome {
  Report report;
  /// Exactly those that passed, in a response whose frame did: of one that fails response.encoding, response.version or
  /// response.status nothing is released, however good its documents are. The same holds for an EncryptedDocuments
  /// whose content deviates further than the level allows.
  std::vector<VerifiedDocument> documents{};
  std::vector<VerifiedZkDocument> zk_documents{};  ///< those whose proof passed, likewise
  std::vector<QuestionAnswer> answers{};           ///< to VerificationInput::questions, in their order
};

/// Performs every check on every document (ISO/IEC 18013-5, 9.3.1 and 9.3.3; second edition 12.8).
/// One bad document does not hide the others. Thread-safe for distinct responses; the TrustStore may
/// be shared.
[[nodiscard]] MDOC_EXPORT VerificationOutcome verify(const UnverifiedResponse& response,
                                                     const VerificationInput& input);

/// Judges a single Document, as far as it goes: the report has one document, and the checks of a
/// response are not applicable. @return malformed, limit: not a map at all
[[nodiscard]] MDOC_EXPORT Result<VerificationOutcome> verify_document(SharedBytes document,
                                                                      const VerificationInput& input,
                                                                      Level level = Level::interop,
                                                                      const DecodeLimits& limits = {});
/// The same for IssuerSigned, which has no docType and no device authentication of its own: good only
/// with `issuer_only`.
[[nodiscard]] MDOC_EXPORT Result<VerificationOutcome> verify_issuer_signed(SharedBytes issuer_signed,
                                                                           const VerificationInput& input,
                                                                           Level level = Level::interop,
                                                                           const DecodeLimits& limits = {});

}  // namespace mdoc::verification
