#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <vector>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::asio {

/// The endpoints of a name, or of an address as text, each once and at most 16. The system's resolver blocks a thread
/// of its own and cannot be stopped: a coroutine that is cancelled leaves at once, and the query ends by itself.
/// @return transport/connect_failed, with the resolver's error; transport/link_closed: cancelled
[[nodiscard]] net::awaitable<Result<std::vector<net::ip::tcp::endpoint>>> resolve(std::string host, std::uint16_t port);

}  // namespace mdoc::asio
