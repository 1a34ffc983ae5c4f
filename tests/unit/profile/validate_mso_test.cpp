// MSOs against the choices of a profile: for each fault one that has it alone, and neighbours that do not.
#include <array>
#include <set>

#include <gtest/gtest.h>

#include "mdoc/crypto/curve.hpp"
#include "mdoc/profile/validate.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::profile {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr std::array<std::string_view, 2> digests{"SHA-256", "SHA-512"};
constexpr std::array<std::string_view, 2> curves{"P-256", "Ed25519"};
constexpr std::array<std::string_view, 1> mechanisms{"status-list"};

DocTypeProfile narrow_profile() {
  DocTypeProfile profile{.doc_type = "com.example.pass"};
  profile.algorithms.digests = digests;
  profile.algorithms.device_curves = curves;
  profile.algorithms.signer_curves = curves;
  profile.mso = {.max_validity_days = 90,
                 .status = Requirement::optional,
                 .mechanisms = mechanisms,
                 .whole_days = true,
                 .single_use = false};
  return profile;
}

model::MobileSecurityObject good_mso() {
  model::MobileSecurityObject mso;
  mso.doc_type = DocType("com.example.pass");
  mso.device_key_info.device_key.curve = crypto::Curve::p256;
  const UtcSeconds day = testing::utc("2026-04-01T00:00:00Z");
  mso.validity_info = {.signed_at = day, .valid_from = day, .valid_until = day + days{90}};
  return mso;
}

model::Status status_list() { return {.status_list = model::StatusListInfo{.idx = 7, .uri = "https://example.com"}}; }
model::Status identifier_list() {
  return {.identifier_list = model::IdentifierListInfo{.id = {}, .uri = "https://example.com"}};
}

std::vector<std::string> found(const DocTypeProfile& profile, const model::MobileSecurityObject& mso,
                               crypto::Curve signer = crypto::Curve::p256) {
  std::vector<std::string> texts;
  for (const MsoFinding& finding : validate_mso(profile, mso, crypto::info(signer).name)) {
    texts.push_back(std::string(info(finding.fault).id) + (finding.found.empty() ? "" : " " + finding.found));
  }
  return texts;
}
using Texts = std::vector<std::string>;

TEST(ValidateMso, FindsNothingInOneThatKeepsToItsProfile) {
  EXPECT_EQ(found(narrow_profile(), good_mso()), Texts{});
  model::MobileSecurityObject mso = good_mso();
  mso.status = status_list();
  mso.digest_algorithm = "SHA-512";
  mso.device_key_info.device_key.curve = crypto::Curve::ed25519;
  EXPECT_EQ(found(narrow_profile(), mso, crypto::Curve::ed25519), Texts{});
}

TEST(ValidateMso, FindsNothingWhereTheProfileBoundsNothing) {
  model::MobileSecurityObject mso = good_mso();
  mso.digest_algorithm = "SHA-384";
  mso.device_key_info.device_key.curve = crypto::Curve::p521;
  mso.validity_info.valid_until += days{10'000} + seconds{1};
  mso.status = identifier_list();
  EXPECT_EQ(found({.doc_type = "com.example.pass"}, mso, crypto::Curve::p384), Texts{});
}

TEST(ValidateMso, TheDocTypeIsLetterForLetter) {
  model::MobileSecurityObject mso = good_mso();
  mso.doc_type = DocType("com.example.Pass");
  EXPECT_EQ(found(narrow_profile(), mso), Texts{"mso.other-doc-type com.example.Pass"});
}

TEST(ValidateMso, AlgorithmsAreThoseOfTheProfile) {
  model::MobileSecurityObject mso = good_mso();
  mso.digest_algorithm = "SHA-384";
  EXPECT_EQ(found(narrow_profile(), mso), Texts{"mso.other-digest-algorithm SHA-384"});
  mso = good_mso();
  mso.device_key_info.device_key.curve = crypto::Curve::p384;
  EXPECT_EQ(found(narrow_profile(), mso), Texts{"mso.other-device-curve P-384"});
  EXPECT_EQ(found(narrow_profile(), good_mso(), crypto::Curve::p521), Texts{"mso.other-signer-curve P-521"});
  EXPECT_TRUE(validate_mso(narrow_profile(), good_mso(), std::nullopt).empty());
}

TEST(ValidateMso, ItIsValidNoLongerThanTheProfileAllows) {
  DocTypeProfile profile = narrow_profile();
  profile.mso.whole_days = false;
  model::MobileSecurityObject mso = good_mso();
  mso.validity_info.valid_until += seconds{1};
  EXPECT_EQ(found(profile, mso), Texts{"mso.valid-too-long 91 days"});
  mso.validity_info.valid_from += seconds{1};
  EXPECT_EQ(found(profile, mso), Texts{});
  mso.validity_info.valid_until = mso.validity_info.valid_from - days{1};
  EXPECT_EQ(found(profile, mso), Texts{}) << "that it ends before it begins, another check says";
}

TEST(ValidateMso, DatesOfWholeDaysTellNothingOfTheMoment) {
  const auto with = [](auto change) {
    model::MobileSecurityObject mso = good_mso();
    change(mso.validity_info);
    return found(narrow_profile(), mso);
  };
  EXPECT_EQ(with([](auto& dates) { dates.signed_at += seconds{1}; }), Texts{"mso.not-whole-days 2026-04-01T00:00:01Z"});
  EXPECT_EQ(with([](auto& dates) { dates.valid_from += seconds{1}; }),
            Texts{"mso.not-whole-days 2026-04-01T00:00:01Z"});
  EXPECT_EQ(with([](auto& dates) { dates.valid_until -= seconds{1}; }),
            Texts{"mso.not-whole-days 2026-06-29T23:59:59Z"});
  EXPECT_EQ(with([](auto& dates) { dates.expected_update = dates.valid_from + seconds{60}; }),
            Texts{"mso.not-whole-days 2026-04-01T00:01:00Z"});
  EXPECT_EQ(with([](auto& dates) { dates.expected_update = dates.valid_from + days{1}; }), Texts{});
}

TEST(ValidateMso, AStatusIsThereOrNotAsTheProfileSays) {
  DocTypeProfile profile = narrow_profile();
  model::MobileSecurityObject with = good_mso();
  with.status = status_list();
  profile.mso.status = Requirement::mandatory;
  EXPECT_EQ(found(profile, good_mso()), Texts{"mso.status-missing"});
  EXPECT_EQ(found(profile, with), Texts{});
  profile.mso.status = Requirement::forbidden;
  EXPECT_EQ(found(profile, good_mso()), Texts{});
  EXPECT_EQ(found(profile, with), Texts{"mso.status-forbidden"});
}

TEST(ValidateMso, AStatusUsesAMechanismOfTheProfile) {
  model::MobileSecurityObject mso = good_mso();
  mso.status = identifier_list();
  EXPECT_EQ(found(narrow_profile(), mso), Texts{"mso.other-status-mechanism"});
  mso.status->status_list = status_list().status_list;
  EXPECT_EQ(found(narrow_profile(), mso), Texts{}) << "one of them is enough";
  mso.status = model::Status{};
  EXPECT_EQ(found(narrow_profile(), mso), Texts{"mso.other-status-mechanism"});
}

TEST(MsoFaults, HaveStableIdsAndADuty) {
  std::set<std::string_view> ids;
  for (const MsoFaultInfo& fault : mso_faults()) {
    EXPECT_TRUE(ids.insert(fault.id).second) << fault.id;
    EXPECT_TRUE(fault.id.starts_with("mso."));
    EXPECT_TRUE(fault.duty.ends_with('.'));
    EXPECT_EQ(info(fault.fault).id, fault.id);
  }
  EXPECT_EQ(mso_faults().size(), mso_fault_count);
}

}  // namespace
}  // namespace mdoc::profile
