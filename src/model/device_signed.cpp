#include "mdoc/model/device_signed.hpp"

#include <optional>

#include "core/try.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

/// DeviceNameSpaces = { * NameSpace => { + DataElementIdentifier => DataElementValue } }
Result<DeviceNameSpaces> decode_device_name_spaces(Reader& reader) {
  const auto items = not_empty(Rule::name_spaces_empty, cbor::map_of<ElementIdentifier>(read_element_value));
  return read_name_spaces(reader, items);
}

Result<DeviceSignature> read_device_signature(Reader& reader) { return cose::decode_cose_sign1(reader); }

Result<DeviceAuth> decode_device_auth(Reader& reader) {
  const std::uint32_t begin = reader.offset();
  DeviceAuth auth;
  std::optional<DeviceSignature> signature;
  std::optional<DeviceMac> mac;
  // DeviceAuth = { "deviceSignature" : COSE_Sign1 // "deviceMac" : COSE_Mac0, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, auth.others, cbor::optional("deviceSignature", signature, read_device_signature),
                            cbor::optional("deviceMac", mac, cose::decode_cose_mac0)));
  if (signature && mac) return reader.fail(Errc::bad_value, begin);
  if (signature) {
    auth.proof = *std::move(signature);
  } else if (mac) {
    auth.proof = *std::move(mac);
  } else {
    return reader.fail(Errc::missing_element, begin);
  }
  return auth;
}

void write(cbor::Writer& writer, const DeviceAuth& auth, MapOrder order) {
  OrderedMap map(order);
  if (const DeviceSignature* signature = auth.signature()) map.put("deviceSignature").raw(signature->encoded.view());
  if (const DeviceMac* mac = auth.mac()) map.put("deviceMac").raw(mac->encoded.view());
  map.members(auth.others);
  map.write_to(writer);
}

}  // namespace

Result<DeviceSigned> decode_device_signed(Reader& reader) {
  DeviceSigned device_signed;
  // DeviceSigned = { "nameSpaces" : DeviceNameSpacesBytes, "deviceAuth" : DeviceAuth, * tstr => RFU }
  MDOC_CHECK(
      cbor::read_map(reader, device_signed.others,
                     cbor::required("nameSpaces", device_signed.name_spaces, cbor::encoded(decode_device_name_spaces)),
                     cbor::required("deviceAuth", device_signed.device_auth, decode_device_auth)));
  return device_signed;
}

void encode_device_signed(cbor::Writer& writer, const DeviceSigned& device_signed, MapOrder order) {
  OrderedMap map(order);
  map.put("nameSpaces").raw(device_signed.name_spaces.bytes());
  write(map.put("deviceAuth"), device_signed.device_auth, order);
  map.members(device_signed.others);
  map.write_to(writer);
}

DeviceNameSpacesBytes encode_device_name_spaces(DeviceNameSpaces name_spaces, MapOrder order) {
  cbor::Writer writer;
  write_element_values(writer, name_spaces, order);
  return {std::move(name_spaces), writer.view()};
}

}  // namespace mdoc::model
