// Keys in tokens where the tool was built without them.
#include <gmock/gmock.h>

#include "tool.hpp"

namespace mdoc::testing {
namespace {

TEST(TokenKeysAbsent, TheToolSaysWhichOptionAndPackageBringThem) {
  const Ended ended = mdoc_cli({"pki", "device", "--key-out", "pkcs11:token=x;object=y"});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, ::testing::HasSubstr("MDOC_WITH_PKCS11=ON (needs, on Debian: libp11-kit-dev)"));
}

}  // namespace
}  // namespace mdoc::testing
