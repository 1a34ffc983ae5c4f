#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "mdoc/transport/http.hpp"

namespace mdoc::transport {
namespace {

using namespace std::string_literals;

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

HttpClientFramer make_client(const DecodeLimits& limits = {}) {
  return HttpClientFramer::create("127.0.0.1", 8080, iso18013_5(), limits).value();
}

// A client that has asked and waits.
HttpClientFramer waiting(const DecodeLimits& limits = {}) {
  HttpClientFramer client = make_client(limits);
  EXPECT_TRUE(client.request(as_bytes("question")));
  return client;
}

std::string response_with(std::string_view lines, std::string_view body = "abc") {
  return "HTTP/1.1 200 OK\r\n"s.append(lines).append("\r\n").append(body);
}

const std::string plain = response_with("Content-Length: 3\r\nContent-Type: application/cbor\r\n");

struct Outcome {
  std::optional<std::string> message{};
  bool reusable = false;
  Errc code{};
  std::int32_t native = 0;
  std::string where{};

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(std::string_view bytes, std::size_t piece) {
  HttpClientFramer client = waiting();
  Outcome outcome;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    const auto response = client.on_bytes(as_bytes(bytes.substr(i, piece)));
    if (!response) {
      const Error& error = response.error();
      return {.code = error.code, .native = error.native, .where = error.where.text()};
    }
    if (*response) {
      outcome.message = text((*response)->message);
      outcome.reusable = (*response)->reusable;
    }
  }
  return outcome;
}

Outcome outcome_of(const std::string& bytes) {
  const Outcome whole = outcome_of(bytes, bytes.size());
  EXPECT_EQ(whole, outcome_of(bytes, 1)) << bytes;
  return whole;
}

void expect_refused(const std::string& bytes, const std::string& where, Errc code = Errc::bad_frame) {
  SCOPED_TRACE(bytes.substr(0, 200));
  const Outcome outcome = outcome_of(bytes);
  EXPECT_EQ(outcome.code, code);
  EXPECT_EQ(outcome.where, "HttpResponse." + where);
}

TEST(HttpClientFramer, PostsInTheFormOfTheDataPath) {
  EXPECT_EQ(text(HttpClientFramer::create("fe80::21b:63ff:fe84:45e6%wlan0", 80).value().request(as_bytes("m")).value()),
            "POST /mdoc HTTP/1.1\r\nHost: [fe80::21b:63ff:fe84:45e6]\r\nContent-Length: 1\r\n"
            "Content-Type: application/cbor\r\n\r\nm");
  EXPECT_NE(
      text(HttpClientFramer::create("::1", 8080).value().request(as_bytes("m")).value()).find("Host: [::1]:8080\r\n"),
      std::string::npos);
  EXPECT_NE(text(make_client().request(as_bytes("m")).value()).find("Host: 127.0.0.1:8080\r\n"), std::string::npos);
}

TEST(HttpClientFramer, NoAddressBringsAHeaderOfItsOwn) {
  for (const std::string& address : {""s, "%eth0"s, "a\r\nX: y"s, "a b"s, "a/b"s, "a@b"s, "[::1]"s, "a\0b"s}) {
    const auto client = HttpClientFramer::create(address, 80);
    ASSERT_FALSE(client) << address;
    EXPECT_EQ(client.error().code, Errc::bad_argument);
  }
  EXPECT_FALSE(HttpClientFramer::create("::1", 0));
}

TEST(HttpClientFramer, FindsTheMessageWhereverTheBytesAreSplit) {
  for (std::size_t first = 0; first <= plain.size(); ++first) {
    for (std::size_t second = first; second <= plain.size(); ++second) {
      HttpClientFramer client = waiting();
      std::string message;
      const std::string_view bytes = plain;
      for (const auto piece : {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        const auto response = client.on_bytes(as_bytes(piece));
        ASSERT_TRUE(response) << first << ' ' << second;
        if (*response) message += text((*response)->message);
      }
      ASSERT_EQ(message, "abc") << first << ' ' << second;
    }
  }
}

TEST(HttpClientFramer, ATruncatedResponseIsALostLink) {
  for (std::size_t length = 0; length < plain.size(); ++length) {
    SCOPED_TRACE(length);
    HttpClientFramer client = waiting();
    const auto response = client.on_bytes(as_bytes(plain).first(length));
    ASSERT_TRUE(response);
    EXPECT_FALSE(*response);
    const auto end = client.on_end();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, Errc::link_closed);
    EXPECT_EQ(client.request(as_bytes("m")).error().code, Errc::link_closed);
    EXPECT_EQ(client.on_bytes(as_bytes(plain).subspan(length)).error().code, Errc::link_closed);
  }
}

TEST(HttpClientFramer, AsksManyTimesOnOneConnectionAndStrictlyInTurn) {
  HttpClientFramer client = make_client();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.request(as_bytes("question")));
    EXPECT_EQ(client.request(as_bytes("question")).error().code, Errc::wrong_state);
    const auto response = client.on_bytes(as_bytes(plain));
    ASSERT_TRUE(response);
    ASSERT_TRUE(*response);
    EXPECT_TRUE((*response)->reusable);
  }
  EXPECT_TRUE(client.on_end()) << "nothing was due";
  EXPECT_EQ(client.request(as_bytes("question")).error().code, Errc::wrong_state);
}

TEST(HttpClientFramer, SendsNoEmptyMessage) { EXPECT_EQ(make_client().request({}).error().code, Errc::bad_argument); }

TEST(HttpClientFramer, TakesAnAnswerWithoutContentAsTheAcknowledgementItIs) {
  for (const std::string& bytes : {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"s,
                                   "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Type: text/plain\r\n\r\n"s}) {
    const Outcome outcome = outcome_of(bytes);
    ASSERT_TRUE(outcome.message);
    EXPECT_EQ(*outcome.message, "");
    EXPECT_TRUE(outcome.reusable);
  }
}

TEST(HttpClientFramer, NoticesThatTheServerWantsANewConnection) {
  const std::string rest = "Content-Length: 3\r\nContent-Type: application/cbor\r\n";
  for (const std::string& bytes :
       {response_with("connection: CLOSE\r\n" + rest), "HTTP/1.0 200 OK\r\n" + rest + "\r\nabc"}) {
    const Outcome outcome = outcome_of(bytes);
    EXPECT_EQ(outcome.message, "abc");
    EXPECT_FALSE(outcome.reusable);
    HttpClientFramer client = waiting();
    ASSERT_TRUE(client.on_bytes(as_bytes(bytes)).value());
    EXPECT_EQ(client.request(as_bytes("m")).error().code, Errc::wrong_state);
  }
}

TEST(HttpClientFramer, TakesStatusLinesAndHeadersAsTheFieldSendsThem) {
  for (const std::string& bytes : {
           "HTTP/1.1 200\r\ncontent-length:3\r\ncontent-type:APPLICATION/CBOR\r\n\r\nabc"s,
           "HTTP/1.1 200 \r\nContent-Length: 3\r\nContent-Type: application/cbor;x=y\r\nServer: \xe4\r\n\r\nabc"s,
           "HTTP/1.1 200 Alles \t gut\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc"s,
       }) {
    EXPECT_EQ(outcome_of(bytes).message, "abc") << bytes;
  }
}

TEST(HttpClientFramer, SkipsInterimResponsesWithinOneBound) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
  EXPECT_EQ(outcome_of(interim + plain).message, "abc");
  std::string endless;
  while (endless.size() < 2 * http_max_header_bytes) endless += "HTTP/1.1 100\r\n\r\n";
  expect_refused(endless, "headers", Errc::too_large);
  EXPECT_EQ(outcome_of("HTTP/1.1 101 Switching Protocols\r\n").native, 101);
}

TEST(HttpClientFramer, NamesTheStatusOfAnErrorAsSoonAsItIsKnown) {
  for (const int status : {101, 201, 204, 301, 400, 404, 405, 411, 413, 415, 500, 503, 999}) {
    const Outcome outcome = outcome_of("HTTP/1.1 " + std::to_string(status) + " x\r\n");
    EXPECT_EQ(outcome.code, Errc::http_status);
    EXPECT_EQ(outcome.native, status);
  }
}

TEST(HttpClientFramer, RefusesMalformedStatusLines) {
  for (const char* line :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000", "HTTP/1.1 20x OK", "HTTP/1.1 +20 OK",
        "HTTP/1.1 -20 OK", "HTTP/1.1 099 OK", "HTTP/1.1  200 OK", "HTTP/2.0 200 OK", "HTTP/1.2 200 OK",
        "http/1.1 200 OK", "HTTP/1.1\t200 OK", "HTTP/1.1 200\tOK", "ICY 200 OK"}) {
    expect_refused(std::string(line) + "\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc",
                   "statusLine");
  }
  expect_refused("HTTP/1.1 200 OK\nContent-Length: 3\r\n", "lineEnd");
}

TEST(HttpClientFramer, RefusesAmbiguousOrUnboundedBodies) {
  const std::string type = "Content-Type: application/cbor\r\n";
  expect_refused(response_with(type), "Content-Length");
  expect_refused(response_with(type + "Transfer-Encoding: chunked\r\n"), "Transfer-Encoding");
  expect_refused(response_with(type + "Content-Length: 3\r\nTransfer-Encoding: identity\r\n"), "Transfer-Encoding");
  expect_refused(response_with(type + "Content-Length: 3\r\nContent-Length: 3\r\n"), "Content-Length");
  expect_refused(response_with(type + "Content-Length: 3,3\r\n"), "Content-Length");
  expect_refused(response_with(type + "Content-Length : 3\r\n"), "headerName");
  expect_refused(response_with(type + "X: a\r\n folded\r\nContent-Length: 3\r\n"), "headerName");
  expect_refused(response_with(type + "X: a\rContent-Length: 3\r\n"), "controlCharacter");
}

TEST(HttpClientFramer, RefusesOtherMediaTypes) {
  expect_refused(response_with("Content-Length: 3\r\n"), "Content-Type", Errc::unsupported_media_type);
  expect_refused(response_with("Content-Length: 3\r\nContent-Type: text/html\r\n"), "Content-Type",
                 Errc::unsupported_media_type);
  expect_refused(response_with("Content-Length: 3\r\nContent-Type: application/cbor\r\nContent-Encoding: br\r\n"),
                 "Content-Encoding", Errc::unsupported_media_type);
}

TEST(HttpClientFramer, RefusesALargeBodyBeforeItComes) {
  HttpClientFramer client = waiting({.max_bytes = 2});
  const auto refused =
      client.on_bytes(as_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/cbor\r\nContent-Length: 3\r\n\r\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_large);
}

TEST(HttpClientFramer, RefusesBytesThatNobodyAskedFor) {
  HttpClientFramer client = make_client();
  EXPECT_TRUE(client.on_bytes({}));
  const auto early = client.on_bytes(as_bytes("H"));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().where.text(), "HttpResponse.unexpectedBytes");
  EXPECT_EQ(client.request(as_bytes("m")).error().code, Errc::bad_frame) << "the first error stays";
  EXPECT_EQ(client.on_end().error().code, Errc::bad_frame);

  HttpClientFramer twice = waiting();
  EXPECT_EQ(twice.on_bytes(as_bytes(plain + "H")).error().code, Errc::bad_frame);
}

TEST(HttpClientFramer, TakesPathAndMediaTypeFromTheProfile) {
  ProtocolConstants profile = iso18013_5();
  profile.http_path = "/other";
  profile.http_content_type = "application/other";
  HttpClientFramer client = HttpClientFramer::create("::1", 80, profile).value();
  const std::string request = text(client.request(as_bytes("m")).value());
  EXPECT_TRUE(request.starts_with("POST /other HTTP/1.1\r\n"));
  EXPECT_NE(request.find("Content-Type: application/other\r\n"), std::string::npos);
  EXPECT_EQ(request.find("cbor"), std::string::npos);
  EXPECT_EQ(client.on_bytes(as_bytes(plain)).error().code, Errc::unsupported_media_type);
}

TEST(HttpFraming, ServerAndClientUnderstandEachOther) {
  HttpClientFramer client = make_client();
  HttpServerFramer server;
  for (int round = 0; round < 3; ++round) {
    const auto request = server.on_bytes(client.request(as_bytes("question")).value());
    ASSERT_TRUE(request);
    EXPECT_EQ(text(request->value()), "question");
    const auto response = client.on_bytes(server.respond(as_bytes("answer")).value());
    ASSERT_TRUE(response);
    EXPECT_EQ(text(response->value().message), "answer");
  }
  ASSERT_TRUE(server.on_bytes(client.request(as_bytes("end")).value()));
  const auto end = client.on_bytes(server.acknowledge().value());
  ASSERT_TRUE(end);
  EXPECT_TRUE(end->value().message.empty());
  EXPECT_FALSE(end->value().reusable);
}

}  // namespace
}  // namespace mdoc::transport
