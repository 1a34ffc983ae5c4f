#include <algorithm>

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/reader_engagement.hpp"

// Engagements of ours. Whatever is built here is decoded again with the strictest rules, so that an
// engagement which peers could refuse is refused before it is shown.

namespace mdoc::engagement {
namespace {

Error bad_argument(const Path& where) { return {.code = Errc::bad_argument, .where = where}; }

cbor::DecodeContext strict() { return {.level = Level::strict}; }

Result<void> put_methods(cbor::SortedMap& map, std::span<const RetrievalMethod> methods,
                         const ProtocolConstants& constants) {
  cbor::Writer& writer = map.put(2).array(methods.size());
  for (const auto& method : methods) MDOC_CHECK(encode(writer, method, constants));
  return {};
}

Result<cbor::SortedMap> encode_capabilities(const OfferedCapabilities& offered) {
  cbor::SortedMap map;
  if (offered.mac_keys) {
    map.put(0).boolean(true);
    const auto& curves = offered.mac_keys->curves;
    if (!std::ranges::all_of(curves, [](crypto::Curve curve) { return crypto::info(curve).can_agree; })) {
      return bad_argument("macKeysCurves");
    }
    if (!curves.empty()) {
      cbor::Writer& writer = map.put(1).array(curves.size());
      for (const auto curve : curves) writer.integer(static_cast<std::int64_t>(curve));
    }
  }
  if (offered.reader_auth_all) map.put(3).boolean(true);
  if (offered.extended_request) map.put(4).boolean(true);
  return map;
}

Result<void> put_extensions(cbor::SortedMap& map, std::span<const EngagementExtension> extensions) {
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    const Path where = Path("extensions") / i;
    // * nint => Ext: negative keys are the applications'.
    if (extensions[i].key >= 0) return bad_argument(where);
    cbor::Reader value(ByteView(extensions[i].value), strict());
    if (!value.skip() || !value.finish()) return bad_argument(where);
    map.put(extensions[i].key).raw(extensions[i].value);
  }
  return {};
}

/// Decodes what was built; any complaint is about the arguments.
Result<DeviceEngagement> finish_device_engagement(const cbor::SortedMap& map, const ProtocolConstants& constants) {
  auto engagement = decode_device_engagement(SharedBytes::take(map.encode()), strict(), constants);
  if (!engagement) return bad_argument(engagement.error().where);
  return engagement;
}

// DeviceEngagement = { 0 : Version, 1 : Security, ? 2 : methods, ? 5 : OriginInfos, ? 6 : Capabilities, * nint => Ext }
Result<DeviceEngagement> build(const crypto::PublicKey& key, std::span<const RetrievalMethod> methods,
                               std::optional<std::string_view> domain, const DeviceEngagementOptions& options,
                               const ProtocolConstants& constants) {
  MDOC_TRY(const auto e_device_key_bytes, encode_ephemeral_key(key));
  MDOC_TRY(const auto capabilities, encode_capabilities(options.capabilities));
  const bool extended = domain || !capabilities.empty();
  cbor::SortedMap map;
  map.put(0).text(extended ? constants.engagement_version_extended : constants.engagement_version);
  map.put(1).array(2).integer(cipher_suite_1).raw(e_device_key_bytes.bytes());
  if (!methods.empty()) MDOC_CHECK(put_methods(map, methods, constants));
  if (domain) {
    cbor::SortedMap details;
    details.put("domain").text(*domain);
    cbor::SortedMap info;
    info.put("cat").uint(OriginInfo::category_1);
    info.put("type").uint(OriginInfo::domain_type);
    info.put("details").map(details);
    map.put(5).array(1).map(info);
  } else if (extended) {
    map.put(5).array(0);  // mandatory beside key 6
  }
  if (!capabilities.empty()) map.put(6).map(capabilities);
  MDOC_CHECK(put_extensions(map, options.extensions));
  return finish_device_engagement(map, constants);
}

bool offers_mac_keys(const DeviceEngagementOptions& options) noexcept {
  return options.capabilities.mac_keys.has_value();
}

/// A host name: no scheme, port or path.
bool is_host(std::string_view domain) noexcept { return domain.find_first_of("/:?#@ ") == std::string_view::npos; }

}  // namespace

Result<DeviceEngagement> DeviceEngagement::for_qr(const crypto::PublicKey& e_device_key,
                                                  std::span<const RetrievalMethod> methods,
                                                  const DeviceEngagementOptions& options,
                                                  const ProtocolConstants& constants) {
  if (methods.empty()) return bad_argument("deviceRetrievalMethods");
  if (offers_mac_keys(options)) return bad_argument("macKeysSupport");
  return build(e_device_key, methods, std::nullopt, options, constants);
}

Result<DeviceEngagement> DeviceEngagement::for_nfc(const crypto::PublicKey& e_device_key,
                                                   const DeviceEngagementOptions& options,
                                                   const ProtocolConstants& constants) {
  if (offers_mac_keys(options)) return bad_argument("macKeysSupport");
  return build(e_device_key, {}, std::nullopt, options, constants);
}

Result<DeviceEngagement> DeviceEngagement::for_website(const crypto::PublicKey& e_device_key, std::string_view domain,
                                                       const DeviceEngagementOptions& options,
                                                       const ProtocolConstants& constants) {
  if (!is_host(domain)) return bad_argument("domain");
  return build(e_device_key, {}, domain, options, constants);
}

Result<ReaderEngagement> ReaderEngagement::for_nfc(const ProtocolConstants& constants) {
  cbor::SortedMap map;
  map.put(0).text(constants.engagement_version);
  return decode_reader_engagement(SharedBytes::take(map.encode()), strict(), constants);
}

Result<ReaderEngagement> ReaderEngagement::for_link(const crypto::PublicKey& e_reader_key,
                                                    std::span<const RetrievalMethod> methods,
                                                    const ProtocolConstants& constants) {
  if (methods.empty()) return bad_argument("deviceRetrievalMethods");
  MDOC_TRY(const auto e_reader_key_bytes, encode_ephemeral_key(e_reader_key));
  cbor::SortedMap map;
  map.put(0).text(constants.engagement_version_extended);
  map.put(1).array(2).integer(cipher_suite_1).raw(e_reader_key_bytes.bytes());
  MDOC_CHECK(put_methods(map, methods, constants));
  auto engagement = decode_reader_engagement(SharedBytes::take(map.encode()), strict(), constants);
  if (!engagement) return bad_argument(engagement.error().where);
  return engagement;
}

}  // namespace mdoc::engagement
