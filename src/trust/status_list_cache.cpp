#include "mdoc/trust/status_list_cache.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace mdoc::trust {

StatusListLifetime lifetime(const VerifiedStatusToken& token, UtcSeconds fetched) noexcept {
  const std::chrono::seconds ttl =
      std::clamp(token.time_to_live().value_or(max_time_to_live), min_time_to_live, max_time_to_live);
  const UtcSeconds without_expiry = std::min(fetched + ttl, token.issued_at() + max_age_without_expiry);
  const UtcSeconds end = std::min(token.expires_at().value_or(without_expiry), token.path_valid_until());
  return {.refresh_at = std::min(fetched + ttl, end), .usable_until = end};
}

Freshness judge(const StatusListLifetime& lifetime, UtcSeconds fetched, UtcSeconds now) noexcept {
  if (now > lifetime.usable_until) return Freshness::expired;
  if (now > lifetime.refresh_at || now + ClockPolicy::max_skew < fetched) return Freshness::stale;
  return Freshness::fresh;
}

std::chrono::seconds age(UtcSeconds fetched, UtcSeconds now) noexcept {
  return std::max(now - fetched, std::chrono::seconds{0});
}

struct StatusListCache::State {
  struct Entry {
    VerifiedStatusToken token;
    UtcSeconds fetched;

    [[nodiscard]] const crypto::Certificate& anchor() const noexcept { return token.path().back(); }
    [[nodiscard]] Freshness freshness(UtcSeconds now) const noexcept {
      return judge(lifetime(token, fetched), fetched, now);
    }
  };
  /// By URI; several of one URI differ in their anchors.
  using Entries = std::multimap<std::string, Entry, std::less<>>;

  StatusListCacheLimits limits;
  mutable std::shared_mutex mutex;
  Entries entries;
  std::size_t bytes = 0;

  void erase(Entries::iterator entry) {
    bytes -= entry->second.token.memory();
    entries.erase(entry);
  }

  /// Makes room, but not at the expense of `kept`.
  void evict(Entries::iterator kept) {
    while (entries.size() > std::max<std::size_t>(limits.max_tokens, 1) || bytes > limits.max_bytes) {
      auto oldest = entries.end();
      for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        if (entry == kept) continue;
        if (oldest == entries.end() || entry->second.fetched < oldest->second.fetched) oldest = entry;
      }
      erase(oldest);
    }
  }
};

StatusListCache::StatusListCache(StatusListCacheLimits limits) : state_(std::make_unique<State>()) {
  state_->limits = limits;
}
StatusListCache::~StatusListCache() = default;

std::optional<CachedStatusList> StatusListCache::get(std::string_view uri, const StatusTrust& trust,
                                                     UtcSeconds now) const {
  const std::shared_lock lock(state_->mutex);
  const State::Entry* newest = nullptr;
  const auto [begin, end] = state_->entries.equal_range(uri);
  for (auto entry = begin; entry != end; ++entry) {
    if (!trust.covers(entry->second.token.path())) continue;
    if (newest == nullptr || newest->token.is_older_than(entry->second.token)) newest = &entry->second;
  }
  if (newest == nullptr) return std::nullopt;
  return CachedStatusList{.token = newest->token,
                          .lifetime = lifetime(newest->token, newest->fetched),
                          .age = age(newest->fetched, now),
                          .freshness = newest->freshness(now)};
}

Result<void> StatusListCache::put(const VerifiedStatusToken& token, UtcSeconds fetched) {
  State::Entry added{.token = token, .fetched = fetched};
  const std::unique_lock lock(state_->mutex);
  if (token.memory() > state_->limits.max_bytes) return Error{.code = Errc::too_large, .where = "StatusToken"};
  const auto [begin, end] = state_->entries.equal_range(token.uri());
  const auto known =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second.anchor() == added.anchor(); });
  if (known != end) {
    const State::Entry& old = known->second;
    if (token.is_older_than(old.token)) {
      return Error{.code = Errc::superseded, .where = Path("StatusToken") / "payload" / "iat"};
    }
    // The same list, read from storage after it was fetched again: it is as young as it was.
    if (token.issued_at() == old.token.issued_at()) added.fetched = std::max(fetched, old.fetched);
    state_->erase(known);
  }
  state_->bytes += token.memory();
  state_->evict(state_->entries.emplace(token.uri(), std::move(added)));
  return {};
}

std::vector<std::string> StatusListCache::due(UtcSeconds now) const {
  const std::shared_lock lock(state_->mutex);
  std::vector<std::string> uris;
  for (const auto& [uri, entry] : state_->entries) {
    if (entry.freshness(now) == Freshness::fresh) continue;
    if (uris.empty() || uris.back() != uri) uris.push_back(uri);
  }
  return uris;
}

std::vector<StoredStatusList> StatusListCache::stored() const {
  const std::shared_lock lock(state_->mutex);
  std::vector<StoredStatusList> lists;
  lists.reserve(state_->entries.size());
  for (const auto& [uri, entry] : state_->entries) {
    const std::span<const crypto::Certificate> path = entry.token.path();
    lists.push_back({.uri = uri,
                     .encoded = entry.token.encoded(),
                     .fetched = entry.fetched,
                     .trust_point = path.back(),
                     .signer_is_trust_point = path.size() == 1});
  }
  return lists;
}

void StatusListCache::clear() {
  const std::unique_lock lock(state_->mutex);
  state_->entries.clear();
  state_->bytes = 0;
}

std::size_t StatusListCache::size() const {
  const std::shared_lock lock(state_->mutex);
  return state_->entries.size();
}

std::size_t StatusListCache::bytes() const {
  const std::shared_lock lock(state_->mutex);
  return state_->bytes;
}

}  // namespace mdoc::trust
