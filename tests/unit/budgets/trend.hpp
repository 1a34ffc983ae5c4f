#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "support/allocations.hpp"

namespace mdoc::testing {

/// What a program holds between two turns of a series, looked at again and again. Where its inputs are the same each
/// time, so is what it holds: whatever moves is a leak, however slow.
class Trend {
 public:
  enum Measure : std::size_t { bytes, blocks, peak, pending, handles };
  static constexpr std::array<std::string_view, 5> what{"bytes of the heap", "blocks of the heap", "peak of the heap",
                                                        "events and timers to come", "open handles"};

  /// Room for all samples beforehand: ours must not count.
  explicit Trend(std::size_t samples) { samples_.reserve(samples); }

  /// Between start_counting() and stop_counting().
  void look(std::size_t turns, std::size_t to_come) {
    const std::size_t open = open_handles();
    const Held heap = held();
    samples_.push_back({turns, {heap.bytes, heap.blocks, heap.peak, to_come, open}});
  }

  [[nodiscard]] std::size_t samples() const noexcept { return samples_.size(); }

  /// Least squares: how much more there is of it after each turn.
  [[nodiscard]] double slope(Measure of) const {
    double turns = 0;
    double values = 0;
    for (const Sample& each : samples_) {
      turns += static_cast<double>(each.turns);
      values += static_cast<double>(each.values[of]);
    }
    turns /= static_cast<double>(samples_.size());
    values /= static_cast<double>(samples_.size());
    double both = 0;
    double square = 0;
    for (const Sample& each : samples_) {
      const double distance = static_cast<double>(each.turns) - turns;
      both += distance * (static_cast<double>(each.values[of]) - values);
      square += distance * distance;
    }
    return both / square;
  }

  /// One line for each measure that is not the same in all samples; empty: the slope of each is zero.
  [[nodiscard]] std::string moves() const {
    std::string text;
    for (std::size_t i = 0; i < what.size(); ++i) {
      const auto [least, most] = std::ranges::minmax(samples_, {}, [i](const Sample& each) { return each.values[i]; });
      if (most.values[i] - least.values[i] <= rounding(Measure{i})) continue;
      text.append(what[i]).append(": ").append(std::to_string(least.values[i])).append(" to ");
      text.append(std::to_string(most.values[i])).append(", ").append(std::to_string(slope(Measure{i})));
      text.append(" a turn\n");
    }
    return text;
  }

 private:
  struct Sample {
    std::size_t turns = 0;
    std::array<std::size_t, what.size()> values{};
  };

  /// malloc gives a block 16 bytes more where these would be too few for another one; and OpenSSL blinds scalars by
  /// numbers that are not always as long. What leaks is a block, or grows beyond this.
  [[nodiscard]] std::size_t rounding(Measure of) const {
    if (of == bytes) return 16 * samples_.front().values[blocks];
    return of == peak ? 1024 : 0;
  }

  /// File descriptors of the process, with the one that looks; 0 where the system does not show them.
  static std::size_t open_handles() {
    std::error_code none;
    std::size_t count = 0;
    for (std::filesystem::directory_iterator at("/proc/self/fd", none), end; !none && at != end; at.increment(none)) {
      ++count;
    }
    return count;
  }

  std::vector<Sample> samples_;
};

}  // namespace mdoc::testing
