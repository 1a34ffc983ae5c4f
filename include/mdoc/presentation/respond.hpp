#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/holder_authentication.hpp"
#include "mdoc/presentation/zk_prover.hpp"

namespace mdoc::presentation {

/// Whether error codes say what is not returned (8.3.2.1.2.3). They are always 0, "no reason given", for what is not
/// there and what was not approved alike; still they repeat what was asked, and are not authenticated.
enum class ErrorCodes : std::uint8_t {
  none,       ///< recommended
  documents,  ///< "documentErrors": for documents
  all,        ///< "errors" as well: for the elements of documents that are returned
};

/// The form of an answer.
struct RespondOptions {
  /// Which proof of possession to give where key and session allow both (9.1.3.1). A MAC cannot be shown to others as
  /// proof of the presentation, so it is the default.
  DeviceAuthMethod preferred = DeviceAuthMethod::mac;
  ErrorCodes error_codes = ErrorCodes::none;
  /// "version" of the DeviceResponse. Readers that know the second edition take 1.0 as well; some that do not take
  /// nothing else.
  std::string version{};  ///< empty: that of model::DeviceResponseContent
  /// The time that proofs claim; needed where the consent has any.
  std::optional<UtcSeconds> now{};
  const ProtocolConstants& constants = iso18013_5();
};

/// A document that was agreed to and could not be proven, so that nothing left in its place.
struct LostDocument {
  std::size_t doc_request = 0;  ///< DocRequestID
  std::string credential_id{};
  Error reason{};  ///< of the prover
};

/// An encoded DeviceResponse.
struct FinishedResponse {
  Bytes bytes;
  /// As in the response. general_error: it would have been longer than the reader takes
  /// (requestInfo.maximumResponseSize; 10.2.4), and holds no documents.
  model::ResponseStatus status = model::ResponseStatus::ok;
  bool releases = false;             ///< it holds documents, in the clear, encrypted or as proofs
  std::vector<LostDocument> lost{};  ///< left out of it, though agreed to
};

/// A DeviceResponse that waits for its device keys, and then for its proofs if it has any.
///
///     prepare() -> [state()] -> key_requests() -> [KeyProvider answers each] -> finish()
///     prepare() -> [state()] -> key_requests() -> [KeyProvider answers each] -> authenticate() -> proof_requests()
///               -> [prove() each] -> finish_with_proofs()
///
/// Released items are the bytes that the issuer delivered; nothing is encoded anew. Documents for a recipient of their
/// own (DocumentOption::encrypted_to) leave encrypted to it, one EncryptedDocuments for each DocRequest (second
/// edition, 12.6); they carry a signature, as no clause says whose key a MAC inside would be for. Documents that leave
/// as a proof (DocumentOption::proof) are signed too, for the prover alone.
class MDOC_EXPORT ResponseDraft {
 public:
  /// @param session_transcript SessionTranscript of this session, the bare array
  /// @param e_reader_key       the reader's ephemeral public key; without it, or a key of AnswerTerms::mac_keys, no MAC
  ///                           is possible
  /// @param rng                for the ephemeral keys of encrypted documents; used during this call only
  /// @return untrusted/consent_mismatch when `consent` belongs to another request;
  ///         usage/wrong_key_use when a device key can serve neither mechanism in this session, or two
  ///         credentials reserve one key for both; malformed/bad_key: of a recipient; internal/randomness;
  ///         usage/bad_argument: proofs, and no time for them
  [[nodiscard]] static Result<ResponseDraft> prepare(const crypto::Digest& request_digest, const Consent& consent,
                                                     std::span<const Credential> credentials,
                                                     SharedBytes session_transcript,
                                                     const std::optional<crypto::EcPublicKey>& e_reader_key, Rng& rng,
                                                     const RespondOptions& options = {});
  ResponseDraft(ResponseDraft&&) noexcept;
  ResponseDraft& operator=(ResponseDraft&&) noexcept;
  ~ResponseDraft();

  /// Elements that the device has to state (ElementOption::device_signed); usually none.
  [[nodiscard]] std::span<const model::ElementReference> statements_needed() const noexcept;
  /// Their values, before anything else where some are needed. What was not agreed to is left out.
  /// @return usage/bad_argument: one has no value; usage/wrong_state: none is needed, or they were given
  [[nodiscard]] Result<void> state(std::span<const DeviceStatement> statements);

  /// One operation for each document, in order. Empty when nothing is released, and while statements are needed.
  [[nodiscard]] std::span<const crypto::KeyRequest> key_requests() const noexcept;
  /// The credentials that they use, one for each key request: to be recorded before.
  [[nodiscard]] std::span<const CredentialUse> uses() const noexcept;
  /// @param responses one for each key request, in the same order
  /// @return usage/bad_argument when an answer is missing or of the wrong kind, or there are proofs to be made;
  ///         usage/wrong_state: statements are needed, or the draft is spent
  [[nodiscard]] Result<FinishedResponse> finish(std::vector<crypto::KeyResponse> responses) &&;

  /// Signs every document. To be called once: after an error the draft is spent.
  /// @return as finish(); malformed/bad_certificate: of the issuer of a document that is to be proven
  [[nodiscard]] Result<void> authenticate(std::vector<crypto::KeyResponse> responses);
  /// What is to be proven, after authenticate(): one for each document that leaves as a proof, in order.
  [[nodiscard]] std::span<const ZkProofRequest> proof_requests() const noexcept;
  /// @param proofs one for each proof request, in the same order. For an error its document is left out, so that the
  ///               answer is that of a wallet without it; unless the consent lets it leave (ProofOption::or_plain)
  /// @return as finish(); usage/bad_argument: too few or too many, or authenticate() did not succeed
  [[nodiscard]] Result<FinishedResponse> finish_with_proofs(std::vector<Result<Bytes>> proofs) &&;

 private:
  struct Impl;
  explicit ResponseDraft(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The answer of a holder who releases nothing, which uses no keys: that of a wallet to which the request means
/// nothing.
/// @param consent Consent::to_nothing()
/// @param version "version" of the DeviceResponse; empty: that of model::DeviceResponseContent
/// @return usage/bad_argument: the consent releases something
[[nodiscard]] MDOC_EXPORT Result<FinishedResponse> encode_refusal(const Consent& consent,
                                                                  ErrorCodes error_codes = ErrorCodes::none,
                                                                  std::string_view version = {});

/// A DeviceResponse without documents: an honest empty answer (ok), or why there is none.
/// @param version "version" of the DeviceResponse; empty: that of model::DeviceResponseContent
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_status(model::ResponseStatus status, std::string_view version = {});

/// Status of the DeviceResponse that answers a request which failed with `code` (8.3.2.1.2.3): 11 for
/// what is no CBOR, 12 for CBOR of the wrong structure, 10 for everything else.
[[nodiscard]] MDOC_EXPORT model::ResponseStatus response_status(Errc code) noexcept;

}  // namespace mdoc::presentation
