#include "mdoc/trust/status_list.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/allocations.hpp"

// What unpacking a status list may ask of the heap, whatever its sender has in mind.

namespace mdoc::trust {
namespace {

constexpr std::size_t kib = 1024, mib = 1024 * kib;

/// Deflate (RFC 1951), lowest bit first.
class Bits {
 public:
  void put(unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      if (used_ == 0) bytes.push_back(0);
      bytes.back() = static_cast<std::uint8_t>(bytes.back() | (value >> i & 1) << used_);
      used_ = (used_ + 1) % 8;
    }
  }
  Bytes bytes;

 private:
  unsigned used_ = 0;
};

/// A zlib stream of one block with fixed codes: a zero, then `runs` times "258 bytes like the last one".
Bytes bomb(std::size_t runs) {
  Bits out;
  out.bytes = {0x78, 0xda};
  out.put(0b011, 3);       // final block, fixed codes
  out.put(0b00001100, 8);  // literal 0: code 00110000, highest bit first
  for (std::size_t i = 0; i < runs; ++i) {
    out.put(0b10100011, 8);  // length 258: code 11000101
    out.put(0, 5);           // distance 1
  }
  out.put(0, 7);  // end of block
  return std::move(out.bytes);
}

TEST(StatusListHeap, ABombEndsAtTheLimit) {
  const Bytes compressed = bomb(10'000'000);  // 2.58 GB out of 16 MB
  std::optional<Errc> refused;
  const auto spent = testing::allocations_of([&] {
    const auto list = StatusList::inflate(1, compressed, 4 * mib);
    if (!list) refused = list.error().code;
  });
  EXPECT_EQ(refused, Errc::too_large);
  EXPECT_LE(spent.peak, 4 * mib + kib);
}

TEST(StatusListHeap, ABombOfTheLargestRatioEndsAtTheDefaultLimit) {
  const Bytes compressed = StatusList::of_bytes(1, Bytes(64 * mib)).value().deflate();
  ASSERT_LT(compressed.size(), 70'000u);
  std::optional<Errc> refused;
  const auto spent = testing::allocations_of([&] {
    const auto list = StatusList::inflate(1, compressed);
    if (!list) refused = list.error().code;
  });
  EXPECT_EQ(refused, Errc::too_large);
  EXPECT_LE(spent.peak, StatusListLimits{}.max_inflated * 2 + kib);
}

TEST(StatusListHeap, WhatIsKeptIsNotMuchMoreThanTheList) {
  for (const std::size_t size : {std::size_t{1000}, std::size_t{131072}, std::size_t{3'000'000}}) {
    const Bytes compressed = StatusList::of_bytes(1, Bytes(size, 0x11)).value().deflate();
    std::optional<StatusList> list;
    const auto spent = testing::allocations_of([&] { list = StatusList::inflate(1, compressed).value(); });
    ASSERT_EQ(list->bytes().size(), size);
    EXPECT_LE(spent.peak, 3 * size + 20 * kib) << "while it grows";
    EXPECT_LT(spent.count, 20u);
  }
}

TEST(StatusListHeap, AFalseStreamCostsNextToNothing) {
  const Bytes compressed(100'000, 0x78);
  bool refused = false;
  const auto spent = testing::allocations_of([&] { refused = !StatusList::inflate(1, compressed, mib); });
  EXPECT_TRUE(refused);
  EXPECT_LE(spent.peak, mib + 8192);
}

}  // namespace
}  // namespace mdoc::trust
