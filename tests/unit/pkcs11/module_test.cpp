#include "mdoc/pkcs11/module.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "fake_token.hpp"
#include "mdoc/crypto/system_rng.hpp"

namespace mdoc::pkcs11 {
namespace {

void expect_refused(const Result<std::shared_ptr<Module>>& module, Errc code, CK_RV native = CKR_OK) {
  ASSERT_FALSE(module);
  EXPECT_EQ(name(module.error().code), name(code));
  EXPECT_EQ(module.error().native, static_cast<std::int32_t>(native));
  EXPECT_EQ(module.error().where.text(), "module");
}

TEST(Module, IsInitialisedByTheFirstOwnerAndFinalisedByTheLast) {
  FakeToken token;
  auto first = Module::load(fake_module_path()).value();
  auto second = Module::load(fake_module_path()).value();
  EXPECT_EQ(token.initialised, 1u);
  EXPECT_EQ(token.initialise_flags, CKF_OS_LOCKING_OK);
  first.reset();
  EXPECT_EQ(token.finalised, 0u);
  EXPECT_EQ(second->tokens().value().size(), 1u);
  second.reset();
  EXPECT_EQ(token.finalised, 1u);
  EXPECT_TRUE(Module::load(fake_module_path()));
  EXPECT_EQ(token.initialised, 2u);
  EXPECT_EQ(token.finalised, 2u);
}

TEST(Module, WhatSomebodyElseInitialisedIsNotFinalised) {
  FakeToken token;
  token.already_initialised = true;
  EXPECT_TRUE(Module::load(fake_module_path()));
  EXPECT_EQ(token.finalised, 0u);
}

TEST(Module, WithoutLocksOfItsOwnIsCalledFromOneThreadAtATime) {
  FakeToken token;
  token.has_locks = false;
  // Whoever loaded it: two parts of an application need not know each other.
  const std::array modules{Module::load(fake_module_path()).value(), Module::load(fake_module_path()).value()};
  EXPECT_FALSE(token.initialise_flags);  // the second time without arguments
  std::vector<std::thread> threads;
  std::atomic<unsigned> found = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    threads.emplace_back([&, module = modules.at(i % modules.size())] {
      for (int n = 0; n < 100; ++n) found += static_cast<unsigned>(module->tokens().value().size());
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(found, 400u);
  EXPECT_EQ(token.overlaps, 0u);
}

TEST(Module, WhatCannotBeLoadedIsRefused) {
  const FakeToken token;
  expect_refused(Module::load(""), Errc::bad_argument);
  expect_refused(Module::load(std::string("a\0b", 3)), Errc::bad_argument);
  expect_refused(Module::load("/no/such/module.so"), Errc::key_store_unreachable);
  expect_refused(Module::load("/dev/null"), Errc::key_store_unreachable);
  expect_refused(Module::load("libm.so.6"), Errc::key_store_unreachable, CKR_FUNCTION_NOT_SUPPORTED);
}

TEST(Module, WhatDoesNotStartIsRefused) {
  FakeToken token;
  for (const CK_RV value : {CKR_GENERAL_ERROR, CKR_HOST_MEMORY, CKR_NEED_TO_CREATE_THREADS, CKR_FUNCTION_FAILED}) {
    token.answer("C_Initialize", value);
    expect_refused(Module::load(fake_module_path()), Errc::key_store_unreachable, value);
  }
  token.always_answer("C_Initialize", CKR_CANT_LOCK);
  expect_refused(Module::load(fake_module_path()), Errc::key_store_unreachable, CKR_CANT_LOCK);
  EXPECT_EQ(token.finalised, 0u);
  token.behave_again();
  fake_control().set_version(1);
  expect_refused(Module::load(fake_module_path()), Errc::unsupported_version);
  fake_control().set_version(2);
  fake_control().remove_function("C_Initialize");
  expect_refused(Module::load(fake_module_path()), Errc::key_store_unreachable);
}

TEST(Module, ListsTokensThatFit) {
  FakeToken token;
  token.slot_count = 2;
  token.pin_pad = true;
  const auto module = Module::load(fake_module_path()).value();
  const auto all = module->tokens().value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].slot_id, 8u);
  EXPECT_EQ(all[0].label, "fake");
  EXPECT_EQ(all[0].manufacturer, "Utopia Tokens");
  EXPECT_EQ(all[0].model, "T-1");
  EXPECT_EQ(all[0].serial, "1");
  EXPECT_TRUE(all[0].initialised && all[0].login_required && all[0].has_pin_pad);
  const auto fitting = [&](const std::string& uri) {
    return module->tokens(TokenUri::parse("pkcs11:" + uri).value()).value().size();
  };
  for (const char* uri : {"token=fake;serial=1;manufacturer=Utopia%20Tokens;model=T-1", "slot-description=Fake%20slot",
                          "slot-manufacturer=Utopia%20Slots", "library-description=Fake%20module;library-version=1.7",
                          "library-manufacturer=Utopia%20Tokens", "object=of-no-matter"}) {
    EXPECT_EQ(fitting(uri), 2u) << uri;
  }
  EXPECT_EQ(fitting("slot-id=8"), 1u);
  for (const char* uri : {"token=other", "token=fake%20", "serial=2", "manufacturer=Utopia", "model=T", "slot-id=9",
                          "slot-description=Fake", "slot-manufacturer=Utopia%20Tokens", "library-description=Fake",
                          "library-version=1.8", "library-version=1", "library-manufacturer=x"}) {
    EXPECT_EQ(fitting(uri), 0u) << uri;
  }
}

TEST(Module, TokensThatGoWhileTheyAreAskedAboutAreNotThere) {
  FakeToken token;
  token.slot_count = 2;
  const auto module = Module::load(fake_module_path()).value();
  for (const CK_RV value : {CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED, CKR_DEVICE_REMOVED, CKR_SLOT_ID_INVALID}) {
    token.answer("C_GetTokenInfo", value);
    EXPECT_EQ(module->tokens().value().size(), 1u);
    token.answer("C_GetSlotInfo", value, 1);
    EXPECT_EQ(module->tokens(TokenUri::parse("pkcs11:slot-description=Fake%20slot").value()).value().size(), 1u);
  }
  token.answer("C_GetTokenInfo", CKR_GENERAL_ERROR, 1);
  EXPECT_EQ(module->tokens().error().code, Errc::crypto_backend);
  token.answer("C_GetInfo", CKR_GENERAL_ERROR);
  EXPECT_EQ(module->tokens(TokenUri::parse("pkcs11:library-version=1").value()).error().code, Errc::crypto_backend);
}

TEST(Module, SlotListsAreBounded) {
  FakeToken token;
  const auto module = Module::load(fake_module_path()).value();
  token.slot_count = 1u << 20;
  EXPECT_EQ(module->tokens().error().code, Errc::too_many);
  token.slot_count = 1;
  token.answer("C_GetSlotList", CKR_BUFFER_TOO_SMALL, 1);  // one came between the two calls
  EXPECT_EQ(module->tokens().value().size(), 1u);
  for (unsigned i = 0; i < 3; ++i) token.answer("C_GetSlotList", CKR_BUFFER_TOO_SMALL, 2 * i + 1);
  EXPECT_EQ(module->tokens().error().code, Errc::crypto_backend);
  token.answer("C_GetSlotList", CKR_DEVICE_ERROR);
  EXPECT_EQ(module->tokens().error().code, Errc::key_store_unreachable);
}

}  // namespace
}  // namespace mdoc::pkcs11
