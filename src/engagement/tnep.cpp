#include "core/try.hpp"
#include "engagement/byte_cursor.hpp"
#include "mdoc/engagement/nfc_handover.hpp"

// NFC Forum Tag NDEF Exchange Protocol 1.0: how a reader talks to a service behind a tag.

namespace mdoc::engagement {
namespace {

constexpr std::string_view service_parameter_type = "Tp";
constexpr std::string_view service_select_type = "Ts";
constexpr std::string_view status_type = "Te";
constexpr std::uint8_t max_waiting_time = 63;
constexpr std::uint8_t max_extensions = 15;
constexpr std::size_t max_name = 255;

NdefRecord well_known(std::string_view type, Bytes payload) {
  return {.type_name = NdefTypeName::well_known,
          .type = SharedBytes::copy_of(as_bytes(type)),
          .payload = SharedBytes::take(std::move(payload))};
}

Bytes prefixed(std::string_view name) {
  Bytes out;
  out.reserve(1 + name.size());
  out.push_back(static_cast<std::uint8_t>(name.size()));
  out.insert(out.end(), name.begin(), name.end());
  return out;
}

Result<void> check_type(const NdefRecord& record, std::string_view type) {
  if (record.is(NdefTypeName::well_known, type)) return {};
  return Error{.code = Errc::wrong_type, .where = "TNEP record"};
}

constexpr Error malformed{.code = Errc::bad_frame, .where = "TNEP record"};

}  // namespace

Result<TnepServiceParameter> decode_tnep_service_parameter(const NdefRecord& record) {
  MDOC_CHECK(check_type(record, service_parameter_type));
  ByteCursor cursor(record.payload.view());
  TnepServiceParameter parameter;
  const auto version = cursor.take_byte();
  const auto name = cursor.take_prefixed();
  const auto numbers = cursor.take(5);
  if (!version || !name || !numbers || !cursor.at_end()) return malformed;
  parameter.version = *version;
  parameter.service_name = std::string(as_text(*name));
  parameter.communication_mode = (*numbers)[0];
  parameter.minimum_waiting_time = (*numbers)[1];
  parameter.maximum_extensions = (*numbers)[2];
  parameter.maximum_ndef_size = static_cast<std::uint16_t>((*numbers)[3] << 8 | (*numbers)[4]);
  if (parameter.minimum_waiting_time > max_waiting_time || parameter.maximum_extensions > max_extensions) {
    return Error{.code = Errc::bad_value, .where = "TNEP record"};
  }
  return parameter;
}

Result<NdefRecord> make_tnep_service_parameter(const TnepServiceParameter& parameter) {
  if (parameter.service_name.empty() || parameter.service_name.size() > max_name ||
      parameter.minimum_waiting_time > max_waiting_time || parameter.maximum_extensions > max_extensions) {
    return Error{.code = Errc::bad_argument, .where = "TnepServiceParameter"};
  }
  Bytes payload{parameter.version};
  const Bytes name = prefixed(parameter.service_name);
  payload.insert(payload.end(), name.begin(), name.end());
  const std::uint16_t size = parameter.maximum_ndef_size;
  payload.insert(payload.end(),
                 {parameter.communication_mode, parameter.minimum_waiting_time, parameter.maximum_extensions,
                  static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
  return well_known(service_parameter_type, std::move(payload));
}

Result<std::string> decode_tnep_service_select(const NdefRecord& record) {
  MDOC_CHECK(check_type(record, service_select_type));
  ByteCursor cursor(record.payload.view());
  const auto name = cursor.take_prefixed();
  if (!name || !cursor.at_end()) return malformed;
  return std::string(as_text(*name));
}

Result<NdefRecord> make_tnep_service_select(std::string_view service_name) {
  if (service_name.size() > max_name) return Error{.code = Errc::bad_argument, .where = "service name"};
  return well_known(service_select_type, prefixed(service_name));
}

Result<std::uint8_t> decode_tnep_status(const NdefRecord& record) {
  MDOC_CHECK(check_type(record, status_type));
  if (record.payload.size() != 1) return malformed;
  return record.payload.view().front();
}

NdefRecord make_tnep_status(std::uint8_t status) { return well_known(status_type, Bytes{status}); }

}  // namespace mdoc::engagement
