// A file that the tool keeps is there as a whole, the old one or the new one, whatever fails while it is replaced.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/system_rng.hpp"
#include "watched_fsync.hpp"

namespace mdoc::cli {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::on_fsync;

class Replacing : public ::testing::Test {
 protected:
  Replacing() {
    std::string pattern = (fs::temp_directory_path() / "mdoc-replacing-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
    folder = pattern;
    path = folder / "kept";
    write(path, old);
  }
  ~Replacing() override {
    on_fsync = nullptr;
    fs::remove_all(folder);
  }

  static void write(const fs::path& file, std::string_view content) {
    std::ofstream(file, std::ios::binary) << content;
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  }
  static std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder)) found.push_back(entry.path().filename().string());
    return found;
  }
  void replace() const { replace_file(path.string(), as_bytes(fresh)); }
  /// What is said of the failure.
  [[nodiscard]] std::string failure(ExitCode code = ExitCode::unreadable) const {
    try {
      replace();
    } catch (const Failure& thrown) {
      EXPECT_EQ(thrown.code(), code);
      return thrown.what();
    }
    ADD_FAILURE() << "nothing failed";
    return {};
  }
  void expect_as_before() const {
    EXPECT_EQ(read(path), old);
    EXPECT_THAT(names(), ElementsAre("kept"));
  }

  const std::string old = "old";
  const std::string fresh = std::string(100'000, 'n');
  fs::path folder, path;
};

TEST_F(Replacing, TheNewFileIsWholeAndHasTheModeOfAnyNewFile) {
  const mode_t before = ::umask(027);
  replace();
  ::umask(before);
  EXPECT_EQ(read(path), fresh);
  EXPECT_THAT(names(), ElementsAre("kept"));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(Replacing, TheFirstFileComesFromNothing) {
  fs::remove(path);
  replace();
  EXPECT_EQ(read(path), fresh);
  EXPECT_THAT(names(), ElementsAre("kept"));
}

TEST_F(Replacing, WhatAnEarlierRunLeftBehindIsInNobodysWay) {
  write(folder / "kept.mdoc-cli-new", "cut off after -----BEGIN PRIVATE KEY-----");
  replace();
  EXPECT_EQ(read(path), fresh);
  EXPECT_THAT(names(), ElementsAre("kept"));
}

TEST_F(Replacing, AFileOfTheCurrentFolderNeedsNoOtherName) {
  const fs::path here = fs::current_path();
  fs::current_path(folder);
  replace_file("kept", as_bytes(fresh));
  fs::current_path(here);
  EXPECT_EQ(read(path), fresh);
}

TEST_F(Replacing, TheContentIsOnTheDiskBeforeItsNameIs) {
  std::vector<std::string> seen;
  on_fsync = [&](bool is_folder) {
    const bool written = read(folder / "kept.mdoc-cli-new") == fresh;
    const bool renamed = read(path) == fresh;
    seen.push_back(std::string(is_folder ? "folder" : "file") + (written ? ", written" : "") +
                   (renamed ? ", renamed" : ""));
    return 0;
  };
  replace();
  EXPECT_THAT(seen, ElementsAre("file, written", "folder, renamed"));
}

TEST_F(Replacing, ADiskThatFailsLeavesTheOldFile) {
  on_fsync = [](bool is_folder) { return is_folder ? 0 : EIO; };
  EXPECT_THAT(failure(), HasSubstr("cannot write " + path.string()));
  expect_as_before();
}

TEST_F(Replacing, ADiskThatIsFullLeavesTheOldFile) {
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  rlimit small = limit;
  small.rlim_cur = fresh.size() / 2;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string said = failure();
  EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, ignored);
  EXPECT_THAT(said, HasSubstr("cannot write " + path.string()));
  expect_as_before();
}

TEST_F(Replacing, ANameThatIsTakenByAFolderLeavesNothingBehind) {
  fs::remove(path);
  fs::create_directories(path / "something");
  EXPECT_THAT(failure(), HasSubstr("cannot write " + path.string()));
  EXPECT_THAT(names(), ElementsAre("kept"));
}

TEST_F(Replacing, AFolderThatFailsIsSaidAndTheNewFileIsWhole) {
  on_fsync = [](bool is_folder) { return is_folder ? EIO : 0; };
  EXPECT_THAT(failure(), HasSubstr("cannot write " + path.string()));
  EXPECT_EQ(read(path), fresh);
  EXPECT_THAT(names(), ElementsAre("kept"));
}

TEST_F(Replacing, WhereNothingCanBePutOnADiskThatIsNoFailure) {
  on_fsync = [interrupted = false](bool) mutable {
    interrupted = !interrupted;
    return interrupted ? EINTR : EINVAL;
  };
  replace();
  EXPECT_EQ(read(path), fresh);
}

// Peers write into what the tool keeps: their text must not make it immutable.
TEST_F(Replacing, TextOfAPeerThatLooksLikeAKeyKeepsNothing) {
  write(path, "text of a peer: -----BEGIN PRIVATE KEY-----");
  replace();
  EXPECT_EQ(read(path), fresh);
}

TEST_F(Replacing, APrivateKeyBesideItIsNotTouched) {
  const auto key = crypto::PrivateKey::generate(crypto::Curve::p256, crypto::system_rng()).value().pem().value();
  write(folder / "kept.new", as_text(key.view()));
  replace();
  EXPECT_EQ(read(folder / "kept.new"), as_text(key.view()));
}

TEST_F(Replacing, AKeyIsThereUntilTheNewOneIs) {
  const auto key = crypto::PrivateKey::generate(crypto::Curve::p256, crypto::system_rng()).value().pem().value();
  on_fsync = [](bool is_folder) { return is_folder ? 0 : EIO; };
  EXPECT_THROW(write_secret_file(path.string(), key, true), Failure);
  expect_as_before();
  on_fsync = nullptr;
  write_secret_file(path.string(), key, true);
  EXPECT_EQ(read(path), as_text(key.view()));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Replacing, PersonalDataIsForItsOwnerAloneAlsoInThePlaceOfAnotherFile) {
  const mode_t before = ::umask(0);
  fs::permissions(path, fs::perms::all);
  write_personal_file(path.string(), as_bytes(fresh));
  write_new_personal_file((folder / "new").string(), as_bytes(fresh));
  ::umask(before);
  for (const fs::path& each : {path, folder / "new"}) {
    EXPECT_EQ(fs::status(each).permissions(), fs::perms::owner_read | fs::perms::owner_write) << each;
  }
}

TEST_F(Replacing, WhatIsNoFileIsWrittenIntoAndStaysAsItIs) {
  const fs::path pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0644), 0);
  std::string piped;
  std::thread end([&] { piped = read(pipe); });
  write_personal_file(pipe.string(), as_bytes("personal"));
  end.join();
  EXPECT_EQ(piped, "personal");
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_NE(fs::status(pipe).permissions() & fs::perms::others_read, fs::perms::none);
}

}  // namespace
}  // namespace mdoc::cli
