#include "core/enum_table.hpp"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

namespace mdoc {
namespace {

enum class Colour : std::uint8_t { red, green, blue };

struct Row {
  Colour colour;
};

constexpr std::array whole{Row{Colour::red}, Row{Colour::green}, Row{Colour::blue}};
constexpr std::array exchanged{Row{Colour::red}, Row{Colour::blue}, Row{Colour::green}};
constexpr std::array twice{Row{Colour::red}, Row{Colour::green}, Row{Colour::green}};
constexpr std::array gap{Row{Colour::red}, Row{Colour::blue}};
constexpr std::array cut{Row{Colour::red}, Row{Colour::green}};

TEST(TablesOfAnEnumeration, HaveARowForEachEnumeratorInItsOrder) {
  static_assert(is_indexed_by(whole, &Row::colour, Colour::blue));
  static_assert(is_indexed_by(whole, &Row::colour, 3));
  static_assert(is_indexed_by(
      whole, [](const Row& row) { return row.colour; }, Colour::blue));
}

TEST(TablesOfAnEnumeration, HaveNoRowElsewhereTwiceOrMissing) {
  static_assert(!is_indexed_by(exchanged, &Row::colour, Colour::blue));
  static_assert(!is_indexed_by(twice, &Row::colour, Colour::blue));
  static_assert(!is_indexed_by(gap, &Row::colour, Colour::green));
  static_assert(!is_indexed_by(cut, &Row::colour, Colour::blue));
  static_assert(!is_indexed_by(whole, &Row::colour, Colour::green));
}

}  // namespace
}  // namespace mdoc
