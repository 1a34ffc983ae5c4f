#include "cli/repeated_member.hpp"

#include <cstdint>

#include "json/strict_handler.hpp"

namespace mdoc::cli {

std::optional<std::string> repeated_member(std::string_view text) {
  boost::json::basic_parser<json::StrictHandler> parser(boost::json::parse_options{}, SIZE_MAX);
  boost::system::error_code failure;
  parser.write_some(false, text.data(), text.size(), failure);
  if (parser.handler().failure() != Errc::duplicate_key) return std::nullopt;
  return parser.handler().repeated();
}

}  // namespace mdoc::cli
