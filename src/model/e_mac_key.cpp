#include "mdoc/model/e_mac_key.hpp"

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/crypto/hkdf.hpp"

namespace mdoc::model {

Result<SecretBytes> derive_e_mac_key(const ProtocolConstants& constants, const SecretBytes& zab,
                                     ByteView session_transcript) {
  constexpr std::size_t key_size = 32;
  cbor::Writer wrapped(session_transcript.size() + 8);
  wrapped.embedded(session_transcript);
  MDOC_TRY(const crypto::Digest salt, crypto::digest(crypto::DigestAlgorithm::sha256, wrapped.view()));
  return crypto::hkdf(crypto::DigestAlgorithm::sha256, zab.view(), salt.view(), as_bytes(constants.e_mac_key_info),
                      key_size);
}

}  // namespace mdoc::model
