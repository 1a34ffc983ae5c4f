// Whole presentations under ProtocolConstants that are not those of ISO/IEC 18013-5.
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "mdoc/engagement/qr_code.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using verification::CheckId;
using verification::Outcome;

/// A profile of TS 23220-4 that names everything differently.
ProtocolConstants invented() {
  return {
      .id = "invented",
      .engagement_version = "3.0",
      .engagement_version_extended = "3.1",
      .device_engagement_scheme = "iddoc:",
      .reader_engagement_scheme = "iddoc://",
      .ndef_device_engagement_type = "example.org:device",
      .ndef_device_engagement_id = "dev",
      .ndef_reader_engagement_type = "example.org:reader",
      .ndef_reader_engagement_id = "rdr",
      .ndef_nfc_carrier_type = "example.org:nfc",
      .sk_reader_info = "ReaderKey",
      .sk_device_info = "DeviceKey",
      .e_mac_key_info = "MacKey",
      .ble_ident_info = "Ident",
      .nan_service_info = "Service",
      .nan_passphrase_info = "Passphrase",
      .reader_iv_identifier = {9, 9, 9, 9, 0, 0, 0, 2},
      .mdoc_iv_identifier = {9, 9, 9, 9, 0, 0, 0, 3},
      .device_authentication_context = "DocAuthentication",
      .reader_authentication_context = "AskerAuthentication",
      .reader_authentication_all_context = "AskerAuthenticationAll",
      .http_path = "/iddoc",
      .http_content_type = "application/iddoc",
      .obsolete_engagement_scheme = "id://",
      .rest_api_scheme = "coaps://",
      .ndef_nfc_carrier_id = "n",
      .ndef_ble_carrier_type = "application/ble",
      .ndef_ble_carrier_id = "b",
      .ndef_wifi_aware_carrier_type = "application/wifi",
      .ndef_wifi_aware_carrier_id = "w",
      .tnep_handover_service = "urn:example:handover",
      .ble_psm_service_uuid = 0x1234,
      .openid4vp_handover = "VPHandover",
      .openid4vp_dc_api_handover = "VPDCAPIHandover",
      .openid4vci_iae_handover = "VCIHandover",
      .dc_api_handover = "api",
      .ble_mdoc_state = "00000021-1234-4abc-8def-0123456789ab",
      .ble_mdoc_client2server = "00000022-1234-4abc-8def-0123456789ab",
      .ble_mdoc_server2client = "00000023-1234-4abc-8def-0123456789ab",
      .ble_mdoc_l2cap = "00000024-1234-4abc-8def-0123456789ab",
      .ble_reader_state = "00000025-1234-4abc-8def-0123456789ab",
      .ble_reader_client2server = "00000026-1234-4abc-8def-0123456789ab",
      .ble_reader_server2client = "00000027-1234-4abc-8def-0123456789ab",
      .ble_reader_ident = "00000028-1234-4abc-8def-0123456789ab",
      .ble_reader_l2cap = "00000029-1234-4abc-8def-0123456789ab",
  };
}

/// Every text of a set. That all members are here, the compiler checks: a new one does not fit the binding.
std::vector<std::string_view> texts(const ProtocolConstants& constants) {
  const auto& [id, v10, v11, device, reader, de_type, de_id, re_type, re_id, nfc_type, sk_reader, sk_device, e_mac,
               ident, service, passphrase, reader_iv, mdoc_iv, device_auth, reader_auth, reader_auth_all, path,
               content_type, obsolete, rest, nfc_id, ble_type, ble_id, wifi_type, wifi_id, tnep, psm, vp, vp_dc, vci,
               dc, m_state, m_c2s, m_s2c, m_l2cap, r_state, r_c2s, r_s2c, r_ident, r_l2cap] = constants;
  return {id,
          v10,
          v11,
          device,
          reader,
          de_type,
          de_id,
          re_type,
          re_id,
          nfc_type,
          sk_reader,
          sk_device,
          e_mac,
          ident,
          service,
          passphrase,
          device_auth,
          reader_auth,
          reader_auth_all,
          path,
          content_type,
          obsolete,
          rest,
          nfc_id,
          ble_type,
          ble_id,
          wifi_type,
          wifi_id,
          tnep,
          vp,
          vp_dc,
          vci,
          dc,
          m_state,
          m_c2s,
          m_s2c,
          m_l2cap,
          r_state,
          r_c2s,
          r_s2c,
          r_ident,
          r_l2cap};
}

TEST(Constants, InventedSetSharesNothingWithTheStandard) {
  const auto standard = texts(iso18013_5());
  const std::set<std::string_view> known(standard.begin(), standard.end());
  for (const std::string_view text : texts(invented())) {
    EXPECT_FALSE(text.empty());
    EXPECT_FALSE(known.contains(text)) << text;
  }
  EXPECT_NE(invented().reader_iv_identifier, iso18013_5().reader_iv_identifier);
  EXPECT_NE(invented().mdoc_iv_identifier, iso18013_5().mdoc_iv_identifier);
  EXPECT_NE(invented().ble_psm_service_uuid, iso18013_5().ble_psm_service_uuid);
}

void ask(Meeting& meeting) {
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
}

TEST(Constants, PresentationRunsWithAnInventedSet) {
  const ProtocolConstants other = invented();
  for (const auto method : {presentation::DeviceAuthMethod::mac, presentation::DeviceAuthMethod::signature}) {
    Meeting meeting({.device_auth = method, .constants = other}, {.constants = other});
    EXPECT_TRUE(meeting.holder.qr_code().starts_with("iddoc:"));
    ask(meeting);
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
    EXPECT_EQ(meeting.responses[0].outcome.documents.size(), 1u);
    meeting.reader.finish(meeting.now());
    meeting.settle();
    ASSERT_TRUE(meeting.holder_closed && meeting.reader_closed);
    EXPECT_FALSE(meeting.holder_closed->reason || meeting.reader_closed->reason);
  }
}

TEST(Constants, ReaderWithTheOtherSetRefusesTheEngagementByName) {
  const ProtocolConstants other = invented();
  const auto scan = [](std::string_view text, const ProtocolConstants& constants) {
    testing::CountingRng rng(1);
    return Reader::from_qr_code(text, std::make_shared<const trust::TrustStore>(), rng, {}, {.constants = constants})
        .error()
        .code;
  };
  const Meeting standard, strange({.constants = other}, {.constants = other});
  EXPECT_EQ(scan(standard.holder.qr_code(), other), Errc::bad_uri);
  EXPECT_EQ(scan(strange.holder.qr_code(), iso18013_5()), Errc::bad_uri);
  // Under the right scheme, the version is the next to differ.
  EXPECT_EQ(scan("iddoc:" + standard.holder.qr_code().substr(5), other), Errc::unsupported_version);
  EXPECT_EQ(scan("mdoc:" + strange.holder.qr_code().substr(6), iso18013_5()), Errc::unsupported_version);
}

TEST(Constants, OneOtherConstantOfTheSessionEndsItByName) {
  struct Case {
    const char* what;
    std::function<void(ProtocolConstants&)> change;
    bool found_by_holder;  // else by the reader, once it has its answer
  };
  const Case cases[] = {
      {"SKReader", [](auto& c) { c.sk_reader_info = "ReaderKey"; }, true},
      {"reader IV", [](auto& c) { c.reader_iv_identifier[0] = 1; }, true},
      {"SKDevice", [](auto& c) { c.sk_device_info = "DeviceKey"; }, false},
      {"mdoc IV", [](auto& c) { c.mdoc_iv_identifier[7] = 0; }, false},
  };
  for (const auto& [what, change, found_by_holder] : cases) {
    SCOPED_TRACE(what);
    ProtocolConstants other = iso18013_5();
    change(other);
    Meeting meeting({}, {.constants = other});
    ask(meeting);
    EXPECT_TRUE(meeting.responses.empty());
    const auto& found = found_by_holder ? meeting.holder_closed : meeting.reader_closed;
    const auto& told = found_by_holder ? meeting.reader_closed : meeting.holder_closed;
    ASSERT_TRUE(found && found->reason && told && told->reason);
    EXPECT_EQ(found->reason->code, Errc::decryption_failed);
    EXPECT_EQ(told->reason->code, Errc::peer_session_error);
    EXPECT_EQ(told->reason->native, 10);
  }
}

TEST(Constants, OneOtherConstantOfDeviceAuthenticationFailsItsCheck) {
  struct Case {
    std::function<void(ProtocolConstants&)> change;
    presentation::DeviceAuthMethod method;
    CheckId check;
  };
  const Case cases[] = {
      {[](auto& c) { c.device_authentication_context = "DocAuthentication"; }, presentation::DeviceAuthMethod::mac,
       CheckId::device_auth_mac},
      {[](auto& c) { c.device_authentication_context = "DocAuthentication"; },
       presentation::DeviceAuthMethod::signature, CheckId::device_auth_signature},
      {[](auto& c) { c.e_mac_key_info = "MacKey"; }, presentation::DeviceAuthMethod::mac, CheckId::device_auth_mac},
  };
  for (const auto& [change, method, check] : cases) {
    ProtocolConstants other = iso18013_5();
    change(other);
    Meeting meeting({.device_auth = method}, {.constants = other});
    ask(meeting);
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_FALSE(meeting.responses[0].outcome.report.valid);
    EXPECT_EQ(meeting.responses[0].outcome.report.documents.at(0).find(check).outcome, Outcome::fail);
    EXPECT_TRUE(meeting.responses[0].outcome.documents.empty());
  }
}

}  // namespace
}  // namespace mdoc
