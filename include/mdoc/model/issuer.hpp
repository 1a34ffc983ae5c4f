#pragma once

#include <cstddef>
#include <optional>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/model/issuer_signed.hpp"
#include "mdoc/model/mobile_security_object.hpp"

/// @file
/// Issuing an mdoc (ISO/IEC 18013-5:2021, 9.1.2.4 and 9.1.2.5).

namespace mdoc::model {

/// What an issuer puts into one mdoc.
struct IssuanceContent {
  DocType doc_type;
  /// At least one name space; one without elements gets decoys only.
  ElementValues name_spaces;
  DeviceKeyInfo device_key_info;
  ValidityInfo validity_info;
  std::optional<Status> status{};

  crypto::DigestAlgorithm digest_algorithm = crypto::DigestAlgorithm::sha256;
  std::size_t random_size = 32;  ///< bytes of IssuerSignedItem.random, at least 16
  /// Digests of nothing in each name space, so that their number says less. One at least where there
  /// are no elements.
  std::size_t decoys = 0;
  MapOrder order = MapOrder::sorted;
};

/// An mdoc without the issuer's signature, for keys that are elsewhere: give to_be_signed() and
/// algorithm() to a KeyProvider, and its answer to finish().
class MDOC_EXPORT IssuerSignedDraft {
 public:
  /// Draws a random for each item and numbers items and decoys in random order, anew at each call, so
  /// that mdocs of a batch cannot be linked by them.
  /// @param signer  key of the document signer certificate
  /// @param headers x5chain and what else stands in the headers of IssuerAuth
  /// @return usage/bad_argument: no name space, one or an element twice, a short random, validity dates out of order;
  ///         limit/too_many, too_large, too_deep: more than readers take by default (DecodeLimits), with its place:
  ///         elements, name spaces, decoys, certificates, one identifier or value, or the MobileSecurityObject;
  ///         untrusted/algorithm_mismatch: the signer's key cannot sign; internal/randomness
  [[nodiscard]] static Result<IssuerSignedDraft> prepare(const IssuanceContent& content,
                                                         const crypto::PublicKey& signer, cose::HeaderOptions headers,
                                                         Rng& rng);

  /// The Sig_structure of IssuerAuth.
  [[nodiscard]] ByteView to_be_signed() const& noexcept { return issuer_auth_.to_be_signed(); }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] crypto::SignatureAlgorithm algorithm() const noexcept { return issuer_auth_.algorithm(); }
  /// @return untrusted/signature_invalid: not a signature of the signer's key; limit/too_large: as a whole, longer than
  ///         a message that readers take by default
  [[nodiscard]] Result<IssuerSigned> finish(const crypto::Signature& signature) &&;

 private:
  IssuerSignedDraft(IssuerNameSpaces name_spaces, cose::Sign1Draft issuer_auth)
      : name_spaces_(std::move(name_spaces)), issuer_auth_(std::move(issuer_auth)) {}
  IssuerNameSpaces name_spaces_;
  cose::Sign1Draft issuer_auth_;
};

}  // namespace mdoc::model
