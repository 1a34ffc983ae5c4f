#include "mdoc/crypto/agree.hpp"

#include "crypto/key_impl.hpp"

namespace mdoc::crypto {

Result<SecretBytes> agree(const PrivateKey& own, const PublicKey& peer) {
  const CurveInfo& row = info(own.curve());
  if (peer.curve() != own.curve() || !row.can_agree) return Error{.code = Errc::algorithm_mismatch};
  const ErrorQueueGuard guard;
  const PkeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.impl().pkey.get(), nullptr));
  // The peer's point was checked when it was imported, and with cofactor 1 it has the group's order;
  // a second validation by OpenSSL would cost as much as the agreement.
  if (context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer_ex(context.get(), peer.impl().pkey.get(), 0) != 1) {
    return backend_error();
  }
  SecretBytes shared(row.coordinate_size);
  std::size_t size = shared.size();
  if (EVP_PKEY_derive(context.get(), shared.mutable_view().data(), &size) != 1) {
    // X25519 and X448: OpenSSL itself fails on the zero secret (RFC 7748, 6.1).
    return row.key_type == KeyType::okp ? Error{.code = Errc::bad_key} : backend_error();
  }
  if (size != shared.size()) return backend_error();
  return shared;
}

}  // namespace mdoc::crypto
