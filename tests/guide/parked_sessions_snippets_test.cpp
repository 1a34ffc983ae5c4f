// The snippets of docs/guide/parked-sessions.md, letter for letter, and what they do.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/session/reader_session.hpp"
#include "mdoc/session/session_vault.hpp"
#include "mdoc/verification/verify.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

// What the page leaves to the application.
struct Link {
  void send(Bytes message) { sent.push_back(std::move(message)); }
  std::vector<Bytes> sent{};
};

Result<session::ReaderSession> start(std::string_view qr_code, Rng& rng, Now now) {
  const auto engagement = engagement::parse_qr_code(qr_code);
  if (!engagement) return engagement.error();
  auto key = crypto::PrivateKey::generate(engagement->e_device_key().curve(), rng);  // fresh, for this session alone
  if (!key) return key.error();
  return session::ReaderSession::create(*engagement, engagement::QrHandover{}, *std::move(key), now.steady);
}

Result<session::SessionVault> open_vault(std::shared_ptr<session::SessionStore> store, ByteView key) {
  return session::SessionVault::create(std::move(store), SecretBytes::copy_of(key));  // bad_argument: not 32 bytes
}

class FolderStore final : public session::SessionStore {
 public:
  explicit FolderStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<void> put(std::string_view id, SharedBytes sealed, UtcSeconds /*until: a sweeper's business*/) override {
    const ByteView bytes = sealed.view();
    std::ofstream file(folder_ / id, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) return Error{.code = Errc::connect_failed, .where = "FolderStore"};
    return {};
  }
  Result<std::optional<SharedBytes>> take(std::string_view id) override {
    // An identifier may have been out of the house, in a cookie: it must not name other files.
    if (id.empty() || id.find_first_not_of("0123456789abcdef") != id.npos) return std::optional<SharedBytes>();
    const auto mine = folder_ / (std::string(id) + ".taken-by-" + std::to_string(::getpid()));
    std::error_code failed;
    std::filesystem::rename(folder_ / id, mine, failed);  // of several, one succeeds
    if (failed) return std::optional<SharedBytes>();
    std::ifstream file(mine, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(mine, failed);
    return std::optional(SharedBytes::copy_of(as_bytes(content)));
  }

 private:
  std::filesystem::path folder_;
};

Result<std::string> ask_and_park(session::ReaderSession session, const model::DeviceRequest& request, Link& link,
                                 const session::SessionVault& vault, Rng& rng, Now now) {
  const auto asked = session.request(request.encoded.view(), now.steady);
  if (!asked) return asked.error();
  while (auto effect = session.poll()) {
    if (auto* send = std::get_if<session::SendMessage>(&*effect)) link.send(std::move(send->message));
  }
  auto state = std::move(session).suspend(now.steady);  // wrong_state: something waits, or the session is closed
  if (!state) return state.error();
  return vault.park(*std::move(state), now.utc + std::chrono::minutes(5), rng);
}

Result<verification::VerificationOutcome> on_answer(const session::SessionVault& vault, std::string_view id,
                                                    SharedBytes message, const model::DeviceRequest& request,
                                                    const trust::TrustStore& trust, Link& link, Now now) {
  auto state = vault.fetch(id, now.utc);
  if (!state) return state.error();
  auto session = session::ReaderSession::resume(*std::move(state), now.steady);
  if (!session) return session.error();
  session->on_message(std::move(message), now.steady);
  Result<verification::VerificationOutcome> outcome = Error{.code = Errc::link_closed};
  while (auto effect = session->poll()) {
    if (auto* send = std::get_if<session::SendMessage>(&*effect)) link.send(std::move(send->message));
    if (auto* closed = std::get_if<session::Closed>(&*effect); closed && closed->reason) outcome = *closed->reason;
    const auto* received = std::get_if<session::MessageReceived>(&*effect);
    if (received == nullptr) continue;
    const auto response = verification::UnverifiedResponse::decode(received->plaintext);
    if (!response) {
      session->fail(response.error());  // the mdoc gets the status for it, and we the reason
      continue;
    }
    outcome = verification::verify(*response, {.trust = trust,
                                               .now = now,
                                               .session_transcript = session->transcript().bytes(),
                                               .e_reader_key = session->e_reader_key(),  // gone with the session
                                               .request = &request});
    session->finish();  // or request() and suspend() again
  }
  return outcome;
}

/// A server that asks in one process and judges in another one: they have in common a folder and a key.
struct ParkedSessionsGuide : ::testing::Test {
  ParkedSessionsGuide() { std::filesystem::create_directory(folder); }
  ~ParkedSessionsGuide() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] session::SessionVault vault(std::uint8_t key = 5) const {
    return open_vault(std::make_shared<FolderStore>(folder), Bytes(32, key)).value();
  }
  /// The identifier; what the holder answered is in `answer`.
  std::string ask() {
    meeting.holder.on_link_opened(meeting.now());
    auto session = start(meeting.holder.qr_code(), meeting.rng, meeting.now());
    Link link;
    const auto id = ask_and_park(std::move(session).value(), request, link, vault(), meeting.rng, meeting.now());
    meeting.deliver = false;
    meeting.holder.on_message(SharedBytes::copy_of(link.sent.at(0)), meeting.now());
    meeting.settle();
    answer = SharedBytes::copy_of(meeting.to_reader.at(0));
    return id.value();
  }
  Result<verification::VerificationOutcome> judge(const session::SessionVault& by, std::string_view id) {
    return on_answer(by, id, answer, request, *meeting.trust, to_holder, meeting.now());
  }
  std::filesystem::path folder =
      std::filesystem::path(::testing::TempDir()) / ("parked-sessions-guide-" + std::to_string(::getpid()));
  Meeting meeting;
  model::DeviceRequest request = meeting.request({"family_name"});
  SharedBytes answer;
  Link to_holder;
};

TEST_F(ParkedSessionsGuide, AnAnswerIsJudgedElsewhereAndOnce) {
  const std::string id = ask();
  const auto outcome = judge(vault(), id);
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->report.valid);
  EXPECT_EQ(outcome->documents.size(), 1u);
  ASSERT_EQ(to_holder.sent.size(), 1u) << "the holder is told of the end";
  meeting.holder.on_message(SharedBytes::copy_of(to_holder.sent[0]), meeting.now());
  meeting.settle();
  EXPECT_FALSE(meeting.holder_closed.value().reason);
  EXPECT_EQ(judge(vault(), id).error().code, Errc::wrong_state);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(ParkedSessionsGuide, ABadAnswerEndsTheSession) {
  const std::string id = ask();
  answer = SharedBytes::copy_of(Bytes{0xa0});
  EXPECT_FALSE(judge(vault(), id));
}

TEST_F(ParkedSessionsGuide, TheVaultSaysWhyThereIsNothing) {
  EXPECT_EQ(judge(vault(), std::string(32, '0')).error().code, Errc::wrong_state);
  EXPECT_EQ(judge(vault(), "../" + ask()).error().code, Errc::wrong_state);
  meeting.meet_again();
  meeting.to_reader.clear();
  EXPECT_EQ(judge(vault(6), ask()).error().code, Errc::decryption_failed);
  meeting.meet_again();
  meeting.to_reader.clear();
  const std::string late = ask();
  meeting.sample.now += std::chrono::minutes(6);
  EXPECT_EQ(judge(vault(), late).error().code, Errc::expired);
  EXPECT_EQ(open_vault(std::make_shared<FolderStore>(folder), Bytes(16, 5)).error().code, Errc::bad_argument);
  EXPECT_EQ(open_vault(nullptr, Bytes(32, 5)).error().code, Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc
