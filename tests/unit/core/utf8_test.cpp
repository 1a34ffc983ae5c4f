#include "core/utf8.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string>

namespace mdoc {
namespace {

using namespace std::string_view_literals;

constexpr char32_t last_character = 0x10ffff;

bool is_surrogate(char32_t code) { return code >= 0xd800 && code <= 0xdfff; }

/// The shortest form of any number below 2^21, surrogates and numbers beyond Unicode as well.
std::string shortest_form(char32_t code) {
  const auto byte = [](char32_t value) { return static_cast<char>(static_cast<std::uint8_t>(value)); };
  const auto more = [&](unsigned shift) { return byte(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) return {byte(code)};
  if (code < 0x800) return {byte(0xc0 | code >> 6), more(0)};
  if (code < 0x10000) return {byte(0xe0 | code >> 12), more(6), more(0)};
  return {byte(0xf0 | code >> 18), more(12), more(6), more(0)};
}

/// What the definition says of the beginning of `bytes` (RFC 3629, 3): the number in it, as long as its first byte
/// announces, is a character, and this is its shortest form.
std::size_t size_by_definition(std::span<const std::uint8_t> bytes) {
  const unsigned lead = bytes[0];
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (size > bytes.size()) return 0;
  char32_t code = size == 1 ? lead : lead & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) code = code << 6 | (bytes[i] & 0x3fu);
  const std::string form = shortest_form(code);
  const bool same = form == as_text(bytes.first(size));
  return same && !is_surrogate(code) && code <= last_character ? size : 0;
}

TEST(Utf8, EveryCharacterIsTakenWhole) {
  for (char32_t code = 0; code <= last_character; ++code) {
    if (is_surrogate(code)) continue;
    const std::string form = shortest_form(code);
    const std::string followed = form + "\x80z";
    std::string_view text = followed;
    ASSERT_EQ(take_character(text), code);
    ASSERT_EQ(text, "\x80z"sv) << std::hex << static_cast<std::uint32_t>(code);
    ASSERT_TRUE(is_utf8(as_bytes(form)));
  }
}

TEST(Utf8, SurrogatesAndNumbersBeyondUnicodeAreNoCharacters) {
  const auto is_refused = [](char32_t code) {
    const std::string form = shortest_form(code);
    std::string_view text = form;
    return !is_utf8(as_bytes(form)) && !take_character(text) && text == form;
  };
  for (char32_t code = 0xd800; code <= 0xdfff; ++code)
    ASSERT_TRUE(is_refused(code)) << static_cast<std::uint32_t>(code);
  for (char32_t code = last_character + 1; code < 0x200000; ++code) {
    ASSERT_TRUE(is_refused(code)) << static_cast<std::uint32_t>(code);
  }
}

TEST(Utf8, AnyThreeBytesBeginWithACharacterWhereTheDefinitionSaysSo) {
  for (unsigned first = 0; first < 0x100; ++first) {
    for (unsigned second = 0; second < 0x100; ++second) {
      const bool third_matters = first >= 0xe0 && first < 0xf0;
      for (unsigned third = 0; third < 0x100; third += third_matters ? 1 : 0x40) {
        const std::array bytes{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
                               static_cast<std::uint8_t>(third)};
        for (const std::size_t size : {1u, 2u, 3u}) {
          const auto part = std::span(bytes).first(size);
          ASSERT_EQ(character_size(part), size_by_definition(part)) << first << ' ' << second << ' ' << third;
        }
      }
    }
  }
}

TEST(Utf8, AnyFourBytesBeginWithACharacterWhereTheDefinitionSaysSo) {
  constexpr std::array<std::uint8_t, 8> ends{0x00, 0x7f, 0x80, 0x81, 0xbf, 0xc0, 0xe0, 0xff};
  for (unsigned first = 0xe0; first < 0x100; ++first) {
    for (unsigned second = 0; second < 0x100; ++second) {
      for (const std::uint8_t third : ends) {
        for (const std::uint8_t fourth : ends) {
          const std::array bytes{static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second), third, fourth};
          ASSERT_EQ(character_size(bytes), size_by_definition(bytes)) << first << ' ' << second;
        }
      }
    }
  }
}

TEST(Utf8, ABadByteIsFoundWhereverItStands) {
  for (const auto bad : {"\xff"sv, "\x80"sv, "\xc3"sv, "\xe2\x82"sv, "\xf0\x9f\x98"sv, "\xc0\xaf"sv}) {
    for (std::size_t before = 0; before <= 20; ++before) {
      const std::string head(before, 'a');
      EXPECT_FALSE(is_utf8(as_bytes(head + std::string(bad)))) << before;
      EXPECT_FALSE(is_utf8(as_bytes(head + std::string(bad) + "abcdefghijkl"))) << before;
      EXPECT_TRUE(is_utf8(as_bytes(head + "\xc3\xbc" + "abcdefghijkl"))) << before;
    }
  }
}

TEST(Utf8, NothingIsWellFormedAndHasNoCharacter) {
  std::string_view text;
  EXPECT_TRUE(is_utf8({}));
  EXPECT_EQ(take_character(text), std::nullopt);
}

TEST(Utf8, ABadByteIsNotTaken) {
  std::string_view text = "a\xc3z"sv;
  EXPECT_EQ(take_character(text), U'a');
  EXPECT_EQ(take_character(text), std::nullopt);
  EXPECT_EQ(text, "\xc3z"sv);
}

}  // namespace
}  // namespace mdoc
