#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/trust/trust_store.hpp"

namespace mdoc::trust {

/// A chain that was trusted when it was looked at, and why.
struct TrustedChain {
  PathOutcome outcome{};
  std::shared_ptr<const EvaluatedChain> chain{};
};

/// Bounded map from the digest of a chain to what was found out about it. Thread-safe. When it is
/// full, the oldest entry goes: a reader meets few document signers, so order of use does not matter.
class ChainCache {
 public:
  using Key = std::array<std::uint8_t, 32>;

  /// Its `chain` is null where there is none.
  [[nodiscard]] TrustedChain find(const Key& key) const {
    const std::shared_lock lock(mutex_);
    const auto entry = entries_.find(key);
    return entry == entries_.end() ? TrustedChain{} : entry->second;
  }

  void insert(const Key& key, TrustedChain chain) {
    const std::unique_lock lock(mutex_);
    if (!entries_.insert_or_assign(key, std::move(chain)).second) return;
    order_.push_back(key);
    if (order_.size() > TrustStore::cache_capacity) {
      entries_.erase(order_.front());
      order_.pop_front();
    }
  }

  [[nodiscard]] std::size_t size() const {
    const std::shared_lock lock(mutex_);
    return entries_.size();
  }

 private:
  struct FirstBytes {  // the key is a digest already
    std::size_t operator()(const Key& key) const noexcept {
      std::size_t hash = 0;
      std::memcpy(&hash, key.data(), sizeof hash);
      return hash;
    }
  };
  mutable std::shared_mutex mutex_;
  std::unordered_map<Key, TrustedChain, FirstBytes> entries_;
  std::deque<Key> order_;  // oldest first
};

}  // namespace mdoc::trust
