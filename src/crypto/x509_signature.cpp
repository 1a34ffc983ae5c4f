#include "mdoc/crypto/x509_signature.hpp"

#include <algorithm>
#include <array>

#include "core/try.hpp"
#include "crypto/signature_impl.hpp"
#include "crypto/x509_impl.hpp"

namespace mdoc::crypto {
namespace {

struct EcdsaRow {
  std::string_view oid;
  DigestAlgorithm hash;
};
// RFC 5758, 3.2
constexpr std::array ecdsa_rows{
    EcdsaRow{"1.2.840.10045.4.3.2", DigestAlgorithm::sha256},
    EcdsaRow{"1.2.840.10045.4.3.3", DigestAlgorithm::sha384},
    EcdsaRow{"1.2.840.10045.4.3.4", DigestAlgorithm::sha512},
};
// RFC 8410, 3
constexpr std::string_view id_ed25519 = "1.3.101.112";
constexpr std::string_view id_ed448 = "1.3.101.113";

}  // namespace

std::string_view x509_signature_algorithm(SignatureAlgorithm algorithm, Curve curve) noexcept {
  switch (algorithm) {
    case SignatureAlgorithm::es256: return ecdsa_rows[0].oid;
    case SignatureAlgorithm::es384: return ecdsa_rows[1].oid;
    case SignatureAlgorithm::es512: return ecdsa_rows[2].oid;
    case SignatureAlgorithm::eddsa: break;
  }
  return curve == Curve::ed25519 ? id_ed25519 : id_ed448;
}

Bytes x509_algorithm_identifier(SignatureAlgorithm algorithm, Curve curve) {
  return der::encode(der::tag::sequence, *der::encode_object_identifier(x509_signature_algorithm(algorithm, curve)));
}

Result<Bytes> finish_signed_object(ByteView to_be_signed, const PublicKey& signer, SignatureAlgorithm algorithm,
                                   const Signature& signature) {
  MDOC_CHECK(verify(signer, algorithm, to_be_signed, signature.raw));
  Bytes bits = signature.raw;
  if (algorithm != SignatureAlgorithm::eddsa) {
    MDOC_TRY(bits, signature_to_der(signer.curve(), signature.raw));
  }
  return der::encode(der::tag::sequence, {to_be_signed, x509_algorithm_identifier(algorithm, signer.curve()),
                                          der::encode_octets_in_bit_string(bits)});
}

Result<std::string> read_x509_algorithm(der::Reader& reader) {
  MDOC_TRY(der::Reader identifier, reader.enter(der::tag::sequence));
  MDOC_TRY(std::string oid, identifier.read_object_identifier());
  // Absent for ECDSA and EdDSA; RSA has NULL or a structure.
  if (!identifier.at_end()) MDOC_CHECK(identifier.read_any());
  MDOC_CHECK(identifier.end());
  return oid;
}

Result<SignedObject> read_signed_object(ByteView der, Errc on_error) {
  der::Reader file(der, on_error);
  MDOC_TRY(der::Reader outer, file.enter(der::tag::sequence));
  MDOC_CHECK(file.end());
  MDOC_TRY(const der::Element signed_part, outer.read(der::tag::sequence));
  MDOC_TRY(std::string algorithm, read_x509_algorithm(outer));
  MDOC_TRY(const ByteView signature, outer.read_octets_in_bit_string());
  MDOC_CHECK(outer.end());
  return SignedObject{signed_part.whole, std::move(algorithm), signature};
}

Result<void> verify_signed_object(const PublicKey& signer, const SignedObject& object) {
  if (object.algorithm == id_ed25519 || object.algorithm == id_ed448) {
    const Curve curve = object.algorithm == id_ed25519 ? Curve::ed25519 : Curve::ed448;
    if (signer.curve() != curve) return Error{.code = Errc::algorithm_mismatch};
    return verify_eddsa(signer, object.signed_part, object.signature);
  }
  const auto row = std::ranges::find(ecdsa_rows, std::string_view(object.algorithm), &EcdsaRow::oid);
  if (row == ecdsa_rows.end()) return Error{.code = Errc::unsupported_algorithm};
  const CurveInfo& curve = info(signer.curve());
  if (curve.key_type != KeyType::ec2) return Error{.code = Errc::algorithm_mismatch};
  return verify_ecdsa(signer, row->hash, object.signed_part, object.signature);
}

}  // namespace mdoc::crypto
