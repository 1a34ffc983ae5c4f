#include "mdoc/cose/cose_key.hpp"

#include <optional>
#include <variant>

#include "core/try.hpp"
#include "cose/message.hpp"
#include "mdoc/cbor/fields.hpp"

namespace mdoc::cose {
namespace {

using crypto::CurveInfo;
using crypto::KeyType;

/// The y of an EC2 key: the coordinate, or the sign bit of a compressed point (RFC 9053, 7.1.1).
using Y = std::variant<ByteView, bool>;

Result<Y> read_y(cbor::Reader& reader) {
  if (reader.next_is(cbor::Type::boolean)) {
    MDOC_TRY(const bool sign, reader.read_bool());
    return Y(sign);
  }
  MDOC_TRY(const ByteView y, reader.read_bytes());
  return Y(y);
}

Result<const CurveInfo*> read_curve(cbor::Reader& reader) {
  MDOC_TRY(const auto id, reader.read_int());
  const CurveInfo* curve = crypto::find_curve(id);
  if (curve == nullptr) return reader.fail(Errc::unsupported_curve);
  return curve;
}

Result<KeyType> read_key_type(cbor::Reader& reader) {
  MDOC_TRY(const auto id, reader.read_int());
  const auto type = static_cast<KeyType>(id);
  if (type != KeyType::okp && type != KeyType::ec2) return reader.fail(Errc::unsupported_curve);
  return type;
}

Bytes copy(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

Result<crypto::EcPublicKey> decompress(const CurveInfo& curve, ByteView x, bool y_is_odd) {
  Bytes point{static_cast<std::uint8_t>(y_is_odd ? 0x03 : 0x02)};
  point.insert(point.end(), x.begin(), x.end());
  MDOC_TRY(const auto key, crypto::PublicKey::from_point(curve.curve, point));
  return key.coordinates();
}

}  // namespace

Result<crypto::EcPublicKey> decode_cose_key(cbor::Reader& reader, PointForm form) {
  const std::uint32_t begin = reader.offset();
  KeyType type{};
  const CurveInfo* curve = nullptr;
  ByteView x;
  std::optional<Y> y;
  cbor::UnknownMembers others;
  // COSE_Key = { 1 => int, -1 => int, -2 => bstr, ? -3 => bstr / bool }
  MDOC_CHECK(cbor::read_map(
      reader, others, cbor::required({1, "kty"}, type, read_key_type), cbor::required({-1, "crv"}, curve, read_curve),
      cbor::required({-2, "x"}, x, &cbor::Reader::read_bytes), cbor::optional({-3, "y"}, y, read_y)));
  for (const cbor::UnknownMember& other : others) {
    // A private key has no business in a message: whoever sends one may send it to others as well.
    constexpr std::int64_t d = -4;
    if (label_of(other) == d) return reader.fail(Errc::bad_key, begin);
  }
  if (!others.empty()) MDOC_CHECK(reader.deviation(Rule::cose_key_extra_parameters));

  const bool ec2 = type == KeyType::ec2;
  // A required member is set by now; the analyzer of clang does not see that.
  if (curve == nullptr || type != curve->key_type || x.size() != curve->coordinate_size || ec2 != y.has_value()) {
    return reader.fail(Errc::bad_key, begin);
  }
  if (!ec2) return crypto::EcPublicKey{.curve = curve->curve, .x = copy(x), .y = {}};
  if (const ByteView* coordinate = std::get_if<ByteView>(&*y)) {
    if (coordinate->size() != curve->coordinate_size) return reader.fail(Errc::bad_key, begin);
    return crypto::EcPublicKey{.curve = curve->curve, .x = copy(x), .y = copy(*coordinate)};
  }
  if (form == PointForm::uncompressed) return reader.fail(Errc::bad_key, begin);
  auto key = decompress(*curve, x, *std::get_if<bool>(&*y));
  if (!key) return reader.fail(key.error().code, begin);
  return key;
}

void encode_cose_key(cbor::Writer& writer, const crypto::EcPublicKey& key) {
  const CurveInfo& curve = crypto::info(key.curve);
  const bool ec2 = curve.key_type == KeyType::ec2;
  writer.map(ec2 ? 4 : 3);
  writer.integer(1).integer(static_cast<std::int64_t>(curve.key_type));
  writer.integer(-1).integer(static_cast<std::int64_t>(curve.curve));
  writer.integer(-2).bytes(key.x);
  if (ec2) writer.integer(-3).bytes(key.y);
}

Bytes encode_cose_key(const crypto::EcPublicKey& key) {
  cbor::Writer writer(12 + key.x.size() + key.y.size());
  encode_cose_key(writer, key);
  return std::move(writer).take();
}

}  // namespace mdoc::cose
