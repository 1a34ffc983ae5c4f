#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::transport {

/// The header fields that framing depends on. The parser refuses those that occur twice.
struct HttpFields {
  std::optional<std::uint64_t> content_length;  ///< saturates: the largest value stands for all beyond
  std::optional<std::string> media_type;        ///< Content-Type without parameters, in lower case
  bool host = false;
  bool transfer_encoding = false;  ///< in whatever form, also "identity"
  bool content_coding = false;     ///< a Content-Encoding other than "identity"
  bool close = false;              ///< Connection: close
  bool expects_continue = false;   ///< Expect: 100-continue
};

/// Splits a stream of bytes into the parts of HTTP messages (RFC 9112), both directions alike. What
/// a start line or the fields mean is the business of the framers.
///
/// Reads line by line, so it never holds more of a head than one line. Errors: malformed/bad_frame
/// and limit/too_large, with the offset of the line in its message. Do not go on after one.
class HttpParser {
 public:
  enum class Part : std::uint8_t { none, start_line, head, body };

  /// @param what  the root of error paths
  HttpParser(Path what, const DecodeLimits& limits) : what_(what), max_body_(limits.max_bytes) {}

  /// Takes bytes off the front of `input` until a part is complete, or `input` is empty (`none`).
  /// After `head` say what follows: expect_body(), next_message() or skip_interim().
  [[nodiscard]] Result<Part> next(ByteView& input);

  [[nodiscard]] const std::string& start_line() const noexcept { return start_line_; }
  [[nodiscard]] const HttpFields& fields() const noexcept { return fields_; }
  /// True before the first byte of a message.
  [[nodiscard]] bool between_messages() const noexcept { return stage_ == Stage::start_line && line_.empty(); }

  /// @pre `length` is not 0. too_large above DecodeLimits::max_bytes.
  [[nodiscard]] Result<void> expect_body(std::uint64_t length);
  /// The body, once complete; the parser is then ready for the next message.
  [[nodiscard]] Bytes take_body();
  void next_message();
  /// As next_message(), but the heads before the final response share one bound.
  void skip_interim();

  /// An error at the line read last.
  [[nodiscard]] Error error(Errc code, const Path& where) const;
  [[nodiscard]] const Path& what() const noexcept { return what_; }

 private:
  enum class Stage : std::uint8_t { start_line, fields, body };

  Result<bool> read_line(ByteView& input, std::size_t limit);
  Result<void> read_field();
  Result<Part> read_body(ByteView& input);

  Path what_;
  std::size_t max_body_;
  Stage stage_ = Stage::start_line;
  std::string line_;  // the line being read; without its CRLF once complete
  std::string start_line_;
  HttpFields fields_;
  Bytes body_;
  std::size_t body_length_ = 0;
  std::size_t header_bytes_ = 0;
  std::size_t line_start_ = 0;  // offset in the message, of the line being read
  std::size_t offset_ = 0;      // of the next byte
};

/// An HTTP message as bytes: its head, up to and with the empty line, and its body.
[[nodiscard]] Bytes to_bytes(std::string_view head, ByteView body);

}  // namespace mdoc::transport
