#include "mdoc/transport/bearer_choice.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mdoc::transport {
namespace {

using namespace std::chrono_literals;
using engagement::BleCentralClient;
using engagement::BleOptions;
using engagement::BlePeripheralServer;
using engagement::NfcOptions;
using engagement::RetrievalMethod;
using engagement::WifiOptions;
using enum BearerKind;

constexpr TimePoint t0{500s};
constexpr Error refusal{.code = Errc::connect_failed, .where = "BLE", .native = 133};
const BleOptions both{.peripheral_server = BlePeripheralServer{}, .central_client = BleCentralClient{}};
const std::vector<BearerKind> all{ble_central_client, ble_peripheral_server, wifi_aware, nfc};

/// The effects so far, as "open 0, close 1, chosen 0".
std::string take(BearerChoice& choice) {
  std::string text;
  while (const auto effect = choice.poll()) {
    if (!text.empty()) text += ", ";
    if (const auto* open = std::get_if<OpenBearer>(&*effect)) text += "open " + std::to_string(open->candidate);
    if (const auto* close = std::get_if<CloseBearer>(&*effect)) text += "close " + std::to_string(close->candidate);
    if (const auto* chosen = std::get_if<BearerChosen>(&*effect)) text += "chosen " + std::to_string(chosen->candidate);
    if (const auto* none = std::get_if<NoBearer>(&*effect)) text += "none: " + std::string(name(none->reason.code));
  }
  return text;
}

std::string text(const Result<std::vector<BearerCandidate>>& candidates) {
  if (!candidates) return std::string(name(candidates.error().code));
  std::string out;
  for (const BearerCandidate& each : *candidates) {
    if (!out.empty()) out += ", ";
    out += std::string(name(each.kind)) + " of " + std::to_string(each.method);
    if (each.start_after.count() > 0) out += " after " + std::to_string(each.start_after.count());
  }
  return out;
}

BearerChoice two_modes() {
  const RetrievalMethod methods[] = {both};
  return BearerChoice::create(bearers_of_reader(methods, all).value()).value();
}

TEST(Ble02Choice, AReaderTakesCentralClientModeWhereBothAreOffered) {
  const RetrievalMethod methods[] = {both};
  EXPECT_EQ(text(bearers_of_reader(methods, all)), "ble-central-client of 0, ble-peripheral-server of 0 after 5000");
  const BearerKind other_order[] = {ble_peripheral_server, ble_central_client};
  EXPECT_EQ(text(bearers_of_reader(methods, other_order)),
            "ble-central-client of 0, ble-peripheral-server of 0 after 5000");
}

TEST(Ble02Choice, AModeThatIsOfferedAloneIsTakenAtOnce) {
  const RetrievalMethod peripheral[] = {BleOptions{.peripheral_server = BlePeripheralServer{}}};
  const RetrievalMethod central[] = {BleOptions{.central_client = BleCentralClient{}}};
  EXPECT_EQ(text(bearers_of_reader(peripheral, all)), "ble-peripheral-server of 0");
  EXPECT_EQ(text(bearers_of_reader(central, all)), "ble-central-client of 0");
  const BearerKind only_peripheral[] = {ble_peripheral_server};
  const RetrievalMethod offered[] = {both};
  EXPECT_EQ(text(bearers_of_reader(offered, only_peripheral)), "ble-peripheral-server of 0");
}

TEST(BearersOfAReader, TheOrderIsThatOfThePolicyNotOfTheEngagement) {
  const RetrievalMethod methods[] = {NfcOptions{}, WifiOptions{}, both};
  EXPECT_EQ(text(bearers_of_reader(methods, all)),
            "ble-central-client of 2, ble-peripheral-server of 2 after 5000, wifi-aware of 1 after 25000, "
            "nfc-retrieval of 0 after "
            "45000");
  const BearerKind nfc_first[] = {nfc, ble_peripheral_server, ble_central_client};
  EXPECT_EQ(text(bearers_of_reader(methods, nfc_first)),
            "nfc-retrieval of 0, ble-central-client of 2 after 20000, ble-peripheral-server of 2 after 25000");
}

TEST(BearersOfAReader, NothingInCommonIsSaidSo) {
  const RetrievalMethod methods[] = {WifiOptions{}, engagement::OtherRetrievalMethod{.type = 9, .version = 1}};
  const BearerKind ble[] = {ble_central_client, ble_peripheral_server};
  EXPECT_EQ(text(bearers_of_reader(methods, ble)), "no_common_bearer");
  EXPECT_EQ(text(bearers_of_reader({}, all)), "no_common_bearer");
  EXPECT_EQ(text(bearers_of_reader(methods, {})), "no_common_bearer");
  EXPECT_EQ(text(bearers_of_mdoc({}, all)), "no_common_bearer");
}

TEST(BearersOfAnMdoc, AllThatIsOfferedOpensAtOnce) {
  const RetrievalMethod methods[] = {both, WifiOptions{}};
  EXPECT_EQ(text(bearers_of_mdoc(methods, all)),
            "ble-central-client of 0, ble-peripheral-server of 0, wifi-aware of 1");
}

TEST(BearerChoice, TheSecondFollowsByTheClockAndBothAreKept) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  EXPECT_EQ(take(choice), "open 0");
  EXPECT_EQ(choice.deadline(), t0 + 5s);
  choice.on_timer(t0 + 5s - 1ms);
  EXPECT_EQ(take(choice), "");
  choice.on_timer(t0 + 5s);
  EXPECT_EQ(take(choice), "open 1");
  EXPECT_EQ(choice.deadline(), t0 + 60s);
  choice.on_opened(0, t0 + 8s);
  EXPECT_EQ(take(choice), "close 1, chosen 0");
  EXPECT_TRUE(choice.decided());
  EXPECT_EQ(choice.deadline(), std::nullopt);
}

TEST(BearerChoice, TheSecondFollowsAtOnceWhereTheFirstFails) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_failed(0, refusal, t0 + 1s);
  EXPECT_EQ(take(choice), "open 0, open 1");
  choice.on_opened(1, t0 + 2s);
  EXPECT_EQ(take(choice), "chosen 1");
}

TEST(BearerChoice, TwoThatOpenWithinAMomentMakeOneSession) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_timer(t0 + 5s);
  choice.on_opened(1, t0 + 6s);
  choice.on_opened(0, t0 + 6s + 10ms);
  choice.on_opened(1, t0 + 6s + 20ms);
  EXPECT_EQ(take(choice), "open 0, open 1, close 0, chosen 1");
}

TEST(BearerChoice, WhatBefallsTheOthersAfterwardsChangesNothing) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_timer(t0 + 5s);
  choice.on_opened(1, t0 + 6s);
  (void)take(choice);
  choice.on_failed(0, refusal, t0 + 7s);
  choice.on_failed(1, refusal, t0 + 7s);
  choice.on_timer(t0 + 90s);
  choice.cancel();
  EXPECT_EQ(take(choice), "");
}

TEST(BearerChoice, AllFailed) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_failed(0, refusal, t0);
  choice.on_failed(1, Error{.code = Errc::timed_out}, t0);
  EXPECT_EQ(take(choice), "open 0, open 1, none: connect_failed");
}

TEST(BearerChoice, NoneInTime) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_timer(t0 + 60s);
  EXPECT_EQ(take(choice), "open 0, close 0, none: timed_out");
}

TEST(BearerChoice, InputsBeforeTheStartOfOthersAndOfTheUnopenedAreNone) {
  BearerChoice choice = two_modes();
  choice.on_opened(0, t0);
  choice.on_failed(0, refusal, t0);
  choice.on_timer(t0);
  EXPECT_EQ(choice.deadline(), std::nullopt);
  choice.start(t0);
  choice.start(t0 + 1s);
  choice.on_opened(1, t0);
  choice.on_failed(1, refusal, t0);
  choice.on_opened(2, t0);
  choice.on_failed(99, refusal, t0);
  EXPECT_EQ(take(choice), "open 0");
  EXPECT_FALSE(choice.decided());
}

TEST(BearerChoice, WhoCancelsHasEverythingClosed) {
  BearerChoice choice = two_modes();
  choice.start(t0);
  choice.on_timer(t0 + 5s);
  (void)take(choice);
  choice.cancel();
  EXPECT_EQ(take(choice), "close 0, close 1");
  choice.start(t0 + 6s);
  choice.on_opened(0, t0 + 6s);
  EXPECT_EQ(take(choice), "");
}

TEST(BearerChoice, WithoutCandidatesOrTimeThereIsNone) {
  EXPECT_EQ(BearerChoice::create({}).error().code, Errc::bad_argument);
  EXPECT_EQ(BearerChoice::create({BearerCandidate{}}, 0ms).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::transport
