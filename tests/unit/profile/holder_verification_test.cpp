#include "mdoc/profile/holder_verification.hpp"

#include <gtest/gtest.h>

namespace mdoc::profile {
namespace {

TEST(HolderVerification, TheMethodsOfEachNameSpaceAreKnown) {
  EXPECT_EQ(holder_method("org.iso.18013.5.1", "portrait"), HolderMethod::portrait);
  EXPECT_EQ(holder_method("org.iso.18013.5.1", "biometric_template_face"), HolderMethod::biometric_template);
  EXPECT_EQ(holder_method("org.iso.18013.5.1", "signature_usual_mark"), HolderMethod::signature_usual_mark);
  EXPECT_EQ(holder_method("org.iso.23220.1", "enrolment_portrait_image"), HolderMethod::portrait);
  EXPECT_EQ(holder_method("org.iso.23220.datagroups.1", "dg2"), HolderMethod::portrait);
  EXPECT_EQ(holder_method("org.iso.23220.5.1", "CHV_1"), HolderMethod::device);
}

TEST(HolderVerification, MethodsHaveStableNames) {
  EXPECT_EQ(name(HolderMethod::portrait), "portrait");
  EXPECT_EQ(name(HolderMethod::biometric_template), "biometric-template");
  EXPECT_EQ(name(HolderMethod::signature_usual_mark), "signature-usual-mark");
  EXPECT_EQ(name(HolderMethod::device), "device");
}

TEST(HolderVerification, NothingElseIsOne) {
  for (const auto& [name_space, identifier] :
       {std::pair("org.iso.18013.5.1", "family_name"), std::pair("org.iso.18013.5.1", "Portrait"),
        std::pair("org.iso.18013.5.1", "portrait_capture_date"), std::pair("org.iso.18013.5.1", "biometric_template"),
        std::pair("org.iso.18013.5.1", "CHV_1"), std::pair("org.iso.23220.5.1", "CHV_2"),
        std::pair("org.iso.23220.5.1", "chv_1"), std::pair("com.example", "portrait"), std::pair("", "")}) {
    EXPECT_FALSE(holder_method(name_space, identifier)) << name_space << ' ' << identifier;
  }
}

}  // namespace
}  // namespace mdoc::profile
