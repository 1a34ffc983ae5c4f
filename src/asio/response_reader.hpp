#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/fetch.hpp"

namespace mdoc::asio {

/// What the fetcher looks at in the header of a response.
struct ResponseHead {
  int status = 0;
  std::string location;      ///< empty: none
  std::string content_type;  ///< empty: none
};

/// Whether a body of this status is what was asked for. Not 204 and 205, which have none, nor 206: a part is not the
/// whole, and nobody asked for it.
[[nodiscard]] bool is_success(int status) noexcept;
/// The part before the parameters, in lower case: "application/cwt".
[[nodiscard]] std::string media_type_of(const std::string& content_type);

/// Reads the response to one request (RFC 9112) out of bytes as they arrive, in pieces of any size, and undoes its
/// content coding. No I/O happens here. Whatever comes behind the response is not looked at: the fetcher sends one
/// request over one connection.
class ResponseReader {
 public:
  /// @param request  borrowed: limits and media types
  explicit ResponseReader(const FetchRequest& request);
  ResponseReader(ResponseReader&&) noexcept;
  ResponseReader& operator=(ResponseReader&&) noexcept;
  ~ResponseReader();

  /// Takes what arrived. Interim (1xx) responses are skipped.
  /// @pre the call before gave false
  /// @return true once nothing more is needed: the body is whole, or the status is none of success and no body is
  ///         wanted. malformed/bad_frame, malformed/bad_compression, limit/too_large, limit/too_many,
  ///         unsupported/unsupported_media_type, transport/http_status: the server changes the protocol
  [[nodiscard]] Result<bool> on_bytes(ByteView bytes);

  /// The peer has closed its side in good order.
  /// @pre the call before gave false
  /// @return transport/link_closed: something is missing; malformed/bad_compression
  [[nodiscard]] Result<void> on_end();

  /// @pre on_bytes() gave true, or on_end() no error
  [[nodiscard]] const ResponseHead& head() const noexcept;
  [[nodiscard]] Bytes take_body();

 private:
  class Parser;

  [[nodiscard]] Result<bool> parse(std::size_t& used);

  const FetchRequest* request_;
  std::unique_ptr<Parser> parser_;
  Bytes unparsed_;
  std::size_t header_bytes_ = 0;  // of all responses
  unsigned interim_ = 0;
  bool in_chunk_header_ = false;
};

}  // namespace mdoc::asio
