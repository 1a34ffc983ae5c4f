#include <gtest/gtest.h>

#include <array>
#include <boost/asio/ip/tcp.hpp>

#include "fetch_support.hpp"
#include "support/http_test_server.hpp"
#include "support/tls_test_pki.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;
using testing::http_answer;
using testing::http_redirect;
using testing::http_silence;
using testing::http_until_close;
using testing::HttpScript;
using testing::HttpTestCertificate;
using testing::HttpTestServer;
using testing::TlsTestPki;

class TestClock final : public Clock {
 public:
  explicit TestClock(UtcSeconds utc) : utc_(utc) {}
  [[nodiscard]] Now now() const override { return {.utc = utc_, .steady = std::chrono::steady_clock::now()}; }

 private:
  UtcSeconds utc_;
};

class FetcherTlsTest : public ::testing::Test {
 protected:
  static FetchOptions trusting(const crypto::Certificate& anchor, UtcSeconds at = TlsTestPki::now) {
    FetchOptions options;
    options.tls_anchors = TlsAnchors::of(std::array{anchor}).value();
    options.clock = std::make_shared<TestClock>(at);
    return options;
  }
  // Fetches from a server that shows `certificate`.
  static Result<FetchResponse> get(const HttpTestCertificate& certificate, const FetchOptions& options) {
    HttpTestServer server(certificate);
    server.serve("/list", http_answer(200, "body"));
    auto response = fetch_now({.url = server.url("/list")}, options);
    if (!response) {
      EXPECT_TRUE(server.requests().empty()) << "a server that is not trusted learnt what was asked for";
    }
    return response;
  }
  static void expect_untrusted(const HttpTestCertificate& certificate, const FetchOptions& options, Errc code) {
    const auto response = get(certificate, options);
    ASSERT_FALSE(response);
    EXPECT_EQ(name(response.error().code), name(code)) << describe(response.error());
    EXPECT_EQ(response.error().kind(), ErrorKind::untrusted);
    EXPECT_EQ(response.error().where.text(), "fetch.tls.certificate");
    EXPECT_NE(response.error().native, 0);
  }

  TlsTestPki pki;
};

TEST_F(FetcherTlsTest, FetchesFromAServerThatTheAnchorsVouchFor) {
  const auto response = get(pki.issue(TlsTestPki::server_template()), trusting(pki.root()));
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(text(response->body), "body");
  EXPECT_TRUE(response->final_url.starts_with("https://localhost:"));
}

TEST_F(FetcherTlsTest, AnchorsCanBeGivenAsText) {
  FetchOptions options = trusting(pki.root());
  options.tls_anchors = TlsAnchors::from_pem("bundle\n" + TlsTestPki().root().pem() + pki.root().pem()).value();
  EXPECT_TRUE(get(pki.issue(TlsTestPki::server_template()), options));
  EXPECT_EQ(TlsAnchors::from_pem("nothing").error().code, Errc::bad_encoding);
  EXPECT_EQ(TlsAnchors::of({}).error().code, Errc::bad_argument);
  EXPECT_TRUE(TlsAnchors().empty());
  EXPECT_FALSE(options.tls_anchors.empty());
}

TEST_F(FetcherTlsTest, ACertificateCanBeAnAnchorByItself) {
  const auto [shown, certificate] = TlsTestPki::self_signed(TlsTestPki::server_template());
  EXPECT_TRUE(get(shown, trusting(certificate)));
}

TEST_F(FetcherTlsTest, WithoutAnchorsNoServerIsTrusted) {
  const HttpTestServer server(pki.issue(TlsTestPki::server_template()));
  const auto response = fetch_now({.url = server.url("/list")});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::no_trust_anchor);
  EXPECT_EQ(response.error().where.text(), "FetchOptions.tls_anchors");
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(FetcherTlsTest, AServerOfAnotherAuthorityIsNotTrusted) {
  expect_untrusted(TlsTestPki().issue(TlsTestPki::server_template()), trusting(pki.root()), Errc::chain_untrusted);
}

TEST_F(FetcherTlsTest, AServerThatVouchesForItselfIsNotTrusted) {
  const auto [shown, certificate] = TlsTestPki::self_signed(TlsTestPki::server_template());
  expect_untrusted(shown, trusting(pki.root()), Errc::chain_untrusted);
}

TEST_F(FetcherTlsTest, TheStoreOfTheSystemKnowsNoTestAuthority) {
  FetchOptions options = trusting(pki.root());
  options.tls_anchors = TlsAnchors::system().value();
  expect_untrusted(pki.issue(TlsTestPki::server_template()), options, Errc::chain_untrusted);
}

TEST_F(FetcherTlsTest, TheCertificateMustHaveTheNameInTheUrl) {
  for (const char* host : {"localhost.example.com", "example.com", "*.localhost", "127.0.0.1"}) {
    SCOPED_TRACE(host);
    expect_untrusted(pki.issue(TlsTestPki::server_template(host)), trusting(pki.root()), Errc::subject_mismatch);
  }
}

TEST_F(FetcherTlsTest, ACommonNameIsNoHostName) {
  auto content = TlsTestPki::server_template();
  content.subject =
      crypto::DistinguishedName::build({{std::string(crypto::attribute::common_name), "localhost"}}).value();
  content.subject_alt_names.clear();
  expect_untrusted(pki.issue(content), trusting(pki.root()), Errc::subject_mismatch);
}

TEST_F(FetcherTlsTest, AnAddressIsNotVouchedForByAName) {
  HttpTestServer server(pki.issue(TlsTestPki::server_template("127.0.0.1")));
  server.serve("/list", http_answer(200, "body"));
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/list";
  const auto response = fetch_now({.url = url}, trusting(pki.root()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::subject_mismatch);
}

TEST_F(FetcherTlsTest, DatesAreJudgedByTheClockOfTheCaller) {
  auto expired = TlsTestPki::server_template();
  expired.not_after = TlsTestPki::now - 1s;
  expect_untrusted(pki.issue(expired), trusting(pki.root()), Errc::expired);
  EXPECT_TRUE(get(pki.issue(expired), trusting(pki.root(), TlsTestPki::now - 1h)));
  auto early = TlsTestPki::server_template();
  early.not_before = TlsTestPki::now + 1s;
  expect_untrusted(pki.issue(early), trusting(pki.root()), Errc::not_yet_valid);
}

TEST_F(FetcherTlsTest, ACertificateOfAnotherPurposeIsNoServers) {
  auto content = TlsTestPki::server_template();
  content.extended_key_usage = {"1.0.18013.5.1.2"};
  expect_untrusted(pki.issue(content), trusting(pki.root()), Errc::chain_untrusted);
}

TEST_F(FetcherTlsTest, ARedirectionNeverLeavesTls) {
  HttpTestServer plain;
  plain.serve("/list", http_answer(200, "body"));
  HttpTestServer secure(pki.issue(TlsTestPki::server_template()));
  secure.serve("/list", http_redirect(plain.url("/list")));
  const auto response = fetch_now({.url = secure.url("/list")}, trusting(pki.root()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::refused);
  EXPECT_EQ(response.error().where.text(), "fetch.redirects[0]");
  EXPECT_EQ(plain.connections(), 0u);

  plain.serve("/up", http_redirect(secure.url("/good")));
  secure.serve("/good", http_answer(200, "secured"));
  const auto upgraded = fetch_now({.url = plain.url("/up")}, trusting(pki.root()));
  ASSERT_TRUE(upgraded);
  EXPECT_EQ(text(upgraded->body), "secured");
}

// A connection that breaks off is no end: somebody in between could have cut it.
TEST_F(FetcherTlsTest, ABodyWithoutALengthEndsWithCloseNotifyOnly) {
  HttpTestServer server(pki.issue(TlsTestPki::server_template()));
  server.serve("/list", http_until_close("body"));
  const auto whole = fetch_now({.url = server.url("/list")}, trusting(pki.root()));
  ASSERT_TRUE(whole);
  EXPECT_EQ(text(whole->body), "body");
  server.serve("/list", http_until_close("body").then(HttpScript::End::cut));
  const auto cut = fetch_now({.url = server.url("/list")}, trusting(pki.root()));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Errc::link_closed);
  server.serve("/list", http_answer(200, "body").then(HttpScript::End::cut));
  EXPECT_TRUE(fetch_now({.url = server.url("/list")}, trusting(pki.root())));
}

TEST_F(FetcherTlsTest, LargeBodiesArriveWhole) {
  const std::string body(std::size_t{3} << 20, 'x');
  HttpTestServer server(pki.issue(TlsTestPki::server_template()));
  server.serve("/list", http_answer(200, body));
  const auto response = fetch_now({.url = server.url("/list")}, trusting(pki.root()));
  ASSERT_TRUE(response);
  EXPECT_TRUE(text(response->body) == body);
}

TEST_F(FetcherTlsTest, TimeIsLimitedWithinTlsAsWell) {
  HttpTestServer server(pki.issue(TlsTestPki::server_template()));
  server.serve("/list", http_silence());
  const auto silent = fetch_now({.url = server.url("/list"), .limits = {.timeout = 200ms}}, trusting(pki.root()));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, Errc::timed_out);
  EXPECT_TRUE(server.wait_until_idle());

  net::io_context context;
  const net::ip::tcp::acceptor mute(context, {net::ip::address_v4::loopback(), 0});
  const std::string url = "https://localhost:" + std::to_string(mute.local_endpoint().port());
  const auto handshake = fetch_now({.url = url, .limits = {.timeout = 300ms}}, trusting(pki.root()));
  ASSERT_FALSE(handshake);
  EXPECT_EQ(handshake.error().code, Errc::timed_out);
  EXPECT_EQ(handshake.error().where.text(), "fetch.tls");
}

TEST_F(FetcherTlsTest, AServerWithoutTlsIsAFailedConnection) {
  HttpTestServer plain;
  const std::string url = "https://localhost:" + std::to_string(plain.port()) + "/";
  const auto response = fetch_now({.url = url}, trusting(pki.root()));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::connect_failed);
  EXPECT_EQ(response.error().where.text(), "fetch.tls");
}

}  // namespace
}  // namespace mdoc::asio
