#pragma once

#include <cstdint>
#include <optional>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/cose/headers.hpp"
#include "mdoc/crypto/message_parts.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::cose {

/// COSE_Sign1 (RFC 9052, 4.2): IssuerAuth, ReaderAuth, ReaderAuthAll, DeviceSignature, and the
/// envelopes of trust lists. external_aad is always empty.
struct MDOC_EXPORT CoseSign1 {
  SharedBytes encoded;  ///< the complete item as received, a tag included
  Headers headers;
  std::optional<SharedBytes> payload{};  ///< content of the payload; nothing for nil (detached)
  std::uint32_t payload_offset = 0;      ///< of that content, in the outermost message
  SharedBytes signature;

  /// Checks the signature over the payload inside. The Sig_structure is hashed in pieces, not built.
  /// @return malformed/missing_element: the payload is detached; malformed/bad_header: no alg in the
  ///         protected header; unsupported/unsupported_algorithm; untrusted/algorithm_mismatch:
  ///         alg is not the one of the key's curve; untrusted/signature_invalid
  Result<void> verify(const crypto::PublicKey& key) const;
  /// Checks the signature over a payload that is not inside.
  /// @return as verify(), but malformed/bad_value: a payload is inside (ISO/IEC 18013-5, 9.1.3.6)
  Result<void> verify_detached(const crypto::PublicKey& key, const crypto::MessageParts& content) const;
};

/// Reads a COSE_Sign1, with tag 18 or without.
///
/// x5chain may stand in either header; in both only with the same certificates. A crit parameter that
/// names one we do not know is refused. Deviations: cose_tagged, x5chain_protected,
/// x5chain_array_of_one, x5chain_empty, x5chain_text_label, cose_fully_specified_algorithm.
/// @return malformed/bad_header: conflicting x5chain, misplaced or wrong crit;
///         unsupported/unsupported_critical_header, unsupported_algorithm (alg as text)
[[nodiscard]] MDOC_EXPORT Result<CoseSign1> decode_cose_sign1(cbor::Reader& reader, Profile profile = Profile::mdoc);

/// What stands in the headers beside alg, which the signer's key decides.
struct HeaderOptions {
  X5Chain x5chain{};               ///< without the trust anchor
  bool x5chain_protected = false;  ///< true for status and identifier lists
  bool x5t = false;                ///< SHA-256 of the first certificate, protected. First-edition readers may refuse it
  cbor::SortedMap protected_parameters{};    ///< further ones
  cbor::SortedMap unprotected_parameters{};  ///< further ones
};

/// A COSE_Sign1 without its signature, for keys that are elsewhere: give to_be_signed() and
/// algorithm() to a KeyProvider, and its answer to finish().
class MDOC_EXPORT Sign1Draft {
 public:
  /// The payload travels inside.
  /// @return untrusted/algorithm_mismatch: the key cannot sign; usage/bad_argument: x5t without x5chain
  [[nodiscard]] static Result<Sign1Draft> prepare(const crypto::PublicKey& signer, ByteView payload,
                                                  HeaderOptions options = {});
  /// The payload is known to the verifier (nil inside).
  [[nodiscard]] static Result<Sign1Draft> prepare_detached(const crypto::PublicKey& signer,
                                                           const crypto::MessageParts& payload,
                                                           HeaderOptions options = {});

  /// The Sig_structure.
  [[nodiscard]] ByteView to_be_signed() const& noexcept { return to_be_signed_; }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] crypto::SignatureAlgorithm algorithm() const noexcept { return algorithm_; }
  /// @return untrusted/signature_invalid: not a signature of the signer's key over to_be_signed()
  [[nodiscard]] Result<CoseSign1> finish(const crypto::Signature& signature) const;

 private:
  Sign1Draft(const crypto::PublicKey& signer, crypto::SignatureAlgorithm algorithm) noexcept
      : signer_(signer), algorithm_(algorithm) {}
  static Result<Sign1Draft> make(const crypto::PublicKey& signer, const crypto::MessageParts& payload, bool detached,
                                 HeaderOptions&& options);

  crypto::PublicKey signer_;
  crypto::SignatureAlgorithm algorithm_;
  Bytes message_;  // the encoded COSE_Sign1 up to its signature
  Bytes to_be_signed_;
};

}  // namespace mdoc::cose
