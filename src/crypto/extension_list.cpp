#include "crypto/extension_list.hpp"

#include <algorithm>

#include "core/try.hpp"

namespace mdoc::crypto {

Result<ExtensionView> read_extension(der::Reader& list) {
  MDOC_TRY(der::Reader one, list.enter(der::tag::sequence));
  ExtensionView extension;
  MDOC_TRY(extension.id, one.read(der::tag::object_identifier));
  if (one.next_is(der::tag::boolean)) {  // some write the default FALSE out
    MDOC_TRY(extension.critical, one.read_boolean());
  }
  MDOC_TRY(const der::Element value, one.read(der::tag::octet_string));
  MDOC_CHECK(one.end());
  extension.value = value.content;
  return extension;
}

Result<std::vector<CertificateExtension>> read_extension_list(der::Reader reader, std::size_t max_count) {
  MDOC_TRY(der::Reader list, reader.enter(der::tag::sequence));
  MDOC_CHECK(reader.end());
  std::vector<CertificateExtension> extensions;
  while (!list.at_end()) {
    if (extensions.size() == max_count) return Error{.code = Errc::too_many};
    MDOC_TRY(const ExtensionView one, read_extension(list));
    CertificateExtension extension{.oid = {}, .critical = one.critical, .value = {one.value.begin(), one.value.end()}};
    MDOC_TRY(extension.oid, der::Reader(one.id.whole, list.error().code).read_object_identifier());
    extensions.push_back(std::move(extension));
  }
  // RFC 5280, 4.2: not more than one instance of an extension.
  std::vector<std::string_view> oids;
  oids.reserve(extensions.size());
  for (const CertificateExtension& extension : extensions) oids.push_back(extension.oid);
  std::ranges::sort(oids);
  if (std::ranges::adjacent_find(oids) != oids.end()) return list.error();
  return extensions;
}

Result<std::optional<ByteView>> read_authority_key_identifier(der::Reader value) {
  MDOC_TRY(der::Reader sequence, value.enter(der::tag::sequence));
  MDOC_CHECK(value.end());
  std::optional<ByteView> identifier;
  if (sequence.next_is(der::tag::context(0))) {
    MDOC_TRY(const der::Element octets, sequence.read_any());
    identifier = octets.content;
  }
  while (!sequence.at_end()) MDOC_CHECK(sequence.read_any());  // authorityCertIssuer and serial number
  return identifier;
}

Result<Bytes> encode_extension(std::string_view oid, bool critical, ByteView value) {
  MDOC_TRY(const Bytes identifier, der::encode_object_identifier(oid));
  const Bytes flag = critical ? der::encode_boolean(true) : Bytes{};  // DER: the default FALSE is absent
  return der::encode(der::tag::sequence, {identifier, flag, der::encode(der::tag::octet_string, value)});
}

}  // namespace mdoc::crypto
