#include "mdoc/trust/crl_cache.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <utility>

namespace mdoc::trust {
namespace {

// Name and SubjectPublicKeyInfo, both DER and so each of a length that it tells itself.
std::string issuer_key(const crypto::Certificate& issuer) {
  std::string key(as_text(issuer.subject().der()));
  return key.append(as_text(issuer.subject_public_key_info()));
}

// Magnitudes without leading zeros.
bool is_lower(ByteView a, ByteView b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : std::ranges::lexicographical_compare(a, b);
}

bool goes_back(const crypto::CertificateRevocationList& next, const crypto::CertificateRevocationList& current) {
  if (next.this_update() < current.this_update()) return true;
  return next.crl_number() && current.crl_number() && is_lower(*next.crl_number(), *current.crl_number());
}

}  // namespace

struct CrlCache::State {
  CrlCacheLimits limits;
  mutable std::shared_mutex mutex;  // guards what follows
  std::map<std::string, CachedCrl> lists;
  std::size_t bytes = 0;
};

CrlCache::CrlCache(CrlCacheLimits limits) : state_(std::make_unique<State>()) { state_->limits = limits; }
CrlCache::~CrlCache() = default;

Result<void> CrlCache::insert(const VerifiedCrl& crl, UtcSeconds received_at) {
  std::string key = issuer_key(crl.issuer());
  const std::size_t size = crl.list().der().size();
  const std::unique_lock lock(state_->mutex);
  const auto current = state_->lists.find(key);
  const bool replaces = current != state_->lists.end();
  if (replaces && goes_back(crl.list(), current->second.crl.list())) {
    return Error{.code = Errc::superseded, .where = "CertificateList"};
  }
  const std::size_t others = state_->bytes - (replaces ? current->second.crl.list().der().size() : 0);
  if (!replaces && state_->lists.size() >= state_->limits.max_lists) {
    return Error{.code = Errc::too_many, .where = "CrlCache"};
  }
  if (others > state_->limits.max_bytes || size > state_->limits.max_bytes - others) {
    return Error{.code = Errc::too_large, .where = "CrlCache"};
  }
  state_->lists.insert_or_assign(std::move(key), CachedCrl{.crl = crl, .received_at = received_at});
  state_->bytes = others + size;
  return {};
}

std::optional<CachedCrl> CrlCache::find(const crypto::Certificate& issuer) const {
  const std::string key = issuer_key(issuer);
  const std::shared_lock lock(state_->mutex);
  const auto found = state_->lists.find(key);
  if (found == state_->lists.end()) return std::nullopt;
  return found->second;
}

bool CrlCache::forget(const crypto::Certificate& issuer) {
  const std::string key = issuer_key(issuer);
  const std::unique_lock lock(state_->mutex);
  const auto found = state_->lists.find(key);
  if (found == state_->lists.end()) return false;
  state_->bytes -= found->second.crl.list().der().size();
  state_->lists.erase(found);
  return true;
}

std::vector<CachedCrl> CrlCache::entries() const {
  const std::shared_lock lock(state_->mutex);
  std::vector<CachedCrl> all;
  all.reserve(state_->lists.size());
  for (const auto& [key, cached] : state_->lists) all.push_back(cached);
  return all;
}

std::size_t CrlCache::size() const {
  const std::shared_lock lock(state_->mutex);
  return state_->lists.size();
}

std::size_t CrlCache::bytes() const {
  const std::shared_lock lock(state_->mutex);
  return state_->bytes;
}

}  // namespace mdoc::trust
