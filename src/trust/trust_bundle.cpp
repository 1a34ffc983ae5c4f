#include "mdoc/trust/trust_bundle.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/cbor/fields.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/status_token.hpp"
#include "mdoc/trust/trusted_list.hpp"
#include "mdoc/trust/vical.hpp"
#include "trust/list_provenance.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

std::optional<BundleKind> kind_of(std::uint64_t number) noexcept {
  if (number < static_cast<std::uint64_t>(BundleKind::vical) || number > static_cast<std::uint64_t>(BundleKind::ocsp)) {
    return std::nullopt;
  }
  return static_cast<BundleKind>(number);
}

// Item; nothing: of a kind that is not known
Result<std::optional<BundleItem>> decode_item(Reader& reader) {
  BundleItem item;
  std::uint64_t kind = 0;
  cbor::UnknownMembers others;
  MDOC_CHECK(cbor::read_map(reader, others, cbor::required("kind", kind, &Reader::read_uint),
                            cbor::required("content", item.content, &Reader::read_bytes_shared),
                            cbor::required("fetched", item.fetched, cbor::read_tdate),
                            cbor::optional("trustPoint", item.trust_point, &Reader::read_bytes_shared),
                            cbor::optional("certificate", item.certificate, &Reader::read_bytes_shared),
                            cbor::optional("namedByDocument", item.named_by_document, &Reader::read_bool),
                            cbor::optional("type", item.type, &Reader::read_text),
                            cbor::optional("url", item.url, &Reader::read_text)));
  const auto known = kind_of(kind);
  if (!known) return std::optional<BundleItem>();
  item.kind = *known;
  return std::optional(std::move(item));
}

/// The sources that can be wanted, by the names that stand in bundles.
std::optional<RevocationSource> source_of(std::string_view text) noexcept {
  for (const auto source : {RevocationSource::crl, RevocationSource::ocsp, RevocationSource::status_list,
                            RevocationSource::identifier_list}) {
    if (name(source) == text) return source;
  }
  return std::nullopt;
}

bool is_about_certificate(RevocationSource source) noexcept {
  return source == RevocationSource::crl || source == RevocationSource::ocsp;
}

bool is_about_document(RevocationSource source) noexcept {
  return source == RevocationSource::status_list || source == RevocationSource::identifier_list;
}

/// Wanted, as it stands in a bundle.
struct WantedItem {
  std::string source;
  std::vector<std::string> urls;
  std::vector<SharedBytes> trust_points;
  std::optional<SharedBytes> certificate;
  bool named_by_document = false;
};

Result<WantedItem> decode_wanted(Reader& reader, const TrustBundleLimits& limits) {
  WantedItem item;
  cbor::UnknownMembers others;
  const auto read_url = [&](Reader& each) -> Result<std::string> {
    MDOC_TRY(const std::string_view url, each.read_text());
    if (url.size() > limits.max_url_bytes) return each.fail(Errc::too_large);
    return std::string(url);
  };
  const auto trust_points = cbor::array_of(&Reader::read_bytes_shared, limits.max_trust_points);
  MDOC_CHECK(cbor::read_map(reader, others, cbor::required("source", item.source, &Reader::read_text),
                            cbor::required("urls", item.urls, cbor::array_of(read_url, limits.max_urls)),
                            cbor::required("trustPoints", item.trust_points, trust_points),
                            cbor::optional("certificate", item.certificate, &Reader::read_bytes_shared),
                            cbor::optional("namedByDocument", item.named_by_document, &Reader::read_bool)));
  return item;
}

/// @return nothing: a source that is not known, or one that nobody can make use of
std::optional<WantedSource> wanted_source(const WantedItem& item, const TrustBundleLimits& limits) {
  const auto source = source_of(item.source);
  if (!source || item.trust_points.empty()) return std::nullopt;
  std::vector<crypto::Certificate> trust_points;
  for (const SharedBytes& der : item.trust_points) {
    const auto certificate = crypto::Certificate::from_der(der.view());
    if (!certificate) return std::nullopt;
    trust_points.push_back(*certificate);
  }
  WantedSource wanted{.kind = *source, .uris = item.urls};
  if (is_about_certificate(*source)) {
    wanted.issuer = trust_points.front();
    const auto certificate = item.certificate ? crypto::Certificate::from_der(item.certificate->view())
                                              : Result<crypto::Certificate>(Error{.code = Errc::missing_element});
    if (certificate) wanted.certificate = *certificate;
  } else {
    wanted.trust = item.named_by_document ? StatusTrust::anchors(std::move(trust_points))
                                          : StatusTrust::issuer_cas(std::move(trust_points));
  }
  if (!can_be_carried(wanted, limits)) return std::nullopt;
  return wanted;
}

void write_wanted(cbor::Writer& writer, const WantedSource& wanted) {
  cbor::SortedMap one;
  one.put("source").text(name(wanted.kind));
  cbor::Writer& urls = one.put("urls").array(wanted.uris.size());
  for (const std::string& url : wanted.uris) urls.text(url);
  if (wanted.trust) {
    const auto certificates = wanted.trust->certificates();
    cbor::Writer& points = one.put("trustPoints").array(certificates.size());
    for (const crypto::Certificate& certificate : certificates) points.bytes(certificate.der());
    if (wanted.trust->may_sign_lists()) one.put("namedByDocument").boolean(true);
  } else {
    one.put("trustPoints").array(1).bytes(wanted.issuer->der());
    one.put("certificate").bytes(wanted.certificate->der());
  }
  writer.map(one);
}

}  // namespace

bool can_be_carried(const WantedSource& wanted, const TrustBundleLimits& limits) noexcept {
  const std::size_t trust_points = wanted.trust ? wanted.trust->certificates().size() : 0;
  // Whoever fetches it goes by the kind, and so it has what its kind takes and nothing else.
  const bool names_certificate = wanted.issuer && wanted.certificate && !wanted.trust;
  const bool names_signers =
      trust_points > 0 && trust_points <= limits.max_trust_points && !wanted.issuer && !wanted.certificate;
  const bool complete =
      (is_about_certificate(wanted.kind) && names_certificate) || (is_about_document(wanted.kind) && names_signers);
  const auto is_plain = [&](const std::string& uri) {
    return !uri.empty() && uri.size() <= limits.max_url_bytes &&
           std::ranges::all_of(uri, [](char c) { return c > ' ' && c <= '~'; });
  };
  return complete && !wanted.uris.empty() && wanted.uris.size() <= limits.max_urls &&
         std::ranges::all_of(wanted.uris, is_plain);
}

std::string_view name(BundleKind kind) noexcept {
  switch (kind) {
    case BundleKind::vical: return "vical";
    case BundleKind::rical: return "rical";
    case BundleKind::trusted_entities: return "trusted-entities";
    case BundleKind::crl: return "crl";
    case BundleKind::status_list: return "status-list";
    case BundleKind::ocsp: return "ocsp";
  }
  return "unknown";
}

std::span<const std::string_view> media_types(BundleKind kind) noexcept {
  static constexpr std::array<std::string_view, 1> vical{"application/cwt"};
  static constexpr std::array<std::string_view, 1> rical{"application/cbor"};
  static constexpr std::array<std::string_view, 2> entities{"application/jwt", "application/jose"};
  static constexpr std::array<std::string_view, 1> crl{"application/pkix-crl"};
  static constexpr std::array<std::string_view, 3> status{
      "application/statuslist+cwt", "application/identifierlist+cwt", "application/statuslist+jwt"};
  static constexpr std::array<std::string_view, 1> ocsp{"application/ocsp-response"};
  switch (kind) {
    case BundleKind::vical: return vical;
    case BundleKind::rical: return rical;
    case BundleKind::trusted_entities: return entities;
    case BundleKind::crl: return crl;
    case BundleKind::status_list: return status;
    case BundleKind::ocsp: return ocsp;
  }
  return {};
}

std::string describe(const BundleItem& item) {
  const cbor::DecodeContext tolerant{.level = Level::lenient};
  switch (item.kind) {
    case BundleKind::vical:
      if (const auto list = decode_vical(item.content, tolerant)) {
        return describe(provenance_of(list->unverified()));
      }
      break;
    case BundleKind::rical:
      if (const auto list = decode_rical(item.content, tolerant)) {
        return describe(provenance_of(list->unverified()));
      }
      break;
    case BundleKind::crl:
      if (const auto list = crypto::CertificateRevocationList::from_der(item.content)) {
        return list->issuer().text() + ", " + to_rfc3339(list->this_update()).substr(0, 10);
      }
      break;
    case BundleKind::status_list:
      if (const auto token = decode_status_token_cwt(item.content, tolerant)) return token->uri();
      break;
    case BundleKind::ocsp:
      if (!item.certificate) break;
      if (const auto certificate = crypto::Certificate::from_der(item.certificate->view())) {
        return certificate->subject().text();
      }
      break;
    case BundleKind::trusted_entities: break;
  }
  return item.url;
}

Bytes encode(const TrustBundle& bundle) {
  cbor::SortedMap map;
  map.put("version").text("1.0");
  map.put("created").tdate(bundle.created);
  cbor::Writer& items = map.put("items").array(bundle.items.size());
  for (const BundleItem& item : bundle.items) {
    cbor::SortedMap one;
    one.put("kind").uint(static_cast<std::uint64_t>(item.kind));
    one.put("content").bytes(item.content.view());
    one.put("fetched").tdate(item.fetched);
    if (item.trust_point) one.put("trustPoint").bytes(item.trust_point->view());
    if (item.certificate) one.put("certificate").bytes(item.certificate->view());
    if (item.named_by_document) one.put("namedByDocument").boolean(true);
    if (!item.type.empty()) one.put("type").text(item.type);
    if (!item.url.empty()) one.put("url").text(item.url);
    items.map(one);
  }
  const auto is_carried = [](const WantedSource& one) { return can_be_carried(one); };
  cbor::Writer wanted;
  const auto count = static_cast<std::size_t>(std::ranges::count_if(bundle.wanted, is_carried));
  std::size_t room = std::min(count, TrustBundleLimits{}.max_wanted);
  wanted.array(room);
  for (const WantedSource& one : bundle.wanted) {
    if (room == 0) break;
    if (!is_carried(one)) continue;
    write_wanted(wanted, one);
    --room;
  }
  map.put("wanted").raw(wanted.view());
  return map.encode();
}

Result<TrustBundle> decode_trust_bundle(SharedBytes encoded, const TrustBundleLimits& limits) {
  const Path where = "TrustBundle";
  if (encoded.size() > limits.max_bytes) return Error{.code = Errc::too_large, .where = where};
  // Each array has a limit of its own; this one is for the members of maps.
  const std::size_t max_entries = std::max({DecodeLimits{}.max_entries, limits.max_items, limits.max_wanted});
  const DecodeLimits bounds{
      .max_bytes = limits.max_bytes, .max_string = limits.max_item_bytes, .max_entries = max_entries};
  Reader reader(std::move(encoded), {.limits = bounds, .level = Level::strict}, where);
  TrustBundle bundle;
  Version version;
  std::vector<std::optional<BundleItem>> items;
  std::vector<WantedItem> wanted;
  cbor::UnknownMembers others;
  const auto read_wanted = [&](Reader& each) { return decode_wanted(each, limits); };
  MDOC_CHECK(cbor::read_map(reader, others, cbor::required("version", version, cbor::read_version),
                            cbor::required("created", bundle.created, cbor::read_tdate),
                            cbor::required("items", items, cbor::array_of(decode_item, limits.max_items)),
                            cbor::optional("wanted", wanted, cbor::array_of(read_wanted, limits.max_wanted))));
  MDOC_CHECK(reader.finish());
  for (std::optional<BundleItem>& item : items) {
    if (item) bundle.items.push_back(*std::move(item));
  }
  for (const WantedItem& item : wanted) {
    if (auto source = wanted_source(item, limits)) bundle.wanted.push_back(*std::move(source));
  }
  return bundle;
}

}  // namespace mdoc::trust
