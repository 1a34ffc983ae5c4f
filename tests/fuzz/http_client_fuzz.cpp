// The mdoc reader's end of the HTTP data path: byte 0 is the size of the pieces, the rest is what a peer answers.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "mdoc/transport/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::max<std::size_t>(data[0], 1);
  mdoc::ByteView rest(data + 1, size - 1);
  auto client = *mdoc::transport::HttpClientFramer::create("::1", 8080);
  if (!client.request(mdoc::as_bytes("question"))) std::abort();
  while (!rest.empty()) {
    const auto bytes = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(bytes.size());
    const auto response = client.on_bytes(bytes);
    if (!response) {
      if (client.on_bytes(bytes) || client.request(bytes) || client.on_end()) std::abort();  // final
      return 0;
    }
    if (!*response) continue;
    if (client.request(mdoc::as_bytes("question")).has_value() != (*response)->reusable) std::abort();
    if (!(*response)->reusable) return 0;
  }
  if (client.on_end()) std::abort();  // an answer is due at any time here
  return 0;
}
