#pragma once

#include <array>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstddef>
#include <cstdint>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::asio {

/// Undoes the content coding gzip (RFC 9110, 8.4.1.3): one member of RFC 1952, with nothing behind it, given in pieces
/// of any size. Checksums and sizes are checked; the output is bounded however small the input is.
///
/// The inflater is Beast's, as zlib itself belongs to another layer, and Boost.Iostreams is a library to link that has
/// no other use here.
class GzipInflater {
 public:
  /// @param max_bytes  of the output
  explicit GzipInflater(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Appends to `out` what `piece` gives. After an error the inflater is of no use.
  /// @param out  what the calls before have filled
  /// @return malformed/bad_compression: no gzip, damaged, or bytes behind its end; limit/too_large
  [[nodiscard]] Result<void> write(ByteView piece, Bytes& out);
  /// Nothing follows. @return malformed/bad_compression: cut off
  [[nodiscard]] Result<void> finish() const;

 private:
  // In the order in which they stand in a member.
  enum class Stage : std::uint8_t { fixed, extra_size, extra, name, comment, header_crc, deflate, trailer, end };

  [[nodiscard]] Result<void> read_header_byte(std::uint8_t byte);
  [[nodiscard]] Result<void> check_fixed();
  void enter_next_part(Stage after);
  [[nodiscard]] Result<void> inflate(ByteView& piece, Bytes& out);
  void remember(ByteView consumed) noexcept;
  [[nodiscard]] Result<void> read_trailer_byte(std::uint8_t byte, std::size_t size);

  std::size_t max_bytes_;
  Stage stage_ = Stage::fixed;
  std::array<std::uint8_t, 10> part_{};  // of the stage, as far as it has come
  std::size_t part_size_ = 0;
  std::uint8_t flags_ = 0;
  std::size_t extra_left_ = 0;
  boost::crc_32_type header_crc_;
  boost::crc_32_type crc_;
  boost::beast::zlib::inflate_stream stream_;
  Bytes inflated_ = Bytes(std::size_t{16} << 10);
  std::array<std::uint8_t, 4> recent_{};  // last bytes given to stream_, the latest last
};

}  // namespace mdoc::asio
