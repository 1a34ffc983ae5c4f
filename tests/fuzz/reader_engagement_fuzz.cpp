// Any bytes as a ReaderEngagement: as the encoded map, and as the text of a link. Its parts are those of
// the input, and the link written from it gives the same bytes.

#include <cstdint>

#include "fuzz/engagement_checks.hpp"
#include "fuzz/invariants.hpp"
#include "mdoc/engagement/handover.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using engagement::ReaderEngagement;
using fuzz::require;

void check(const ReaderEngagement& decoded) {
  const ByteView bytes = decoded.bytes().view();
  if (decoded.e_reader_key_bytes()) require(fuzz::inside(bytes, decoded.e_reader_key_bytes()->bytes()));
  fuzz::check_methods(bytes, decoded.retrieval_methods());
  require(engagement::WebHandover::of(decoded).has_value());

  const auto again =
      engagement::parse_reader_engagement_uri(engagement::reader_engagement_uri(decoded), {.level = Level::lenient});
  require(again.has_value());
  require(fuzz::same(again->bytes().view(), bytes));
  require(again->version() == decoded.version());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes map = SharedBytes::copy_of({data, size});
  const auto from_map = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_reader_engagement(map, {.level = level}); }, size);
  if (from_map) {
    require(fuzz::inside(map.view(), from_map->bytes().view()) && from_map->bytes().size() == size);
    check(*from_map);
  }

  const std::string_view text = as_text(map.view());
  const auto from_text = fuzz::decode_at_levels(
      [&](Level level) { return engagement::parse_reader_engagement_uri(text, {.level = level}); }, size);
  if (from_text) check(*from_text);
  return 0;
}
