#include "mdoc/profile/holder_verification.hpp"

#include <gtest/gtest.h>

namespace mdoc::profile {
namespace {

TEST(HolderVerification, TheMeansOfEachNameSpaceAreKnown) {
  EXPECT_EQ(holder_verification("org.iso.18013.5.1", "portrait")->method, "portrait");
  EXPECT_EQ(holder_verification("org.iso.18013.5.1", "biometric_template_face")->method, "biometric-template");
  EXPECT_EQ(holder_verification("org.iso.18013.5.1", "signature_usual_mark")->method, "signature-usual-mark");
  EXPECT_EQ(holder_verification("org.iso.23220.1", "enrolment_portrait_image")->method, "portrait");
  EXPECT_FALSE(holder_verification("org.iso.23220.1", "portrait")->reported_by_device);
}

TEST(HolderVerification, WhatTheDeviceReportsItselfIsToldApart) {
  const auto reported = holder_verification("org.iso.23220.5.1", "CHV_1");
  ASSERT_TRUE(reported);
  EXPECT_EQ(reported->method, "device");
  EXPECT_TRUE(reported->reported_by_device);
}

TEST(HolderVerification, NothingElseIsAMeans) {
  for (const auto& [name_space, identifier] :
       {std::pair("org.iso.18013.5.1", "family_name"), std::pair("org.iso.18013.5.1", "Portrait"),
        std::pair("org.iso.18013.5.1", "portrait_capture_date"), std::pair("org.iso.18013.5.1", "biometric_template"),
        std::pair("org.iso.18013.5.1", "CHV_1"), std::pair("org.iso.23220.5.1", "CHV_2"),
        std::pair("org.iso.23220.5.1", "chv_1"), std::pair("com.example", "portrait"), std::pair("", "")}) {
    EXPECT_FALSE(holder_verification(name_space, identifier)) << name_space << ' ' << identifier;
  }
}

}  // namespace
}  // namespace mdoc::profile
