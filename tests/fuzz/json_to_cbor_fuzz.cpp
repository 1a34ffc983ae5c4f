// Any text as JSON of a value. What is taken stands for one item that a strict peer reads, and that says the same when
// it is shown as JSON again.

#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/json/value.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

void require_utf8(std::string_view text) {
  while (take_character(text)) {}
  require(text.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  const auto encoded = json::to_cbor(text);
  if (!encoded) {
    const Errc code = encoded.error().code;
    if (code == Errc::duplicate_key || code == Errc::too_large || code == Errc::too_many) return 0;
    require(code == Errc::bad_encoding || code == Errc::bad_value || code == Errc::too_deep);
    boost::system::error_code failure;
    (void)fuzz::bj::parse(fuzz::bj::string_view(text.data(), text.size()), failure);
    require((code == Errc::bad_encoding) == (failure && failure != fuzz::bj::error::too_deep));
    return 0;
  }
  require_utf8(text);
  const auto shown = json::from_cbor(*encoded, {.level = Level::strict});
  if (!shown) {
    require(shown.error().kind() == ErrorKind::limit);  // our own item may be larger than one that we take
    return 0;
  }
  require(fuzz::equivalent(fuzz::parsed(*shown), fuzz::through_cbor(fuzz::parsed(text))));
  return 0;
}
