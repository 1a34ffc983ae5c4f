#include "pkcs11/ec_attributes.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "mdoc/crypto/der.hpp"

namespace mdoc::pkcs11 {
namespace {

namespace der = crypto::der;
constexpr der::Tag printable_string = 0x13;

struct NameRow {
  std::string_view name;
  crypto::Curve curve;
};
// PKCS #11 v3.0, 2.3.10: curveName of RFC 8032 and RFC 7748.
constexpr std::array names{
    NameRow{"edwards25519", crypto::Curve::ed25519},
    NameRow{"edwards448", crypto::Curve::ed448},
    NameRow{"curve25519", crypto::Curve::x25519},
    NameRow{"curve448", crypto::Curve::x448},
};

// The content of an OCTET STRING that is the whole value.
std::optional<ByteView> octet_string(ByteView value) {
  der::Reader reader(value, Errc::bad_key);
  const auto element = reader.read(der::tag::octet_string);
  if (!element || !reader.end()) return std::nullopt;
  return element->content;
}

}  // namespace

Result<crypto::Curve> decode_ec_params(ByteView value) {
  der::Reader reader(value, Errc::bad_key);
  const crypto::CurveInfo* row = nullptr;
  if (reader.next_is(der::tag::object_identifier)) {
    MDOC_TRY(const std::string oid, reader.read_object_identifier());
    row = crypto::find_curve_by_oid(oid);
  } else if (reader.next_is(printable_string)) {
    MDOC_TRY(const der::Element name, reader.read_any());
    const auto known = std::ranges::find(names, as_text(name.content), &NameRow::name);
    if (known != names.end()) row = &crypto::info(known->curve);
  } else {
    // ECParameters in full: a curve of somebody's choice, even where it is one of ours.
    MDOC_CHECK(reader.read(der::tag::sequence));
  }
  MDOC_CHECK(reader.end());
  if (row == nullptr) return Error{.code = Errc::unsupported_curve};
  return row->curve;
}

Bytes encode_ec_params(crypto::Curve curve) {
  const auto name = std::ranges::find(names, curve, &NameRow::curve);
  if (name != names.end()) return der::encode(printable_string, as_bytes(name->name));
  return der::encode_object_identifier(crypto::info(curve).oid).value();
}

Result<crypto::PublicKey> decode_ec_point(crypto::Curve curve, ByteView value) {
  // Both forms may begin with 04. A raw point that happens to look like an OCTET STRING has a content of less than the
  // size of a point, so what is inside is taken if it is one.
  if (const auto inner = octet_string(value)) {
    auto key = crypto::PublicKey::from_point(curve, *inner);
    if (key) return key;
  }
  return crypto::PublicKey::from_point(curve, value);
}

}  // namespace mdoc::pkcs11
