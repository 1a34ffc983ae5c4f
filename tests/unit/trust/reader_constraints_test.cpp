#include <gtest/gtest.h>

#include "mdoc/crypto/certificate_path.hpp"
#include "mdoc/trust/rical.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::authority;
using testing::hex;
using testing::numbered_key;
using testing::SampleList;
using testing::utc;

/// `{"only": number}`
TrustConstraint constraint(std::uint8_t number) {
  return {.others = {{SharedBytes::take(testing::cbor_text("only")), SharedBytes::take(Bytes{number})}}};
}
Bytes encoded_constraint(std::uint8_t number) {
  return testing::cbor_array({testing::Members{{"only", Bytes{number}}}.encode()});
}

/// Understands constraints 1 and 2, and finds 1 satisfied.
std::optional<bool> judge(const TrustConstraint& constraint, const crypto::Certificate&) {
  if (constraint.others.size() != 1) return std::nullopt;
  const std::uint8_t number = constraint.others[0].value.view()[0];
  if (number > 2) return std::nullopt;
  return number == 1;
}

TEST(ReaderConstraints, WithoutAnyTheLeafIsUnconstrained) {
  EXPECT_EQ(judge_constraints({}, authority(1)), ConstraintVerdict::unconstrained);
}

TEST(ReaderConstraints, UnknownOnesFail) {
  const std::vector<TrustConstraint> constraints{constraint(1), constraint(2)};
  EXPECT_EQ(judge_constraints(constraints, authority(1)), ConstraintVerdict::not_understood);
  const std::vector<TrustConstraint> extension{{.extensions = SharedBytes::take(hex("a1616101"))}};
  EXPECT_EQ(judge_constraints(extension, authority(1)), ConstraintVerdict::not_understood);
}

TEST(ReaderConstraints, OneWithoutAnyMemberIsSatisfied) {
  const std::vector<TrustConstraint> empty{TrustConstraint{}};
  EXPECT_EQ(judge_constraints(empty, authority(1)), ConstraintVerdict::satisfied);
  const std::vector<TrustConstraint> empty_extensions{constraint(3), {.extensions = SharedBytes::take(hex("a0"))}};
  EXPECT_EQ(judge_constraints(empty_extensions, authority(1)), ConstraintVerdict::satisfied);
}

TEST(ReaderConstraints, OneOfSeveralSuffices) {
  const auto verdict = [](std::vector<std::uint8_t> numbers) {
    std::vector<TrustConstraint> constraints;
    for (const std::uint8_t number : numbers) constraints.push_back(constraint(number));
    return judge_constraints(constraints, authority(1), judge);
  };
  EXPECT_EQ(verdict({1}), ConstraintVerdict::satisfied);
  EXPECT_EQ(verdict({2}), ConstraintVerdict::not_satisfied);
  EXPECT_EQ(verdict({3}), ConstraintVerdict::not_understood);
  EXPECT_EQ(verdict({3, 2, 1}), ConstraintVerdict::satisfied);
  EXPECT_EQ(verdict({2, 3}), ConstraintVerdict::not_satisfied);
}

TEST(ReaderConstraints, TheJudgeSeesTheLeaf) {
  const std::vector<TrustConstraint> constraints{constraint(1)};
  const auto for_authority_1 = [](const TrustConstraint&, const crypto::Certificate& leaf) {
    return std::optional<bool>(leaf == authority(1));
  };
  EXPECT_EQ(judge_constraints(constraints, authority(1), for_authority_1), ConstraintVerdict::satisfied);
  EXPECT_EQ(judge_constraints(constraints, authority(2), for_authority_1), ConstraintVerdict::not_satisfied);
}

/// A root, a CA below it, and a reader.
class ReaderPathTest : public ::testing::Test {
 protected:
  ReaderPathTest()
      : root(issue_root()),
        sub(issue_sub(11, utc("2030-01-01T00:00:00Z"))),
        reader(issue_reader()),
        path{reader, sub, root} {}

  static crypto::Certificate issue_root() {
    testing::CountingRng rng(10);
    crypto::CertificateTemplate content = testing::authority_template(10);
    content.basic_constraints = crypto::BasicConstraints{.ca = true};
    return crypto::issue_self_signed_certificate(content, numbered_key(10), rng).value();
  }
  crypto::Certificate issue_sub(std::uint64_t seed, UtcSeconds not_after) const {
    testing::CountingRng rng(seed);
    crypto::CertificateTemplate content = testing::authority_template(11);
    content.not_after = not_after;
    return crypto::issue_certificate(content, numbered_key(11).public_key(), root, numbered_key(10), rng).value();
  }
  crypto::Certificate issue_reader() const {
    testing::CountingRng rng(12);
    return crypto::issue_certificate({.subject = testing::authority_template(12).subject,
                                      .not_before = utc("2026-01-01T00:00:00Z"),
                                      .not_after = utc("2027-01-01T00:00:00Z"),
                                      .key_usage = crypto::key_usage::digital_signature},
                                     numbered_key(12).public_key(), sub, numbered_key(11), rng)
        .value();
  }

  /// `constraints` below zero: none.
  void list_certificate(const crypto::Certificate& certificate, bool is_trust_anchor, int constraints = -1) {
    testing::Members entry = sample.entry_for(certificate);
    entry["isTrustAnchor"] = testing::cbor_bool(is_trust_anchor);
    if (constraints >= 0) entry["trustConstraints"] = encoded_constraint(static_cast<std::uint8_t>(constraints));
    sample.entries.push_back(entry);
  }
  VerifiedRical verified() {
    const crypto::Certificate signer_root = sample.root_certificate();
    return verify_rical(decode_rical(SharedBytes::take(sample.encode()), {.level = Level::strict}).value(),
                        {.anchors = {&signer_root, 1}, .now = sample.now})
        .value();
  }
  RicalPathVerdict verdict() { return judge_reader_path(verified(), path, judge); }

  SampleList sample = [] {
    SampleList list(ListKind::rical);
    list.entries.clear();
    return list;
  }();
  crypto::Certificate root, sub, reader;
  std::vector<crypto::Certificate> path;
};

TEST_F(ReaderPathTest, ThePathIsOne) {
  EXPECT_EQ(crypto::find_certificate_path(reader, {&sub, 1}, {&root, 1}, {}).value(), path);
}

TEST_F(ReaderPathTest, TheHighestListedAnchorIsTheAnchor) {
  list_certificate(sub, true);
  list_certificate(root, true);
  EXPECT_EQ(verdict().anchor, 1u);
  EXPECT_EQ(verdict().lowest, 0u);
  EXPECT_TRUE(verdict().trusted());
}

TEST_F(ReaderPathTest, OneThatIsNotListedIsNotTrusted) {
  list_certificate(authority(1), true);
  EXPECT_FALSE(verdict().anchor);
  EXPECT_FALSE(verdict().lowest);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, OneWithoutTheFlagCompletesPathsOnly) {
  list_certificate(sub, false);
  EXPECT_FALSE(verdict().anchor);
  EXPECT_FALSE(verdict().trusted());
  list_certificate(root, true);
  EXPECT_EQ(verdict().anchor, 1u);
  EXPECT_TRUE(verdict().trusted());
}

TEST_F(ReaderPathTest, AnAnchorBelowOneWithoutTheFlagIsStillAnAnchor) {
  list_certificate(root, false);
  list_certificate(sub, true);
  EXPECT_EQ(verdict().anchor, 1u);
  EXPECT_TRUE(verdict().trusted());
}

TEST_F(ReaderPathTest, OnlyTheLowestListedAuthorityConstrains) {
  list_certificate(root, true, 3);  // not understood
  list_certificate(sub, false, 1);  // satisfied
  EXPECT_EQ(verdict().lowest, 1u);
  EXPECT_EQ(verdict().constraints, ConstraintVerdict::satisfied);
  EXPECT_TRUE(verdict().trusted());
  EXPECT_FALSE(judge_reader_path(verified(), path).trusted());  // nothing is understood
}

TEST_F(ReaderPathTest, TheLowestIsNotExcusedByAHigherOne) {
  list_certificate(root, true, 1);
  list_certificate(sub, false, 2);
  EXPECT_EQ(verdict().constraints, ConstraintVerdict::not_satisfied);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, ConstraintsOfTheRootHoldWhereNothingLowerIsListed) {
  list_certificate(root, true, 2);
  EXPECT_EQ(verdict().lowest, 0u);
  EXPECT_EQ(verdict().constraints, ConstraintVerdict::not_satisfied);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, AnotherCertificateForTheSameKeyDoesNotEscape) {
  list_certificate(root, true);
  list_certificate(sub, false, 2);
  path[1] = issue_sub(77, utc("2029-01-01T00:00:00Z"));
  ASSERT_NE(path[1], sub);
  EXPECT_EQ(verdict().lowest, 1u);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, TheListedCertificateItselfComesBeforeItsTwin) {
  const crypto::Certificate twin = issue_sub(77, utc("2029-01-01T00:00:00Z"));
  list_certificate(root, true);
  list_certificate(twin, false, 2);
  list_certificate(sub, false, 1);
  EXPECT_EQ(verdict().lowest, 2u);
  EXPECT_TRUE(verdict().trusted());
  path[1] = twin;
  EXPECT_EQ(verdict().lowest, 1u);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, AReaderMayBeListedItself) {
  list_certificate(root, true);
  list_certificate(reader, false, 2);
  EXPECT_EQ(verdict().lowest, 1u);
  EXPECT_FALSE(verdict().trusted());
}

TEST_F(ReaderPathTest, AnEmptyPathIsNotTrusted) {
  list_certificate(root, true);
  EXPECT_FALSE(judge_reader_path(verified(), {}).trusted());
}

}  // namespace
}  // namespace mdoc::trust
