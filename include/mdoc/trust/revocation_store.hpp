#pragma once

#include <utility>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/certificate_role.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/trust/crl_cache.hpp"
#include "mdoc/trust/ocsp_cache.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_sources.hpp"
#include "mdoc/trust/status_list_cache.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::trust {

/// The caches of everything that tells about revocations, for a reader's or a wallet's whole life.
///
/// Thread-safe: any number of threads may judge by sources() while another one brings new ones.
class MDOC_EXPORT RevocationStore {
 public:
  /// @param status_signers  by which signers of status lists are told from others that their authority certified
  explicit RevocationStore(CrlCacheLimits crls = {}, StatusListCacheLimits status_lists = {},
                           ListSignerPurposes status_signers = {})
      : crls_(crls), status_lists_(status_lists), status_signers_(std::move(status_signers)) {}

  /// For judgements. Borrowed from this store.
  [[nodiscard]] RevocationSources sources() const& noexcept {
    return {.crls = &crls_, .ocsp_responses = &ocsp_responses_, .status_lists = &status_lists_};
  }
  RevocationSources sources() const&& = delete;  // would dangle

  /// Verifies what was fetched for `wanted`, and keeps it: a CRL (DER or PEM), an OCSP response or a token in CWT form.
  /// Signers of lists and OCSP responders are judged by the rules of their roles as well, at the level of `context`.
  /// @param context its `now` is when the bytes came
  /// @return what decoding and verification say; untrusted/superseded: a newer one is here; malformed/deviation: the
  ///         certificate of the signer breaks a rule that is an error at this level
  Result<void> accept(const WantedSource& wanted, SharedBytes fetched, const RevocationContext& context);
  /// The same for a token that is decoded already, such as one in JWT form. @param fetched when its bytes came
  Result<void> accept(const WantedSource& wanted, const StatusToken& token, const RevocationContext& context,
                      UtcSeconds fetched);

  [[nodiscard]] const ListSignerPurposes& status_signers() const noexcept { return status_signers_; }
  [[nodiscard]] CrlCache& crls() noexcept { return crls_; }
  [[nodiscard]] const CrlCache& crls() const noexcept { return crls_; }
  [[nodiscard]] OcspCache& ocsp_responses() noexcept { return ocsp_responses_; }
  [[nodiscard]] StatusListCache& status_lists() noexcept { return status_lists_; }
  [[nodiscard]] const StatusListCache& status_lists() const noexcept { return status_lists_; }

 private:
  CrlCache crls_;
  OcspCache ocsp_responses_;
  StatusListCache status_lists_;
  ListSignerPurposes status_signers_;
};

/// The rules that the signer of a status or identifier list breaks.
[[nodiscard]] MDOC_EXPORT std::vector<RuleFinding> judge_status_signer(const VerifiedStatusToken& token);

}  // namespace mdoc::trust
