#include "mdoc/crypto/hkdf.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/try.hpp"
#include "mdoc/crypto/hmac.hpp"

namespace mdoc::crypto {
namespace {

// HMAC whose result is key material.
Result<SecretBytes> secret_hmac(DigestAlgorithm algorithm, ByteView key, const MessageParts& message) {
  MDOC_TRY(Digest block, hmac(algorithm, key, message));
  SecretBytes secret = SecretBytes::copy_of(block.view());
  secure_zero(block.resize(block.size()));
  return secret;
}

}  // namespace

Result<SecretBytes> hkdf_extract(DigestAlgorithm algorithm, ByteView salt, const MessageParts& key_material) {
  // No salt means HashLen zeros (RFC 5869, 2.2); HMAC pads its key with zeros, so the empty key is the same.
  return secret_hmac(algorithm, salt, key_material);
}

Result<SecretBytes> hkdf_expand(DigestAlgorithm algorithm, ByteView pseudorandom_key, const MessageParts& info,
                                std::size_t length) {
  const std::size_t block_size = digest_size(algorithm);
  if (length == 0 || length > 255 * block_size) return Error{.code = Errc::bad_argument};
  // T(n) = HMAC(PRK, T(n-1) | info | n)
  SecretBytes output(length);
  SecretBytes block;
  std::vector<ByteView> input(info.parts().size() + 2);
  std::ranges::copy(info.parts(), input.begin() + 1);
  std::array<std::uint8_t, 1> counter{};
  input.back() = counter;
  for (std::size_t done = 0; done < length; done += block.size()) {
    ++counter[0];
    input.front() = block.view();
    MDOC_TRY(block, secret_hmac(algorithm, pseudorandom_key, std::span<const ByteView>(input)));
    const ByteView wanted = block.view().first(std::min(block.size(), length - done));
    std::ranges::copy(wanted, output.mutable_view().begin() + static_cast<std::ptrdiff_t>(done));
  }
  return output;
}

Result<SecretBytes> hkdf(DigestAlgorithm algorithm, ByteView key_material, ByteView salt, ByteView info,
                         std::size_t length) {
  MDOC_TRY(const SecretBytes pseudorandom_key, hkdf_extract(algorithm, salt, key_material));
  return hkdf_expand(algorithm, pseudorandom_key.view(), info, length);
}

}  // namespace mdoc::crypto
