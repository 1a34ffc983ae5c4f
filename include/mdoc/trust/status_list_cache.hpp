#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::trust {

/// @name Age of a list
/// How long a list that was fetched may be used ("Token Status List", 13.7). Lists are fetched on a schedule, never
/// for one presentation, so that the issuer does not learn when an mdoc is shown.
/// @{

/// Bounds on `ttl`, whatever a token says: no load on the issuer by a tiny one, no old list by a huge one.
inline constexpr std::chrono::seconds min_time_to_live{60};
inline constexpr std::chrono::seconds max_time_to_live{std::chrono::hours{7 * 24}};
/// After this a token without `exp` is of no use, however often it is fetched.
inline constexpr std::chrono::seconds max_age_without_expiry{std::chrono::hours{30 * 24}};

struct StatusListLifetime {
  UtcSeconds refresh_at;  ///< min(exp, fetched + ttl), ttl bounded as above and `max_time_to_live` without one
  /// exp or, without one, refresh_at and at most iat + `max_age_without_expiry`; never after the certificates of the
  /// path
  UtcSeconds usable_until;
};
[[nodiscard]] MDOC_EXPORT StatusListLifetime lifetime(const VerifiedStatusToken& token, UtcSeconds fetched) noexcept;

enum class Freshness : std::uint8_t {
  fresh,    ///< use it
  stale,    ///< use it, and fetch a new one
  expired,  ///< of no use any more
};
/// Both ends inclusive. A list from the future (the clock was set back by more than ClockPolicy::max_skew) is stale.
[[nodiscard]] MDOC_EXPORT Freshness judge(const StatusListLifetime& lifetime, UtcSeconds fetched,
                                          UtcSeconds now) noexcept;
/// Time since the list was fetched; never negative.
[[nodiscard]] MDOC_EXPORT std::chrono::seconds age(UtcSeconds fetched, UtcSeconds now) noexcept;
/// @}

struct StatusListCacheLimits {
  std::size_t max_tokens = 256;
  std::size_t max_bytes = std::size_t{64} << 20;  ///< VerifiedStatusToken::memory() of all tokens
};

/// A list out of the cache.
struct CachedStatusList {
  VerifiedStatusToken token;
  StatusListLifetime lifetime{};
  std::chrono::seconds age{};
  Freshness freshness{};
};

/// A list to be kept over a restart. It is decoded and verified again before it returns into a cache.
struct StoredStatusList {
  std::string uri;
  SharedBytes encoded;  ///< the token as received
  UtcSeconds fetched{};
  crypto::Certificate trust_point;     ///< the end of its path
  bool signer_is_trust_point = false;  ///< the trust point signed the token itself: an MSO named it, or an anchor is it
};

/// Verified lists by URI and trust point, the newest of each. A list that was verified for one MSO serves another one
/// only if both trust the same certificate. When the cache is full, what was fetched longest ago goes.
///
/// Thread-safe: any number of threads may look up while lists are replaced; none waits for more than a copy.
class MDOC_EXPORT StatusListCache {
 public:
  explicit StatusListCache(StatusListCacheLimits limits = {});
  ~StatusListCache();
  StatusListCache(const StatusListCache&) = delete;
  StatusListCache& operator=(const StatusListCache&) = delete;

  /// The newest list of `uri` whose path ends at `trust`. An expired one is returned as well, marked as such.
  [[nodiscard]] std::optional<CachedStatusList> get(std::string_view uri, const StatusTrust& trust,
                                                    UtcSeconds now) const;
  /// Keeps a list in place of an older one.
  /// @param fetched  when the bytes came from the issuer, also if they were stored in between
  /// @return untrusted/superseded: a newer one (by iat) is here, which stays; limit/too_large: it alone is over
  ///         max_bytes
  Result<void> put(const VerifiedStatusToken& token, UtcSeconds fetched);

  /// URIs whose list is stale or expired, for a scheduled refresh.
  [[nodiscard]] std::vector<std::string> due(UtcSeconds now) const;
  /// All lists as received, in the order of their URIs.
  [[nodiscard]] std::vector<StoredStatusList> stored() const;

  void clear();
  [[nodiscard]] std::size_t size() const;   ///< lists
  [[nodiscard]] std::size_t bytes() const;  ///< their memory()

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mdoc::trust
