#include "cli/doctor.hpp"

#include <gmock/gmock.h>

namespace mdoc::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Advice with this in it, as it stands in JSON.
auto says(const std::string& text) { return Field(&Told::json, HasSubstr(text)); }

TEST(AdviceOnSettings, WithoutSettingsBothAreMissing) {
  EXPECT_THAT(advice_on_settings(""), ElementsAre(says("ExchangeMTU = 513"), says("Channels = 1")));
}

TEST(AdviceOnSettings, WithBothThereIsNothingToSay) {
  EXPECT_THAT(advice_on_settings("[General]\nName=x\n\n[GATT]\n ExchangeMTU = 513\r\nChannels=1\n"), IsEmpty());
}

TEST(AdviceOnSettings, OtherSectionsValuesAndCommentsDoNotCount) {
  for (const char* text : {"[General]\nExchangeMTU=513\n", "[GATT]\n#ExchangeMTU=513\n", "[GATT]\nExchangeMTU=517\n",
                           "[GATT]\nExchangeMTU=5130\n", "[GATT]\nExchangeMTUx=513\n", "ExchangeMTU=513\n",
                           "[GATT]\nExchangeMTU=513\nExchangeMTU=517\n", "[GATT\nExchangeMTU=513\n"}) {
    EXPECT_THAT(advice_on_settings(std::string(text) + "[GATT]\nChannels=1\n"), ElementsAre(says("ExchangeMTU = 513")))
        << text;
  }
}

TEST(Diagnosis, TcpWorksOnAMachineWithLoopback) {
  const Diagnosis diagnosis = diagnose_tcp();
  EXPECT_TRUE(diagnosis.works) << diagnosis.found.json;
}

}  // namespace
}  // namespace mdoc::cli
