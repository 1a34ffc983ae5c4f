#include "mdoc/asio/key_worker.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <latch>
#include <optional>
#include <thread>

#include "run.hpp"

namespace mdoc::asio {
namespace {

// A key that says on which thread it was asked, and waits there until it may answer.
class WaitingProvider final : public crypto::KeyProvider {
 public:
  Result<crypto::EcPublicKey> public_key(const crypto::KeyRef&) override { return Error{.code = Errc::key_not_found}; }
  Result<crypto::Signature> sign(const crypto::SignRequest& request) override {
    begun.count_down();
    permission.wait();
    ran_on = std::this_thread::get_id();
    if (request.key.str() == "locked") return Error{.code = Errc::key_locked};
    return crypto::Signature{.raw = Bytes(64, 1)};
  }
  Result<SecretBytes> agree(const crypto::AgreeRequest&) override { return Error{.code = Errc::wrong_key_use}; }

  std::latch begun{1};
  std::latch permission{1};
  std::thread::id ran_on;
};

crypto::SignRequest sign_with(const char* key) {
  return {.key = crypto::KeyRef(key), .algorithm = crypto::SignatureAlgorithm::es256, .message = {1, 2, 3}};
}

TEST(KeyWorker, UsesKeysOnItsOwnThreadAndAnswersOnTheCallers) {
  net::io_context context;
  const auto provider = std::make_shared<WaitingProvider>();
  KeyWorker worker(provider);
  const auto caller = std::this_thread::get_id();
  std::vector<std::string> order;
  const auto use = [&]() -> net::awaitable<void> {
    const auto signature = co_await worker.use(sign_with("key"));
    order.emplace_back("signed");
    EXPECT_TRUE(signature);
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_NE(provider->ran_on, caller);
    EXPECT_EQ((co_await worker.use(sign_with("locked"))).error().code, Errc::key_locked);
  };
  const auto meanwhile = [&]() -> net::awaitable<void> {
    provider->begun.wait();  // the loop runs on while the key is at work
    order.emplace_back("meanwhile");
    provider->permission.count_down();
    co_return;
  };
  run(context, use(), meanwhile());
  EXPECT_EQ(order, (std::vector<std::string>{"meanwhile", "signed"}));
}

TEST(KeyWorker, DestructionWaitsForTheOperationThatHasBegun) {
  net::io_context context;
  const auto provider = std::make_shared<WaitingProvider>();
  std::optional<KeyWorker> worker(provider);
  bool answered = false;
  const auto use = [](KeyWorker& keys, bool& done) -> net::awaitable<void> {
    done = (co_await keys.use(sign_with("key"))).has_value();
  };
  boost::asio::co_spawn(context, use(*worker, answered), [](const std::exception_ptr&) {});
  context.poll();
  std::thread owner([&] {
    provider->begun.wait();
    provider->permission.count_down();
  });
  worker.reset();
  EXPECT_NE(provider->ran_on, std::thread::id());
  context.run();
  EXPECT_TRUE(answered);
  owner.join();
}

}  // namespace
}  // namespace mdoc::asio
