#include "mdoc/crypto/public_key.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/pem.hpp"

namespace mdoc::crypto {
namespace {

constexpr std::uint8_t compressed_even = 0x02;
constexpr std::uint8_t compressed_odd = 0x03;
constexpr std::uint8_t uncompressed_point = 0x04;

constexpr std::string_view id_ec_public_key = "1.2.840.10045.2.1";

std::optional<Curve> curve_of(std::string_view oid, KeyType type) noexcept {
  const CurveInfo* const row = find_curve_by_oid(oid);
  if (row == nullptr || row->key_type != type) return std::nullopt;
  return row->curve;
}

// y of a point on an Edwards curve, as keys hold it: least significant byte first. Ed25519 uses 32 bytes, Ed448 all.
using EdwardsY = std::array<std::uint8_t, 57>;

constexpr EdwardsY ed25519_prime = [] {
  EdwardsY p{0xed};
  std::fill_n(p.begin() + 1, 30, std::uint8_t{0xff});
  p[31] = 0x7f;
  return p;
}();
constexpr EdwardsY ed448_prime = [] {
  EdwardsY p{};
  std::fill_n(p.begin(), 56, std::uint8_t{0xff});
  p[28] = 0xfe;
  return p;
}();

constexpr EdwardsY one_less(EdwardsY odd) {
  --odd.front();
  return odd;
}
constexpr EdwardsY one_more(EdwardsY y) {
  for (std::uint8_t& byte : y) {
    if (++byte != 0) break;
  }
  return y;
}

// The points of small order (RFC 8032, 5.1 and 5.2), by y: 0, 1 and -1, also as p and p + 1, which no sender should
// use; on Ed25519 two more of order 8.
constexpr std::array ed25519_small_order{
    EdwardsY{},
    EdwardsY{1},
    EdwardsY{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
             0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    EdwardsY{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
             0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
    one_less(ed25519_prime),
    ed25519_prime,
    one_more(ed25519_prime),
};
constexpr std::array ed448_small_order{EdwardsY{}, EdwardsY{1}, one_less(ed448_prime), ed448_prime,
                                       one_more(ed448_prime)};

// With such a key a signature can be made that verifies for every message of a class, without any private key.
bool has_small_order(Curve curve, ByteView point) {
  std::span<const EdwardsY> known;
  if (curve == Curve::ed25519) known = ed25519_small_order;
  if (curve == Curve::ed448) known = ed448_small_order;
  EdwardsY y{};
  if (known.empty() || point.empty() || point.size() > y.size()) return false;
  std::ranges::copy(point, y.begin());
  y[point.size() - 1] &= 0x7f;  // the sign of x
  return std::ranges::find(known, y) != known.end();
}

// Imports the point that `impl` holds. This checks an EC2 point: OpenSSL refuses coordinates that are
// not below the field prime or do not satisfy the curve equation, and all our curves have cofactor 1.
Result<PublicKey> finish_import(std::shared_ptr<PublicKey::Impl> impl) {
  const ErrorQueueGuard guard;
  const ByteView point = impl->point();
  if (has_small_order(impl->curve, point)) return Error{.code = Errc::bad_key};
  if (const char* const type = okp_key_type(impl->curve)) {
    impl->pkey.reset(EVP_PKEY_new_raw_public_key_ex(nullptr, type, nullptr, point.data(), point.size()));
    if (impl->pkey == nullptr) return backend_error();
  } else {
    const EcCurve* const curve = ec_curve(impl->curve);
    if (curve == nullptr) return Error{.code = Errc::unsupported_curve};
    impl->pkey.reset(EVP_PKEY_dup(curve->parameters));
    if (impl->pkey == nullptr) return backend_error();
    if (EVP_PKEY_set1_encoded_public_key(impl->pkey.get(), point.data(), point.size()) != 1) {
      return Error{.code = Errc::bad_key};
    }
  }
  return PublicKey(std::move(impl));
}

Result<Bytes> decompress(Curve id, ByteView point) {
  const ErrorQueueGuard guard;
  const EcCurve* const curve = ec_curve(id);
  if (curve == nullptr) return Error{.code = Errc::unsupported_curve};
  const Point decoded(EC_POINT_new(curve->group));
  if (decoded == nullptr) return backend_error();
  if (EC_POINT_oct2point(curve->group, decoded.get(), point.data(), point.size(), nullptr) != 1) {
    return Error{.code = Errc::bad_key};
  }
  Bytes whole(1 + 2 * info(id).coordinate_size);
  if (EC_POINT_point2oct(curve->group, decoded.get(), POINT_CONVERSION_UNCOMPRESSED, whole.data(), whole.size(),
                         nullptr) != whole.size()) {
    return backend_error();
  }
  return whole;
}

}  // namespace

PkeyContext PublicKey::Impl::verify_context() const {
  std::call_once(verify_once_, [this] {
    verify_prototype_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey.get(), nullptr));
    if (verify_prototype_ != nullptr && EVP_PKEY_verify_init(verify_prototype_.get()) != 1) verify_prototype_.reset();
  });
  return PkeyContext(verify_prototype_ == nullptr ? nullptr : EVP_PKEY_CTX_dup(verify_prototype_.get()));
}

Result<PublicKey> PublicKey::import(Curve curve, ByteView x, ByteView y) {
  const CurveInfo& row = info(curve);
  if (row.coordinate_size == 0) return Error{.code = Errc::unsupported_curve};
  const bool ec2 = row.key_type == KeyType::ec2;
  if (x.size() != row.coordinate_size || y.size() != (ec2 ? row.coordinate_size : 0)) {
    return Error{.code = Errc::bad_key};
  }
  auto impl = std::make_shared<Impl>();
  impl->curve = curve;
  auto out = impl->point_bytes.begin();
  if (ec2) *out++ = uncompressed_point;
  out = std::ranges::copy(x, out).out;
  out = std::ranges::copy(y, out).out;
  impl->point_size = static_cast<std::size_t>(out - impl->point_bytes.begin());
  return finish_import(std::move(impl));
}

Result<PublicKey> PublicKey::from_point(Curve curve, ByteView point) {
  const CurveInfo& row = info(curve);
  if (row.key_type != KeyType::ec2) return import(curve, point, {});  // an unknown curve fails there
  if (point.empty()) return Error{.code = Errc::bad_key};
  const ByteView rest = point.subspan(1);
  if (point[0] == uncompressed_point && rest.size() == 2 * row.coordinate_size) {
    return import(curve, rest.first(row.coordinate_size), rest.subspan(row.coordinate_size));
  }
  if ((point[0] == compressed_even || point[0] == compressed_odd) && rest.size() == row.coordinate_size) {
    MDOC_TRY(const Bytes whole, decompress(curve, point));
    return from_point(curve, whole);
  }
  return Error{.code = Errc::bad_key};
}

std::optional<Curve> named_curve(std::string_view oid) noexcept { return curve_of(oid, KeyType::ec2); }

Result<Curve> read_key_algorithm(der::Reader& reader) {
  MDOC_TRY(der::Reader algorithm, reader.enter(der::tag::sequence));
  MDOC_TRY(const std::string type, algorithm.read_object_identifier());
  std::optional<Curve> curve;
  if (type == id_ec_public_key) {
    // Explicit parameters (a SEQUENCE) describe a curve of the sender's choice: refused (RFC 5480, 2.1.1).
    if (!algorithm.next_is(der::tag::object_identifier)) return algorithm.error();
    MDOC_TRY(const std::string name, algorithm.read_object_identifier());
    curve = named_curve(name);
  } else {
    curve = curve_of(type, KeyType::okp);
    // RFC 8410, 3: the parameters are absent.
    if (curve && !algorithm.at_end()) return algorithm.error();
  }
  if (!curve) return Error{.code = Errc::unsupported_curve};
  MDOC_CHECK(algorithm.end());
  return *curve;
}

Bytes key_algorithm_identifier(Curve curve) {
  const Bytes own = *der::encode_object_identifier(info(curve).oid);
  if (info(curve).key_type == KeyType::okp) return der::encode(der::tag::sequence, own);
  return der::encode(der::tag::sequence, {*der::encode_object_identifier(id_ec_public_key), own});
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
  der::Reader file(der, Errc::bad_key);
  MDOC_TRY(der::Reader spki, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  MDOC_TRY(const Curve curve, read_key_algorithm(spki));
  MDOC_TRY(const ByteView point, spki.read_octets_in_bit_string());
  MDOC_CHECK(spki.end());
  return from_point(curve, point);
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  MDOC_TRY(const SecretBytes der, find_pem(pem, {"PUBLIC KEY"}));
  return from_spki(der.view());
}

Curve PublicKey::curve() const noexcept { return impl_->curve; }

ByteView PublicKey::point() const& noexcept { return impl_->point(); }

EcPublicKey PublicKey::coordinates() const {
  const ByteView point = impl_->point();
  const std::size_t size = info(curve()).coordinate_size;
  const bool ec2 = info(curve()).key_type == KeyType::ec2;
  const ByteView x = point.subspan(ec2 ? 1 : 0, size);
  const ByteView y = ec2 ? point.last(size) : ByteView{};
  return {curve(), Bytes(x.begin(), x.end()), Bytes(y.begin(), y.end())};
}

Bytes PublicKey::spki() const {
  return der::encode(der::tag::sequence,
                     {key_algorithm_identifier(curve()), der::encode_octets_in_bit_string(impl_->point())});
}

std::string PublicKey::pem() const {
  const SecretBytes text = write_pem("PUBLIC KEY", spki());
  return std::string(as_text(text.view()));
}

Result<std::array<std::uint8_t, 20>> PublicKey::key_identifier() const { return key_identifier_of(impl_->point()); }

Result<std::array<std::uint8_t, 20>> key_identifier_of(ByteView bits) {
  const ErrorQueueGuard guard;
  std::array<std::uint8_t, 20> identifier{};
  if (fetched_sha1() == nullptr ||
      EVP_Digest(bits.data(), bits.size(), identifier.data(), nullptr, fetched_sha1(), nullptr) != 1) {
    return backend_error();
  }
  return identifier;
}

bool PublicKey::equal(const PublicKey& a, const PublicKey& b) noexcept {
  return a.curve() == b.curve() && std::ranges::equal(a.impl_->point(), b.impl_->point());
}

}  // namespace mdoc::crypto
