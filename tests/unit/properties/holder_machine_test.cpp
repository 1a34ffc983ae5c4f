// Every input in every state of Holder.
#include <gtest/gtest.h>

#include "unit/properties/holder_walk.hpp"

namespace mdoc::properties {
namespace {

TEST(HolderMachine, DoesWhatIsSaidOfItForEveryInputInEveryState) {
  constexpr std::uint64_t seed = 23220;
  constexpr std::uint64_t cells = holder_states.size() * holder_inputs.size();
  constexpr std::uint64_t times = 12;
  const Cases cases("HolderMachine", seed, cells * times);
  HolderCoverage coverage(holder_states, holder_inputs);
  for (std::uint64_t number = cases.first; number < cases.end && !HasFailure(); ++number) {
    SCOPED_TRACE(cases.again(number));
    const std::uint64_t cell = number % cells;
    HolderWalk walk(cases.seed, number, static_cast<HolderState>(cell % holder_states.size()), coverage);
    walk.run(static_cast<HolderInput>(cell / holder_states.size()));
  }
  coverage.print();
  if (!HasFailure() && cases.first == 0 && cases.end >= cells) coverage.expect_no_empty_cell();
}

}  // namespace
}  // namespace mdoc::properties
