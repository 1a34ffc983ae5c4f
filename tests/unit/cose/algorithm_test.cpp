#include "mdoc/cose/algorithm.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mdoc::cose {
namespace {

using crypto::Curve;

TEST(Cbr14, NumbersOfTheStandardFitTheCurvesOfTheirTable) {
  const struct {
    std::int64_t id;
    std::vector<Curve> curves;
  } rows[] = {
      {-7, {Curve::p256, Curve::brainpool_p256r1}},
      {-35, {Curve::p384, Curve::brainpool_p320r1, Curve::brainpool_p384r1}},
      {-36, {Curve::p521, Curve::brainpool_p512r1}},
      {-8, {Curve::ed25519, Curve::ed448}},
      {-9, {Curve::p256}},
      {-51, {Curve::p384}},
      {-52, {Curve::p521}},
      {-265, {Curve::brainpool_p256r1}},
      {-266, {Curve::brainpool_p320r1}},
      {-267, {Curve::brainpool_p384r1}},
      {-268, {Curve::brainpool_p512r1}},
      {-19, {Curve::ed25519}},
      {-53, {Curve::ed448}},
  };
  EXPECT_EQ(algorithms().size(), std::size(rows));
  for (const auto& row : rows) {
    for (const crypto::CurveInfo& curve : crypto::curves()) {
      SCOPED_TRACE(std::to_string(row.id) + " with " + std::string(curve.name));
      const auto algorithm = signature_algorithm(row.id, curve.curve);
      if (std::ranges::find(row.curves, curve.curve) == row.curves.end()) {
        ASSERT_FALSE(algorithm);
        EXPECT_EQ(algorithm.error().code, Errc::algorithm_mismatch);
      } else {
        ASSERT_TRUE(algorithm);
        EXPECT_EQ(*algorithm, crypto::signature_algorithm(curve.curve));
      }
    }
  }
}

TEST(Cbr14, WithdrawnDraftNumbersAreNotTakenForEcdsa) {
  // ML-DSA-44, -65 and -87 today; ESP384, ESP512 and Ed25519 in a draft. ESB256 to ESB512 likewise.
  for (const std::int64_t id : {-48, -49, -50, -261, -262, -263, -264}) {
    EXPECT_EQ(find_algorithm(id), nullptr) << id;
    EXPECT_EQ(signature_algorithm(id, Curve::p384).error().code, Errc::unsupported_algorithm) << id;
  }
}

TEST(Cbr14, MacsAndUnknownNumbersAreNoSignatureAlgorithms) {
  for (const std::int64_t id : {hmac_256_256, std::int64_t{0}, std::int64_t{-257}, INT64_MIN, INT64_MAX}) {
    EXPECT_EQ(signature_algorithm(id, Curve::p256).error().code, Errc::unsupported_algorithm) << id;
  }
}

TEST(Cbr14, WhatIsSentNeverNamesTheCurve) {
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_sign()) continue;
    const AlgorithmInfo* row = find_algorithm(algorithm_id(*crypto::signature_algorithm(curve.curve)));
    ASSERT_NE(row, nullptr) << curve.name;
    EXPECT_FALSE(row->fully_specified) << curve.name;
    EXPECT_NE(std::ranges::find(row->curves, curve.curve), row->curves.end()) << curve.name;
  }
}

}  // namespace
}  // namespace mdoc::cose
