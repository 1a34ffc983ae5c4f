#include "engagement/carrier.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "engagement/byte_cursor.hpp"
#include "engagement/retrieval_options.hpp"
#include "mdoc/cbor/fields.hpp"

namespace mdoc::engagement {
namespace {

std::uint32_t big_endian(ByteView bytes) noexcept {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

/// Without leading zero bytes.
Bytes minimal_big_endian(std::uint32_t value) {
  Bytes out;
  for (unsigned shift = 24;; shift -= 8) {
    if (const auto byte = static_cast<std::uint8_t>(value >> shift); byte != 0 || !out.empty() || shift == 0) {
      out.push_back(byte);
    }
    if (shift == 0) return out;
  }
}

/// `length | type | data`, where length counts type and data.
void append_field(Bytes& out, std::uint8_t type, ByteView data) {
  out.push_back(static_cast<std::uint8_t>(data.size() + 1));
  out.push_back(type);
  out.insert(out.end(), data.begin(), data.end());
}

// ---- Bluetooth LE (Supplement to the Core Specification, A; second edition, 11.1.2) -----------------

namespace ad {
constexpr std::uint8_t incomplete_uuids = 0x06;
constexpr std::uint8_t complete_uuids = 0x07;
constexpr std::uint8_t service_data = 0x16;
constexpr std::uint8_t device_address = 0x1b;
constexpr std::uint8_t le_role = 0x1c;
}  // namespace ad

/// The last 128-bit UUID of a list, which is little-endian.
std::optional<Uuid> last_uuid(ByteView list) noexcept {
  Uuid uuid;
  if (list.empty() || list.size() % uuid.octets.size() != 0) return std::nullopt;
  std::ranges::copy(list.last(uuid.octets.size()), uuid.octets.begin());
  uuid.octets = uuid.reversed();
  return uuid;
}

/// Service data: 16-bit UUID, little-endian, then `{ 0 : psm }`. Other services say nothing to us.
std::optional<std::uint16_t> psm_of(ByteView service_data, std::uint16_t service) {
  if (service_data.size() < 2 || (service_data[0] | service_data[1] << 8) != service) return std::nullopt;
  cbor::Reader reader(service_data.subspan(2));
  std::uint64_t psm = 0;
  const auto read = cbor::read_map(reader, cbor::required({0, "psm"}, psm, &cbor::Reader::read_uint));
  if (!read || !is_dynamic_psm(psm)) return std::nullopt;
  return static_cast<std::uint16_t>(psm);
}

/// @param deviates set where the payload departs from its table, but can be read
std::optional<Carrier> decode_ble(ByteView payload, bool& deviates, const ProtocolConstants& constants) {
  BleCarrier carrier;
  std::optional<LeRole> role;
  ByteCursor cursor(payload);
  while (!cursor.at_end()) {
    const auto field = cursor.take_prefixed();
    if (!field) return std::nullopt;
    if (field->empty()) continue;  // early end or padding
    const ByteView data = field->subspan(1);
    switch (field->front()) {
      case ad::le_role:
        if (data.size() != 1 || data[0] > static_cast<std::uint8_t>(LeRole::central_preferred)) return std::nullopt;
        role = static_cast<LeRole>(data[0]);
        break;
      case ad::incomplete_uuids:
      case ad::complete_uuids:
        deviates |= carrier.uuid.has_value() || data.size() != sizeof(Uuid::octets);
        carrier.uuid = last_uuid(data);
        break;
      case ad::device_address:
        carrier.address = ble_address(data);
        deviates |= !carrier.address || !carrier.address->type;
        break;
      case ad::service_data:
        if (const auto psm = psm_of(data, constants.ble_psm_service_uuid)) carrier.psm = psm;
        break;
      default: break;  // names, flags, appearance
    }
  }
  if (!role) return std::nullopt;
  carrier.role = *role;
  return carrier;
}

Bytes encode_ble(const BleCarrier& carrier, const ProtocolConstants& constants) {
  Bytes out;
  append_field(out, ad::le_role, Bytes{static_cast<std::uint8_t>(carrier.role)});
  if (carrier.uuid) append_field(out, ad::complete_uuids, carrier.uuid->reversed());
  if (carrier.address) append_field(out, ad::device_address, octets(*carrier.address));
  if (carrier.psm) {
    const std::uint16_t service = constants.ble_psm_service_uuid;
    cbor::Writer psm;
    psm.map(1).uint(0).uint(*carrier.psm);
    Bytes data{static_cast<std::uint8_t>(service), static_cast<std::uint8_t>(service >> 8)};
    data.insert(data.end(), psm.view().begin(), psm.view().end());
    append_field(out, ad::service_data, data);
  }
  return out;
}

// ---- NFC (second edition, 9.2.2) ----------------------------------------------------------------------

constexpr std::uint8_t nfc_version = 1;
constexpr std::uint8_t command_field = 1;
constexpr std::uint8_t response_field = 2;
constexpr std::size_t max_number_bytes = 4;

/// `length | type | value` with a length of type and value, as the standard says.
bool read_nfc_fields(ByteView payload, NfcCarrier& carrier) noexcept {
  ByteCursor cursor(payload);
  while (!cursor.at_end()) {
    const auto field = cursor.take_prefixed();
    if (!field || field->size() < 2 || field->size() > max_number_bytes + 1) return false;
    const std::uint32_t value = big_endian(field->subspan(1));
    switch (field->front()) {
      case command_field: carrier.command_data = value; break;
      case response_field: carrier.response_data = value; break;
      default: return false;
    }
  }
  return carrier.command_data.has_value() && carrier.response_data.has_value();
}

/// `length | value` twice, as one reader sends it.
bool read_nfc_pairs(ByteView payload, NfcCarrier& carrier) noexcept {
  ByteCursor cursor(payload);
  for (auto* target : {&carrier.command_data, &carrier.response_data}) {
    const auto value = cursor.take_prefixed();
    if (!value || value->empty() || value->size() > max_number_bytes) return false;
    *target = big_endian(*value);
  }
  return cursor.at_end();
}

std::optional<Carrier> decode_nfc(ByteView payload, Sender sender, bool& deviates) noexcept {
  NfcCarrier carrier;
  ByteCursor cursor(payload);
  if (cursor.take_byte() != nfc_version) return std::nullopt;
  if (cursor.at_end()) {
    deviates |= sender == Sender::mdoc;
    return carrier;
  }
  if (!read_nfc_fields(cursor.rest(), carrier)) {
    carrier = {};
    deviates = true;
    if (!read_nfc_pairs(cursor.rest(), carrier)) return NfcCarrier{};
  }
  carrier.command_data = clamp_command_data(*carrier.command_data, deviates);
  carrier.response_data = clamp_response_data(*carrier.response_data, deviates);
  return carrier;
}

Result<Bytes> encode_nfc(const NfcCarrier& carrier, Sender sender) {
  const Error refused{.code = Errc::bad_argument, .where = "NfcCarrier"};
  Bytes out{nfc_version};
  if (!carrier.command_data && !carrier.response_data && sender == Sender::mdoc_reader) return out;
  if (!carrier.command_data || !carrier.response_data) return refused;
  bool clamped = false;
  append_field(out, command_field, minimal_big_endian(clamp_command_data(*carrier.command_data, clamped)));
  append_field(out, response_field, minimal_big_endian(clamp_response_data(*carrier.response_data, clamped)));
  if (clamped) return refused;
  return out;
}

// ---- Wi-Fi Aware (second edition, 11.3.2) ----------------------------------------------------------------

namespace wfa {
constexpr std::uint8_t cipher_suites = 1;
constexpr std::uint8_t public_key = 2;
constexpr std::uint8_t passphrase = 3;
constexpr std::uint8_t bands = 4;
constexpr std::size_t group_bytes = 2;
}  // namespace wfa

std::optional<Carrier> decode_wifi_aware(ByteView payload) {
  WifiAwareCarrier carrier;
  ByteCursor cursor(payload);
  while (!cursor.at_end()) {
    const auto field = cursor.take_prefixed();
    if (!field || field->empty()) return std::nullopt;
    const ByteView data = field->subspan(1);
    switch (field->front()) {
      case wfa::cipher_suites: carrier.cipher_suites.assign(data.begin(), data.end()); break;
      case wfa::public_key:
        if (data.size() <= wfa::group_bytes) return std::nullopt;
        carrier.public_key = WifiAwareCarrier::PublicKeyInfo{
            .group = static_cast<std::uint16_t>(big_endian(data.first(wfa::group_bytes))),
            .x = Bytes(data.begin() + wfa::group_bytes, data.end())};
        break;
      case wfa::passphrase: carrier.passphrase = std::string(as_text(data)); break;
      case wfa::bands: carrier.bands.assign(data.begin(), data.end()); break;
      default: break;  // channel information and later additions
    }
  }
  return carrier;
}

Result<Bytes> encode_wifi_aware(const WifiAwareCarrier& carrier) {
  constexpr std::size_t max_data = 254;
  const std::size_t key_size = carrier.public_key ? carrier.public_key->x.size() + wfa::group_bytes : 0;
  const std::size_t passphrase_size = carrier.passphrase ? carrier.passphrase->size() : 0;
  if (std::max({carrier.cipher_suites.size(), key_size, passphrase_size, carrier.bands.size()}) > max_data) {
    return Error{.code = Errc::bad_argument, .where = "WifiAwareCarrier"};
  }
  Bytes out;
  if (!carrier.cipher_suites.empty()) append_field(out, wfa::cipher_suites, carrier.cipher_suites);
  if (carrier.public_key) {
    const auto& key = *carrier.public_key;
    Bytes data{static_cast<std::uint8_t>(key.group >> 8), static_cast<std::uint8_t>(key.group)};
    data.insert(data.end(), key.x.begin(), key.x.end());
    append_field(out, wfa::public_key, data);
  }
  if (carrier.passphrase) append_field(out, wfa::passphrase, as_bytes(*carrier.passphrase));
  if (!carrier.bands.empty()) append_field(out, wfa::bands, carrier.bands);
  return out;
}

NdefRecord carrier_record(NdefTypeName type_name, std::string_view type, std::string_view id, Bytes payload) {
  return {.type_name = type_name,
          .type = SharedBytes::copy_of(as_bytes(type)),
          .id = SharedBytes::copy_of(as_bytes(id)),
          .payload = SharedBytes::take(std::move(payload))};
}

}  // namespace

Result<Carrier> decode_carrier(const NdefRecord& record, Sender sender, const cbor::DecodeContext& context,
                               std::uint32_t offset, const ProtocolConstants& constants) {
  const std::string_view type = as_text(record.type.view());
  const ByteView payload = record.payload.view();
  // Media types for radios, an external type for NFC. Peers mix these up; the type itself is clear.
  NdefTypeName wanted = NdefTypeName::media;
  std::optional<Carrier> carrier;
  bool deviates = false;
  if (type == constants.ndef_ble_carrier_type) {
    carrier = decode_ble(payload, deviates, constants);
  } else if (type == constants.ndef_wifi_aware_carrier_type) {
    carrier = decode_wifi_aware(payload);
  } else if (type == constants.ndef_nfc_carrier_type) {
    wanted = NdefTypeName::external;
    carrier = decode_nfc(payload, sender, deviates);
  } else {
    return Carrier(OtherCarrier{record});
  }
  if (deviates || !carrier || record.type_name != wanted) {
    MDOC_CHECK(cbor::deviation(context, Rule::nfc_carrier, "carrier record", offset));
  }
  return carrier ? *std::move(carrier) : Carrier(OtherCarrier{record});
}

Result<NdefRecord> encode_carrier(const Carrier& carrier, Sender sender, const ProtocolConstants& constants) {
  if (const auto* ble = std::get_if<BleCarrier>(&carrier)) {
    const bool bad_psm = ble->psm && !is_dynamic_psm(*ble->psm);
    const bool bad_address = ble->address && !ble->address->type;
    if (bad_psm || bad_address) return Error{.code = Errc::bad_argument, .where = "BleCarrier"};
    return carrier_record(NdefTypeName::media, constants.ndef_ble_carrier_type, constants.ndef_ble_carrier_id,
                          encode_ble(*ble, constants));
  }
  if (const auto* nfc = std::get_if<NfcCarrier>(&carrier)) {
    MDOC_TRY(auto payload, encode_nfc(*nfc, sender));
    return carrier_record(NdefTypeName::external, constants.ndef_nfc_carrier_type, constants.ndef_nfc_carrier_id,
                          std::move(payload));
  }
  if (const auto* wifi = std::get_if<WifiAwareCarrier>(&carrier)) {
    MDOC_TRY(auto payload, encode_wifi_aware(*wifi));
    return carrier_record(NdefTypeName::media, constants.ndef_wifi_aware_carrier_type,
                          constants.ndef_wifi_aware_carrier_id, std::move(payload));
  }
  return Error{.code = Errc::bad_argument, .where = "OtherCarrier"};
}

}  // namespace mdoc::engagement
