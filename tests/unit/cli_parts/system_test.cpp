// What the system calls an error is said in words, and no other number is taken for such a one.
#include "cli/system.hpp"

#include <cerrno>
#include <string>

#include <gmock/gmock.h>

#include "cli/wording.hpp"
#include "mdoc/core/error.hpp"

namespace mdoc::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(SystemErrors, AreSaidInWordsWithWhatToDo) {
  EXPECT_EQ(system_message(ENOENT), "no such file or folder; is the path right?");
  EXPECT_EQ(system_words(ENOENT), "no such file or folder");
  EXPECT_THAT(system_message(EADDRINUSE), HasSubstr("choose another port"));
}

TEST(SystemErrors, ThatNobodyExpectsHaveTheWordsOfTheSystem) {
  EXPECT_EQ(system_message(EDOM), "numerical argument out of domain");
  EXPECT_FALSE(system_message(100'000).empty());
}

TEST(SystemErrors, OfLinksAreNoNumbers) {
  for (const Path& where : {Path("link"), Path("fetch") / "connect", Path("BLE"), Path("BLE") / "connect"}) {
    const std::string said = in_words({.code = Errc::connect_failed, .where = where, .native = ECONNREFUSED});
    EXPECT_THAT(said, HasSubstr("connection refused; does anybody listen there?")) << where.text();
    EXPECT_THAT(said, HasSubstr("transport/connect_failed")) << where.text();
    EXPECT_THAT(said, Not(HasSubstr("code"))) << where.text();
  }
}

TEST(SystemErrors, AreNotSeenInNumbersOfOthers) {
  const Error others[] = {{.code = Errc::http_status, .where = Path("fetch") / "response", .native = 404},
                          {.code = Errc::connect_failed, .where = Path("fetch") / "resolve", .native = 2},
                          {.code = Errc::connect_failed, .where = Path("fetch") / "tls", .native = 2},
                          {.code = Errc::peer_session_error, .where = "link", .native = 11}};
  for (const Error& error : others) {
    EXPECT_THAT(in_words(error), HasSubstr("code " + std::to_string(error.native))) << error.where.text();
  }
}

}  // namespace
}  // namespace mdoc::cli
