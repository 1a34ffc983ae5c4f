// The holder and the reader of the demonstration share the text of the code, the endpoint and one
// connection, and nothing else; and what looks at that finds what is planted.
#include <gmock/gmock.h>

#include "isolation.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A demonstration by hand: as mdoc-cli demo does it, but for what $3 names.
constexpr const char* by_hand = R"sh(
set -eu
cli=$1 work=$2 plant=$3
mkdir "$work/made" "$work/owned" "$work/trusted"
"$cli" pki iaca --subject "C=UT, O=Utopia, CN=IACA" --key-out "$work/made/iaca.key" --cert-out "$work/made/iaca.pem"
"$cli" pki ds --subject "C=UT, O=Utopia, CN=DS" --issuer-key "$work/made/iaca.key" --issuer-cert "$work/made/iaca.pem" \
  --key-out "$work/made/ds.key" --cert-out "$work/made/ds.pem"
"$cli" pki iaca --subject "C=UT, O=Utopia, CN=Device" --key-out "$work/owned/device.key" --cert-out "$work/made/unused.pem"
"$cli" issue --profile mdl --data '{"org.iso.18013.5.1": {"family_name": "Doe"}}' --device-key "$work/owned/device.key" \
  --ds-key "$work/made/ds.key" --ds-cert "$work/made/ds.pem" --out "$work/owned/document.cbor"
key=$work/owned/device.key anchor=$work/trusted/iaca.pem
cp "$work/made/iaca.pem" "$anchor"
further=() start=()
case $plant in
  descriptor) exec 7<>"$work/shared" ;;
  pipe) mkfifo "$work/pipe"; exec 7<>"$work/pipe" ;;
  file) cat "$work/made/iaca.pem" >>"$key"; anchor=$key ;;
  argument) further=(--level lenient) ;;
  connection) # with a SHELL, because bash asks a name service where it has none
    start=(env SHELL=/bin/sh bash -c '{ : 9<>/dev/tcp/127.0.0.1/9; } 2>/dev/null || true; exec "$@"' start) ;;
esac
mkfifo "$work/shown"
"$cli" holder --credential "$work/owned/document.cbor,$key" --once --json </dev/null >"$work/shown" &
exec 5<"$work/shown"
read -r line <&5
engagement=$(sed 's/.*"engagement": "\([^"]*\)".*/\1/' <<<"$line")
endpoint=$(sed 's/.*"endpoint": "\([^"]*\)".*/\1/' <<<"$line")
"${start[@]}" "$cli" reader "$engagement" --connect "$endpoint" --trust "$anchor" \
  --doc-type org.iso.18013.5.1.mDL --element org.iso.18013.5.1/family_name --json "${further[@]}" </dev/null 5<&-
wait
)sh";

class DemoIsolation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = cannot_observe()) {
      if (in_ci()) FAIL() << *why;
      GTEST_SKIP() << *why;
    }
  }
  [[nodiscard]] Observation observe_demo(const std::vector<std::string>& options) const {
    std::vector<std::string> command{MDOC_CLI, "demo"};
    command.insert(command.end(), options.begin(), options.end());
    return observe(command, {.environment = {{"TMPDIR", work.path("")}}}, records);
  }
  [[nodiscard]] std::vector<std::string> found_by_hand(const std::string& plant) const {
    const auto observation = observe({"bash", "-c", by_hand, "by-hand", MDOC_CLI, work.path(""), plant}, {}, records);
    EXPECT_EQ(observation.ended.exit, 0) << observation.ended.err;
    return shared_channels(observation);
  }

  Folder work, records;
};

TEST_F(DemoIsolation, HolderAndReaderShareTheCodeTheEndpointAndTheSocket) {
  const auto observation = observe_demo({});
  EXPECT_EQ(observation.ended.exit, 0) << observation.ended.err;
  EXPECT_THAT(shared_channels(observation), IsEmpty());
}

TEST_F(DemoIsolation, NothingMoreIsSharedForMachines) {
  const auto observation = observe_demo({"--json"});
  EXPECT_EQ(observation.ended.exit, 0) << observation.ended.err;
  EXPECT_THAT(shared_channels(observation), IsEmpty());
}

TEST_F(DemoIsolation, EachSideOpensFilesOfItsOwn) {
  const auto observation = observe_demo({});
  ASSERT_TRUE(observation.holder && observation.reader);
  EXPECT_THAT(observation.holder->opened, Contains(HasSubstr("/holder/device.key")));
  EXPECT_THAT(observation.holder->opened, Contains(HasSubstr("/holder/licence.cbor")));
  EXPECT_THAT(observation.reader->opened, Contains(HasSubstr("/reader/iaca.pem")));
  EXPECT_EQ(observation.holder->opened.size(), 2u);
  EXPECT_EQ(observation.reader->opened.size(), 1u);
}

TEST_F(DemoIsolation, ADescriptorOfWhoeverStartsItReachesNeitherSide) {
  const auto observation =
      observe({MDOC_CLI, "demo", "--json"}, {.descriptor_3 = "", .environment = {{"TMPDIR", work.path("")}}}, records);
  EXPECT_EQ(observation.ended.exit, 0) << observation.ended.err;
  EXPECT_THAT(shared_channels(observation), IsEmpty());
}

TEST_F(DemoIsolation, TheSameByHandIsFoundClean) { EXPECT_THAT(found_by_hand("nothing"), IsEmpty()); }

TEST_F(DemoIsolation, APlantedSharedDescriptorIsFound) {
  EXPECT_THAT(found_by_hand("descriptor"), Contains(HasSubstr("descriptors 7 and 7")));
}

TEST_F(DemoIsolation, APlantedSharedPipeIsFound) {
  EXPECT_THAT(found_by_hand("pipe"), Contains(HasSubstr("descriptors 7 and 7")));
}

TEST_F(DemoIsolation, APlantedSharedFileIsFound) {
  EXPECT_THAT(found_by_hand("file"), Contains(HasSubstr("both opened")));
}

TEST_F(DemoIsolation, APlantedArgumentIsFound) {
  EXPECT_THAT(found_by_hand("argument"), Contains(HasSubstr("argument of the reader: --level")));
}

TEST_F(DemoIsolation, APlantedConnectionIsFound) {
  EXPECT_THAT(found_by_hand("connection"), Contains(HasSubstr("other connections")));
}

}  // namespace
}  // namespace mdoc::testing
