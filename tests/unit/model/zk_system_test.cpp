#include "mdoc/model/zk_system.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::model {
namespace {

using testing::cbor_bytes;
using testing::cbor_text;
using testing::cbor_uint;
using testing::hex;

using Params = std::vector<std::pair<std::string, Bytes>>;

ZkSystemSpec spec(const Params& params) {
  ZkSystemSpec made{.zk_system_id = "1", .system = "s", .params = {}};
  for (const auto& [name, value] : params) {
    made.params.push_back({.key = SharedBytes::take(cbor_text(name)), .value = SharedBytes::copy_of(value)});
  }
  return made;
}

TEST(ZkSystem, ACircuitIsTheSameHoweverItIsSpelled) {
  for (const Params& params :
       {Params{{"circuit_hash", cbor_text("8d0792")}}, Params{{"circuitHash", cbor_text("8D0792")}},
        Params{{"circuitHash", cbor_bytes(hex("8d0792"))}},
        Params{{"circuit_hash", cbor_bytes(hex("8d0792"))}, {"circuitHash", cbor_text("8d0792")}},
        Params{{"version", cbor_uint(7)}, {"circuit_hash", cbor_text("8d0792")}}}) {
    EXPECT_EQ(zk_circuit(spec(params)), "8d0792");
  }
}

TEST(ZkSystem, WhatNamesNoCircuitHasNone) {
  for (const Params& params :
       {Params{}, Params{{"circuit_hash", cbor_text("")}}, Params{{"circuit_hash", cbor_bytes({})}},
        Params{{"circuit_hash", cbor_text("8d079")}}, Params{{"circuit_hash", cbor_text("a circuit")}},
        Params{{"circuit_hash", cbor_uint(8)}}, Params{{"Circuit_Hash", cbor_text("8d0792")}},
        Params{{"circuit_hash", cbor_text("8d0792")}, {"circuitHash", cbor_text("8d0793")}},
        Params{{"circuit_hash", cbor_text("8d0792")}, {"circuitHash", cbor_uint(1)}}}) {
    EXPECT_EQ(zk_circuit(spec(params)), std::nullopt);
  }
  ZkSystemSpec numbered{.zk_system_id = "1", .system = "s", .params = {}};
  numbered.params.push_back({.key = SharedBytes::take(cbor_uint(1)), .value = SharedBytes::take(cbor_text("8d0792"))});
  EXPECT_EQ(zk_circuit(numbered), std::nullopt);
}

TEST(ZkSystem, NumbersAreReadUnderBothNames) {
  const auto number = [](const Params& params) { return zk_number(spec(params), "num_attributes", "numAttributes"); };
  EXPECT_EQ(number({{"num_attributes", cbor_uint(2)}}), 2u);
  EXPECT_EQ(number({{"numAttributes", cbor_uint(2)}}), 2u);
  EXPECT_EQ(number({{"num_attributes", cbor_uint(2)}, {"numAttributes", cbor_uint(2)}}), 2u);
  EXPECT_EQ(number({{"num_attributes", cbor_uint(2)}, {"numAttributes", cbor_uint(3)}}), std::nullopt);
  EXPECT_EQ(number({{"num_attributes", cbor_text("2")}}), std::nullopt);
  EXPECT_EQ(number({{"num_attributes", hex("20")}}), std::nullopt);
  EXPECT_EQ(number({}), std::nullopt);
}

TEST(ZkSystem, TimestampsAreReadInEveryFormThatIsMet) {
  const UtcSeconds noon = testing::utc("2026-05-01T12:00:00Z");
  const auto midnight = std::chrono::floor<std::chrono::days>(noon);
  const auto read = [](Bytes encoded) {
    return zk_timestamp(DataElementValue::from_encoded(std::move(encoded)).value());
  };
  for (const bool tagged : {true, false}) {
    const auto time = read(tagged ? testing::cbor_tdate(noon) : cbor_text("2026-05-01T12:00:00Z"));
    ASSERT_TRUE(time);
    EXPECT_EQ(time->time, noon);
    EXPECT_FALSE(time->date_only);
    const auto date = read(tagged ? testing::cbor_full_date("2026-05-01") : cbor_text("2026-05-01"));
    ASSERT_TRUE(date);
    EXPECT_EQ(date->time, midnight);
    EXPECT_TRUE(date->date_only);
  }
  EXPECT_FALSE(read(cbor_text("yesterday")));
  EXPECT_FALSE(read(cbor_uint(1777636800)));
  EXPECT_FALSE(read(hex("d903ec6a323032362d30322d3330")));  // the 30th of February
  EXPECT_FALSE(read(hex("c11a69f4a2c0")));                  // epoch seconds
  EXPECT_FALSE(zk_timestamp(DataElementValue()));
}

}  // namespace
}  // namespace mdoc::model
