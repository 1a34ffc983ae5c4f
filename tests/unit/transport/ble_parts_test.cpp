#include "mdoc/transport/ble_parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "framing_fixture.hpp"

namespace mdoc::transport {
namespace {

constexpr std::uint8_t last = 0x00;
constexpr std::uint8_t more = 0x01;
constexpr std::size_t kilobyte = 1000;

/// All values of a message.
std::vector<Bytes> values_of(BlePartWriter& writer, const Bytes& message, std::size_t max_value) {
  std::vector<Bytes> values;
  writer.start(message);
  while (!writer.done()) values.push_back(writer.next(max_value));
  return values;
}
std::vector<Bytes> values_of(const Bytes& message, std::size_t max_value) {
  BlePartWriter writer;
  return values_of(writer, message, max_value);
}

/// A reader of a characteristic.
struct Parts {
  explicit Parts(std::size_t max_bytes = DecodeLimits{}.max_bytes)
      : reader("Client2Server", DecodeLimits{.max_bytes = max_bytes}) {}

  /// The message that a value completes; nothing else happens than that more is awaited.
  std::optional<Bytes> take(const Bytes& value) { return reader.on_value(value).value(); }
  std::string refuse(const Bytes& value) { return fault(reader.on_value(value)); }

  BlePartReader reader;
};

Bytes value(std::uint8_t flag, ByteView part) { return Bytes{flag} + part; }

// ---- how messages are cut -----------------------------------------------------------------------

TEST(Ble05, AValueIsThreeBytesShorterThanTheMtuAndNeverAbove512) {
  EXPECT_EQ(ble_value_size(23), 20u);
  EXPECT_EQ(ble_value_size(24), 21u);
  EXPECT_EQ(ble_value_size(185), 182u);
  EXPECT_EQ(ble_value_size(247), 244u);
  EXPECT_EQ(ble_value_size(514), 511u);
  EXPECT_EQ(ble_value_size(515), 512u);
  EXPECT_EQ(ble_value_size(516), 512u);
  EXPECT_EQ(ble_value_size(517), 512u);
  EXPECT_EQ(ble_value_size(65535), 512u);
  EXPECT_EQ(ble_value_size(std::numeric_limits<std::size_t>::max()), 512u);
}

TEST(Ble05, AnMtuThatThereIsNotCountsAsTheLeast) {
  for (const std::size_t mtu : {0u, 1u, 2u, 3u, 4u, 22u}) EXPECT_EQ(ble_value_size(mtu), 20u) << mtu;
}

TEST(Ble05, MessagesOfKnownSizesHaveKnownNumbersOfParts) {
  struct Case {
    std::size_t message, mtu, parts, last_part;
  };
  const Case cases[] = {
      {1000, 23, 53, 12}, {1000, 185, 6, 95}, {1000, 247, 5, 28}, {1000, 517, 2, 489},
      {511, 517, 1, 511}, {512, 517, 2, 1},   {511, 515, 1, 511}, {512, 515, 2, 1},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(std::to_string(each.message) + " at " + std::to_string(each.mtu));
    const auto values = values_of(message_of(each.message), ble_value_size(each.mtu));
    ASSERT_EQ(values.size(), each.parts);
    EXPECT_EQ(values.back().size(), 1 + each.last_part);
  }
}

TEST(Ble05, EveryMessageHasTheLeastNumberOfPartsAtEveryMtu) {
  for (const std::size_t mtu : {23u, 24u, 185u, 247u, 515u, 517u}) {
    const std::size_t most = std::min<std::size_t>(mtu - 3, 512);
    for (const std::size_t size : {std::size_t{1}, std::size_t{19}, std::size_t{20}, std::size_t{511}, std::size_t{512},
                                   3 * kilobyte, 90 * kilobyte, 700 * kilobyte}) {
      SCOPED_TRACE(std::to_string(size) + " at " + std::to_string(mtu));
      const Bytes message = message_of(size);
      const auto values = values_of(message, ble_value_size(mtu));
      ASSERT_EQ(values.size(), (size + most - 2) / (most - 1));
      Bytes joined;
      for (std::size_t i = 0; i < values.size(); ++i) {
        const bool is_last = i + 1 == values.size();
        ASSERT_EQ(values[i].front(), is_last ? last : more) << i;
        ASSERT_EQ(values[i].size(), is_last ? size - i * (most - 1) + 1 : most) << i;
        joined.insert(joined.end(), values[i].begin() + 1, values[i].end());
      }
      ASSERT_TRUE(joined == message);
      Parts parts;
      for (std::size_t i = 0; i + 1 < values.size(); ++i) ASSERT_FALSE(parts.take(values[i])) << i;
      ASSERT_TRUE(parts.take(values.back()) == message);
    }
  }
}

TEST(Ble05, AMessageThatFitsExactlyHasNoEmptyPartAfterIt) {
  for (const std::size_t mtu : {23u, 185u, 517u}) {
    const std::size_t room = ble_value_size(mtu) - 1;
    for (const std::size_t times : {1u, 2u, 7u}) {
      const auto values = values_of(message_of(times * room), ble_value_size(mtu));
      ASSERT_EQ(values.size(), times);
      EXPECT_EQ(values.back().size(), 1 + room);
      EXPECT_EQ(values.back().front(), last);
    }
  }
}

TEST(Ble05, ASessionThatEndsIsOneKnownValue) {
  EXPECT_EQ(values_of(status_20, 20), (std::vector<Bytes>{Bytes{last} + status_20}));
}

TEST(Ble05, ValuesOfTwoBytesCarryOneOfTheMessage) {
  EXPECT_EQ(values_of({0xd1, 0xd2, 0xd3}, 2), (std::vector<Bytes>{{more, 0xd1}, {more, 0xd2}, {last, 0xd3}}));
}

TEST(Ble05, TheSizeOfValuesMayChangeWithinAMessage) {
  const Bytes message = message_of(1000);
  BlePartWriter writer;
  Parts parts;
  writer.start(message);
  std::optional<Bytes> joined;
  std::size_t count = 0;
  for (const std::size_t size : {20u, 512u, 2u, 182u, 3u, 512u}) {  // 19 + 511 + 1 + 181 + 2, and 286 are left
    ASSERT_FALSE(writer.done() || joined);
    const Bytes next = writer.next(size);
    EXPECT_EQ(next.size(), ++count == 6 ? 287 : size);
    joined = parts.take(next);
  }
  EXPECT_TRUE(writer.done());
  EXPECT_EQ(joined, message);
}

TEST(Ble05, NothingIsGivenOutOfWhatWasAbandoned) {
  BlePartWriter writer;
  EXPECT_TRUE(writer.done());
  writer.start(message_of(100));
  (void)writer.next(20);
  EXPECT_FALSE(writer.done());
  writer.abandon();
  EXPECT_TRUE(writer.done());
  EXPECT_EQ(values_of(writer, status_20, 7),
            (std::vector<Bytes>{{more, 0xa1, 0x66, 0x73, 0x74, 0x61, 0x74}, {last, 0x75, 0x73, 0x14}}));
}

// ---- how they are joined ------------------------------------------------------------------------

TEST(Ble06, PartsAreJoinedInTheOrderInWhichTheyCome) {
  Parts parts;
  EXPECT_FALSE(parts.reader.within_message());
  EXPECT_FALSE(parts.take({more, 0xa1, 0x66}));
  EXPECT_TRUE(parts.reader.within_message());
  EXPECT_FALSE(parts.take({more, 0x73, 0x74, 0x61}));
  EXPECT_EQ(parts.take({last, 0x74, 0x75, 0x73, 0x14}), status_20);
  EXPECT_FALSE(parts.reader.within_message());
}

TEST(Ble06, APartMayBeAMessageOfItsOwn) {
  Parts parts;
  EXPECT_EQ(parts.take(value(last, status_20)), status_20);
  EXPECT_EQ(parts.take({last, 0xf6}), Bytes{0xf6});
  EXPECT_FALSE(parts.reader.within_message());
}

TEST(Ble06, PartsOfOneByteAreParts) {
  Parts parts;
  for (std::size_t i = 0; i + 1 < status_20.size(); ++i) EXPECT_FALSE(parts.take({more, status_20[i]}));
  EXPECT_EQ(parts.take({last, status_20.back()}), status_20);
}

TEST(Ble06, BytesOfAPartThatLookLikeFlagsAreNone) {
  Parts parts;
  EXPECT_FALSE(parts.take({more, last}));
  EXPECT_FALSE(parts.take({more, more, more}));
  EXPECT_EQ(parts.take({last, last}), (Bytes{0, 1, 1, 0}));
}

TEST(Ble06, EachMessageBeginsAnew) {
  Parts parts;
  for (std::uint8_t seed = 0; seed < 5; ++seed) {
    const Bytes message = message_of(100 + 50 * seed, seed);
    std::optional<Bytes> joined;
    for (const Bytes& each : values_of(message, 20)) {
      ASSERT_FALSE(joined);
      joined = parts.take(each);
    }
    EXPECT_EQ(joined, message);
  }
}

TEST(Ble06, AnEmptyValueIsNoPart) {
  Parts parts;
  EXPECT_FALSE(parts.take({}));
  EXPECT_FALSE(parts.reader.within_message());
  EXPECT_FALSE(parts.take({more, 0xb1}));
  EXPECT_FALSE(parts.take({}));
  EXPECT_TRUE(parts.reader.within_message());
  EXPECT_EQ(parts.take({last, 0xb2}), (Bytes{0xb1, 0xb2}));
  EXPECT_FALSE(parts.take({}));
  EXPECT_FALSE(parts.reader.within_message());
}

TEST(Ble06, AnEmptyLastPartEndsAMessageThatHasBegun) {
  Parts parts;
  EXPECT_FALSE(parts.take({more, 0xb1, 0xb2}));
  EXPECT_EQ(parts.take({last}), (Bytes{0xb1, 0xb2}));
  EXPECT_FALSE(parts.reader.within_message());
  EXPECT_EQ(parts.take(value(last, status_20)), status_20);
}

TEST(Ble06, AnEmptyLastPartIsNoMessage) { EXPECT_EQ(Parts().refuse({last}), "bad_frame (Client2Server, byte 0)"); }

TEST(Ble06, AnEmptyLastPartAfterAWholeMessageIsNone) {
  Parts parts;
  EXPECT_TRUE(parts.take(value(last, status_20)));
  EXPECT_EQ(parts.refuse({last}), "bad_frame (Client2Server, byte 0)");
}

TEST(Ble06, ASecondEmptyLastPartIsNone) {
  Parts parts;
  EXPECT_FALSE(parts.take({more, 0xb1}));
  EXPECT_TRUE(parts.take({last}));
  EXPECT_EQ(parts.refuse({last}), "bad_frame (Client2Server, byte 0)");
}

TEST(Ble06, AnEmptyPartThatMoreFollowsIsRefusedWhereverItComes) {
  EXPECT_EQ(Parts().refuse({more}), "bad_frame (Client2Server, byte 0)");
  Parts within;
  EXPECT_FALSE(within.take(value(more, message_of(17))));
  EXPECT_EQ(within.refuse({more}), "bad_frame (Client2Server, byte 17)");
  Parts after;
  EXPECT_TRUE(after.take(value(last, status_20)));
  EXPECT_EQ(after.refuse({more}), "bad_frame (Client2Server, byte 0)");
}

TEST(Ble06, EveryOtherFirstByteIsRefusedWhereverItComes) {
  for (int flag = 2; flag <= 0xff; ++flag) {
    SCOPED_TRACE(flag);
    const auto byte = static_cast<std::uint8_t>(flag);
    EXPECT_EQ(Parts().refuse(value(byte, status_20)), "bad_frame (Client2Server, byte 0)");
    EXPECT_EQ(Parts().refuse({byte}), "bad_frame (Client2Server, byte 0)");
    Parts within;
    EXPECT_FALSE(within.take(value(more, message_of(300))));
    EXPECT_FALSE(within.take(value(more, message_of(12))));
    EXPECT_EQ(within.refuse(value(byte, status_20)), "bad_frame (Client2Server, byte 312)");
    EXPECT_FALSE(within.reader.within_message());  // nothing is kept
  }
}

TEST(Ble06, AMessageWithoutItsLastPartIsNone) {
  const auto values = values_of(message_of(700), 20);
  for (std::size_t missing = 1; missing <= values.size(); ++missing) {
    Parts parts;
    for (std::size_t i = 0; i + missing < values.size(); ++i) ASSERT_FALSE(parts.take(values[i]));
    EXPECT_EQ(parts.reader.within_message(), missing < values.size());
  }
}

TEST(Ble06, ErrorsNameTheCharacteristic) {
  BlePartReader reader("Server2Client");
  EXPECT_EQ(fault(reader.on_value(Bytes{0x02, 0x00})), "bad_frame (Server2Client, byte 0)");
}

// ---- how long they may be -----------------------------------------------------------------------

TEST(Ble07, AMessageMayBeAsLongAsTheLimit) {
  for (const std::size_t max_value : {2u, 20u, 101u, 512u}) {
    Parts parts(100);
    std::optional<Bytes> joined;
    for (const Bytes& each : values_of(message_of(100), max_value)) joined = parts.take(each);
    EXPECT_EQ(joined, message_of(100));
  }
}

TEST(Ble07, OneByteMoreIsRefused) {
  EXPECT_EQ(Parts(100).refuse(value(last, message_of(101))), "too_large (Client2Server, byte 0)");
  EXPECT_EQ(Parts(100).refuse(value(more, message_of(101))), "too_large (Client2Server, byte 0)");
  for (const std::uint8_t flag : {more, last}) {
    Parts parts(100);
    EXPECT_FALSE(parts.take(value(more, message_of(60))));
    EXPECT_FALSE(parts.take(value(more, message_of(40))));
    EXPECT_EQ(parts.refuse({flag, 0xee}), "too_large (Client2Server, byte 100)");
  }
}

TEST(Ble07, AMessageThatIsAtTheLimitMayEndWithAnEmptyPart) {
  Parts parts(100);
  EXPECT_FALSE(parts.take(value(more, message_of(100))));
  EXPECT_EQ(parts.take({last}), message_of(100));
}

TEST(Ble07, TheLimitIsThatOfEachMessage) {
  Parts parts(100);
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(parts.take(value(more, message_of(99))));
    EXPECT_TRUE(parts.take({last, 0xee}));
  }
  EXPECT_EQ(parts.refuse(value(last, message_of(101))), "too_large (Client2Server, byte 0)");
}

TEST(Ble07, NothingIsKeptOfWhatWasTooLong) {
  Parts parts(100);
  EXPECT_FALSE(parts.take(value(more, message_of(100))));
  EXPECT_EQ(parts.refuse(value(more, message_of(511))), "too_large (Client2Server, byte 100)");
  EXPECT_FALSE(parts.reader.within_message());
}

TEST(Ble07, PartsWithoutEndReachTheLimit) {
  Parts parts(10 * kilobyte);
  std::size_t taken = 0;
  while (taken < 10 * kilobyte) {
    ASSERT_FALSE(parts.take({more, 0xee}));
    ++taken;
  }
  EXPECT_EQ(parts.refuse({more, 0xee}), "too_large (Client2Server, byte 10000)");
}

TEST(Ble07, TheLimitByDefaultIs8MiB) {
  Parts parts;
  const Bytes mebibyte(std::size_t{1} << 20, 0x11);
  for (int i = 0; i < 8; ++i) EXPECT_FALSE(parts.take(value(more, mebibyte)));
  EXPECT_EQ(parts.refuse({last, 0x11}), "too_large (Client2Server, byte 8388608)");
}

TEST(Ble07, ALimitOfNothingLetsNothingThrough) {
  EXPECT_EQ(Parts(0).refuse({last, 0x11}), "too_large (Client2Server, byte 0)");
  EXPECT_FALSE(Parts(0).take({}));
}

}  // namespace
}  // namespace mdoc::transport
