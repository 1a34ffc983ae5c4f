#include "mdoc/core/protocol_constants.hpp"

namespace mdoc {

const ProtocolConstants& iso18013_5() noexcept {
  static constexpr ProtocolConstants constants{
      .id = "iso18013-5",
      .engagement_version = "1.0",
      .engagement_version_extended = "1.1",
      .device_engagement_scheme = "mdoc:",
      .reader_engagement_scheme = "mdoc://",
      .ndef_device_engagement_type = "iso.org:18013:deviceengagement",
      .ndef_device_engagement_id = "mdoc",
      .ndef_reader_engagement_type = "iso.org:18013:readerengagement",
      .ndef_reader_engagement_id = "mdocreader",
      .ndef_nfc_carrier_type = "iso.org:18013:nfc",
      .sk_reader_info = "SKReader",
      .sk_device_info = "SKDevice",
      .e_mac_key_info = "EMacKey",
      .ble_ident_info = "BLEIdent",
      .nan_service_info = "NANService",
      .nan_passphrase_info = "NANPassphrase",
      .reader_iv_identifier = {0, 0, 0, 0, 0, 0, 0, 0},
      .mdoc_iv_identifier = {0, 0, 0, 0, 0, 0, 0, 1},
      .device_authentication_context = "DeviceAuthentication",
      .reader_authentication_context = "ReaderAuthentication",
      .reader_authentication_all_context = "ReaderAuthenticationAll",
      .http_path = "/mdoc",
      .http_content_type = "application/cbor",
      .obsolete_engagement_scheme = "mDL://",
      .rest_api_scheme = "https://",
      .ndef_nfc_carrier_id = "nfc",
      .ndef_ble_carrier_type = "application/vnd.bluetooth.le.oob",
      .ndef_ble_carrier_id = "0",
      .ndef_wifi_aware_carrier_type = "application/vnd.wfa.nan",
      .ndef_wifi_aware_carrier_id = "W",
      .tnep_handover_service = "urn:nfc:sn:handover",
      .ble_psm_service_uuid = 0xff01,
      .openid4vp_handover = "OpenID4VPHandover",
      .openid4vp_dc_api_handover = "OpenID4VPDCAPIHandover",
      .openid4vci_iae_handover = "OpenID4VCIIAEHandover",
      .dc_api_handover = "dcapi",
      .ble_mdoc_state = "00000001-A123-48CE-896B-4C76973373E6",
      .ble_mdoc_client2server = "00000002-A123-48CE-896B-4C76973373E6",
      .ble_mdoc_server2client = "00000003-A123-48CE-896B-4C76973373E6",
      .ble_mdoc_l2cap = "0000000A-A123-48CE-896B-4C76973373E6",
      .ble_reader_state = "00000005-A123-48CE-896B-4C76973373E6",
      .ble_reader_client2server = "00000006-A123-48CE-896B-4C76973373E6",
      .ble_reader_server2client = "00000007-A123-48CE-896B-4C76973373E6",
      .ble_reader_ident = "00000008-A123-48CE-896B-4C76973373E6",
      .ble_reader_l2cap = "0000000B-A123-48CE-896B-4C76973373E6",
  };
  return constants;
}

}  // namespace mdoc
