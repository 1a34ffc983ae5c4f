// The mdoc's end of the HTTP data path: byte 0 is the size of the pieces, the rest is what a peer sends.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "mdoc/transport/http.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::max<std::size_t>(data[0], 1);
  mdoc::ByteView rest(data + 1, size - 1);
  mdoc::transport::HttpServerFramer server;
  while (!rest.empty()) {
    const auto bytes = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(bytes.size());
    const auto message = server.on_bytes(bytes);
    const auto output = server.take_output();
    if (!message) {
      // A refusal is told to the peer, names its status, and is final.
      if (message.error().native < 400 || output.empty() || server.keep_alive()) std::abort();
      if (server.on_bytes(bytes) || server.respond(bytes)) std::abort();
      return 0;
    }
    if (message->has_value() != server.answer_due()) std::abort();
    if (*message && ((*message)->empty() || !server.respond(**message))) std::abort();
    if (!server.keep_alive()) return 0;
  }
  (void)server.on_end();
  return 0;
}
