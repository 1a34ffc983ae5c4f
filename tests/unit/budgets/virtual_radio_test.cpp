#include "mdoc/testing/virtual_radio.hpp"

#include <gtest/gtest.h>

#include "support/allocations.hpp"
#include "unit/testing/ble_series.hpp"

namespace mdoc::testing {
namespace {

std::size_t peak_of(transport::BleMode mode, bool l2cap, int presentations) {
  return allocations_of([&] {
           Series series(mode, l2cap);
           for (int i = 0; i < presentations; ++i) EXPECT_TRUE(series.present()) << i;
         })
      .peak;
}

TEST(BleSeries, MemoryStaysWhereItWas) {
  for (const transport::BleMode mode : both_modes) {
    for (const bool l2cap : {false, true}) {
      const std::size_t few = peak_of(mode, l2cap, 100);  // the first few find the greatest extent of queues
      EXPECT_EQ(few, peak_of(mode, l2cap, 1'000)) << name(mode);
      EXPECT_GT(few, 3'000U);
    }
  }
}

}  // namespace
}  // namespace mdoc::testing
