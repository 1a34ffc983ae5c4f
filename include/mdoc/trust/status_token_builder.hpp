#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/signature.hpp"
#include "mdoc/trust/status_list.hpp"

namespace mdoc::trust {

/// What an issuer says about its MSOs in one list.
struct StatusTokenContent {
  std::string uri;                                     ///< "sub": exactly as in the MSOs
  UtcSeconds issued_at{};                              ///< "iat": later than in the list that this one replaces
  UtcSeconds expires_at{};                             ///< "exp"; mdocs need one
  std::optional<std::chrono::seconds> time_to_live{};  ///< "ttl"
  std::variant<StatusList, IdentifierList> list;       ///< a status list of an mdoc has 1 bit for each (12.3.6.1)
  std::optional<std::string> aggregation_uri{};        ///< "aggregation_uri"
};

/// A list token without its signature, for keys that are elsewhere: give to_be_signed() and algorithm() to a
/// KeyProvider, and its answer to finish().
class MDOC_EXPORT StatusTokenDraft {
 public:
  /// A token in CWT form, as 12.3.6 wants it: COSE_Sign1 with tag 18; typ in full and x5chain, both in the protected
  /// header; deterministic encoding.
  /// @param x5chain  the signer's certificate first, without the trust anchor
  /// @return usage/bad_argument: no certificate, no URI or aggregation URI, exp not after iat, a date before 1970 or
  ///         after 9999, a ttl that is not positive, more than 1 bit; unsupported/unsupported_curve,
  ///         untrusted/algorithm_mismatch: the key of the certificate cannot sign
  [[nodiscard]] static Result<StatusTokenDraft> prepare(const StatusTokenContent& content,
                                                        const std::vector<crypto::Certificate>& x5chain);

  /// The Sig_structure.
  [[nodiscard]] ByteView to_be_signed() const& noexcept { return draft_.to_be_signed(); }
  ByteView to_be_signed() const&& = delete;  // would dangle
  [[nodiscard]] crypto::SignatureAlgorithm algorithm() const noexcept { return draft_.algorithm(); }
  /// The token, to be served as application/statuslist+cwt or application/identifierlist+cwt.
  /// @return untrusted/signature_invalid: not a signature of the signer's key over to_be_signed()
  [[nodiscard]] Result<SharedBytes> finish(const crypto::Signature& signature) const;

 private:
  explicit StatusTokenDraft(cose::Sign1Draft draft) : draft_(std::move(draft)) {}
  cose::Sign1Draft draft_;
};

}  // namespace mdoc::trust
