// What a token says of a key: the length of CKA_EC_PARAMS in one byte, CKA_EC_PARAMS, CKA_EC_POINT.
#include "pkcs11/ec_attributes.hpp"

#include <algorithm>

#include "invariants.hpp"

using mdoc::fuzz::require;
using mdoc::fuzz::same;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const mdoc::ByteView rest(data + 1, size - 1);
  const mdoc::ByteView params = rest.first(std::min<std::size_t>(data[0], rest.size()));
  const mdoc::ByteView point = rest.subspan(params.size());
  const auto curve = mdoc::pkcs11::decode_ec_params(params);
  if (!curve) return 0;
  require(mdoc::pkcs11::decode_ec_params(mdoc::pkcs11::encode_ec_params(*curve)).value() == *curve);
  const auto key = mdoc::pkcs11::decode_ec_point(*curve, point);
  if (!key) return 0;
  require(key->curve() == *curve);
  const auto again = mdoc::pkcs11::decode_ec_point(*curve, key->point());
  require(again && *again == *key);
  return 0;
}
