#include "mdoc/crypto/hmac.hpp"

#include "core/try.hpp"
#include "crypto/openssl.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::crypto {

Result<Digest> hmac(DigestAlgorithm algorithm, ByteView key, const MessageParts& message) {
  const ErrorQueueGuard guard;
  const EVP_MAC_CTX* const prototype = hmac_prototype(algorithm);
  if (prototype == nullptr) return backend_error();
  const MacContext context(EVP_MAC_CTX_dup(prototype));
  // To OpenSSL a null key means "the previous one", so an empty key needs an address.
  const std::uint8_t no_key = 0;
  const std::uint8_t* const key_bytes = key.empty() ? &no_key : key.data();
  if (context == nullptr || EVP_MAC_init(context.get(), key_bytes, key.size(), nullptr) != 1) return backend_error();
  for (const ByteView part : message.parts()) {
    if (EVP_MAC_update(context.get(), part.data(), part.size()) != 1) return backend_error();
  }
  Digest tag;
  const std::span<std::uint8_t> out = tag.resize(digest_size(algorithm));
  std::size_t written = 0;
  if (EVP_MAC_final(context.get(), out.data(), &written, out.size()) != 1 || written != out.size()) {
    return backend_error();
  }
  return tag;
}

Result<void> verify_hmac(DigestAlgorithm algorithm, ByteView key, const MessageParts& message, ByteView tag) {
  MDOC_TRY(const Digest expected, hmac(algorithm, key, message));
  if (!constant_time_equal(expected.view(), tag)) return Error{.code = Errc::mac_invalid};
  return {};
}

}  // namespace mdoc::crypto
