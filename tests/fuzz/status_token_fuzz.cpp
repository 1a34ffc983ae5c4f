// Any bytes as a list token in CWT form. What the strict level accepts is accepted by the others, errors name a byte of
// the token, and nobody's trust is gained by it: whatever certificate it brings, a stranger's anchor does not cover it,
// and trusting that certificate itself still leaves the signature to be right.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "fuzz/status_checks.hpp"
#include "mdoc/trust/status_token.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const trust::StatusListLimits limits{.max_token = std::size_t{1} << 16, .max_identifiers = 256};
  const auto token = fuzz::decode_at_levels(
      [&](Level level) { return trust::decode_status_token_cwt(message, {.level = level}, limits); }, size);
  if (!token) return 0;

  for (const SharedBytes& certificate : token->x5chain()) require(fuzz::inside(message.view(), certificate.view()));
  fuzz::check_token(*token, message, limits);
  return 0;
}
