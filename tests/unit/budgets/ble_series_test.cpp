// Presentation after presentation in the virtual radio: nothing of them stays.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "ble_series.hpp"
#include "support/tap.hpp"
#include "trend.hpp"

namespace mdoc::testing {
namespace {

using namespace std::chrono_literals;
using transport::BleMode;

constexpr std::size_t between_looks = 100;

std::size_t presentations() {
  const char* const wanted = std::getenv("MDOC_TEST_PRESENTATIONS");
  return wanted != nullptr ? static_cast<std::size_t>(std::atoi(wanted)) : 10'000;
}

/// Counts, and looks after every hundredth presentation, as the first few find the greatest extent of queues. `after`
/// comes after each.
Trend trend_of(Series& series, std::size_t turns, const std::function<void(std::size_t)>& after) {
  Trend trend(turns / between_looks);
  for (std::size_t i = 1; i <= turns; ++i) {
    EXPECT_TRUE(series.present()) << "presentation " << i;
    after(i);
    if (::testing::Test::HasFailure()) break;
    if (i % between_looks == 0) trend.look(i, series.radio.counters().pending);
  }
  return trend;
}

class BleSeries : public ::testing::Test {
 protected:
  BleSeries() { start_counting(); }
  ~BleSeries() override { (void)stop_counting(); }
};

TEST_F(BleSeries, HeapTimersAndHandlesDoNotGrow) {
  for (const BleMode mode : both_modes) {
    for (const bool l2cap : {false, true}) {
      SCOPED_TRACE(std::string(name(mode)) + (l2cap ? ", L2CAP" : ", GATT"));
      start_counting();  // anew, so that the peak is of this series
      Series series(mode, l2cap);
      const Trend trend =
          trend_of(series, presentations(), [&](std::size_t) { EXPECT_EQ(series.radio.counters(), RadioCounters{}); });
      ASSERT_GE(trend.samples(), 2U);
      EXPECT_EQ(trend.samples(), presentations() / between_looks);
      EXPECT_EQ(trend.moves(), "");
    }
  }
}

// With all that is above the transport: keys, session, documents, trust. A presentation takes a hundred times as long,
// so there are a hundredth of them.
TEST_F(BleSeries, HoldersAndReadersDoNotGrowEither) {
  constexpr std::size_t between = 10;
  const std::size_t turns = std::max<std::size_t>(presentations() / 20, 3 * between);
  for (const BleMode mode : both_modes) {
    for (const bool l2cap : {false, true}) {
      SCOPED_TRACE(std::string(name(mode)) + (l2cap ? ", L2CAP" : ", GATT"));
      Tap tap(3'000);
      TapSettings settings;
      settings.mode = mode;
      settings.l2cap = l2cap;
      start_counting();
      Trend trend(turns / between);
      for (std::size_t i = 1; i <= turns; ++i) {
        ASSERT_TRUE(tap.present(settings)) << i;
        if (i % between == 0) trend.look(i, 0);
      }
      EXPECT_EQ(trend.moves(), "");
    }
  }
}

// What follows would pass unnoticed if the judgement above were blind.

TEST_F(BleSeries, AMessageThatIsKeptIsNoticed) {
  Series series(BleMode::mdoc_central_client);
  std::list<Bytes> kept;
  const Trend trend = trend_of(series, 1'000, [&](std::size_t) { kept.push_back(series.answer); });
  EXPECT_DOUBLE_EQ(trend.slope(Trend::blocks), 2) << "the message, and its place in the list";
  EXPECT_GT(trend.slope(Trend::bytes), 3'000);
  EXPECT_GT(trend.slope(Trend::peak), 3'000);
  EXPECT_EQ(trend.slope(Trend::pending), 0);
  EXPECT_NE(trend.moves(), "");
}

TEST_F(BleSeries, AByteThatIsKeptOfAThousandPresentationsIsNoticed) {
  Series series(BleMode::mdoc_peripheral_server);
  std::vector<std::unique_ptr<std::uint8_t>> kept(3);
  const Trend trend = trend_of(series, 3'000, [&](std::size_t i) {
    if (i % 1'000 == 0) kept[i / 1'000 - 1] = std::make_unique<std::uint8_t>(std::uint8_t{1});
  });
  EXPECT_GT(trend.slope(Trend::blocks), 0);
  EXPECT_NE(trend.moves(), "");
}

TEST_F(BleSeries, ATimerThatIsNeverDueIsNoticed) {
  Series series(BleMode::mdoc_central_client, true);
  const Trend trend = trend_of(series, 1'000, [&](std::size_t) { series.radio.after(1'000'000h, [] {}); });
  EXPECT_DOUBLE_EQ(trend.slope(Trend::pending), 1);
  EXPECT_NE(trend.moves().find(Trend::what[Trend::pending]), std::string::npos) << trend.moves();
}

TEST_F(BleSeries, AHandleThatStaysOpenIsNoticed) {
  if (!std::filesystem::exists("/proc/self/fd")) GTEST_SKIP() << "the system does not show open handles";
  Series series(BleMode::mdoc_peripheral_server, true);
  std::vector<std::ifstream> kept;
  const Trend trend = trend_of(series, 1'000, [&](std::size_t i) {
    if (i % 100 == 0) kept.emplace_back("/proc/self/status");
  });
  EXPECT_DOUBLE_EQ(trend.slope(Trend::handles), 0.01);
  EXPECT_NE(trend.moves().find(Trend::what[Trend::handles]), std::string::npos) << trend.moves();
}

}  // namespace
}  // namespace mdoc::testing
