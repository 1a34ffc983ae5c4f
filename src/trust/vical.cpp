#include "mdoc/trust/vical.hpp"

#include <algorithm>
#include <map>

#include "mdoc/cbor/version.hpp"
#include "trust/list_provenance.hpp"
#include "trust/signed_list.hpp"

namespace mdoc::trust {
namespace {

using cbor::Reader;

constexpr bool x5chain_protected = false;  // C.1.7

// ---- decoding -----------------------------------------------------------------------------------

Result<CertificateInfo> decode_entry(Reader& reader, ListDecoding& decoding, std::size_t index) {
  CertificateInfo info;
  std::optional<SharedBytes> capital_extensions;
  std::optional<std::vector<std::string>> profile, capital_profile;
  const std::uint32_t offset = reader.offset();
  const auto read_profile = decoding.or_null(cbor::array_of(&Reader::read_string, decoding.limits().max_doc_types));

  // CertificateInfo = { "certificate" : bstr, "serialNumber" : biguint, "ski" : bstr, "docType" : [+ tstr],
  //                     ? "certificateProfile" : [+ tstr], ? "issuingAuthority" : tstr, ? "issuingCountry" : tstr,
  //                     ? "stateOrProvinceName" : tstr, ? "issuer" : bstr, ? "subject" : bstr, ? "notBefore" : tdate,
  //                     ? "notAfter" : tdate, ? "extensions" : { * tstr => any }, * tstr => any }
  MDOC_CHECK(read_listed_certificate(
      reader, decoding, index, info.listed,
      cbor::required("docType", info.doc_types,
                     cbor::array_of<DocType>(&Reader::read_text, decoding.limits().max_doc_types)),
      cbor::optional("certificateProfile", profile, read_profile),
      cbor::optional("CertificateProfile", capital_profile, decoding.misnamed(Rule::vical_key_case, read_profile)),
      cbor::optional("issuingAuthority", info.issuing_authority, decoding.or_null(&Reader::read_string)),
      cbor::optional("Extensions", capital_extensions,
                     decoding.misnamed(Rule::vical_key_case, decoding.or_null(read_encoded_map)))));

  // The member under its own name counts where both are there.
  if (!info.listed.extensions) info.listed.extensions = std::move(capital_extensions);
  if (!profile) profile = std::move(capital_profile);
  if (profile) {
    // An empty list stands for a member that should be absent, as null does.
    const auto scope = reader.at("certificateProfile");
    if (profile->empty()) MDOC_CHECK(decoding.deviation(reader, Rule::list_null_member));
    info.certificate_profile = *std::move(profile);
  }
  if (info.doc_types.empty()) {
    const auto scope = reader.at("docType");
    MDOC_CHECK(decoding.deviation(reader, Rule::vical_doc_types_empty));
    if (info.listed.certificate) {
      decoding.add_fault(index, Error{.code = Errc::empty_structure, .where = reader.path(), .offset = offset});
    }
  }
  MDOC_CHECK(compare_hints(reader, decoding, info.listed, std::nullopt));
  return info;
}

Result<Vical> decode_payload(Reader& reader, ListDecoding& decoding) {
  Vical list;
  std::size_t entries = 0;
  const auto read_entry = [&](Reader& field) { return decode_entry(field, decoding, entries++); };
  std::optional<SharedBytes> capital_extensions;

  // VICAL = { "version" : tstr, "vicalProvider" : tstr, ? "vicalIssueID" : uint, "date" : tdate,
  //           ? "nextUpdate" : tdate, ? "notAfter" : tdate, "certificateInfos" : [* CertificateInfo],
  //           ? "extensions" : { * tstr => any }, ? "vicalURL" : tstr, * tstr => any }
  MDOC_CHECK(cbor::read_map(reader, list.others, cbor::required("version", list.version, cbor::read_version),
                            cbor::required("vicalProvider", list.vical_provider, &Reader::read_text),
                            cbor::optional("vicalIssueID", list.vical_issue_id, decoding.or_null(&Reader::read_uint)),
                            cbor::required("date", list.date, cbor::read_tdate),
                            cbor::optional("nextUpdate", list.next_update, decoding.or_null(cbor::read_tdate)),
                            cbor::optional("notAfter", list.not_after, decoding.or_null(cbor::read_tdate)),
                            cbor::required("certificateInfos", list.certificate_infos,
                                           cbor::array_of(read_entry, decoding.limits().max_entries)),
                            cbor::optional("extensions", list.extensions, decoding.or_null(read_encoded_map)),
                            cbor::optional("Extensions", capital_extensions,
                                           decoding.misnamed(Rule::vical_key_case, decoding.or_null(read_encoded_map))),
                            cbor::optional("vicalURL", list.vical_url, decoding.or_null(&Reader::read_string))));
  MDOC_CHECK(decoding.count(reader, list.others));
  if (!list.extensions) list.extensions = std::move(capital_extensions);
  return list;
}

// ---- anchors ------------------------------------------------------------------------------------

void add_doc_types(std::vector<DocType>& to, const std::vector<DocType>& doc_types) {
  for (const DocType& doc_type : doc_types) {
    if (std::ranges::find(to, doc_type) == to.end()) to.push_back(doc_type);
  }
}

std::vector<VicalAnchor> anchors_of(const Vical& list, const std::shared_ptr<const ListProvenance>& provenance) {
  std::vector<VicalAnchor> anchors;
  std::map<std::string_view, std::size_t> known;  // fingerprint to index in anchors
  for (std::size_t i = 0; i < list.certificate_infos.size(); ++i) {
    const CertificateInfo& info = list.certificate_infos[i];
    if (!info.listed.certificate || info.doc_types.empty()) continue;
    const auto [place, inserted] =
        known.try_emplace(as_text(info.listed.certificate->fingerprint().view()), anchors.size());
    if (inserted) {
      anchors.push_back(
          {.certificate = *info.listed.certificate, .doc_types = {}, .provenance = provenance, .index = i});
    }
    add_doc_types(anchors[place->second].doc_types, info.doc_types);
  }
  return anchors;
}

// ---- encoding -----------------------------------------------------------------------------------

void write(cbor::Writer& writer, const CertificateInfo& info) {
  cbor::SortedMap map;
  put_listed_certificate(map, info.listed);
  cbor::Writer& doc_types = map.put("docType").array(info.doc_types.size());
  for (const DocType& doc_type : info.doc_types) doc_types.text(doc_type.str());
  if (!info.certificate_profile.empty()) {
    cbor::Writer& profiles = map.put("certificateProfile").array(info.certificate_profile.size());
    for (const std::string& profile : info.certificate_profile) profiles.text(profile);
  }
  if (info.issuing_authority) map.put("issuingAuthority").text(*info.issuing_authority);
  writer.map(map);
}

}  // namespace

Result<SignedVical> decode_vical(SharedBytes encoded, const cbor::DecodeContext& context, const TrustListLimits& limits,
                                 const Path& where) {
  return decode_signed_list<Vical>(std::move(encoded), context, limits, x5chain_protected, where, decode_payload);
}

Result<VerifiedVical> verify_vical(const SignedVical& list, const ListTrust& trust, const Path& where) {
  const Vical& content = list.unverified();
  MDOC_TRY(ListVerification verification,
           verify_list_envelope(list.message(), list.x5chain(), provenance_of(content), trust, where));
  std::vector<VicalAnchor> anchors = anchors_of(content, verification.provenance);
  return ListMaker::make_verified(list, std::move(verification), std::move(anchors));
}

Result<CertificateInfo> certificate_info(const crypto::Certificate& certificate, std::vector<DocType> doc_types) {
  MDOC_TRY(ListedCertificate listed, describe_certificate(certificate));
  return CertificateInfo{.listed = std::move(listed), .doc_types = std::move(doc_types)};
}

Bytes encode_vical(const Vical& list) {
  cbor::SortedMap map;
  map.put("version").text(std::to_string(list.version.major) + "." + std::to_string(list.version.minor));
  map.put("vicalProvider").text(list.vical_provider);
  if (list.vical_issue_id) map.put("vicalIssueID").uint(*list.vical_issue_id);
  map.put("date").tdate(list.date);
  if (list.next_update) map.put("nextUpdate").tdate(*list.next_update);
  if (list.not_after) map.put("notAfter").tdate(*list.not_after);
  cbor::Writer& entries = map.put("certificateInfos").array(list.certificate_infos.size());
  for (const CertificateInfo& info : list.certificate_infos) write(entries, info);
  if (list.extensions) map.put("extensions").raw(list.extensions->view());
  if (list.vical_url) map.put("vicalURL").text(*list.vical_url);
  map.members(list.others);
  return map.encode();
}

Result<cose::Sign1Draft> draft_vical(const Vical& list, std::span<const crypto::Certificate> x5chain) {
  const Path where = "VICAL";
  MDOC_CHECK(check_own_dates(list.date, list.next_update, list.not_after, where));
  const Bytes payload = encode_vical(list);
  MDOC_CHECK(check_own_payload(payload, where, decode_payload));
  return draft_list(payload, x5chain, x5chain_protected, where);
}

}  // namespace mdoc::trust
