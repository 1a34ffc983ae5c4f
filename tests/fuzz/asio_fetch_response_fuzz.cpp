// The response to a fetch: byte 0 is the size of the pieces, the rest is what a server answers.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "asio/response_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = std::max<std::size_t>(data[0], 1);
  mdoc::ByteView rest(data + 1, size - 1);
  mdoc::FetchRequest request;
  request.limits = {.max_bytes = std::size_t{1} << 16, .max_header_bytes = std::size_t{1} << 12};
  mdoc::asio::ResponseReader reader(request);
  bool whole = false;
  while (!rest.empty() && !whole) {
    const auto bytes = rest.first(std::min(piece, rest.size()));
    rest = rest.subspan(bytes.size());
    const auto done = reader.on_bytes(bytes);
    if (!done) return 0;
    whole = *done;
  }
  if (!whole && !reader.on_end()) return 0;
  const auto body = reader.take_body();
  if (body.size() > request.limits.max_bytes) std::abort();
  if (!body.empty() && !mdoc::asio::is_success(reader.head().status)) std::abort();
  return 0;
}
