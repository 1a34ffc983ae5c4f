#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"

/// @file
/// The two lists by which an issuer revokes MSOs (ISO/IEC 18013-5, second edition, 12.3.6), as plain values. Who
/// signed a list, and whether it may be believed, is the subject of status_token.hpp.

namespace mdoc::trust {

/// Bounds on list tokens. They take the place of the general DecodeLimits, as lists are larger than documents.
struct StatusListLimits {
  std::size_t max_token = std::size_t{8} << 20;        ///< bytes of one token, as received
  std::size_t max_inflated = std::size_t{16} << 20;    ///< bytes of one status list, uncompressed
  std::size_t max_identifiers = std::size_t{1} << 18;  ///< entries of one identifier list
  std::size_t max_uri = 2048;                          ///< bytes of one URI
};

/// A value of a status list ("Token Status List", 7.1). Any value below 2^bits may occur: 3 and 12 to 15 are left to
/// applications, the others without a name are reserved. Whoever decides treats everything but `valid` as not valid.
enum class StatusType : std::uint8_t {
  valid = 0,
  invalid = 1,    ///< revoked; for an mdoc, for good
  suspended = 2,  ///< for the time being; never of an mDL (12.3.6.1)
};
/// "valid", "invalid", "suspended"; "other" for a value without a name.
[[nodiscard]] MDOC_EXPORT std::string_view name(StatusType status) noexcept;

/// An array of statuses of 1, 2, 4 or 8 bits each, the first in the lowest bits of the first byte.
///
/// Immutable; a copy shares the array. May be used from several threads.
class MDOC_EXPORT StatusList {
 public:
  /// No entries.
  StatusList() = default;

  /// Unpacks `lst`: one zlib stream (RFC 1950) and nothing after it. Memory grows with what comes out, to twice
  /// `max_bytes` at the most while unpacking: a small stream that would unpack to gigabytes ends there.
  /// @param bits  of one status: 1, 2, 4 or 8
  /// @return malformed/bad_value: other `bits`; malformed/bad_compression: not such a stream, a cut one, a wrong
  ///         checksum, a preset dictionary, bytes after it; limit/too_large
  [[nodiscard]] static Result<StatusList> inflate(unsigned bits, ByteView compressed,
                                                  std::size_t max_bytes = StatusListLimits{}.max_inflated);
  /// Takes over an array that is packed already. @return malformed/bad_value: other `bits`
  [[nodiscard]] static Result<StatusList> of_bytes(unsigned bits, Bytes packed);
  /// Packs one status after another; the rest of the last byte is `valid`.
  /// @return malformed/bad_value: other `bits`; usage/bad_argument: a status does not fit
  [[nodiscard]] static Result<StatusList> pack(unsigned bits, std::span<const StatusType> statuses);

  /// The status at an index (the `idx` of an MSO), in constant time; nothing beyond the end.
  [[nodiscard]] std::optional<StatusType> at(std::uint64_t index) const noexcept {
    if (index >= size()) return std::nullopt;
    const unsigned per_byte = 8 / bits_;
    const unsigned shift = static_cast<unsigned>(index % per_byte) * bits_;
    const unsigned mask = (1u << bits_) - 1;
    return static_cast<StatusType>(bytes_.view()[static_cast<std::size_t>(index / per_byte)] >> shift & mask);
  }
  /// Statuses: as many as fit into the bytes, however few the issuer assigned.
  [[nodiscard]] std::uint64_t size() const noexcept { return std::uint64_t{bytes_.size()} * (8 / bits_); }
  [[nodiscard]] unsigned bits() const noexcept { return bits_; }
  /// The packed array.
  [[nodiscard]] ByteView bytes() const noexcept { return bytes_.view(); }
  /// What inflate() takes, at the highest compression. The same list gives the same bytes.
  [[nodiscard]] Bytes deflate() const;

 private:
  StatusList(unsigned bits, Bytes packed) : bits_(bits), bytes_(SharedBytes::take(std::move(packed))) {}
  unsigned bits_ = 1;
  SharedBytes bytes_;
};

/// A set of identifiers of revoked MSOs, sorted: looking one up takes logarithmic time, whatever the issuer or a
/// holder chose as identifiers.
///
/// Immutable; a copy shares the set, which keeps the received message alive. May be used from several threads.
class MDOC_EXPORT IdentifierList {
 public:
  /// No entries.
  IdentifierList() = default;

  /// A set of identifiers in any order, copied. @return malformed/duplicate_key
  [[nodiscard]] static Result<IdentifierList> of(std::span<const ByteView> identifiers);
  /// Reads `{ * bstr => { * (tstr/int) => any } }`, the member "identifiers" of an IdentifierList. What stands beside
  /// an identifier is skipped. The Reader's limits hold as well: `max_entries` has to allow `max_identifiers`.
  /// Deviation: status_identifier_text (an identifier as text, which then counts as its UTF-8 bytes).
  /// @return malformed/bad_key, duplicate_key, wrong_type; limit/too_many
  [[nodiscard]] static Result<IdentifierList> decode(cbor::Reader& reader,
                                                     std::size_t max_identifiers = StatusListLimits{}.max_identifiers);

  [[nodiscard]] bool contains(ByteView id) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return sorted_ ? sorted_->size() : 0; }
  /// All identifiers, in the order of their bytes. Borrowed from this list.
  [[nodiscard]] std::span<const ByteView> identifiers() const& noexcept;
  std::span<const ByteView> identifiers() const&& = delete;  // would dangle

 private:
  /// @pre `identifiers` lie inside `source`
  static Result<IdentifierList> sort(SharedBytes source, std::vector<ByteView> identifiers);
  SharedBytes source_;
  std::shared_ptr<const std::vector<ByteView>> sorted_;  // null: no entries
};

}  // namespace mdoc::trust
