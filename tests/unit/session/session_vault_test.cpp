// Sessions that outlive their process.
#include "mdoc/session/session_vault.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "session_fixture.hpp"
#include "support/fixed_rng.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::session {
namespace {

const UtcSeconds today = testing::utc("2026-05-01T12:00:00Z");
const UtcSeconds tomorrow = testing::utc("2026-05-02T12:00:00Z");
const Bytes device_request = hex("a101");
const Bytes device_response = hex("a102");

/// Files of a folder, one for each session. Whoever renames a file first has it.
class FolderStore final : public SessionStore {
 public:
  explicit FolderStore(std::filesystem::path folder) : folder_(std::move(folder)) {}
  Result<void> put(std::string_view id, SharedBytes sealed, UtcSeconds) override {
    const ByteView bytes = sealed.view();
    std::ofstream(folder_ / id, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return {};
  }
  Result<std::optional<SharedBytes>> take(std::string_view id) override {
    const auto mine = folder_ / (std::string(id) + "." + std::to_string(::getpid()));
    std::error_code failed;
    std::filesystem::rename(folder_ / id, mine, failed);
    if (failed) return std::optional<SharedBytes>();
    std::ifstream file(mine, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(mine);
    return std::optional(SharedBytes::copy_of(as_bytes(content)));
  }

 private:
  std::filesystem::path folder_;
};

/// Hands everything on, but changes what it gives back.
class MeddlingStore final : public SessionStore {
 public:
  std::function<void(Bytes&)> meddle;
  Result<void> put(std::string_view id, SharedBytes sealed, UtcSeconds until) override {
    return store_.put(id, std::move(sealed), until);
  }
  Result<std::optional<SharedBytes>> take(std::string_view id) override {
    auto taken = store_.take(id).value();
    if (!taken) return taken;
    Bytes changed = to_bytes(*taken);
    meddle(changed);
    return std::optional(SharedBytes::take(std::move(changed)));
  }

 private:
  MemorySessionStore store_;
};

SecretBytes key_of(std::uint8_t fill) { return SecretBytes::copy_of(Bytes(32, fill)); }

SessionVault vault_over(std::shared_ptr<SessionStore> store, std::uint8_t key = 7) {
  return SessionVault::create(std::move(store), key_of(key)).value();
}

/// Two ends of a session that stands.
struct Vault : ::testing::Test {
  Vault() {
    auto device_key = private_key(e_device_scalar);
    const auto engaged = nfc_engagement(device_key);
    reader = ReaderSession::create(engaged, engagement::QrHandover{}, private_key(e_reader_scalar), t0).value();
    mdoc = MdocSession::create(engaged, std::move(device_key), engagement::QrHandover{}, t0).value();
    round();
  }
  void round() {
    ASSERT_TRUE(reader->request(device_request, t0));
    mdoc->on_message(shared(drain(*reader).sent.at(0)), t0);
    ASSERT_EQ(drain(*mdoc).received, one(device_request));
    ASSERT_TRUE(mdoc->respond(device_response, AfterResponse::wait, t0));
    reader->on_message(shared(drain(*mdoc).sent.at(0)), t0);
    ASSERT_EQ(drain(*reader).received, one(device_response));
  }
  [[nodiscard]] SecretBytes state() { return std::move(*reader).suspend(t0).value(); }

  testing::CountingRng rng{5};
  std::optional<ReaderSession> reader;
  std::optional<MdocSession> mdoc;
};

TEST_F(Vault, ASessionGoesOnWhereItWas) {
  const SessionVault vault = vault_over(std::make_shared<MemorySessionStore>());
  const std::string of_reader = vault.park(state(), tomorrow, rng).value();
  const std::string of_mdoc = vault.park(std::move(*mdoc).suspend(t0).value(), tomorrow, rng).value();
  EXPECT_EQ(of_reader.size(), 32u);
  EXPECT_NE(of_reader, of_mdoc);
  reader = ReaderSession::resume(vault.fetch(of_reader, today).value(), t0).value();
  mdoc = MdocSession::resume(vault.fetch(of_mdoc, today).value(), t0).value();
  round();
}

TEST_F(Vault, ASessionSurvivesItsProcess) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / ("vault." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  // The child has the session; what it leaves behind is the folder and the identifier.
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto id = vault_over(std::make_shared<FolderStore>(folder)).park(state(), tomorrow, rng);
    std::ofstream(folder / "id") << id.value();
    ::_exit(id ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  std::string id;
  std::ifstream(folder / "id") >> id;
  const SessionVault vault = vault_over(std::make_shared<FolderStore>(folder));
  reader = ReaderSession::resume(vault.fetch(id, today).value(), t0).value();
  round();
  EXPECT_EQ(vault.fetch(id, today).error().code, Errc::wrong_state);
  std::filesystem::remove_all(folder);
}

TEST_F(Vault, AStateIsResumedOnce) {
  const SessionVault vault = vault_over(std::make_shared<MemorySessionStore>());
  const std::string id = vault.park(state(), tomorrow, rng).value();
  EXPECT_TRUE(vault.fetch(id, today));
  EXPECT_EQ(vault.fetch(id, today).error().code, Errc::wrong_state);
  EXPECT_EQ(vault.fetch("", today).error().code, Errc::wrong_state);
  EXPECT_EQ(describe(vault.fetch(id, today).error()),
            "usage/wrong_state: call not allowed in this state (SessionVault.id)");
}

TEST_F(Vault, OfSeveralThreadsOneGetsIt) {
  const SessionVault vault = vault_over(std::make_shared<MemorySessionStore>());
  const std::string id = vault.park(state(), tomorrow, rng).value();
  std::atomic<int> got = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { got += vault.fetch(id, today).has_value() ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got, 1);
}

TEST_F(Vault, EachChangedBitIsFound) {
  const auto store = std::make_shared<MeddlingStore>();
  const SessionVault vault = vault_over(store);
  const SecretBytes parked = state();
  const std::size_t size = 1 + 8 + 12 + parked.size() + 16;
  for (std::size_t bit = 0; bit < 8 * size; ++bit) {
    store->meddle = [&](Bytes& sealed) {
      ASSERT_EQ(sealed.size(), size);
      sealed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    };
    const auto fetched = vault.fetch(vault.park(parked.clone(), tomorrow, rng).value(), today);
    ASSERT_FALSE(fetched) << bit;
    EXPECT_EQ(fetched.error().code, bit < 8 ? Errc::unsupported_version : Errc::decryption_failed) << bit;
  }
}

TEST_F(Vault, EveryTruncationIsFound) {
  const auto store = std::make_shared<MeddlingStore>();
  const SessionVault vault = vault_over(store);
  const SecretBytes parked = state();
  for (std::size_t length = 0; length < 1 + 8 + 12 + parked.size() + 16; ++length) {
    store->meddle = [&](Bytes& sealed) { sealed.resize(length); };
    EXPECT_FALSE(vault.fetch(vault.park(parked.clone(), tomorrow, rng).value(), today)) << length;
  }
}

TEST_F(Vault, OneSessionDoesNotPassForAnother) {
  const auto store = std::make_shared<MemorySessionStore>();
  const SessionVault vault = vault_over(store);
  const std::string first = vault.park(state(), tomorrow, rng).value();
  const std::string second = vault.park(std::move(*mdoc).suspend(t0).value(), tomorrow, rng).value();
  ASSERT_TRUE(store->put(second, *store->take(first).value(), tomorrow));
  EXPECT_EQ(vault.fetch(second, today).error().code, Errc::decryption_failed);
}

TEST_F(Vault, ASessionIsNotResumedAfterItsTime) {
  const auto store = std::make_shared<MemorySessionStore>();
  const SessionVault vault = vault_over(store);
  const SecretBytes parked = state();
  const auto fetched = [&](UtcSeconds until, UtcSeconds at) {
    return vault.fetch(vault.park(parked.clone(), until, rng).value(), at);
  };
  EXPECT_TRUE(fetched(tomorrow, tomorrow));
  const auto late = fetched(tomorrow, tomorrow + std::chrono::seconds{1});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::expired);
  EXPECT_TRUE(fetched(UtcSeconds::max(), tomorrow));
  EXPECT_FALSE(fetched(UtcSeconds(std::chrono::seconds{-1}), tomorrow));
  // What the store believes about the time does not matter.
  const std::string id = vault.park(parked.clone(), today, rng).value();
  ASSERT_TRUE(store->put(id, *store->take(id).value(), tomorrow));
  EXPECT_EQ(vault.fetch(id, tomorrow).error().code, Errc::expired);
}

// Each identifier has a key of its own: without it, one nonce would give two keystreams away.
TEST_F(Vault, TwoSessionsUnderOneNonceShareNoKeystream) {
  const auto store = std::make_shared<MemorySessionStore>();
  const SessionVault vault = vault_over(store);
  const SecretBytes parked = state();
  const auto sealed_with_id = [&](std::uint8_t fill) {
    Bytes source(16, fill);
    source.resize(16 + 12, 9);  // the nonce
    testing::FixedRng fixed(source);
    return to_bytes(*store->take(vault.park(parked.clone(), tomorrow, fixed).value()).value());
  };
  const Bytes first = sealed_with_id(1), second = sealed_with_id(2);
  constexpr std::size_t head = 1 + 8 + 12;
  EXPECT_TRUE(std::equal(first.begin(), first.begin() + head, second.begin()));
  EXPECT_FALSE(std::equal(first.begin() + head, first.begin() + head + 16, second.begin() + head));
}

TEST_F(Vault, AnotherKeyOpensNothing) {
  const auto store = std::make_shared<MemorySessionStore>();
  const std::string id = vault_over(store, 7).park(state(), tomorrow, rng).value();
  EXPECT_EQ(vault_over(store, 8).fetch(id, today).error().code, Errc::decryption_failed);
}

TEST_F(Vault, NeedsAStoreAndAKeyOfItsSize) {
  EXPECT_EQ(SessionVault::create(nullptr, key_of(1)).error().code, Errc::bad_argument);
  for (const std::size_t size : {0u, 16u, 31u, 33u}) {
    EXPECT_EQ(SessionVault::create(std::make_shared<MemorySessionStore>(), SecretBytes(size)).error().code,
              Errc::bad_argument);
  }
  const std::string said = "usage/bad_argument: an argument breaks a documented precondition (SessionVault.";
  EXPECT_EQ(describe(SessionVault::create(nullptr, key_of(1)).error()), said + "store)");
  EXPECT_EQ(describe(SessionVault::create(std::make_shared<MemorySessionStore>(), SecretBytes(16)).error()),
            said + "key)");
}

TEST_F(Vault, NothingOfTheStateIsReadableWhereItRests) {
  const auto store = std::make_shared<MemorySessionStore>();
  const SecretBytes parked = state();
  const std::string id = vault_over(store).park(parked.clone(), tomorrow, rng).value();
  const Bytes sealed = to_bytes(*store->take(id).value());
  for (std::size_t i = 0; i + 8 <= parked.size(); ++i) {
    const ByteView part = parked.view().subspan(i, 8);
    EXPECT_EQ(std::search(sealed.begin(), sealed.end(), part.begin(), part.end()), sealed.end()) << i;
  }
}

TEST_F(Vault, WithoutRandomnessNothingIsParked) {
  testing::FixedRng none(Bytes(20, 1));
  const SessionVault vault = vault_over(std::make_shared<MemorySessionStore>());
  EXPECT_FALSE(vault.park(state(), tomorrow, none));
}

TEST(MemorySessionStoreTest, ForgetsWhatIsOver) {
  MemorySessionStore store;
  ASSERT_TRUE(store.put("a", SharedBytes::take(Bytes{1}), tomorrow));
  store.forget_until(tomorrow);
  store.forget_until(tomorrow + std::chrono::seconds{1});
  EXPECT_FALSE(store.take("a").value());
  ASSERT_TRUE(store.put("b", SharedBytes::take(Bytes{1}), tomorrow));
  store.forget_until(tomorrow);
  EXPECT_TRUE(store.take("b").value());
}

}  // namespace
}  // namespace mdoc::session
