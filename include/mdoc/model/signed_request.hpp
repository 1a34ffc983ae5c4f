#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"

/// @file
/// The mdoc reader proves who it is (ISO/IEC 18013-5:2021, 9.1.4; second edition, 12.5).

namespace mdoc::model {

/// Who signs a request: a key that a KeyProvider holds, and the certificates that say whose it is.
struct ReaderIdentity {
  crypto::KeyRef key;
  crypto::PublicKey public_key;  ///< of the first certificate
  cose::X5Chain x5chain;         ///< DER; the reader's first, each signed by the next, without the root
};

/// What is signed.
enum class RequestSignatures : std::uint8_t {
  /// Each DocRequest by itself ("readerAuth"), by the first identity: there is room for one. Mdocs of both editions
  /// know it. It leaves deviceRequestInfo and macKeys unproven.
  each,
  /// Everything at once ("readerAuthAll"), by every identity. For mdocs whose engagement announces it.
  all,
};

/// A DeviceRequest that waits for its signatures.
///
///     prepare() -> key_requests() -> [KeyProvider answers each] -> finish()
class MDOC_EXPORT SignedRequestDraft {
 public:
  /// @param request            as built; its own readerAuth and readerAuthAll are replaced, all else stays
  /// @param identities         one at least
  /// @param session_transcript SessionTranscript of this session, the bare array
  /// @return usage/bad_argument: no identity, one without certificates, or no array of three in the place of the
  ///         transcript; untrusted/algorithm_mismatch: a key that cannot sign
  [[nodiscard]] static Result<SignedRequestDraft> prepare(const DeviceRequest& request,
                                                          std::span<const ReaderIdentity> identities,
                                                          RequestSignatures signatures, SharedBytes session_transcript,
                                                          const ProtocolConstants& constants = iso18013_5());
  SignedRequestDraft(SignedRequestDraft&&) noexcept;
  SignedRequestDraft& operator=(SignedRequestDraft&&) noexcept;
  ~SignedRequestDraft();

  /// One for each signature: of the DocRequests in their order, or of the identities in theirs.
  [[nodiscard]] std::span<const crypto::KeyRequest> key_requests() const noexcept;
  /// @param responses one for each key request, in the same order
  /// @return usage/bad_argument: one is missing or of the wrong kind
  [[nodiscard]] Result<DeviceRequest> finish(std::vector<crypto::KeyResponse> responses) &&;

 private:
  struct Impl;
  explicit SignedRequestDraft(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::model
