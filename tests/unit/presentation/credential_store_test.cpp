// Several credentials of one document: which goes to the next reader, and what its use is worth.
#include "mdoc/presentation/credential_store.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/sample_mdoc.hpp"

namespace mdoc::presentation {
namespace {

using std::chrono::seconds;

class Stored : public ::testing::Test {
 protected:
  [[nodiscard]] StoredCredential copy(const std::string& id, std::uint32_t uses = 0, seconds longer = {}) {
    testing::SampleMdoc mdoc;
    mdoc.valid_until += longer;
    return {.credential = Credential::decode(id, SharedBytes::take(mdoc.issuer_signed()), crypto::KeyRef(id)).value(),
            .uses = uses};
  }
  [[nodiscard]] static StoredDocument document(CopyPolicy policy, std::vector<StoredCredential> copies,
                                               const std::string& id = "licence") {
    return {.id = id, .policy = policy, .copies = std::move(copies)};
  }
  [[nodiscard]] ChosenCredentials choose(const StoredDocument& document) const {
    return choose_credentials(std::span(&document, 1), now);
  }
  /// The one that was chosen; empty: none.
  [[nodiscard]] std::string chosen(const StoredDocument& document) const {
    const auto found = choose(document);
    return found.credentials.empty() ? "" : found.credentials[0].id();
  }
  static constexpr CopyPolicy once{.uses_per_copy = 1};
  const UtcSeconds now = testing::SampleMdoc().now;
};
using Choosing = Stored;
using Store = Stored;

TEST_F(Choosing, OneCredentialStandsForEachDocument) {
  const std::vector<StoredDocument> wallet{document({}, {copy("a"), copy("b")}),
                                           document({}, {copy("c")}, "second licence"), document({}, {}, "empty")};
  const auto found = choose_credentials(wallet, now);
  ASSERT_EQ(found.credentials.size(), 2u);
  EXPECT_EQ(found.credentials[0].id(), "a");
  EXPECT_EQ(found.credentials[1].id(), "c");
  ASSERT_EQ(found.supplies.size(), 3u);
  EXPECT_EQ(found.supplies[1].document_id, "second licence");
  EXPECT_FALSE(found.supplies[2].usable);
}

TEST_F(Choosing, TheLeastUsedGoesNextAndOfThoseTheOneThatEndsFirst) {
  EXPECT_EQ(chosen(document({}, {copy("a", 2), copy("b", 1), copy("c", 1)})), "b");
  EXPECT_EQ(chosen(document({}, {copy("a", 1, seconds{60}), copy("b", 1), copy("c", 1, seconds{-60})})), "c");
}

TEST_F(Choosing, AProfileMayHaveEachCredentialShownOnceWhateverThePolicy) {
  profile::DocTypeProfile known{.doc_type = "org.iso.18013.5.1.mDL", .mso = {.single_use = true}};
  const auto usable = [&](const StoredDocument& one) {
    return choose_credentials(std::span(&one, 1), now, std::span(&known, 1)).supplies[0].usable;
  };
  for (const CopyPolicy policy : {CopyPolicy{}, CopyPolicy{.uses_per_copy = 5, .reuse_when_used_up = true}}) {
    EXPECT_TRUE(usable(document(policy, {copy("a", 1), copy("b")})));
    EXPECT_FALSE(usable(document(policy, {copy("a", 1), copy("b", 1)})));
  }
  known.mso.single_use = false;
  EXPECT_TRUE(usable(document({}, {copy("a", 1)})));
}

TEST_F(Choosing, AOneTimeCredentialIsChosenOnce) {
  EXPECT_EQ(chosen(document(once, {copy("a", 1), copy("b", 0)})), "b");
  const auto used_up = document(once, {copy("a", 1), copy("b", 1)});
  EXPECT_EQ(chosen(used_up), "");
  const auto supply = choose(used_up).supplies.at(0);
  EXPECT_EQ(supply.valid, 2u);
  EXPECT_EQ(supply.unused, 0u);
  EXPECT_FALSE(supply.usable);
}

TEST_F(Choosing, WhatIsUsedUpServesAgainOnlyWhereThePolicySaysSo) {
  const CopyPolicy again{.uses_per_copy = 1, .reuse_when_used_up = true};
  EXPECT_EQ(chosen(document(again, {copy("a", 3), copy("b", 2)})), "b");
}

TEST_F(Choosing, RotationGoesThroughTheBatch) {
  const CopyPolicy thrice{.uses_per_copy = 3};
  StoredDocument batch = document(thrice, {copy("a"), copy("b")});
  std::string order;
  for (int i = 0; i < 6; ++i) {
    const std::string id = chosen(batch);
    order += id;
    for (auto& each : batch.copies) each.uses += each.credential.id() == id ? 1 : 0;
  }
  EXPECT_EQ(order, "ababab");
  EXPECT_EQ(chosen(batch), "");
}

TEST_F(Choosing, WhatIsNotValidIsPassedOver) {
  const auto past = [&](const std::string& id) { return copy(id, 0, -std::chrono::days{60}); };
  EXPECT_EQ(chosen(document({}, {past("a"), copy("b", 9)})), "b");
  const auto supply = choose(document({}, {past("a"), copy("b"), copy("c", 1)})).supplies.at(0);
  EXPECT_EQ(supply.valid, 2u);
  EXPECT_EQ(supply.unused, 1u);
  EXPECT_EQ(supply.valid_until, testing::SampleMdoc().valid_until);
}

TEST_F(Choosing, WhereNoneIsValidTheLastOneStandsForItsDocument) {
  const auto expired = document({}, {copy("a", 0, -std::chrono::days{60}), copy("b", 0, -std::chrono::days{50})});
  EXPECT_EQ(chosen(expired), "b");
  EXPECT_FALSE(choose(expired).supplies.at(0).usable);
  EXPECT_FALSE(choose(expired).supplies.at(0).valid_until);
}

TEST_F(Store, KeepsUsesAndReservations) {
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document(once, {copy("a"), copy("b")})));
  ASSERT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
  const auto documents = store.documents().value();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].copies[0].uses, 1u);
  EXPECT_EQ(documents[0].copies[0].credential.method(), DeviceAuthMethod::mac);
  EXPECT_FALSE(documents[0].copies[1].credential.method());
  EXPECT_EQ(choose_credentials(documents, now).credentials.at(0).id(), "b");
}

TEST_F(Store, AKeyThatIsReservedServesNothingElse) {
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document({}, {copy("a")})));
  ASSERT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
  EXPECT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
  const auto other = store.record_use({.credential_id = "a", .method = DeviceAuthMethod::signature});
  EXPECT_EQ(other.error().code, Errc::wrong_key_use);
  EXPECT_EQ(store.documents().value()[0].copies[0].uses, 2u) << "what was refused is no use";
}

TEST_F(Store, AReservationHoldsForEveryCredentialOnThatKey) {
  const auto on_one_key = [&](const std::string& id) {
    testing::SampleMdoc mdoc;
    return StoredCredential{
        .credential =
            Credential::decode(id, SharedBytes::take(mdoc.issuer_signed()), crypto::KeyRef("shared")).value()};
  };
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document({}, {on_one_key("a"), copy("b")})));
  ASSERT_TRUE(store.put(document({}, {on_one_key("c")}, "second licence")));
  ASSERT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
  const auto other = store.record_use({.credential_id = "c", .method = DeviceAuthMethod::signature});
  EXPECT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::wrong_key_use);
  const auto documents = store.documents().value();
  EXPECT_EQ(documents[1].copies[0].credential.method(), DeviceAuthMethod::mac);
  EXPECT_EQ(documents[1].copies[0].uses, 0u);
  EXPECT_FALSE(documents[0].copies[1].credential.method());
  // Nor is a credential free that comes later.
  ASSERT_TRUE(store.put(document({}, {on_one_key("d")}, "third licence")));
  EXPECT_FALSE(store.record_use({.credential_id = "d", .method = DeviceAuthMethod::signature}));

  // Nor one that was there before a wallet put the one in that has the reservation.
  MemoryCredentialStore filled;
  ASSERT_TRUE(filled.put(document({}, {on_one_key("c")}, "second licence")));
  ASSERT_TRUE(filled.put(store.documents().value()[0]));
  EXPECT_EQ(filled.documents().value()[0].copies[0].credential.method(), DeviceAuthMethod::mac);
}

// Both were given the same credential, as neither had used it yet.
TEST_F(Store, OfTwoSessionsOneHasTheLastUse) {
  MemoryCredentialStore store;
  const auto use = [&store](const std::string& session) {
    return store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac, .session = session});
  };
  ASSERT_TRUE(store.put(document(once, {copy("a"), copy("b")})));
  ASSERT_TRUE(use("one"));
  EXPECT_EQ(use("other").error().code, Errc::refused);
  EXPECT_TRUE(use("one")) << "whose key was refused, and is asked once more";
  EXPECT_EQ(use("other").error().kind(), ErrorKind::denied);
  EXPECT_EQ(store.documents().value()[0].copies[0].uses, 2u) << "what was refused is no use";

  ASSERT_TRUE(store.put(document({.uses_per_copy = 1, .reuse_when_used_up = true}, {copy("a")})));
  EXPECT_TRUE(use("other"));
  ASSERT_TRUE(store.put(document({.uses_per_copy = 9}, {copy("a")})));
  EXPECT_TRUE(use("one"));
}

TEST_F(Store, OfTwoSessionsOneHasWhatItsProfileHasShownOnce) {
  const profile::DocTypeProfile known{.doc_type = "org.iso.18013.5.1.mDL", .mso = {.single_use = true}};
  MemoryCredentialStore store(std::span(&known, 1));
  ASSERT_TRUE(store.put(document({}, {copy("a")})));
  ASSERT_TRUE(store.record_use({.credential_id = "a", .session = "one"}));
  EXPECT_EQ(store.record_use({.credential_id = "a", .session = "other"}).error().code, Errc::refused);
}

TEST_F(Store, WhatWasRecordedSinceASnapshotStays) {
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document(once, {copy("a")})));
  auto refilled = store.documents().value()[0];
  ASSERT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
  refilled.copies.push_back(copy("b"));
  ASSERT_TRUE(store.put(refilled));
  const auto copies = store.documents().value()[0].copies;
  ASSERT_EQ(copies.size(), 2u);
  EXPECT_EQ(copies[0].uses, 1u);
  EXPECT_EQ(copies[0].credential.method(), DeviceAuthMethod::mac);
  EXPECT_EQ(chosen(store.documents().value()[0]), "b");
  ASSERT_TRUE(store.remove("licence"));
  ASSERT_TRUE(store.put(document(once, {copy("a")})));
  EXPECT_EQ(store.documents().value()[0].copies[0].uses, 0u);
}

TEST_F(Store, RefusesWhatItCannotTellApart) {
  MemoryCredentialStore store;
  EXPECT_EQ(store.put(document({}, {copy("a"), copy("a")})).error().code, Errc::bad_argument);
  EXPECT_EQ(store.put(document({}, {copy("")})).error().code, Errc::bad_argument);
  ASSERT_TRUE(store.put(document({}, {copy("a")})));
  EXPECT_EQ(store.put(document({}, {copy("a")}, "other")).error().code, Errc::bad_argument);
  EXPECT_EQ(store.documents().value().size(), 1u);
  EXPECT_EQ(store.record_use({.credential_id = "b"}).error().code, Errc::key_not_found);
  EXPECT_EQ(store.remove("other").error().code, Errc::key_not_found);
}

TEST_F(Store, ARefilledBatchTakesThePlaceOfTheOldOne) {
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document(once, {copy("a", 1)})));
  ASSERT_TRUE(store.put(document(once, {copy("a", 1), copy("b")})));
  ASSERT_EQ(store.documents().value().size(), 1u);
  EXPECT_EQ(store.documents().value()[0].copies.size(), 2u);
  EXPECT_TRUE(store.remove("licence"));
  EXPECT_TRUE(store.documents().value().empty());
}

TEST_F(Store, CountsEachUseOfSeveralThreads) {
  MemoryCredentialStore store;
  ASSERT_TRUE(store.put(document({}, {copy("a")})));
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        EXPECT_TRUE(store.record_use({.credential_id = "a", .method = DeviceAuthMethod::mac}));
        EXPECT_TRUE(store.documents());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store.documents().value()[0].copies[0].uses, 200u);
}

}  // namespace
}  // namespace mdoc::presentation
