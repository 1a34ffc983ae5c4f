// The built-in profiles as they are delivered: nothing left open, nothing contradictory.
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/json/profile.hpp"
#include "mdoc/profile/consistency.hpp"
#include "support/profile_difference.hpp"
#include "unit/json/sample_profile.hpp"

namespace mdoc::json {
namespace {

/// Beside the others.
std::vector<profile::ProfileFinding> judged(const profile::DocTypeProfile& profile) {
  std::vector<profile::DocTypeProfile> others;
  for (const auto& each : profile::doc_types()) {
    if (each.doc_type != profile.doc_type) others.push_back(each);
  }
  return profile::check_consistency(profile, others);
}

std::vector<std::string> found(const profile::DocTypeProfile& profile) {
  std::vector<std::string> texts;
  for (const auto& one : judged(profile)) {
    std::string text(info(one.kind).id);
    text.append(" ").append(profile::rows()[static_cast<std::size_t>(one.row)].label);
    if (!one.element.empty()) text.append(" ").append(one.element);
    if (!one.detail.empty()) text.append(" ").append(one.detail);
    texts.push_back(std::move(text));
  }
  return texts;
}

TEST(BuiltInProfiles, AreCompleteWithTheseRemarks) {
  struct Remarks {
    const char* id;
    std::vector<std::string> found;
  };
  const std::array all{
      Remarks{"mdl", {}},
      // Which of the ways online a wallet and a reader have is for each of them to choose.
      Remarks{
          "photo-id",
          {"way.unmet P7 website", "way.unmet P7 openid4vp", "way.unmet P7 dc-api", "way.unmet P7 dc-api-openid4vp"}},
      Remarks{"pid", {}},
      Remarks{"age-verification", {"way.unmet P7 openid4vp", "way.unmet P7 dc-api"}},
      Remarks{"vehicle-registration", {}},
  };
  ASSERT_EQ(all.size(), built_in_profile_ids().size());
  for (const Remarks& one : all) {
    const auto loaded = load_profile(built_in_profile_json(one.id));
    ASSERT_TRUE(loaded) << one.id;
    EXPECT_EQ(found(loaded->profile()), one.found) << one.id;
    EXPECT_TRUE(is_complete(judged(loaded->profile()))) << one.id;
  }
}

TEST(BuiltInProfiles, AreTheSameLoadedAndCompiledIn) {
  ASSERT_EQ(built_in_profile_ids().size(), profile::doc_types().size());
  for (std::size_t i = 0; i < profile::doc_types().size(); ++i) {
    const auto loaded = load_profile(built_in_profile_json(built_in_profile_ids()[i]));
    ASSERT_TRUE(loaded);
    EXPECT_EQ(testing::difference(profile::doc_types()[i], loaded->profile()), "") << built_in_profile_ids()[i];
  }
}

TEST(BuiltInProfiles, AreNotTheOnlyOnesWithoutRemarks) {
  EXPECT_EQ(found(load_profile(testing::sample_profile()).value().profile()), std::vector<std::string>{});
}

}  // namespace
}  // namespace mdoc::json
