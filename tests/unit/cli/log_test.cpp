// --log of mdoc-cli holder and reader, and mdoc-cli log: what is in a log, and what becomes of damaged ones.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/json/record.hpp"
#include "mdoc/json/transaction_log.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Logs that need no presentation.
class Log : public ::testing::Test {
 protected:
  /// A log of so many records of a reader, a day apart.
  [[nodiscard]] std::string write_log(std::uint8_t count, const std::string& name = "reader.log") const {
    json::LogHead head = json::empty_log().value();
    std::string content;
    for (std::uint8_t number = 1; number <= count; ++number) {
      TransactionRecord record{.by = RecordedBy::reader, .id = Bytes(16, number)};
      record.started = UtcSeconds{std::chrono::days{20'000 + number}};
      RecordedDocRequest asked{.doc_type = "org.iso.18013.5.1.mDL"};
      asked.elements.push_back({.asked = {.name_space = "n", .element = "element_" + std::to_string(number)}});
      record.rounds.push_back({.round = 1, .asked = {asked}});
      const json::LogLine line = json::append_record(head, record).value();
      content += line.text + "\n";
      head = line.head;
    }
    return folder.write(name, content);
  }
  /// A log of version 1 of three records, the second erased.
  [[nodiscard]] std::string write_first_version() const {
    const auto hash_of = [](std::string_view text) {
      const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, as_bytes(text)).value();
      return to_base64url(hash.view());
    };
    std::string content;
    std::string prev = hash_of("mdoc-transaction-log/1");
    for (std::uint8_t number = 1; number <= 3; ++number) {
      TransactionRecord record{.by = RecordedBy::reader, .id = Bytes(16, number)};
      const std::string begin = R"({"seq":)" + std::to_string(number) + R"(,"prev":")" + prev + R"(",)";
      const std::string line = begin + R"("record":)" + json::to_json(record) + "}";
      prev = hash_of(line);
      content += number == 2 ? begin + R"("erased":")" + prev + R"(","at":"2026-05-01T12:00:00Z"})" : line;
      content += "\n";
    }
    return folder.write("first.log", content);
  }
  [[nodiscard]] static bj::object verified(const std::string& log, int exit = 0) {
    const Ended ended = mdoc_cli({"log", "verify", log, "--json"});
    EXPECT_EQ(ended.exit, exit) << ended.err;
    return only_object(ended);
  }
  [[nodiscard]] static unsigned mode_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
  }
  Folder folder;
};

TEST_F(Log, ShowHasOneEntryForEachRecord) {
  const std::string log = write_log(2);
  const Ended text = mdoc_cli({"log", "show", log});
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out, AllOf(HasSubstr(" 1 2024-10-05T00:00:00Z reader"), HasSubstr("n/element_2"),
                              HasSubstr("not yet, when this was written")));
  const bj::object shown = only_object(mdoc_cli({"log", "show", log, "--json"}));
  ASSERT_EQ(shown.at("entries").as_array().size(), 2u);
  EXPECT_EQ(shown.at("entries").at(1).at("seq"), 2);
  EXPECT_EQ(shown.at("entries").at(1).at("record").at("by"), "reader");
}

TEST_F(Log, AnEmptyOneIsSaidToBeEmpty) {
  EXPECT_THAT(mdoc_cli({"log", "show", folder.write("empty", "")}).out, HasSubstr("The log is empty."));
  EXPECT_EQ(verified(folder.path("empty")).at("records"), 0);
}

TEST_F(Log, TextOfPeersCannotSteerATerminal) {
  TransactionRecord record{.id = Bytes(16, 1)};
  RecordedDocRequest asked{.doc_type = "\x1b[2J\xe2\x80\xae"};
  asked.elements.push_back({.asked = {.name_space = "\x1b]0;", .element = "a\nb"}});
  asked.reader = RecordedReader{.result = "untrusted", .reason = "no-path", .claimed = "CN=\x1b[31m"};
  record.rounds.push_back({.round = 1, .asked = {asked}});
  const std::string log =
      folder.write("log", json::append_record(json::empty_log().value(), record).value().text + "\n");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"log", "show", log}, {"log", "show", log, "--json"}, {"log", "export", log}}) {
    const Ended ended = mdoc_cli(arguments);
    EXPECT_EQ(ended.exit, 0);
    EXPECT_FALSE(steers_terminal(ended.out));
  }
}

TEST_F(Log, ExportTakesATimeAndAClass) {
  const std::string log = write_log(3);
  const auto exported = [&](const std::vector<std::string>& more) {
    return only_object(mdoc_cli(with({"log", "export", log}, more)));
  };
  EXPECT_EQ(exported({}).at("records").as_array().size(), 3u);
  EXPECT_EQ(exported({"--from", "2024-10-06T00:00:00Z"}).at("records").as_array().size(), 2u);
  EXPECT_EQ(exported({"--to", "2024-10-05T23:59:59Z"}).at("records").at(0).at("seq"), 1);
  const bj::object statistics = exported({"--class", "none"});
  EXPECT_EQ(statistics.at("schema"), "mdoc-transaction-export/1.0");
  EXPECT_FALSE(statistics.at("records").at(0).at("record").as_object().contains("started"));
  EXPECT_EQ(mdoc_cli({"log", "export", log, "--class", "public"}).exit, 2);
  EXPECT_EQ(mdoc_cli({"log", "export", log, "--from", "yesterday"}).exit, 2);
}

TEST_F(Log, AnExportedFileIsForItsOwner) {
  const std::string log = write_log(1), out = folder.path("export.json");
  EXPECT_EQ(mdoc_cli({"log", "export", log, "--out", out}).exit, 0);
  EXPECT_EQ(mode_of(out), 0600u);
  EXPECT_EQ(object_of(folder.read("export.json")).at("records").as_array().size(), 1u);
}

TEST_F(Log, AnExportToAFileIsOneObjectForMachinesToo) {
  const std::string log = write_log(2), out = folder.path("export.json");
  const bj::object summary = only_object(mdoc_cli({"log", "export", log, "--out", out, "--json"}));
  EXPECT_EQ(summary.at("file").as_string(), out);
  EXPECT_EQ(summary.at("records"), 2);
  EXPECT_EQ(object_of(folder.read("export.json")).at("head"), summary.at("head"));
  EXPECT_EQ(mdoc_cli({"log", "export", log, "--out", out}).out, "");
}

TEST_F(Log, AnExportToADashGoesToStandardOutput) {
  const std::string log = write_log(1);
  for (const auto& more : {std::vector<std::string>{}, {"--json"}}) {
    const Ended ended = mdoc_cli(with({"log", "export", log, "--out", "-"}, more));
    EXPECT_EQ(only_object(ended).at("records").as_array().size(), 1u);
  }
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST_F(Log, AnExportNeverReplacesTheLog) {
  const std::string log = write_log(1), before = folder.read("reader.log");
  std::filesystem::create_symlink(log, folder.path("link.log"));
  for (const std::string& out : {log, folder.path("link.log")}) {
    const Ended ended = mdoc_cli({"log", "export", log, "--out", out});
    EXPECT_EQ(ended.exit, 2);
    EXPECT_THAT(ended.err, HasSubstr("is also an input"));
  }
  EXPECT_EQ(folder.read("reader.log"), before);
}

// A reader chooses the text of its request, and must not choose what the holder can erase.
TEST_F(Log, TextOfAPeerThatLooksLikeAPrivateKeyIsErasedAsAnyOther) {
  TransactionRecord record{.id = Bytes(16, 1)};
  record.rounds.push_back({.round = 1, .asked = {RecordedDocRequest{.doc_type = "x-----BEGIN PRIVATE KEY-----"}}});
  const std::string log =
      folder.write("log", json::append_record(json::empty_log().value(), record).value().text + "\n");
  const Ended ended = mdoc_cli({"log", "erase", log, "--all"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(folder.read("log"), Not(HasSubstr("PRIVATE")));
}

TEST_F(Log, VerifyNamesTheFirstBadLine) {
  const std::string log = write_log(4);
  const bj::object good = verified(log);
  EXPECT_EQ(good.at("valid"), true);
  EXPECT_EQ(good.at("records"), 4);
  std::string content = folder.read("reader.log");
  content.replace(content.find("element_2"), 9, "element_x");
  const std::string changed = folder.write("changed.log", content);
  const bj::object bad = verified(changed, 1);
  EXPECT_EQ(bad.at("valid"), false);
  EXPECT_EQ(bad.at("fault").at("line"), 3);
  EXPECT_EQ(bad.at("fault").at("kind"), "chain");
  const Ended shown = mdoc_cli({"log", "show", changed});
  EXPECT_EQ(shown.exit, 1);
  EXPECT_THAT(shown.err, HasSubstr("line 3 does not follow"));
  EXPECT_THAT(shown.out, Not(HasSubstr("element_3")));
  EXPECT_EQ(mdoc_cli({"log", "export", changed}).exit, 1);
  const Ended erased = mdoc_cli({"log", "erase", changed, "--all"});
  EXPECT_EQ(erased.exit, 1);
  EXPECT_EQ(folder.read("changed.log"), content);
}

TEST_F(Log, AHeadThatWasKeptShowsThatTheEndIsMissing) {
  const std::string log = write_log(3);
  const std::string head(verified(log).at("head").as_string());
  EXPECT_EQ(mdoc_cli({"log", "verify", log, "--head", head}).exit, 0);
  const std::string shorter = write_log(2, "shorter.log");
  EXPECT_EQ(verified(shorter).at("valid"), true);
  const Ended ended = mdoc_cli({"log", "verify", shorter, "--head", head, "--json"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(only_object(ended).at("keptHead"), "missing");
  EXPECT_EQ(mdoc_cli({"log", "verify", log, "--head", "x"}).exit, 2);
}

TEST_F(Log, EraseTakesWhatIsChosenAndTheHeadStays) {
  const std::string log = write_log(6);
  const auto head = verified(log).at("head");
  EXPECT_EQ(mdoc_cli({"log", "erase", log}).exit, 2);
  for (const char* absent : {"0", "7"}) {
    const Ended refused = mdoc_cli({"log", "erase", log, "--seq", absent});
    EXPECT_EQ(refused.exit, 2);
    EXPECT_THAT(refused.err, ::testing::EndsWith("has no record " + std::string(absent) + "; its last is 6\n"));
  }
  EXPECT_EQ(only_object(mdoc_cli({"log", "erase", log, "--seq", "2", "--seq", "5", "--json"})).at("erased"), 2);
  EXPECT_EQ(only_object(mdoc_cli({"log", "erase", log, "--before", "2024-10-06T00:00:00Z", "--json"})).at("erased"), 1);
  EXPECT_EQ(mdoc_cli({"log", "erase", log, "--keep", "-1"}).exit, 2);
  EXPECT_EQ(only_object(mdoc_cli({"log", "erase", log, "--keep", "1", "--json"})).at("erased"), 2);
  const bj::object rest = verified(log);
  EXPECT_EQ(rest.at("records"), 1);
  EXPECT_EQ(rest.at("erased"), 5);
  EXPECT_THAT(mdoc_cli({"log", "verify", log}).out, HasSubstr("the one before it; 5 records are erased."));
  EXPECT_EQ(rest.at("head"), head);
  EXPECT_THAT(folder.read("reader.log"), AllOf(Not(HasSubstr("element_1")), Not(HasSubstr("element_5"))));
  EXPECT_THAT(folder.read("reader.log"), HasSubstr("element_6"));
  EXPECT_EQ(mode_of(log), 0600u);
  EXPECT_EQ(mdoc_cli({"log", "erase", log, "--all"}).exit, 0);
  EXPECT_EQ(verified(log).at("records"), 0);
}

// Who can write the file invents a record, and lets an erased line lead back to what followed the true one.
TEST_F(Log, AnInventedRecordIsNotBridgedByAnErasedLine) {
  const std::string log = write_log(3);
  const std::string head(verified(log).at("head").as_string());
  const std::string content = folder.read("reader.log");
  EXPECT_EQ(mdoc_cli({"log", "erase", log, "--seq", "2"}).exit, 0);
  std::string forged = folder.read("reader.log");
  forged.replace(forged.find("element_1"), 9, "invented_");
  const auto invented = json::decode_log_line(std::string_view(forged).substr(0, forged.find('\n'))).value();
  const auto truly = json::read_log(content).value();
  const std::string prev = to_base64url(truly.entries.at(0).hash.view());
  forged.replace(forged.find(prev), prev.size(), to_base64url(invented.hash.view()));
  const bj::object broken = verified(folder.write("forged.log", forged), 1);
  EXPECT_EQ(broken.at("fault").at("line"), 3);
  // With the last one erased as well, the lines follow, and lead to another head.
  EXPECT_EQ(mdoc_cli({"log", "erase", log, "--seq", "3"}).exit, 0);
  forged = forged.substr(0, forged.find('\n') + 1) + folder.read("reader.log").substr(content.find('\n') + 1);
  forged.replace(forged.find(prev), prev.size(), to_base64url(invented.hash.view()));
  EXPECT_EQ(verified(folder.write("forged.log", forged)).at("valid"), true);
  const Ended ended = mdoc_cli({"log", "verify", folder.path("forged.log"), "--head", head, "--json"});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_EQ(only_object(ended).at("keptHead"), "other");
  EXPECT_EQ(mdoc_cli({"log", "verify", log, "--head", head}).exit, 0);
}

TEST_F(Log, OneOfTheFirstVersionIsReadAndSaidToBeOne) {
  const std::string log = write_first_version();
  const bj::object seen = verified(log);
  EXPECT_EQ(seen.at("version"), 1);
  EXPECT_EQ(verified(write_log(1)).at("version"), 2);
  EXPECT_EQ(seen.at("records"), 2);
  for (const char* command : {"show", "verify", "export"}) {
    EXPECT_THAT(mdoc_cli({"log", command, log}).err, HasSubstr("first.log is a log of version 1")) << command;
  }
  const std::string head(seen.at("head").as_string());
  const Ended ended = mdoc_cli({"log", "verify", log, "--head", head});
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, HasSubstr("may have been exchanged"));
  EXPECT_EQ(mdoc_cli({"log", "erase", log, "--all"}).exit, 0);
  EXPECT_EQ(mdoc_cli({"log", "verify", log, "--head", head}).exit, 0) << "nothing is left that it says anything of";
}

// The records are in the file, not in what leads to it.
TEST_F(Log, EraseThroughALinkErasesWhatItLeadsTo) {
  const std::string log = write_log(2), link = folder.path("link.log");
  std::filesystem::create_symlink(log, link);
  EXPECT_EQ(mdoc_cli({"log", "erase", link, "--all"}).exit, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_THAT(folder.read("reader.log"), Not(HasSubstr("element_1")));
}

TEST_F(Log, AFileThatIsNoLogIsRefusedByNameAndStays) {
  const std::string other = folder.write("notes.txt", "buy milk\n");
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"log", "show", other},
                                                                     {"log", "verify", other},
                                                                     {"log", "export", other},
                                                                     {"log", "erase", other, "--all"}}) {
    const Ended ended = mdoc_cli(arguments);
    EXPECT_EQ(ended.exit, 3) << arguments[1];
    EXPECT_THAT(ended.err, HasSubstr("notes.txt is no log of transactions: its first line is no JSON\n"));
  }
  EXPECT_EQ(folder.read("notes.txt"), "buy milk\n");
  EXPECT_EQ(mdoc_cli({"log", "show", folder.path("missing")}).exit, 3);
  EXPECT_EQ(mdoc_cli({"log", "show", folder.path("")}).exit, 3);
}

/// Takes connections on this machine, and says nothing.
class SilentPeer {
 public:
  SilentPeer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, any, size) != 0 || ::listen(socket_, 4) != 0 || ::getsockname(socket_, any, &size) != 0) {
      throw std::runtime_error("no socket to listen at");
    }
    endpoint_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;
  ~SilentPeer() {
    for (const int each : accepted_) ::close(each);
    ::close(socket_);
  }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  /// Waits until somebody has connected, and asked something.
  void accept() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 20'000) != 1) throw std::runtime_error("nobody connects");
    accepted_.push_back(::accept(socket_, nullptr, nullptr));
    pollfd silent{accepted_.back(), POLLIN, 0};
    if (::poll(&silent, 1, 20'000) != 1) throw std::runtime_error("nobody asks");
  }

 private:
  int socket_;
  std::string endpoint_;
  std::vector<int> accepted_;
};

/// A holder and a reader that record what happens.
class LoggedPresentation : public Log {
 protected:
  /// @return how the reader ended
  Ended present(const std::vector<std::string>& of_holder, const std::vector<std::string>& of_reader) {
    Process served(tool(with({"holder", "--credential", issuance.credential(), "--once", "--json"}, of_holder)));
    const auto line = served.read_line();
    if (!line) throw std::runtime_error("the holder says nothing: " + served.end().err);
    const bj::object shown = object_of(*line);
    const Ended ended = mdoc_cli(with(
        {"reader", std::string(shown.at("engagement").as_string()), "--connect",
         std::string(shown.at("endpoint").as_string()), "--doc-type", Issuance::doc_type, "--element",
         "org.iso.18013.5.1/family_name:retain", "--element", "org.iso.18013.5.1/given_name", "--trust", issuance.iaca},
        of_reader));
    holder = served.end();
    return ended;
  }
  [[nodiscard]] static bj::value record_of(const std::string& log, std::size_t index = 0) {
    return only_object(mdoc_cli({"log", "show", log, "--json"})).at("entries").as_array().at(index).at("record");
  }
  Issuance issuance{folder};
  Ended holder;
  const std::string wallet_log = folder.path("wallet.log"), reader_log = folder.path("reader.log");
};

TEST_F(LoggedPresentation, BothSidesHaveARecordWithoutValues) {
  const Ended ended = present({"--log", wallet_log}, {"--log", reader_log});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(holder.exit, 0) << holder.err;
  const bj::value wallet = record_of(wallet_log), reader = record_of(reader_log);
  EXPECT_EQ(wallet.at("by"), "holder");
  EXPECT_EQ(wallet.at("ended"), "good-order");
  EXPECT_EQ(wallet.at("rounds").at(0).at("decision"), "agreed");
  EXPECT_EQ(wallet.at("rounds").at(0).at("status"), 0);
  EXPECT_EQ(reader.at("rounds").at(0).at("verdict").at("valid"), true);
  EXPECT_NE(wallet.at("id"), reader.at("id"));
  for (const char* log : {"wallet.log", "reader.log"}) {
    EXPECT_EQ(mode_of(folder.path(log)), 0600u);
    EXPECT_THAT(folder.read(log), AllOf(HasSubstr("family_name"), Not(HasSubstr("Doe")), Not(HasSubstr("Jane"))));
    EXPECT_EQ(verified(folder.path(log)).at("records"), 1);
  }
}

TEST_F(LoggedPresentation, RecordsAreAppended) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(present({"--log", wallet_log}, {"--log", reader_log}).exit, 0);
  EXPECT_EQ(verified(wallet_log).at("records"), 2);
  EXPECT_EQ(verified(reader_log).at("records"), 2);
}

TEST_F(LoggedPresentation, WhatIsSwitchedOnIsThere) {
  EXPECT_EQ(present({"--log", wallet_log, "--log-with", "request-digest"},
                    {"--log", reader_log, "--log-with", "request-digest", "--log-with", "device-keys", "--log-with",
                     "retained-values"})
                .exit,
            0);
  const bj::value wallet = record_of(wallet_log), reader = record_of(reader_log);
  EXPECT_EQ(wallet.at("rounds").at(0).at("requestDigest"), reader.at("rounds").at(0).at("requestDigest"));
  const bj::value& document = reader.at("rounds").at(0).at("verdict").at("documents").at(0);
  EXPECT_TRUE(document.as_object().contains("deviceKey"));
  ASSERT_EQ(document.at("values").as_array().size(), 1u);  // the other one was not to be retained
  EXPECT_EQ(document.at("values").at(0).at("element"), "family_name");
  EXPECT_EQ(mdoc_cli({"reader", "mdoc:x", "--log-with", "device-keys"}).exit, 2);
}

TEST_F(LoggedPresentation, AReaderThatReachedNobodyHasARecordOfThat) {
  Process served(tool({"holder", "--credential", issuance.credential(), "--json"}));
  const auto line = served.read_line();
  ASSERT_TRUE(line);
  const std::string engagement(object_of(*line).at("engagement").as_string());
  const Ended ended =
      mdoc_cli({"reader", engagement, "--connect", "127.0.0.1:1", "--doc-type", Issuance::doc_type, "--element",
                "org.iso.18013.5.1/family_name", "--trust", issuance.iaca, "--log", reader_log});
  EXPECT_EQ(ended.exit, 4) << ended.err;
  const bj::value record = record_of(reader_log);
  EXPECT_EQ(record.at("ended"), "transport/connect_failed");
  EXPECT_FALSE(record.as_object().contains("rounds")) << "nobody was asked anything";
}

TEST_F(LoggedPresentation, ARoundThatDidNotComeIsInNeitherLog) {
  const Ended ended = present({"--log", wallet_log, "--rounds", "1"}, {"--log", reader_log, "--rounds", "3"});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  for (const std::string& log : {wallet_log, reader_log}) {
    EXPECT_EQ(record_of(log).at("rounds").as_array().size(), 1u) << log;
    EXPECT_EQ(record_of(log).at("ended"), "good-order") << log;
  }
}

TEST_F(LoggedPresentation, WhereNothingFitsTheWalletsLogSaysThatNothingWasOffered) {
  Process served(tool({"holder", "--credential", issuance.credential(), "--once", "--json", "--log", wallet_log}));
  const bj::object shown = object_of(served.read_line().value());
  (void)mdoc_cli({"reader", std::string(shown.at("engagement").as_string()), "--connect",
                  std::string(shown.at("endpoint").as_string()), "--doc-type", "org.example.other", "--element",
                  "org.example/x", "--trust", issuance.iaca});
  EXPECT_EQ(served.end().exit, 0);
  EXPECT_EQ(record_of(wallet_log).at("rounds").at(0).at("decision"), "nothing-offered");
}

TEST_F(LoggedPresentation, ALineThatWasCutOffMakesRoomForTheNext) {
  const std::string log = write_log(2);
  const std::string content = folder.read("reader.log");
  folder.write("reader.log", content + R"({"log":2,"seq":3,"prev":"abc)");
  EXPECT_EQ(verified(log).at("tornBytes"), 28);
  const Ended ended = present({}, {"--log", reader_log});
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("cut off"));
  EXPECT_EQ(verified(log).at("records"), 3);
  EXPECT_EQ(folder.read("reader.log").substr(0, content.size()), content);
}

TEST_F(LoggedPresentation, NothingIsAskedOrReleasedWhereItsRecordCouldNotBeWritten) {
  const std::string key = folder.read(std::filesystem::path(issuance.device_key).filename().string());
  const std::string full = folder.write("full.log", "");
  std::filesystem::resize_file(full, std::uintmax_t{255} << 20U);  // a hole
  std::ofstream(full, std::ios::app) << "\n" << folder.read(std::filesystem::path(write_log(1)).filename().string());
  for (const std::string& file :
       {issuance.device_key, write_first_version(), full, folder.write("damaged.log", "{\"seq\":1}\n"),
        folder.write("notes", "no end of a line"), folder.path("no/such/folder"), folder.path("")}) {
    const Ended ended = mdoc_cli({"holder", "--credential", issuance.credential(), "--once", "--log", file});
    EXPECT_EQ(ended.exit, 3) << file << ended.err;
    EXPECT_THAT(ended.out, Not(HasSubstr("mdoc:"))) << file;
  }
  EXPECT_EQ(folder.read(std::filesystem::path(issuance.device_key).filename().string()), key);
}

// The holder may have waited for hours.
TEST_F(LoggedPresentation, NothingIsReleasedOnceTheLogCannotBeWritten) {
  const std::string place = folder.path("place");
  std::filesystem::create_directory(place);
  Process served(
      tool({"holder", "--credential", issuance.credential(), "--json", "--log", folder.path("place/wallet.log")}));
  const auto line = served.read_line();
  ASSERT_TRUE(line);
  const bj::object shown = object_of(*line);
  std::filesystem::remove_all(place);
  const Ended reader = mdoc_cli({"reader", std::string(shown.at("engagement").as_string()), "--connect",
                                 std::string(shown.at("endpoint").as_string()), "--doc-type", Issuance::doc_type,
                                 "--element", "org.iso.18013.5.1/family_name", "--trust", issuance.iaca, "--json"});
  EXPECT_NE(reader.exit, 0);
  EXPECT_THAT(reader.out, Not(HasSubstr("Doe")));
  const auto said = served.read_line();
  ASSERT_TRUE(said) << "what the presentation came to is said all the same";
  EXPECT_TRUE(object_of(*said).at("presentation").at("released").as_array().empty()) << *said;
  const Ended ended = served.end();
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("cannot open " + folder.path("place/wallet.log")));
}

// The log could be opened, and the disk is full when the record comes.
TEST_F(LoggedPresentation, WhatAPresentationCameToIsSaidThoughItsRecordIsLost) {
  const auto on_full_disk = [](const std::vector<std::string>& arguments) {
    return with({"bash", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "start"}, tool(arguments));
  };
  Process served(
      on_full_disk({"holder", "--credential", issuance.credential(), "--json", "--once", "--log", wallet_log}));
  const bj::object shown = object_of(served.read_line().value());
  const Ended reader =
      run(on_full_disk({"reader", std::string(shown.at("engagement").as_string()), "--connect",
                        std::string(shown.at("endpoint").as_string()), "--doc-type", Issuance::doc_type, "--element",
                        "org.iso.18013.5.1/family_name", "--trust", issuance.iaca, "--json", "--log", reader_log}));
  EXPECT_EQ(reader.exit, 3);
  EXPECT_THAT(reader.err, HasSubstr("cannot write " + reader_log));
  const bj::object report = only_object(reader);
  EXPECT_EQ(report.at("valid"), true);
  EXPECT_THAT(std::string(report.at("error").as_string()), HasSubstr("cannot write " + reader_log));

  const auto said = served.read_line();
  ASSERT_TRUE(said);
  EXPECT_EQ(object_of(*said).at("presentation").at("released").as_array().size(), 1u);
  holder = served.end();
  EXPECT_EQ(holder.exit, 3);
  EXPECT_THAT(holder.err, HasSubstr("cannot write " + wallet_log));
}

TEST_F(LoggedPresentation, AReaderThatIsStoppedWhileItWaitsHasARecordOfWhatItAsked) {
  SilentPeer silent;
  Process served(tool({"holder", "--credential", issuance.credential(), "--json"}));
  const bj::object shown = object_of(served.read_line().value());
  for (const int signal : {SIGINT, SIGTERM}) {
    Process reading(tool({"reader", std::string(shown.at("engagement").as_string()), "--connect", silent.endpoint(),
                          "--doc-type", Issuance::doc_type, "--element", "org.iso.18013.5.1/family_name", "--trust",
                          issuance.iaca, "--json", "--log", reader_log}));
    silent.accept();
    reading.send(signal);
    const Ended ended = reading.end();
    EXPECT_EQ(ended.exit, 4) << ended.err;
    EXPECT_EQ(only_object(ended).at("exitCode"), 4);
  }
  EXPECT_EQ(verified(reader_log).at("records"), 2);
  EXPECT_EQ(record_of(reader_log).at("rounds").at(0).at("asked").at(0).at("docType"), Issuance::doc_type);
}

TEST_F(LoggedPresentation, ALogThatOthersCanReadIsWarnedAbout) {
  const std::string log = write_log(1);
  ASSERT_EQ(::chmod(log.c_str(), 0644), 0);
  EXPECT_THAT(present({}, {"--log", log}).err, HasSubstr("can be read by others"));
}

TEST_F(LoggedPresentation, AHolderThatIsStoppedWhileItWaitsWritesNoEmptyRecord) {
  Process served(tool({"holder", "--credential", issuance.credential(), "--json", "--log", wallet_log}));
  ASSERT_TRUE(served.read_line());
  served.send(SIGTERM);
  EXPECT_EQ(served.end().exit, 0);
  EXPECT_EQ(verified(wallet_log).at("records"), 0);
}

}  // namespace
}  // namespace mdoc::testing
