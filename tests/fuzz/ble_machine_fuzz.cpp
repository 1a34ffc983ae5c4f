// Both machines of Bluetooth Low Energy: every decision of a walk is a byte or two of the input. Byte 0 says which
// machine and how long; what is seen is judged by the monitor of the walks.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "unit/properties/ble_walk.hpp"

namespace {

using namespace mdoc::properties;

template <class Walk>
std::string wrong_with(BleChoices& choices, std::size_t steps) {
  const auto target = static_cast<typename Walk::State>(choices.below(Walk::states));
  return Walk(choices, target, [](std::size_t, std::size_t) {}).wander(steps);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::uint8_t client = 1;
  constexpr std::size_t fewest = 10;
  const bool is_client = (data[0] & client) != 0;
  const std::size_t steps = fewest + data[0] / 2;
  std::size_t position = 1;
  BleChoices choices([&] {
    std::uint64_t choice = 0;  // of no more bytes
    for (int i = 0; i < 2 && position < size; ++i) choice = choice << 8 | data[position++];
    return choice;
  });
  const std::string wrong =
      is_client ? wrong_with<BleClientWalk>(choices, steps) : wrong_with<BleServerWalk>(choices, steps);
  if (!wrong.empty()) {
    std::fputs(wrong.c_str(), stderr);
    std::abort();
  }
  return 0;
}
