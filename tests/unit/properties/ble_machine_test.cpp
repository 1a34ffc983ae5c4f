// Every input in every state of BlePeripheral and BleCentral, and what came before and after it.
#include <gtest/gtest.h>

#include <iomanip>
#include <iostream>

#include "unit/properties/ble_script.hpp"
#include "unit/properties/ble_walk.hpp"
#include "unit/properties/dice.hpp"

namespace mdoc::properties {
namespace {

/// A table of counts with one row for each input.
class Table {
 public:
  Table(std::size_t states, const std::vector<const char*>& inputs)
      : inputs_(inputs), counts_(states, std::vector<std::size_t>(inputs.size())) {}
  void count(std::size_t state, std::size_t input) { ++counts_[state][input]; }

  template <class State>
  void print() const {
    constexpr int first = 26, width = 16;
    std::cout << std::left << std::setw(first) << "" << std::right;
    for (std::size_t i = 0; i < counts_.size(); ++i) std::cout << std::setw(width) << name(static_cast<State>(i));
    std::cout << '\n';
    for (std::size_t input = 0; input < inputs_.size(); ++input) {
      std::cout << std::left << std::setw(first) << inputs_[input] << std::right;
      for (const auto& of_state : counts_) std::cout << std::setw(width) << of_state[input];
      std::cout << '\n';
    }
  }
  template <class State>
  void expect_no_empty_cell() const {
    for (std::size_t state = 0; state < counts_.size(); ++state) {
      for (std::size_t input = 0; input < inputs_.size(); ++input) {
        EXPECT_GT(counts_[state][input], 0u)
            << "never seen: " << inputs_[input] << " while " << name(static_cast<State>(state));
      }
    }
  }

 private:
  const std::vector<const char*>& inputs_;
  std::vector<std::vector<std::size_t>> counts_;
};

template <class Walk>
void expect_right_conduct(const char* test, std::uint64_t seed, std::uint64_t usual_cases) {
  using State = typename Walk::State;
  const std::vector<const char*>& inputs = Walk::input_names();
  const std::uint64_t cells = Walk::states * inputs.size();
  const Cases cases(test, seed, usual_cases);
  Table table(Walk::states, inputs);
  for (std::uint64_t number = cases.first; number < cases.end; ++number) {
    Dice dice(cases.seed, number);
    BleChoices choices([&dice] { return dice.next(); });
    const std::uint64_t cell = number % cells;
    Walk walk(choices, static_cast<State>(cell % Walk::states),
              [&table](std::size_t state, std::size_t input) { table.count(state, input); });
    const std::string wrong = walk.run(static_cast<std::size_t>(cell / Walk::states));
    if (!wrong.empty()) FAIL() << wrong << '\n' << cases.again(number);
  }
  table.print<State>();
  if (cases.first == 0 && cases.end >= 10 * cells) table.expect_no_empty_cell<State>();
}

TEST(BlePeripheralMachine, DoesWhatIsSaidOfItForEveryInputInEveryState) {
  expect_right_conduct<BleServerWalk>("BlePeripheralMachine", 1813, 60'000);
}

TEST(BleCentralMachine, DoesWhatIsSaidOfItForEveryInputInEveryState) {
  expect_right_conduct<BleClientWalk>("BleCentralMachine", 5111, 60'000);
}

// Walks have a handful of peers; a room may have more.
TEST(BlePeripheralMachine, HasACrowdGiveWayToWhoeverComesLast) {
  using Kind = BleEvent::Kind;
  BleServerMonitor monitor(script_service(), std::nullopt, {});
  auto machine = transport::BlePeripheral::create(script_service(), std::nullopt, {}).value();
  const auto happen = [&](BleEvent event) {
    event.at = TimePoint{std::chrono::hours{1}};
    const Result<void> answer = hand_over(event, machine);
    std::vector<transport::BleEffect> effects;
    while (auto effect = machine.poll()) effects.push_back(*std::move(effect));
    EXPECT_EQ(monitor.judge(event, answer, effects, machine.deadline()), "") << text(event, monitor.service());
  };
  happen({.kind = Kind::start});
  happen({.kind = Kind::registered});
  constexpr std::uint64_t crowd = 50;
  for (std::uint64_t i = 1; i <= crowd; ++i)
    happen({.kind = Kind::connected, .peer = static_cast<transport::BlePeer>(i)});
  EXPECT_EQ(monitor.link(), nullptr);
  const transport::Uuid state = script_service().uuid_of(transport::BleCharacteristic::state);
  happen({.kind = Kind::value, .peer = transport::BlePeer{crowd}, .characteristic = state, .bytes = {1}});
  ASSERT_NE(monitor.link(), nullptr);
  EXPECT_EQ(monitor.link()->route().peer, transport::BlePeer{crowd});
}

}  // namespace
}  // namespace mdoc::properties
