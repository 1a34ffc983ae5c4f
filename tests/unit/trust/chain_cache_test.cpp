#include "trust/chain_cache.hpp"

#include <gtest/gtest.h>

namespace mdoc::trust {
namespace {

ChainCache::Key key(std::size_t number) {
  ChainCache::Key key{};
  for (std::size_t i = 0; i < sizeof number; ++i) key[i] = static_cast<std::uint8_t>(number >> 8 * i);
  return key;
}

TrustedChain chain() { return {.outcome = PathOutcome::path, .chain = std::make_shared<const EvaluatedChain>()}; }

TEST(ChainCache, ForgetsTheOldestWhenItIsFull) {
  ChainCache cache;
  for (std::size_t i = 0; i < TrustStore::cache_capacity + 3; ++i) cache.insert(key(i), chain());
  EXPECT_EQ(cache.size(), TrustStore::cache_capacity);
  EXPECT_FALSE(cache.find(key(2)).chain);
  EXPECT_TRUE(cache.find(key(3)).chain);
  EXPECT_TRUE(cache.find(key(TrustStore::cache_capacity + 2)).chain);
}

TEST(ChainCache, ReplacesWhatItKnows) {
  ChainCache cache;
  const TrustedChain second = chain();
  cache.insert(key(1), chain());
  cache.insert(key(1), second);
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.find(key(1)).chain, second.chain);
}

}  // namespace
}  // namespace mdoc::trust
