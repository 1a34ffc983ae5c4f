#include "mdoc/crypto/private_key.hpp"

#include <algorithm>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/params.h>

#include "core/try.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/pem.hpp"

namespace mdoc::crypto {
namespace {

using ParameterBuilder = Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owned<OSSL_PARAM, OSSL_PARAM_free>;

// True if 0 < scalar < group order.
bool in_range(const BIGNUM* scalar, const EC_GROUP* group) noexcept {
  return !BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0;
}

BigNumber secret_number(ByteView bytes) {
  BigNumber number(BN_secure_new());
  if (number == nullptr || BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), number.get()) == nullptr) {
    return nullptr;
  }
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  return number;
}

Result<Bytes> public_point(const EcCurve& curve, const BIGNUM* scalar, std::size_t coordinate_size) {
  const Point point(EC_POINT_new(curve.group));
  Bytes encoded(1 + 2 * coordinate_size);
  if (point == nullptr || EC_POINT_mul(curve.group, point.get(), scalar, nullptr, nullptr, nullptr) != 1 ||
      EC_POINT_point2oct(curve.group, point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(),
                         nullptr) != encoded.size()) {
    return backend_error();
  }
  return encoded;
}

Result<Pkey> make_ec_pkey(const EcCurve& curve, const BIGNUM* scalar, ByteView point) {
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.group_name, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar) != 1) {
    return backend_error();
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pkey = nullptr;
  if (parameters == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_KEYPAIR, parameters.get()) != 1) {
    return backend_error();
  }
  return Pkey(pkey);
}

Result<PrivateKey> make_key(Pkey pkey, Curve curve, ByteView point) {
  MDOC_TRY(const PublicKey public_key, PublicKey::from_point(curve, point));
  return PrivateKey(std::make_unique<const PrivateKey::Impl>(PrivateKey::Impl{std::move(pkey), public_key}));
}

// ECPrivateKey (RFC 5915, 3). `curve` is known when a PrivateKeyInfo is around it.
Result<PrivateKey> read_ec_private_key(der::Reader key, std::optional<Curve> curve) {
  MDOC_TRY(const std::uint32_t version, key.read_uint32());
  if (version != 1) return key.error();
  MDOC_TRY(const der::Element octets, key.read(der::tag::octet_string));
  if (key.next_is(der::tag::context_constructed(0))) {
    MDOC_TRY(der::Reader parameters, key.enter(der::tag::context_constructed(0)));
    MDOC_TRY(const std::string oid, parameters.read_object_identifier());
    MDOC_CHECK(parameters.end());
    const std::optional<Curve> named = named_curve(oid);
    if (!named) return Error{.code = Errc::unsupported_curve};
    if (curve && *curve != *named) return key.error();
    curve = named;
  }
  if (!curve) return key.error();
  // RFC 5915 fixes the length; some writers have dropped leading zeros.
  const std::size_t size = info(*curve).coordinate_size;
  if (octets.content.empty() || octets.content.size() > size) return key.error();
  SecretBytes scalar(size);
  std::ranges::copy(octets.content, scalar.mutable_view().last(octets.content.size()).begin());
  MDOC_TRY(PrivateKey read, PrivateKey::import(*curve, scalar.view()));
  if (key.next_is(der::tag::context_constructed(1))) {
    MDOC_TRY(der::Reader stated, key.enter(der::tag::context_constructed(1)));
    MDOC_TRY(const ByteView point, stated.read_octets_in_bit_string());
    MDOC_CHECK(stated.end());
    MDOC_TRY(const PublicKey stated_key, PublicKey::from_point(*curve, point));
    if (stated_key != read.public_key()) return key.error();
  }
  MDOC_CHECK(key.end());
  return read;
}

// OneAsymmetricKey (RFC 5958, 2; version 1 is PrivateKeyInfo of RFC 5208), after its version.
Result<PrivateKey> read_private_key_info(der::Reader info) {
  MDOC_TRY(const Curve curve, read_key_algorithm(info));
  MDOC_TRY(const der::Element octets, info.read(der::tag::octet_string));
  der::Reader content(octets.content, Errc::bad_key);
  const auto read_content = [&]() -> Result<PrivateKey> {
    if (crypto::info(curve).key_type == KeyType::okp) {  // CurvePrivateKey (RFC 8410, 7)
      MDOC_TRY(const der::Element seed, content.read(der::tag::octet_string));
      return PrivateKey::import(curve, seed.content);
    }
    MDOC_TRY(const der::Reader ec_private_key, content.enter(der::tag::sequence));
    return read_ec_private_key(ec_private_key, curve);
  };
  MDOC_TRY(PrivateKey read, read_content());
  MDOC_CHECK(content.end());
  if (info.next_is(der::tag::context_constructed(0))) MDOC_CHECK(info.read_any());  // attributes
  if (info.next_is(der::tag::context(1))) {  // publicKey: IMPLICIT BIT STRING, the octet of unused bits first
    MDOC_TRY(const der::Element stated, info.read_any());
    if (stated.content.empty() || stated.content[0] != 0) return info.error();
    MDOC_TRY(const PublicKey stated_key, PublicKey::from_point(curve, stated.content.subspan(1)));
    if (stated_key != read.public_key()) return info.error();
  }
  MDOC_CHECK(info.end());
  return read;
}

}  // namespace

PrivateKey::PrivateKey(std::unique_ptr<const Impl> impl) noexcept : impl_(std::move(impl)) {}
PrivateKey::PrivateKey(PrivateKey&& other) noexcept = default;
PrivateKey& PrivateKey::operator=(PrivateKey&& other) noexcept = default;
PrivateKey::~PrivateKey() = default;  // OpenSSL wipes private components when it frees a key

Result<PrivateKey> PrivateKey::generate(Curve curve, Rng& rng) {
  const CurveInfo& row = info(curve);
  if (row.coordinate_size == 0) return Error{.code = Errc::unsupported_curve};
  SecretBytes scalar(row.coordinate_size);
  // brainpoolP384r1 refuses most: 45 of 100 draws. 64 refusals in a row mean a broken generator.
  for (int draw = 0; draw < 64; ++draw) {
    MDOC_CHECK(rng.fill(scalar.mutable_view()));
    if (curve == Curve::p521) scalar.mutable_view()[0] &= 0x01;  // 521 bits in 66 bytes
    auto key = import(curve, scalar.view());
    if (key || key.error().code != Errc::bad_key) return key;
  }
  return Error{.code = Errc::randomness};
}

Result<PrivateKey> PrivateKey::import(Curve curve, ByteView scalar) {
  const CurveInfo& row = info(curve);
  if (row.coordinate_size == 0) return Error{.code = Errc::unsupported_curve};
  if (scalar.size() != row.coordinate_size) return Error{.code = Errc::bad_key};
  const ErrorQueueGuard guard;
  if (const char* const type = okp_key_type(curve)) {
    Pkey pkey(EVP_PKEY_new_raw_private_key_ex(nullptr, type, nullptr, scalar.data(), scalar.size()));
    Bytes point(row.coordinate_size);
    std::size_t size = point.size();
    if (pkey == nullptr || EVP_PKEY_get_raw_public_key(pkey.get(), point.data(), &size) != 1) return backend_error();
    return make_key(std::move(pkey), curve, point);
  }
  const EcCurve* const ec = ec_curve(curve);
  if (ec == nullptr) return Error{.code = Errc::unsupported_curve};
  const BigNumber number = secret_number(scalar);
  if (number == nullptr) return backend_error();
  if (!in_range(number.get(), ec->group)) return Error{.code = Errc::bad_key};
  MDOC_TRY(const Bytes point, public_point(*ec, number.get(), row.coordinate_size));
  MDOC_TRY(Pkey pkey, make_ec_pkey(*ec, number.get(), point));
  return make_key(std::move(pkey), curve, point);
}

Result<PrivateKey> PrivateKey::from_der(ByteView der) {
  der::Reader file(der, Errc::bad_key);
  MDOC_TRY(der::Reader key, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  // Both forms begin with a version; an AlgorithmIdentifier follows it in PKCS#8 only.
  der::Reader after_version = key;
  MDOC_TRY(const std::uint32_t version, after_version.read_uint32());
  if (!after_version.next_is(der::tag::sequence)) return read_ec_private_key(key, std::nullopt);
  if (version > 1) return file.error();
  return read_private_key_info(after_version);
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  MDOC_TRY(const SecretBytes der, find_pem(pem, {"PRIVATE KEY", "EC PRIVATE KEY"}));
  return from_der(der.view());
}

const PublicKey& PrivateKey::public_key() const noexcept { return impl_->public_key; }

Result<SecretBytes> PrivateKey::scalar() const {
  const ErrorQueueGuard guard;
  SecretBytes scalar(info(curve()).coordinate_size);
  const std::span<std::uint8_t> out = scalar.mutable_view();
  if (okp_key_type(curve()) != nullptr) {
    std::size_t size = out.size();
    if (EVP_PKEY_get_raw_private_key(impl_->pkey.get(), out.data(), &size) != 1) return backend_error();
    return scalar;
  }
  BIGNUM* number = nullptr;
  const bool read = EVP_PKEY_get_bn_param(impl_->pkey.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1;
  const BigNumber owner(number);
  if (!read || BN_bn2binpad(number, out.data(), static_cast<int>(out.size())) < 0) return backend_error();
  return scalar;
}

Result<SecretBytes> PrivateKey::pkcs8() const {
  MDOC_TRY(const SecretBytes secret, scalar());
  const SecretBytes octets = der::encode_secret(der::tag::octet_string, secret.view());
  const auto content = [&]() -> SecretBytes {
    if (info(curve()).key_type == KeyType::okp) return octets.clone();
    const Bytes point =
        der::encode(der::tag::context_constructed(1), der::encode_octets_in_bit_string(public_key().impl().point()));
    return der::encode_secret(der::tag::sequence, {der::encode_uint32(1), octets.view(), point});
  }();
  const SecretBytes wrapped = der::encode_secret(der::tag::octet_string, content.view());
  return der::encode_secret(der::tag::sequence,
                            {der::encode_uint32(0), key_algorithm_identifier(curve()), wrapped.view()});
}

Result<SecretBytes> PrivateKey::pem() const {
  MDOC_TRY(const SecretBytes der, pkcs8());
  return write_pem("PRIVATE KEY", der.view());
}

}  // namespace mdoc::crypto
