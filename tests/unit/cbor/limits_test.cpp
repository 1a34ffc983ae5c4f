// Bounds on what a peer may send, and what the heap sees of it.

#include <cstdlib>
#include <functional>
#include <new>

#include <gtest/gtest.h>

#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "support/vectors.hpp"

namespace {

std::size_t allocated_bytes = 0;

}  // namespace

// Counting replacements; sized and array forms end here as well. Where g++ inlines one of the two it sees free() on
// what new returned and warns, though both are ours.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  allocated_bytes += size;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;  // NOLINT(*-no-malloc)
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }               // NOLINT(*-no-malloc)
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }  // NOLINT(*-no-malloc)

namespace mdoc::cbor {
namespace {

using testing::hex;

struct Outcome {
  Errc code{};
  std::size_t allocated = 0;
};

Outcome skip(const Bytes& input, const DecodeLimits& limits = {}) {
  const std::size_t before = allocated_bytes;
  Reader reader(input, {.limits = limits});
  const auto result = reader.skip();
  return {.code = result ? Errc{} : result.error().code, .allocated = allocated_bytes - before};
}

/// `depth` times `head` around an integer.
Bytes nested(std::string_view head, std::size_t depth) {
  Bytes input;
  const Bytes opening = hex(head);
  for (std::size_t i = 0; i < depth; ++i) input.insert(input.end(), opening.begin(), opening.end());
  input.push_back(0x00);
  return input;
}

TEST(Cbr09, NestingDeeperThanTheLimitIsTooDeep) {
  for (const auto head : {"81", "a100", "c1", "81c1", "9f", "bf00", "a1"}) {
    SCOPED_TRACE(head);
    EXPECT_EQ(skip(nested(head, 1000)).code, Errc::too_deep);
    EXPECT_EQ(skip(nested(head, 1000), {.max_depth = 5}).code, Errc::too_deep);
    EXPECT_EQ(skip(nested(head, 1000), {.max_depth = 1'000'000}).code, Errc::too_deep) << "the stack has a bound";
    EXPECT_LE(skip(nested(head, 1000)).allocated, 4096u);
  }
  EXPECT_EQ(skip(nested("81", 32)).code, Errc{});
  EXPECT_EQ(skip(nested("81", 33)).code, Errc::too_deep);
  EXPECT_EQ(skip(nested("81", 64), {.max_depth = 1000}).code, Errc{});
  EXPECT_EQ(skip(nested("81", 65), {.max_depth = 1000}).code, Errc::too_deep);
  EXPECT_EQ(skip(nested("81", 1), {.max_depth = 0}).code, Errc::too_deep);
}

TEST(Cbr09, EmbeddedItemsCountTowardsTheDepth) {
  Bytes item = hex("00");
  for (int i = 0; i < 40; ++i) item = std::move(Writer().embedded(item)).take();
  std::size_t depth = 0;
  Errc code{};
  const std::function<void(Reader&)> descend = [&](Reader& reader) {
    Reader inner = reader.enter_embedded();
    if (const auto status = inner.status(); !status) {
      code = status.error().code;
      return;
    }
    ++depth;
    descend(inner);
  };
  Reader reader(item);
  descend(reader);
  EXPECT_EQ(code, Errc::too_deep);
  EXPECT_EQ(depth, 32u);
  EXPECT_TRUE(diagnostic(ByteView(item), {.open_embedded = true})) << "the innermost stay byte strings";
}

TEST(Cbr09, LengthsBeyondTheInputAreTruncatedWithoutMemory) {
  for (const auto item : {"9a10000000", "9bffffffffffffffff", "9b0000000100000000", "ba10000000", "bbffffffffffffffff",
                          "bb8000000000000001", "5a10000000", "5bffffffffffffffff", "5b0000000100000000", "7a7fffffff",
                          "7bffffffffffffffff", "8201", "a100", "a20001"}) {
    SCOPED_TRACE(item);
    const Outcome outcome = skip(hex(item));
    EXPECT_EQ(outcome.code, Errc::truncated);
    EXPECT_EQ(outcome.allocated, 0u);
  }
  // 2^32 + 1 is not taken for 1 where a size has 32 bits.
  EXPECT_EQ(skip(hex("9b000000010000000100")).code, Errc::truncated);
  EXPECT_EQ(skip(hex("bb00000001000000010000")).code, Errc::truncated);
  EXPECT_EQ(skip(hex("5b000000010000000100")).code, Errc::truncated);
}

TEST(Cbr09, MoreMembersThanTheLimitAreTooMany) {
  const auto array = [](std::size_t size) {
    Writer writer;
    writer.array(size);
    for (std::size_t i = 0; i < size; ++i) writer.null();
    return std::move(writer).take();
  };
  EXPECT_EQ(skip(array(4096)).code, Errc{});
  EXPECT_EQ(skip(array(4097)).code, Errc::too_many);
  EXPECT_EQ(skip(hex("83000000"), {.max_entries = 2}).code, Errc::too_many);
  EXPECT_EQ(skip(hex("9f0000ff"), {.max_entries = 2}).code, Errc{});
  EXPECT_EQ(skip(hex("9f000000ff"), {.max_entries = 2}).code, Errc::too_many);
  EXPECT_EQ(skip(hex("a3000001000200"), {.max_entries = 2}).code, Errc::too_many);
  EXPECT_EQ(skip(hex("bf000001000200ff"), {.max_entries = 2}).code, Errc::too_many);
}

TEST(Cbr09, SizesBeyondTheLimitsAreTooLarge) {
  EXPECT_EQ(skip(hex("43010203"), {.max_bytes = 3}).code, Errc::too_large);
  EXPECT_EQ(skip(hex("43010203"), {.max_bytes = 4}).code, Errc{});
  EXPECT_EQ(skip(hex("43010203"), {.max_string = 2}).code, Errc::too_large);
  EXPECT_EQ(skip(hex("63616263"), {.max_string = 2}).code, Errc::too_large);
  EXPECT_EQ(skip(hex("5f4101420102ff"), {.max_string = 2}).code, Errc{});
  EXPECT_EQ(skip(hex("5f43010203ff"), {.max_string = 2}).code, Errc::too_large);
}

TEST(Cbr09, ReadingUsesTheHeapForMapsWithManyKeysOnly) {
  const Bytes small = hex("a3 6162 81 6178 6161 a2 01 02 00 c1 02 6163 5f4101ff");
  EXPECT_EQ(skip(small).allocated, 0u);

  Writer writer;
  writer.map(4096);
  for (std::size_t i = 4096; i-- > 0;) writer.uint(i).null();
  const Outcome outcome = skip(std::move(writer).take());
  EXPECT_EQ(outcome.code, Errc{});
  EXPECT_LE(outcome.allocated, 4096u * 24 * 4);
}

TEST(Cbr09, TheLogOfDeviationsIsBounded) {
  Writer writer;
  writer.array(100);
  for (int i = 0; i < 100; ++i) writer.raw(hex("1800"));
  const Bytes input = std::move(writer).take();
  DeviationLog log;
  Reader reader(input, {.sink = &log});
  EXPECT_TRUE(reader.skip());
  EXPECT_EQ(log.entries().size(), DeviationLog::capacity);
  EXPECT_EQ(log.dropped(), 100 - DeviationLog::capacity);
}

TEST(Cbr09, OneDeviationAtOnePlaceIsLoggedOnce) {
  const Bytes input = hex("821800 1801");
  DeviationLog log;
  const DecodeContext context{.sink = &log};
  for (int i = 0; i < 3; ++i) {
    Reader reader(input, context);
    EXPECT_TRUE(reader.skip());
  }
  EXPECT_EQ(log.entries().size(), 2u);
  EXPECT_EQ(log.dropped(), 0u);
}

TEST(Cbr09, DiagnosticOutputIsBounded) {
  const Bytes large = std::move(Writer().bytes(Bytes(1000))).take();
  EXPECT_EQ(diagnostic(ByteView(large), {.max_output = 100}).error().code, Errc::too_large);
  EXPECT_EQ(diagnostic(ByteView(large), {.max_bytes = 2, .max_output = 100}).value(), "h'0000...'");
  Bytes wide = hex("d8185903e8");
  wide.resize(wide.size() + 1000, 0x80);
  EXPECT_FALSE(diagnostic(ByteView(wide), {.open_embedded = true, .max_output = 100}));
}

}  // namespace
}  // namespace mdoc::cbor
