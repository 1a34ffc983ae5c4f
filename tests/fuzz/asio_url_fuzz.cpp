// A URL and a reference on its page, separated by a line feed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "mdoc/asio/url.hpp"
#include "mdoc/core/bytes.hpp"

namespace {

void check(const mdoc::asio::Url& url) {
  const auto again = mdoc::asio::Url::parse(url.text());
  // What is written out may be longer than what was read, by a "/" or a port.
  if (!again && url.text().size() <= mdoc::asio::Url::max_bytes) std::abort();
  if (again && *again != url) std::abort();
  for (const char c : url.text()) {
    if (c <= ' ' || c > '~' || c == '#' || c == '\\') std::abort();  // ends a request line, or means two things
  }
  if (url.host().empty() || url.port() == 0 || !url.target().starts_with('/')) std::abort();
  if (url.authority().find('@') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = mdoc::as_text({data, size});
  const auto line = input.find('\n');
  const auto url = mdoc::asio::Url::parse(input.substr(0, line));
  if (!url) return 0;
  check(*url);
  if (line == std::string_view::npos) return 0;
  if (const auto resolved = url->resolve(input.substr(line + 1))) check(*resolved);
  return 0;
}
