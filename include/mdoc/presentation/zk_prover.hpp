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
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/zk_system.hpp"
#include "mdoc/presentation/credential.hpp"

/// @file
/// Zero-knowledge proofs in the place of documents (ISO/IEC 18013-5, second edition, 10.2.7, 10.3.4), the holder's
/// half. The library has no proof system of its own: an application plugs one in, and what stands around it is here.

namespace mdoc::presentation {

/// One set of parameters that a prover has at hand, and what a credential must be like to be proven with it.
struct ZkCircuit {
  std::string id;                        ///< lower-case hexadecimal, as model::zk_circuit() reads it from a request
  std::size_t elements = 0;              ///< that it opens: exactly so many
  std::size_t max_mso_bytes = SIZE_MAX;  ///< of MobileSecurityObjectBytes, tag included
  std::size_t max_digests = SIZE_MAX;    ///< of the MSO, over all name spaces
};

/// What is to be proven of which credential.
struct ZkQuestion {
  const model::ZkSystemSpec& spec;  ///< of the request
  const Credential& credential;
  std::span<const model::ElementReference> elements;  ///< to be opened, in the order of the request
  /// The device key may make signatures: no credential on it reserves it for MACs.
  bool key_signs = true;
};

/// Why a credential cannot be proven by a specification; the later, the nearer it came.
enum class ZkFit : std::uint8_t {
  system,         ///< no prover speaks this system
  circuit,        ///< none of its provers has this circuit, or the specification names none
  element_count,  ///< the circuit opens another number of elements
  mso_size,       ///< the MSO is too large for it
  digest_count,   ///< the MSO has too many digests for it
  device_key,     ///< the device key makes no signatures, which proofs are made of: it is reserved for MACs
  credential,     ///< the prover says no, for a limit of its own
  fits,
};
/// "system", "circuit", "element-count", "mso-size", "digest-count", "device-key", "credential", "fits"
[[nodiscard]] MDOC_EXPORT std::string_view name(ZkFit fit) noexcept;

/// The form of "timestamp" in ZkDocumentData.
enum class ZkTimestampForm : std::uint8_t { tdate, full_date };

class ZkProver;

/// The work of a prover: owns everything it needs, and may be carried to another thread. Holds personal data.
struct ZkProofRequest {
  std::shared_ptr<const ZkProver> prover;  ///< whose work it is; never null
  model::ZkSystemSpec spec;
  std::string circuit;             ///< of ZkCircuit::id
  SharedBytes device_response;     ///< with this document alone, signed by the device over no device-signed elements
  SharedBytes session_transcript;  ///< to which the signature and the proof are bound; the bare array
  DocType doc_type;
  std::vector<model::ZkElement> elements;  ///< in the order of ZkDocumentData
  crypto::EcPublicKey issuer_key;          ///< of the document signer
  /// When the document is claimed to be valid; what goes into "timestamp", of a full-date its first second.
  UtcSeconds time{};
};

/// A proof system on this device. Implementations are immutable and thread-safe; match() asks them before a person is
/// asked, and a worker thread has them prove.
class MDOC_EXPORT ZkProver {
 public:
  virtual ~ZkProver() = default;
  /// Name of the system in requests: "longfellow-libzk-v1". The same for the whole life.
  [[nodiscard]] virtual std::string_view system() const noexcept = 0;
  /// The circuits at hand; at least as long as the prover lives.
  [[nodiscard]] virtual std::span<const ZkCircuit> circuits() const noexcept = 0;
  /// Whether limits beyond those of the circuit are kept: curves, headers, length and type of values, name spaces,
  /// further parameters of the specification. Quick: no key, no I/O, no proof. By default yes.
  [[nodiscard]] virtual bool accepts(const ZkQuestion& question) const;
  [[nodiscard]] virtual ZkTimestampForm timestamp_form() const noexcept { return ZkTimestampForm::tdate; }
  /// Makes the proof: takes seconds and much memory, so on a worker thread, one at a time.
  /// @return "proof" of ZkDocument; any error: there is none, and nothing leaves in its place unless a Consent says so
  ///         (Selection::plain_if_proof_fails)
  [[nodiscard]] virtual Result<Bytes> prove(const ZkProofRequest& request) const = 0;
};

/// Has the request's prover prove. Blocking.
[[nodiscard]] MDOC_EXPORT Result<Bytes> prove(const ZkProofRequest& request);

/// The circuit of `prover` with which it can prove this, or what stands in the way.
struct ZkFitting {
  ZkFit fit = ZkFit::system;
  const ZkCircuit* circuit = nullptr;  ///< with ZkFit::fits
};
[[nodiscard]] MDOC_EXPORT ZkFitting fit(const ZkProver& prover, const ZkQuestion& question);

}  // namespace mdoc::presentation
