// Boost.Beast as a second opinion: what it writes we read, what we write it reads, and whatever we
// accept it accepts with the same meaning.
#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <sstream>
#include <string>

#include "mdoc/transport/http.hpp"

namespace mdoc::transport {
namespace {

namespace http = boost::beast::http;

std::string text(const Bytes& bytes) { return std::string(as_text(bytes)); }

// The message that Beast reads from `bytes`, if it reads exactly one.
template <bool is_request>
std::optional<http::message<is_request, http::string_body>> read_with_beast(std::string_view bytes) {
  http::parser<is_request, http::string_body> parser;
  parser.eager(true);
  boost::beast::error_code error;
  std::size_t used = 0;
  while (used < bytes.size() && !parser.is_done()) {
    const auto count = parser.put(boost::asio::buffer(bytes.data() + used, bytes.size() - used), error);
    used += count;
    if (error == http::error::need_more && count > 0) continue;
    if (error) return std::nullopt;
  }
  if (!parser.is_done() || used != bytes.size()) return std::nullopt;
  return parser.release();
}

template <bool is_request>
std::string write_with_beast(const http::message<is_request, http::string_body>& message) {
  std::ostringstream stream;
  stream << message;
  return stream.str();
}

TEST(HttpOracle, ReadsOurRequests) {
  auto client = HttpClientFramer::create("fe80::1%eth0", 8080).value();
  const auto request = read_with_beast<true>(as_text(client.request(as_bytes("message")).value()));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->method(), http::verb::post);
  EXPECT_EQ(request->target(), "/mdoc");
  EXPECT_EQ(request->version(), 11u);
  EXPECT_EQ((*request)[http::field::host], "[fe80::1]:8080");
  EXPECT_EQ((*request)[http::field::content_type], "application/cbor");
  EXPECT_TRUE(request->keep_alive());
  EXPECT_EQ(request->body(), "message");
}

TEST(HttpOracle, ReadsOurResponsesAndErrors) {
  http::request<http::string_body> request(http::verb::post, "/mdoc", 11, "message");
  request.set(http::field::host, "x");
  request.set(http::field::content_type, "application/cbor");
  request.prepare_payload();
  HttpServerFramer server;
  ASSERT_TRUE(server.on_bytes(as_bytes(write_with_beast(request))).value());
  const auto response = read_with_beast<false>(as_text(server.respond(as_bytes("answer")).value()));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->result(), http::status::ok);
  EXPECT_EQ(response->body(), "answer");
  EXPECT_TRUE(response->keep_alive());

  request.method(http::verb::put);
  ASSERT_FALSE(server.on_bytes(as_bytes(write_with_beast(request))));
  const auto refusal = read_with_beast<false>(as_text(server.take_output()));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->result(), http::status::method_not_allowed);
  EXPECT_EQ((*refusal)[http::field::allow], "POST");
  EXPECT_FALSE(refusal->keep_alive());
}

TEST(HttpOracle, WritesResponsesThatWeRead) {
  http::response<http::string_body> response(http::status::ok, 11, "answer");
  response.set(http::field::server, "Beast");
  response.set(http::field::content_type, "application/cbor");
  response.prepare_payload();
  auto client = HttpClientFramer::create("::1", 80).value();
  ASSERT_TRUE(client.request(as_bytes("message")));
  const auto read = client.on_bytes(as_bytes(write_with_beast(response)));
  ASSERT_TRUE(read);
  EXPECT_EQ(text(read->value().message), "answer");
}

// Every byte of a request, replaced by every other: where we see a message, so does Beast, with the
// same body. (The other way round we are the stricter one.)
TEST(HttpOracle, AgreesOnWhateverWeAccept) {
  const std::string request =
      "POST /mdoc HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nContent-Type: application/cbor\r\n\r\n0123456789ab";
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (std::size_t position = 0; position < request.size(); ++position) {
    for (int value = 0; value < 256; ++value) {
      std::string mutated = request;
      mutated[position] = static_cast<char>(value);
      HttpServerFramer server;
      const auto ours = server.on_bytes(as_bytes(mutated));
      if (!ours || !*ours) {
        ++refused;
        continue;
      }
      ++accepted;
      const auto theirs = read_with_beast<true>(mutated);
      ASSERT_TRUE(theirs) << position << ' ' << value;
      ASSERT_EQ(theirs->body(), text(**ours)) << position << ' ' << value;
    }
  }
  EXPECT_GT(accepted, 256u);
  EXPECT_GT(refused, 256u);
}

}  // namespace
}  // namespace mdoc::transport
