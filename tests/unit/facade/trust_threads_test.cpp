// Readers in several threads over one trust, while a keeper replaces its lists.
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust_keeper.hpp"
#include "meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;

/// Two issuers, each with a holder, whose anchors and revocation lists come in bundles.
class SharedTrust : public ::testing::Test {
 protected:
  static constexpr std::size_t threads = 2;
  static constexpr std::uint64_t issues = 12;

  SharedTrust() {
    for (std::size_t i = 0; i < threads; ++i) meetings.push_back(std::make_unique<Meeting>());
    testing::CountingRng rng(30);
    provider = testing::TestPki::create(now(), rng).value();
    EXPECT_TRUE(anchors->add_anchor(trust::Purpose::list_signers, provider->list_authority()));
    for (std::uint64_t issue = 1; issue <= issues; ++issue) bundles.push_back(bundle(issue));
  }

  [[nodiscard]] UtcSeconds now() const { return meetings.front()->sample.now; }

  [[nodiscard]] trust::TrustBundle bundle(std::uint64_t issue) const {
    trust::TrustBundle made{.created = now()};
    trust::Vical list{.vical_provider = "Utopia", .vical_issue_id = issue, .date = now()};
    for (const auto& meeting : meetings) {
      const crypto::Certificate authority = meeting->sample.iaca_certificate();
      list.certificate_infos.push_back(trust::certificate_info(authority, {DocType(meeting->sample.doc_type)}).value());
      const crypto::CrlTemplate content{.this_update = now(), .next_update = now() + 24h, .number = issue};
      made.items.push_back({.kind = trust::BundleKind::crl,
                            .content = crypto::issue_crl(content, authority, meeting->sample.iaca_key).value().der(),
                            .fetched = now(),
                            .trust_point = SharedBytes::copy_of(authority.der())});
    }
    made.items.push_back(
        {.kind = trust::BundleKind::vical, .content = testing::sign_vical(*provider, list).value(), .fetched = now()});
    return made;
  }

  /// One presentation to a reader of the shared trust. @return whether it is valid, and its signer was looked up
  [[nodiscard]] bool present(Meeting& meeting) const {
    meeting.meet_again();
    meeting.reader =
        Reader::from_qr_code(meeting.holder.qr_code(), anchors, meeting.rng, meeting.now(),
                             {.revocation = revocations, .revocation_policy = trust::RevocationPolicy::hard})
            .value();
    if (!meeting.reader.request(meeting.request({"family_name"}), meeting.now())) return false;
    meeting.open_link();
    meeting.settle();
    return meeting.responses.size() == 1 && meeting.responses[0].outcome.report.valid;
  }

  std::vector<std::unique_ptr<Meeting>> meetings{};
  std::optional<testing::TestPki> provider{};
  std::shared_ptr<trust::TrustStore> anchors = std::make_shared<trust::TrustStore>();
  std::shared_ptr<trust::RevocationStore> revocations = std::make_shared<trust::RevocationStore>();
  TrustKeeper keeper{*anchors, *revocations, {}};
  std::vector<trust::TrustBundle> bundles{};
};

TEST_F(SharedTrust, ReadersJudgeWhileListsAreReplaced) {
  ASSERT_FALSE(present(*meetings[0]));
  for (const ImportResult& taken : keeper.import(bundles[0], now())) {
    ASSERT_FALSE(taken.error) << describe(*taken.error);
  }
  ASSERT_TRUE(present(*meetings[0]));

  std::atomic<bool> stop = false;
  std::atomic<unsigned> good = 0, bad = 0;
  std::vector<std::thread> readers;
  for (const auto& meeting : meetings) {
    readers.emplace_back([&, one = meeting.get()] {
      do {
        ++(present(*one) ? good : bad);
      } while (!stop);
    });
  }
  for (std::size_t i = 1; i < bundles.size(); ++i) {
    for (const ImportResult& taken : keeper.import(bundles[i], now())) {
      EXPECT_FALSE(taken.error) << describe(*taken.error);
    }
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(bad, 0u);
  EXPECT_GE(good, threads);
  EXPECT_EQ(anchors->lists(trust::Purpose::issuance).at(0).issue().id, issues);
}

}  // namespace
}  // namespace mdoc
