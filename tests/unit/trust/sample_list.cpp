#include "sample_list.hpp"

#include <map>
#include <utility>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/signature.hpp"

namespace mdoc::testing {
namespace {

using cbor::Writer;
using trust::ListKind;

crypto::DistinguishedName name_of(const std::string& common_name) {
  return crypto::DistinguishedName::build({{.type = std::string(crypto::attribute::country), .value = "UT"},
                                           {.type = std::string(crypto::attribute::state_or_province), .value = "UT-X"},
                                           {.type = std::string(crypto::attribute::common_name), .value = common_name}})
      .value();
}

Bytes cbor_biguint(ByteView magnitude) {
  while (!magnitude.empty() && magnitude.front() == 0) magnitude = magnitude.subspan(1);
  Writer writer;
  writer.tag(2).bytes(magnitude);
  return std::move(writer).take();
}

/// What identifies a certificate but for its signature, which is another one each time.
using CertificateKey = std::pair<Bytes, std::vector<std::int64_t>>;

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

CertificateKey key_of(const crypto::CertificateTemplate& content, const crypto::PublicKey& key,
                      const crypto::Certificate* issuer) {
  Bytes names = copy(content.subject.der());
  const Bytes point = key.coordinates().x;
  names.insert(names.end(), point.begin(), point.end());
  if (issuer != nullptr) {
    const ByteView fingerprint = issuer->fingerprint().view();
    names.insert(names.end(), fingerprint.begin(), fingerprint.end());
  }
  return {std::move(names),
          {content.not_before.time_since_epoch().count(), content.not_after.time_since_epoch().count(),
           content.subject_key_identifier ? 1 : 0, content.authority_key_identifier ? 1 : 0}};
}

/// Issues a certificate, or gives the one that was issued for the same content before.
/// @param issuer  null: self-signed
crypto::Certificate issued_once(const crypto::CertificateTemplate& content, const crypto::PrivateKey& key,
                                const crypto::Certificate* issuer = nullptr,
                                const crypto::PrivateKey* issuer_key = nullptr) {
  static std::map<CertificateKey, crypto::Certificate> issued;
  const CertificateKey which = key_of(content, key.public_key(), issuer);
  if (const auto known = issued.find(which); known != issued.end()) return known->second;
  CountingRng rng(issued.size());
  const auto certificate = issuer == nullptr
                               ? crypto::issue_self_signed_certificate(content, key, rng)
                               : crypto::issue_certificate(content, key.public_key(), *issuer, *issuer_key, rng);
  return issued.emplace(which, certificate.value()).first->second;
}

}  // namespace

crypto::PrivateKey numbered_key(std::uint8_t number) {
  return crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, static_cast<std::uint8_t>(number + 1))).value();
}

crypto::CertificateTemplate authority_template(int number) {
  return {.subject = name_of("Authority " + std::to_string(number)),
          .not_before = utc("2020-01-01T00:00:00Z"),
          .not_after = utc("2030-01-01T00:00:00Z"),
          .key_usage = crypto::key_usage::key_cert_sign | crypto::key_usage::crl_sign,
          .basic_constraints = crypto::BasicConstraints{.ca = true, .path_length = 0}};
}

crypto::Certificate authority(int number) {
  return issued_once(authority_template(number), numbered_key(static_cast<std::uint8_t>(number)));
}

crypto::Certificate renewed_authority(int number) {
  crypto::CertificateTemplate later = authority_template(number);
  later.not_before = utc("2026-01-01T00:00:00Z");
  later.not_after = utc("2036-01-01T00:00:00Z");
  return issued_once(later, numbered_key(static_cast<std::uint8_t>(number)));
}

SampleList::SampleList(ListKind list_kind) : kind(list_kind), x5chain_protected(list_kind == ListKind::rical) {
  root = authority_template(0);
  root.subject = name_of("List Root");
  signer = {.subject = name_of("List Signer"),
            .not_before = utc("2026-01-01T00:00:00Z"),
            .not_after = utc("2028-01-01T00:00:00Z"),
            .key_usage = crypto::key_usage::non_repudiation,
            .extended_key_usage = {"1.0.18013.5.1.8"}};
  payload["version"] = cbor_text("1.0");
  if (kind == ListKind::vical) {
    payload["vicalProvider"] = cbor_text("Utopia");
    payload["vicalIssueID"] = cbor_uint(7);
  } else {
    payload["provider"] = cbor_text("Utopia");
    payload["type"] = cbor_text("org.iso.18013.5.1.reader_authentication");
    payload["id"] = cbor_uint(7);
  }
  payload["date"] = cbor_tdate(utc("2026-05-01T00:00:00Z"));
  payload["nextUpdate"] = cbor_tdate(utc("2026-05-02T00:00:00Z"));
  payload["notAfter"] = cbor_tdate(utc("2026-06-01T00:00:00Z"));
  entries = {entry_for(authority(1)), entry_for(authority(2))};
}

crypto::Certificate SampleList::root_certificate() const { return issued_once(root, root_key); }

crypto::Certificate SampleList::signer_certificate() const {
  const crypto::Certificate issuer = root_certificate();
  return issued_once(signer, signer_key, &issuer, &root_key);
}

Members SampleList::entry_for(const crypto::Certificate& certificate) const {
  Members entry{{"certificate", cbor_bytes(certificate.der())},
                {"serialNumber", cbor_biguint(certificate.serial())},
                {"ski", cbor_bytes(certificate.subject_key_identifier().value())}};
  if (kind == ListKind::vical) {
    entry["docType"] = cbor_array({cbor_text("org.iso.18013.5.1.mDL")});
  } else {
    entry["isTrustAnchor"] = cbor_bool(true);
  }
  entry["issuingCountry"] = cbor_text("UT");
  entry["stateOrProvinceName"] = cbor_text("UT-X");
  entry["issuer"] = cbor_bytes(certificate.issuer().der());
  entry["subject"] = cbor_bytes(certificate.subject().der());
  entry["notBefore"] = cbor_tdate(certificate.not_before());
  entry["notAfter"] = cbor_tdate(certificate.not_after());
  return entry;
}

Bytes SampleList::encode() const {
  Members complete = payload;
  std::vector<Bytes> encoded;
  encoded.reserve(entries.size());
  for (const Members& entry : entries) encoded.push_back(entry.encode());
  complete["certificateInfos"] = cbor_array(encoded);

  CoseParts parts;
  parts.payload = complete.encode();
  if (on_payload) on_payload(*parts.payload);

  const crypto::Certificate certificate = signer_certificate();
  Writer x5chain;
  if (further_certificates.empty()) {
    x5chain.bytes(certificate.der());
  } else {
    x5chain.array(1 + further_certificates.size()).bytes(certificate.der());
    for (const Bytes& further : further_certificates) x5chain.bytes(further);
  }
  const auto algorithm = static_cast<std::int64_t>(crypto::signature_algorithm(signer_key.curve()).value());
  Writer protected_header, unprotected_header;
  protected_header.map(x5chain_protected ? 2 : 1).uint(1).integer(algorithm);
  if (x5chain_protected) protected_header.uint(33).raw(x5chain.view());
  unprotected_header.map(x5chain_protected ? 0 : 1);
  if (!x5chain_protected) unprotected_header.uint(33).raw(x5chain.view());
  parts.protected_header = std::move(protected_header).take();
  parts.unprotected_header = std::move(unprotected_header).take();
  if (on_headers) on_headers(parts);

  const Bytes to_be_signed = cose_structure("Signature1", parts.protected_header, parts.payload.value_or(Bytes{}));
  parts.signature =
      crypto::sign(signer_key, crypto::signature_algorithm(signer_key.curve()).value(), to_be_signed).value().raw;
  if (on_list) on_list(parts);
  Writer message;
  if (tagged) message.tag(18);
  message.raw(parts.encode());
  return std::move(message).take();
}

}  // namespace mdoc::testing
