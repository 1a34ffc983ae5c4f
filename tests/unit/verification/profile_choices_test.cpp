// What a profile chooses of what the standard leaves open, and documents that were made or proven otherwise.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "unit/verification/bench.hpp"

namespace mdoc::verification {
namespace {

using profile::DocTypeProfile;
using profile::Requirement;
using testing::Members;

/// A licence, judged by a profile that a test changes.
class ProfileChoices : public ::testing::Test {
 protected:
  ProfileChoices() { bench.level = Level::interop; }

  void spoil_status() {
    bench.sample.on_mso = [](Members& mso) {
      mso["status"] =
          Members{
              {"status_list",
               Members{{"idx", testing::cbor_uint(7)}, {"uri", testing::cbor_text("https://example.com/1")}}.encode()}}
              .encode();
    };
  }
  /// @return what stands against the profile; empty: it passes
  std::vector<std::string> against() {
    bench.profiles = std::span(&known, 1);
    const Report report = bench.verify().report;
    const Finding& finding = find(report, CheckId::document_profile);
    if (finding.outcome == Outcome::pass) return {};
    EXPECT_EQ(finding.outcome, bench.level == Level::strict ? Outcome::fail : Outcome::warn);
    EXPECT_EQ(finding.reason, Reason::deviation);
    EXPECT_EQ(report.valid, bench.level != Level::strict) << text_of(report);
    return std::get<std::vector<std::string>>(finding.found);
  }

  Bench bench;
  DocTypeProfile known = *profile::find_doc_type(profile::doc_types(), bench.sample.doc_type);
};
using Texts = std::vector<std::string>;

TEST_F(ProfileChoices, DeviceAuthenticationIsOneThatTheProfileAllows) {
  for (const bool mac : {false, true}) {
    bench.sample.mac = mac;
    known.algorithms.device_mac = known.algorithms.device_signature = true;
    EXPECT_EQ(against(), Texts{});
    known.algorithms.device_mac = mac;
    known.algorithms.device_signature = !mac;
    EXPECT_EQ(against(), Texts{});
    known.algorithms.device_mac = !mac;
    known.algorithms.device_signature = mac;
    EXPECT_EQ(against(), Texts{mac ? "deviceMac" : "deviceSignature"});
  }
}

TEST_F(ProfileChoices, DeviceSignedElementsMayBeForbidden) {
  known.mdoc_authentication.device_signed = false;
  EXPECT_EQ(against(), Texts{});
  bench.sample.key_authorizations =
      Members{{"nameSpaces", testing::cbor_array({testing::cbor_text("com.example")})}}.encode();
  bench.sample.device_name_spaces["com.example"] = Members{{"a", testing::cbor_uint(1)}}.encode();
  EXPECT_EQ(against(), (Texts{"device-signed elements", "mso.device-signed-authorised"}));
  known.mdoc_authentication.device_signed = true;
  EXPECT_EQ(against(), Texts{});
}

TEST_F(ProfileChoices, AnElementMayBeLeftToTheIssuer) {
  constexpr const char* space = "com.example";
  const std::array elements{
      profile::ElementProfile{.identifier = "member", .rule = {.form = profile::ValueForm::uint}},
      profile::ElementProfile{.identifier = "mood", .rule = {.form = profile::ValueForm::uint}, .device_signed = true}};
  std::vector<profile::NameSpaceProfile> spaces(known.name_spaces.begin(), known.name_spaces.end());
  spaces.push_back({.name_space = space, .elements = elements, .required = false});
  known.name_spaces = spaces;
  bench.sample.key_authorizations = Members{{"nameSpaces", testing::cbor_array({testing::cbor_text(space)})}}.encode();
  bench.sample.device_name_spaces[space] = Members{{"mood", testing::cbor_uint(1)}}.encode();
  EXPECT_EQ(against(), Texts{});
  bench.sample.device_name_spaces[space] = Members{
      {"mood", testing::cbor_uint(1)},
      {"member", testing::cbor_uint(2)},
      {"more", testing::cbor_uint(3)}}.encode();
  EXPECT_EQ(against(), Texts{"device-signed com.example/member"});
  bench.level = Level::strict;
  EXPECT_EQ(against(), Texts{"device-signed com.example/member"});
}

TEST_F(ProfileChoices, StatusMayBeMandatoryOrForbidden) {
  known.mso.status = Requirement::forbidden;
  EXPECT_EQ(against(), Texts{});
  known.mso.status = Requirement::mandatory;
  EXPECT_EQ(against(), Texts{"mso.status-missing"});
  spoil_status();
  EXPECT_EQ(against(), Texts{});
  known.mso.status = Requirement::forbidden;
  EXPECT_EQ(against(), Texts{"mso.status-forbidden"});
  known.mso.status = Requirement::optional;
  EXPECT_EQ(against(), Texts{});
}

TEST_F(ProfileChoices, AlgorithmsAndDatesOfTheMso) {
  static constexpr std::array<std::string_view, 1> curves{"P-521"}, digests{"SHA-512"};
  known.algorithms.device_curves = curves;
  known.algorithms.signer_curves = curves;
  known.algorithms.digests = digests;
  known.mso.max_validity_days = 60;
  EXPECT_EQ(against(), (Texts{"mso.other-digest-algorithm: SHA-256", "mso.other-device-curve: P-256",
                              "mso.other-signer-curve: P-256", "mso.valid-too-long: 61 days"}));
}

TEST_F(ProfileChoices, AStrictReaderRefusesWhatStandsAgainstThem) {
  bench.level = Level::strict;
  known.algorithms.device_signature = false;
  known.mso.status = Requirement::mandatory;
  EXPECT_EQ(against(), (Texts{"deviceSignature", "mso.status-missing"}));
}

TEST_F(ProfileChoices, OfAnUnknownDocTypeNothingIsKnown) {
  bench.profiles = {};
  const Report report = bench.verify().report;
  EXPECT_EQ(find(report, CheckId::document_profile).reason, Reason::unknown_doc_type);
}

TEST_F(ProfileChoices, OfTheIssuersPartAloneTheDeviceIsNotJudged) {
  bench.issuer_only = true;
  known.algorithms.device_signature = false;
  EXPECT_EQ(against(), Texts{});
  known.mso.status = Requirement::mandatory;
  EXPECT_EQ(against(), Texts{"mso.status-missing"});
}

}  // namespace
}  // namespace mdoc::verification
