#include "cli/structure.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/crl.hpp"
#include "mdoc/engagement/ndef.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/trust/status_token.hpp"

namespace mdoc::cli {
namespace {

constexpr std::array<std::string_view, 20> names{"device-engagement",
                                                 "reader-engagement",
                                                 "device-request",
                                                 "device-response",
                                                 "document",
                                                 "issuer-signed",
                                                 "mso",
                                                 "session-establishment",
                                                 "session-data",
                                                 "session-transcript",
                                                 "vical",
                                                 "rical",
                                                 "status-list",
                                                 "jws",
                                                 "crl",
                                                 "trust-bundle",
                                                 "ndef",
                                                 "certificate",
                                                 "key",
                                                 "cbor"};
static_assert(names.size() == static_cast<std::size_t>(Structure::cbor) + 1);

constexpr std::array<std::string_view, names.size()> titles{"a DeviceEngagement",
                                                            "a ReaderEngagement",
                                                            "a DeviceRequest",
                                                            "a DeviceResponse",
                                                            "a Document",
                                                            "IssuerSigned",
                                                            "a MobileSecurityObject",
                                                            "a SessionEstablishment",
                                                            "SessionData",
                                                            "a SessionTranscript",
                                                            "a VICAL",
                                                            "a RICAL",
                                                            "a list token",
                                                            "a JWS",
                                                            "a CRL",
                                                            "a bundle of trust lists",
                                                            "an NDEF message",
                                                            "a certificate",
                                                            "a key",
                                                            "CBOR"};

/// Recognition never fails for what a level refuses: the decoder will. The payload of a signed list is one string.
const cbor::DecodeContext tolerant{
    .limits = {.max_string = DecodeLimits{}.max_bytes}, .level = Level::lenient, .sink = nullptr};

/// Keys of a map up to the end or to the first item that is broken.
struct Keys {
  std::vector<std::string> texts;
  std::vector<std::int64_t> integers;

  [[nodiscard]] bool has(std::string_view text) const { return std::ranges::find(texts, text) != texts.end(); }
  [[nodiscard]] bool has(std::int64_t integer) const { return std::ranges::find(integers, integer) != integers.end(); }
};

Keys keys_of(cbor::Reader& reader) {
  Keys keys;
  auto map = reader.enter_map();
  while (map.next()) {
    if (const auto text = map.key().text()) keys.texts.emplace_back(*text);
    if (const auto integer = map.key().integer()) keys.integers.push_back(*integer);
  }
  return keys;
}

/// A retrieval method that only readers offer: REST (TS 18013-7, A.1).
bool offers_rest(ByteView engagement) {
  cbor::Reader reader(engagement, tolerant);
  auto map = reader.enter_map();
  while (map.next()) {
    if (!(map.key() == 2)) continue;
    auto methods = reader.enter_array();
    while (methods.next()) {
      auto method = reader.enter_tuple();
      if (!method.next()) continue;
      const auto type = reader.read_uint();
      if (type && *type == static_cast<std::uint64_t>(engagement::RetrievalType::rest_api)) return true;
    }
  }
  return false;
}

/// The two engagements differ in nothing but what they carry: a mere version is the reader's in NFC, an
/// address on the web is the reader's, and everything beyond keys and methods is the mdoc's.
Structure engagement_of(const Keys& keys, ByteView content, bool reader_scheme) {
  if (keys.has(3) || keys.has(5) || keys.has(6)) return Structure::device_engagement;
  if (reader_scheme || !keys.has(1) || offers_rest(content)) return Structure::reader_engagement;
  return Structure::device_engagement;
}

Structure of_map(ByteView content, bool reader_scheme) {
  cbor::Reader reader(content, tolerant);
  const Keys keys = keys_of(reader);
  if (keys.has("eReaderKey")) return Structure::session_establishment;
  if (keys.has("docRequests")) return Structure::device_request;
  if (keys.has("valueDigests")) return Structure::mso;  // has a version and may have a status as well
  if (keys.has("documents") || keys.has("documentErrors") || keys.has("zkDocuments") ||
      keys.has("encryptedDocuments") || (keys.has("version") && keys.has("status"))) {
    return Structure::device_response;
  }
  if (keys.has("issuerAuth") || keys.has("nameSpaces")) {
    return keys.has("docType") ? Structure::cbor : Structure::issuer_signed;  // with docType: ItemsRequest
  }
  if (keys.has("issuerSigned")) return Structure::document;
  if (keys.has("deviceEngagementBytes")) return Structure::device_engagement;
  if (keys.has("vicalProvider")) return Structure::vical;
  if (keys.has("certificateInfos")) return keys.has("provider") ? Structure::rical : Structure::vical;
  if (keys.has("items") && keys.has("wanted") && keys.has("created")) return Structure::trust_bundle;
  if (keys.has("data") || keys.has("status")) return Structure::session_data;
  if (keys.has(65533) || keys.has(65530)) return Structure::status_list;
  if (keys.has(0)) return engagement_of(keys, content, reader_scheme);
  return Structure::cbor;
}

/// Envelopes within envelopes that are looked through; a peer could nest them without end.
constexpr unsigned max_envelopes = 4;

Structure of_item(ByteView content, bool reader_scheme, unsigned envelopes = 0);

/// COSE_Sign1 is [ protected, unprotected, payload, signature ]: told by what it signs. A
/// SessionTranscript is [ item / null, item / null, Handover ].
Structure of_array(ByteView content, unsigned envelopes) {
  cbor::Reader reader(content, tolerant);
  std::vector<cbor::Type> types;
  std::vector<bool> embedded_or_null;
  ByteView payload;
  auto array = reader.enter_array();
  while (array.next()) {
    const auto type = reader.peek();
    if (!type) break;
    embedded_or_null.push_back(*type == cbor::Type::null || reader.next_is_tag(cbor::tag_embedded));
    types.push_back(*type);
    if (types.size() != 3 || *type != cbor::Type::bytes) continue;
    if (const auto bytes = reader.read_bytes()) payload = *bytes;
  }
  if (types.size() == 3 && embedded_or_null[0] && embedded_or_null[1]) return Structure::session_transcript;
  const bool cose = types.size() >= 3 && types[0] == cbor::Type::bytes && types[1] == cbor::Type::map &&
                    types[2] == cbor::Type::bytes;
  if (!cose) return Structure::cbor;
  const Structure inside = of_item(payload, false, envelopes + 1);
  switch (inside) {
    case Structure::mso:
    case Structure::vical:
    case Structure::rical:
    case Structure::status_list: return inside;
    default: return Structure::cbor;
  }
}

Structure of_item(ByteView content, bool reader_scheme, unsigned envelopes) {
  if (envelopes > max_envelopes) return Structure::cbor;
  cbor::Reader reader(content, tolerant);
  while (reader.next_is(cbor::Type::tag)) {
    const bool embedded = reader.next_is_tag(cbor::tag_embedded);
    if (!reader.read_tag()) return Structure::cbor;
    if (!embedded) continue;
    const auto inner = reader.read_bytes();
    return inner ? of_item(*inner, reader_scheme, envelopes + 1) : Structure::cbor;
  }
  const ByteView untagged = content.subspan(reader.offset());
  if (reader.next_is(cbor::Type::map)) return of_map(untagged, reader_scheme);
  if (reader.next_is(cbor::Type::array)) return of_array(untagged, envelopes);
  return Structure::cbor;
}

bool is_well_formed(ByteView content) {
  cbor::Reader reader(content, tolerant);
  return reader.skip() && reader.finish();
}

}  // namespace

std::string_view name(Structure structure) noexcept { return names[static_cast<std::size_t>(structure)]; }

std::string_view title(Structure structure) noexcept { return titles[static_cast<std::size_t>(structure)]; }

std::string_view title(Structure structure, const Input& input) noexcept {
  const bool may_be_jwk = as_text(input.bytes).find("\"kty\"") != std::string_view::npos;
  return structure == Structure::key && is_json(input.bytes) && !may_be_jwk ? "JSON" : title(structure);
}

std::optional<Structure> find_structure(std::string_view name) noexcept {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Structure>(found - names.begin());
}

std::vector<std::string> structure_names() { return {names.begin(), names.end()}; }

Structure recognise(const Input& input) {
  if (!input.engagement.empty()) {
    const bool reader_scheme = input.engagement.find("://") != std::string::npos;
    const auto content = engagement::decode_engagement_text(input.engagement, tolerant);
    if (!content) return reader_scheme ? Structure::reader_engagement : Structure::device_engagement;
    const Structure found = of_item(content->view(), reader_scheme);
    return found == Structure::reader_engagement ? found : Structure::device_engagement;
  }
  if (is_pem(input.bytes)) {
    const auto has = [&](std::string_view line) { return as_text(input.bytes).find(line) != std::string_view::npos; };
    if (has("-----BEGIN CERTIFICATE-----")) return Structure::certificate;
    return has("-----BEGIN X509 CRL-----") ? Structure::crl : Structure::key;
  }
  if (is_json(input.bytes)) return Structure::key;
  if (trust::is_jwt(input.bytes)) return Structure::jws;
  if (crypto::Certificate::from_der(input.bytes)) return Structure::certificate;
  // Copies are wiped: it may be a key, a broken one.
  if (crypto::CertificateRevocationList::from_der(SharedBytes::take_secret(input.bytes))) return Structure::crl;
  const Structure found = of_item(input.bytes, false);
  // The first byte of an NDEF message is that of a CBOR array or tag, which then never has the right length.
  if (found == Structure::cbor && !is_well_formed(input.bytes) &&
      engagement::decode_ndef_message(SharedBytes::take_secret(input.bytes), tolerant)) {
    return Structure::ndef;
  }
  return found;
}

std::optional<std::string> found_instead(const Input& input, std::initializer_list<Structure> wanted) {
  const Structure found = recognise(input);
  if (found == Structure::cbor || std::ranges::find(wanted, found) != wanted.end()) return std::nullopt;
  return std::string(title(found, input));
}

}  // namespace mdoc::cli
