#include "mdoc/crypto/curve.hpp"

#include <gtest/gtest.h>

namespace mdoc::crypto {
namespace {

TEST(Curve, EveryRowIsFoundByItsNumberNameAndIdentifier) {
  EXPECT_EQ(curves().size(), 11u);
  for (const CurveInfo& row : curves()) {
    EXPECT_EQ(find_curve(static_cast<std::int64_t>(row.curve)), &row);
    EXPECT_EQ(find_curve(row.name), &row);
    EXPECT_EQ(find_curve_by_oid(row.oid), &row);
    EXPECT_EQ(&info(row.curve), &row);
    EXPECT_TRUE(row.can_agree || row.can_sign());
    if (row.key_type == KeyType::ec2) {
      EXPECT_EQ(row.signature_size, 2 * row.coordinate_size);
    } else {
      EXPECT_NE(row.can_agree, row.can_sign());
    }
  }
}

TEST(Curve, OthersAreNotFound) {
  for (const std::int64_t id : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{8}, std::int64_t{255},
                                std::int64_t{260}, std::int64_t{1} << 32 | 1}) {
    EXPECT_EQ(find_curve(id), nullptr);
  }
  for (const std::string_view name : {"", "p-256", "secp256r1", "secp256k1", "P-256 ", "brainpoolP256R1"}) {
    EXPECT_EQ(find_curve(name), nullptr);
  }
  for (const std::string_view oid : {"", "1.3.132.0.10", "1.2.840.10045.3.1", "1.2.840.10045.3.1.7.1", "P-256"}) {
    EXPECT_EQ(find_curve_by_oid(oid), nullptr);
  }
  const CurveInfo& none = info(static_cast<Curve>(8));
  EXPECT_EQ(none.coordinate_size, 0u);
  EXPECT_FALSE(none.can_sign());
  EXPECT_FALSE(none.can_agree);
}

}  // namespace
}  // namespace mdoc::crypto
