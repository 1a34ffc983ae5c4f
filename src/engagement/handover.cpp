#include "mdoc/engagement/handover.hpp"

#include <algorithm>
#include <vector>

#include "core/try.hpp"
#include "engagement/overloaded.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::engagement {
namespace {

Result<Sha256> sha256(ByteView message) {
  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, message));
  Sha256 out{};
  std::ranges::copy(digest.view(), out.begin());
  return out;
}

/// bstr of the thumbprint, or null where the response is not encrypted.
void write_thumbprint(cbor::Writer& writer, const std::optional<Sha256>& thumbprint) {
  if (thumbprint) {
    writer.bytes(*thumbprint);
  } else {
    writer.null();
  }
}

Result<Sha256> hash_of_texts(std::initializer_list<std::string_view> texts) {
  cbor::Writer info;
  info.array(texts.size());
  for (const auto text : texts) info.text(text);
  return sha256(info.view());
}

Bytes named(std::string_view identifier, const Sha256& hash) {
  cbor::Writer writer;
  writer.array(2).text(identifier).bytes(hash);
  return std::move(writer).take();
}

Bytes pair(const SharedBytes& first, const SharedBytes* second) {
  cbor::Writer writer;
  writer.array(2).bytes(first.view());
  if (second != nullptr) {
    writer.bytes(second->view());
  } else {
    writer.null();
  }
  return std::move(writer).take();
}

// ---- Discrimination ------------------------------------------------------------------------------

/// One element of an array, looked at without consuming it.
class Element {
 public:
  Element(const cbor::Reader& reader, ByteView raw) : reader_(reader), raw_(raw) {}

  [[nodiscard]] bool is_null() const { return inside().next_is(cbor::Type::null); }
  [[nodiscard]] std::optional<SharedBytes> bytes() const {
    cbor::Reader item = inside();
    const auto value = item.read_bytes();
    if (!value) return std::nullopt;
    return reader_.slice(*value);
  }
  [[nodiscard]] std::optional<Sha256> hash() const {
    const auto value = bytes();
    Sha256 out{};
    if (!value || value->size() != out.size()) return std::nullopt;
    std::ranges::copy(value->view(), out.begin());
    return out;
  }
  [[nodiscard]] std::optional<std::string> text() const {
    cbor::Reader item = inside();
    auto value = item.read_string();
    if (!value) return std::nullopt;
    return *std::move(value);
  }

 private:
  [[nodiscard]] cbor::Reader inside() const { return reader_.within(raw_); }
  const cbor::Reader& reader_;
  ByteView raw_;
};

std::optional<Handover> named_handover(const std::string& identifier, const Sha256& hash,
                                       const ProtocolConstants& constants) {
  if (identifier == constants.openid4vp_handover) return OpenID4VPHandover{hash};
  if (identifier == constants.openid4vp_dc_api_handover) return OpenID4VPDCAPIHandover{hash};
  if (identifier == constants.openid4vci_iae_handover) return OpenID4VCIIAEHandover{hash};
  if (identifier == constants.dc_api_handover) return DCAPIHandover{hash};
  return std::nullopt;
}

/// NFC v2 exchanges CBOR maps where an NDEF message begins with the flags of its first record, which
/// is not in chunks.
bool begins_with_cbor_map(const SharedBytes& bytes) noexcept {
  constexpr unsigned major_type_map = 5;
  return !bytes.empty() && bytes.view().front() >> 5 == major_type_map;
}

std::optional<Handover> array_handover(const std::vector<Element>& elements, const ProtocolConstants& constants) {
  if (elements.size() == 2) {
    if (const auto identifier = elements[0].text()) {
      const auto hash = elements[1].hash();
      return hash ? named_handover(*identifier, *hash, constants) : std::nullopt;
    }
    const auto first = elements[0].bytes();
    if (!first) return std::nullopt;
    if (elements[1].is_null()) return NfcHandover{.handover_select = *first};
    const auto second = elements[1].bytes();
    if (!second) return std::nullopt;
    if (begins_with_cbor_map(*first)) return NfcV2Handover{.select = *first, .request = *second};
    return NfcHandover{.handover_select = *first, .handover_request = *second};
  }
  if (elements.size() == 3) {
    const auto client_id = elements[0].hash();
    const auto response_uri = elements[1].hash();
    auto nonce = elements[2].text();
    if (client_id && response_uri && nonce) return OID4VPHandover{*client_id, *response_uri, *std::move(nonce)};
  }
  return std::nullopt;
}

}  // namespace

Result<WebHandover> WebHandover::of(const ReaderEngagement& engagement) {
  MDOC_TRY(const auto hash, sha256(engagement.reader_engagement_bytes()));
  return WebHandover{hash};
}

LegacyWebHandover LegacyWebHandover::of(const ReaderEngagement& engagement) {
  return {SharedBytes::take(engagement.reader_engagement_bytes())};
}

Result<OID4VPHandover> OID4VPHandover::of(const Info& info) {
  MDOC_TRY(const auto client_id, hash_of_texts({info.client_id, info.mdoc_generated_nonce}));
  MDOC_TRY(const auto response_uri, hash_of_texts({info.response_uri, info.mdoc_generated_nonce}));
  return OID4VPHandover{client_id, response_uri, std::string(info.nonce)};
}

Result<OpenID4VPHandover> OpenID4VPHandover::of(const Info& info) {
  cbor::Writer writer;
  writer.array(4).text(info.client_id).text(info.nonce);
  write_thumbprint(writer, info.jwk_thumbprint);
  writer.text(info.response_uri);
  MDOC_TRY(const auto hash, sha256(writer.view()));
  return OpenID4VPHandover{hash};
}

Result<OpenID4VPDCAPIHandover> OpenID4VPDCAPIHandover::of(const Info& info) {
  cbor::Writer writer;
  writer.array(3).text(info.origin).text(info.nonce);
  write_thumbprint(writer, info.jwk_thumbprint);
  MDOC_TRY(const auto hash, sha256(writer.view()));
  return OpenID4VPDCAPIHandover{hash};
}

Result<OpenID4VPDCAPIHandover> OpenID4VPDCAPIHandover::of(const Draft24Info& info) {
  MDOC_TRY(const auto hash, hash_of_texts({info.origin, info.client_id, info.nonce}));
  return OpenID4VPDCAPIHandover{hash};
}

Result<OpenID4VCIIAEHandover> OpenID4VCIIAEHandover::of(const Info& info) {
  cbor::Writer writer;
  writer.array(3).text(info.interactive_authorization_endpoint).text(info.nonce);
  write_thumbprint(writer, info.jwk_thumbprint);
  MDOC_TRY(const auto hash, sha256(writer.view()));
  return OpenID4VCIIAEHandover{hash};
}

Result<DCAPIHandover> DCAPIHandover::of(const Info& info) {
  MDOC_TRY(const auto hash, hash_of_texts({info.base64_encryption_info, info.serialized_origin}));
  return DCAPIHandover{hash};
}

std::string_view name(const Handover& handover) noexcept {
  return std::visit(Overloaded{
                        [](const QrHandover&) { return "qr"; },
                        [](const NfcHandover& nfc) { return nfc.handover_request ? "nfc-negotiated" : "nfc-static"; },
                        [](const WebHandover&) { return "web"; },
                        [](const LegacyWebHandover&) { return "web-legacy"; },
                        [](const OID4VPHandover&) { return "oid4vp-annex-b"; },
                        [](const OpenID4VPHandover&) { return "openid4vp"; },
                        [](const OpenID4VPDCAPIHandover&) { return "openid4vp-dc-api"; },
                        [](const OpenID4VCIIAEHandover&) { return "openid4vci-iae"; },
                        [](const DCAPIHandover&) { return "dc-api"; },
                        [](const NfcV2Handover&) { return "nfc-v2"; },
                        [](const OtherHandover&) { return "other"; },
                    },
                    handover);
}

bool is_online(const Handover& handover) noexcept {
  return std::holds_alternative<OID4VPHandover>(handover) || std::holds_alternative<OpenID4VPHandover>(handover) ||
         std::holds_alternative<OpenID4VPDCAPIHandover>(handover) ||
         std::holds_alternative<OpenID4VCIIAEHandover>(handover) || std::holds_alternative<DCAPIHandover>(handover);
}

Bytes encode(const Handover& handover, const ProtocolConstants& constants) {
  cbor::Writer writer;
  std::visit(Overloaded{
                 [&](const QrHandover&) { writer.null(); },
                 [&](const NfcHandover& nfc) {
                   writer.raw(pair(nfc.handover_select, nfc.handover_request ? &*nfc.handover_request : nullptr));
                 },
                 [&](const WebHandover& web) { writer.bytes(web.reader_engagement_bytes_hash); },
                 [&](const LegacyWebHandover& web) { writer.raw(web.reader_engagement_bytes.view()); },
                 [&](const OID4VPHandover& vp) {
                   writer.array(3).bytes(vp.client_id_hash).bytes(vp.response_uri_hash).text(vp.nonce);
                 },
                 [&](const OpenID4VPHandover& vp) { writer.raw(named(constants.openid4vp_handover, vp.info_hash)); },
                 [&](const OpenID4VPDCAPIHandover& vp) {
                   writer.raw(named(constants.openid4vp_dc_api_handover, vp.info_hash));
                 },
                 [&](const OpenID4VCIIAEHandover& vci) {
                   writer.raw(named(constants.openid4vci_iae_handover, vci.info_hash));
                 },
                 [&](const DCAPIHandover& api) { writer.raw(named(constants.dc_api_handover, api.info_hash)); },
                 [&](const NfcV2Handover& nfc) { writer.raw(pair(nfc.select, &nfc.request)); },
                 [&](const OtherHandover& other) { writer.raw(other.encoded.view()); },
             },
             handover);
  return std::move(writer).take();
}

Result<Handover> read_handover(cbor::Reader& reader, const ProtocolConstants& constants) {
  MDOC_TRY(const auto raw, reader.read_raw());
  const Handover other = OtherHandover{reader.slice(raw)};
  cbor::Reader item = reader.within(raw);
  if (item.next_is(cbor::Type::null)) return Handover(QrHandover{});
  if (item.next_is(cbor::Type::bytes)) {
    const auto hash = Element(reader, raw).hash();
    return hash ? Handover(WebHandover{*hash}) : other;
  }
  if (item.next_is_tag(cbor::tag_embedded)) {
    return item.read_embedded() ? Handover(LegacyWebHandover{reader.slice(raw)}) : other;
  }
  if (!item.next_is(cbor::Type::array)) return other;
  std::vector<Element> elements;
  auto array = item.enter_tuple();
  while (array.next()) {
    MDOC_TRY(const auto element, item.read_raw());
    elements.emplace_back(reader, element);
  }
  MDOC_CHECK(array.finish());
  return array_handover(elements, constants).value_or(other);
}

Result<Sha256> jwk_thumbprint(const crypto::PublicKey& key) {
  const auto coordinates = key.coordinates();
  const auto& curve = crypto::info(coordinates.curve);
  const bool ec2 = curve.key_type == crypto::KeyType::ec2;
  // RFC 7638, 3.2 and 3.3: required members in lexicographic order, without white space.
  std::string json = R"({"crv":")";
  json.append(curve.name).append(R"(","kty":")").append(ec2 ? "EC" : "OKP");
  json.append(R"(","x":")").append(to_base64url(coordinates.x));
  if (ec2) json.append(R"(","y":")").append(to_base64url(coordinates.y));
  json.append(R"("})");
  return sha256(as_bytes(json));
}

}  // namespace mdoc::engagement
