#include "crypto/openssl.hpp"

#include <array>
#include <string>

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>
#include <openssl/params.h>

namespace mdoc::crypto {
namespace {

struct Algorithms {
  std::array<EVP_MD*, 3> digests{};
  EVP_MD* sha1 = nullptr;
  std::array<EVP_CIPHER*, 3> ciphers{};
  std::array<EVP_MAC_CTX*, 3> hmacs{};
};

EVP_MAC_CTX* make_hmac_prototype(std::string digest) noexcept {
  EVP_MAC* const mac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  EVP_MAC_CTX* const context = EVP_MAC_CTX_new(mac);
  EVP_MAC_free(mac);  // the context holds it
  const std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
                              OSSL_PARAM_construct_end()};
  if (context == nullptr || EVP_MAC_CTX_set_params(context, parameters.data()) != 1) return nullptr;
  return context;
}

const Algorithms& algorithms() noexcept {
  static const Algorithms all = [] {
    const ErrorQueueGuard guard;
    Algorithms a;
    a.digests = {EVP_MD_fetch(nullptr, OSSL_DIGEST_NAME_SHA2_256, nullptr),
                 EVP_MD_fetch(nullptr, OSSL_DIGEST_NAME_SHA2_384, nullptr),
                 EVP_MD_fetch(nullptr, OSSL_DIGEST_NAME_SHA2_512, nullptr)};
    a.sha1 = EVP_MD_fetch(nullptr, OSSL_DIGEST_NAME_SHA1, nullptr);
    a.ciphers = {EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr), EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr),
                 EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr)};
    a.hmacs = {make_hmac_prototype(OSSL_DIGEST_NAME_SHA2_256), make_hmac_prototype(OSSL_DIGEST_NAME_SHA2_384),
               make_hmac_prototype(OSSL_DIGEST_NAME_SHA2_512)};
    return a;
  }();
  return all;
}

struct EcRow {
  Curve curve;
  int nid;
};
constexpr std::array ec_rows{
    EcRow{Curve::p256, NID_X9_62_prime256v1},
    EcRow{Curve::p384, NID_secp384r1},
    EcRow{Curve::p521, NID_secp521r1},
    EcRow{Curve::brainpool_p256r1, NID_brainpoolP256r1},
    EcRow{Curve::brainpool_p320r1, NID_brainpoolP320r1},
    EcRow{Curve::brainpool_p384r1, NID_brainpoolP384r1},
    EcRow{Curve::brainpool_p512r1, NID_brainpoolP512r1},
};

EcCurve make_ec_curve(int nid) noexcept {
  EcCurve made{.group_name = OBJ_nid2sn(nid), .group = EC_GROUP_new_by_curve_name(nid)};
  std::string name = made.group_name;
  std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
                        OSSL_PARAM_construct_end()};
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made.parameters, EVP_PKEY_KEY_PARAMETERS, parameters.data()) != 1) {
    made.parameters = nullptr;
  }
  return made;
}

}  // namespace

const EVP_MD* fetched(DigestAlgorithm algorithm) noexcept {
  const auto index = static_cast<std::size_t>(algorithm);
  return index < algorithms().digests.size() ? algorithms().digests[index] : nullptr;
}

const EVP_CIPHER* fetched(AeadAlgorithm algorithm) noexcept {
  const auto index = static_cast<std::size_t>(algorithm) - 1;
  return index < algorithms().ciphers.size() ? algorithms().ciphers[index] : nullptr;
}

const EVP_MD* fetched_sha1() noexcept { return algorithms().sha1; }

const EVP_MAC_CTX* hmac_prototype(DigestAlgorithm algorithm) noexcept {
  const auto index = static_cast<std::size_t>(algorithm);
  return index < algorithms().hmacs.size() ? algorithms().hmacs[index] : nullptr;
}

const EcCurve* ec_curve(Curve curve) noexcept {
  static const std::array<EcCurve, ec_rows.size()> made = [] {
    const ErrorQueueGuard guard;
    std::array<EcCurve, ec_rows.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = make_ec_curve(ec_rows[i].nid);
    return all;
  }();
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (ec_rows[i].curve == curve) return made[i].group && made[i].parameters ? &made[i] : nullptr;
  }
  return nullptr;
}

const char* okp_key_type(Curve curve) noexcept {
  switch (curve) {
    case Curve::x25519: return "X25519";
    case Curve::x448: return "X448";
    case Curve::ed25519: return "ED25519";
    case Curve::ed448: return "ED448";
    default: return nullptr;
  }
}

}  // namespace mdoc::crypto
