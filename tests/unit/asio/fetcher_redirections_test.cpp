#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>
#include <stdexcept>
#include <vector>

#include "fetch_support.hpp"
#include "support/http_test_server.hpp"

namespace mdoc::asio {
namespace {

using testing::http_answer;
using testing::http_redirect;

TEST_F(FetcherTest, FollowsRedirectionsOfEveryKindWithAGet) {
  server.serve("/to/body?x=1", http_answer(200, "body"));
  for (const unsigned status : {301u, 302u, 303u, 307u, 308u}) {
    for (const std::string& location :
         {server.url("/to/body?x=1"), std::string("/to/body?x=1"), std::string("body?x=1"),
          std::string("../to/body?x=1"), "//127.0.0.1:" + std::to_string(server.port()) + "/to/body?x=1#part"}) {
      server.serve("/to/list", http_redirect(location, status));
      expect_body("/to/list", "body");
    }
  }
}

TEST_F(FetcherTest, APostIsRedirectedAsAPostOrNotAtAll) {
  server.serve("/ocsp", http_answer(200, "answer"));
  for (const unsigned status : {301u, 302u, 303u, 307u, 308u}) {
    server.serve("/old", http_redirect("/ocsp", status));
    const auto response = fetch_now(
        {.url = server.url("/old"), .method = FetchMethod::post, .body = {1, 2}, .content_type = "application/x"});
    ASSERT_EQ(response.has_value(), status >= 307) << status;
    if (response) {
      EXPECT_EQ(server.requests().back().method, "POST");
      EXPECT_EQ(server.requests().back().body, "\x01\x02");
    } else {
      EXPECT_EQ(response.error().code, Errc::http_status);
      EXPECT_EQ(response.error().native, static_cast<std::int32_t>(status));
    }
  }
}

TEST_F(FetcherTest, FollowsAsManyRedirectionsAsAllowed) {
  for (int i = 0; i < 8; ++i) server.serve("/" + std::to_string(i), http_redirect("/" + std::to_string(i + 1)));
  server.serve("/8", http_answer(200, "body"));
  expect_body("/3", "body");
  expect_error("/2", Errc::too_many);
  expect_body("/0", "body", {.max_redirects = 8});
  expect_error("/0", Errc::too_many, {.max_redirects = 7});
  expect_error("/7", Errc::too_many, {.max_redirects = 0});
  expect_body("/8", "body", {.max_redirects = 0});
}

TEST_F(FetcherTest, ACircleOfRedirectionsIsBrokenWhenItCloses) {
  server.serve("/self", http_redirect("/self"));
  expect_error("/self", Errc::too_many, {.max_redirects = 100});
  EXPECT_EQ(server.connections(), 1u);
  server.serve("/a", http_redirect("/b"));
  server.serve("/b", http_redirect("c"));
  server.serve("/c", http_redirect(server.url("/a")));
  expect_error("/a", Errc::too_many, {.max_redirects = 100});
  EXPECT_EQ(server.connections(), 4u);
}

TEST_F(FetcherTest, ARedirectionMustLeadToAUrl) {
  for (const char* location : {"ftp://127.0.0.1/", "file:///etc/passwd", "javascript:x", "http://user@127.0.0.1/",
                               "http:///path", "/with space", "http://127.0.0.1:0/", "/%zz", "//"}) {
    server.serve("/list", http_redirect(location));
    const auto response = get("/list");
    ASSERT_FALSE(response) << location;
    EXPECT_EQ(response.error().code, Errc::bad_uri) << location;
    EXPECT_EQ(response.error().where.text(), "fetch.redirects[0]");
  }
  server.serve("/list", http_answer(302, ""));
  expect_error("/list", Errc::http_status, {}, 302);
  EXPECT_EQ(server.connections(), 10u);
}

TEST_F(FetcherTest, SecureRedirectionsNeedAnchorsAsWell) {
  server.serve("/list", http_redirect("https://127.0.0.1/"));
  expect_error("/list", Errc::no_trust_anchor);
}

TEST_F(FetcherTest, ThePolicySeesEachUrlAndEachAddressBeforeItIsUsed) {
  server.serve("/a", http_redirect("/b"));
  server.serve("/b", http_answer(200, "body"));
  std::vector<std::string> seen;
  FetchOptions options;
  options.allow = [&](const Url& url, const std::optional<net::ip::address>& address) {
    seen.push_back(url.target() + " " + (address ? address->to_string() : "-"));
    return true;
  };
  ASSERT_TRUE(fetch_now({.url = server.url("/a")}, options));
  EXPECT_EQ(seen, (std::vector<std::string>{"/a -", "/a 127.0.0.1", "/b -", "/b 127.0.0.1"}));
}

TEST_F(FetcherTest, WhatThePolicyRefusesIsNotConnectedTo) {
  server.serve("/a", http_redirect("/b"));
  FetchOptions options;
  options.allow = [](const Url&, const std::optional<net::ip::address>&) { return false; };
  auto response = fetch_now({.url = server.url("/a")}, options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::refused);
  EXPECT_EQ(response.error().where.text(), "fetch.url");

  options.allow = only_public_addresses;
  for (const std::string& host : {std::string("127.0.0.1"), std::string("localhost")}) {
    response = fetch_now({.url = "http://" + host + ":" + std::to_string(server.port()) + "/a"}, options);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::refused);
    EXPECT_EQ(response.error().where.text(), "fetch.address");
  }
  EXPECT_EQ(server.connections(), 0u);

  options.allow = [](const Url& url, const std::optional<net::ip::address>&) { return url.target() == "/a"; };
  response = fetch_now({.url = server.url("/a")}, options);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::refused);
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(FetcherTest, WhatThePolicyThrowsComesOutAtOnce) {
  FetchOptions options;
  options.allow = [](const Url&, const std::optional<net::ip::address>&) -> bool {
    throw std::runtime_error("policy");
  };
  net::io_context context;
  bool thrown = false;
  const auto caller = [](std::string url, FetchOptions with, bool& caught) -> net::awaitable<void> {
    FetchRequest request{.url = std::move(url)};
    try {
      (void)co_await fetch(std::move(request), std::move(with));
    } catch (const std::runtime_error&) {
      caught = true;
    }
  };
  run(context, caller(server.url("/"), options, thrown));
  EXPECT_TRUE(thrown);
}

TEST(PublicAddresses, AreThoseThatEverybodyReaches) {
  const Url url = Url::parse("http://example.com").value();
  EXPECT_TRUE(only_public_addresses(url, std::nullopt));
  for (const char* address :
       {"1.1.1.1",     "9.255.255.255",   "11.0.0.0",         "100.63.255.255",  "100.128.0.0",  "126.255.255.255",
        "128.0.0.0",   "169.253.255.255", "172.15.255.255",   "172.32.0.0",      "192.0.1.0",    "192.167.255.255",
        "192.169.0.0", "198.17.255.255",  "198.20.0.0",       "223.255.255.255", "2606:4700::1", "2a00::1",
        "2001:200::1", "::ffff:1.1.1.1",  "64:ff9b::1.1.1.1", "2002:101:101::1"}) {
    EXPECT_TRUE(only_public_addresses(url, net::ip::make_address(address))) << address;
  }
  for (const char* address : {"0.0.0.0",
                              "0.1.2.3",
                              "10.0.0.1",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.255.255",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.88.99.1",
                              "192.168.0.1",
                              "198.18.0.1",
                              "198.19.255.255",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "239.255.255.255",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "2001:db8::1",
                              "2001::1",
                              "3fff::1",
                              "100::1",
                              "::127.0.0.1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::10.0.0.1",
                              "64:ff9b:1::1",
                              "2002:7f00:1::1",
                              "2002:a00:1::1"}) {
    EXPECT_FALSE(only_public_addresses(url, net::ip::make_address(address))) << address;
  }
}

}  // namespace
}  // namespace mdoc::asio
