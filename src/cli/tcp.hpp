#pragma once

#include <string>

#include "mdoc/asio/http_link.hpp"

namespace mdoc::cli {

/// The name of the bearer in reports: HTTP of the Wi-Fi Aware data path over plain TCP. Not a retrieval
/// method of any standard, and never announced as one.
inline constexpr const char* tcp_test_bearer = "tcp (test)";

/// An address or "localhost", and a port: refused outside of this machine unless `insecure`. Throws Failure.
[[nodiscard]] boost::asio::ip::tcp::endpoint tcp_endpoint(const std::string& text, bool insecure);
[[nodiscard]] asio::HttpLinkOptions tcp_options(bool insecure);

}  // namespace mdoc::cli
