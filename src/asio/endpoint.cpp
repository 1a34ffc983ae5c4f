#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "mdoc/asio/http_link.hpp"

namespace mdoc::asio {

using net::ip::tcp;

Result<tcp::endpoint> parse_endpoint(std::string_view text) {
  const Error bad{.code = Errc::bad_argument, .where = "endpoint"};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  auto host = text.substr(0, colon);
  const bool brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (brackets) host = host.substr(1, host.size() - 2);

  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return bad;

  boost::system::error_code error;
  const auto address = net::ip::make_address(std::string(host), error);
  if (error || address.is_v6() != brackets) return bad;
  return tcp::endpoint(address, port);
}

std::string to_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string host = endpoint.address().is_v6() ? "[" + address + "]" : address;
  return host + ":" + std::to_string(endpoint.port());
}

}  // namespace mdoc::asio
