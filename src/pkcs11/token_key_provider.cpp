#include "mdoc/pkcs11/token_key_provider.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/try.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/digest.hpp"
#include "pkcs11/ec_attributes.hpp"
#include "pkcs11/session_pool.hpp"

namespace mdoc::pkcs11 {
namespace {

using crypto::Curve;
using crypto::KeyUse;

constexpr CK_BBOOL yes = CK_TRUE;
constexpr CK_BBOOL no = CK_FALSE;
constexpr std::size_t max_name = 255;  // of labels and ids, in bytes
// Of v3.0, for which p11-kit has no name.
constexpr CK_KEY_TYPE ec_montgomery = 0x41;
constexpr CK_MECHANISM_TYPE ec_montgomery_key_pair_gen = 0x1056;

const Path& at_key() {
  static constexpr Path path("key");
  return path;
}

// What a KeyRef says.
struct WantedKey {
  TokenUri uri;
  KeyName name;
};

Result<WantedKey> parse_name(const crypto::KeyRef& key) {
  WantedKey wanted;
  if (!key.str().starts_with("pkcs11:")) {
    wanted.name.label = key.str();
  } else {
    MDOC_TRY(wanted.uri, TokenUri::parse(key.str()));
    const auto type = wanted.uri.type.value_or(ObjectType::private_key);
    if (type != ObjectType::private_key && type != ObjectType::public_key) {
      return made_error(Errc::bad_argument, Path("pkcs11") / "type");
    }
    wanted.name = {.label = wanted.uri.object, .id = wanted.uri.id};
  }
  // Without either everything would fit, with an empty one, what has no name.
  const bool none = (!wanted.name.label || wanted.name.label->empty()) && (!wanted.name.id || wanted.name.id->empty());
  if (none) return made_error(Errc::bad_argument, at_key());
  return wanted;
}

// A private key in a session.
struct FoundKey {
  CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
  Curve curve{};
  std::string name;  // tells it from the other keys of its token
};

Result<CK_OBJECT_HANDLE> find_one(Session& session, CK_OBJECT_CLASS type, const KeyName& name) {
  MDOC_TRY(const auto found, session.find(type, name));
  if (found.empty()) return made_error(Errc::key_not_found, at_key());
  if (found.size() > 1) return made_error(Errc::bad_argument, at_key());  // several
  return found.front();
}

Result<Curve> curve_of(Session& session, CK_OBJECT_HANDLE key) {
  MDOC_TRY(const auto params, session.read(key, CKA_EC_PARAMS, max_ec_attribute));
  // A key of another family, RSA.
  if (!params) return made_error(Errc::unsupported_curve, at_key());
  auto curve = decode_ec_params(*params);
  if (!curve) return made_error(curve.error().code, at_key() / "curve");
  return curve;
}

Result<crypto::PublicKey> point_of(Session& session, CK_OBJECT_HANDLE key, Curve curve) {
  MDOC_TRY(const auto point, session.read(key, CKA_EC_POINT, max_ec_attribute));
  if (!point) return made_error(Errc::key_not_found, at_key() / "point");
  auto decoded = decode_ec_point(curve, *point);
  if (!decoded) return made_error(decoded.error().code, at_key() / "point");
  return decoded;
}

Result<crypto::PublicKey> read_public(Session& session, CK_OBJECT_HANDLE key) {
  MDOC_TRY(const Curve curve, curve_of(session, key));
  return point_of(session, key, curve);
}

// The public key of a private one: that of the same id, or what the private one says itself.
Result<crypto::PublicKey> public_of_private(Session& session, CK_OBJECT_HANDLE key) {
  MDOC_TRY(const Curve curve, curve_of(session, key));
  MDOC_TRY(auto id, session.read(key, CKA_ID, max_name));
  if (id && !id->empty()) {
    MDOC_TRY(const auto found, session.find(CKO_PUBLIC_KEY, {.label = {}, .id = *std::move(id)}));
    if (found.size() > 1) return made_error(Errc::bad_argument, at_key());
    if (found.size() == 1) {
      MDOC_TRY(auto made, read_public(session, found.front()));
      if (made.curve() != curve) return made_error(Errc::key_mismatch, at_key());
      return made;
    }
  }
  return point_of(session, key, curve);
}

std::optional<crypto::DigestAlgorithm> digest_of(crypto::SignatureAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case crypto::SignatureAlgorithm::es256: return crypto::DigestAlgorithm::sha256;
    case crypto::SignatureAlgorithm::es384: return crypto::DigestAlgorithm::sha384;
    case crypto::SignatureAlgorithm::es512: return crypto::DigestAlgorithm::sha512;
    case crypto::SignatureAlgorithm::eddsa: return std::nullopt;
  }
  return std::nullopt;
}

// CK_EDDSA_PARAMS of v3.0.
struct EddsaParams {
  CK_BBOOL pre_hashed = CK_FALSE;
  CK_ULONG context_size = 0;
  CK_BYTE* context = nullptr;
};

// The x-coordinate of the shared point, as a session object of which only its value is of use.
Result<CK_OBJECT_HANDLE> derive(Session& session, CK_OBJECT_HANDLE key, ByteView peer, std::size_t size) {
  Bytes point(peer.begin(), peer.end());
  CK_ECDH1_DERIVE_PARAMS parameters{.kdf = CKD_NULL,
                                    .shared_data_len = 0,
                                    .shared_data = nullptr,
                                    .public_data_len = static_cast<CK_ULONG>(point.size()),
                                    .public_data = point.data()};
  CK_MECHANISM mechanism{.mechanism = CKM_ECDH1_DERIVE, .pParameter = &parameters, .ulParameterLen = sizeof parameters};
  const CK_OBJECT_CLASS type = CKO_SECRET_KEY;
  const CK_KEY_TYPE kind = CKK_GENERIC_SECRET;
  const auto length = static_cast<CK_ULONG>(size);
  std::array wanted{attribute(CKA_CLASS, type),   attribute(CKA_KEY_TYPE, kind),   attribute(CKA_TOKEN, no),
                    attribute(CKA_SENSITIVE, no), attribute(CKA_EXTRACTABLE, yes), attribute(CKA_VALUE_LEN, length)};
  CK_OBJECT_HANDLE secret = CK_INVALID_HANDLE;
  MDOC_CHECK(check(session.call(&CK_FUNCTION_LIST::C_DeriveKey, &mechanism, key, wanted.data(),
                                static_cast<CK_ULONG>(wanted.size()), &secret),
                   "derive"));
  return secret;
}

// v2.40 lets a token want the peer's point raw, in an OCTET STRING, or either: one that dislikes the raw point says so
// in various ways.
bool may_dislike_raw_point(const Error& error) {
  constexpr std::array values{CKR_ARGUMENTS_BAD,          CKR_DATA_INVALID,    CKR_DATA_LEN_RANGE,
                              CKR_DOMAIN_PARAMS_INVALID,  CKR_FUNCTION_FAILED, CKR_GENERAL_ERROR,
                              CKR_MECHANISM_PARAM_INVALID};
  return std::ranges::any_of(values, [&error](CK_RV value) { return is(error, value); });
}

Result<SecretBytes> agree_in(Session& session, const FoundKey& key, const crypto::PublicKey& peer) {
  const std::size_t size = crypto::info(key.curve).coordinate_size;
  auto secret = derive(session, key.handle, peer.point(), size);
  if (!secret && may_dislike_raw_point(secret.error())) {
    const Bytes wrapped = crypto::der::encode(crypto::der::tag::octet_string, peer.point());
    secret = derive(session, key.handle, wrapped, size);
  }
  if (!secret) return secret.error();
  auto value = session.read_secret(*secret, size);
  session.destroy(*secret);
  if (!value) return value.error();
  // A peer's point of low order (RFC 7748, 6.1), or a token that gives nothing.
  const SecretBytes nothing(size);
  if (constant_time_equal(value->view(), nothing.view())) return made_error(Errc::bad_key, "secret");
  return value;
}

}  // namespace

class TokenKeyProvider::Impl {
 public:
  Impl(std::shared_ptr<const Module> module, TokenUri token, PinSource pin)
      : pool(std::move(module), std::move(token), std::move(pin)) {}

  // The private key of this name, the user logged in.
  Result<FoundKey> find(Session& session, const WantedKey& wanted) {
    MDOC_CHECK(require_token(session, wanted));
    MDOC_CHECK(pool.log_in(session));
    MDOC_TRY(const auto handle, find_one(session, CKO_PRIVATE_KEY, wanted.name));
    MDOC_TRY(const Curve curve, curve_of(session, handle));
    MDOC_TRY(const auto id, session.read(handle, CKA_ID, max_name));
    MDOC_TRY(const auto label, session.read(handle, CKA_LABEL, max_name));
    std::string name = session.token().serial;
    for (const auto& part : {id, label}) name.append(1, '\0').append(as_text(part.value_or(Bytes())));
    return FoundKey{.handle = handle, .curve = curve, .name = std::move(name)};
  }

  Result<void> require_token(Session& session, const WantedKey& wanted) {
    MDOC_TRY(const bool fits, pool.module().fits(wanted.uri, session.token()));
    if (!fits) return made_error(Errc::key_not_found, "token");
    return {};
  }

  // One key, one mechanism: what the token allows, and of that, what came first.
  Result<void> reserve(Session& session, const FoundKey& key, KeyUse use) {
    MDOC_TRY(const auto allowed, session.read_flag(key.handle, use == KeyUse::sign ? CKA_SIGN : CKA_DERIVE));
    if (!allowed.value_or(true)) return made_error(Errc::wrong_key_use, at_key());
    const std::lock_guard lock(mutex_);
    if (uses_.try_emplace(key.name, use).first->second != use) return made_error(Errc::wrong_key_use, at_key());
    return {};
  }

  Result<Bytes> sign(Session& session, const FoundKey& key, ByteView data) {
    MDOC_TRY(const auto each_time, session.read_flag(key.handle, CKA_ALWAYS_AUTHENTICATE));
    EddsaParams parameters;
    CK_MECHANISM mechanism{.mechanism = CKM_ECDSA, .pParameter = nullptr, .ulParameterLen = 0};
    if (key.curve == Curve::ed25519) mechanism.mechanism = CKM_EDDSA;
    if (key.curve == Curve::ed448) {
      mechanism = {.mechanism = CKM_EDDSA, .pParameter = &parameters, .ulParameterLen = sizeof parameters};
    }
    return session.sign(mechanism, key.handle, data, crypto::info(key.curve).signature_size, [&]() -> Result<void> {
      if (!each_time.value_or(false)) return {};
      return pool.log_in_once_more(session);
    });
  }

  Result<crypto::EcPublicKey> generate(Session& session, const NewKey& key);

  SessionPool pool;

 private:
  std::mutex mutex_;
  std::map<std::string, KeyUse> uses_;
};

TokenKeyProvider::TokenKeyProvider(std::shared_ptr<const Module> module, TokenUri token, PinSource pin) {
  token.pin_value.reset();
  impl_ = std::make_unique<Impl>(std::move(module), std::move(token), std::move(pin));
}
TokenKeyProvider::~TokenKeyProvider() = default;

Result<void> TokenKeyProvider::log_in() {
  return impl_->pool.run<void>(false, [this](Session& session) { return impl_->pool.log_in(session); });
}

Result<crypto::EcPublicKey> TokenKeyProvider::public_key(const crypto::KeyRef& key) {
  MDOC_TRY(const WantedKey wanted, parse_name(key));
  return impl_->pool.run<crypto::EcPublicKey>(false, [&](Session& session) -> Result<crypto::EcPublicKey> {
    MDOC_CHECK(impl_->require_token(session, wanted));
    // A label is that of the private key: a public one that has it too may belong to another. Which one does, only the
    // private key says, which is seen by whoever is logged in.
    MDOC_TRY(const bool logged_in, session.is_logged_in());
    if (!logged_in) {
      MDOC_TRY(const auto shown, session.find(CKO_PUBLIC_KEY, wanted.name));
      if (shown.size() == 1) {
        MDOC_TRY(const auto made, read_public(session, shown.front()));
        return made.coordinates();
      }
      MDOC_CHECK(impl_->pool.log_in(session));
    }
    MDOC_TRY(const auto handle, find_one(session, CKO_PRIVATE_KEY, wanted.name));
    MDOC_TRY(const auto made, public_of_private(session, handle));
    return made.coordinates();
  });
}

Result<crypto::Signature> TokenKeyProvider::sign(const crypto::SignRequest& request) {
  MDOC_TRY(const WantedKey wanted, parse_name(request.key));
  crypto::Digest digest;
  if (const auto algorithm = digest_of(request.algorithm)) {
    MDOC_TRY(digest, crypto::digest(*algorithm, request.message));
  }
  const ByteView data = digest.size() == 0 ? ByteView(request.message) : digest.view();
  return impl_->pool.run<crypto::Signature>(false, [&](Session& session) -> Result<crypto::Signature> {
    MDOC_TRY(const FoundKey found, impl_->find(session, wanted));
    if (crypto::signature_algorithm(found.curve) != request.algorithm) {
      return made_error(Errc::algorithm_mismatch, at_key());
    }
    MDOC_CHECK(impl_->reserve(session, found, KeyUse::sign));
    MDOC_TRY(Bytes raw, impl_->sign(session, found, data));
    return crypto::Signature{.raw = std::move(raw)};
  });
}

Result<SecretBytes> TokenKeyProvider::agree(const crypto::AgreeRequest& request) {
  MDOC_TRY(const WantedKey wanted, parse_name(request.key));
  MDOC_TRY(const auto peer, crypto::PublicKey::import(request.peer));
  return impl_->pool.run<SecretBytes>(false, [&](Session& session) -> Result<SecretBytes> {
    MDOC_TRY(const FoundKey found, impl_->find(session, wanted));
    if (found.curve != peer.curve() || !crypto::info(found.curve).can_agree) {
      return made_error(Errc::algorithm_mismatch, at_key());
    }
    MDOC_CHECK(impl_->reserve(session, found, KeyUse::agree));
    return agree_in(session, found, peer);
  });
}

Result<crypto::EcPublicKey> TokenKeyProvider::generate_key(const NewKey& key) {
  const auto fits = [](std::size_t size) { return size > 0 && size <= max_name; };
  if (!fits(key.label.size())) return made_error(Errc::bad_argument, at_key() / "label");
  if (!fits(key.id.size())) return made_error(Errc::bad_argument, at_key() / "id");
  const crypto::CurveInfo& curve = crypto::info(key.curve);
  if ((key.use == KeyUse::sign && !curve.can_sign()) || (key.use == KeyUse::agree && !curve.can_agree)) {
    return made_error(Errc::wrong_key_use, at_key());
  }
  if (curve.coordinate_size == 0) return made_error(Errc::unsupported_curve, at_key());
  return impl_->pool.run<crypto::EcPublicKey>(true, [&](Session& session) { return impl_->generate(session, key); });
}

Result<crypto::EcPublicKey> TokenKeyProvider::Impl::generate(Session& session, const NewKey& key) {
  MDOC_CHECK(pool.log_in(session));
  for (const KeyName& name : {KeyName{.label = key.label, .id = {}}, KeyName{.label = {}, .id = key.id}}) {
    MDOC_TRY(const auto taken, session.find(CKO_PRIVATE_KEY, name));
    if (!taken.empty()) return made_error(Errc::bad_argument, name.label ? at_key() / "label" : at_key() / "id");
  }

  const crypto::CurveInfo& curve = crypto::info(key.curve);
  const bool edwards = key.curve == Curve::ed25519 || key.curve == Curve::ed448;
  const bool weierstrass = curve.key_type == crypto::KeyType::ec2;
  CK_MECHANISM mechanism{.mechanism = CKM_EC_KEY_PAIR_GEN, .pParameter = nullptr, .ulParameterLen = 0};
  if (edwards) mechanism.mechanism = CKM_EC_EDWARDS_KEY_PAIR_GEN;
  if (!edwards && !weierstrass) mechanism.mechanism = ec_montgomery_key_pair_gen;
  const CK_KEY_TYPE kind = edwards ? CKK_EC_EDWARDS : weierstrass ? CKK_EC : ec_montgomery;
  const Bytes params = encode_ec_params(key.curve);
  const CK_BBOOL may_sign = curve.can_sign() && key.use != KeyUse::agree;
  const CK_BBOOL may_agree = curve.can_agree && key.use != KeyUse::sign;
  const CK_ATTRIBUTE label = bytes_attribute(CKA_LABEL, as_bytes(key.label));
  const CK_ATTRIBUTE id = bytes_attribute(CKA_ID, key.id);
  std::array of_public{bytes_attribute(CKA_EC_PARAMS, params),
                       attribute(CKA_KEY_TYPE, kind),
                       attribute(CKA_TOKEN, yes),
                       attribute(CKA_PRIVATE, no),
                       label,
                       id,
                       attribute(CKA_VERIFY, may_sign)};
  std::array of_private{attribute(CKA_KEY_TYPE, kind),
                        attribute(CKA_TOKEN, yes),
                        attribute(CKA_PRIVATE, yes),
                        attribute(CKA_SENSITIVE, yes),
                        attribute(CKA_EXTRACTABLE, no),
                        label,
                        id,
                        attribute(CKA_SIGN, may_sign),
                        attribute(CKA_DERIVE, may_agree)};
  CK_OBJECT_HANDLE public_handle = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_handle = CK_INVALID_HANDLE;
  MDOC_CHECK(check(session.call(&CK_FUNCTION_LIST::C_GenerateKeyPair, &mechanism, of_public.data(),
                                static_cast<CK_ULONG>(of_public.size()), of_private.data(),
                                static_cast<CK_ULONG>(of_private.size()), &public_handle, &private_handle),
                   "generate"));

  const auto checked = [&]() -> Result<crypto::EcPublicKey> {
    MDOC_TRY(const auto sensitive, session.read_flag(private_handle, CKA_SENSITIVE));
    MDOC_TRY(const auto extractable, session.read_flag(private_handle, CKA_EXTRACTABLE));
    if (!sensitive.value_or(false) || extractable.value_or(true)) return made_error(Errc::refused, at_key());
    MDOC_TRY(const auto made, read_public(session, public_handle));
    if (made.curve() != key.curve) return made_error(Errc::crypto_backend, at_key() / "curve");
    return made.coordinates();
  };
  auto made = checked();
  if (!made) {
    session.destroy(private_handle);
    session.destroy(public_handle);
  }
  return made;
}

}  // namespace mdoc::pkcs11
