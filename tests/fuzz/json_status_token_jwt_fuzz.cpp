// Any text as a list token in JWT form. What the strict level accepts is accepted by the others, errors name a
// character of the token, and nobody's trust is gained by it: whatever certificate it brings, a stranger's anchor does
// not cover it, and trusting that certificate itself still leaves the signature to be right.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "fuzz/status_checks.hpp"
#include "mdoc/json/status_token_jwt.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes text = SharedBytes::copy_of({data, size});
  const trust::StatusListLimits limits{.max_token = std::size_t{1} << 16};
  const auto token = fuzz::decode_at_levels(
      [&](Level level) { return json::decode_status_token_jwt(text, {.level = level}, limits); }, size);
  if (!token) return 0;

  require(token->kind() == trust::StatusListKind::status_list);
  fuzz::check_token(*token, text, limits);
  return 0;
}
