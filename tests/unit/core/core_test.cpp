#include <gtest/gtest.h>

#include <type_traits>

#include "mdoc/core/encoding.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/core/version.hpp"
#include "support/vectors.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using testing::hex;

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_convertible_v<DocType, NameSpace>);
static_assert(std::is_trivially_copyable_v<Error>);
static_assert(std::is_trivially_copyable_v<Path>);

TEST(Result, CarriesAValueOrAnError) {
  const Result<int> good = 7;
  EXPECT_EQ(good.value(), 7);
  const Result<int> bad = Error{.code = Errc::expired, .where = "x"};
  EXPECT_EQ(bad.error().kind(), ErrorKind::untrusted);
  EXPECT_THROW((void)bad.value(), BadResultAccess);
  EXPECT_EQ(Result<int>(2).transform([](int n) { return n * 2; }).value(), 4);
}

TEST(Path, ReadsLikeTheStructure) {
  const Path path = Path("DeviceResponse") / "documents" / 3 / "issuerSigned";
  EXPECT_EQ(path.text(), "DeviceResponse.documents[3].issuerSigned");
  EXPECT_EQ(Path().text(), "");
}

TEST(Path, BeyondItsCapacityCountsButKeepsTheOuterPart) {
  Path path("a");
  for (std::size_t i = 0; i < 20; ++i) path.push_index(i);
  EXPECT_EQ(path.size(), 21u);
  EXPECT_EQ(path.text(), "a[0][1][2][3][4][5][6][7][8][9][10]...");
  for (std::size_t i = 0; i < 20; ++i) path.pop();
  path.push_name("b");
  EXPECT_EQ(path.text(), "a.b");
}

TEST(Error, DescribesWhatWhereAndAtWhichByte) {
  EXPECT_EQ(describe({.code = Errc::truncated, .where = Path("MSO") / "status", .offset = 17}),
            "malformed/truncated: input ends inside a data item (MSO.status, byte 17)");
  EXPECT_EQ(describe({.code = Errc::link_closed, .native = 104}), "transport/link_closed: the link closed (code 104)");
  EXPECT_EQ(describe({.code = Errc::timed_out}), "transport/timed_out: what was awaited did not come in time");
  EXPECT_EQ(name(static_cast<Errc>(999)), "unknown");
}

TEST(Rules, EveryRowHasAnIdAndGetsLaxerByLevel) {
  for (const RuleInfo& row : rules()) {
    EXPECT_FALSE(row.id.empty());
    EXPECT_FALSE(row.clause.empty());
    EXPECT_GE(row.strict, row.interop) << row.id;
    EXPECT_GE(row.interop, row.lenient) << row.id;
  }
  EXPECT_EQ(weight(Rule::tdate_fraction, Level::strict), Weight::error);
  EXPECT_EQ(weight(Rule::tdate_fraction, Level::interop), Weight::warning);
}

TEST(Secret, ConstantTimeEqual) {
  const Bytes a(32, 1), b(32, 2);
  EXPECT_TRUE(constant_time_equal(a, a));
  EXPECT_FALSE(constant_time_equal(a, b));
  EXPECT_FALSE(constant_time_equal(a, ByteView(a).first(31)));
  EXPECT_TRUE(constant_time_equal({}, {}));
}

TEST(SharedBytes, SlicesKeepTheMessageAlive) {
  SharedBytes part;
  {
    const SharedBytes whole = SharedBytes::take_secret({1, 2, 3, 4});
    part = whole.slice(whole.view().subspan(1, 2));
  }
  EXPECT_EQ(Bytes(part.view().begin(), part.view().end()), (Bytes{2, 3}));
}

TEST(Hex, RoundTripsAndNamesTheWrongDigit) {
  EXPECT_EQ(to_hex(Bytes{0x00, 0xfa}), "00fa");
  EXPECT_EQ(from_hex("00FA").value(), (Bytes{0x00, 0xfa}));
  EXPECT_EQ(from_hex("0g").error().offset, 1u);
  EXPECT_EQ(from_hex("abc").error().code, Errc::bad_encoding);
}

TEST(Base64Url, Rfc4648Examples) {
  EXPECT_EQ(to_base64url(as_bytes("foobar")), "Zm9vYmFy");
  EXPECT_EQ(to_base64url(as_bytes("fooba")), "Zm9vYmE");
  EXPECT_EQ(to_base64url(as_bytes("foob")), "Zm9vYg");
  EXPECT_EQ(to_base64url(Bytes{0xfb, 0xff}), "-_8");
  EXPECT_EQ(from_base64url("-_8").value(), (Bytes{0xfb, 0xff}));
  EXPECT_EQ(from_base64url("").value(), Bytes{});
}

TEST(Base64Url, RefusesOtherTexts) {
  for (const char* bad : {"a", "Zm9vYg==", "Zm+v", "Zm/v", "Zm9 ", "Zh"}) {
    EXPECT_EQ(from_base64url(bad).error().code, Errc::bad_encoding) << bad;
  }
}

TEST(SecretText, DecodesLikeOtherTextIntoMemoryOfItsOwn) {
  const auto bytes = [](const Result<SecretBytes>& secret) {
    const ByteView view = secret.value().view();
    return Bytes(view.begin(), view.end());
  };
  for (const char* hex : {"", "00FA", "c9afa9d8"}) EXPECT_EQ(bytes(secret_from_hex(hex)), from_hex(hex).value());
  for (const char* text : {"", "Zg", "Zm8", "Zm9v", "Zm9vYg", "-_8"}) {
    EXPECT_EQ(bytes(secret_from_base64url(text)), from_base64url(text).value()) << text;
  }
  for (const char* bad : {"0", "0g", "g0", "000"}) {
    EXPECT_EQ(secret_from_hex(bad).error().code, Errc::bad_encoding) << bad;
    EXPECT_EQ(secret_from_hex(bad).error().offset, from_hex(bad).error().offset) << bad;
  }
  for (const char* bad : {"a", "Zm9vYg==", "Zm+v", "Zm9 ", "Zh", "Zm9vZ"}) {
    EXPECT_EQ(secret_from_base64url(bad).error().code, Errc::bad_encoding) << bad;
    EXPECT_EQ(secret_from_base64url(bad).error().offset, from_base64url(bad).error().offset) << bad;
  }
}

TEST(DateTime, ReadsAndWritesRfc3339) {
  const auto parsed = parse_date_time("2020-10-01T13:30:02Z");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->time.time_since_epoch(), 1601559002s);
  EXPECT_EQ(to_rfc3339(parsed->time), "2020-10-01T13:30:02Z");
  EXPECT_FALSE(parsed->fraction || parsed->offset || parsed->lower_case);
  EXPECT_TRUE(parse_date_time("2020-10-01T13:30:02.125Z")->fraction);
  EXPECT_TRUE(parse_date_time("2020-10-01T13:30:02+00:00")->offset);
  EXPECT_TRUE(parse_date_time("2020-10-01t13:30:02z")->lower_case);
}

TEST(DateTime, RefusesWhatIsNoInstant) {
  for (const char* bad : {"", "2020-10-01", "2020-02-30T00:00:00Z", "2020-10-01T24:00:00Z", "2020-10-01T13:60:00Z",
                          "2020-10-01T13:30:60Z", "2020-10-01T13:30:02", "2020-10-01T13:30:02.Z",
                          "2020-10-01T13:30:02+01:00", "2020-10-01T13:30:02Zx", "20-10-01T13:30:02Z"}) {
    EXPECT_FALSE(parse_date_time(bad)) << bad;
  }
  EXPECT_FALSE(parse_full_date("2023-02-29"));
  EXPECT_EQ(to_iso8601(parse_full_date("2024-02-29").value()), "2024-02-29");
}

TEST(ClockPolicy, SkewFollowsTheLevel) {
  EXPECT_EQ(ClockPolicy::for_level(Level::strict).skew, 0s);
  EXPECT_EQ(ClockPolicy::for_level(Level::interop).skew, 30s);
  EXPECT_EQ(ClockPolicy::for_level(Level::lenient).skew, 60s);
}

TEST(VersionText, IsTwoNumbers) {
  EXPECT_EQ(parse_version("1.0"), (Version{1, 0}));
  EXPECT_EQ(parse_version("2.17"), (Version{2, 17}));
  for (const char* bad :
       {"", "1", "1.", ".1", "1.0.0", "01.0", "1.00", "1,0", "-1.0", "1.0 ", "v1.0", "1.1234567890"}) {
    EXPECT_FALSE(parse_version(bad)) << bad;
  }
}

TEST(ClockPolicy, BothEndsOfAPeriodBelongToIt) {
  const UtcSeconds from{1000s};
  const UtcSeconds until{2000s};
  const ClockPolicy exact{.skew = 0s};
  EXPECT_EQ(exact.judge(UtcSeconds{999s}, from, until), DateVerdict::too_early);
  EXPECT_EQ(exact.judge(from, from, until), DateVerdict::within);
  EXPECT_EQ(exact.judge(until, from, until), DateVerdict::within);
  EXPECT_EQ(exact.judge(UtcSeconds{2001s}, from, until), DateVerdict::too_late);
}

TEST(ClockPolicy, SkewIsTellableFromBeingInside) {
  const UtcSeconds from{1000s};
  const UtcSeconds until{2000s};
  const ClockPolicy tolerant{.skew = 30s};
  EXPECT_EQ(tolerant.judge(UtcSeconds{969s}, from, until), DateVerdict::too_early);
  EXPECT_EQ(tolerant.judge(UtcSeconds{970s}, from, until), DateVerdict::within_skew);
  EXPECT_EQ(tolerant.judge(UtcSeconds{2030s}, from, until), DateVerdict::within_skew);
  EXPECT_EQ(tolerant.judge(UtcSeconds{2031s}, from, until), DateVerdict::too_late);
}

TEST(ClockPolicy, SkewIsCappedAndNeverNegative) {
  const UtcSeconds from{1000s};
  EXPECT_EQ(ClockPolicy{.skew = 3600s}.judge(UtcSeconds{699s}, from, from), DateVerdict::too_early);
  EXPECT_EQ(ClockPolicy{.skew = 3600s}.judge(UtcSeconds{700s}, from, from), DateVerdict::within_skew);
  EXPECT_EQ(ClockPolicy{.skew = -60s}.judge(from, from, from), DateVerdict::within);
}

TEST(ClockPolicy, AnUnknownClockJudgesNothing) {
  const ClockPolicy policy{.quality = ClockQuality::unknown};
  EXPECT_EQ(policy.judge(UtcSeconds{5s}, UtcSeconds{1s}, UtcSeconds{9s}), DateVerdict::clock_unknown);
}

TEST(ClockPolicy, AClockThatRunsOnAloneJudgesAsOneThatIsTrusted) {
  const ClockPolicy policy{.skew = 2s, .quality = ClockQuality::rtc};
  const UtcSeconds from{5s}, until{9s};
  EXPECT_EQ(policy.judge(UtcSeconds{2s}, from, until), DateVerdict::too_early);
  EXPECT_EQ(policy.judge(UtcSeconds{3s}, from, until), DateVerdict::within_skew);
  EXPECT_EQ(policy.judge(UtcSeconds{7s}, from, until), DateVerdict::within);
  EXPECT_EQ(policy.judge(UtcSeconds{12s}, from, until), DateVerdict::too_late);
}

}  // namespace
}  // namespace mdoc
