#include "mdoc/asio/fetcher.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <random>
#include <vector>

#include "fetch_support.hpp"
#include "support/http_test_server.hpp"

namespace mdoc::asio {
namespace {

using namespace std::chrono_literals;
using testing::gzip;
using testing::http_answer;
using testing::http_chunked;
using testing::http_raw;
using testing::http_redirect;
using testing::http_silence;
using testing::http_until_close;
using testing::HttpScript;
using testing::HttpTestServer;

// Bytes that do not compress.
std::string noise(std::size_t size) {
  std::mt19937 engine(1);  // NOLINT(*-msc51-cpp): the same each time
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(engine() & 0xffu);
  return bytes;
}

TEST_F(FetcherTest, SendsWhatTheRequestSaysAndNothingAboutTheCaller) {
  server.serve("/list?a=1", http_answer(200, "body"));
  const auto response = fetch_now({.url = server.url("/list?a=1"), .accept = {"application/cwt", "text/plain;q=0.5"}});
  ASSERT_TRUE(response);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].method, "GET");
  EXPECT_EQ(requests[0].target, "/list?a=1");
  EXPECT_EQ(requests[0].body, "");
  EXPECT_EQ(requests[0].header("host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_TRUE(requests[0].header("user-agent").starts_with("mdoc/0."));
  EXPECT_EQ(requests[0].header("accept"), "application/cwt, text/plain;q=0.5");
  EXPECT_EQ(requests[0].header("accept-encoding"), "gzip");
  EXPECT_EQ(requests[0].header("connection"), "close");
  EXPECT_EQ(requests[0].headers.size(), 5u);
}

TEST_F(FetcherTest, PostsABody) {
  server.serve("/ocsp", http_answer(200, "answer", {{"Content-Type", "application/ocsp-response"}}));
  const auto response = fetch_now({.url = server.url("/ocsp"),
                                   .method = FetchMethod::post,
                                   .body = {0x30, 0x00, 0xff},
                                   .content_type = "application/ocsp-request"});
  ASSERT_TRUE(response);
  EXPECT_EQ(text(response->body), "answer");
  EXPECT_EQ(response->media_type, "application/ocsp-response");
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, std::string("\x30\x00\xff", 3));
  EXPECT_EQ(request.header("content-type"), "application/ocsp-request");
  EXPECT_EQ(request.header("content-length"), "3");
  EXPECT_EQ(request.header("accept"), "*/*");
}

TEST_F(FetcherTest, SaysWhereTheBodyCameFromAndWhatItIs) {
  server.serve("/a", http_redirect("/b"));
  server.serve("/b", http_answer(200, "", {{"Content-Type", "Application/CWT ; charset=x"}}));
  const auto response = get("/a");
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->body.empty());
  EXPECT_EQ(response->content_type, "Application/CWT ; charset=x");
  EXPECT_EQ(response->media_type, "application/cwt");
  EXPECT_EQ(response->final_url, server.url("/b"));
  EXPECT_EQ(response->redirects, 1u);
}

TEST_F(FetcherTest, EachFetchAsksAnew) {
  server.serve("/list", {http_answer(200, "first"), http_answer(500, ""), http_answer(200, "last")});
  expect_body("/list", "first");
  expect_error("/list", Errc::http_status, {}, 500);
  expect_body("/list", "last");
  expect_body("/list", "last");
  EXPECT_EQ(server.connections(), 4u);
}

TEST_F(FetcherTest, TakesEveryFramingInPiecesOfAnySize) {
  const std::string body = noise(300);
  const std::string zipped = gzip(body);
  const std::map<std::string, HttpScript> scripts{
      {"/length", http_answer(200, body)},
      {"/status-203", http_answer(203, body)},
      {"/chunks-1", http_chunked(body, 1)},
      {"/chunks-7", http_chunked(body, 7)},
      {"/chunks-300", http_chunked(body, 300)},
      {"/close", http_until_close(body)},
      {"/identity", http_answer(200, body, {{"Content-Encoding", "identity"}})},
      {"/gzip", http_answer(200, zipped, {{"Content-Encoding", "gzip"}})},
      {"/x-gzip", http_answer(200, zipped, {{"Content-Encoding", "X-GZip"}})},
      {"/gzip-chunks", http_chunked(zipped, 13, {{"Content-Encoding", "gzip"}})},
      {"/gzip-close", http_until_close(zipped, {{"Content-Encoding", "gzip"}})},
      {"/trailer", http_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12c;x=y\r\n" + body +
                            "\r\n0\r\nContent-Encoding: br\r\n\r\n")},
      {"/interim", http_raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                            "HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n" +
                            body)},
      {"/1.0", http_raw("HTTP/1.0 200 OK\r\n\r\n" + body)},
  };
  for (const auto& [target, script] : scripts) {
    for (const std::size_t piece : {0u, 1u, 11u}) {
      server.serve(target, HttpScript(script).slowly(piece));
      expect_body(target, body);
    }
  }
}

TEST_F(FetcherTest, UndoesGzipOfEveryLevelAndOfLargeBodies) {
  std::string large;
  while (large.size() < (std::size_t{1} << 20)) large += "status list " + std::to_string(large.size() * 7919);
  for (const std::string& body : {std::string(), std::string("x"), large, noise(200'000)}) {
    for (const int level : {0, 1, 6, 9}) {
      server.serve("/list", http_answer(200, gzip(body, level), {{"Content-Encoding", "gzip"}}));
      expect_body("/list", body);
    }
  }
}

TEST_F(FetcherTest, ABodyMayHaveTheLimitsSizeAndNotOneByteMore) {
  const std::string body = noise(100'000);
  const std::map<std::string, HttpScript> scripts{
      {"/length", http_answer(200, body)},
      {"/chunks", http_chunked(body, 999)},
      {"/close", http_until_close(body)},
      {"/gzip", http_answer(200, gzip(body), {{"Content-Encoding", "gzip"}})},
      {"/stored", http_answer(200, gzip(body, 0), {{"Content-Encoding", "gzip"}})},
      {"/gzip-chunks", http_chunked(gzip(body), 999, {{"Content-Encoding", "gzip"}})},
  };
  for (const auto& [target, script] : scripts) {
    server.serve(target, script);
    expect_body(target, body, {.max_bytes = body.size()});
    expect_error(target, Errc::too_large, {.max_bytes = body.size() - 1});
    expect_error(target, Errc::too_large, {.max_bytes = 0});
  }
}

TEST_F(FetcherTest, ASmallBodyThatInflatesWithoutEndIsTooLarge) {
  const std::string bomb = gzip(std::string(std::size_t{64} << 20, '\0'), 9);
  EXPECT_LT(bomb.size(), std::size_t{70} << 10);
  server.serve("/bomb", http_answer(200, bomb, {{"Content-Encoding", "gzip"}}));
  expect_error("/bomb", Errc::too_large, {.max_bytes = std::size_t{1} << 20});
}

TEST_F(FetcherTest, ALengthAboveTheLimitIsRefusedBeforeTheBody) {
  server.serve("/huge", http_raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n").then(HttpScript::End::hold));
  expect_error("/huge", Errc::too_large);
}

TEST_F(FetcherTest, DamagedCompressionIsNoBody) {
  const std::string body = noise(100) + std::string(5000, 'a');
  const std::string good = gzip(body);
  std::vector<std::string> damaged{"", "no gzip at all", good + "x", good + good, good + std::string(1, '\0')};
  for (std::size_t size = 1; size < good.size(); size += 3) damaged.push_back(good.substr(0, size));
  for (const std::size_t at : {good.size() - 1, good.size() - 5, good.size() - 8, std::size_t{0}, std::size_t{3}}) {
    damaged.push_back(good);
    damaged.back()[at] = static_cast<char>(damaged.back()[at] ^ 0x40);
  }
  for (const std::string& bytes : damaged) {
    SCOPED_TRACE(bytes.size());
    if (bytes.empty()) continue;  // a length of 0 is a message without a body: see below
    server.serve("/list", http_answer(200, bytes, {{"Content-Encoding", "gzip"}}));
    expect_error("/list", Errc::bad_compression);
    server.serve("/list", http_chunked(bytes, 64, {{"Content-Encoding", "gzip"}}));
    expect_error("/list", Errc::bad_compression);
  }
  for (const HttpScript& nothing :
       {http_answer(200, "", {{"Content-Encoding", "gzip"}}), http_chunked("", 1, {{"Content-Encoding", "gzip"}}),
        http_until_close("", {{"Content-Encoding", "gzip"}})}) {
    server.serve("/list", nothing);
    expect_error("/list", Errc::bad_compression);
  }
}

TEST_F(FetcherTest, AContentCodingThatNobodyAskedForIsRefused) {
  for (const char* coding : {"br", "deflate", "gzip, gzip", "zstd", "identity, gzip"}) {
    server.serve("/list", http_answer(200, "body", {{"Content-Encoding", coding}}));
    expect_error("/list", Errc::bad_compression);
  }
  server.serve("/list", http_answer(200, "body", {{"Content-Encoding", "gzip"}, {"Content-Encoding", "br"}}));
  expect_error("/list", Errc::bad_frame);
}

TEST_F(FetcherTest, ABodyThatEndsEarlyIsNoBody) {
  const std::vector<HttpScript> scripts{
      http_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
      http_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"),
      http_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"),
      http_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n0\r\n"),
      http_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsho"),
      http_raw("HTTP/1.1 200 OK\r\nContent-Le"),
      http_raw("HTTP/1.1 100 Continue\r\n\r\n"),
      http_raw("HTTP/1.1"),
      http_raw(""),
  };
  for (const HttpScript& script : scripts) {
    SCOPED_TRACE(script.bytes);
    server.serve("/list", script);
    expect_error("/list", Errc::link_closed);
    server.serve("/list", HttpScript(script).slowly(1));
    expect_error("/list", Errc::link_closed);
  }
}

// One request goes over one connection: what comes behind its response means nothing.
TEST_F(FetcherTest, BytesBehindTheStatedLengthAreNotTheBody) {
  server.serve("/list", http_raw("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbodyHTTP/1.1 500 Other\r\n\r\n"));
  expect_body("/list", "body");
}

TEST_F(FetcherTest, WhatIsNotHttpIsABadFrame) {
  for (const char* bytes : {
           "SSH-2.0-OpenSSH_9.2p1 Debian\r\n",
           "HTTP/2.0 200 OK\r\n\r\n",
           "HTTP/1.1 2000 OK\r\n\r\n",
           "HTTP/1.1 20x OK\r\n\r\n",
           "HTTP/1.1  200 OK\r\n\r\n",
           "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length : 4\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 0x4\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 4, 5\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nbody",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nbody\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nNoColon\r\n\r\n",
       }) {
    SCOPED_TRACE(bytes);
    server.serve("/list", http_raw(bytes));
    expect_error("/list", Errc::bad_frame);
    server.serve("/list", http_raw(bytes).slowly(3, 1ms));
    expect_error("/list", Errc::bad_frame);
  }
}

TEST_F(FetcherTest, HeadersHaveALimit) {
  const auto with_padding = [](std::size_t size) {
    return http_answer(200, "body", {{"X-Padding", std::string(size, 'x')}});
  };
  server.serve("/list", with_padding(900));
  expect_body("/list", "body", {.max_header_bytes = 1000});
  server.serve("/list", with_padding(1000));
  expect_error("/list", Errc::too_large, {.max_header_bytes = 1000});
  server.serve("/list", with_padding(1000).slowly(100));
  expect_error("/list", Errc::too_large, {.max_header_bytes = 1000});

  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 2000; ++i) many += "X: y\r\n";
  server.serve("/many", http_raw(many + "\r\n").slowly(60));
  expect_error("/many", Errc::too_large, {.max_header_bytes = 1000});

  std::string interim;
  for (int i = 0; i < 9; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  server.serve("/interim", http_raw(interim + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  expect_error("/interim", Errc::too_many);

  server.serve("/chunk", http_raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;" + std::string(40'000, 'x') +
                                  "\r\nbody\r\n0\r\n\r\n"));
  expect_error("/chunk", Errc::too_large);
}

TEST_F(FetcherTest, OnlySuccessIsSuccess) {
  for (const unsigned status :
       {101u, 201u, 204u, 205u, 206u, 300u, 304u, 305u, 400u, 401u, 403u, 404u, 410u, 429u, 500u, 503u, 999u}) {
    server.serve("/list", http_raw("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 0\r\n\r\n"));
    if (status == 201) {
      expect_body("/list", "");
    } else {
      expect_error("/list", Errc::http_status, {}, static_cast<std::int32_t>(status));
    }
  }
  expect_error("/nowhere", Errc::http_status, {}, 404);
  // The page that explains an error is not worth a byte.
  server.serve("/list", http_raw("HTTP/1.1 404 X\r\nContent-Length: 5\r\n\r\n").then(HttpScript::End::hold));
  expect_error("/list", Errc::http_status, {}, 404);
}

TEST_F(FetcherTest, TimeIsLimitedAtEveryStep) {
  const std::vector<HttpScript> scripts{
      http_silence(),
      http_answer(200, "body").slowly(1, 20ms),
      http_raw("HTTP/1.1 200 OK\r\n").then(HttpScript::End::hold),
      http_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbody").then(HttpScript::End::hold),
      http_raw("HTTP/1.1 200 OK\r\n\r\nbody").then(HttpScript::End::hold),
  };
  for (const HttpScript& script : scripts) {
    SCOPED_TRACE(script.bytes);
    server.serve("/list", script);
    expect_error("/list", Errc::timed_out, {.timeout = 40ms});
    EXPECT_TRUE(server.wait_until_idle());  // the connection was closed
  }
}

TEST_F(FetcherTest, TheDeadlineIsOneForAllRedirections) {
  for (int i = 0; i < 50; ++i) {
    server.serve("/" + std::to_string(i), http_redirect("/" + std::to_string(i + 1)).slowly(30, 10ms));
  }
  expect_error("/0", Errc::timed_out, {.max_redirects = 100, .timeout = 100ms});
}

// Connections are made by the system, and nobody takes them up.
TEST(FetcherWithoutServer, AServerThatNeverAnswersTimesOut) {
  net::io_context context;
  const net::ip::tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
  const std::string host = "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  const auto response = fetch_now({.url = "http://" + host, .limits = {.timeout = 200ms}});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::timed_out);
  EXPECT_EQ(response.error().where.text(), "fetch.response");
}

TEST(FetcherWithoutServer, AnAddressWhereNobodyListensIsAFailedConnection) {
  net::io_context context;
  net::ip::tcp::acceptor acceptor(context, {net::ip::address_v4::loopback(), 0});
  const auto port = acceptor.local_endpoint().port();
  acceptor.close();
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto response = fetch_now({.url = "http://" + std::string(host) + ":" + std::to_string(port)});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Errc::connect_failed);
    EXPECT_NE(response.error().native, 0);
    EXPECT_EQ(response.error().where.text(), "fetch.connect");
  }
}

TEST(FetcherWithoutServer, RefusesWhatIsNoRequest) {
  const auto expect = [](FetchRequest request, Errc code, std::string_view where) {
    const auto response = fetch_now(std::move(request));
    ASSERT_FALSE(response) << where;
    EXPECT_EQ(response.error().code, code) << where;
    EXPECT_EQ(response.error().where.text(), where);
  };
  const std::string url = "http://127.0.0.1:1/";
  expect({.url = ""}, Errc::bad_uri, "fetch.url");
  expect({.url = "ftp://127.0.0.1/"}, Errc::bad_uri, "fetch.url");
  expect({.url = "http://127.0.0.1/\r\nX: y"}, Errc::bad_uri, "fetch.url");
  expect({.url = "http://127.0.0.1/" + std::string(Url::max_bytes, 'x')}, Errc::too_large, "fetch.url");
  expect({.url = url, .body = {1}}, Errc::bad_argument, "FetchRequest.body");
  expect({.url = url, .content_type = "a/b"}, Errc::bad_argument, "FetchRequest.content_type");
  expect({.url = url, .method = FetchMethod::post}, Errc::bad_argument, "FetchRequest.content_type");
  expect({.url = url, .method = FetchMethod::post, .content_type = "a/b\r\nX: y"}, Errc::bad_argument,
         "FetchRequest.content_type");
  expect({.url = url, .accept = {"a/b\r\nX: y"}}, Errc::bad_argument, "FetchRequest.accept");
  expect({.url = url, .accept = {"a/b, c/d"}}, Errc::bad_argument, "FetchRequest.accept");
  expect({.url = url, .accept = {""}}, Errc::bad_argument, "FetchRequest.accept");
  expect({.url = url, .only_accepted = true}, Errc::bad_argument, "FetchRequest.only_accepted");
  expect({.url = url, .limits = {.timeout = 0ms}}, Errc::bad_argument, "FetchRequest.limits.timeout");
  expect({.url = "https://127.0.0.1:1/"}, Errc::no_trust_anchor, "FetchOptions.tls_anchors");
}

TEST_F(FetcherTest, AMediaTypeCanBeDemanded) {
  const auto get_cwt = [&](std::string_view type) {
    server.serve("/list", type.empty() ? http_answer(200, "body") : http_answer(200, "body", {{"Content-Type", type}}));
    return fetch_now(
        {.url = server.url("/list"), .accept = {"application/cwt", "application/x"}, .only_accepted = true});
  };
  for (const char* good :
       {"application/cwt", "Application/X", "application/cwt; charset=utf-8", "application/cwt ;a=b"}) {
    EXPECT_TRUE(get_cwt(good)) << good;
  }
  for (const char* bad : {"", "text/html", "application/cwtx", "application", "x;application/cwt"}) {
    const auto response = get_cwt(bad);
    ASSERT_FALSE(response) << bad;
    EXPECT_EQ(response.error().code, Errc::unsupported_media_type);
  }
}

TEST_F(FetcherTest, ManyFetchesRunAtTheSameTime) {
  constexpr int count = 20;
  for (int i = 0; i < count; ++i) {
    server.serve("/" + std::to_string(i), http_answer(200, std::to_string(i)).slowly(5, 1ms));
  }
  net::io_context context;
  int right = 0;
  const auto one = [](std::string url, std::string body, int& correct) -> net::awaitable<void> {
    FetchRequest request{.url = std::move(url)};
    const auto response = co_await fetch(std::move(request));
    if (response && text(response->body) == body) ++correct;
  };
  for (int i = 0; i < count; ++i) {
    net::co_spawn(context, one(server.url("/" + std::to_string(i)), std::to_string(i), right), net::detached);
  }
  context.run_for(20s);
  EXPECT_EQ(right, count);
}

TEST_F(FetcherTest, CancellingClosesTheConnection) {
  server.serve("/list", http_raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nbody").then(HttpScript::End::hold));
  net::io_context context;
  const auto caller = [](std::string url) -> net::awaitable<void> {
    using net::experimental::awaitable_operators::operator||;
    net::steady_timer timer(co_await net::this_coro::executor, 100ms);
    FetchRequest request{.url = std::move(url)};
    const auto first = co_await (fetch(std::move(request)) || timer.async_wait(net::use_awaitable));
    EXPECT_EQ(first.index(), 1u);
  };
  run(context, caller(server.url("/list")));
  EXPECT_TRUE(server.wait_until_idle());
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(FetcherTest, ACancelledFetchIsAClosedLink) {
  server.serve("/list", http_silence());
  net::io_context context;
  net::cancellation_signal signal;
  std::optional<Result<FetchResponse>> result;
  const auto keep = [&](const std::exception_ptr& thrown, Result<FetchResponse> response) {
    EXPECT_FALSE(thrown);
    result = std::move(response);
  };
  net::co_spawn(context, fetch({.url = server.url("/list")}), net::bind_cancellation_slot(signal.slot(), keep));
  net::steady_timer timer(context, 100ms);
  timer.async_wait([&](const boost::system::error_code&) { signal.emit(net::cancellation_type::terminal); });
  context.run_for(20s);
  ASSERT_TRUE(result.has_value());
  ASSERT_FALSE(result->has_value());
  EXPECT_EQ(result->error().code, Errc::link_closed);
  EXPECT_EQ(result->error().where.text(), "fetch.response");
  EXPECT_TRUE(server.wait_until_idle());
}

}  // namespace
}  // namespace mdoc::asio
