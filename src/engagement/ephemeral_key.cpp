#include "mdoc/engagement/ephemeral_key.hpp"

#include "core/try.hpp"
#include "mdoc/cose/cose_key.hpp"

namespace mdoc::engagement {
namespace {

Result<crypto::PublicKey> read_public_key(cbor::Reader& reader, cose::PointForm form) {
  const std::uint32_t begin = reader.offset();
  MDOC_TRY(const auto key, cose::decode_cose_key(reader, form));
  // Table of curves (second edition, 12.7.2): an ephemeral key serves ECDH.
  if (!crypto::info(key.curve).can_agree) return reader.fail(Errc::unsupported_curve, begin);
  auto imported = crypto::PublicKey::import(key);
  if (!imported) return reader.fail(imported.error().code, begin);
  return imported;
}

}  // namespace

Result<EDeviceKeyBytes> read_e_device_key_bytes(cbor::Reader& reader) {
  return cbor::read_encoded(reader, [](cbor::Reader& nested) { return read_public_key(nested, cose::PointForm::any); });
}

Result<EReaderKeyBytes> read_e_reader_key_bytes(cbor::Reader& reader) {
  return cbor::read_encoded(
      reader, [](cbor::Reader& nested) { return read_public_key(nested, cose::PointForm::uncompressed); });
}

Result<cbor::Encoded<crypto::PublicKey>> encode_ephemeral_key(const crypto::PublicKey& key) {
  if (!crypto::info(key.curve()).can_agree) return Error{.code = Errc::bad_argument, .where = "curve"};
  return cbor::Encoded(key, cose::encode_cose_key(key.coordinates()));
}

}  // namespace mdoc::engagement
