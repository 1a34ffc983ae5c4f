#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/ocsp.hpp"
#include "mdoc/trust/revocation.hpp"

namespace mdoc::trust {

/// A response of the cache, and when it was received.
struct CachedOcspResponse {
  crypto::OcspResponse response;
  UtcSeconds received_at{};

  /// Time since it was received; zero if the clock went back.
  [[nodiscard]] std::chrono::seconds age(UtcSeconds now) const noexcept {
    return now > received_at ? now - received_at : std::chrono::seconds{0};
  }
};

/// A response to be kept over a restart. It is decoded and verified again before it returns into a cache.
struct StoredOcspResponse {
  SharedBytes encoded;  ///< as received
  UtcSeconds received_at{};
  crypto::Certificate certificate;
  crypto::Certificate issuer;
};

/// The newest OCSP response about each certificate. It is judged anew whenever it is looked up, so nothing has to be
/// believed of what stands here.
///
/// A certificate that was revoked stays so: a response that says less takes no place of one that says more. When the
/// cache is full, further certificates are refused.
///
/// Thread-safe.
class MDOC_EXPORT OcspCache {
 public:
  explicit OcspCache(std::size_t max_responses = 1024);
  ~OcspCache();
  OcspCache(const OcspCache&) = delete;
  OcspCache& operator=(const OcspCache&) = delete;

  /// Keeps a response that verifies and tells about `certificate`.
  /// @param issuer a certificate that is trusted already: the one above `certificate` in its path
  /// @return the error of judge_ocsp(), where it says `unknown`; untrusted/superseded: one that is newer, or weighs
  ///         more, is here; limit/too_many
  Result<void> insert(const crypto::OcspResponse& response, const crypto::Certificate& certificate,
                      const crypto::Certificate& issuer, const RevocationContext& context);
  [[nodiscard]] std::optional<CachedOcspResponse> find(const crypto::Certificate& certificate) const;
  bool forget(const crypto::Certificate& certificate);
  /// All responses as received, in no particular order.
  [[nodiscard]] std::vector<StoredOcspResponse> stored() const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mdoc::trust
