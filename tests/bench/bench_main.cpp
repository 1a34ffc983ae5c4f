// Time and heap of each operation beside its floor.

#include <benchmark/benchmark.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include "bench/operation.hpp"
#include "support/allocations.hpp"

namespace mdoc::bench {
namespace {

/// The value below which the `part` of all values lies: 0.5 is the median.
double quantile(std::vector<double> values, double part) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size()));
  std::ranges::nth_element(values, place);
  return *place;
}

/// Runs work and floor in turns, so that both meet the same machine, and reports the ratio of their
/// medians, the same of their fastest tenth, which the neighbours on a shared machine disturb less, and
/// what one run of the work asks of the heap. The time of the benchmark is that of the work.
void measure(benchmark::State& state, const NamedOperation& named) {
  using Clock = std::chrono::steady_clock;
  const Operation operation = named.make();
  const auto seconds = [](const std::function<void()>& run) {
    const auto begin = Clock::now();
    run();
    return std::chrono::duration<double>(Clock::now() - begin).count();
  };
  std::vector<double> work, floor;
  for (auto _ : state) {
    operation.prepare();
    work.push_back(seconds(operation.work));
    floor.push_back(seconds(operation.floor));
    state.SetIterationTime(work.back());
  }
  operation.prepare();
  const testing::Allocations allocations = testing::allocations_of(operation.work);
  state.counters["ratio"] = quantile(work, 0.5) / quantile(floor, 0.5);
  state.counters["ratio_tenth"] = quantile(work, 0.1) / quantile(floor, 0.1);
  state.counters["floor_us"] = quantile(floor, 0.5) * 1e6;
  state.counters["work_us"] = quantile(work, 0.5) * 1e6;
  state.counters["allocs"] = static_cast<double>(allocations.count);
  state.counters["openssl"] = static_cast<double>(allocations.openssl_count);
  state.counters["heap_kB"] = static_cast<double>(allocations.peak) / 1024;
}

}  // namespace
}  // namespace mdoc::bench

int main(int argc, char** argv) {
  auto operations = mdoc::bench::operations();
  mdoc::bench::add_threads(operations);
  for (const auto& operation : operations) {
    benchmark::RegisterBenchmark(operation.name.c_str(), [&operation](benchmark::State& state) {
      mdoc::bench::measure(state, operation);
    })->UseManualTime();
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::AddCustomContext("openssl", OpenSSL_version(OPENSSL_VERSION));
  benchmark::AddCustomContext("compiler", __VERSION__);
  benchmark::RunSpecifiedBenchmarks();
}
