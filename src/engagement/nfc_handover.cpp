#include "mdoc/engagement/nfc_handover.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "engagement/byte_cursor.hpp"
#include "engagement/carrier.hpp"
#include "engagement/engagement_decoder.hpp"
#include "engagement/offset.hpp"
#include "engagement/retrieval_options.hpp"

// NFC Forum Connection Handover 1.5. The record types of that specification, not of ours:
//   Hs or Hr: version | NDEF message of ac, and of cr in a request
//   ac:       carrier power state | carrier reference | count | auxiliary references
// where a reference is a length and the id of another record of the message.

namespace mdoc::engagement {
namespace {

constexpr std::string_view handover_select_type = "Hs";
constexpr std::string_view handover_request_type = "Hr";
constexpr std::string_view alternative_carrier_type = "ac";
constexpr std::string_view collision_resolution_type = "cr";
constexpr std::uint8_t written_version = 0x15;

struct AlternativeCarrierRecord {
  CarrierPowerState power_state{};
  ByteView carrier_reference;
  std::vector<ByteView> auxiliary_references;
  bool count_missing = false;  // one stack left it out
};

std::optional<AlternativeCarrierRecord> parse_alternative_carrier(ByteView payload) {
  ByteCursor cursor(payload);
  AlternativeCarrierRecord record;
  const auto power_state = cursor.take_byte();
  const auto reference = cursor.take_prefixed();
  if (!power_state || !reference || reference->empty()) return std::nullopt;
  record.power_state = static_cast<CarrierPowerState>(*power_state & 0x03);
  record.carrier_reference = *reference;
  const auto count = cursor.take_byte();
  record.count_missing = !count;
  for (unsigned i = 0; i < count.value_or(0); ++i) {
    const auto auxiliary = cursor.take_prefixed();
    if (!auxiliary) return std::nullopt;
    record.auxiliary_references.push_back(*auxiliary);
  }
  if (!cursor.at_end()) return std::nullopt;
  return record;
}

/// What select and request have in common.
class HandoverDecoder {
 public:
  HandoverDecoder(SharedBytes message, Sender sender, const cbor::DecodeContext& context,
                  const ProtocolConstants& constants)
      : message_(std::move(message)), sender_(sender), context_(context), constants_(constants) {}

  /// Reads all but the engagement.
  Result<std::vector<AlternativeCarrier>> decode(std::string_view handover_type) {
    MDOC_TRY(records_, decode_ndef_message(message_, context_));
    const NdefRecord* handover = nullptr;
    for (const auto& record : records_) {
      if (!record.is(NdefTypeName::well_known, handover_type)) continue;
      if (handover != nullptr) return fail(Errc::bad_frame, record.payload);
      handover = &record;
    }
    if (handover == nullptr) return Error{.code = Errc::missing_element, .where = path};
    MDOC_CHECK(check_version(*handover));

    std::vector<AlternativeCarrier> carriers;
    const SharedBytes embedded = handover->payload.slice(handover->payload.view().subspan(1));
    if (embedded.empty()) return carriers;  // nothing that both sides can do
    MDOC_TRY(const auto inner, decode_ndef_message(embedded, context_));
    for (const auto& record : inner) {
      if (!record.is(NdefTypeName::well_known, alternative_carrier_type)) continue;
      MDOC_CHECK(add_carrier(record, carriers));
    }
    return carriers;
  }

  /// The record of this type; with another id than it should have if there is no better one.
  Result<const NdefRecord*> find_engagement(std::string_view type, std::string_view id) {
    const NdefRecord* found = nullptr;
    for (const auto& record : records_) {
      if (!record.is(NdefTypeName::external, type)) continue;
      if (found == nullptr || as_text(record.id.view()) == id) found = &record;
    }
    if (found != nullptr && as_text(found->id.view()) != id) MDOC_CHECK(deviation(Rule::nfc_handover, found->payload));
    return found;
  }

  /// A Reader over the payload of an engagement record, with offsets in the message.
  [[nodiscard]] cbor::Reader engagement_reader(const NdefRecord& record, const Path& root) const {
    return cbor::Reader(record.payload, engagement_context(context_), root,
                        offset_in(message_.view(), record.payload.view()));
  }
  [[nodiscard]] Result<void> deviation(Rule rule, const SharedBytes& part) const {
    return cbor::deviation(context_, rule, path, offset_in(message_.view(), part.view()));
  }

 private:
  [[nodiscard]] Error fail(Errc code, const SharedBytes& part) const {
    return {.code = code, .where = path, .offset = offset_in(message_.view(), part.view())};
  }

  Result<void> check_version(const NdefRecord& handover) const {
    constexpr unsigned major = 1, oldest_minor = 2, newest_minor = 5;
    if (handover.payload.empty()) return fail(Errc::truncated, handover.payload);
    const unsigned version = handover.payload.view().front();
    const unsigned minor = version & 0x0f;
    if (version >> 4 != major) return fail(Errc::unsupported_version, handover.payload);
    if (minor < oldest_minor || minor > newest_minor) return deviation(Rule::nfc_handover, handover.payload);
    return {};
  }

  Result<void> add_carrier(const NdefRecord& record, std::vector<AlternativeCarrier>& carriers) {
    const auto parsed = parse_alternative_carrier(record.payload.view());
    if (!parsed) return fail(Errc::bad_frame, record.payload);
    const auto carrier = std::ranges::find_if(records_, [&](const NdefRecord& other) {
      return std::ranges::equal(other.id.view(), parsed->carrier_reference);
    });
    // 9.2.1: every carrier of the mdoc points to the engagement.
    const bool points_to_engagement = std::ranges::any_of(parsed->auxiliary_references, [&](ByteView reference) {
      return as_text(reference) == constants_.ndef_device_engagement_id;
    });
    const bool dangling = carrier == records_.end();
    if (dangling || parsed->count_missing || (sender_ == Sender::mdoc && !points_to_engagement)) {
      MDOC_CHECK(deviation(Rule::nfc_handover, record.payload));
    }
    if (dangling) return {};
    MDOC_TRY(auto decoded, decode_carrier(*carrier, sender_, context_,
                                          offset_in(message_.view(), carrier->payload.view()), constants_));
    carriers.push_back({.power_state = parsed->power_state, .carrier = std::move(decoded)});
    return {};
  }

  static constexpr Path path{"handover message"};
  SharedBytes message_;
  Sender sender_;
  cbor::DecodeContext context_;
  const ProtocolConstants& constants_;
  std::vector<NdefRecord> records_;
};

// ---- Writing -------------------------------------------------------------------------------------------

NdefRecord make_record(NdefTypeName type_name, std::string_view type, std::string_view id, SharedBytes payload) {
  return {.type_name = type_name,
          .type = SharedBytes::copy_of(as_bytes(type)),
          .id = SharedBytes::copy_of(as_bytes(id)),
          .payload = std::move(payload)};
}

void append_reference(Bytes& out, ByteView id) {
  out.push_back(static_cast<std::uint8_t>(id.size()));
  out.insert(out.end(), id.begin(), id.end());
}

NdefRecord alternative_carrier(ByteView carrier_id, std::string_view auxiliary_id) {
  Bytes payload{static_cast<std::uint8_t>(CarrierPowerState::active)};
  append_reference(payload, carrier_id);
  payload.push_back(auxiliary_id.empty() ? 0 : 1);
  if (!auxiliary_id.empty()) append_reference(payload, as_bytes(auxiliary_id));
  return make_record(NdefTypeName::well_known, alternative_carrier_type, {}, SharedBytes::take(std::move(payload)));
}

Result<void> check_kinds(std::span<const Carrier> carriers) {
  for (std::size_t i = 0; i < carriers.size(); ++i) {
    const bool twice = std::ranges::any_of(carriers.first(i),
                                           [&](const Carrier& other) { return other.index() == carriers[i].index(); });
    if (twice) return Error{.code = Errc::bad_argument, .where = Path("carriers") / i};
  }
  return {};
}

/// @param engagement  the record that every carrier points to as its auxiliary, if there is one
Result<SharedBytes> write_handover(std::string_view type, std::vector<NdefRecord> inner,
                                   std::span<const Carrier> carriers, Sender sender,
                                   const std::optional<NdefRecord>& engagement, const ProtocolConstants& constants) {
  MDOC_CHECK(check_kinds(carriers));
  std::vector<NdefRecord> carrier_records;
  for (const auto& carrier : carriers) {
    MDOC_TRY(auto record, encode_carrier(carrier, sender, constants));
    inner.push_back(alternative_carrier(record.id.view(), engagement ? as_text(engagement->id.view()) : ""));
    carrier_records.push_back(std::move(record));
  }
  Bytes payload{written_version};
  if (!inner.empty()) {
    MDOC_TRY(const auto embedded, encode_ndef_message(inner));
    payload.insert(payload.end(), embedded.begin(), embedded.end());
  }
  std::vector<NdefRecord> records;
  records.push_back(make_record(NdefTypeName::well_known, type, {}, SharedBytes::take(std::move(payload))));
  std::ranges::move(carrier_records, std::back_inserter(records));
  if (engagement) records.push_back(*engagement);
  MDOC_TRY(auto message, encode_ndef_message(records));
  return SharedBytes::take(std::move(message));
}

std::vector<AlternativeCarrier> active(std::span<const Carrier> carriers) {
  std::vector<AlternativeCarrier> out;
  for (const auto& carrier : carriers) out.push_back({.carrier = carrier});
  return out;
}

// ---- From carriers to retrieval methods -----------------------------------------------------------------

std::optional<Uuid> requested_uuid(const HandoverRequest* request) {
  if (request == nullptr) return std::nullopt;
  for (const auto& [power_state, carrier] : request->carriers) {
    const auto* ble = std::get_if<BleCarrier>(&carrier);
    if (ble != nullptr && ble->uuid) return ble->uuid;
  }
  return std::nullopt;
}

std::optional<RetrievalMethod> retrieval_method(const Carrier& carrier, const HandoverRequest* request) {
  if (const auto* nfc = std::get_if<NfcCarrier>(&carrier)) {
    const NfcOptions defaults;
    return NfcOptions{.command_data = nfc->command_data.value_or(defaults.command_data),
                      .response_data = nfc->response_data.value_or(defaults.response_data)};
  }
  if (const auto* wifi = std::get_if<WifiAwareCarrier>(&carrier)) {
    return WifiOptions{.passphrase = wifi->passphrase, .supported_bands = wifi->bands};
  }
  const auto* ble = std::get_if<BleCarrier>(&carrier);
  if (ble == nullptr) return std::nullopt;
  BleOptions options;
  // The role is that of the mdoc: a peripheral is the peripheral server, found by its own UUID. As a
  // central it looks for the UUID that it named, or else for the one that the reader named.
  if (ble->role != LeRole::central_only && ble->uuid) {
    options.peripheral_server = BlePeripheralServer{.uuid = *ble->uuid, .address = ble->address, .psm = ble->psm};
  }
  const auto central_uuid = ble->uuid ? ble->uuid : requested_uuid(request);
  if (ble->role != LeRole::peripheral_only && central_uuid) options.central_client = BleCentralClient{*central_uuid};
  if (!options.peripheral_server && !options.central_client) return std::nullopt;
  return options;
}

}  // namespace

Result<HandoverSelect> decode_handover_select(SharedBytes message, const cbor::DecodeContext& context,
                                              const ProtocolConstants& constants) {
  HandoverDecoder decoder(message, Sender::mdoc, context, constants);
  MDOC_TRY(auto carriers, decoder.decode(handover_select_type));
  MDOC_TRY(const auto record,
           decoder.find_engagement(constants.ndef_device_engagement_type, constants.ndef_device_engagement_id));
  if (record == nullptr) return Error{.code = Errc::missing_element, .where = "DeviceEngagement"};
  cbor::Reader reader = decoder.engagement_reader(*record, "DeviceEngagement");
  MDOC_TRY(auto engagement,
           DeviceEngagementDecoder::decode(reader, record->payload.view(), record->payload, {}, constants));
  // 9.1: the carriers stand in the handover message.
  if (!engagement.retrieval_methods().empty()) {
    MDOC_CHECK(decoder.deviation(Rule::engagement_methods_in_nfc, record->payload));
  }
  return HandoverSelect{std::move(message), std::move(carriers), std::move(engagement)};
}

Result<HandoverRequest> decode_handover_request(SharedBytes message, const cbor::DecodeContext& context,
                                                const ProtocolConstants& constants) {
  HandoverDecoder decoder(message, Sender::mdoc_reader, context, constants);
  HandoverRequest request;
  MDOC_TRY(request.carriers, decoder.decode(handover_request_type));
  MDOC_TRY(const auto record,
           decoder.find_engagement(constants.ndef_reader_engagement_type, constants.ndef_reader_engagement_id));
  if (record != nullptr) {
    cbor::Reader reader = decoder.engagement_reader(*record, "ReaderEngagement");
    MDOC_TRY(request.reader_engagement,
             ReaderEngagementDecoder::decode(reader, record->payload.view(), record->payload, constants));
  }
  request.message = std::move(message);
  return request;
}

Result<HandoverSelect> make_handover_select(std::span<const Carrier> carriers, const DeviceEngagement& engagement,
                                            const ProtocolConstants& constants) {
  if (!engagement.retrieval_methods().empty()) {
    return Error{.code = Errc::bad_argument, .where = Path("DeviceEngagement") / "deviceRetrievalMethods"};
  }
  const NdefRecord record = make_record(NdefTypeName::external, constants.ndef_device_engagement_type,
                                        constants.ndef_device_engagement_id, engagement.bytes());
  MDOC_TRY(auto message, write_handover(handover_select_type, {}, carriers, Sender::mdoc, record, constants));
  return HandoverSelect{std::move(message), active(carriers), engagement};
}

Result<HandoverRequest> make_handover_request(std::span<const Carrier> carriers, const HandoverRequestOptions& options,
                                              const ProtocolConstants& constants) {
  if (carriers.empty()) return Error{.code = Errc::bad_argument, .where = "carriers"};
  std::vector<NdefRecord> inner;
  if (options.collision_resolution) {
    inner.push_back(make_record(NdefTypeName::well_known, collision_resolution_type, {},
                                SharedBytes::copy_of(*options.collision_resolution)));
  }
  std::optional<NdefRecord> record;
  if (options.reader_engagement) {
    record = make_record(NdefTypeName::external, constants.ndef_reader_engagement_type,
                         constants.ndef_reader_engagement_id, options.reader_engagement->bytes());
  }
  MDOC_TRY(auto message,
           write_handover(handover_request_type, std::move(inner), carriers, Sender::mdoc_reader, record, constants));
  return HandoverRequest{std::move(message), active(carriers), options.reader_engagement};
}

std::vector<RetrievalMethod> retrieval_methods(const HandoverSelect& select, const HandoverRequest* request) {
  std::vector<RetrievalMethod> methods;
  for (const auto& [power_state, carrier] : select.carriers) {
    if (power_state == CarrierPowerState::inactive) continue;
    if (auto method = retrieval_method(carrier, request)) append_method(methods, *std::move(method));
  }
  return methods;
}

NfcHandover nfc_handover(const HandoverSelect& select, const HandoverRequest* request) {
  NfcHandover handover{.handover_select = select.message};
  if (request != nullptr) handover.handover_request = request->message;
  return handover;
}

}  // namespace mdoc::engagement
