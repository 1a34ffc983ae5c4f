#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mdoc/asio/fetcher.hpp"
#include "mdoc/asio/net.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/trust_keeper.hpp"

namespace mdoc::asio {

/// What became of one fetch.
struct TrustUpdate {
  std::string url;
  Result<void> result;  ///< as TrustKeeper::on_fetched()
};

struct TrustUpdateOptions {
  /// Where FetchOptions::allow is empty, only_public_addresses decides: what documents, certificates and bundles want
  /// is fetched from addresses that anybody may have put there. Whoever has feeds in a private network gives a policy
  /// of his own, or any_address.
  FetchOptions fetch{};
  std::size_t max_rounds = 4;      ///< what arrives may show that more is to be fetched
  std::size_t max_fetches = 1024;  ///< of all rounds together
};

/// Fetches everything that is due, one thing after the other, and hands it to the keeper. Call it when the application
/// is idle, on start and then every so often; never while somebody waits at the reader.
/// @param keeper outlives the call, and is not used elsewhere meanwhile
/// @return each fetch that was made, in order. What failed is tried again by a later call.
[[nodiscard]] MDOC_EXPORT net::awaitable<std::vector<TrustUpdate>> update(TrustKeeper& keeper,
                                                                          TrustUpdateOptions options);
[[nodiscard]] MDOC_EXPORT net::awaitable<std::vector<TrustUpdate>> update(TrustKeeper& keeper);

}  // namespace mdoc::asio
