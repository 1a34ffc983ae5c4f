#include "mdoc/model/issuer_signed.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "model/coding.hpp"

namespace mdoc::model {
namespace {

using cbor::Reader;

/// IssuerNameSpaces = { + NameSpace => [ + IssuerSignedItemBytes ] }
Result<IssuerNameSpaces> read_issuer_name_spaces(Reader& reader) {
  const auto items = not_empty(Rule::name_spaces_empty, cbor::array_of(cbor::encoded(decode_issuer_signed_item)));
  return not_empty(Rule::name_spaces_empty, [&items](Reader& field) { return read_name_spaces(field, items); })(reader);
}

Result<IssuerAuth> read_issuer_auth(Reader& reader) { return cose::decode_cose_sign1(reader); }

Result<IssuerSigned> decode(Reader& reader) { return decode_issuer_signed(reader); }

}  // namespace

Result<IssuerSignedItem> decode_issuer_signed_item(Reader& reader) {
  IssuerSignedItem item;
  // IssuerSignedItem = { "digestID" : uint, "random" : bstr, "elementIdentifier" : tstr,
  //                      "elementValue" : any, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, item.others, cbor::required("digestID", item.digest_id, &Reader::read_uint),
                            cbor::required("random", item.random, &Reader::read_bytes_shared),
                            cbor::required("elementIdentifier", item.element_identifier, &Reader::read_text),
                            cbor::required("elementValue", item.element_value, read_element_value)));
  return item;
}

IssuerSignedItemBytes encode_issuer_signed_item(IssuerSignedItem item, MapOrder order) {
  OrderedMap map(order);
  map.put("digestID").uint(item.digest_id);
  map.put("random").bytes(item.random.view());
  map.put("elementIdentifier").text(item.element_identifier.str());
  map.put("elementValue").raw(item.element_value.encoded().view());
  map.members(item.others);
  return {std::move(item), map.encode()};
}

Result<IssuerSigned> decode_issuer_signed(Reader& reader) {
  IssuerSigned issuer_signed;
  // IssuerSigned = { ? "nameSpaces" : IssuerNameSpaces, "issuerAuth" : IssuerAuth, * tstr => RFU }
  MDOC_CHECK(cbor::read_map(reader, issuer_signed.others,
                            cbor::optional("nameSpaces", issuer_signed.name_spaces, read_issuer_name_spaces),
                            cbor::required("issuerAuth", issuer_signed.issuer_auth, read_issuer_auth)));
  return issuer_signed;
}

Result<IssuerSigned> decode_issuer_signed(SharedBytes encoded, const cbor::DecodeContext& context) {
  return decode_whole(std::move(encoded), context, "IssuerSigned", decode);
}

void encode_issuer_signed(cbor::Writer& writer, const IssuerSigned& issuer_signed, MapOrder order) {
  OrderedMap map(order);
  if (!issuer_signed.name_spaces.empty()) {
    write_map_of(map.put("nameSpaces"), issuer_signed.name_spaces, order, [](cbor::Writer& to, const auto& items) {
      write_array(to, items, [](cbor::Writer& each, const auto& item) { each.raw(item.bytes()); });
    });
  }
  map.put("issuerAuth").raw(issuer_signed.issuer_auth.encoded.view());
  map.members(issuer_signed.others);
  map.write_to(writer);
}

IssuerSigned select_elements(const IssuerSigned& issuer_signed,
                             const std::function<bool(const NameSpace&, const IssuerSignedItem&)>& chosen) {
  // Unknown members stay behind: nobody can have chosen to disclose what nobody understands.
  IssuerSigned selected{.issuer_auth = issuer_signed.issuer_auth};
  for (const auto& [name_space, items] : issuer_signed.name_spaces) {
    std::vector<IssuerSignedItemBytes> disclosed;
    std::ranges::copy_if(items, std::back_inserter(disclosed),
                         [&, &in = name_space](const IssuerSignedItemBytes& item) { return chosen(in, *item); });
    if (!disclosed.empty()) selected.name_spaces.emplace_back(name_space, std::move(disclosed));
  }
  return selected;
}

const IssuerSignedItemBytes* IssuerSigned::find(const NameSpace& name_space,
                                                const ElementIdentifier& element) const noexcept {
  for (const auto& [name, items] : name_spaces) {
    if (name != name_space) continue;
    const auto found = std::ranges::find(
        items, element, [](const auto& item) -> const ElementIdentifier& { return item->element_identifier; });
    if (found != items.end()) return &*found;
  }
  return nullptr;
}

}  // namespace mdoc::model
