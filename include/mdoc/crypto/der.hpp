#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/message_parts.hpp"

/// DER (X.690), as much as keys, certificates and revocation lists need. No schema compiler, no tree:
/// a bounded reader over borrowed bytes, and functions that make encodings.
namespace mdoc::crypto::der {

/// Identifier octets. Only tag numbers below 31 occur in the X.509 family.
using Tag = std::uint8_t;
namespace tag {
inline constexpr Tag boolean = 0x01;
inline constexpr Tag integer = 0x02;
inline constexpr Tag bit_string = 0x03;
inline constexpr Tag octet_string = 0x04;
inline constexpr Tag null = 0x05;
inline constexpr Tag object_identifier = 0x06;
inline constexpr Tag enumerated = 0x0a;
inline constexpr Tag utc_time = 0x17;
inline constexpr Tag generalized_time = 0x18;
inline constexpr Tag sequence = 0x30;
inline constexpr Tag set = 0x31;
/// [n] with primitive, and with constructed content.
[[nodiscard]] constexpr Tag context(unsigned number) noexcept { return static_cast<Tag>(0x80 | number); }
[[nodiscard]] constexpr Tag context_constructed(unsigned number) noexcept { return static_cast<Tag>(0xa0 | number); }
}  // namespace tag

struct Element {
  Tag tag{};
  ByteView content;
  ByteView whole;  ///< with identifier and length
};

/// Keeps a view: reads the elements of one constructed value, or of a whole file, in order. Lengths
/// must be definite, minimal and inside the input; tag numbers of 31 and more are refused.
///
/// Every failure is the Errc given at construction, so that a bad key is bad_key and a bad certificate
/// is bad_certificate.
class MDOC_EXPORT Reader {
 public:
  Reader(ByteView bytes, Errc on_error) noexcept : rest_(bytes), on_error_(on_error) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  /// True if the next element has this tag.
  [[nodiscard]] bool next_is(Tag tag) const noexcept { return !rest_.empty() && rest_[0] == tag; }
  /// Fails unless everything was read.
  Result<void> end() const;

  [[nodiscard]] Result<Element> read_any();
  [[nodiscard]] Result<Element> read(Tag tag);
  /// A reader of the content of the next element.
  [[nodiscard]] Result<Reader> enter(Tag tag);

  /// As in BER, every octet but 0 is true: root certificates in the field have 01.
  [[nodiscard]] Result<bool> read_boolean();
  /// Content of an INTEGER, minimal two's complement.
  [[nodiscard]] Result<ByteView> read_integer();
  /// Magnitude of a non-negative INTEGER without leading zeros; empty for 0.
  [[nodiscard]] Result<ByteView> read_unsigned();
  /// A non-negative INTEGER that fits.
  [[nodiscard]] Result<std::uint32_t> read_uint32();
  /// A BIT STRING of whole octets.
  [[nodiscard]] Result<ByteView> read_octets_in_bit_string();
  /// The first 16 bits of a BIT STRING that is a list of named bits: bit 0 of the result is named bit 0.
  [[nodiscard]] Result<std::uint16_t> read_named_bits();
  /// Dotted. One with an arc beyond 64 bits (UUIDs below 2.25) is given as # and the hexadecimal content.
  [[nodiscard]] Result<std::string> read_object_identifier();
  /// UTCTime or GeneralizedTime in the one form that RFC 5280, 4.1.2.5 has: seconds, "Z", no fraction.
  [[nodiscard]] Result<UtcSeconds> read_time();

  [[nodiscard]] Error error() const noexcept { return Error{.code = on_error_}; }

 private:
  ByteView rest_;
  Errc on_error_;
};

/// One element around the joined parts.
[[nodiscard]] MDOC_EXPORT Bytes encode(Tag tag, const MessageParts& content);
/// The same for content that holds a secret.
[[nodiscard]] MDOC_EXPORT SecretBytes encode_secret(Tag tag, const MessageParts& content);
/// INTEGER from an unsigned big-endian magnitude; leading zeros are dropped, empty is 0.
[[nodiscard]] MDOC_EXPORT Bytes encode_unsigned(ByteView magnitude);
[[nodiscard]] MDOC_EXPORT Bytes encode_uint32(std::uint32_t value);
[[nodiscard]] MDOC_EXPORT Bytes encode_boolean(bool value);
/// BIT STRING of whole octets.
[[nodiscard]] MDOC_EXPORT Bytes encode_octets_in_bit_string(ByteView octets);
/// BIT STRING without trailing zero bits (X.690, 11.2.2).
[[nodiscard]] MDOC_EXPORT Bytes encode_named_bits(std::uint16_t bits);
/// @return usage/bad_argument: not "a.b.c…" with a ≤ 2, b < 40 below arc 2, and arcs below 2^32
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_object_identifier(std::string_view dotted);
/// UTCTime through 2049, then GeneralizedTime (RFC 5280, 4.1.2.5).
/// @return usage/bad_argument: outside 1950 to 9999
[[nodiscard]] MDOC_EXPORT Result<Bytes> encode_time(UtcSeconds time);

}  // namespace mdoc::crypto::der
