#include "support/sample_mdoc.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "mdoc/crypto/hmac.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::testing {
namespace {

using cbor::Writer;

Bytes done(Writer& writer) { return std::move(writer).take(); }

crypto::PrivateKey key_on(crypto::Curve curve, std::uint64_t seed) {
  CountingRng rng(seed);
  return crypto::PrivateKey::generate(curve, rng).value();
}

crypto::DistinguishedName name_of(std::string_view common_name) {
  return crypto::DistinguishedName::build(
             {{.type = std::string(crypto::attribute::country), .value = "UT"},
              {.type = std::string(crypto::attribute::common_name), .value = std::string(common_name)}})
      .value();
}

Bytes cose_key(const crypto::EcPublicKey& key) {
  const auto& info = crypto::info(key.curve);
  Writer writer;
  writer.map(key.y.empty() ? 3 : 4).uint(1).integer(static_cast<std::int64_t>(info.key_type));
  writer.integer(-1).integer(static_cast<std::int64_t>(key.curve)).integer(-2).bytes(key.x);
  if (!key.y.empty()) writer.integer(-3).bytes(key.y);
  return done(writer);
}

Bytes alg_header(std::int64_t algorithm) {
  Writer writer;
  writer.map(1).uint(1).integer(algorithm);
  return done(writer);
}

Bytes sign(const crypto::PrivateKey& key, const CoseParts& parts, ByteView payload) {
  const auto algorithm = crypto::signature_algorithm(key.curve()).value();
  return crypto::sign(key, algorithm, cose_structure("Signature1", parts.protected_header, payload)).value().raw;
}

template <class T>
void call(const std::function<void(T&)>& hook, T& value) {
  if (hook) hook(value);
}

}  // namespace

Result<void> CountingRng::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    // splitmix64: far from random, but no two draws look alike.
    std::uint64_t mixed = state_ += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    byte = static_cast<std::uint8_t>(mixed >> 56);
  }
  return {};
}

Bytes& Members::operator[](std::string_view name) {
  const auto found = std::ranges::find(members_, name, &std::pair<std::string, Bytes>::first);
  if (found != members_.end()) return found->second;
  return members_.emplace_back(name, Bytes{}).second;
}

const Bytes& Members::at(std::string_view name) const {
  const auto found = std::ranges::find(members_, name, &std::pair<std::string, Bytes>::first);
  if (found == members_.end()) throw std::out_of_range(std::string(name));
  return found->second;
}

void Members::erase(std::string_view name) {
  std::erase_if(members_, [&](const auto& member) { return member.first == name; });
}

Bytes Members::encode() const {
  Writer writer;
  writer.map(members_.size());
  for (const auto& [name, value] : members_) writer.text(name).raw(value);
  return done(writer);
}

Bytes sample_jpeg_header() {
  return {0xff, 0xd8, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x01, 0x00, 0x01, 0x01, 0x01, 0x11, 0x00};
}

Bytes cbor_text(std::string_view value) {
  Writer writer;
  writer.text(value);
  return done(writer);
}
Bytes cbor_bytes(ByteView value) {
  Writer writer;
  writer.bytes(value);
  return done(writer);
}
Bytes cbor_uint(std::uint64_t value) {
  Writer writer;
  writer.uint(value);
  return done(writer);
}
Bytes cbor_int(std::int64_t value) {
  Writer writer;
  writer.integer(value);
  return done(writer);
}
Bytes cbor_bool(bool value) {
  Writer writer;
  writer.boolean(value);
  return done(writer);
}
Bytes cbor_tdate(UtcSeconds value) {
  Writer writer;
  writer.tdate(value);
  return done(writer);
}
Bytes cbor_full_date(std::string_view date) {
  Writer writer;
  writer.full_date(parse_full_date(date).value());
  return done(writer);
}
Bytes cbor_array(const std::vector<Bytes>& elements) {
  Writer writer;
  writer.array(elements.size());
  for (const Bytes& element : elements) writer.raw(element);
  return done(writer);
}
Bytes cbor_embedded(ByteView encoded) {
  Writer writer;
  writer.embedded(encoded);
  return done(writer);
}

UtcSeconds utc(std::string_view rfc3339) { return parse_date_time(rfc3339).value().time; }

Bytes CoseParts::encode() const {
  Writer writer;
  writer.array(4).bytes(protected_header).raw(unprotected_header);
  if (payload) {
    writer.bytes(*payload);
  } else {
    writer.null();
  }
  writer.bytes(signature);
  return done(writer);
}

Bytes cose_structure(std::string_view context, ByteView protected_header, ByteView payload) {
  Writer writer;
  writer.array(4).text(context).bytes(protected_header).bytes({}).bytes(payload);
  return done(writer);
}

Bytes SampleItem::encode() const {
  return cbor_embedded(Members{
      {"digestID", cbor_uint(digest_id)},
      {"random", cbor_bytes(random)},
      {"elementIdentifier", cbor_text(identifier)},
      {"elementValue",
       value}}.encode());
}

SampleMdoc::SampleMdoc(crypto::Curve device_curve, crypto::Curve signer_curve)
    : iaca_key(key_on(crypto::Curve::p256, 1)),
      signer_key(key_on(signer_curve, 2)),
      device_key(key_on(device_curve, 3)),
      e_reader_key(key_on(crypto::info(device_curve).can_agree ? device_curve : crypto::Curve::p256, 4)) {
  const crypto::GeneralName contact{.kind = crypto::GeneralName::Kind::uri, .text = "https://iaca.example/"};
  iaca = {.subject = name_of("Utopia IACA"),
          .not_before = utc("2020-01-01T00:00:00Z"),
          .not_after = utc("2030-01-01T00:00:00Z"),
          .key_usage = crypto::key_usage::key_cert_sign | crypto::key_usage::crl_sign,
          .basic_constraints = crypto::BasicConstraints{.ca = true, .path_length = 0},
          .issuer_alt_names = {contact}};
  signer = {.subject = name_of("Utopia DS"),
            .not_before = utc("2026-01-01T00:00:00Z"),
            .not_after = utc("2027-01-01T00:00:00Z"),
            .key_usage = crypto::key_usage::digital_signature,
            .extended_key_usage = {"1.0.18013.5.1.2"},
            .issuer_alt_names = {contact},
            .crl_distribution_points = {"http://iaca.example/crl"}};

  CountingRng rng(5);
  const auto add = [&](std::string_view identifier, Bytes value) {
    Bytes random(32);
    (void)rng.fill(random);
    items.push_back({"org.iso.18013.5.1", items.size(), std::move(random), std::string(identifier), std::move(value)});
  };
  Bytes portrait = sample_jpeg_header();
  portrait.resize(800, 0x5a);
  add("family_name", cbor_text("Doe"));
  add("given_name", cbor_text("Jane"));
  add("birth_date", cbor_full_date("1990-02-03"));
  add("issue_date", cbor_full_date("2024-05-06"));
  add("expiry_date", cbor_full_date("2029-05-06"));
  add("issuing_country", cbor_text("UT"));
  add("document_number", cbor_text("D1234567"));
  add("portrait", cbor_bytes(portrait));
  add("age_over_18", cbor_bool(true));
  transcript = cbor_array({cbor_text("engagement"), cbor_text("reader key"), cbor_text("handover")});
}

crypto::Certificate SampleMdoc::iaca_certificate() {
  if (!iaca_certificate_) {
    CountingRng rng(6);
    iaca_certificate_ = crypto::issue_self_signed_certificate(iaca, iaca_key, rng).value();
  }
  return *iaca_certificate_;
}

crypto::Certificate SampleMdoc::signer_certificate() {
  if (!signer_certificate_) {
    CountingRng rng(7);
    signer_certificate_ =
        crypto::issue_certificate(signer, signer_key.public_key(), iaca_certificate(), iaca_key, rng).value();
  }
  return *signer_certificate_;
}

Bytes SampleMdoc::issuer_auth() {
  std::map<std::string, std::vector<const SampleItem*>> by_name_space;
  for (const SampleItem& item : items) by_name_space[item.name_space].push_back(&item);
  if (by_name_space.empty()) by_name_space["org.iso.18013.5.1"];
  Members value_digests;
  for (const auto& [name_space, group] : by_name_space) {
    Writer digests;
    digests.map(group.size() + 1);
    for (const SampleItem* item : group) {
      digests.uint(item->digest_id).bytes(crypto::digest(digest_algorithm, item->encode()).value().to_bytes());
    }
    digests.uint(1000).bytes(Bytes(crypto::digest_size(digest_algorithm), 0x77));  // of an element not returned
    value_digests[name_space] = done(digests);
  }
  Members device_key_info{{"deviceKey", cose_key(device_key.public_key().coordinates())}};
  if (key_authorizations) device_key_info["keyAuthorizations"] = *key_authorizations;
  Members mso{{"version", cbor_text("1.0")},
              {"digestAlgorithm", cbor_text(crypto::name(digest_algorithm))},
              {"valueDigests", value_digests.encode()},
              {"deviceKeyInfo", device_key_info.encode()},
              {"docType", cbor_text(doc_type)},
              {"validityInfo", Members{{"signed", cbor_tdate(signed_at)},
                                       {"validFrom", cbor_tdate(valid_from)},
                                       {"validUntil", cbor_tdate(valid_until)}}
                                   .encode()}};
  call(on_mso, mso);
  Bytes payload = cbor_embedded(mso.encode());
  call(on_payload, payload);

  CoseParts parts;
  parts.protected_header =
      alg_header(static_cast<std::int64_t>(crypto::signature_algorithm(signer_key.curve()).value()));
  const crypto::Certificate certificate = signer_certificate();
  Writer unprotected;
  unprotected.map(1).uint(33);
  if (further_certificates.empty()) {
    unprotected.bytes(certificate.der());
  } else {
    unprotected.array(1 + further_certificates.size()).bytes(certificate.der());
    for (const Bytes& further : further_certificates) unprotected.bytes(further);
  }
  parts.unprotected_header = done(unprotected);
  parts.payload = payload;
  call(on_issuer_auth_headers, parts);
  parts.signature = sign(signer_key, parts, *parts.payload);
  call(on_issuer_auth, parts);
  return parts.encode();
}

Bytes SampleMdoc::issuer_signed() {
  const Bytes auth = issuer_auth();
  std::vector<SampleItem> presented = items;
  call(on_items, presented);
  Members name_spaces;
  std::vector<std::string> order;
  std::map<std::string, std::vector<Bytes>> groups;
  for (const SampleItem& item : presented) {
    if (groups[item.name_space].empty()) order.push_back(item.name_space);
    groups[item.name_space].push_back(item.encode());
  }
  for (const std::string& name_space : order) name_spaces[name_space] = cbor_array(groups[name_space]);
  Members members;
  if (!order.empty()) members["nameSpaces"] = name_spaces.encode();
  members["issuerAuth"] = auth;
  call(on_issuer_signed, members);
  return members.encode();
}

Bytes SampleMdoc::device_signed() {
  const Bytes name_spaces = cbor_embedded(device_name_spaces.encode());
  const std::string& authenticated = authenticated_doc_type.empty() ? doc_type : authenticated_doc_type;
  const Bytes content =
      cbor_embedded(cbor_array({cbor_text("DeviceAuthentication"), transcript, cbor_text(authenticated), name_spaces}));

  CoseParts parts;
  parts.protected_header =
      alg_header(mac ? 5 : static_cast<std::int64_t>(crypto::signature_algorithm(device_key.curve()).value()));
  parts.unprotected_header = Members{}.encode();
  call(on_device_auth_headers, parts);
  if (mac) {
    const auto zab = crypto::agree(device_key, e_reader_key.public_key()).value();
    const auto salt = crypto::digest(crypto::DigestAlgorithm::sha256, cbor_embedded(transcript)).value();
    const auto key =
        crypto::hkdf(crypto::DigestAlgorithm::sha256, zab.view(), salt.view(), as_bytes("EMacKey"), 32).value();
    parts.signature = crypto::hmac(crypto::DigestAlgorithm::sha256, key.view(),
                                   cose_structure("MAC0", parts.protected_header, content))
                          .value()
                          .to_bytes();
  } else {
    parts.signature = sign(device_key, parts, content);
  }
  call(on_device_auth, parts);
  Members auth{{mac ? "deviceMac" : "deviceSignature", parts.encode()}};
  call(on_device_auth_members, auth);
  Members members{{"nameSpaces", name_spaces}, {"deviceAuth", auth.encode()}};
  call(on_device_signed, members);
  return members.encode();
}

Bytes SampleMdoc::document() {
  Members members{
      {"docType", cbor_text(doc_type)}, {"issuerSigned", issuer_signed()}, {"deviceSigned", device_signed()}};
  call(on_document, members);
  return members.encode();
}

Bytes SampleMdoc::response() {
  Members members{{"version", cbor_text("1.0")}, {"documents", cbor_array({document()})}, {"status", cbor_uint(0)}};
  call(on_response, members);
  return members.encode();
}

Bytes SampleMdoc::response_of(const std::vector<Bytes>& documents) {
  return Members{{"version", cbor_text("1.0")}, {"documents", cbor_array(documents)}, {"status", cbor_uint(0)}}
      .encode();
}

}  // namespace mdoc::testing
