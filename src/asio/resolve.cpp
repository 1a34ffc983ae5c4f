#include "asio/resolve.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>

#include "asio/until.hpp"

namespace mdoc::asio {

using net::ip::tcp;

namespace {

// Shared by the query and whoever waits for it, as either may be gone first.
struct Query {
  explicit Query(const net::any_io_executor& executor) : resolver(executor), answered(executor, never) {}

  tcp::resolver resolver;
  net::steady_timer answered;  // cancelled with the answer
  bool done = false;
  boost::system::error_code error;
  tcp::resolver::results_type results;
};

}  // namespace

net::awaitable<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port) {
  constexpr std::size_t max_endpoints = 16;
  boost::system::error_code no_address;
  const auto address = net::ip::make_address(host, no_address);
  if (!no_address) co_return std::vector{tcp::endpoint(address, port)};

  const auto query = std::make_shared<Query>(co_await net::this_coro::executor);
  query->resolver.async_resolve(
      host, std::to_string(port), tcp::resolver::numeric_service,
      [query](const boost::system::error_code& error, const tcp::resolver::results_type& results) {
        query->done = true;
        query->error = error;
        query->results = results;
        query->answered.cancel();
      });
  co_await query->answered.async_wait(use_tuple);
  const Path where = Path("fetch") / "resolve";
  if (!query->done) {
    query->resolver.cancel();  // one that has not begun never does
    co_return Error{.code = Errc::link_closed, .where = where};
  }
  if (query->error) co_return Error{.code = Errc::connect_failed, .where = where, .native = query->error.value()};
  std::vector<tcp::endpoint> endpoints;
  for (const auto& entry : query->results) {
    const tcp::endpoint endpoint = entry.endpoint();
    if (endpoints.size() < max_endpoints && std::ranges::find(endpoints, endpoint) == endpoints.end()) {
      endpoints.push_back(endpoint);
    }
  }
  co_return endpoints;
}

}  // namespace mdoc::asio
