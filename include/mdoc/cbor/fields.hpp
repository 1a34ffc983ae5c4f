#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mdoc/cbor/dates.hpp"
#include "mdoc/cbor/encoded.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/version.hpp"
#include "mdoc/core/strong.hpp"

/// @file
/// Decoders that read like the CDDL they implement:
///
///     // ValidityInfo = { "signed" : tdate, "validFrom" : tdate, "validUntil" : tdate,
///     //                  ? "expectedUpdate" : tdate, * tstr => RFU }
///     Result<ValidityInfo> decode_validity_info(cbor::Reader& reader) {
///       ValidityInfo info;
///       MDOC_CHECK(cbor::read_map(reader, info.others,
///                                 cbor::required("signed", info.signed_at, cbor::read_tdate),
///                                 cbor::required("validFrom", info.valid_from, cbor::read_tdate),
///                                 cbor::required("validUntil", info.valid_until, cbor::read_tdate),
///                                 cbor::optional("expectedUpdate", info.expected_update, cbor::read_tdate)));
///       return info;
///     }
///
/// The last argument of a field is anything that can be called as `read(Reader&) -> Result<V>`: a
/// decoder, a member function (`&Reader::read_text`), a lambda, or a combinator of this file:
/// `array_of(decode_document)`, `map_of<NameSpace>(…)`, `encoded(decode_items_request)`. The target
/// is a V, something made from a V (std::string or DocType from read_text, an unsigned of any width
/// from read_uint, range-checked) or a std::optional of those. A StrongText is refused with
/// limit/too_large where it is longer than limits().max_identifier.
///
/// Errors have the member's name as the last segment of their path. What no field describes (an
/// order, a dependence between members, a bound) is checked after read_map() and reported with
/// Reader::fail() or Reader::deviation().

namespace mdoc::cbor {

/// The key of a field: text, or a number with the name that errors show.
class FieldKey {
 public:
  template <std::size_t N>
  constexpr FieldKey(const char (&text)[N]) : name_(text, N - 1) {}  // NOLINT(*-explicit-*,*-avoid-c-arrays)
  template <std::size_t N>
  constexpr FieldKey(std::int64_t number, const char (&name)[N])  // NOLINT(*-avoid-c-arrays)
      : name_(name, N - 1), number_(number) {}

  [[nodiscard]] constexpr const char* name() const noexcept { return name_.data(); }  ///< ends in zero
  [[nodiscard]] bool matches(const MapKey& key) const noexcept { return number_ ? key == *number_ : key == name_; }

 private:
  std::string_view name_;  // of a literal
  std::optional<std::int64_t> number_{};
};

/// One member of a map or one element of an array. Made by required(), optional() and element().
template <class Target, class Read>
struct Field {
  FieldKey key;
  bool required;
  Target& target;
  Read read;
};

/// A member that must be present: otherwise malformed/missing_element.
template <class Target, class Read>
[[nodiscard]] Field<Target, Read> required(FieldKey key, Target& target, Read read) {
  return {key, true, target, std::move(read)};
}
/// A member that may be absent; the target then stays as it is.
template <class Target, class Read>
[[nodiscard]] Field<Target, Read> optional(FieldKey key, Target& target, Read read) {
  return {key, false, target, std::move(read)};
}
/// An element of an array with a fixed order; `name` is for errors.
template <std::size_t N, class Target, class Read>
[[nodiscard]] Field<Target, Read> element(const char (&name)[N], Target& target, Read read) {  // NOLINT(*-c-arrays)
  return {name, true, target, std::move(read)};
}

namespace detail {

/// A Field without its types.
struct FieldRef {
  FieldKey key;
  bool required;
  bool seen;
  const void* field;
  Result<void> (*read)(const void* field, Reader& reader);
};

template <class Read>
using ReadValue = typename std::invoke_result_t<Read, Reader&>::value_type;

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

template <class T>
inline constexpr bool is_identifier = false;
template <class Tag>
inline constexpr bool is_identifier<StrongText<Tag>> = true;

template <class T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

/// The value as a Target, with the conversions that the file comment promises.
template <class Target, class Value>
Result<Target> convert(Reader& reader, Value&& value) {
  using V = std::remove_cvref_t<Value>;
  if constexpr (Number<Target> && Number<V>) {
    if (!std::in_range<Target>(value)) return reader.fail(Errc::bad_value);
    return static_cast<Target>(value);
  } else if constexpr (is_identifier<Target>) {
    if (value.size() > reader.limits().max_identifier) return reader.fail(Errc::too_large);
    return Target(std::forward<Value>(value));
  } else {
    static_assert(std::is_class_v<Target> || std::is_same_v<Target, V>,
                  "read the value with a function that checks it");
    return Target(std::forward<Value>(value));
  }
}

template <class Target, class Read>
FieldRef erase(const Field<Target, Read>& field) {
  return {field.key, field.required, false, &field, [](const void* erased, Reader& reader) -> Result<void> {
            const auto& self = *static_cast<const Field<Target, Read>*>(erased);
            auto value = std::invoke(self.read, reader);
            if (!value) return value.error();
            if constexpr (std::is_same_v<Target, ReadValue<const Read&>>) {
              self.target = *std::move(value);
            } else {
              auto converted = convert<typename Unwrapped<Target>::Type>(reader, *std::move(value));
              if (!converted) return converted.error();
              self.target = *std::move(converted);
            }
            return {};
          }};
}

MDOC_EXPORT Result<void> read_map(Reader& reader, std::span<FieldRef> fields, UnknownMembers* unknown);
MDOC_EXPORT Result<void> read_tuple(Reader& reader, std::span<FieldRef> fields);

}  // namespace detail

/// Reads a map. Unknown members are skipped (and checked).
/// @return duplicate_key, missing_element, or what the reads of the fields return
template <class... Targets, class... Reads>
[[nodiscard]] Result<void> read_map(Reader& reader, const Field<Targets, Reads>&... fields) {
  std::array<detail::FieldRef, sizeof...(fields)> erased{detail::erase(fields)...};
  return detail::read_map(reader, erased, nullptr);
}
/// Reads a map and appends the members without a field to `unknown`.
template <class... Targets, class... Reads>
[[nodiscard]] Result<void> read_map(Reader& reader, UnknownMembers& unknown, const Field<Targets, Reads>&... fields) {
  std::array<detail::FieldRef, sizeof...(fields)> erased{detail::erase(fields)...};
  return detail::read_map(reader, erased, &unknown);
}

/// Reads an array of exactly these elements, in this order, such as a COSE_Sign1. Trailing elements
/// made by optional() may be absent. A read may use the targets of the elements before it.
/// @return missing_element for too few, bad_value for too many
template <class... Targets, class... Reads>
[[nodiscard]] Result<void> read_tuple(Reader& reader, const Field<Targets, Reads>&... elements) {
  std::array<detail::FieldRef, sizeof...(elements)> erased{detail::erase(elements)...};
  return detail::read_tuple(reader, erased);
}

/// `[* T]`: every element with `read`. The index is in the path of errors.
/// @tparam T    type of the elements, if it is not what `read` returns (DocType from read_text)
/// @param  max  more elements are limit/too_many; limits().max_entries holds in any case
template <class T = void, class Read>
[[nodiscard]] auto read_array(Reader& reader, const Read& read, std::size_t max = SIZE_MAX) {
  using Element = std::conditional_t<std::is_void_v<T>, detail::ReadValue<const Read&>, T>;
  return [&]() -> Result<std::vector<Element>> {
    std::vector<Element> elements;
    auto array = reader.enter_array();
    while (array.next()) {
      if (elements.size() == max) return reader.fail(Errc::too_many, reader.offset());
      auto value = std::invoke(read, reader);
      if (!value) return value.error();
      auto element = detail::convert<Element>(reader, *std::move(value));
      if (!element) return element.error();
      elements.push_back(*std::move(element));
    }
    if (auto finished = array.finish(); !finished) return finished.error();
    return elements;
  }();
}

/// `{* K => V}` with keys of the peer's choice, in the order received: a vector of pairs. Errors
/// show the number of the member, never its key.
/// @tparam K  made from text, or an integer type: keys of another type or range are bad_key
template <class K, class Read>
[[nodiscard]] auto read_map_of(Reader& reader, const Read& read, std::size_t max = SIZE_MAX)
    -> Result<std::vector<std::pair<K, detail::ReadValue<const Read&>>>> {
  std::vector<std::pair<K, detail::ReadValue<const Read&>>> members;
  auto map = reader.enter_map();
  while (map.next()) {
    const auto scope = reader.at(map.index());
    if (members.size() == max) return map.refuse_key(Errc::too_many);
    std::optional<K> key;
    if constexpr (std::integral<K>) {
      const auto number = map.key().integer();
      if (number && std::in_range<K>(*number)) key = static_cast<K>(*number);
    } else {
      const auto text = map.key().text();
      if constexpr (detail::is_identifier<K>) {
        if (text && text->size() > reader.limits().max_identifier) return map.refuse_key(Errc::too_large);
      }
      if (text) key = K(*text);
    }
    if (!key) return map.refuse_key();
    auto value = std::invoke(read, reader);
    if (!value) return value.error();
    members.emplace_back(*std::move(key), *std::move(value));
  }
  if (auto finished = map.finish(); !finished) return finished.error();
  return members;
}

/// @name Combinators
/// The functions above as arguments of a field.
/// @{
template <class T = void, class Read>
[[nodiscard]] auto array_of(Read read, std::size_t max = SIZE_MAX) {
  return [read = std::move(read), max](Reader& reader) { return read_array<T>(reader, read, max); };
}
template <class K, class Read>
[[nodiscard]] auto map_of(Read read, std::size_t max = SIZE_MAX) {
  return [read = std::move(read), max](Reader& reader) { return read_map_of<K>(reader, read, max); };
}
template <class Read>
[[nodiscard]] auto encoded(Read read) {
  return [read = std::move(read)](Reader& reader) { return read_encoded(reader, read); };
}
/// @}

}  // namespace mdoc::cbor
