// The URI of a token or of a key in it.
#include "mdoc/pkcs11/token_uri.hpp"

#include <string>

#include "invariants.hpp"

using mdoc::fuzz::require;
using mdoc::pkcs11::TokenUri;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto uri = TokenUri::parse(mdoc::as_text({data, size}));
  if (!uri) {
    mdoc::fuzz::require_place(uri.error(), size);
    return 0;
  }
  const std::string text = uri->text();
  for (const char c : text) require(c > ' ' && c <= '~');  // may be shown to anybody
  // What is written may be longer than what was read, by percent signs.
  const auto again = TokenUri::parse(text);
  require(again || text.size() > TokenUri::max_bytes);
  if (!again) return 0;
  require(again->text() == text && again->id == uri->id && again->object == uri->object && again->type == uri->type);
  require(again->token == uri->token && again->serial == uri->serial && again->module_path == uri->module_path);
  require(!again->pin_value.has_value());
  return 0;
}
