#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "mdoc/core/export.hpp"

namespace mdoc {

/// Everything that a profile of TS 23220-4 may name differently: infos of key derivation, URI
/// schemes, context strings, radio and card identifiers, HTTP path. Engagement, session and
/// transport take one at construction and hold no literal of their own, so a profile is data.
///
/// Text is borrowed: it must have static storage or outlive every object made with the value.
struct ProtocolConstants {
  std::string_view id;  ///< name for reports: "iso18013-5"

  // Engagement (ISO/IEC 18013-5, 8.2.1 and 8.2.2; TS 18013-7, A.4)
  std::string_view engagement_version;           ///< DeviceEngagement without keys 5 and 6: "1.0"
  std::string_view engagement_version_extended;  ///< with key 5 or 6: "1.1"
  std::string_view device_engagement_scheme;     ///< QR text: "mdoc:"
  std::string_view reader_engagement_scheme;     ///< website retrieval: "mdoc://"
  std::string_view ndef_device_engagement_type;  ///< "iso.org:18013:deviceengagement"
  std::string_view ndef_device_engagement_id;    ///< "mdoc"
  std::string_view ndef_reader_engagement_type;  ///< "iso.org:18013:readerengagement"
  std::string_view ndef_reader_engagement_id;    ///< "mdocreader"
  std::string_view ndef_nfc_carrier_type;        ///< "iso.org:18013:nfc"

  // Key derivation (9.1.1.4, 9.1.3.5; 8.3.3.1.1.3 and 8.3.3.3.2 for the names)
  std::string_view sk_reader_info;       ///< "SKReader"
  std::string_view sk_device_info;       ///< "SKDevice"
  std::string_view e_mac_key_info;       ///< "EMacKey"
  std::string_view ble_ident_info;       ///< "BLEIdent"
  std::string_view nan_service_info;     ///< "NANService"
  std::string_view nan_passphrase_info;  ///< "NANPassphrase"

  // Session encryption (9.1.1.5): the first eight bytes of the initialisation vector
  std::array<std::uint8_t, 8> reader_iv_identifier;
  std::array<std::uint8_t, 8> mdoc_iv_identifier;

  // Signed and authenticated structures (9.1.3.4, 9.1.4.5; second edition 12.5)
  std::string_view device_authentication_context;      ///< "DeviceAuthentication"
  std::string_view reader_authentication_context;      ///< "ReaderAuthentication"
  std::string_view reader_authentication_all_context;  ///< "ReaderAuthenticationAll"

  // HTTP on the Wi-Fi Aware data path (8.3.3.3)
  std::string_view http_path;          ///< "/mdoc"
  std::string_view http_content_type;  ///< "application/cbor"

  // Engagement, continued: links, carriers of NFC handover (second edition, 9.2 and 11)
  std::string_view obsolete_engagement_scheme;    ///< of drafts before 2020, refused: "mDL://"
  std::string_view rest_api_scheme;               ///< of RestApiOptions: "https://"
  std::string_view ndef_nfc_carrier_id;           ///< "nfc"
  std::string_view ndef_ble_carrier_type;         ///< "application/vnd.bluetooth.le.oob"
  std::string_view ndef_ble_carrier_id;           ///< "0"
  std::string_view ndef_wifi_aware_carrier_type;  ///< "application/vnd.wfa.nan"
  std::string_view ndef_wifi_aware_carrier_id;    ///< "W"
  std::string_view tnep_handover_service;         ///< "urn:nfc:sn:handover"
  std::uint16_t ble_psm_service_uuid;             ///< of the PSM in a BLE carrier; provisional: 0xff01

  // Identifiers of named handovers (OpenID4VP 1.0, B.2.6; TS 18013-7, C.5)
  std::string_view openid4vp_handover;         ///< "OpenID4VPHandover"
  std::string_view openid4vp_dc_api_handover;  ///< "OpenID4VPDCAPIHandover"
  std::string_view openid4vci_iae_handover;    ///< "OpenID4VCIIAEHandover"
  std::string_view dc_api_handover;            ///< "dcapi"

  // Bluetooth Low Energy: UUIDs of the characteristics (8.3.3.1.1.4; second edition, 11.1.3.2) as text, those of the
  // service of the mdoc, then of that of the mdoc reader. The services themselves have one of each transaction.
  std::string_view ble_mdoc_state;            ///< "00000001-A123-48CE-896B-4C76973373E6"
  std::string_view ble_mdoc_client2server;    ///< "00000002-A123-48CE-896B-4C76973373E6"
  std::string_view ble_mdoc_server2client;    ///< "00000003-A123-48CE-896B-4C76973373E6"
  std::string_view ble_mdoc_l2cap;            ///< "0000000A-A123-48CE-896B-4C76973373E6"
  std::string_view ble_reader_state;          ///< "00000005-A123-48CE-896B-4C76973373E6"
  std::string_view ble_reader_client2server;  ///< "00000006-A123-48CE-896B-4C76973373E6"
  std::string_view ble_reader_server2client;  ///< "00000007-A123-48CE-896B-4C76973373E6"
  std::string_view ble_reader_ident;          ///< "00000008-A123-48CE-896B-4C76973373E6"
  std::string_view ble_reader_l2cap;          ///< "0000000B-A123-48CE-896B-4C76973373E6"
};

/// The constants of ISO/IEC 18013-5, both editions.
[[nodiscard]] MDOC_EXPORT const ProtocolConstants& iso18013_5() noexcept;

}  // namespace mdoc
