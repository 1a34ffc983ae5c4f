#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/shared_bytes.hpp"

/// @file
/// Bounded pull decoder for CBOR (RFC 8949). Structures are usually decoded one level up, with the
/// declarative helpers of fields.hpp.

namespace mdoc::cbor {

enum class Type : std::uint8_t {
  uint,  // this one to tag: the major types of CBOR (RFC 8949, 3.1), in order
  negative,
  bytes,
  text,
  array,
  map,
  tag,
  boolean,
  null,
  undefined,
  simple,    ///< a simple value without a meaning of its own
  floating,  ///< half, single or double
};

/// "uint", "text", "floating" …: the name of the enumerator.
[[nodiscard]] MDOC_EXPORT std::string_view name(Type type) noexcept;

/// Tag numbers that mdoc uses.
inline constexpr std::uint64_t tag_tdate = 0;         ///< RFC 3339 date-time as text
inline constexpr std::uint64_t tag_embedded = 24;     ///< byte string that holds one encoded item
inline constexpr std::uint64_t tag_full_date = 1004;  ///< `YYYY-MM-DD` as text (RFC 8943)

class ArrayReader;
class MapReader;
class Reader;
class TagReader;
struct Head;  // internal

/// A member of a map that the decoder does not know, exactly as it came (RFU and Ext points).
struct UnknownMember {
  SharedBytes key;    ///< encoded
  SharedBytes value;  ///< encoded
};
/// In the order received. SortedMap::members() writes them again.
using UnknownMembers = std::vector<UnknownMember>;

/// The key of a map's member. Compares with text and with integers; a key of any other type equals
/// neither. The text lives as long as the input of the Reader.
class MapKey {
 public:
  MapKey() = default;  ///< to be assigned; as the integer 0
  [[nodiscard]] std::optional<std::string_view> text() const noexcept {
    if (type_ != Type::text) return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(content_), static_cast<std::size_t>(argument_));
  }
  /// Nothing for keys of other types and for integers that an int64 does not hold.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept {
    if (type_ > Type::negative || argument_ > INT64_MAX) return std::nullopt;
    const auto value = static_cast<std::int64_t>(argument_);
    return type_ == Type::uint ? value : -1 - value;
  }
  [[nodiscard]] Type type() const noexcept { return type_; }
  friend bool operator==(const MapKey& key, std::string_view wanted) noexcept { return key.text() == wanted; }
  friend bool operator==(const MapKey& key, std::int64_t wanted) noexcept { return key.integer() == wanted; }

 private:
  friend class MapReader;
  friend class Reader;

  MapKey(Type type, std::uint64_t argument, std::size_t position) noexcept;  // an integer
  MapKey(Type type, ByteView content, std::size_t position) noexcept;        // anything else
  // The order of the preferred encodings, byte by byte (RFC 8949, 4.2.1), whatever encoding came:
  // `01` and `18 01` are the same key.
  [[nodiscard]] std::strong_ordering compare(const MapKey& other) const noexcept;

  Type type_{};
  std::uint32_t position_ = 0;             // of the encoded key in the input
  std::uint64_t argument_ = 0;             // integers: the argument; others: size of content_
  const std::uint8_t* content_ = nullptr;  // strings: their bytes; other types: the encoded key
};

/// Adds one segment to the Path of a Reader while it lives.
class [[nodiscard]] PathScope {
 public:
  PathScope(const PathScope&) = delete;
  PathScope& operator=(const PathScope&) = delete;
  ~PathScope() { path_.pop(); }

 private:
  friend class Reader;
  PathScope(Path& path, const char* name) : path_(path) { path_.push_name(name); }
  PathScope(Path& path, std::size_t index) : path_(path) { path_.push_index(index); }
  Path& path_;
};

/// Reads one data item after another from a message.
///
/// Nothing is copied: text, bytes and raw items are views into the input, or slices that share its
/// ownership when the Reader was made from SharedBytes. Every length is checked against the bytes
/// that are there and against DecodeLimits before anything is done with it; the heap is used only
/// for the keys of maps with many members. Nesting deeper than `max_depth` is refused whatever the
/// limits allow.
///
/// **Errors** carry the path at that moment and the offset of the item in the outermost message.
/// The first failure is sticky: every later read returns it again, so a decoder may check where it
/// suits. Calls that return a plain bool or a nested reader say `false` or fail on the next read.
///
/// **Deviations** of encoding (longer heads than needed, indefinite lengths) are judged by the
/// level's table. A string of indefinite length is readable when it has one chunk at most; more
/// chunks are malformed/indefinite_length, but read_raw() passes over them.
///
/// Distinct objects may be used from different threads. Neither copyable nor movable, as scopes and
/// nested readers point to it; functions return one by guaranteed elision.
class MDOC_EXPORT Reader {
 public:
  static constexpr unsigned max_depth = 64;  ///< bounds the stack; DecodeLimits can only lower it

  /// Slices share the ownership of `message`.
  /// @param root         where the message stands, for errors: "DeviceResponse"
  /// @param base_offset  offset of `message` in the outermost message
  explicit Reader(SharedBytes message, const DecodeContext& context = {}, const Path& root = {},
                  std::uint32_t base_offset = 0);
  /// Slices copy. @pre `input` outlives the Reader and every view that it returns
  explicit Reader(ByteView input, const DecodeContext& context = {}, const Path& root = {},
                  std::uint32_t base_offset = 0);
  explicit Reader(Bytes&&, const DecodeContext& = {}, const Path& = {}, std::uint32_t = 0) = delete;  // would dangle
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() = default;

  /// @name Place
  /// @{
  [[nodiscard]] const DecodeContext& context() const noexcept { return context_; }
  [[nodiscard]] const DecodeLimits& limits() const noexcept { return context_.limits; }
  [[nodiscard]] const Path& path() const noexcept { return path_; }
  /// While the result lives, errors are reported at path() / `name`.
  template <std::size_t N>
  PathScope at(const char (&name)[N]) {  // NOLINT(*-avoid-c-arrays)
    return {path_, name};
  }
  PathScope at(std::size_t index) { return {path_, index}; }
  /// The same for a name out of a constant table.
  PathScope at_name(const char* static_name) { return {path_, static_name}; }
  /// Of the next item, in the outermost message.
  [[nodiscard]] std::uint32_t offset() const noexcept { return offset_of(position_); }
  [[nodiscard]] bool at_end() const noexcept { return position_ == input_.size(); }
  /// @}

  /// @name What comes next; nothing is consumed
  /// @{
  /// @return malformed/truncated at the end of input
  [[nodiscard]] Result<Type> peek();
  /// False as well at the end of input and after a failure.
  [[nodiscard]] bool next_is(Type type) const noexcept;
  [[nodiscard]] bool next_is_tag(std::uint64_t tag) const noexcept;
  /// @}

  /// @name Single values
  /// malformed/wrong_type for an item of another type.
  /// @{
  Result<std::uint64_t> read_uint();
  Result<std::int64_t> read_int();          ///< values that an int64 does not hold: malformed/bad_value
  Result<std::string_view> read_text();     ///< valid UTF-8, else malformed/bad_text
  Result<std::string> read_string();        ///< read_text(), copied
  Result<ByteView> read_bytes();            ///< borrowed from the input
  Result<SharedBytes> read_bytes_shared();  ///< a slice of the message
  Result<bool> read_bool();
  Result<void> read_null();
  Result<double> read_float();  ///< half, single or double
  /// The head alone: where any tag may follow any other, use enter_tag(), which counts them.
  Result<std::uint64_t> read_tag();
  Result<void> expect_tag(std::uint64_t tag);  ///< malformed/unexpected_tag for another one
  /// Consumes a null if one is next.
  [[nodiscard]] bool try_null();
  /// Consumes the tag if it is next; leaves any other item alone.
  [[nodiscard]] bool try_tag(std::uint64_t tag);
  /// @}

  /// @name One complete item of any type
  /// Well-formedness, UTF-8, map keys, limits and deviations are checked at every level inside
  /// (not inside embedded CBOR, whose bytes are a string here).
  /// @{
  Result<ByteView> read_raw();            ///< its exact bytes, borrowed: what is hashed and signed
  Result<SharedBytes> read_raw_shared();  ///< its exact bytes, as a slice of the message
  Result<void> skip();
  /// @}

  /// @name Containers
  /// The result is used in a loop `while (array.next())`; see ArrayReader and MapReader. A tag of any number is a
  /// container of one item; see TagReader.
  /// @{
  [[nodiscard]] ArrayReader enter_array();
  /// The same for an array whose elements have names of their own: no index in the path.
  [[nodiscard]] ArrayReader enter_tuple();
  [[nodiscard]] MapReader enter_map();
  [[nodiscard]] TagReader enter_tag();
  /// @}

  /// @name CBOR within CBOR
  /// The nested Reader inherits context, path, depth and offsets, but not the failure: one broken
  /// part does not spoil this Reader. Its decoder ends with finish().
  /// @{
  struct Embedded {
    ByteView bytes;    ///< the complete item, tag included: what is hashed, signed and put in transcripts
    ByteView content;  ///< the content of the byte string
  };
  Result<Embedded> read_embedded();                  ///< reads `#6.24(bstr .cbor any)`; see Encoded
  [[nodiscard]] Reader enter_embedded();             ///< the same, and a Reader of its content
  [[nodiscard]] Reader enter_bytes();                ///< reads `bstr .cbor any`
  [[nodiscard]] Reader within(ByteView part) const;  ///< over a part of the input. @pre it lies inside the input
  /// @}

  /// A slice that shares the ownership of the message, or a copy if the Reader only borrows.
  /// @pre `part` came out of this Reader
  [[nodiscard]] SharedBytes slice(ByteView part) const;

  /// Succeeds when the whole input was consumed, else malformed/trailing_bytes (RFC 8949, 5.3.1).
  Result<void> finish();
  /// The first failure, if there was one.
  [[nodiscard]] Result<void> status() const;

  /// Judges a deviation in the item that was read last (see cbor::deviation). An error is sticky.
  Result<void> deviation(Rule rule);
  /// Fails here: with the current path, at the item that was read last or at `offset` in the
  /// outermost message. Returns the sticky error, which is an earlier one if there was one:
  /// `return reader.fail(Errc::bad_value);`
  Error fail(Errc code) noexcept;
  Error fail(Errc code, std::uint32_t offset) noexcept;

 private:
  friend class ArrayReader;
  friend class DiagnosticPrinter;
  friend class MapReader;
  friend class TagReader;

  /// State of an array, map or (while skipping) tag that is being read.
  struct Container {
    std::uint64_t remaining;     // members to come; with indefinite length: members that the limit allows
    std::uint32_t first_key;     // maps: where its keys start in keys_
    std::uint32_t largest_key;   // maps: the largest key so far, counted from first_key
    std::uint32_t key_position;  // maps, while skipping: of the key that is being read
    Type type;
    bool indefinite;
    bool value_due;  // maps, while skipping: the key was read, the value was not
    bool unsorted;   // maps with many keys: duplicates are looked for at the end
  };
  /// Keys of all maps that are open, innermost last. Common structures find room inside.
  class KeyStack {
   public:
    void push(const MapKey& key);
    void truncate(std::size_t size) noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::span<MapKey> from(std::size_t first) noexcept;

   private:
    static constexpr std::size_t inline_keys = 12;
    std::array<MapKey, inline_keys> inline_{};
    std::vector<MapKey> spilled_;  // holds all keys as soon as there are more
    std::size_t size_ = 0;
  };

  Reader(const Reader& outer, ByteView part, std::optional<Error> failure);
  [[nodiscard]] std::uint32_t offset_of(std::size_t position) const noexcept {
    return base_offset_ + static_cast<std::uint32_t>(position);
  }
  [[nodiscard]] std::uint32_t item_offset() const noexcept { return offset_of(item_); }
  [[nodiscard]] ByteView from(std::size_t begin) const noexcept { return input_.subspan(begin, position_ - begin); }
  // These return false after a failure, which is then in failure_.
  bool decode_head(Head& head);
  bool consume_head(Head& head);
  bool consume(Type wanted, Head& head);
  bool consume_string(Type wanted, ByteView& content);
  bool finish_string(const Head& head, ByteView& content);
  bool next_chunk(Type string, ByteView& chunk);
  bool check_text(ByteView text);
  bool at_break();
  bool judge(Rule rule);
  bool open(const Head& head, Container& container);
  bool next_member(Container& container);
  bool read_key(Container& container, MapKey& key);
  bool finish_key(const Head& head, std::size_t begin, MapKey& key);
  bool note_key(Container& container, const MapKey& key);
  bool check_sorted_keys(Container& container);
  void close(const Container& container) noexcept;
  bool skip_item();
  bool skip_string(const Head& head);
  bool skip_nested(const Head& outermost);
  bool item_ended(Container& container);

  SharedBytes message_;  // empty when the input is only borrowed
  bool shared_ = false;
  ByteView input_;
  DecodeContext context_;
  Path path_;
  std::uint32_t base_offset_ = 0;
  unsigned depth_ = 0;
  std::size_t position_ = 0;
  std::size_t item_ = 0;  // position of the item that was read last
  KeyStack keys_;
  std::optional<Error> failure_;
};

/// Goes through an array, of definite or indefinite length:
///
///     auto array = reader.enter_array();
///     while (array.next()) { MDOC_TRY(auto item, decode_item(reader)); … }
///     MDOC_CHECK(array.finish());
///
/// While an element is read, its index is the last segment of the reader's path. An element that
/// the body left alone is skipped (and checked).
class MDOC_EXPORT ArrayReader {
 public:
  ArrayReader(const ArrayReader&) = delete;
  ArrayReader& operator=(const ArrayReader&) = delete;
  ~ArrayReader();

  /// Moves to the next element. @return false at the end and after a failure of the reader
  [[nodiscard]] bool next();
  [[nodiscard]] std::size_t index() const noexcept { return count_ - 1; }
  /// Skips what the loop left over. @return the reader's failure, if there was one
  Result<void> finish();

 private:
  friend class Reader;
  ArrayReader(Reader& reader, bool indexed);
  void leave() noexcept;
  Reader& reader_;
  Reader::Container state_;
  bool indexed_;
  std::size_t count_ = 0;
  std::size_t element_ = 0;  // position of the current element
  bool open_ = false;
};

/// Goes through a map, of definite or indefinite length:
///
///     auto map = reader.enter_map();
///     while (map.next()) {
///       if (map.key() == "version") { const auto at = reader.at("version"); … reader.read_text() … }
///       else MDOC_CHECK(map.keep(others));   // or nothing: the value is skipped
///     }
///     MDOC_CHECK(map.finish());
///
/// A key that occurs twice is malformed/duplicate_key, reported by next() or finish(). Values that
/// the body left alone are skipped (and checked).
class MDOC_EXPORT MapReader {
 public:
  MapReader(const MapReader&) = delete;
  MapReader& operator=(const MapReader&) = delete;
  ~MapReader();

  /// Moves to the next member and reads its key. @return false at the end and after a failure
  [[nodiscard]] bool next();
  [[nodiscard]] const MapKey& key() const noexcept { return key_; }
  /// The key exactly as it came.
  [[nodiscard]] ByteView raw_key() const noexcept;
  [[nodiscard]] std::size_t index() const noexcept { return count_ - 1; }
  /// Reads the value and keeps it, encoded, with its key.
  Result<void> keep(UnknownMembers& members);
  /// Fails at the current key, which the structure does not allow: malformed/bad_key by default.
  Error refuse_key(Errc code = Errc::bad_key) noexcept;
  /// Skips what the loop left over. @return the reader's failure, if there was one
  Result<void> finish();

 private:
  friend class Reader;
  explicit MapReader(Reader& reader);
  void leave() noexcept;
  Reader& reader_;
  Reader::Container state_;
  MapKey key_;
  std::size_t count_ = 0;
  std::size_t value_ = 0;  // position of the current value
  bool open_ = false;
};

/// A tag of any number, which counts as one level of nesting while this lives. Its content is what the
/// reader reads next:
///
///     const auto tag = reader.enter_tag();
///     MDOC_TRY(auto content, decode_item(reader));
class MDOC_EXPORT TagReader {
 public:
  TagReader(const TagReader&) = delete;
  TagReader& operator=(const TagReader&) = delete;
  ~TagReader();

  /// @pre the reader did not fail, else 0
  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

 private:
  friend class Reader;
  explicit TagReader(Reader& reader);
  Reader& reader_;
  Reader::Container state_;
  std::uint64_t number_ = 0;
  bool open_ = false;
};

}  // namespace mdoc::cbor
