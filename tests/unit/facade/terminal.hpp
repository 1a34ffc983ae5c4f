#pragma once
// A terminal that keeps its trust, and the lists that it lives on.

#include <array>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust_keeper.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::TestPki;
using trust::BundleKind;
using trust::CertificateRole;
using trust::Purpose;
using Verdict = TrustItemState::Verdict;

inline const UtcSeconds start = testing::utc("2026-05-01T12:00:00Z");
inline const DocType mdl("org.iso.18013.5.1.mDL");
inline constexpr const char* vical_url = "https://lists.example/vical";
inline constexpr const char* status_uri = "https://issuer.example/statuslists/1";

inline const TestPki& pki() {
  static const TestPki made = [] {
    testing::CountingRng rng(20);
    return TestPki::create(start, rng).value();
  }();
  return made;
}

inline SharedBytes vical(std::uint64_t issue, UtcSeconds date, std::vector<DocType> doc_types = {mdl}) {
  trust::Vical list{.vical_provider = "Utopia", .vical_issue_id = issue, .date = date};
  list.next_update = date + days{7};
  list.not_after = date + days{25};
  list.certificate_infos.push_back(
      trust::certificate_info(pki().certificate(CertificateRole::iaca), std::move(doc_types)).value());
  return testing::sign_vical(pki(), list).value();
}

inline SharedBytes crl(UtcSeconds date, std::uint64_t number) {
  return testing::sign_crl(pki(), CertificateRole::document_signer,
                           {.this_update = date, .next_update = date + days{7}, .number = number})
      .value()
      .der();
}

inline SharedBytes status_list(UtcSeconds date) {
  return testing::sign_status_token(pki(),
                                    {.uri = status_uri,
                                     .issued_at = date,
                                     .expires_at = date + days{10},
                                     .time_to_live = std::chrono::seconds{days{1}},
                                     .list = trust::StatusList::pack(1, std::vector<trust::StatusType>(64)).value()})
      .value();
}

inline FetchResponse response(const SharedBytes& content) {
  const ByteView bytes = content.view();
  return {.body = {bytes.begin(), bytes.end()}};
}

/// A terminal: stores, keeper, and what it knows by hand.
struct Terminal {
  trust::TrustStore store;
  trust::RevocationStore revocation;
  TrustKeeper keeper;

  explicit Terminal(TrustKeeperOptions options = {.feeds = {{.kind = BundleKind::vical, .url = vical_url}}})
      : keeper(store, revocation, std::move(options)) {
    EXPECT_TRUE(store.add_anchor(Purpose::list_signers, pki().list_authority()));
  }

  [[nodiscard]] trust::Evaluation evaluate(UtcSeconds now, const DocType& doc_type = mdl) const {
    const crypto::Certificate& signer = pki().certificate(CertificateRole::document_signer);
    const std::array<ByteView, 1> x5chain{signer.der()};
    return store.evaluate({.profile = trust::info(CertificateRole::document_signer).profile, .doc_type = doc_type},
                          x5chain, now, {});
  }

  [[nodiscard]] static std::vector<trust::WantedSource> wanted() {
    return {{.kind = trust::RevocationSource::crl,
             .uris = {"http://issuer.example/crl"},
             .certificate = pki().certificate(CertificateRole::document_signer),
             .issuer = pki().certificate(CertificateRole::iaca)},
            {.kind = trust::RevocationSource::status_list,
             .uris = {status_uri},
             .trust = trust::StatusTrust::issuer_ca(pki().certificate(CertificateRole::iaca))}};
  }

  /// Answers every request that is due. @return how many there were
  std::size_t fetch(UtcSeconds now, const std::map<std::string, SharedBytes>& network) {
    const auto requests = keeper.due(now);
    for (const FetchRequest& request : requests) {
      const auto found = network.find(request.url);
      if (found == network.end()) {
        (void)keeper.on_fetched(request.id, Error{.code = Errc::connect_failed}, now);
      } else {
        (void)keeper.on_fetched(request.id, response(found->second), now);
      }
    }
    return requests.size();
  }

  [[nodiscard]] std::map<BundleKind, Verdict> verdicts(UtcSeconds now) const {
    std::map<BundleKind, Verdict> found;
    for (const TrustItemState& state : keeper.state(now)) found[state.kind] = state.verdict;
    return found;
  }
};

inline std::map<std::string, SharedBytes> network(UtcSeconds date, std::uint64_t issue) {
  return {{vical_url, vical(issue, date)},
          {"http://issuer.example/crl", crl(date, issue)},
          {status_uri, status_list(date)}};
}

}  // namespace mdoc
