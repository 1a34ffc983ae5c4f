#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::cbor {

class SortedMap;

/// Appends data items in preferred serialization with definite lengths (RFC 8949, 4.1 and
/// ISO/IEC 18013-5, 8.3). The caller follows an array, map or tag head by as many items as it
/// announced:
///
///     Writer writer;
///     writer.array(2).text("DeviceAuthentication").raw(transcript);
///     const Bytes encoded = std::move(writer).take();
class MDOC_EXPORT Writer {
 public:
  Writer() = default;
  /// Reserves room for `expected` bytes.
  explicit Writer(std::size_t expected) { out_.reserve(expected); }

  Writer& uint(std::uint64_t value);
  Writer& integer(std::int64_t value);
  /// -1 - `argument`: down to -2^64, beyond what a C++ type holds (RFC 8949, 3.1).
  Writer& negative(std::uint64_t argument);
  Writer& bytes(ByteView value);
  /// The head of a byte string whose `size` bytes follow by way of raw(), or stand elsewhere.
  Writer& bytes_head(std::size_t size);
  /// @pre `value` is valid UTF-8
  Writer& text(std::string_view value);
  Writer& boolean(bool value);
  Writer& null();
  /// A simple value by its number (RFC 8949, 3.3). @pre not 24 to 31, which no encoding has
  Writer& simple(std::uint8_t number);
  /// The shortest of half, single and double that keeps the value.
  Writer& floating(double value);
  Writer& tag(std::uint64_t number);
  Writer& array(std::size_t elements);
  Writer& map(std::size_t members);
  /// A complete map, sorted.
  Writer& map(const SortedMap& map);
  /// Items that are encoded already, unchanged.
  Writer& raw(ByteView encoded);

  Writer& tdate(UtcSeconds time);      ///< tag 0, `2024-05-01T00:00:00Z`
  Writer& full_date(FullDate date);    ///< tag 1004, `2024-05-01`
  Writer& embedded(ByteView encoded);  ///< `#6.24(bstr .cbor any)`

  [[nodiscard]] ByteView view() const& noexcept { return out_; }
  [[nodiscard]] std::size_t size() const noexcept { return out_.size(); }
  [[nodiscard]] Bytes take() && { return std::move(out_); }

 private:
  Bytes out_;
};

/// A map under construction whose members come out in the order of core deterministic encoding:
/// by the bytes of their encoded keys (RFC 8949, 4.2.1), in whichever order they were put in.
///
///     SortedMap map;
///     map.put("version").text("1.0");
///     if (status) map.put("status").uint(*status);
///     map.members(others);
///     writer.map(map);
class MDOC_EXPORT SortedMap {
 public:
  /// Begins a member; exactly one item must be written to the result before the next call.
  /// @pre the key was not put before
  Writer& put(std::string_view key);
  Writer& put(const char* key) { return put(std::string_view(key)); }
  template <std::integral Integer>
  Writer& put(Integer key) {
    if constexpr (std::is_signed_v<Integer>) {
      return put_integer(key);
    } else {
      return put_uint(key);
    }
  }
  /// A key that is encoded already.
  Writer& put_raw(ByteView encoded_key);
  /// What a decoder kept, unchanged.
  SortedMap& members(const UnknownMembers& unknown);

  [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
  [[nodiscard]] bool empty() const noexcept { return members_.empty(); }
  /// The complete map.
  [[nodiscard]] Bytes encode() const;

 private:
  friend class Writer;
  struct Member {
    std::size_t begin;  // of the key in items_
    std::size_t value;  // of the value
  };
  Writer& put_integer(std::int64_t key);
  Writer& put_uint(std::uint64_t key);
  Writer& begin_member();
  Writer& begin_value();
  void write_to(Writer& writer) const;
  Writer items_;
  std::vector<Member> members_;
};

}  // namespace mdoc::cbor
