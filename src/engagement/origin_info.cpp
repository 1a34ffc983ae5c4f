#include <algorithm>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "engagement/offset.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/engagement/device_engagement.hpp"

// The members of an engagement that not everybody reads: OriginInfos (TS 18013-7, A.3) and
// ServerRetrievalMethods (ISO/IEC 18013-5:2021, 8.2.1.2).

namespace mdoc::engagement {
namespace {

/// A Reader over one member, with offsets in the whole engagement.
cbor::Reader member_reader(const DeviceEngagement& engagement, const SharedBytes& member,
                           const cbor::DecodeContext& context, const Path& path) {
  return cbor::Reader(member, context, path, offset_in(engagement.bytes().view(), member.view()));
}

// "details" : { + tstr => any }; of a domain origin: { "domain" : tstr }
Result<SharedBytes> read_details(cbor::Reader& reader, const OriginInfo& info, std::optional<std::string>& domain) {
  MDOC_TRY(const auto raw, reader.read_raw());
  if (info.type != OriginInfo::domain_type) return reader.slice(raw);
  cbor::Reader details = reader.within(raw);
  if (details.next_is(cbor::Type::text)) {
    MDOC_TRY(domain, details.read_string());
    MDOC_CHECK(reader.deviation(Rule::origin_info_text));
  } else {
    std::string text;
    MDOC_CHECK(cbor::read_map(details, cbor::required("domain", text, &cbor::Reader::read_text)));
    domain = std::move(text);
  }
  return reader.slice(raw);
}

// OriginInfo = { "cat" : uint, "type" : uint, "details" : { + tstr => any } }
Result<OriginInfo> decode_origin_info(cbor::Reader& reader) {
  OriginInfo info;
  ByteView details;
  MDOC_CHECK(cbor::read_map(reader, cbor::required("cat", info.category, &cbor::Reader::read_uint),
                            cbor::required("type", info.type, &cbor::Reader::read_uint),
                            cbor::required("details", details, &cbor::Reader::read_raw)));
  const auto scope = reader.at("details");
  cbor::Reader nested = reader.within(details);
  MDOC_TRY(info.details, read_details(nested, info, info.domain));
  return info;
}

// WebApi = [ uint, tstr, tstr ], Oidc likewise
Result<ServerRetrievalMethod> decode_server_retrieval_method(cbor::Reader& reader) {
  ServerRetrievalMethod method;
  MDOC_CHECK(cbor::read_tuple(reader, cbor::element("version", method.version, &cbor::Reader::read_uint),
                              cbor::element("issuerUrl", method.issuer_url, &cbor::Reader::read_text),
                              cbor::element("token", method.token, &cbor::Reader::read_text)));
  return method;
}

std::string_view without_trailing_dot(std::string_view domain) noexcept {
  if (domain.ends_with('.')) domain.remove_suffix(1);
  return domain;
}

}  // namespace

Result<std::vector<OriginInfo>> decode_origin_infos(const DeviceEngagement& engagement,
                                                    const cbor::DecodeContext& context) {
  std::vector<OriginInfo> infos;
  if (!engagement.origin_infos()) return infos;
  auto reader =
      member_reader(engagement, *engagement.origin_infos(), context, Path("DeviceEngagement") / "originInfos");
  auto array = reader.enter_array();
  while (array.next()) {
    const std::uint32_t begin = reader.offset();
    MDOC_TRY(auto info, decode_origin_info(reader));
    // A.3: each OriginInfo has a type of its own.
    const bool known = std::ranges::any_of(infos, [&](const OriginInfo& other) { return other.type == info.type; });
    if (known) return reader.fail(Errc::bad_value, begin);
    infos.push_back(std::move(info));
  }
  MDOC_CHECK(array.finish());
  return infos;
}

OriginMatch match_origin(std::span<const OriginInfo> infos, std::span<const std::string_view> own_domains) noexcept {
  const auto info = std::ranges::find_if(infos, [](const OriginInfo& entry) { return entry.domain.has_value(); });
  if (info == infos.end()) return OriginMatch::absent;
  const std::string_view domain = without_trailing_dot(*info->domain);
  if (domain.empty()) return OriginMatch::unknown;
  const bool own = std::ranges::any_of(own_domains, [&](std::string_view candidate) {
    return equal_ignoring_case(without_trailing_dot(candidate), domain);
  });
  return own ? OriginMatch::matches : OriginMatch::mismatch;
}

Result<ServerRetrievalMethods> decode_server_retrieval_methods(const DeviceEngagement& engagement,
                                                               const cbor::DecodeContext& context) {
  const Path path = Path("DeviceEngagement") / "serverRetrievalMethods";
  if (!engagement.server_retrieval_methods()) return Error{.code = Errc::missing_element, .where = path};
  auto reader = member_reader(engagement, *engagement.server_retrieval_methods(), context, path);
  ServerRetrievalMethods methods;
  MDOC_CHECK(cbor::read_map(reader, methods.others,
                            cbor::optional("webApi", methods.web_api, decode_server_retrieval_method),
                            cbor::optional("oidc", methods.oidc, decode_server_retrieval_method)));
  if (!methods.web_api && !methods.oidc) return reader.fail(Errc::empty_structure);
  return methods;
}

}  // namespace mdoc::engagement
