#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/revocation.hpp"

namespace mdoc::trust {

/// Bounds on what a CrlCache keeps.
struct CrlCacheLimits {
  std::size_t max_lists = 256;
  std::size_t max_bytes = std::size_t{64} << 20;  ///< of all lists together, as received
};

/// A list of the cache, and when it was received.
struct CachedCrl {
  VerifiedCrl crl;
  UtcSeconds received_at{};

  /// Time since it was received; zero if the clock went back.
  [[nodiscard]] std::chrono::seconds age(UtcSeconds now) const noexcept {
    return now > received_at ? now - received_at : std::chrono::seconds{0};
  }
};

/// The newest verified CRL of each issuer, where an issuer is a name and a key: a renewed certificate with the same key
/// is the same issuer, an authority of the same name with another key is not.
///
/// There is no way back to an older list, and nothing is pushed out when the cache is full, as that would open one.
/// What becomes of stale lists is for the caller: judge_crl() says that they are, and forget() drops them.
///
/// To keep lists over a restart, store `crl.list().der()` of entries(), and decode, verify and insert them again.
///
/// Thread-safe.
class MDOC_EXPORT CrlCache {
 public:
  explicit CrlCache(CrlCacheLimits limits = {});
  ~CrlCache();
  CrlCache(const CrlCache&) = delete;
  CrlCache& operator=(const CrlCache&) = delete;

  /// Takes the place of the issuer's list before. The same bytes again count as received anew.
  /// @return untrusted/superseded: its CRL number or thisUpdate is lower than that of the list in the cache;
  ///         limit/too_many, limit/too_large: the cache is full. The cache is as it was then.
  Result<void> insert(const VerifiedCrl& crl, UtcSeconds received_at);

  /// The list of this issuer.
  [[nodiscard]] std::optional<CachedCrl> find(const crypto::Certificate& issuer) const;
  /// Forgets the list of this issuer, and that there was one. @return whether there was
  bool forget(const crypto::Certificate& issuer);

  /// All lists, in no particular order.
  [[nodiscard]] std::vector<CachedCrl> entries() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t bytes() const;  ///< of all lists, as received

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mdoc::trust
