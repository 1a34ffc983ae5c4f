#include "mdoc/cose/headers.hpp"

#include <gtest/gtest.h>

#include "core/try.hpp"
#include "mdoc/cose/sign1.hpp"
#include "support/vectors.hpp"

namespace mdoc::cose {
namespace {

using cbor::SortedMap;
using cbor::Writer;
using testing::hex;

const Bytes first = hex("0102");
const Bytes second = hex("0304");

/// A COSE_Sign1 with these headers; nobody signed it.
Bytes message(const SortedMap& protected_header, const SortedMap& unprotected_header) {
  Writer writer;
  writer.array(4).bytes(protected_header.encode()).map(unprotected_header).null().bytes(Bytes(64, 0));
  return std::move(writer).take();
}

SortedMap es256() {
  SortedMap map;
  map.put(label::alg).integer(-7);
  return map;
}

Writer& put(SortedMap& map, std::int64_t key) { return map.put(key); }

struct Outcome {
  Result<Headers> headers;
  cbor::DeviationLog log;
};

Outcome decode(const Bytes& encoded, Level level = Level::interop, Profile profile = Profile::mdoc) {
  Outcome outcome{Error{}, {}};
  cbor::Reader reader(SharedBytes::copy_of(encoded), {.level = level, .sink = &outcome.log}, "IssuerAuth");
  auto sign1 = decode_cose_sign1(reader, profile);
  if (!sign1) {
    outcome.headers = sign1.error();
  } else {
    outcome.headers = std::move(sign1->headers);
  }
  return outcome;
}

Errc failure(const Bytes& encoded, Level level = Level::interop) {
  const auto outcome = decode(encoded, level);
  return outcome.headers ? Errc{} : outcome.headers.error().code;
}

/// True if the rule is an error when strict, and otherwise reported.
void expect_rule(const Bytes& encoded, Rule rule, Level tolerant) {
  SCOPED_TRACE(info(rule).id);
  const auto refused = decode(encoded, Level::strict);
  if (weight(rule, Level::strict) == Weight::error) {
    EXPECT_FALSE(refused.headers);
  }
  const auto outcome = decode(encoded, tolerant);
  ASSERT_TRUE(outcome.headers) << describe(outcome.headers.error());
  ASSERT_EQ(outcome.log.entries().size(), 1u);
  EXPECT_EQ(outcome.log.entries()[0].rule, rule);
}

std::vector<Bytes> chain(const Headers& headers) {
  std::vector<Bytes> certificates;
  for (const SharedBytes& der : headers.x5chain) certificates.emplace_back(der.view().begin(), der.view().end());
  return certificates;
}

TEST(Cbr11, AlgCountsInTheProtectedHeaderOnly) {
  SortedMap unprotected;
  unprotected.put(label::alg).integer(-35);
  const auto both = decode(message(es256(), unprotected), Level::strict).headers;
  ASSERT_TRUE(both);
  EXPECT_EQ(both->algorithm, -7);
  const auto wrong_place = decode(message({}, unprotected), Level::strict).headers;
  ASSERT_TRUE(wrong_place);
  EXPECT_FALSE(wrong_place->algorithm);
  EXPECT_TRUE(wrong_place->find_unprotected(label::alg));
}

TEST(CoseHeaders, AnEmptyProtectedHeaderMayBeAnEmptyString) {
  const auto empty_string = decode(hex("8440a0f640"), Level::strict).headers;
  ASSERT_TRUE(empty_string);
  EXPECT_FALSE(empty_string->algorithm);
  EXPECT_TRUE(decode(hex("8441a0a0f640"), Level::strict).headers);
}

TEST(Cbr11, AlgAsTextIsUnsupported) {
  SortedMap header;
  header.put(label::alg).text("ES256");
  EXPECT_EQ(failure(message(header, {})), Errc::unsupported_algorithm);
}

TEST(Cbr14, AlgorithmsOfRfc9864AreReported) {
  SortedMap header;
  header.put(label::alg).integer(-9);
  expect_rule(message(header, {}), Rule::cose_fully_specified_algorithm, Level::interop);
}

TEST(Cbr15, OneCertificateIsABareByteString) {
  SortedMap unprotected;
  unprotected.put(label::x5chain).bytes(first);
  const auto outcome = decode(message(es256(), unprotected), Level::strict);
  ASSERT_TRUE(outcome.headers);
  EXPECT_EQ(chain(*outcome.headers), std::vector<Bytes>{first});
  EXPECT_TRUE(outcome.log.empty());
}

TEST(Cbr15, SeveralCertificatesAreAnArray) {
  SortedMap unprotected;
  unprotected.put(label::x5chain).array(2).bytes(first).bytes(second);
  const auto outcome = decode(message(es256(), unprotected), Level::strict);
  ASSERT_TRUE(outcome.headers);
  EXPECT_EQ(chain(*outcome.headers), (std::vector<Bytes>{first, second}));
  EXPECT_TRUE(outcome.log.empty());
}

TEST(Cbr15, OtherFormsOfX5chainAreReported) {
  SortedMap array_of_one;
  array_of_one.put(label::x5chain).array(1).bytes(first);
  expect_rule(message(es256(), array_of_one), Rule::x5chain_array_of_one, Level::interop);

  SortedMap nothing;
  nothing.put(label::x5chain).array(0);
  expect_rule(message(es256(), nothing), Rule::x5chain_empty, Level::interop);

  SortedMap text_label;
  text_label.put("33").bytes(first);
  EXPECT_FALSE(decode(message(es256(), text_label), Level::interop).headers);
  expect_rule(message(es256(), text_label), Rule::x5chain_text_label, Level::lenient);

  SortedMap protected_header = es256();
  protected_header.put(label::x5chain).bytes(first);
  expect_rule(message(protected_header, {}), Rule::x5chain_protected, Level::interop);
  EXPECT_TRUE(decode(message(protected_header, {}), Level::strict, Profile::cwt).log.empty());
}

TEST(Cbr15, X5chainInBothHeadersMustBeTheSame) {
  SortedMap protected_header = es256();
  protected_header.put(label::x5chain).bytes(first);
  SortedMap same;
  same.put(label::x5chain).bytes(first);
  SortedMap other;
  other.put(label::x5chain).bytes(second);
  SortedMap longer;
  longer.put(label::x5chain).array(2).bytes(first).bytes(second);

  const auto accepted = decode(message(protected_header, same)).headers;
  ASSERT_TRUE(accepted);
  EXPECT_EQ(chain(*accepted), std::vector<Bytes>{first});
  EXPECT_EQ(failure(message(protected_header, other)), Errc::bad_header);
  EXPECT_EQ(failure(message(protected_header, longer)), Errc::bad_header);

  SortedMap both_labels;
  both_labels.put(label::x5chain).bytes(first);
  both_labels.put("33").bytes(second);
  EXPECT_EQ(failure(message(es256(), both_labels), Level::lenient), Errc::bad_header);
}

TEST(Cbr15, CertificatesAreBoundedInNumberAndSize) {
  SortedMap many;
  Writer& array = put(many, label::x5chain).array(11);
  for (int i = 0; i < 11; ++i) array.bytes(first);
  EXPECT_EQ(failure(message(es256(), many)), Errc::too_many);
  SortedMap large;
  large.put(label::x5chain).bytes(Bytes((16u << 10) + 1, 0));
  EXPECT_EQ(failure(message(es256(), large)), Errc::too_large);
}

TEST(CoseHeaders, X5tIsReadFromTheProtectedHeader) {
  SortedMap header = es256();
  header.put(label::x5t).array(2).integer(-16).bytes(Bytes(32, 7));
  const auto headers = decode(message(header, {}), Level::strict).headers;
  ASSERT_TRUE(headers);
  ASSERT_TRUE(headers->x5t);
  EXPECT_EQ(headers->x5t->algorithm, -16);
  EXPECT_EQ(headers->x5t->value.size(), 32u);

  for (const std::string_view value : {"40", "80", "8120", "822f40f6", "824040", "822f60"}) {
    SortedMap wrong = es256();
    wrong.put(label::x5t).raw(hex(value));
    EXPECT_NE(failure(message(wrong, {})), Errc{}) << value;
  }
}

TEST(CoseHeaders, WhatIsCriticalMustBeKnown) {
  const auto with_critical = [](std::string_view labels) {
    SortedMap header = es256();
    header.put(label::crit).raw(hex(labels));
    header.put(16).uint(1);
    return message(header, {});
  };
  EXPECT_EQ(failure(with_critical("8101")), Errc{});
  EXPECT_EQ(failure(with_critical("8110")), Errc::unsupported_critical_header);
  EXPECT_EQ(failure(with_critical("820110")), Errc::unsupported_critical_header);
  EXPECT_EQ(failure(with_critical("81187b")), Errc::unsupported_critical_header);
  EXPECT_EQ(failure(with_critical("8120")), Errc::unsupported_critical_header);
  EXPECT_EQ(failure(with_critical("81617a")), Errc::unsupported_critical_header);
  EXPECT_EQ(failure(with_critical("80")), Errc::bad_header);
  EXPECT_EQ(failure(with_critical("01")), Errc::wrong_type);
  // RFC 9052, 3.1: named, but not in the protected header.
  EXPECT_EQ(failure(with_critical("811821")), Errc::bad_header);
  EXPECT_EQ(failure(with_critical("8104")), Errc::bad_header);
}

TEST(CoseHeaders, CritInTheUnprotectedHeaderIsRefused) {
  SortedMap unprotected;
  unprotected.put(label::crit).array(1).uint(1);
  EXPECT_EQ(failure(message(es256(), unprotected)), Errc::bad_header);
}

TEST(CoseHeaders, UnknownParametersAreKept) {
  SortedMap protected_header = es256();
  protected_header.put(label::typ).text("application/statuslist+cwt");
  SortedMap unprotected;
  unprotected.put(label::kid).bytes(first);
  unprotected.put("vendor").uint(1);
  const auto headers = decode(message(protected_header, unprotected), Level::strict).headers;
  ASSERT_TRUE(headers);
  const auto typ = headers->find_protected(label::typ);
  ASSERT_TRUE(typ);
  cbor::Reader reader(*typ);
  EXPECT_EQ(reader.read_text().value(), "application/statuslist+cwt");
  EXPECT_TRUE(headers->find_unprotected(label::kid));
  EXPECT_FALSE(headers->find_protected(label::kid));
  EXPECT_EQ(headers->unprotected_others.size(), 2u);
}

TEST(CoseHeaders, AKeyIdentifierOfAnyTypeIsPassedOver) {
  // A byte string by RFC 9052, 3.1. Deployed peers send text, or undefined for want of one. Nothing depends on it.
  for (const std::string_view kid : {"420102", "6131", "f7", "f6", "01", "80"}) {
    SCOPED_TRACE(kid);
    SortedMap protected_header = es256();
    protected_header.put(label::kid).raw(hex(kid));
    SortedMap unprotected;
    unprotected.put(label::kid).raw(hex(kid));
    EXPECT_EQ(failure(message(protected_header, {}), Level::strict), Errc{});
    EXPECT_EQ(failure(message(es256(), unprotected), Level::strict), Errc{});
    EXPECT_EQ(failure(message(protected_header, unprotected), Level::strict), Errc{});  // a SHOULD of RFC 9052, 3
  }
  // Passed over is not unread.
  EXPECT_EQ(failure(hex("8443a10126a204f704f7f640")), Errc::duplicate_key);
  EXPECT_EQ(failure(hex("8443a10126a204f70440f640")), Errc::duplicate_key);
  EXPECT_EQ(failure(hex("8443a10126a10461f7f640")), Errc::bad_text);
  EXPECT_EQ(failure(hex("8445a1012604f7a0f640")), Errc::trailing_bytes);
  EXPECT_EQ(failure(hex("8444a2012604a0f640")), Errc::truncated);
}

TEST(CoseHeaders, AParameterTwiceIsRefused) {
  EXPECT_EQ(failure(hex("8446a201260126a0f640")), Errc::truncated);  // the string is one byte short of its map
  EXPECT_EQ(failure(hex("8445a201260126a0f640")), Errc::duplicate_key);
  EXPECT_EQ(failure(hex("8443a10126a204400440f640")), Errc::duplicate_key);
}

TEST(CoseHeaders, TheProtectedHeaderIsOneMapAndNothingElse) {
  EXPECT_EQ(failure(hex("8444a1012600a0f640")), Errc::trailing_bytes);
  EXPECT_EQ(failure(hex("844101a0f640")), Errc::wrong_type);
  EXPECT_EQ(failure(hex("84a10126a0f640")), Errc::wrong_type);  // not in a byte string
  EXPECT_EQ(failure(hex("8443a1012680f640")), Errc::wrong_type);
}

}  // namespace
}  // namespace mdoc::cose
