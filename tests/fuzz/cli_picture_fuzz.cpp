// Any bytes as a portrait that the tool draws. What decodes has the width that was asked for, and all its
// pixels.

#include <cstdint>

#include "cli/picture.hpp"
#include "fuzz/invariants.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mdoc;  // NOLINT(google-build-using-namespace)
  constexpr std::size_t columns = 36;
  if (const auto picture = cli::decode_picture({data, size}, columns)) {
    fuzz::require(picture->width == columns && picture->height >= 2 && picture->height <= 4096);
    fuzz::require(picture->pixels.size() == picture->width * picture->height);
  }
  return 0;
}
