#include "mdoc/trust/rical.hpp"

#include <algorithm>
#include <map>

#include "mdoc/cbor/version.hpp"
#include "trust/list_provenance.hpp"
#include "trust/rical_coding.hpp"
#include "trust/signed_list.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

constexpr bool x5chain_protected = true;  // F.1

// ---- decoding -----------------------------------------------------------------------------------

Result<TrustConstraint> decode_constraint(Reader& reader, ListDecoding& decoding) {
  TrustConstraint constraint;
  // TrustConstraint = { ? "extensions" : { * tstr => any }, * tstr => any }
  MDOC_CHECK(cbor::read_map(reader, constraint.others,
                            cbor::optional("extensions", constraint.extensions, decoding.or_null(read_encoded_map))));
  MDOC_CHECK(decoding.count(reader, constraint.others));
  return constraint;
}

Result<std::vector<TrustConstraint>> decode_constraints(Reader& reader, ListDecoding& decoding) {
  const auto read_constraint = [&](Reader& field) { return decode_constraint(field, decoding); };
  MDOC_TRY(auto constraints, cbor::read_array(reader, read_constraint, decoding.limits().max_constraints));
  // [+ TrustConstraint]: one that nobody can satisfy is not meant, and one that everybody satisfies is not said.
  if (constraints.empty()) return reader.fail(Errc::empty_structure);
  return constraints;
}

Result<RicalCertificateInfo> decode_entry(Reader& reader, ListDecoding& decoding, std::size_t index) {
  RicalCertificateInfo info;
  std::optional<std::vector<TrustConstraint>> misspelt;
  const auto read_constraints =
      decoding.or_null([&decoding](Reader& field) { return decode_constraints(field, decoding); });

  // RICALCertificateInfo = { "certificate" : bstr, "serialNumber" : biguint, "ski" : bstr, ? "isTrustAnchor" : bool,
  //                          ? "aki" : bstr, ? "type" : tstr, ? "trustConstraints" : [+ TrustConstraint],
  //                          ? "name" : tstr, ? "issuingCountry" : tstr, ? "stateOrProvinceName" : tstr,
  //                          ? "issuer" : bstr, ? "subject" : bstr, ? "notBefore" : tdate, ? "notAfter" : tdate,
  //                          ? "extensions" : { * tstr => any }, * tstr => any }
  MDOC_CHECK(read_listed_certificate(
      reader, decoding, index, info.listed,
      cbor::optional("isTrustAnchor", info.is_trust_anchor, decoding.or_null(&Reader::read_bool)),
      cbor::optional("aki", info.aki, decoding.or_null(&Reader::read_bytes_shared)),
      cbor::optional("type", info.type, decoding.or_null(&Reader::read_string)),
      cbor::optional("trustConstraints", info.trust_constraints, read_constraints),
      cbor::optional("trustContraints", misspelt,
                     decoding.misnamed(Rule::rical_constraints_misspelt, read_constraints)),
      cbor::optional("name", info.name, decoding.or_null(&Reader::read_string))));

  if (misspelt) {
    const auto scope = reader.at("trustContraints");
    if (info.trust_constraints) return reader.fail(Errc::duplicate_key);
    info.trust_constraints = std::move(misspelt);
  }
  if (!info.is_trust_anchor) {
    const auto scope = reader.at("isTrustAnchor");
    MDOC_CHECK(decoding.deviation(reader, Rule::rical_anchor_flag_missing));
  }
  MDOC_CHECK(compare_hints(reader, decoding, info.listed, info.aki));
  return info;
}

/// What an entry makes of its certificate, for comparison.
Bytes statement_of(const RicalCertificateInfo& info) {
  cbor::Writer writer;
  writer.uint(info.is_trust_anchor ? (*info.is_trust_anchor ? 2u : 1u) : 0u).raw(encode_constraints(info));
  if (info.type) writer.text(*info.type);
  return std::move(writer).take();
}

/// One certificate with two statements has none that could be relied on, least of all the one with less constraints.
Result<void> refuse_contradictions(Reader& reader, const std::vector<RicalCertificateInfo>& entries) {
  std::map<std::string_view, std::size_t> known;  // fingerprint to index
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto& certificate = entries[i].listed.certificate;
    if (!certificate) continue;
    const auto [first, inserted] = known.try_emplace(as_text(certificate->fingerprint().view()), i);
    if (inserted || statement_of(entries[first->second]) == statement_of(entries[i])) continue;
    const auto list = reader.at("certificateInfos");
    const auto entry = reader.at(i);
    return reader.fail(Errc::duplicate_key);
  }
  return {};
}

Result<Rical> decode_payload(Reader& reader, ListDecoding& decoding) {
  Rical list;
  std::size_t entries = 0;
  const auto read_entry = [&](Reader& field) { return decode_entry(field, decoding, entries++); };

  // RICAL = { "version" : tstr, "provider" : tstr, "type" : tstr, "date" : tdate, ? "nextUpdate" : tdate,
  //           ? "notAfter" : tdate, "certificateInfos" : [* RICALCertificateInfo], ? "id" : uint,
  //           ? "latestRicalUrl" : tstr, ? "extensions" : { * tstr => any }, * tstr => any }
  MDOC_CHECK(cbor::read_map(
      reader, list.others, cbor::required("version", list.version, cbor::read_version),
      cbor::required("provider", list.provider, &Reader::read_text),
      cbor::required("type", list.type, &Reader::read_text), cbor::required("date", list.date, cbor::read_tdate),
      cbor::optional("nextUpdate", list.next_update, decoding.or_null(cbor::read_tdate)),
      cbor::optional("notAfter", list.not_after, decoding.or_null(cbor::read_tdate)),
      cbor::required("certificateInfos", list.certificate_infos,
                     cbor::array_of(read_entry, decoding.limits().max_entries)),
      cbor::optional("id", list.id, decoding.or_null(&Reader::read_uint)),
      cbor::optional("latestRicalUrl", list.latest_rical_url, decoding.or_null(&Reader::read_string)),
      cbor::optional("extensions", list.extensions, decoding.or_null(read_encoded_map))));
  MDOC_CHECK(decoding.count(reader, list.others));
  if (list.certificate_infos.empty()) {
    const auto scope = reader.at("certificateInfos");
    MDOC_CHECK(decoding.deviation(reader, Rule::list_empty));
  }
  MDOC_CHECK(refuse_contradictions(reader, list.certificate_infos));
  return list;
}

// ---- anchors ------------------------------------------------------------------------------------

std::vector<RicalAnchor> anchors_of(const Rical& list, const std::shared_ptr<const ListProvenance>& provenance) {
  std::vector<RicalAnchor> anchors;
  std::map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < list.certificate_infos.size(); ++i) {
    const RicalCertificateInfo& info = list.certificate_infos[i];
    const auto& certificate = info.listed.certificate;
    // An entry that is repeated says the same again: see refuse_contradictions().
    if (!certificate || !known.try_emplace(as_text(certificate->fingerprint().view()), i).second) continue;
    anchors.push_back({.certificate = *certificate,
                       .is_trust_anchor = info.is_trust_anchor ? *info.is_trust_anchor : certificate->is_self_signed(),
                       .constraints = info.trust_constraints.value_or(std::vector<TrustConstraint>{}),
                       .type = info.type,
                       .provenance = provenance,
                       .index = i});
  }
  return anchors;
}

// ---- encoding -----------------------------------------------------------------------------------

void write(cbor::Writer& writer, const RicalCertificateInfo& info) {
  cbor::SortedMap map;
  put_listed_certificate(map, info.listed);
  if (info.is_trust_anchor) map.put("isTrustAnchor").boolean(*info.is_trust_anchor);
  if (info.aki) map.put("aki").bytes(info.aki->view());
  if (info.type) map.put("type").text(*info.type);
  if (info.trust_constraints) map.put("trustConstraints").raw(encode_constraints(info));
  if (info.name) map.put("name").text(*info.name);
  writer.map(map);
}

}  // namespace

Bytes encode_constraints(const RicalCertificateInfo& info) {
  cbor::Writer writer;
  if (!info.trust_constraints) return {};
  writer.array(info.trust_constraints->size());
  for (const TrustConstraint& constraint : *info.trust_constraints) {
    cbor::SortedMap map;
    if (constraint.extensions) map.put("extensions").raw(constraint.extensions->view());
    map.members(constraint.others);
    writer.map(map);
  }
  return std::move(writer).take();
}

Result<SignedRical> decode_rical(SharedBytes encoded, const cbor::DecodeContext& context, const TrustListLimits& limits,
                                 const Path& where) {
  return decode_signed_list<Rical>(std::move(encoded), context, limits, x5chain_protected, where, decode_payload);
}

Result<VerifiedRical> verify_rical(const SignedRical& list, const ListTrust& trust, std::string_view type,
                                   const Path& where) {
  const Rical& content = list.unverified();
  MDOC_TRY(ListVerification verification,
           verify_list_envelope(list.message(), list.x5chain(), provenance_of(content), trust, where));
  if (content.type != type) return Error{.code = Errc::subject_mismatch, .where = where / "type"};
  std::vector<RicalAnchor> anchors = anchors_of(content, verification.provenance);
  return ListMaker::make_verified(list, std::move(verification), std::move(anchors));
}

Result<RicalCertificateInfo> rical_certificate_info(const crypto::Certificate& certificate, bool is_trust_anchor) {
  MDOC_TRY(ListedCertificate listed, describe_certificate(certificate));
  RicalCertificateInfo info{.listed = std::move(listed), .is_trust_anchor = is_trust_anchor};
  const auto aki = certificate.authority_key_identifier();
  if (aki && !certificate.is_self_issued()) info.aki = SharedBytes::copy_of(*aki);
  return info;
}

Bytes encode_rical(const Rical& list) {
  cbor::SortedMap map;
  map.put("version").text(std::to_string(list.version.major) + "." + std::to_string(list.version.minor));
  map.put("provider").text(list.provider);
  map.put("type").text(list.type);
  map.put("date").tdate(list.date);
  if (list.next_update) map.put("nextUpdate").tdate(*list.next_update);
  if (list.not_after) map.put("notAfter").tdate(*list.not_after);
  cbor::Writer& entries = map.put("certificateInfos").array(list.certificate_infos.size());
  for (const RicalCertificateInfo& info : list.certificate_infos) write(entries, info);
  if (list.id) map.put("id").uint(*list.id);
  if (list.latest_rical_url) map.put("latestRicalUrl").text(*list.latest_rical_url);
  if (list.extensions) map.put("extensions").raw(list.extensions->view());
  map.members(list.others);
  return map.encode();
}

Result<cose::Sign1Draft> draft_rical(const Rical& list, std::span<const crypto::Certificate> x5chain) {
  const Path where = "RICAL";
  MDOC_CHECK(check_own_dates(list.date, list.next_update, list.not_after, where));
  const Bytes payload = encode_rical(list);
  MDOC_CHECK(check_own_payload(payload, where, decode_payload));
  return draft_list(payload, x5chain, x5chain_protected, where);
}

}  // namespace mdoc::trust
