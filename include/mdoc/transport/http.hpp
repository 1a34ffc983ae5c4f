#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"

/// @file
/// The HTTP/1.1 framing of session messages on the Wi-Fi Aware data path (ISO/IEC 18013-5:2021,
/// 8.3.3.3; second edition, 11.3.3): the mdoc is the server, the mdoc reader posts one session
/// message and gets one back, strictly in turn, over one TCP connection.
///
/// This is the subset of RFC 9112 that the data path needs, and nothing that two implementations
/// could read in two ways: lines end in CRLF, a length is one decimal Content-Length, there is no
/// Transfer-Encoding, no folded line, no white space before a colon, no pipelining. Header names and
/// the media type are compared without regard to case; unknown headers are skipped. No I/O happens
/// here: bytes go in as they arrive, in pieces of any size, and whole messages come out.

namespace mdoc::transport {

/// Bounds on the part of an HTTP message before its body; DecodeLimits::max_bytes bounds the body.
inline constexpr std::size_t http_max_start_line = std::size_t{4} << 10;     ///< without its CRLF
inline constexpr std::size_t http_max_header_bytes = std::size_t{16} << 10;  ///< all header lines together

/// One answer of the mdoc.
struct HttpResponse {
  Bytes message;         ///< the session message; empty where the mdoc only acknowledged a termination
  bool reusable = true;  ///< the next request may use the same connection; otherwise open a new one
};

/// The mdoc reader's end of one TCP connection.
///
/// Every error closes the framer: it is returned once more by each later call, and the connection
/// is to be closed. Errors of on_bytes(): `transport/http_status` with the status in
/// `Error::native` as soon as the peer's status line is there and is not 200,
/// `malformed/bad_frame`, `unsupported/unsupported_media_type`, `limit/too_large`.
class MDOC_EXPORT HttpClientFramer {
 public:
  /// @param address  IP address of the mdoc as text; a zone ("fe80::1%wlan0") does not go on the wire
  /// @param constants  borrowed: path and media type; must outlive the framer
  /// @return usage/bad_argument: `address` has characters that no address has, or the port is 0
  [[nodiscard]] static Result<HttpClientFramer> create(std::string_view address, std::uint16_t port,
                                                       const ProtocolConstants& constants = iso18013_5(),
                                                       const DecodeLimits& limits = {});
  HttpClientFramer(HttpClientFramer&&) noexcept;
  HttpClientFramer& operator=(HttpClientFramer&&) noexcept;
  ~HttpClientFramer();

  /// The bytes of a POST with one session message, to be written as they are.
  /// @return usage/wrong_state: the answer to the last request is still due, or the server wants a
  ///         new connection; usage/bad_argument: an empty message
  [[nodiscard]] Result<Bytes> request(ByteView message);

  /// Takes what arrived, in pieces of any size. Interim (1xx) responses are skipped.
  /// @return the response when these bytes complete it, nothing while more is needed. Bytes that
  ///         nobody asked for, also behind the response, are malformed/bad_frame.
  [[nodiscard]] Result<std::optional<HttpResponse>> on_bytes(ByteView bytes);

  /// The peer has closed its side. @return transport/link_closed if an answer was due
  [[nodiscard]] Result<void> on_end();

 private:
  struct Impl;
  explicit HttpClientFramer(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

/// The mdoc's end of one TCP connection.
///
/// A request that is refused gives an error whose `native` is the HTTP status of the answer:
/// 404 other path, 405 other method, 411 no Content-Length, 413 above a limit, 415 other media type
/// or a content coding, 400 everything else. Write take_output(), then close: the framer refuses all
/// further use by the same error. An HTTP error is no session status; a message that arrives whole
/// but does not decrypt is answered with a session message and 200.
class MDOC_EXPORT HttpServerFramer {
 public:
  /// @param constants  borrowed: path and media type; must outlive the framer
  explicit HttpServerFramer(const ProtocolConstants& constants = iso18013_5(), const DecodeLimits& limits = {});
  HttpServerFramer(HttpServerFramer&&) noexcept;
  HttpServerFramer& operator=(HttpServerFramer&&) noexcept;
  ~HttpServerFramer();

  /// Takes what arrived, in pieces of any size.
  /// @return the session message when these bytes complete a request, nothing while more is needed.
  ///         Bytes before the answer was made are pipelining: malformed/bad_frame. Whatever is
  ///         returned, look at take_output().
  [[nodiscard]] Result<std::optional<Bytes>> on_bytes(ByteView bytes);

  /// What the last on_bytes() made for the peer: an error response, or "100 Continue" for a client
  /// that waits for it. Empty most of the time.
  [[nodiscard]] Bytes take_output();

  /// The bytes of a 200 response with one session message.
  /// @return usage/wrong_state: no request is waiting; usage/bad_argument: an empty message
  [[nodiscard]] Result<Bytes> respond(ByteView message);
  /// A 200 response without content, for a request that ended the session; close the connection
  /// after it. @return usage/wrong_state: no request is waiting
  [[nodiscard]] Result<Bytes> acknowledge();
  /// A 500 response, for a request that the mdoc cannot answer at all; close the connection after
  /// it. @return usage/wrong_state: no request is waiting
  [[nodiscard]] Result<Bytes> fail();

  /// A request has arrived and has no answer yet.
  [[nodiscard]] bool answer_due() const noexcept;
  /// False once the last response told the peer that the connection ends: write it, then close.
  [[nodiscard]] bool keep_alive() const noexcept;

  /// The peer has closed its side. @return transport/link_closed within a request or while it waits
  ///         for its answer: peers of the data path do not half-close, they are gone
  [[nodiscard]] Result<void> on_end();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::transport
