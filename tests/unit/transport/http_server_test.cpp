#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/transport/http.hpp"
#include "mdoc/transport/link.hpp"

namespace mdoc::transport {
namespace {

using namespace std::string_literals;

static_assert(!http_link.can_push, "over HTTP the mdoc only answers");

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

std::string request_with(std::string_view lines, std::string_view body = "abc") {
  return "POST /mdoc HTTP/1.1\r\n"s.append(lines).append("\r\n").append(body);
}

const std::string plain = request_with("Host: [fe80::1]\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n");

// What a server makes of bytes that come in one piece, and in single bytes: always the same.
struct Outcome {
  std::string message;
  std::int32_t status = 0;  // of the refusal
  Errc code{};
  std::string where;
  std::string output;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome outcome_of(std::string_view bytes, std::size_t piece) {
  HttpServerFramer server;
  Outcome outcome;
  for (std::size_t i = 0; i < bytes.size(); i += piece) {
    const auto message = server.on_bytes(as_bytes(bytes.substr(i, piece)));
    outcome.output += text(server.take_output());
    if (!message) {
      outcome.status = message.error().native;
      outcome.code = message.error().code;
      outcome.where = message.error().where.text();
      break;
    }
    if (*message) outcome.message += text(**message);
  }
  return outcome;
}

Outcome outcome_of(const std::string& bytes) {
  const Outcome whole = outcome_of(bytes, bytes.size());
  EXPECT_EQ(whole, outcome_of(bytes, 1)) << bytes;
  return whole;
}

void expect_refused(const std::string& bytes, std::int32_t status, const std::string& where) {
  SCOPED_TRACE(bytes.substr(0, 200));
  const Outcome outcome = outcome_of(bytes);
  EXPECT_EQ(outcome.status, status);
  EXPECT_EQ(outcome.where, "HttpRequest." + where);
  EXPECT_EQ(outcome.message, "");
  EXPECT_TRUE(outcome.output.starts_with("HTTP/1.1 " + std::to_string(status) + " ")) << outcome.output;
  EXPECT_NE(outcome.output.find("\r\nConnection: close\r\n"), std::string::npos);
  EXPECT_NE(outcome.output.find("\r\nContent-Length: 0\r\n"), std::string::npos);
}

TEST(HttpServerFramer, FindsTheMessageWhereverTheBytesAreSplit) {
  for (std::size_t first = 0; first <= plain.size(); ++first) {
    for (std::size_t second = first; second <= plain.size(); ++second) {
      HttpServerFramer server;
      std::string message;
      const std::string_view bytes = plain;
      for (const auto piece : {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        const auto result = server.on_bytes(as_bytes(piece));
        ASSERT_TRUE(result) << first << ' ' << second;
        if (*result) message += text(**result);
      }
      ASSERT_EQ(message, "abc") << first << ' ' << second;
    }
  }
}

TEST(HttpServerFramer, ATruncatedRequestIsNoMessageAndItsEndIsALostLink) {
  for (std::size_t length = 0; length < plain.size(); ++length) {
    SCOPED_TRACE(length);
    HttpServerFramer server;
    const auto result = server.on_bytes(as_bytes(plain).first(length));
    ASSERT_TRUE(result);
    EXPECT_FALSE(*result);
    const auto end = server.on_end();
    ASSERT_EQ(end.has_value(), length == 0);
    if (end) continue;
    EXPECT_EQ(end.error().code, Errc::link_closed);
    EXPECT_EQ(server.on_bytes(as_bytes(plain).subspan(length)).error().code, Errc::link_closed);
  }
}

TEST(HttpServerFramer, AnswersInTheFormOfTheDataPath) {
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_TRUE(server.answer_due());
  EXPECT_EQ(text(server.respond(as_bytes("answer")).value()),
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nContent-Type: application/cbor\r\n\r\nanswer");
  EXPECT_FALSE(server.answer_due());
  EXPECT_TRUE(server.keep_alive());
  EXPECT_EQ(text(server.take_output()), "");
}

TEST(HttpServerFramer, ServesManyRequestsOnOneConnection) {
  HttpServerFramer server;
  for (int i = 0; i < 5; ++i) {
    const auto message = server.on_bytes(as_bytes(plain));
    ASSERT_TRUE(message);
    ASSERT_TRUE(*message);
    EXPECT_EQ(text(**message), "abc");
    ASSERT_TRUE(server.respond(as_bytes("answer")));
  }
  EXPECT_TRUE(server.on_end());
}

TEST(HttpServerFramer, AcknowledgesATerminationWithAnEmptyAnswerAndTheEnd) {
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_EQ(text(server.acknowledge().value()), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(server.keep_alive());
  EXPECT_EQ(server.on_bytes(as_bytes(plain)).error().code, Errc::bad_frame);
}

TEST(HttpServerFramer, ReportsItsOwnFailureAs500) {
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_TRUE(text(server.fail().value()).starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_FALSE(server.keep_alive());
}

TEST(HttpServerFramer, AnswersOnlyWhatWasAskedAndOnlyOnce) {
  HttpServerFramer server;
  EXPECT_EQ(server.respond(as_bytes("x")).error().code, Errc::wrong_state);
  EXPECT_EQ(server.acknowledge().error().code, Errc::wrong_state);
  EXPECT_EQ(server.fail().error().code, Errc::wrong_state);
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_EQ(server.respond({}).error().code, Errc::bad_argument);
  EXPECT_TRUE(server.respond(as_bytes("x")));
  EXPECT_EQ(server.respond(as_bytes("x")).error().code, Errc::wrong_state);
}

TEST(HttpServerFramer, APeerThatEndsWhileItsAnswerIsDueIsGone) {
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_EQ(server.on_end().error().code, Errc::link_closed);
  EXPECT_FALSE(server.answer_due());
  EXPECT_FALSE(server.keep_alive());
  EXPECT_EQ(server.respond(as_bytes("answer")).error().code, Errc::link_closed);
}

TEST(HttpServerFramer, TakesNamesMediaTypeAndSpacingAsTheFieldSendsThem) {
  for (const std::string& lines : {
           "host:x\r\ncontent-length:3\r\ncontent-type:application/cbor\r\n"s,
           "HOST: \r\nCONTENT-LENGTH: \t 3 \t\r\nCONTENT-TYPE: application/CBOR\r\n"s,
           "Host: a\r\nContent-Length: 003\r\nContent-Type: application/cbor; charset=binary\r\n"s,
           "Host: a\r\nContent-Length: 3\r\nContent-Type: Application/Cbor ;x\r\nContent-Encoding: identity\r\n"s,
           "Host: a\r\nX-Unknown: \x80\xff, \"q\"\r\nX-Unknown: again\r\nEmpty:\r\nContent-Length: 3\r\n"
           "Content-Type: application/cbor\r\n"s,
       }) {
    SCOPED_TRACE(lines);
    EXPECT_EQ(outcome_of(request_with(lines)).message, "abc");
  }
}

TEST(HttpServerFramer, ClosesAfterTheAnswerWhereThePeerWantsThat) {
  const std::string rest = "Host: a\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n";
  for (const std::string& bytes : {
           request_with("Connection: close\r\n" + rest),
           request_with("Connection: TE, Close\r\n" + rest),
           "POST /mdoc HTTP/1.0\r\n" + rest + "\r\nabc",
           "POST /mdoc HTTP/1.0\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc"s,
       }) {
    SCOPED_TRACE(bytes);
    HttpServerFramer server;
    ASSERT_TRUE(server.on_bytes(as_bytes(bytes)).value());
    EXPECT_TRUE(server.keep_alive());
    EXPECT_NE(text(server.respond(as_bytes("x")).value()).find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_FALSE(server.keep_alive());
  }
}

TEST(HttpServerFramer, LetsAClientThatWaitsForItContinue) {
  HttpServerFramer server;
  const std::string bytes =
      request_with("Host: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n");
  ASSERT_TRUE(server.on_bytes(as_bytes(bytes).first(bytes.size() - 3)));
  EXPECT_EQ(text(server.take_output()), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(text(server.on_bytes(as_bytes("abc")).value().value()), "abc");
  EXPECT_EQ(text(server.take_output()), "");

  HttpServerFramer hasty;
  ASSERT_TRUE(hasty.on_bytes(as_bytes(bytes)).value());
  EXPECT_EQ(text(hasty.take_output()), "") << "the body is here already";
}

TEST(HttpServerFramer, RefusesWhatIsNotForIt) {
  const std::string rest = "Host: a\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc";
  for (const char* target : {"/", "/mdoc/", "/mdocs", "/MDOC", "/mdoc?x", "/%6ddoc", "*", "http://a/mdoc"}) {
    expect_refused("POST "s + target + " HTTP/1.1\r\n" + rest, 404, "requestLine");
  }
  for (const char* method : {"GET", "HEAD", "PUT", "post", "OPTIONS", "POST1"}) {
    expect_refused(std::string(method) + " /mdoc HTTP/1.1\r\n" + rest, 405, "requestLine");
  }
  EXPECT_NE(outcome_of("GET /mdoc HTTP/1.1\r\nHost: a\r\n\r\n").output.find("\r\nAllow: POST\r\n"), std::string::npos);
  EXPECT_EQ(outcome_of("GET /other HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
}

TEST(HttpServerFramer, RefusesARequestWithoutLength) {
  expect_refused(request_with("Host: a\r\nContent-Type: application/cbor\r\n", ""), 411, "Content-Length");
  for (const char* coding : {"chunked", "identity", "gzip, chunked", "", "xchunked"}) {
    const std::string line = "Host: a\r\nContent-Type: application/cbor\r\nTransfer-Encoding: "s + coding + "\r\n";
    expect_refused(request_with(line, ""), 411, "Content-Length");
  }
}

TEST(HttpServerFramer, RefusesOtherMediaTypes) {
  for (const char* line : {"", "Content-Type: application/json\r\n", "Content-Type: application/cbor-seq\r\n",
                           "Content-Type: application/cbor, application/cbor\r\n", "Content-Type:\r\n",
                           "Content-Type: application/cbor\r\nContent-Encoding: gzip\r\n"}) {
    SCOPED_TRACE(line);
    const Outcome outcome = outcome_of(request_with("Host: a\r\nContent-Length: 3\r\n"s + line));
    EXPECT_EQ(outcome.status, 415);
    EXPECT_EQ(outcome.code, Errc::unsupported_media_type);
    EXPECT_EQ(outcome.message, "");
  }
}

TEST(HttpServerFramer, RefusesEveryShapeThatTwoParsersReadInTwoWays) {
  const auto with = [](const std::string& lines) {
    return request_with("Host: a\r\nContent-Type: application/cbor\r\n" + lines);
  };
  for (const char* length : {"", "+3", "-3", "3 3", "3, 3", "0x3", "3;", "three", "\"3\"", "3.0"}) {
    expect_refused(with("Content-Length: "s + length + "\r\n"), 400, "Content-Length");
  }
  expect_refused(with("Content-Length: 3\r\nContent-Length: 3\r\n"), 400, "Content-Length");
  expect_refused(with("Content-Length: 3\r\ncontent-length: 4\r\n"), 400, "Content-Length");
  expect_refused(with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400, "Transfer-Encoding");
  expect_refused(with("Transfer-Encoding: identity\r\nContent-Length: 3\r\n"), 400, "Transfer-Encoding");
  expect_refused(with("Content-Length: 3\r\nHost: b\r\n"), 400, "Host");
  expect_refused(with("Content-Length: 3\r\nContent-Type: application/cbor\r\n"), 400, "Content-Type");
  expect_refused(with("Content-Length : 3\r\n"), 400, "headerName");
  expect_refused(with(" Content-Length: 3\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\nX: a\r\n b\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\nX: a\r\n\tb: c\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\n: empty\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\nno colon\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\nN\xc3\xa4me: x\r\n"), 400, "headerName");
  expect_refused(with("Content-Length: 3\r\nX: a\rY: b\r\n"), 400, "controlCharacter");
  expect_refused(with("Content-Length: 3\r\nX: a\0b\r\n"s), 400, "controlCharacter");
  expect_refused(with("Content-Length: 3\r\nX: a\r\r\n"), 400, "controlCharacter");
  expect_refused(with("Content-Length: 3\r\nX: \x7f\r\n"), 400, "controlCharacter");
  expect_refused(with("Content-Length: 3\nX: a\r\n"), 400, "lineEnd");
  expect_refused(with("Content-Length: 3\r\n\n"), 400, "lineEnd");
}

TEST(HttpServerFramer, RefusesMalformedRequestLines) {
  const std::string rest = "Host: a\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc";
  for (const std::string line :
       {"", "POST", "POST /mdoc", "POST  /mdoc HTTP/1.1", "POST /mdoc  HTTP/1.1", " POST /mdoc HTTP/1.1",
        "POST /mdoc HTTP/1.1 ", "POST /a b HTTP/1.1", "POST /mdoc HTTP/2.0", "POST /mdoc HTTP/1.2",
        "POST /mdoc http/1.1", "POST /mdoc HTTP/1.1x", "POST\t/mdoc HTTP/1.1", "POST /mdoc\tx HTTP/1.1", " HTTP/1.1"}) {
    expect_refused(line + "\r\n" + rest, 400, "requestLine");
  }
  expect_refused("POST /mdoc HTTP/1.1\n" + rest, 400, "lineEnd");
  expect_refused("\x16\x03\x01\x02\x00\x01\x00\r\n"s, 400, "controlCharacter");
  expect_refused(request_with("Content-Length: 3\r\nContent-Type: application/cbor\r\n"), 400, "Host");
}

TEST(HttpServerFramer, RefusesAnEmptyBody) {
  const std::string lines = "Host: a\r\nContent-Length: 0\r\nContent-Type: application/cbor\r\n";
  expect_refused(request_with(lines, ""), 400, "body");
}

TEST(HttpServerFramer, RefusesPipelining) {
  EXPECT_EQ(outcome_of(plain + plain, 2 * plain.size()).status, 400);
  EXPECT_EQ(outcome_of(plain + plain, 2 * plain.size()).message, "") << "no answer could be matched to it";
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(plain)).value());
  EXPECT_TRUE(server.on_bytes({})) << "no bytes are no request";
  const auto refused = server.on_bytes(as_bytes("P"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where.text(), "HttpRequest.pipelining");
  EXPECT_FALSE(server.answer_due());
  EXPECT_EQ(server.respond(as_bytes("x")).error().code, Errc::bad_frame) << "the first error stays";
}

TEST(HttpServerFramer, HoldsItsLimitsToTheByte) {
  const std::string rest = "Host: a\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\n\r\nabc";
  const auto line_of = [](std::size_t size) {
    std::string line = "POST / HTTP/1.1";
    return line.insert(6, std::string(size - line.size(), 'x'));
  };
  EXPECT_EQ(outcome_of(line_of(http_max_start_line) + "\r\n" + rest).status, 404);
  expect_refused(line_of(http_max_start_line + 1) + "\r\n" + rest, 413, "startLine");
  expect_refused(std::string(http_max_start_line + 3, 'x'), 413, "startLine");

  const std::string lines = "Host: a\r\nContent-Length: 3\r\nContent-Type: application/cbor\r\nX: ";
  const std::size_t room = http_max_header_bytes - lines.size() - 4;  // the ends of X and of the head
  EXPECT_EQ(outcome_of(request_with(lines + std::string(room, 'x') + "\r\n")).message, "abc");
  expect_refused(request_with(lines + std::string(room + 1, 'x') + "\r\n"), 413, "headers");
  std::string many;
  while (many.size() <= http_max_header_bytes) many += "a:\r\n";
  expect_refused(request_with(many), 413, "headers");
}

TEST(HttpServerFramer, RefusesALargeBodyBeforeItComes) {
  HttpServerFramer server(iso18013_5(), {.max_bytes = 3});
  EXPECT_TRUE(server.on_bytes(as_bytes(plain)).value());
  for (const char* length :
       {"4", "8388609", "18446744073709551615", "18446744073709551616", "99999999999999999999999"}) {
    SCOPED_TRACE(length);
    HttpServerFramer strict(iso18013_5(), {.max_bytes = 3});
    const std::string head =
        request_with("Host: a\r\nContent-Type: application/cbor\r\nContent-Length: "s + length + "\r\n", "");
    const auto refused = strict.on_bytes(as_bytes(head));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::too_large);
    EXPECT_EQ(refused.error().native, 413);
  }
}

TEST(HttpServerFramer, CarriesALargeMessageWhole) {
  std::string body(std::size_t{3} << 20, 'm');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31);
  const std::string lines =
      "Host: a\r\nContent-Type: application/cbor\r\nContent-Length: " + std::to_string(body.size());
  const Outcome outcome = outcome_of(request_with(lines + "\r\n", body), 1460);
  EXPECT_TRUE(outcome.message == body);
}

TEST(HttpServerFramer, ErrorsTellTheLineByItsOffset) {
  HttpServerFramer server;
  const std::string head = "POST /mdoc HTTP/1.1\r\nHost: a\r\n";
  const auto refused = server.on_bytes(as_bytes(head + "bad header\r\n"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().offset, head.size());
}

TEST(HttpServerFramer, TakesPathAndMediaTypeFromTheProfile) {
  ProtocolConstants profile = iso18013_5();
  profile.http_path = "/other";
  profile.http_content_type = "application/Other";
  HttpServerFramer server(profile);
  const std::string bytes =
      "POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Type: application/other\r\n\r\nx";
  ASSERT_TRUE(server.on_bytes(as_bytes(bytes)).value());
  const std::string answer = text(server.respond(as_bytes("y")).value());
  EXPECT_NE(answer.find("application/Other"), std::string::npos);
  EXPECT_EQ(answer.find("cbor"), std::string::npos);
  HttpServerFramer other(profile);
  EXPECT_EQ(other.on_bytes(as_bytes(plain)).error().native, 404);
}

}  // namespace
}  // namespace mdoc::transport
