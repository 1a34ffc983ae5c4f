#include "mdoc/cbor/diagnostic.hpp"

#include <gtest/gtest.h>

#include "mdoc/cbor/writer.hpp"
#include "support/vectors.hpp"

namespace mdoc::cbor {
namespace {

using testing::hex;

std::string shown(std::string_view item, const DiagnosticOptions& options = {}) {
  const Bytes bytes = hex(item);
  const auto text = diagnostic(ByteView(bytes), options);
  return text ? *text : std::string(name(text.error().code));
}

TEST(Diagnostic, ShowsEachType) {
  EXPECT_EQ(shown("85 00 20 6161 4101 a2 01 02 6178 80"), R"([0, -1, "a", h'01', {1: 2, "x": []}])");
  EXPECT_EQ(shown("88 f4 f5 f6 f7 f0 f8ff f93e00 d903ec00"),
            "[false, true, null, undefined, simple(16), simple(255), 1.5, 1004(0)]");
  EXPECT_EQ(shown("3bffffffffffffffff"), "-18446744073709551616");
  EXPECT_EQ(shown("3bfffffffffffffffe"), "-18446744073709551615");
  EXPECT_EQ(shown("84 fb7e37e43c8800759c f90001 fbc010666666666666 f93c00"),
            "[1.0e+300, 5.960464477539063e-8, -4.1, 1.0]");
  EXPECT_EQ(shown("a1 8101 a0"), "{[1]: {}}");
}

TEST(Diagnostic, ShowsIndefiniteLengths) {
  EXPECT_EQ(shown("9f 01 bf 02 03 ff 7f 6161 6162 ff 5f ff ff"), R"([_ 1, {_ 2: 3}, (_ "a", "b"), (_ )])");
}

TEST(Diagnostic, EscapesWhatWouldSteerATerminalOrDeceiveAReader) {
  EXPECT_EQ(shown("67 225c 0a 1b 7f c285"), R"("\"\\\u000a\u001b\u007f\u0085")");
  EXPECT_EQ(shown("66 e280ae e281a6"), R"("\u202e\u2066")");
  EXPECT_EQ(shown("69 e1859f e385a4 efb88f"), R"("\u115f\u3164\ufe0f")");
  EXPECT_EQ(shown("64 f3a08480"), R"("\u{e0100}")");
  EXPECT_EQ(shown("69 c3bc e6b0b4 f0908591"), "\"ü水\U00010151\"");
}

TEST(Diagnostic, OpensEmbeddedItemsOnRequest) {
  EXPECT_EQ(shown("d818 43 8101 02"), "24(h'810102')");
  EXPECT_EQ(shown("d818 42 8101", {.open_embedded = true}), "24(<< [1] >>)");
  EXPECT_EQ(shown("d818 45 d818 42 8101", {.open_embedded = true}), "24(<< 24(<< [1] >>) >>)");
  EXPECT_EQ(shown("d818 43 810102", {.open_embedded = true}), "24(h'810102')") << "two items are not one";
  EXPECT_EQ(shown("d818 41 82", {.open_embedded = true}), "24(h'82')");
  EXPECT_EQ(shown("d818 44 d818 4182", {.open_embedded = true}), "24(<< 24(h'82') >>)");
  EXPECT_EQ(shown("d818 00", {.open_embedded = true}), "24(0)");
  EXPECT_EQ(shown("d818 5f 4101 ff", {.open_embedded = true}), "24((_ h'01'))");
}

TEST(Diagnostic, IndentsOnRequest) {
  EXPECT_EQ(shown("a2 6161 82 01 02 6162 d818 43 a1 01 80", {.pretty = true, .open_embedded = true}),
            R"({
  "a": [
    1,
    2
  ],
  "b": 24(<<
    {
      1: []
    }
  >>)
})");
}

TEST(Diagnostic, RefusesWhatReaderRefuses) {
  EXPECT_EQ(shown(""), "truncated");
  EXPECT_EQ(shown("0000"), "trailing_bytes");
  EXPECT_EQ(shown("61ff"), "bad_text");
  EXPECT_EQ(shown("a2 00 00 00 00"), "duplicate_key");
  EXPECT_EQ(shown("82 01"), "truncated");
  EXPECT_EQ(shown("1c"), "not_well_formed");
  EXPECT_EQ(shown("7f 4101 ff"), "not_well_formed");
  EXPECT_EQ(shown("bf 00 ff"), "not_well_formed");
}

TEST(Diagnostic, ShowsOneItemOfMany) {
  const Bytes input = hex("01 6161");
  Reader reader(input);
  EXPECT_EQ(diagnostic(reader).value(), "1");
  EXPECT_EQ(diagnostic(reader).value(), "\"a\"");
  EXPECT_TRUE(reader.finish());
}

}  // namespace
}  // namespace mdoc::cbor
