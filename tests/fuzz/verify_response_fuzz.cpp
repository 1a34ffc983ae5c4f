// A response of any bytes, or a good one with some of its bytes changed. Whatever comes: no crash,
// and no value is released that the good response did not have.

#include <cstdint>

#include "fuzz/altered_response.hpp"
#include "support/released.hpp"

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Verifier verifier;
  static const testing::Released whole(verifier.judge(verifier.good, Level::strict)->documents.at(0));

  if (size == 0 || size > 16384) return 0;
  const Bytes response = fuzz::response_of({data, size}, verifier.good);
  for (const Level level : {Level::strict, Level::lenient}) {
    const auto outcome = verifier.judge(response, level);
    if (!outcome) continue;
    for (const auto& document : outcome->documents) require(testing::Released(document).is_part_of(whole));
  }
  return 0;
}
