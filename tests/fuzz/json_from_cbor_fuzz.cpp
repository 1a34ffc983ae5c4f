// Any bytes as an item to show as JSON. Shown is what is well-formed, at each level; the text is JSON, and what of
// it can be written as CBOR shows the same again.

#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/value.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

Result<void> skip(ByteView input, Level level) {
  cbor::Reader reader(input, {.level = level});
  if (const auto skipped = reader.skip(); !skipped) return skipped.error();
  return reader.finish();
}

/// Shown is what is well-formed, but for a string in several chunks, which is not put together; and a key may have as
/// many levels of its own as an item.
void check_acceptance(const Result<std::string>& shown, const Result<void>& skipped) {
  if (!shown && skipped) require(shown.error().code == Errc::indefinite_length);
  if (shown && !skipped) require(skipped.error().code == Errc::too_deep);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto show = [&](Level level) {
    const auto text = json::from_cbor(input, {.level = level});
    check_acceptance(text, skip(input, level));
    return text;
  };
  const auto text = fuzz::decode_at_levels(show, size);
  const auto opened = json::from_cbor(input, {.level = Level::lenient}, {.open_embedded = true});
  require(text.has_value() == opened.has_value());
  if (!text) return 0;

  const auto value = fuzz::parsed(*text);
  (void)fuzz::parsed(*opened);
  const auto encoded = json::to_cbor(*text);
  const auto encoded_of_opened = json::to_cbor(*opened);
  if (encoded && encoded_of_opened) require(fuzz::same(*encoded, *encoded_of_opened));
  if (!encoded) {  // too deep as JSON, or a map that has the form of something else
    require(encoded.error().code == Errc::too_deep || encoded.error().code == Errc::bad_value);
    return 0;
  }
  const auto again = json::from_cbor(*encoded, {.level = Level::strict});
  require(again.has_value());
  require(fuzz::equivalent(fuzz::parsed(*again), fuzz::through_cbor(value)));
  return 0;
}
