#include "mdoc/asio/trust_update.hpp"

namespace mdoc::asio {

net::awaitable<std::vector<TrustUpdate>> update(TrustKeeper& keeper) { return update(keeper, TrustUpdateOptions{}); }

net::awaitable<std::vector<TrustUpdate>> update(TrustKeeper& keeper, TrustUpdateOptions options) {
  if (!options.fetch.allow) options.fetch.allow = only_public_addresses;
  std::vector<TrustUpdate> updates;
  for (std::size_t round = 0; round < options.max_rounds; ++round) {
    const std::size_t room = options.max_fetches - updates.size();
    const std::vector<FetchRequest> requests = keeper.due(options.fetch.clock->now().utc, room);
    if (requests.empty()) break;
    for (const FetchRequest& request : requests) {
      const auto answer = co_await fetch(request, options.fetch);
      updates.push_back(
          {.url = request.url, .result = keeper.on_fetched(request.id, answer, options.fetch.clock->now().utc)});
    }
  }
  co_return updates;
}

}  // namespace mdoc::asio
