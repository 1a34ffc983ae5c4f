#include "mdoc/engagement/device_engagement.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "engagement/engagement_decoder.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/core/version.hpp"

namespace mdoc::engagement {
namespace {

enum Key : std::int64_t {
  version_key = 0,
  security_key = 1,
  methods_key = 2,
  server_retrieval_key = 3,
  origin_infos_key = 5,
  capabilities_key = 6,
};

// Capabilities = { * int => any }: 0 bool, 1 [ + int ], 2 to 4 bool
Result<Capabilities> decode_capabilities(cbor::Reader& reader) {
  Capabilities out;
  std::optional<bool> handover_session, reader_auth_all;
  std::optional<std::vector<std::int64_t>> curves;
  MDOC_CHECK(cbor::read_map(
      reader, out.others, cbor::optional({0, "macKeysSupport"}, out.mac_keys, &cbor::Reader::read_bool),
      cbor::optional({1, "macKeysCurves"}, curves, cbor::array_of(&cbor::Reader::read_int)),
      cbor::optional({2, "handoverSessionEstablishmentSupport"}, handover_session, &cbor::Reader::read_bool),
      cbor::optional({3, "readerAuthAllSupport"}, reader_auth_all, &cbor::Reader::read_bool),
      cbor::optional({4, "extendedRequestSupport"}, out.extended_request, &cbor::Reader::read_bool)));
  out.handover_session_establishment = handover_session.value_or(false);
  out.reader_auth_all = reader_auth_all.value_or(false);
  // Keys 2 and 3, if present, are true; key 1 goes with key 0 only.
  bool deviates = handover_session == false || reader_auth_all == false;
  if (curves) {
    deviates |= !out.mac_keys || curves->empty();
    if (out.mac_keys) out.mac_key_curves = *std::move(curves);
  }
  if (deviates) MDOC_CHECK(reader.deviation(Rule::engagement_capabilities));
  return out;
}

Result<std::int64_t> read_cipher_suite(cbor::Reader& reader) {
  MDOC_TRY(const auto suite, reader.read_int());
  if (suite != cipher_suite_1) return reader.fail(Errc::unsupported_cipher_suite);
  return suite;
}

}  // namespace

cbor::DecodeContext engagement_context(cbor::DecodeContext context) noexcept {
  context.limits.max_bytes = std::min(context.limits.max_bytes, max_engagement_bytes);
  return context;
}

Result<std::string> read_engagement_version(const cbor::Reader& reader, ByteView content,
                                            const ProtocolConstants& constants) {
  MDOC_CHECK(reader.status());  // too large
  cbor::Reader map = reader.within(content);
  // Drafts before 2020 had an array here.
  if (map.next_is(cbor::Type::array)) return map.fail(Errc::obsolete_draft, map.offset());
  std::string version;
  const auto read_version = [&](cbor::Reader& r) -> Result<std::string> {
    MDOC_TRY(const auto text, r.read_text());
    const auto parsed = parse_version(text);
    if (!parsed) return r.fail(Errc::bad_value);
    // 8.3: the minor version never stops a reader, another major version always does.
    if (parsed->major != parse_version(constants.engagement_version)->major) return r.fail(Errc::unsupported_version);
    return std::string(text);
  };
  MDOC_CHECK(cbor::read_map(map, cbor::required({version_key, "version"}, version, read_version)));
  return version;
}

Result<cbor::Encoded<crypto::PublicKey>> read_security(
    cbor::Reader& reader, Result<cbor::Encoded<crypto::PublicKey>> (*read_key)(cbor::Reader&)) {
  std::int64_t suite = 0;
  std::optional<cbor::Encoded<crypto::PublicKey>> key;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("cipherSuite", suite, read_cipher_suite),
                              cbor::element("key", key, read_key)));
  return *std::move(key);
}

Result<DeviceEngagement> DeviceEngagementDecoder::decode(cbor::Reader& reader, ByteView content, SharedBytes bytes,
                                                         SharedBytes item, const ProtocolConstants& constants) {
  MDOC_TRY(auto version, read_engagement_version(reader, content, constants));
  std::optional<EDeviceKeyBytes> key;
  std::vector<RetrievalMethod> methods;
  std::optional<SharedBytes> server_retrieval, origin_infos;
  std::optional<Capabilities> capabilities;
  cbor::UnknownMembers others;
  ByteView version_item;
  MDOC_CHECK(
      cbor::read_map(reader, others, cbor::required({version_key, "version"}, version_item, &cbor::Reader::read_raw),
                     cbor::required({security_key, "security"}, key,
                                    [](cbor::Reader& r) { return read_security(r, read_e_device_key_bytes); }),
                     cbor::optional({methods_key, "deviceRetrievalMethods"}, methods,
                                    [&](cbor::Reader& r) { return decode_retrieval_methods(r, constants); }),
                     cbor::optional({server_retrieval_key, "serverRetrievalMethods"}, server_retrieval,
                                    &cbor::Reader::read_raw_shared),
                     cbor::optional({origin_infos_key, "originInfos"}, origin_infos, &cbor::Reader::read_raw_shared),
                     cbor::optional({capabilities_key, "capabilities"}, capabilities, decode_capabilities)));
  MDOC_CHECK(reader.finish());

  // 9.1: version 1.1 exactly with key 5 or 6, and key 6 never without key 5.
  const bool extended = origin_infos || capabilities;
  const bool version_fits =
      extended ? version != constants.engagement_version : version != constants.engagement_version_extended;
  if (!version_fits) MDOC_CHECK(reader.deviation(Rule::engagement_version));
  if (capabilities && !origin_infos) MDOC_CHECK(reader.deviation(Rule::engagement_capabilities));

  DeviceEngagement engagement(*std::move(key));
  if (item.empty()) {
    cbor::Writer wrapped;
    wrapped.embedded(bytes.view());
    item = SharedBytes::take(std::move(wrapped).take());
  }
  engagement.bytes_ = std::move(bytes);
  engagement.item_ = std::move(item);
  engagement.version_ = std::move(version);
  engagement.methods_ = std::move(methods);
  engagement.server_retrieval_ = std::move(server_retrieval);
  engagement.origin_infos_ = std::move(origin_infos);
  engagement.capabilities_ = std::move(capabilities);
  engagement.others_ = std::move(others);
  return engagement;
}

Result<DeviceEngagement> decode_device_engagement(SharedBytes map, const cbor::DecodeContext& context,
                                                  const ProtocolConstants& constants) {
  const ByteView content = map.view();
  cbor::Reader reader(map, engagement_context(context), "DeviceEngagement");
  return DeviceEngagementDecoder::decode(reader, content, std::move(map), {}, constants);
}

Result<DeviceEngagement> read_device_engagement_bytes(cbor::Reader& reader, const ProtocolConstants& constants) {
  MDOC_TRY(const auto embedded, reader.read_embedded());
  if (embedded.content.size() > max_engagement_bytes) return reader.fail(Errc::too_large);
  cbor::Reader map = reader.within(embedded.content);
  const SharedBytes item = reader.slice(embedded.bytes);
  const auto begin = static_cast<std::size_t>(embedded.content.data() - embedded.bytes.data());
  const auto content = item.view().subspan(begin, embedded.content.size());
  return DeviceEngagementDecoder::decode(map, embedded.content, item.slice(content), item, constants);
}

Result<DeviceEngagement> decode_device_engagement_message(SharedBytes message, const cbor::DecodeContext& context,
                                                          const ProtocolConstants& constants) {
  cbor::Reader reader(std::move(message), engagement_context(context), "DeviceEngagementMessage");
  std::optional<DeviceEngagement> engagement;
  const auto read = [&](cbor::Reader& r) -> Result<DeviceEngagement> {
    if (!r.next_is(cbor::Type::bytes)) return read_device_engagement_bytes(r, constants);
    cbor::Reader nested = r.enter_bytes();
    MDOC_CHECK(r.deviation(Rule::engagement_message_wrapped));
    MDOC_TRY(auto inner, read_device_engagement_bytes(nested, constants));
    MDOC_CHECK(nested.finish());
    return inner;
  };
  MDOC_CHECK(cbor::read_map(reader, cbor::required("deviceEngagementBytes", engagement, read)));
  MDOC_CHECK(reader.finish());
  return *std::move(engagement);
}

Bytes encode_device_engagement_message(const DeviceEngagement& engagement) {
  cbor::Writer writer;
  writer.map(1).text("deviceEngagementBytes").raw(engagement.device_engagement_bytes().view());
  return std::move(writer).take();
}

}  // namespace mdoc::engagement
