// From the moment at which two devices touch to the verdict of the reader: engagement by NFC, retrieval by Bluetooth
// Low Energy, a response of 16 KiB at 30 kB/s, consent at once.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "support/tap.hpp"

#if __has_include(<valgrind/valgrind.h>)
#  include <valgrind/valgrind.h>
#endif
#if defined(__has_feature)
#  if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#    define MDOC_INSTRUMENTED
#  endif
#endif

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using testing::Tap;
using testing::TapSettings;
using testing::TapTimes;
using transport::BleCarrier;
using transport::BleMode;

constexpr std::size_t response_size = 16 * 1024;
constexpr std::uint64_t seeds = 100;
constexpr nanoseconds limit = 1s;
constexpr nanoseconds limit_of_ours = 50ms;  // of it, for what both sides compute

/// Whether time that is spent computing says something of the library: what is emulated, instrumented or not optimised
/// takes many times as long.
bool runs_as_for_a_user() {
#if !defined(__OPTIMIZE__) || !defined(__x86_64__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    defined(MDOC_INSTRUMENTED)
  return false;
#elif defined(RUNNING_ON_VALGRIND)
  return RUNNING_ON_VALGRIND == 0;
#else
  return true;
#endif
}

/// Everything on air may be late by one more interval of its connection.
TapSettings settings_of(BleMode mode, bool l2cap, bool negotiated) {
  return {
      .mode = mode, .l2cap = l2cap, .negotiated = negotiated, .room = {.jitter = 7'500us, .bytes_per_second = 30'000}};
}

std::string text(const TapSettings& it) {
  return std::string(it.negotiated ? "negotiated, " : "static, ") + std::string(name(it.mode)) +
         (it.l2cap ? ", L2CAP" : ", GATT");
}

struct Distribution {
  std::vector<nanoseconds> values;
  [[nodiscard]] nanoseconds at(std::size_t per_cent) {
    std::ranges::sort(values);
    return values[(values.size() - 1) * per_cent / 100];
  }
  [[nodiscard]] std::string text() {
    std::ostringstream out;
    out << std::fixed << std::setprecision(1);
    for (const std::size_t per_cent : {0U, 50U, 95U})
      out << std::setw(8) << static_cast<double>(at(per_cent).count()) / 1e6;
    return out.str();
  }
};

/// All of a way, over and over.
struct Often {
  Often(Tap& tap, TapSettings settings) {
    SCOPED_TRACE(text(settings));
    for (settings.seed = 1; settings.seed <= seeds; ++settings.seed) {
      tap.forget_signers();  // the terminal has met none of this issuer
      const std::clock_t begin = std::clock();
      const auto times = tap.present(settings);
      ours.values.push_back((std::clock() - begin) * nanoseconds(1s) / CLOCKS_PER_SEC);
      EXPECT_TRUE(times) << "seed " << settings.seed;
      if (!times) continue;
      EXPECT_EQ(times->carrier, settings.l2cap ? BleCarrier::l2cap : BleCarrier::gatt);
      EXPECT_EQ(times->response_size, response_size);
      EXPECT_LT(times->engaged, times->opened);
      EXPECT_LT(times->opened, times->verdict);
      engaged.values.push_back(times->engaged);
      opened.values.push_back(times->opened);
      verdict.values.push_back(times->verdict);
    }
    EXPECT_EQ(verdict.values.size(), seeds);
    std::cout << std::left << std::setw(48) << text(settings) << std::right << engaged.text() << "  " << opened.text()
              << "  " << verdict.text() << "  " << ours.text() << '\n';
  }

  /// What a person waits for: the clock of the radio stands still while we compute.
  [[nodiscard]] nanoseconds in_all() { return verdict.at(95) + (runs_as_for_a_user() ? ours.at(95) : 0ns); }

  Distribution engaged, opened, verdict;
  Distribution ours;  ///< of the processor, the simulated radio included
};

struct TapToVerdict : ::testing::Test {
  static void SetUpTestSuite() {
    std::cout << "ms: min, median, p95 until                                    engaged                      link"
                 "                   verdict                 ours\n";
  }
  Tap tap{response_size};
};

TEST_F(TapToVerdict, TakesLessThanASecondAfterStaticHandover) {
  for (const BleMode mode : {BleMode::mdoc_peripheral_server, BleMode::mdoc_central_client}) {
    for (const bool l2cap : {false, true}) {
      Often often(tap, settings_of(mode, l2cap, false));
      if (HasFailure()) return;
      EXPECT_LT(often.in_all(), limit);
      if (runs_as_for_a_user()) {
        EXPECT_LE(often.ours.at(95), limit_of_ours);
      }
    }
  }
}

// The reader speaks first, by seven commands more. An mdoc that may choose serves, and the second is kept; where it is
// the client, Ident and the subscriptions of the other side come on top.
TEST_F(TapToVerdict, TakesLessThanASecondAfterNegotiatedHandoverToAnMdocThatServes) {
  for (const bool l2cap : {false, true}) {
    Often often(tap, settings_of(BleMode::mdoc_peripheral_server, l2cap, true));
    if (HasFailure()) return;
    EXPECT_LT(often.in_all(), limit);
  }
}

TEST_F(TapToVerdict, ANegotiatedHandoverCostsAnMdocThatConnectsItsCommandsAndNothingElse) {
  for (const bool l2cap : {false, true}) {
    Often quick(tap, settings_of(BleMode::mdoc_central_client, l2cap, false));
    Often negotiated(tap, settings_of(BleMode::mdoc_central_client, l2cap, true));
    if (HasFailure()) return;
    const nanoseconds commands = negotiated.engaged.at(50) - quick.engaged.at(50);
    EXPECT_GT(commands, 6 * testing::NfcModel{}.turn_around);
    EXPECT_LE(negotiated.verdict.at(95) - quick.verdict.at(95), commands + 10ms) << "chance apart";
  }
}

TEST_F(TapToVerdict, IsTheSameForTheSameSeed) {
  TapSettings settings = settings_of(BleMode::mdoc_central_client, false, false);
  const auto verdict_of = [&](std::uint64_t seed) {
    settings.seed = seed;
    return tap.present(settings).value().verdict;
  };
  EXPECT_EQ(verdict_of(5), verdict_of(5));
  EXPECT_NE(verdict_of(5), verdict_of(6));
}

// More than half of it: no library can save that.
TEST_F(TapToVerdict, IsHalfTimeOnAir) {
  TapSettings settings = settings_of(BleMode::mdoc_peripheral_server, true, false);
  settings.room.jitter = 0us;
  const auto slow = tap.present(settings);
  settings.room.bytes_per_second *= 2;
  const auto fast = tap.present(settings);
  ASSERT_TRUE(slow && fast);
  const nanoseconds saved = slow->verdict - fast->verdict;
  EXPECT_GE(saved, response_size * nanoseconds(1s) / 60'000);
  EXPECT_LE(saved, (response_size + 1'000) * nanoseconds(1s) / 60'000);
  EXPECT_GT(2 * saved, slow->verdict / 2);
}

}  // namespace
}  // namespace mdoc
