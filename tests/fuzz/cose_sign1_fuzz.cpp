// Any bytes as a COSE_Sign1 and as a COSE_Mac0. Slices stay inside the message, nothing verifies that
// was not signed, and what the strict level accepts is accepted by the others.

#include <algorithm>
#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/cose/mac0.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/private_key.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

bool inside(const SharedBytes& message, const SharedBytes& part) { return fuzz::inside(message.view(), part.view()); }

void check_headers(const SharedBytes& message, const cose::Headers& headers) {
  require(inside(message, headers.protected_bytes));
  for (const SharedBytes& certificate : headers.x5chain) require(inside(message, certificate));
  require(headers.x5chain.size() <= DecodeLimits{}.max_certificates);
  (void)headers.find_protected(cose::label::typ);
  (void)headers.find_unprotected(cose::label::alg);
}

const crypto::PublicKey& key() {
  static const crypto::PublicKey key =
      crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, 7)).value().public_key();
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SharedBytes message = SharedBytes::copy_of({data, size});

  cbor::Reader reader(message, {.level = Level::lenient}, "IssuerAuth");
  const auto sign1 = cose::decode_cose_sign1(reader);
  if (sign1) {
    check_headers(message, sign1->headers);
    require(std::ranges::equal(sign1->encoded.view(), message.view().first(sign1->encoded.size())));
    require(inside(message, sign1->signature));
    if (sign1->payload) {
      require(inside(message, *sign1->payload));
      require(sign1->payload_offset + sign1->payload->size() <= size);
      require(!sign1->verify(key()));
    }
    require(!sign1->verify_detached(key(), message.view()));
  } else {
    require(sign1.error().offset <= size);
  }

  cbor::Reader strict(message, {.level = Level::strict}, "IssuerAuth");
  if (cose::decode_cose_sign1(strict)) require(sign1.has_value());

  cbor::Reader mac_reader(message, {.level = Level::lenient}, "DeviceMac");
  if (const auto mac0 = cose::decode_cose_mac0(mac_reader)) {
    check_headers(message, mac0->headers);
    const SecretBytes secret = SecretBytes::copy_of(Bytes(32, 7));
    require(!mac0->verify_detached(secret, message.view()));
  }
  return 0;
}
