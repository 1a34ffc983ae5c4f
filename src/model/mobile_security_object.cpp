#include "mdoc/model/mobile_security_object.hpp"

#include <algorithm>
#include <numeric>

#include "core/try.hpp"
#include "mdoc/cbor/dates.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

// ---- decoding ---------------------------------------------------------------------------------

Result<ValidityInfo> decode_validity_info(Reader& reader) {
  ValidityInfo info;
  // ValidityInfo = { "signed" : tdate, "validFrom" : tdate, "validUntil" : tdate,
  //                  ? "expectedUpdate" : tdate, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, info.others, cbor::required("signed", info.signed_at, cbor::read_tdate),
                            cbor::required("validFrom", info.valid_from, cbor::read_tdate),
                            cbor::required("validUntil", info.valid_until, cbor::read_tdate),
                            cbor::optional("expectedUpdate", info.expected_update, cbor::read_tdate)));
  return info;
}

Result<KeyAuthorizations> decode_key_authorizations(Reader& reader) {
  constexpr Rule empty = Rule::key_authorizations_empty;
  const auto read_elements = not_empty(empty, cbor::array_of<ElementIdentifier>(&Reader::read_text));
  KeyAuthorizations authorizations;
  bool name_spaces = false, data_elements = false;
  // KeyAuthorizations = { ? "nameSpaces" : [ + NameSpace ],
  //                       ? "dataElements" : { + NameSpace => [ + DataElementIdentifier ] }, * tstr => RFU }
  const auto read_name_spaces = [&](Reader& field) {
    name_spaces = true;
    return not_empty(empty, cbor::array_of<NameSpace>(&Reader::read_text))(field);
  };
  const auto read_data_elements = [&](Reader& field) {
    data_elements = true;
    return not_empty(empty, cbor::map_of<NameSpace>(read_elements))(field);
  };
  MDOC_CHECK(cbor::read_map(reader, authorizations.others,
                            cbor::optional("nameSpaces", authorizations.name_spaces, read_name_spaces),
                            cbor::optional("dataElements", authorizations.data_elements, read_data_elements)));
  if (!name_spaces && !data_elements) MDOC_CHECK(reader.deviation(empty));
  return authorizations;
}

Result<crypto::EcPublicKey> read_device_key(Reader& reader) { return cose::decode_cose_key(reader); }

Result<DeviceKeyInfo> decode_device_key_info(Reader& reader) {
  DeviceKeyInfo info;
  // DeviceKeyInfo = { "deviceKey" : COSE_Key, ? "keyAuthorizations" : KeyAuthorizations,
  //                   ? "keyInfo" : { * int => any }, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, info.others, cbor::required("deviceKey", info.device_key, read_device_key),
                            cbor::optional("keyAuthorizations", info.key_authorizations, decode_key_authorizations),
                            cbor::optional("keyInfo", info.key_info, read_raw_map)));
  return info;
}

Result<StatusListInfo> decode_status_list_info(Reader& reader) {
  StatusListInfo info;
  // StatusListInfo = { "idx" : uint, "uri" : tstr, ? "certificate" : bstr, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, info.others, cbor::required("idx", info.idx, &Reader::read_uint),
                            cbor::required("uri", info.uri, &Reader::read_text),
                            cbor::optional("certificate", info.certificate, &Reader::read_bytes_shared)));
  return info;
}

/// 12.3.6.4: an identifier is a byte string. A published profile shows text, whose UTF-8 bytes are meant.
Result<SharedBytes> read_identifier(Reader& reader) {
  if (!reader.next_is(cbor::Type::text)) return reader.read_bytes_shared();
  MDOC_CHECK(reader.deviation(Rule::status_identifier_text));
  MDOC_TRY(const std::string_view text, reader.read_text());
  return reader.slice(as_bytes(text));
}

Result<IdentifierListInfo> decode_identifier_list_info(Reader& reader) {
  IdentifierListInfo info;
  // IdentifierListInfo = { "id" : bstr, "uri" : tstr, ? "certificate" : bstr, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, info.others, cbor::required("id", info.id, read_identifier),
                            cbor::required("uri", info.uri, &Reader::read_text),
                            cbor::optional("certificate", info.certificate, &Reader::read_bytes_shared)));
  return info;
}

Result<Status> decode_status(Reader& reader) {
  Status status;
  // Status = { ? "identifier_list" : IdentifierListInfo, ? "status_list" : StatusListInfo, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, status.others,
                            cbor::optional("status_list", status.status_list, decode_status_list_info),
                            cbor::optional("identifier_list", status.identifier_list, decode_identifier_list_info)));
  return status;
}

Result<ValueDigests> read_value_digests(Reader& reader) {
  // ValueDigests = { + NameSpace => { + DigestID => Digest } }
  MDOC_TRY(auto digests, cbor::read_map_of<NameSpace>(reader, cbor::map_of<std::uint64_t>(&Reader::read_bytes_shared)));
  return ValueDigests(std::move(digests));
}

Result<MobileSecurityObject> decode(Reader& reader) {
  MobileSecurityObject mso;
  // MobileSecurityObject = { "version" : tstr, "digestAlgorithm" : tstr, "valueDigests" : ValueDigests,
  //                          "deviceKeyInfo" : DeviceKeyInfo, "docType" : tstr,
  //                          "validityInfo" : ValidityInfo, ? "status" : Status, * tstr => RFU }
  MDOC_CHECK(
      cbor::read_map(reader, mso.others, cbor::required("version", mso.version, &Reader::read_text),
                     cbor::required("digestAlgorithm", mso.digest_algorithm, &Reader::read_text),
                     cbor::required("valueDigests", mso.value_digests, read_value_digests),
                     cbor::required("deviceKeyInfo", mso.device_key_info, decode_device_key_info),
                     cbor::required("docType", mso.doc_type, &Reader::read_text),
                     cbor::required("validityInfo", mso.validity_info, decode_validity_info),
                     cbor::optional("status", mso.status, or_null(Rule::mso_null_member, mso.status, decode_status))));
  return mso;
}

// ---- encoding ---------------------------------------------------------------------------------

void write(cbor::Writer& writer, const ValidityInfo& info, MapOrder order) {
  OrderedMap map(order);
  map.put("signed").tdate(info.signed_at);
  map.put("validFrom").tdate(info.valid_from);
  map.put("validUntil").tdate(info.valid_until);
  if (info.expected_update) map.put("expectedUpdate").tdate(*info.expected_update);
  map.members(info.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const KeyAuthorizations& authorizations, MapOrder order) {
  const auto write_text = [](cbor::Writer& to, const auto& identifier) { to.text(identifier.str()); };
  OrderedMap map(order);
  if (!authorizations.name_spaces.empty()) write_array(map.put("nameSpaces"), authorizations.name_spaces, write_text);
  if (!authorizations.data_elements.empty()) {
    write_map_of(map.put("dataElements"), authorizations.data_elements, order,
                 [&](cbor::Writer& to, const auto& elements) { write_array(to, elements, write_text); });
  }
  map.members(authorizations.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const DeviceKeyInfo& info, MapOrder order) {
  OrderedMap map(order);
  cose::encode_cose_key(map.put("deviceKey"), info.device_key);
  if (info.key_authorizations) write(map.put("keyAuthorizations"), *info.key_authorizations, order);
  if (info.key_info) map.put("keyInfo").raw(info.key_info->view());
  map.members(info.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const StatusListInfo& info, MapOrder order) {
  OrderedMap map(order);
  map.put("idx").uint(info.idx);
  map.put("uri").text(info.uri);
  if (info.certificate) map.put("certificate").bytes(info.certificate->view());
  map.members(info.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const IdentifierListInfo& info, MapOrder order) {
  OrderedMap map(order);
  map.put("id").bytes(info.id.view());
  map.put("uri").text(info.uri);
  if (info.certificate) map.put("certificate").bytes(info.certificate->view());
  map.members(info.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const Status& status, MapOrder order) {
  OrderedMap map(order);
  if (status.identifier_list) write(map.put("identifier_list"), *status.identifier_list, order);
  if (status.status_list) write(map.put("status_list"), *status.status_list, order);
  map.members(status.others);
  map.write_to(writer);
}

void write(cbor::Writer& writer, const ValueDigests& digests, MapOrder order) {
  write_map_of(writer, digests.name_spaces(), order, [&](cbor::Writer& to, const ValueDigests::DigestIDs& ids) {
    OrderedMap map(order);
    for (const auto& [id, digest] : ids) map.put(id).bytes(digest.view());
    map.write_to(to);
  });
}

/// All of `bytes`, over which `reader` stands: the map, or the map within tag 24.
Result<MobileSecurityObject> decode_whole(Reader& reader, ByteView bytes) {
  ByteView content = bytes;
  if (!reader.next_is(cbor::Type::map)) {
    MDOC_TRY(const Reader::Embedded embedded, reader.read_embedded());
    MDOC_CHECK(reader.finish());
    content = embedded.content;
  }
  Reader nested = reader.within(content);
  MDOC_TRY(MobileSecurityObject mso, decode(nested));
  MDOC_CHECK(nested.finish());
  mso.encoded = reader.slice(content);
  return mso;
}

}  // namespace

bool authorizes(const std::optional<KeyAuthorizations>& authorizations, const NameSpace& name_space,
                const ElementIdentifier& element) noexcept {
  if (!authorizations) return false;
  const auto is_single = [&](const auto& single) {
    return single.first == name_space && std::ranges::find(single.second, element) != single.second.end();
  };
  return std::ranges::find(authorizations->name_spaces, name_space) != authorizations->name_spaces.end() ||
         std::ranges::any_of(authorizations->data_elements, is_single);
}

ValueDigests::ValueDigests(std::vector<std::pair<NameSpace, DigestIDs>> digests)
    : digests_(std::move(digests)), by_name_space_(digests_.size()) {
  for (auto& [name_space, ids] : digests_) std::ranges::sort(ids, {}, &DigestIDs::value_type::first);
  std::iota(by_name_space_.begin(), by_name_space_.end(), std::size_t{0});
  std::ranges::sort(by_name_space_, {}, [this](std::size_t i) -> const NameSpace& { return digests_[i].first; });
}

const ValueDigests::DigestIDs* ValueDigests::find(const NameSpace& name_space) const noexcept {
  const auto name_of = [this](std::size_t i) -> const NameSpace& { return digests_[i].first; };
  const auto found = std::ranges::lower_bound(by_name_space_, name_space, {}, name_of);
  return found != by_name_space_.end() && name_of(*found) == name_space ? &digests_[*found].second : nullptr;
}

const SharedBytes* ValueDigests::find(const DigestIDs& digests, std::uint64_t digest_id) noexcept {
  const auto found = std::ranges::lower_bound(digests, digest_id, {}, &DigestIDs::value_type::first);
  return found != digests.end() && found->first == digest_id ? &found->second : nullptr;
}

const SharedBytes* ValueDigests::find(const NameSpace& name_space, std::uint64_t digest_id) const noexcept {
  const DigestIDs* digests = find(name_space);
  return digests == nullptr ? nullptr : find(*digests, digest_id);
}

Result<MobileSecurityObject> decode_mobile_security_object(const IssuerAuth& issuer_auth,
                                                           const cbor::DecodeContext& context, const Path& where) {
  if (!issuer_auth.payload) return Error{.code = Errc::missing_element, .where = where};
  Reader reader(*issuer_auth.payload, context, where, issuer_auth.payload_offset);
  if (reader.next_is(cbor::Type::map)) MDOC_CHECK(reader.deviation(Rule::mso_payload_untagged));
  return decode_whole(reader, issuer_auth.payload->view());
}

Result<MobileSecurityObject> decode_mobile_security_object(SharedBytes encoded, const cbor::DecodeContext& context,
                                                           const Path& where) {
  const ByteView bytes = encoded.view();
  Reader reader(std::move(encoded), context, where);
  return decode_whole(reader, bytes);
}

Bytes encode_mobile_security_object(const MobileSecurityObject& mso, MapOrder order) {
  OrderedMap map(order);
  map.put("version").text(mso.version);
  map.put("digestAlgorithm").text(mso.digest_algorithm);
  write(map.put("valueDigests"), mso.value_digests, order);
  write(map.put("deviceKeyInfo"), mso.device_key_info, order);
  map.put("docType").text(mso.doc_type.str());
  write(map.put("validityInfo"), mso.validity_info, order);
  if (mso.status) write(map.put("status"), *mso.status, order);
  map.members(mso.others);
  return map.encode();
}

}  // namespace mdoc::model
