// Any bytes as an NDEF message, as both handover messages and as the records of TNEP. Parts are slices of
// the message, and what can be written reads as the same.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/engagement/ndef.hpp"
#include "mdoc/engagement/nfc_handover.hpp"
#include "mdoc/engagement/session_transcript.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using engagement::Carrier;
using engagement::HandoverRequest;
using engagement::HandoverSelect;
using engagement::NdefRecord;
using fuzz::require;

constexpr cbor::DecodeContext lenient{.level = Level::lenient};

bool same_record(const NdefRecord& a, const NdefRecord& b) {
  return a.type_name == b.type_name && fuzz::same(a.type.view(), b.type.view()) &&
         fuzz::same(a.id.view(), b.id.view()) && fuzz::same(a.payload.view(), b.payload.view());
}

void check_tnep(const NdefRecord& record) {
  if (const auto parameter = engagement::decode_tnep_service_parameter(record)) {
    if (const auto made = engagement::make_tnep_service_parameter(*parameter)) {
      require(fuzz::same(made->payload.view(), record.payload.view()));
    } else {
      require(parameter->service_name.empty());
    }
  }
  if (const auto name = engagement::decode_tnep_service_select(record)) {
    const auto made = engagement::make_tnep_service_select(*name);
    require(made.has_value() && fuzz::same(made->payload.view(), record.payload.view()));
  }
  if (const auto status = engagement::decode_tnep_status(record)) {
    require(fuzz::same(engagement::make_tnep_status(*status).payload.view(), record.payload.view()));
  }
}

void check(const SharedBytes& message, const std::vector<NdefRecord>& records, bool chunked) {
  require(!records.empty());
  for (const auto& record : records) {
    require(fuzz::inside(message.view(), record.type.view()) && fuzz::inside(message.view(), record.id.view()));
    require(chunked || fuzz::inside(message.view(), record.payload.view()));
    check_tnep(record);
  }
  const auto encoded = engagement::encode_ndef_message(records);
  require(encoded.has_value() && encoded->size() <= message.size());
  const auto again = engagement::decode_ndef_message(SharedBytes::copy_of(*encoded), {.level = Level::strict});
  require(again.has_value());
  require(std::ranges::equal(*again, records, same_record));
}

/// Those of the carriers that can be written.
template <class Handover>
std::vector<Carrier> carriers_of(const Handover& handover) {
  std::vector<Carrier> carriers;
  for (const auto& [power_state, carrier] : handover.carriers) {
    if (!std::holds_alternative<engagement::OtherCarrier>(carrier)) carriers.push_back(carrier);
  }
  return carriers;
}

template <class Handover>
void require_same_carriers(const Handover& read, const Handover& made) {
  require(std::ranges::equal(read.carriers, made.carriers, [](const auto& a, const auto& b) {
    return a.carrier.index() == b.carrier.index() && a.power_state == b.power_state;
  }));
}

void check(const SharedBytes& message, const HandoverSelect& select, const HandoverRequest* request) {
  require(fuzz::inside(message.view(), select.message.view()) && select.message.size() == message.size());
  const auto methods = engagement::retrieval_methods(select, request);
  require(methods.size() <= select.carriers.size());
  const auto transcript = engagement::SessionTranscript::for_session(
      select.device_engagement, select.device_engagement.e_device_key_bytes().bytes(),
      engagement::nfc_handover(select, request));
  require(transcript.has_value());
  require(engagement::name(transcript->handover()) == (request != nullptr ? "nfc-negotiated" : "nfc-static"));

  const auto made = engagement::make_handover_select(carriers_of(select), select.device_engagement);
  if (!made) return;  // tolerated, but never written
  const auto again = engagement::decode_handover_select(made->message, lenient);
  require(again.has_value());
  require_same_carriers(*again, *made);
  require(fuzz::same(again->device_engagement.bytes().view(), select.device_engagement.bytes().view()));
}

void check(const SharedBytes& message, const HandoverRequest& request) {
  require(fuzz::inside(message.view(), request.message.view()) && request.message.size() == message.size());
  const auto made =
      engagement::make_handover_request(carriers_of(request), {.reader_engagement = request.reader_engagement});
  if (!made) return;
  const auto again = engagement::decode_handover_request(made->message, lenient);
  require(again.has_value());
  require_same_carriers(*again, *made);
  require(again->reader_engagement.has_value() == request.reader_engagement.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});
  const auto records = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_ndef_message(message, {.level = level}); }, size);
  if (records) {
    cbor::DeviationLog log;
    (void)engagement::decode_ndef_message(message, {.level = Level::lenient, .sink = &log});
    check(message, *records, !log.empty());
  }
  const auto request = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_handover_request(message, {.level = level}); }, size);
  if (request) {
    require(records.has_value());
    check(message, *request);
  }
  const auto select = fuzz::decode_at_levels(
      [&](Level level) { return engagement::decode_handover_select(message, {.level = level}); }, size);
  if (select) {
    require(records.has_value());
    check(message, *select, nullptr);
    check(message, *select, request ? &*request : nullptr);
  }
  return 0;
}
