// A terminal that keeps its trust up to date over real connections: an HTTP server on the loopback address, and
// OpenSSL's OCSP responder.
#include "mdoc/asio/trust_update.hpp"

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "support/http_test_server.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using testing::http_answer;
using testing::HttpTestServer;
using testing::TestPki;
using trust::BundleKind;
using trust::CertificateRole;
using trust::Purpose;

UtcSeconds wall_clock() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

const TestPki& pki() {
  static const TestPki made = [] {
    testing::CountingRng rng(40);
    return TestPki::create(wall_clock(), rng).value();
  }();
  return made;
}

std::string body(const SharedBytes& content) { return std::string(as_text(content.view())); }

std::string vical(std::uint64_t issue) {
  trust::Vical list{.vical_provider = "Utopia", .vical_issue_id = issue, .date = wall_clock() - 1h};
  list.next_update = wall_clock() + days{1};
  list.certificate_infos.push_back(
      trust::certificate_info(pki().certificate(CertificateRole::iaca), {DocType("org.iso.18013.5.1.mDL")}).value());
  return body(testing::sign_vical(pki(), list).value());
}

std::string crl(std::chrono::seconds lasts) {
  return body(
      testing::sign_crl(pki(), CertificateRole::document_signer,
                        {.this_update = wall_clock() - days{2}, .next_update = wall_clock() + lasts, .number = 1})
          .value()
          .der());
}

std::string status_list(const std::string& uri) {
  return body(testing::sign_status_token(
                  pki(), {.uri = uri,
                          .issued_at = wall_clock() - 1h,
                          .expires_at = wall_clock() + days{1},
                          .list = trust::StatusList::pack(1, std::vector<trust::StatusType>(1u << 20)).value()})
                  .value());
}

class TrustUpdateTest : public ::testing::Test {
 protected:
  TrustUpdateTest() { EXPECT_TRUE(store.add_anchor(Purpose::list_signers, pki().list_authority())); }

  TrustKeeper keeper(const std::vector<TrustFeed>& feeds) {
    TrustKeeperOptions options{.feeds = feeds};
    options.limits.timeout = 2s;
    options.limits.max_bytes = std::size_t{1} << 20;
    return {store, revocation, options};
  }
  /// From this machine as well, where the servers of these tests are.
  static std::vector<TrustUpdate> run(TrustKeeper& keeper) {
    return run(update(keeper, {.fetch = {.allow = any_address}}));
  }
  static std::vector<TrustUpdate> run(net::awaitable<std::vector<TrustUpdate>> operation) {
    net::io_context context;
    auto updates = net::co_spawn(context, std::move(operation), net::use_future);
    context.run();
    return updates.get();
  }
  [[nodiscard]] static trust::WantedSource wanted_crl(const std::string& url) {
    return {.kind = trust::RevocationSource::crl,
            .uris = {url},
            .certificate = pki().certificate(CertificateRole::document_signer),
            .issuer = pki().certificate(CertificateRole::iaca)};
  }
  [[nodiscard]] trust::RevocationState signer_state() const {
    return trust::look_up(revocation.sources(), pki().certificate(CertificateRole::document_signer),
                          pki().certificate(CertificateRole::iaca), {.now = wall_clock()})
        .state;
  }

  HttpTestServer server;
  trust::TrustStore store;
  trust::RevocationStore revocation;
};

TEST_F(TrustUpdateTest, FetchesListsCrlsAndStatusListsAndThenHasNothingToDo) {
  const std::string status_uri = server.url("/status");
  server.serve("/vical", http_answer(200, vical(1), {{"Content-Type", "application/cwt"}}));
  server.serve("/crl", http_answer(200, crl(days{1}), {{"Content-Type", "application/pkix-crl"}}));
  server.serve("/status", http_answer(200, testing::gzip(status_list(status_uri)), {{"Content-Encoding", "gzip"}}));
  TrustKeeper terminal = keeper({{.kind = BundleKind::vical, .url = server.url("/vical")}});
  terminal.want(std::vector{
      wanted_crl(server.url("/crl")),
      trust::WantedSource{.kind = trust::RevocationSource::status_list,
                          .uris = {status_uri},
                          .trust = trust::StatusTrust::issuer_ca(pki().certificate(CertificateRole::iaca))}});
  const auto updates = run(terminal);
  ASSERT_EQ(updates.size(), 3u);
  for (const TrustUpdate& each : updates) EXPECT_TRUE(each.result) << each.url << " " << describe(each.result.error());
  EXPECT_EQ(store.size(Purpose::issuance), 1u);
  EXPECT_EQ(signer_state(), trust::RevocationState::good);
  EXPECT_EQ(revocation.status_lists().size(), 1u);
  EXPECT_TRUE(run(terminal).empty());
  EXPECT_EQ(server.requests().size(), 3u);
  EXPECT_EQ(server.requests()[0].header("accept"), "application/cwt");
}

// A bundle may want a status list of an address in the network of whoever imports it.
TEST_F(TrustUpdateTest, NothingIsFetchedFromThisMachineUnlessItIsAllowed) {
  server.serve("/crl", http_answer(200, crl(days{1})));
  const auto expect_refused = [&](const auto& make_update) {
    TrustKeeper terminal = keeper({});
    terminal.want(std::vector{wanted_crl(server.url("/crl")), wanted_crl("http://169.254.169.254/latest")});
    const auto updates = run(make_update(terminal));
    ASSERT_EQ(updates.size(), 2u);
    for (const TrustUpdate& each : updates) {
      ASSERT_FALSE(each.result) << each.url;
      EXPECT_EQ(each.result.error().code, Errc::refused) << each.url;
    }
  };
  expect_refused([](TrustKeeper& terminal) { return update(terminal); });
  expect_refused([](TrustKeeper& terminal) { return update(terminal, {.max_rounds = 1}); });
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(TrustUpdateTest, WhatAServerDoesWrongChangesNothing) {
  const std::string good = vical(1);
  std::string altered = good;
  altered.back() = static_cast<char>(altered.back() ^ 1);
  const std::vector<std::pair<testing::HttpScript, Errc>> scripts{
      {http_answer(500, ""), Errc::http_status},
      {http_answer(200, altered), Errc::signature_invalid},
      {http_answer(200, std::string((std::size_t{1} << 20) + 1, 'x')), Errc::too_large},
      {http_answer(200, testing::gzip(std::string(std::size_t{8} << 20, '\0')), {{"Content-Encoding", "gzip"}}),
       Errc::too_large},
      {testing::http_redirect("/feed"), Errc::too_many},  // to itself
      {testing::http_raw("garbage\r\n\r\n"), Errc::bad_frame},
      {http_answer(200, good.substr(0, good.size() / 2)), Errc::truncated},
  };
  for (const auto& [script, code] : scripts) {
    server.serve("/feed", script);
    TrustKeeper terminal = keeper({{.kind = BundleKind::vical, .url = server.url("/feed")}});
    const auto updates = run(terminal);
    ASSERT_EQ(updates.size(), 1u);
    ASSERT_FALSE(updates[0].result);
    EXPECT_EQ(name(updates[0].result.error().code), name(code)) << describe(updates[0].result.error());
    EXPECT_EQ(store.size(Purpose::issuance), 0u);
  }
}

TEST_F(TrustUpdateTest, AServerThatIsSlowEndsWithTheTimeout) {
  server.serve("/feed", testing::http_silence());
  TrustKeeperOptions options{.feeds = {{.kind = BundleKind::vical, .url = server.url("/feed")}}};
  options.limits.timeout = 200ms;
  TrustKeeper terminal(store, revocation, options);
  const auto updates = run(terminal);
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].result.error().code, Errc::timed_out);
}

TEST_F(TrustUpdateTest, AServerThatServesAnOldListForEverIsSeen) {
  server.serve("/crl", http_answer(200, crl(-days{1})));
  TrustKeeper terminal = keeper({});
  terminal.want(std::vector{wanted_crl(server.url("/crl"))});
  (void)run(terminal);
  EXPECT_EQ(signer_state(), trust::RevocationState::stale);
  EXPECT_EQ(terminal.state(wall_clock()).at(0).verdict, TrustItemState::Verdict::due);
}

TEST_F(TrustUpdateTest, ASecondUrlIsTriedAfterTheFirst) {
  server.serve("/second", http_answer(200, crl(days{1})));
  TrustKeeperOptions options;
  options.retry = 0s;
  TrustKeeper terminal(store, revocation, options);
  auto wanted = wanted_crl(server.url("/first"));
  wanted.uris.push_back(server.url("/second"));
  terminal.want(std::vector{wanted});
  const auto updates = run(terminal);
  ASSERT_EQ(updates.size(), 2u);
  EXPECT_FALSE(updates[0].result);
  EXPECT_TRUE(updates[1].result);
  EXPECT_EQ(signer_state(), trust::RevocationState::good);
}

// ---- OpenSSL's OCSP responder -----------------------------------------------------------------

/// `openssl ocsp` on a port of its own choice. It ends by itself after so many requests.
class OcspResponder {
 public:
  OcspResponder(bool revoked, unsigned requests) {
    std::string pattern = (std::filesystem::temp_directory_path() / "mdoc-ocsp-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    write("ca.pem", pki().certificate(CertificateRole::iaca).pem());
    write("signer.pem", pki().certificate(CertificateRole::ocsp_signer).pem());
    const SecretBytes key = pki().key(CertificateRole::ocsp_signer).pem().value();
    write("signer.key", as_text(key.view()));
    const std::string serial = upper(to_hex(pki().certificate(CertificateRole::document_signer).serial()));
    write("index.txt", (revoked ? "R\t360101000000Z\t200101000000Z\t" : "V\t360101000000Z\t\t") + serial +
                           "\tunknown\t/CN=signer\n");
    const std::string command = "exec timeout 60 openssl ocsp -port 0 -index " + folder_ + "/index.txt -CA " + folder_ +
                                "/ca.pem -rsigner " + folder_ + "/signer.pem -rkey " + folder_ +
                                "/signer.key -nrequest " + std::to_string(requests) + " -ndays 1 2>/dev/null";
    pipe_ = ::popen(command.c_str(), "r");
    std::array<char, 256> line{};
    while (pipe_ != nullptr && std::fgets(line.data(), static_cast<int>(line.size()), pipe_) != nullptr) {
      const std::string_view text(line.data());
      if (!text.starts_with("ACCEPT")) continue;  // ACCEPT [::]:44605 PID=11760
      const auto end = text.find(" PID");
      const auto colon = text.rfind(':', end);
      port_ = text.substr(colon + 1, end - colon - 1);
      break;
    }
  }
  OcspResponder(const OcspResponder&) = delete;
  OcspResponder& operator=(const OcspResponder&) = delete;
  ~OcspResponder() {
    if (pipe_ != nullptr) ::pclose(pipe_);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_ + "/"; }
  [[nodiscard]] bool is_listening() const { return !port_.empty(); }

 private:
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << content;
  }
  static std::string upper(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
  }
  std::string folder_, port_;
  FILE* pipe_ = nullptr;
};

TEST_F(TrustUpdateTest, OpensslsResponderTellsGoodFromRevoked) {
  if (std::system("openssl version >/dev/null 2>&1") != 0) {  // NOLINT(*-mt-unsafe,cert-env33-c): before any thread
    if (testing::in_ci()) FAIL() << "the tool openssl is missing";
    GTEST_SKIP() << "needs the tool openssl";
  }
  for (const bool revoked : {false, true}) {
    trust::RevocationStore fresh;
    OcspResponder responder(revoked, 1);
    ASSERT_TRUE(responder.is_listening());
    TrustKeeper terminal(store, fresh, {});
    terminal.want(std::vector{trust::WantedSource{.kind = trust::RevocationSource::ocsp,
                                                  .uris = {responder.url()},
                                                  .certificate = pki().certificate(CertificateRole::document_signer),
                                                  .issuer = pki().certificate(CertificateRole::iaca)}});
    const auto updates = run(terminal);
    ASSERT_EQ(updates.size(), 1u);
    ASSERT_TRUE(updates[0].result) << describe(updates[0].result.error());
    const auto record = trust::look_up(fresh.sources(), pki().certificate(CertificateRole::document_signer),
                                       pki().certificate(CertificateRole::iaca), {.now = wall_clock()});
    EXPECT_EQ(record.state, revoked ? trust::RevocationState::revoked : trust::RevocationState::good);
    EXPECT_EQ(record.source, trust::RevocationSource::ocsp);
  }
}

}  // namespace
}  // namespace mdoc::asio
