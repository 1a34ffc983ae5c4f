#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/zk_system.hpp"

/// @file
/// Zero-knowledge proofs in the place of documents (ISO/IEC 18013-5, second edition, 10.2.7, 10.3.4), the reader's
/// half. The library has no proof system of its own: an application plugs one in (VerificationInput::zk_verifiers), and
/// everything around the proof is judged here.

namespace mdoc::verification {

/// What a proof is to prove. Borrowed for the call. System and circuit are those of the request, never of the response.
struct ZkStatement {
  const model::ZkSystemSpec& spec;
  std::string_view circuit;  ///< one of ZkVerifier::circuits()
  ByteView proof;
  ByteView session_transcript;  ///< the bare array, as this side computed it
  const DocType& doc_type;
  std::span<const model::ZkElement> elements;  ///< as received, in their order
  const crypto::PublicKey& issuer_key;         ///< of a document signer who is trusted by now
  model::ZkTimestamp time;                     ///< fresh by now
};

/// A proof system. Implementations are immutable and thread-safe.
class MDOC_EXPORT ZkVerifier {
 public:
  virtual ~ZkVerifier() = default;
  /// Name of the system in requests: "longfellow-libzk-v1". The same for the whole life.
  [[nodiscard]] virtual std::string_view system() const noexcept = 0;
  /// Circuits at hand, as model::zk_circuit() writes them: each checked to be what its name says.
  [[nodiscard]] virtual std::span<const std::string> circuits() const noexcept = 0;
  /// Verifies. Blocking: may take a second and much memory.
  /// @return untrusted/signature_invalid: the proof does not hold; any other error: it could not be judged
  [[nodiscard]] virtual Result<void> verify(const ZkStatement& statement) const = 0;
};

}  // namespace mdoc::verification
