#include "mdoc/trust/ocsp_cache.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "trust/certificate_key.hpp"

namespace mdoc::trust {
namespace {

struct Kept {
  CachedOcspResponse cached;
  RevocationState state{};
  UtcSeconds this_update{};
  crypto::Certificate certificate;
  crypto::Certificate issuer;
};

bool weighs(RevocationState state) { return state == RevocationState::revoked; }

}  // namespace

struct OcspCache::State {
  std::size_t max_responses;
  mutable std::shared_mutex mutex;        // guards what follows
  std::map<std::string, Kept> responses;  // by the fingerprint of the certificate
};

OcspCache::OcspCache(std::size_t max_responses) : state_(std::make_unique<State>()) {
  state_->max_responses = max_responses;
}
OcspCache::~OcspCache() = default;

Result<void> OcspCache::insert(const crypto::OcspResponse& response, const crypto::Certificate& certificate,
                               const crypto::Certificate& issuer, const RevocationContext& context) {
  const CertificateRevocation judged = judge_ocsp(response, certificate, issuer, std::nullopt, context);
  if (judged.state == RevocationState::unknown) {
    return judged.error.value_or(Error{.code = Errc::refused, .where = "OCSPResponse"});
  }
  const Kept next{.cached = {.response = response, .received_at = context.now},
                  .state = judged.state,
                  .this_update = judged.this_update.value_or(context.now),
                  .certificate = certificate,
                  .issuer = issuer};
  std::string key = key_of(certificate);
  const std::unique_lock lock(state_->mutex);
  const auto current = state_->responses.find(key);
  if (current == state_->responses.end()) {
    if (state_->responses.size() >= state_->max_responses) return Error{.code = Errc::too_many, .where = "OcspCache"};
    state_->responses.emplace(std::move(key), next);
    return {};
  }
  const bool older = next.this_update < current->second.this_update;
  const bool lighter = weighs(current->second.state) && !weighs(next.state);
  if (lighter || (older && !weighs(next.state))) return Error{.code = Errc::superseded, .where = "OCSPResponse"};
  current->second = next;
  return {};
}

std::optional<CachedOcspResponse> OcspCache::find(const crypto::Certificate& certificate) const {
  const std::string key = key_of(certificate);
  const std::shared_lock lock(state_->mutex);
  const auto found = state_->responses.find(key);
  if (found == state_->responses.end()) return std::nullopt;
  return found->second.cached;
}

bool OcspCache::forget(const crypto::Certificate& certificate) {
  const std::string key = key_of(certificate);
  const std::unique_lock lock(state_->mutex);
  return state_->responses.erase(key) != 0;
}

std::vector<StoredOcspResponse> OcspCache::stored() const {
  const std::shared_lock lock(state_->mutex);
  std::vector<StoredOcspResponse> all;
  all.reserve(state_->responses.size());
  for (const auto& [key, kept] : state_->responses) {
    all.push_back({.encoded = kept.cached.response.der(),
                   .received_at = kept.cached.received_at,
                   .certificate = kept.certificate,
                   .issuer = kept.issuer});
  }
  return all;
}

std::size_t OcspCache::size() const {
  const std::shared_lock lock(state_->mutex);
  return state_->responses.size();
}

}  // namespace mdoc::trust
