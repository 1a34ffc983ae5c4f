#include "mdoc/engagement/retrieval_method.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "engagement/overloaded.hpp"
#include "engagement/retrieval_options.hpp"
#include "mdoc/cbor/fields.hpp"

namespace mdoc::engagement {
namespace {

// NfcOptions = { 0 : uint, 1 : uint, * uint => RFU }
Result<RetrievalMethod> decode_nfc_options(cbor::Reader& reader) {
  NfcOptions options;
  std::uint64_t command = 0, response = 0;
  MDOC_CHECK(cbor::read_map(reader, options.others,
                            cbor::required({0, "maxCommandDataLength"}, command, &cbor::Reader::read_uint),
                            cbor::required({1, "maxResponseDataLength"}, response, &cbor::Reader::read_uint)));
  bool clamped = false;
  options.command_data = clamp_command_data(command, clamped);
  options.response_data = clamp_response_data(response, clamped);
  if (clamped) MDOC_CHECK(reader.deviation(Rule::engagement_options));
  return RetrievalMethod(std::move(options));
}

Result<Uuid> read_uuid(cbor::Reader& reader) {
  MDOC_TRY(const auto bytes, reader.read_bytes());
  Uuid uuid;
  if (bytes.size() != uuid.octets.size()) return reader.fail(Errc::bad_value);
  std::ranges::copy(bytes, uuid.octets.begin());
  return uuid;
}

Result<BleAddress> read_ble_address(cbor::Reader& reader) {
  MDOC_TRY(const auto bytes, reader.read_bytes());
  const auto address = ble_address(bytes);
  if (!address) return reader.fail(Errc::bad_value);
  return *address;
}

// BleOptions = { 0 : bool, 1 : bool, ? 10 : bstr, ? 11 : bstr, ? 20 : bstr, ? 21 : uint, * uint => RFU }
// A mode without UUID takes that of the other mode, as some mdocs send one for both. Without any mode,
// nothing of it can be used: no value.
Result<std::optional<BleOptions>> decode_ble_options(cbor::Reader& reader) {
  BleOptions options;
  std::optional<bool> peripheral_supported, central_supported;
  std::optional<Uuid> peripheral_uuid, central_uuid;
  std::optional<BleAddress> address;
  std::optional<std::uint64_t> psm;
  MDOC_CHECK(cbor::read_map(reader, options.others,
                            cbor::optional({0, "peripheralServerMode"}, peripheral_supported, &cbor::Reader::read_bool),
                            cbor::optional({1, "centralClientMode"}, central_supported, &cbor::Reader::read_bool),
                            cbor::optional({10, "peripheralServerUuid"}, peripheral_uuid, read_uuid),
                            cbor::optional({11, "centralClientUuid"}, central_uuid, read_uuid),
                            cbor::optional({20, "address"}, address, read_ble_address),
                            cbor::optional({21, "psm"}, psm, &cbor::Reader::read_uint)));
  const bool peripheral = peripheral_supported.value_or(false);
  const bool central = central_supported.value_or(false);
  bool deviates = !peripheral_supported || !central_supported || (!peripheral && !central);
  deviates |= peripheral != peripheral_uuid.has_value() || central != central_uuid.has_value();
  deviates |= !peripheral && (address || psm);
  deviates |= psm && !is_dynamic_psm(*psm);
  deviates |= address && !address->type;
  if (deviates) MDOC_CHECK(reader.deviation(Rule::engagement_options));

  const auto& any_uuid = peripheral_uuid ? peripheral_uuid : central_uuid;
  if (peripheral && any_uuid) {
    auto& mode = options.peripheral_server.emplace(BlePeripheralServer{.uuid = *any_uuid, .address = address});
    if (psm && is_dynamic_psm(*psm)) mode.psm = static_cast<std::uint16_t>(*psm);
  }
  if (central && any_uuid) options.central_client = BleCentralClient{.uuid = central_uuid.value_or(*any_uuid)};
  if (!options.peripheral_server && !options.central_client) return std::optional<BleOptions>();
  return std::optional(std::move(options));
}

bool is_passphrase(std::string_view text) noexcept {
  constexpr std::size_t shortest = 8, longest = 63;
  return text.size() >= shortest && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// WifiOptions = { ? 0 : tstr, ? 1 : uint, ? 2 : uint, ? 3 : bstr, * uint => RFU }
Result<RetrievalMethod> decode_wifi_options(cbor::Reader& reader) {
  WifiOptions options;
  ByteView bands;
  MDOC_CHECK(cbor::read_map(reader, options.others,
                            cbor::optional({0, "passphrase"}, options.passphrase, &cbor::Reader::read_text),
                            cbor::optional({1, "operatingClass"}, options.operating_class, &cbor::Reader::read_uint),
                            cbor::optional({2, "channelNumber"}, options.channel, &cbor::Reader::read_uint),
                            cbor::optional({3, "supportedBands"}, bands, &cbor::Reader::read_bytes)));
  options.supported_bands.assign(bands.begin(), bands.end());
  const bool bad_passphrase = options.passphrase && !is_passphrase(*options.passphrase);
  if (bands.empty() || bad_passphrase) MDOC_CHECK(reader.deviation(Rule::engagement_options));
  return RetrievalMethod(std::move(options));
}

bool is_rest_uri(std::string_view uri, const ProtocolConstants& constants) noexcept {
  return starts_with_ignoring_case(uri, constants.rest_api_scheme) && uri.size() > constants.rest_api_scheme.size();
}

// RestApiOptions = { 0 : tstr, * any => any }
Result<RetrievalMethod> decode_rest_api_options(cbor::Reader& reader, const ProtocolConstants& constants) {
  RestApiOptions options;
  const auto read_uri = [&](cbor::Reader& r) -> Result<std::string> {
    MDOC_TRY(const auto text, r.read_text());
    if (!is_rest_uri(text, constants)) return r.fail(Errc::bad_uri);
    return std::string(text);
  };
  MDOC_CHECK(cbor::read_map(reader, options.others, cbor::required({0, "uri"}, options.uri, read_uri)));
  return RetrievalMethod(std::move(options));
}

// DeviceRetrievalMethod = [ uint, uint, RetrievalOptions ]
Result<RetrievalMethod> decode_retrieval_method(cbor::Reader& reader, const ProtocolConstants& constants) {
  std::uint64_t type = 0, version = 0;
  ByteView raw;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("type", type, &cbor::Reader::read_uint),
                              cbor::element("version", version, &cbor::Reader::read_uint),
                              cbor::element("options", raw, &cbor::Reader::read_raw)));
  const auto scope = reader.at("options");
  cbor::Reader options = reader.within(raw);
  if (version == retrieval_version) {
    switch (static_cast<RetrievalType>(type)) {
      case RetrievalType::nfc: return decode_nfc_options(options);
      case RetrievalType::ble: {
        MDOC_TRY(auto ble, decode_ble_options(options));
        if (ble) return RetrievalMethod(*std::move(ble));
        break;
      }
      case RetrievalType::wifi_aware: return decode_wifi_options(options);
      case RetrievalType::rest_api: return decode_rest_api_options(options, constants);
    }
  }
  return RetrievalMethod(OtherRetrievalMethod{.type = type, .version = version, .options = reader.slice(raw)});
}

std::uint64_t version(const RetrievalMethod& method) noexcept {
  const auto* other = std::get_if<OtherRetrievalMethod>(&method);
  return other != nullptr ? other->version : retrieval_version;
}

Result<void> encode_options(cbor::SortedMap& map, const NfcOptions& options) {
  bool clamped = false;
  map.put(0).uint(clamp_command_data(options.command_data, clamped));
  map.put(1).uint(clamp_response_data(options.response_data, clamped));
  if (clamped) return Error{.code = Errc::bad_argument, .where = "NfcOptions"};
  map.members(options.others);
  return {};
}

Result<void> encode_options(cbor::SortedMap& map, const BleOptions& options) {
  const auto& peripheral = options.peripheral_server;
  const auto& central = options.central_client;
  if (!peripheral && !central) return Error{.code = Errc::bad_argument, .where = "BleOptions"};
  map.put(0).boolean(peripheral.has_value());
  map.put(1).boolean(central.has_value());
  if (peripheral) {
    map.put(10).bytes(peripheral->uuid.octets);
    if (peripheral->address) {
      if (!peripheral->address->type) return Error{.code = Errc::bad_argument, .where = "BleOptions.address"};
      map.put(20).bytes(octets(*peripheral->address));
    }
    if (peripheral->psm) {
      if (!is_dynamic_psm(*peripheral->psm)) return Error{.code = Errc::bad_argument, .where = "BleOptions.psm"};
      map.put(21).uint(*peripheral->psm);
    }
  }
  if (central) map.put(11).bytes(central->uuid.octets);
  map.members(options.others);
  return {};
}

Result<void> encode_options(cbor::SortedMap& map, const WifiOptions& options) {
  if (options.passphrase) {
    if (!is_passphrase(*options.passphrase))
      return Error{.code = Errc::bad_argument, .where = "WifiOptions.passphrase"};
    map.put(0).text(*options.passphrase);
  }
  if (options.operating_class) map.put(1).uint(*options.operating_class);
  if (options.channel) map.put(2).uint(*options.channel);
  if (options.supported_bands.empty()) return Error{.code = Errc::bad_argument, .where = "WifiOptions.supportedBands"};
  map.put(3).bytes(options.supported_bands);
  map.members(options.others);
  return {};
}

}  // namespace

std::uint64_t type(const RetrievalMethod& method) noexcept {
  const auto known = [](RetrievalType value) { return static_cast<std::uint64_t>(value); };
  return std::visit(Overloaded{
                        [&](const NfcOptions&) { return known(RetrievalType::nfc); },
                        [&](const BleOptions&) { return known(RetrievalType::ble); },
                        [&](const WifiOptions&) { return known(RetrievalType::wifi_aware); },
                        [&](const RestApiOptions&) { return known(RetrievalType::rest_api); },
                        [](const OtherRetrievalMethod& other) { return other.type; },
                    },
                    method);
}

std::string_view name(const RetrievalMethod& method) noexcept {
  return std::visit(Overloaded{
                        [](const NfcOptions&) { return "NFC"; },
                        [](const BleOptions&) { return "BLE"; },
                        [](const WifiOptions&) { return "Wi-Fi Aware"; },
                        [](const RestApiOptions&) { return "REST API"; },
                        [](const OtherRetrievalMethod&) { return "other"; },
                    },
                    method);
}

bool any_known(std::span<const RetrievalMethod> methods) noexcept {
  return std::ranges::any_of(methods,
                             [](const auto& method) { return !std::holds_alternative<OtherRetrievalMethod>(method); });
}

bool append_method(std::vector<RetrievalMethod>& methods, RetrievalMethod method) {
  const auto same = std::ranges::find_if(methods, [&](const RetrievalMethod& known) {
    return type(known) == type(method) && version(known) == version(method);
  });
  if (same == methods.end()) {
    methods.push_back(std::move(method));
    return true;
  }
  if (auto* added = std::get_if<BleOptions>(&method)) {
    if (auto* ble = std::get_if<BleOptions>(&*same)) {
      if (!ble->peripheral_server) ble->peripheral_server = added->peripheral_server;
      if (!ble->central_client) ble->central_client = added->central_client;
    } else {
      *same = std::move(method);  // the first one had nothing to use
    }
  }
  return false;
}

Result<std::vector<RetrievalMethod>> decode_retrieval_methods(cbor::Reader& reader,
                                                              const ProtocolConstants& constants) {
  std::vector<RetrievalMethod> methods;
  auto array = reader.enter_array();
  while (array.next()) {
    MDOC_TRY(auto method, decode_retrieval_method(reader, constants));
    // A (type, version) pair appears at most once (second edition, 9.1).
    if (!append_method(methods, std::move(method))) {
      MDOC_CHECK(reader.deviation(Rule::engagement_duplicate_method));
    }
  }
  MDOC_CHECK(array.finish());
  if (methods.empty()) return reader.fail(Errc::empty_structure);
  return methods;
}

Result<void> encode(cbor::Writer& writer, const RetrievalMethod& method, const ProtocolConstants& constants) {
  cbor::SortedMap map;
  const auto written = std::visit(Overloaded{
                                      [&](const auto& options) { return encode_options(map, options); },
                                      [&](const RestApiOptions& options) -> Result<void> {
                                        if (!is_rest_uri(options.uri, constants))
                                          return Error{.code = Errc::bad_argument, .where = "RestApiOptions"};
                                        map.put(0).text(options.uri);
                                        map.members(options.others);
                                        return {};
                                      },
                                      [](const OtherRetrievalMethod&) -> Result<void> { return {}; },
                                  },
                                  method);
  MDOC_CHECK(written);
  writer.array(3).uint(type(method)).uint(version(method));
  if (const auto* other = std::get_if<OtherRetrievalMethod>(&method)) {
    writer.raw(other->options.view());
  } else {
    writer.map(map);
  }
  return {};
}

}  // namespace mdoc::engagement
