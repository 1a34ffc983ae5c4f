#include "mdoc/trust/trust_store.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "mdoc/crypto/digest.hpp"
#include "trust/anchor_set.hpp"
#include "trust/path_search.hpp"

namespace mdoc::trust {
namespace {

std::array<std::uint8_t, 8> big_endian(std::size_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<std::uint8_t>(value);
  return bytes;
}

/// Digest over the request and the certificates, each part with its length before it, so that no two chains and no two
/// requests have one input in common.
Result<ChainCache::Key> chain_key(const ChainRequest& request, std::span<const ByteView> x5chain) {
  crypto::Hasher hasher(crypto::DigestAlgorithm::sha256);
  const auto add = [&](ByteView bytes) {
    hasher.update(big_endian(bytes.size()));
    hasher.update(bytes);
  };
  const auto add_list = [&](std::span<const std::string_view> list) {
    hasher.update(big_endian(list.size()));
    for (const std::string_view item : list) add(as_bytes(item));
  };
  const CertificateProfile& profile = request.profile;
  const std::array<std::uint8_t, 5> facts{static_cast<std::uint8_t>(request.role), profile.crl_points, profile.contact,
                                          profile.state, profile.intermediates};
  add(facts);
  add_list(profile.key_purposes);
  add_list(profile.policies);
  add(as_bytes(request.doc_type.str()));
  for (const ByteView certificate : x5chain) add(certificate);
  const auto digest = hasher.finish();
  if (!digest) return digest.error();
  ChainCache::Key key{};
  std::ranges::copy(digest->view(), key.begin());
  return key;
}

/// The dates of path or pin, and of the list behind it. @return false: that list is of no use any more
bool judge_dates(Evaluation& evaluation, UtcSeconds now, const ClockPolicy& clock) {
  const EvaluatedChain& chain = *evaluation.chain;
  evaluation.date = evaluation.outcome == PathOutcome::pinned_key  // a key has no dates
                        ? DateVerdict::within
                        : clock.judge(now, chain.valid_from, chain.valid_until);
  if (!chain.anchor || !chain.anchor->list) return true;
  const auto dates = judge_list_dates(chain.anchor->list->provenance(), now, clock);
  if (!dates) return false;
  evaluation.list = *dates;
  return true;
}

}  // namespace

struct TrustStore::State {
  mutable std::shared_mutex mutex;  // guards the pointers, not what they point to
  std::array<std::shared_ptr<const AnchorSet>, purpose_count> anchors;

  explicit State(ListDisagreement disagreement) { anchors.fill(std::make_shared<const AnchorSet>(disagreement)); }

  [[nodiscard]] std::shared_ptr<const AnchorSet> get(Purpose purpose) const {
    const std::shared_lock lock(mutex);
    return anchors[static_cast<std::size_t>(purpose)];
  }

  /// @return of `change`: whether its result is to be seen
  template <class Change>
  bool change(Purpose purpose, Change change) {
    const std::unique_lock lock(mutex);
    auto& current = anchors[static_cast<std::size_t>(purpose)];
    auto next = std::make_shared<AnchorSet>(*current);
    if (!change(*next)) return false;
    current = std::move(next);
    return true;
  }
};

TrustStore::TrustStore(ListDisagreement disagreement) : state_(std::make_unique<State>(disagreement)) {}
TrustStore::~TrustStore() = default;

Result<void> TrustStore::add_anchor(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options) {
  if (!is_ca(certificate)) {
    return Error{.code = Errc::bad_argument, .where = "TrustStore.anchor"};
  }
  state_->change(purpose, [&](AnchorSet& anchors) {
    anchors.add_authority(certificate, std::move(options));
    return true;
  });
  return {};
}

Result<void> TrustStore::add_linked_anchor(Purpose purpose, const crypto::Certificate& link,
                                           const crypto::Certificate& new_root, UtcSeconds now,
                                           const ClockPolicy& clock, Level level) {
  Result<void> result;
  state_->change(purpose, [&](AnchorSet& anchors) {
    result = anchors.add_linked(purpose, link, new_root, now, clock, level);
    return result.has_value();
  });
  return result;
}

void TrustStore::pin_certificate(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options) {
  state_->change(purpose, [&](AnchorSet& anchors) {
    anchors.pin_certificate(certificate, std::move(options));
    return true;
  });
}

void TrustStore::pin_key(Purpose purpose, const crypto::PublicKey& key, AnchorOptions options) {
  state_->change(purpose, [&](AnchorSet& anchors) {
    anchors.pin_key(key, std::move(options));
    return true;
  });
}

Result<void> TrustStore::put_list(Purpose purpose, const TrustedList& list) {
  const ListKind kind = list.issue().kind;
  if ((kind == ListKind::vical && purpose != Purpose::issuance) ||
      (kind == ListKind::rical && purpose != Purpose::readers)) {
    return Error{.code = Errc::bad_argument, .where = "TrustStore.list"};
  }
  Result<void> succession;
  state_->change(purpose, [&](AnchorSet& anchors) {
    for (const TrustedList& known : anchors.lists()) {
      if (!known.is_same_list(list)) continue;
      succession = check_succession(known.issue(), list.issue());
      if (!succession) return false;
    }
    anchors.put_list(list);
    return true;
  });
  return succession;
}

bool TrustStore::remove_list(Purpose purpose, const TrustedList& list) {
  return state_->change(purpose, [&](AnchorSet& anchors) { return anchors.remove_list(list); });
}

std::vector<TrustedList> TrustStore::lists(Purpose purpose) const { return state_->get(purpose)->lists(); }

void TrustStore::clear(Purpose purpose) {
  state_->change(purpose, [](AnchorSet& anchors) {
    anchors.clear();
    return true;
  });
}

std::size_t TrustStore::size(Purpose purpose) const { return state_->get(purpose)->size(); }

std::vector<crypto::Certificate> TrustStore::given(Purpose purpose) const { return state_->get(purpose)->given(); }

std::vector<crypto::Certificate> TrustStore::usable(Purpose purpose, UtcSeconds now, const ClockPolicy& clock) const {
  return state_->get(purpose)->usable(now, clock);
}

std::vector<crypto::Certificate> TrustStore::authorities(Purpose purpose) const {
  return state_->get(purpose)->authorities();
}

std::size_t TrustStore::cached_chains() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < purpose_count; ++i) count += state_->get(static_cast<Purpose>(i))->cache().size();
  return count;
}

Evaluation TrustStore::evaluate(const ChainRequest& request, std::span<const ByteView> x5chain, UtcSeconds now,
                                const ClockPolicy& clock, const DecodeLimits& limits) const {
  if (x5chain.empty()) return {.error = Error{.code = Errc::missing_element, .where = "x5chain"}};
  if (x5chain.size() > limits.max_certificates) return {.error = Error{.code = Errc::too_many, .where = "x5chain"}};

  const std::shared_ptr<const AnchorSet> anchors = state_->get(request.purpose);
  const auto key = chain_key(request, x5chain);
  if (!key) return {.error = key.error()};
  if (TrustedChain known = anchors->cache().find(*key); known.chain) {
    Evaluation evaluation{.outcome = known.outcome, .chain = std::move(known.chain)};
    const bool usable = judge_dates(evaluation, now, clock);
    // Outside its dates the chain is looked at again: another path, or another list, may be valid by now.
    if (usable && (evaluation.date == DateVerdict::within || evaluation.date == DateVerdict::clock_unknown)) {
      return evaluation;
    }
  }

  Evaluation evaluation = anchors->evaluate(request, x5chain, now, clock, limits);
  if (evaluation.chain) (void)judge_dates(evaluation, now, clock);
  if (evaluation.trusted()) anchors->cache().insert(*key, {evaluation.outcome, evaluation.chain});
  return evaluation;
}

}  // namespace mdoc::trust
