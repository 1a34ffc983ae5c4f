// Every input in every state of Reader.
#include <gtest/gtest.h>

#include "unit/properties/reader_walk.hpp"

namespace mdoc::properties {
namespace {

TEST(ReaderMachine, DoesWhatIsSaidOfItForEveryInputInEveryState) {
  constexpr std::uint64_t seed = 18745;
  constexpr std::uint64_t cells = reader_states.size() * reader_inputs.size();
  constexpr std::uint64_t times = 12;
  const Cases cases("ReaderMachine", seed, cells * times);
  ReaderCoverage coverage(reader_states, reader_inputs);
  for (std::uint64_t number = cases.first; number < cases.end && !HasFailure(); ++number) {
    SCOPED_TRACE(cases.again(number));
    const std::uint64_t cell = number % cells;
    ReaderWalk walk(cases.seed, number, static_cast<ReaderState>(cell % reader_states.size()), coverage);
    walk.run(static_cast<ReaderInput>(cell / reader_states.size()));
  }
  coverage.print();
  if (!HasFailure() && cases.first == 0 && cases.end >= cells) coverage.expect_no_empty_cell();
}

}  // namespace
}  // namespace mdoc::properties
