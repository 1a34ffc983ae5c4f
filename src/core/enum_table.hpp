#pragma once
// Internal, for all layers. A table with one row for each enumerator of an enumeration without gaps is indexed by it;
// what says so is checked when the table is compiled.

#include <cstddef>
#include <functional>
#include <type_traits>

namespace mdoc {

/// Whether the rows of `table` are those of the enumerators 0 to `count` - 1, in their order and without gaps.
/// @param key  gives a row's enumerator: a pointer to a member, or a function
template <class Table, class Key>
[[nodiscard]] consteval bool is_indexed_by(const Table& table, Key key, std::size_t count) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (static_cast<std::size_t>(std::invoke(key, table[i])) != i) return false;
  }
  return table.size() == count;
}

/// The same, of the enumerators up to `last`.
template <class Table, class Key, class Enumeration>
requires std::is_enum_v<Enumeration>
[[nodiscard]] consteval bool is_indexed_by(const Table& table, Key key, Enumeration last) {
  return is_indexed_by(table, key, static_cast<std::size_t>(last) + 1);
}

}  // namespace mdoc
