#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include "bench/allocations.hpp"

namespace mdoc::bench {

/// Runs `work` and `floor` in turns, so that both meet the same machine, and reports the ratio of their
/// medians, the floor, and what one run of `work` allocates. The time of the benchmark is that of `work`.
/// `prepare` runs before each turn and is not measured.
template <class Work, class Floor, class Prepare>
void paired(benchmark::State& state, const Work& work, const Floor& floor, const Prepare& prepare) {
  using clock = std::chrono::steady_clock;
  const auto seconds = [](auto&& run) {
    const auto begin = clock::now();
    run();
    return std::chrono::duration<double>(clock::now() - begin).count();
  };
  std::vector<double> ours, bare;
  for (auto _ : state) {
    prepare();
    ours.push_back(seconds(work));
    bare.push_back(seconds(floor));
    state.SetIterationTime(ours.back());
  }
  const auto median = [](std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  };
  prepare();
  const double floor_median = median(bare);
  const Allocations allocations = allocations_of(work);
  state.counters["ratio"] = median(ours) / floor_median;
  state.counters["floor_us"] = floor_median * 1e6;
  state.counters["allocs"] = static_cast<double>(allocations.count);
  state.counters["heap_kB"] = static_cast<double>(allocations.peak) / 1024;
}

template <class Work, class Floor>
void paired(benchmark::State& state, const Work& work, const Floor& floor) {
  paired(state, work, floor, [] {});
}

}  // namespace mdoc::bench
