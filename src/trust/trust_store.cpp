#include "mdoc/trust/trust_store.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/crypto/digest.hpp"
#include "trust/chain_cache.hpp"

namespace mdoc::trust {
namespace {

struct Anchor {
  crypto::Certificate certificate;
  AnchorOptions options;
};

struct PinnedKey {
  crypto::PublicKey key;
  AnchorOptions options;
};

bool allows(const AnchorOptions& options, const DocType& doc_type) {
  return options.doc_types.empty() || std::ranges::find(options.doc_types, doc_type) != options.doc_types.end();
}

std::array<std::uint8_t, 8> big_endian(std::size_t value) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; value >>= 8) bytes[i] = static_cast<std::uint8_t>(value);
  return bytes;
}

/// Digest over docType and certificates, each with its length before it, so that no two chains have
/// one input in common.
Result<ChainCache::Key> chain_key(std::span<const ByteView> x5chain, const DocType& doc_type) {
  crypto::Hasher hasher(crypto::DigestAlgorithm::sha256);
  const auto add = [&](ByteView bytes) {
    hasher.update(big_endian(bytes.size()));
    hasher.update(bytes);
  };
  add(as_bytes(doc_type.str()));
  for (const ByteView certificate : x5chain) add(certificate);
  const auto digest = hasher.finish();
  if (!digest) return digest.error();
  ChainCache::Key key{};
  std::ranges::copy(digest->view(), key.begin());
  return key;
}

/// A path that is valid now is better than one that the tolerated clock difference saves, and that is
/// better than one which at least says whose certificate has expired.
Result<std::vector<crypto::Certificate>> find_path(const crypto::Certificate& leaf,
                                                   std::span<const crypto::Certificate> intermediates,
                                                   std::span<const crypto::Certificate> anchors, UtcSeconds now,
                                                   const ClockPolicy& clock) {
  crypto::CertificatePathOptions options;
  if (clock.quality != ClockQuality::unknown) {
    const std::chrono::seconds skew = std::clamp(clock.skew, std::chrono::seconds{0}, ClockPolicy::max_skew);
    options.at = {now, now - skew, now + skew, std::nullopt};
  }
  return crypto::find_certificate_path(leaf, intermediates, anchors, options);
}

DateVerdict judge_dates(PathOutcome outcome, const EvaluatedChain& chain, UtcSeconds now, const ClockPolicy& clock) {
  if (outcome == PathOutcome::pinned_key) return DateVerdict::within;  // a key has no dates
  return clock.judge(now, chain.valid_from, chain.valid_until);
}

}  // namespace

/// Everything trusted for one purpose. Never changed once it is visible to others, but for its cache.
struct TrustStore::Anchors {
  std::vector<Anchor> certificates;
  std::vector<Anchor> pinned_certificates;
  std::vector<PinnedKey> pinned_keys;
  mutable ChainCache cache;

  Anchors() = default;
  Anchors(const Anchors& other)  // all but the cache
      : certificates(other.certificates),
        pinned_certificates(other.pinned_certificates),
        pinned_keys(other.pinned_keys) {}
  Anchors& operator=(const Anchors&) = delete;
  ~Anchors() = default;

  [[nodiscard]] std::size_t size() const {
    return certificates.size() + pinned_certificates.size() + pinned_keys.size();
  }

  /// Without the cache.
  [[nodiscard]] Evaluation evaluate(std::span<const ByteView> x5chain, const DocType& doc_type, UtcSeconds now,
                                    const ClockPolicy& clock, const DecodeLimits& limits) const;
  /// Sets outcome, anchor and dates of a chain whose certificates decoded.
  PathOutcome judge(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain, const DocType& doc_type,
                    UtcSeconds now, const ClockPolicy& clock, std::optional<Error>& error) const;
};

struct TrustStore::State {
  mutable std::shared_mutex mutex;  // guards the pointers, not what they point to
  std::array<std::shared_ptr<const Anchors>, purpose_count> anchors;

  State() { anchors.fill(std::make_shared<const Anchors>()); }

  [[nodiscard]] std::shared_ptr<const Anchors> get(Purpose purpose) const {
    const std::shared_lock lock(mutex);
    return anchors[static_cast<std::size_t>(purpose)];
  }

  template <class Change>
  void change(Purpose purpose, Change change) {
    const std::unique_lock lock(mutex);
    auto& current = anchors[static_cast<std::size_t>(purpose)];
    auto next = std::make_shared<Anchors>(*current);
    change(*next);
    current = std::move(next);
  }
};

TrustStore::TrustStore() : state_(std::make_unique<State>()) {}
TrustStore::~TrustStore() = default;

Result<void> TrustStore::add_anchor(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options) {
  if (!certificate.basic_constraints() || !certificate.basic_constraints()->ca) {
    return Error{.code = Errc::bad_argument, .where = "TrustStore.anchor"};
  }
  state_->change(purpose, [&](Anchors& anchors) {
    std::erase_if(anchors.certificates, [&](const Anchor& known) { return known.certificate == certificate; });
    anchors.certificates.push_back({certificate, std::move(options)});
  });
  return {};
}

void TrustStore::pin_certificate(Purpose purpose, const crypto::Certificate& certificate, AnchorOptions options) {
  state_->change(purpose, [&](Anchors& anchors) {
    std::erase_if(anchors.pinned_certificates, [&](const Anchor& known) { return known.certificate == certificate; });
    anchors.pinned_certificates.push_back({certificate, std::move(options)});
  });
}

void TrustStore::pin_key(Purpose purpose, const crypto::PublicKey& key, AnchorOptions options) {
  state_->change(purpose, [&](Anchors& anchors) {
    std::erase_if(anchors.pinned_keys, [&](const PinnedKey& known) { return known.key == key; });
    anchors.pinned_keys.push_back({key, std::move(options)});
  });
}

void TrustStore::clear(Purpose purpose) {
  state_->change(purpose, [](Anchors& anchors) {
    anchors.certificates.clear();
    anchors.pinned_certificates.clear();
    anchors.pinned_keys.clear();
  });
}

std::size_t TrustStore::size(Purpose purpose) const { return state_->get(purpose)->size(); }

std::size_t TrustStore::cached_chains() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < purpose_count; ++i) count += state_->get(static_cast<Purpose>(i))->cache.size();
  return count;
}

Evaluation TrustStore::evaluate(Purpose purpose, std::span<const ByteView> x5chain, const DocType& doc_type,
                                UtcSeconds now, const ClockPolicy& clock, const DecodeLimits& limits) const {
  if (x5chain.empty()) return {.error = Error{.code = Errc::missing_element, .where = "x5chain"}};
  if (x5chain.size() > limits.max_certificates) return {.error = Error{.code = Errc::too_many, .where = "x5chain"}};

  const std::shared_ptr<const Anchors> anchors = state_->get(purpose);
  const auto key = chain_key(x5chain, doc_type);
  if (!key) return {.error = key.error()};
  if (TrustedChain known = anchors->cache.find(*key); known.chain) {
    const DateVerdict date = judge_dates(known.outcome, *known.chain, now, clock);
    // Outside its dates the chain is looked at again: another path may be valid by now.
    if (date == DateVerdict::within || date == DateVerdict::clock_unknown) {
      return {.outcome = known.outcome, .chain = std::move(known.chain), .date = date};
    }
  }

  Evaluation evaluation = anchors->evaluate(x5chain, doc_type, now, clock, limits);
  if (evaluation.trusted()) anchors->cache.insert(*key, {evaluation.outcome, evaluation.chain});
  return evaluation;
}

Evaluation TrustStore::Anchors::evaluate(std::span<const ByteView> x5chain, const DocType& doc_type, UtcSeconds now,
                                         const ClockPolicy& clock, const DecodeLimits& limits) const {
  std::vector<crypto::Certificate> parsed;
  parsed.reserve(x5chain.size());
  std::optional<Error> undecodable;
  for (const ByteView der : x5chain) {
    auto certificate = crypto::Certificate::from_der(der, limits.max_certificate_bytes);
    if (!certificate) {
      undecodable = certificate.error();
      undecodable->where = Path("x5chain") / parsed.size();
      break;
    }
    parsed.push_back(*std::move(certificate));
  }
  if (parsed.empty()) return {.error = undecodable};

  EvaluatedChain chain{.signer = SignerFacts::of(parsed.front()),
                       .anchor = {},
                       .valid_from = parsed.front().not_before(),
                       .valid_until = parsed.front().not_after(),
                       .includes_self_issued = parsed.size() > 1 && parsed.back().is_self_issued()};
  Evaluation evaluation{.outcome = PathOutcome::malformed, .error = undecodable};
  if (!undecodable) evaluation.outcome = judge(chain, parsed, doc_type, now, clock, evaluation.error);
  evaluation.date = judge_dates(evaluation.outcome, chain, now, clock);
  evaluation.chain = std::make_shared<const EvaluatedChain>(std::move(chain));
  return evaluation;
}

PathOutcome TrustStore::Anchors::judge(EvaluatedChain& chain, std::span<const crypto::Certificate> x5chain,
                                       const DocType& doc_type, UtcSeconds now, const ClockPolicy& clock,
                                       std::optional<Error>& error) const {
  const crypto::Certificate& leaf = x5chain.front();
  if (size() == 0) return PathOutcome::no_anchors;
  bool limited = false;  // something would trust the chain, for other docTypes

  for (const Anchor& pin : pinned_certificates) {
    if (pin.certificate != leaf) continue;
    if (!allows(pin.options, doc_type)) {
      limited = true;
      continue;
    }
    chain.anchor = AnchorFacts{.subject = leaf.subject().text(), .source = pin.options.source, .pinned = true};
    return PathOutcome::pinned_certificate;
  }
  for (const PinnedKey& pin : pinned_keys) {
    if (!leaf.public_key() || *leaf.public_key() != pin.key) continue;
    if (!allows(pin.options, doc_type)) {
      limited = true;
      continue;
    }
    chain.anchor = AnchorFacts{.source = pin.options.source, .pinned = true};
    return PathOutcome::pinned_key;
  }

  std::vector<crypto::Certificate> allowed;
  std::vector<crypto::Certificate> others;
  for (const Anchor& anchor : certificates) {
    (allows(anchor.options, doc_type) ? allowed : others).push_back(anchor.certificate);
  }
  const auto path = find_path(leaf, x5chain.subspan(1), allowed, now, clock);
  if (!path) {
    if (limited || (!others.empty() && find_path(leaf, x5chain.subspan(1), others, now, clock))) {
      return PathOutcome::other_doc_types_only;
    }
    if (!allowed.empty()) error = path.error();  // where there are pins alone, no path was looked for
    return PathOutcome::untrusted;
  }
  for (const crypto::Certificate& certificate : *path) {
    chain.valid_from = std::max(chain.valid_from, certificate.not_before());
    chain.valid_until = std::min(chain.valid_until, certificate.not_after());
  }
  const crypto::Certificate& root = path->back();
  const auto anchor = std::ranges::find(certificates, root, &Anchor::certificate);
  chain.anchor = AnchorFacts{.subject = root.subject().text(), .source = anchor->options.source};
  if (const auto country = root.country()) chain.anchor->country = std::string(*country);
  return PathOutcome::path;
}

}  // namespace mdoc::trust
