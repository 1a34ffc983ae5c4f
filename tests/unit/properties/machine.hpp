#pragma once
// What the walks over both state machines share.

#include <algorithm>
#include <array>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/core/error.hpp"
#include "unit/properties/dice.hpp"
#include "unit/properties/raw_session.hpp"

namespace mdoc::properties {

/// How often each input came in each state.
template <std::size_t States, std::size_t Inputs>
class Coverage {
 public:
  Coverage(const std::array<const char*, States>& states, const std::array<const char*, Inputs>& inputs)
      : states_(states), inputs_(inputs) {}

  void count(std::size_t state, std::size_t input) { ++counts_[state][input]; }
  void print() const {
    constexpr int first = 26, width = 15;
    std::cout << std::left << std::setw(first) << "" << std::right;
    for (const char* state : states_) std::cout << std::setw(width) << state;
    std::cout << '\n';
    for (std::size_t input = 0; input < Inputs; ++input) {
      std::cout << std::left << std::setw(first) << inputs_[input] << std::right;
      for (std::size_t state = 0; state < States; ++state) std::cout << std::setw(width) << counts_[state][input];
      std::cout << '\n';
    }
  }
  void expect_no_empty_cell() const {
    for (std::size_t state = 0; state < States; ++state) {
      for (std::size_t input = 0; input < Inputs; ++input) {
        EXPECT_GT(counts_[state][input], 0u) << "never seen: " << inputs_[input] << " while " << states_[state];
      }
    }
  }

 private:
  const std::array<const char*, States>& states_;
  const std::array<const char*, Inputs>& inputs_;
  std::array<std::array<std::size_t, Inputs>, States> counts_{};
};

/// What must come out of a machine, and what came, as words; order does not count but for the last one.
class Expectation {
 public:
  void add(std::string word) { expected_.push_back(std::move(word)); }
  void add(std::string word, std::size_t times) { expected_.insert(expected_.end(), times, word); }
  void compare(std::vector<std::string> seen) {
    for (std::size_t i = 0; i + 1 < seen.size(); ++i) {
      EXPECT_FALSE(seen[i].starts_with("closed")) << "Closed is the last effect";
    }
    std::ranges::sort(seen);
    std::ranges::sort(expected_);
    EXPECT_EQ(seen, expected_);
    expected_.clear();
  }

 private:
  std::vector<std::string> expected_;
};

/// "closed", and why.
inline std::string closed_word(const std::optional<Error>& reason) {
  if (!reason) return "closed in good order";
  if (reason->kind() == ErrorKind::malformed) return "closed: malformed";
  return "closed: " + std::string(name(reason->code));
}
inline std::string closed_word(std::optional<Errc> reason) {
  return closed_word(reason ? std::optional(Error{.code = *reason}) : std::nullopt);
}

/// What a peer is told when a session ends for `reason` (second edition, 12.2.4); nothing: nobody is there.
inline std::optional<unsigned> told(std::optional<Errc> reason) {
  if (!reason) return 20;
  switch (*reason) {
    case Errc::decryption_failed:
    case Errc::unexpected_message: return 10;
    case Errc::link_closed:
    case Errc::terminated_by_peer:
    case Errc::peer_session_error: return std::nullopt;
    default: return Error{.code = *reason}.kind() == ErrorKind::malformed ? 11 : 20;
  }
}

/// No error names what it is about.
inline void expect_no_value_in(const Error& error) {
  const std::string text = describe(error);
  for (const char* value : {"Doe", "Jane", "D1234567", "1990-02-03"}) {
    EXPECT_EQ(text.find(value), std::string::npos) << text;
  }
}

/// No message at all.
inline Bytes some_garbage(Dice& dice, const Bytes& message) {
  static const std::array<Bytes, 7> fixed{Bytes{},
                                          Bytes{0xff},
                                          Bytes{0xa0},
                                          Bytes{0x80},
                                          Bytes{0x9f},
                                          Bytes{0xa1, 0x64, 'd', 'a', 't', 'a', 0x01},
                                          Bytes{0xa1, 0x64, 'd', 'a', 't', 'a', 0x41, 0x00}};
  if (!message.empty() && dice.one_in(2)) {
    return {message.begin(), message.begin() + static_cast<std::ptrdiff_t>(dice.below(message.size()))};
  }
  return dice.pick(fixed);
}

/// The same with one bit of "data" changed, which is its last member.
inline Bytes altered(Dice& dice, Bytes message) {
  constexpr std::size_t tail = 16;  // the tag, if nothing else
  message[message.size() - 1 - dice.below(tail)] ^= static_cast<std::uint8_t>(1u << dice.below(8));
  return message;
}

}  // namespace mdoc::properties
