#include "mdoc/cose/headers.hpp"

#include "core/try.hpp"
#include "cose/message.hpp"
#include "mdoc/cbor/fields.hpp"

namespace mdoc::cose {
namespace {

Result<SharedBytes> read_certificate(cbor::Reader& reader) {
  MDOC_TRY(SharedBytes der, reader.read_bytes_shared());
  if (der.size() > reader.limits().max_certificate_bytes) return reader.fail(Errc::too_large);
  return der;
}

std::optional<ByteView> find(const cbor::UnknownMembers& members, std::int64_t label) {
  for (const cbor::UnknownMember& member : members) {
    if (label_of(member) == label) return member.value.view();
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> label_of(const cbor::UnknownMember& member) {
  cbor::Reader reader(member.key.view());
  const auto label = reader.read_int();
  if (!label) return std::nullopt;
  return *label;
}

std::optional<ByteView> Headers::find_protected(std::int64_t label) const { return find(protected_others, label); }
std::optional<ByteView> Headers::find_unprotected(std::int64_t label) const { return find(unprotected_others, label); }

Result<X5Chain> decode_x5chain(cbor::Reader& reader) {
  // COSE_X509 = bstr / [ 2*certs: bstr ]
  if (!reader.next_is(cbor::Type::array)) {
    MDOC_TRY(SharedBytes certificate, read_certificate(reader));
    return X5Chain{std::move(certificate)};
  }
  MDOC_TRY(X5Chain chain, cbor::read_array(reader, read_certificate, reader.limits().max_certificates));
  if (chain.empty()) MDOC_CHECK(reader.deviation(Rule::x5chain_empty));
  if (chain.size() == 1) MDOC_CHECK(reader.deviation(Rule::x5chain_array_of_one));
  return chain;
}

void encode_x5chain(cbor::Writer& writer, const X5Chain& x5chain) {
  if (x5chain.size() != 1) writer.array(x5chain.size());
  for (const SharedBytes& certificate : x5chain) writer.bytes(certificate.view());
}

}  // namespace mdoc::cose
