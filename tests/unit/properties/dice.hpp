#pragma once
// Random cases that can be had again: each has a seed of its own, made of that of the run and its number.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"

namespace mdoc::properties {

/// What the cases of a test are made of. The same on every platform.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  Dice(std::uint64_t seed, std::uint64_t case_number) : Dice(mix(seed + mix(case_number))) {}

  [[nodiscard]] std::uint64_t next() { return engine_(); }
  /// @pre bound > 0
  [[nodiscard]] std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }
  [[nodiscard]] bool one_in(std::size_t count) { return below(count) == 0; }
  template <class Container>
  [[nodiscard]] const auto& pick(const Container& from) {
    return from[below(std::size(from))];
  }
  [[nodiscard]] Bytes bytes(std::size_t size) {
    Bytes made(size);
    for (auto& byte : made) byte = static_cast<std::uint8_t>(next());
    return made;
  }
  /// As far as a test needs it: neighbours have nothing in common.
  [[nodiscard]] static std::uint64_t mix(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
  }

 private:
  std::mt19937_64 engine_;
};

/// Which cases a test runs. MDOC_PROPERTY_SEED is the seed, or `fresh`; MDOC_PROPERTY_CASE the only case;
/// MDOC_PROPERTY_PERCENT the share of the usual cases.
struct Cases {
  std::uint64_t seed;
  std::uint64_t first = 0;
  std::uint64_t end;

  Cases(std::string_view test, std::uint64_t usual_seed, std::uint64_t usual_cases)
      : seed(usual_seed), end(usual_cases) {
    if (const char* text = std::getenv("MDOC_PROPERTY_PERCENT")) end = usual_cases * std::stoull(text) / 100;
    if (const char* text = std::getenv("MDOC_PROPERTY_SEED")) {
      seed = std::string_view(text) == "fresh" ? std::random_device()() : std::stoull(text);
    }
    if (const char* text = std::getenv("MDOC_PROPERTY_CASE")) {
      first = std::stoull(text);
      end = first + 1;
    }
    std::cout << test << ": " << end - first << " cases, seed " << seed << '\n';
  }
  /// All of them run, so that what must come up in them has come up.
  [[nodiscard]] bool is_whole() const { return first == 0 && end >= 1000; }
  /// For SCOPED_TRACE.
  [[nodiscard]] std::string again(std::uint64_t case_number) const {
    return "again: MDOC_PROPERTY_SEED=" + std::to_string(seed) + " MDOC_PROPERTY_CASE=" + std::to_string(case_number);
  }
};

}  // namespace mdoc::properties
