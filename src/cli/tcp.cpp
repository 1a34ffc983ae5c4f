#include "cli/tcp.hpp"

#include <string_view>

#include "cli/failure.hpp"

namespace mdoc::cli {

boost::asio::ip::tcp::endpoint tcp_endpoint(const std::string& text, bool insecure) {
  constexpr std::string_view here = "localhost:";  // the one name that needs no resolver
  const auto endpoint = asio::parse_endpoint(text.starts_with(here) ? "127.0.0.1:" + text.substr(here.size()) : text);
  if (!endpoint) throw Failure(ExitCode::usage, "\"" + text + "\" is no address; write it like 127.0.0.1:8080");
  if (!endpoint->address().is_loopback() && !insecure) {
    throw Failure(ExitCode::usage, text +
                                       " is outside of this machine: plain TCP is for tests; if you mean it, add "
                                       "--insecure-tcp");
  }
  return *endpoint;
}

asio::HttpLinkOptions tcp_options(bool insecure) { return {.allow_other_hosts = insecure}; }

}  // namespace mdoc::cli
