#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "mdoc/crypto/private_key.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/crypto/signature.hpp"

// Points, keys and signatures in all their encodings. The first byte picks a curve. What decodes must
// encode, and decode to the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mdoc;
  using namespace mdoc::crypto;
  if (size == 0) return 0;
  const CurveInfo& curve = curves()[data[0] % curves().size()];
  const ByteView input(data + 1, size - 1);
  const auto check = [](bool holds) {
    if (!holds) std::abort();
  };
  if (const auto key = PublicKey::from_point(curve.curve, input)) {
    check(PublicKey::import(key->coordinates()).value() == *key);
    check(PublicKey::from_pem(key->pem()).value() == *key);
  }
  if (const auto key = PublicKey::from_spki(input)) check(PublicKey::from_spki(key->spki()).value() == *key);
  if (const auto key = PrivateKey::from_der(input)) {
    const SecretBytes pkcs8 = key->pkcs8().value();
    check(PrivateKey::from_der(pkcs8.view()).value().public_key() == key->public_key());
  }
  if (const auto signature = signature_from_der(curve.curve, input)) {
    const Bytes der = signature_to_der(curve.curve, signature->raw).value();
    check(der.size() == input.size() && std::equal(der.begin(), der.end(), input.begin()));
  }
  (void)PrivateKey::from_pem(as_text(input));
  return 0;
}
