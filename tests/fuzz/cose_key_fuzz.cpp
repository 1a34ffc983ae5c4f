// Any bytes as a COSE_Key. What is accepted has coordinates of the right length, no private part, and
// survives being written and read again; import decides about the point without further harm.

#include <cstdint>

#include "fuzz/invariants.hpp"
#include "mdoc/cose/cose_key.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  cbor::Reader reader(input, {.level = Level::lenient}, "COSE_Key");
  const auto key = cose::decode_cose_key(reader);
  if (!key) {
    require(key.error().offset <= size);
    return 0;
  }
  const crypto::CurveInfo& curve = crypto::info(key->curve);
  require(key->x.size() == curve.coordinate_size);
  require(key->y.size() == (curve.key_type == crypto::KeyType::ec2 ? curve.coordinate_size : 0));

  const Bytes encoded = cose::encode_cose_key(*key);
  cbor::Reader again(encoded, {.level = Level::strict});
  require(cose::decode_cose_key(again, cose::PointForm::uncompressed).value() == *key);
  if (const auto imported = crypto::PublicKey::import(*key)) require(imported->coordinates() == *key);
  return 0;
}
