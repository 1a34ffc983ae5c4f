#include "mdoc/transport/l2cap_frames.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "framing_fixture.hpp"

namespace mdoc::transport {
namespace {

Bytes length(std::size_t size) {
  return {static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16),
          static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)};
}
/// A message as it is on the channel.
Bytes framed(const Bytes& message) { return length(message.size()) + message; }

struct Stream {
  explicit Stream(std::size_t max_bytes = DecodeLimits{}.max_bytes)
      : reader("L2CAP", DecodeLimits{.max_bytes = max_bytes}) {}

  /// The messages of one unit of the channel, up to an error, which is left in `end`.
  std::vector<Bytes> take(ByteView unit) {
    std::vector<Bytes> messages;
    while (!unit.empty()) {
      auto next = reader.next(unit);
      end = fault(next);
      if (!next) break;
      if (*next) messages.push_back(**std::move(next));
    }
    return messages;
  }
  /// What a unit is refused for; no message comes before.
  std::string refuse(ByteView unit) {
    EXPECT_TRUE(take(unit).empty());
    return end;
  }

  L2capStreamReader reader;
  std::string end{};
};

std::vector<Bytes> pieces_of(L2capPieceWriter& writer, const Bytes& message, std::size_t max_size) {
  std::vector<Bytes> pieces;
  writer.start(message);
  while (!writer.done()) pieces.push_back(writer.next(max_size));
  return pieces;
}

// ---- how messages are written -------------------------------------------------------------------

TEST(L2c01, ASessionThatEndsIsAKnownPiece) {
  L2capPieceWriter writer;
  EXPECT_EQ(pieces_of(writer, status_20, 2048),
            (std::vector<Bytes>{{0x00, 0x00, 0x00, 0x09, 0xa1, 0x66, 0x73, 0x74, 0x61, 0x74, 0x75, 0x73, 0x14}}));
}

TEST(L2c01, PiecesMayBeOfAnySize) {
  for (const std::size_t size : {1u, 9u, 255u, 256u, 2044u, 2045u, 70000u}) {
    const Bytes message = message_of(size);
    for (const std::size_t max_size : {1u, 2u, 3u, 4u, 5u, 13u, 247u, 2048u, 100000u}) {
      SCOPED_TRACE(std::to_string(size) + " in " + std::to_string(max_size));
      L2capPieceWriter writer;
      Bytes joined;
      const auto pieces = pieces_of(writer, message, max_size);
      ASSERT_EQ(pieces.size(), (4 + size + max_size - 1) / max_size);
      for (std::size_t i = 0; i < pieces.size(); ++i) {
        ASSERT_EQ(pieces[i].size(), std::min(max_size, 4 + size - i * max_size));
        joined.insert(joined.end(), pieces[i].begin(), pieces[i].end());
      }
      ASSERT_TRUE(joined == framed(message));
    }
  }
}

TEST(L2c01, TheSizeOfPiecesMayChangeWithinTheHeader) {
  L2capPieceWriter writer;
  writer.start(message_of(0x1234));
  EXPECT_EQ(writer.next(3), (Bytes{0x00, 0x00, 0x12}));
  EXPECT_FALSE(writer.done());
  EXPECT_EQ(writer.next(2), (Bytes{0x34, message_of(1)[0]}));
  EXPECT_EQ(writer.next(0x10000).size(), 0x1233u);
  EXPECT_TRUE(writer.done());
}

TEST(L2c01, NothingIsGivenOutOfWhatWasAbandoned) {
  L2capPieceWriter writer;
  EXPECT_TRUE(writer.done());
  for (const std::size_t size : {2u, 4u, 50u}) {
    writer.start(message_of(100));
    (void)writer.next(size);
    EXPECT_FALSE(writer.done());
    writer.abandon();
    EXPECT_TRUE(writer.done());
  }
  EXPECT_EQ(pieces_of(writer, {0xd1}, 2048), (std::vector<Bytes>{{0, 0, 0, 1, 0xd1}}));
}

// ---- how they are read --------------------------------------------------------------------------

TEST(L2c01, AMessageMayComeInOneUnit) {
  Stream stream;
  EXPECT_EQ(stream.take(framed(status_20)), std::vector<Bytes>{status_20});
  EXPECT_FALSE(stream.reader.within_message());
}

TEST(L2c01, HeaderAndMessageMayComeInTwoPiecesCutAnywhere) {
  const Bytes whole = framed(status_20);
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    Stream stream;
    EXPECT_TRUE(stream.take(ByteView(whole).first(cut)).empty());
    EXPECT_EQ(stream.end, "none");
    EXPECT_TRUE(stream.reader.within_message());
    EXPECT_EQ(stream.take(ByteView(whole).subspan(cut)), std::vector<Bytes>{status_20});
    EXPECT_FALSE(stream.reader.within_message());
  }
}

TEST(L2c01, WhereTheStreamIsCutMeansNothing) {
  const std::vector<Bytes> messages{message_of(1, 1), message_of(300, 2), message_of(4, 3), message_of(65536, 4)};
  Bytes whole;
  for (const Bytes& each : messages) whole = std::move(whole) + framed(each);
  for (const std::size_t unit : {1u, 2u, 3u, 4u, 5u, 7u, 308u, 309u, 310u, 2048u, 65535u, 100000u}) {
    SCOPED_TRACE(unit);
    Stream stream;
    std::vector<Bytes> came;
    for (ByteView rest = whole; !rest.empty();) {
      const ByteView first = rest.first(std::min(unit, rest.size()));
      rest = rest.subspan(first.size());
      for (Bytes& each : stream.take(first)) came.push_back(std::move(each));
    }
    EXPECT_TRUE(came == messages);
    EXPECT_FALSE(stream.reader.within_message());
  }
}

TEST(L2c01, TwoMessagesInOneUnitAreTakenOneAfterTheOther) {
  const Bytes unit = framed({0xb1, 0xb2}) + framed({0xc1}) + Bytes{0x00};
  L2capStreamReader reader("L2CAP");
  ByteView rest = unit;
  EXPECT_EQ(reader.next(rest).value(), (Bytes{0xb1, 0xb2}));
  EXPECT_EQ(rest.size(), 6u);  // nothing beyond the message is taken
  EXPECT_EQ(reader.next(rest).value(), Bytes{0xc1});
  EXPECT_FALSE(reader.within_message());
  EXPECT_EQ(reader.next(rest).value(), std::nullopt);
  EXPECT_TRUE(rest.empty());
  EXPECT_TRUE(reader.within_message());  // a length has begun
}

TEST(L2c01, NoBytesAreNoMessage) {
  Stream stream;
  ByteView nothing;
  EXPECT_EQ(stream.reader.next(nothing).value(), std::nullopt);
  EXPECT_FALSE(stream.reader.within_message());
  EXPECT_TRUE(stream.take(length(9)).empty());
  EXPECT_EQ(stream.reader.next(nothing).value(), std::nullopt);
  EXPECT_TRUE(stream.reader.within_message());
}

TEST(L2c01, AMessageWithoutItsLastByteIsNone) {
  const Bytes whole = framed(message_of(600));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    Stream stream;
    ASSERT_TRUE(stream.take(ByteView(whole).first(size)).empty());
    ASSERT_TRUE(stream.reader.within_message());
  }
}

TEST(L2c01, ALengthOfZeroIsTheEnd) {
  Stream stream;
  const auto ended = [&](ByteView unit) { return stream.reader.next(unit); };
  const Bytes zero = length(0);
  EXPECT_EQ(ended(zero).error().kind(), ErrorKind::denied);
  EXPECT_EQ(Stream().refuse(zero), "terminated_by_peer (L2CAP, byte 0)");
  EXPECT_EQ(Stream(0).refuse(zero), "terminated_by_peer (L2CAP, byte 0)");
}

TEST(L2c01, ALengthOfZeroAfterMessagesIsTheEndToo) {
  Stream stream;
  EXPECT_EQ(stream.take(framed(status_20) + framed({0xc1}) + length(0) + framed({0xc2})),
            (std::vector<Bytes>{status_20, {0xc1}}));
  EXPECT_EQ(stream.end, "terminated_by_peer (L2CAP, byte 18)");
}

TEST(L2c01, ALengthOfZeroInPiecesIsTheEndWithItsLastByte) {
  Stream stream;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(stream.take(Bytes{0}).empty());
    EXPECT_EQ(stream.end, "none");
  }
  EXPECT_EQ(stream.refuse(Bytes{0}), "terminated_by_peer (L2CAP, byte 0)");
}

TEST(L2c01, ALengthAboveTheLimitIsRefusedBeforeItsMessageComes) {
  for (const std::uint32_t size : {101u, 102u, 0x0000ffffu, 0x01000000u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
    EXPECT_EQ(Stream(100).refuse(length(size)), "too_large (L2CAP, byte 0)") << size;
  }
  EXPECT_EQ(Stream(0).refuse(length(1)), "too_large (L2CAP, byte 0)");
}

TEST(L2c01, ALengthOfTheLimitIsTaken) {
  Stream stream(100);
  EXPECT_EQ(stream.take(framed(message_of(100))), std::vector<Bytes>{message_of(100)});
  EXPECT_EQ(stream.refuse(length(101)), "too_large (L2CAP, byte 104)");
}

TEST(L2c01, ALengthInTheOtherOrderIsRefused) {
  EXPECT_EQ(Stream().refuse(Bytes{0x09, 0x00, 0x00, 0x00} + status_20), "too_large (L2CAP, byte 0)");
}

TEST(L2c01, TheLimitByDefaultIs8MiB) {
  Stream stream;
  EXPECT_TRUE(stream.take(length(0x00800000)).empty());
  EXPECT_EQ(stream.end, "none");
  EXPECT_EQ(Stream().refuse(length(0x00800001)), "too_large (L2CAP, byte 0)");
}

TEST(L2c01, TheLimitIsThatOfEachMessage) {
  Stream stream(100);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.take(framed(message_of(100))).size(), 1u);
}

// ---- the PSM in a characteristic ----------------------------------------------------------------

TEST(L2capPsm, IsWrittenInFourBytes) {
  EXPECT_EQ(encode_l2cap_psm(0x80), (std::array<std::uint8_t, 4>{0, 0, 0, 0x80}));
  EXPECT_EQ(encode_l2cap_psm(0x12ab), (std::array<std::uint8_t, 4>{0, 0, 0x12, 0xab}));
}

TEST(L2capPsm, EveryOneIsReadAsItIsWritten) {
  for (std::uint16_t psm = l2cap_min_psm; psm <= l2cap_max_psm; ++psm) {
    EXPECT_EQ(decode_l2cap_psm(encode_l2cap_psm(psm)).value(), psm);
  }
}

TEST(L2capPsm, IsReadInOneToFourBytesOfEitherOrder) {
  const Bytes values[] = {{0x85}, {0, 0x85}, {0x85, 0}, {0, 0, 0x85}, {0x85, 0, 0}, {0, 0, 0, 0x85}, {0x85, 0, 0, 0}};
  for (const Bytes& value : values) EXPECT_EQ(decode_l2cap_psm(value).value(), 0x85) << value.size();
}

TEST(L2capPsm, WhatIsNoneOfLeIsRefused) {
  const Bytes values[] = {
      {0x00},       {0x7f},          {0x00, 0x00},       {0x00, 0x7f},       {0x7f, 0x00},
      {0x01, 0x00}, {0x80, 0x80},    {0x01, 0x85},       {0x00, 0x85, 0x00}, {0x01, 0x00, 0x85},
      {0x10, 0x01}, {0, 0, 0x85, 0}, {0x80, 0, 0, 0x80}, {0, 0, 0, 0},       {0xff, 0xff, 0xff, 0xff}};
  for (const Bytes& value : values) {
    EXPECT_EQ(fault(decode_l2cap_psm(value)), "bad_value (L2CAP)") << testing::PrintToString(value);
  }
}

TEST(L2capPsm, AnEmptyValueIsCutShortAndALongOneTooLarge) {
  EXPECT_EQ(fault(decode_l2cap_psm({})), "truncated (L2CAP)");
  EXPECT_EQ(fault(decode_l2cap_psm(Bytes{0, 0, 0, 0, 0x85})), "too_large (L2CAP)");
  EXPECT_EQ(fault(decode_l2cap_psm(Bytes(512, 0x85))), "too_large (L2CAP)");
}

}  // namespace
}  // namespace mdoc::transport
