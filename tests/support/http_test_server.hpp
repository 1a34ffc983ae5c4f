#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/core/bytes.hpp"

/// @file
/// A server of HTTP and HTTPS on the loopback address that answers as it is told to, well or badly. It runs on a thread
/// of its own, so that what is tested may block.

namespace mdoc::testing {

/// How one request is answered: what leaves, and how.
struct HttpScript {
  enum class End : std::uint8_t {
    close,  ///< in good order; over TLS with close_notify
    cut,    ///< over TLS without it; otherwise as close
    hold,   ///< not at all: until the client has gone
  };

  std::string bytes{};                 ///< the whole response, header and body, as it goes on the wire
  std::size_t piece = 0;               ///< bytes at a time; 0: all at once
  std::chrono::milliseconds pause{0};  ///< between two pieces
  End end = End::close;

  /// The same in pieces.
  [[nodiscard]] HttpScript slowly(std::size_t bytes_at_a_time, std::chrono::milliseconds between = {}) &&;
  [[nodiscard]] HttpScript then(End what) &&;
};

using HttpHeaders = std::initializer_list<std::pair<std::string_view, std::string_view>>;

[[nodiscard]] HttpScript http_raw(std::string bytes);
/// With Content-Length.
[[nodiscard]] HttpScript http_answer(unsigned status, std::string_view body, HttpHeaders headers = {});
/// Chunked.
[[nodiscard]] HttpScript http_chunked(std::string_view body, std::size_t chunk, HttpHeaders headers = {});
/// Without a length: the body ends with the connection.
[[nodiscard]] HttpScript http_until_close(std::string_view body, HttpHeaders headers = {});
[[nodiscard]] HttpScript http_redirect(std::string_view location, unsigned status = 302);
/// Reads the request and says nothing.
[[nodiscard]] HttpScript http_silence();

/// One gzip member, made by zlib. @param level  0 (stored) to 9
[[nodiscard]] std::string gzip(std::string_view text, int level = 6);

/// A request as it came.
struct HttpTestRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  std::string body;

  /// All values of a header, joined by "|"; empty: absent.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// What a server of HTTPS shows.
struct HttpTestCertificate {
  std::string chain_pem;  ///< its own certificate first
  std::string key_pem;
};

/// Thread-safe. Unknown targets are answered with 404; each connection carries one request.
class HttpTestServer {
 public:
  HttpTestServer();
  explicit HttpTestServer(const HttpTestCertificate& certificate);
  HttpTestServer(const HttpTestServer&) = delete;
  HttpTestServer& operator=(const HttpTestServer&) = delete;
  ~HttpTestServer();

  /// What a target is answered with from now on.
  void serve(std::string target, HttpScript script);
  /// One after the other; the last one stays, as a list that nobody renews.
  void serve(std::string target, std::vector<HttpScript> scripts);

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// "http://127.0.0.1:8080/list"; of HTTPS, whose certificates have names, "https://localhost:8443/list".
  [[nodiscard]] std::string url(std::string_view target = "/") const;

  [[nodiscard]] std::vector<HttpTestRequest> requests() const;
  [[nodiscard]] std::size_t connections() const;  ///< accepted ever
  /// Waits until no connection is open. @return false: not within `limit`
  [[nodiscard]] bool wait_until_idle(std::chrono::milliseconds limit = std::chrono::seconds(10)) const;

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::testing
