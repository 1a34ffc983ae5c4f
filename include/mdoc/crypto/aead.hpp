#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::crypto {

/// Authenticated encryption. The numbers are those of HPKE (RFC 9180, 7.3).
enum class AeadAlgorithm : std::uint16_t {
  aes_128_gcm = 1,        ///< documents encrypted to a recipient
  aes_256_gcm = 2,        ///< session messages, cipher suite 1
  chacha20_poly1305 = 3,  ///< not used by ISO/IEC 18013-5; RFC 9180 only
};

/// Bytes of a key: 16 or 32.
[[nodiscard]] constexpr std::size_t key_size(AeadAlgorithm algorithm) noexcept {
  return algorithm == AeadAlgorithm::aes_128_gcm ? 16 : 32;
}

/// One key, ready for many messages: the key schedule is computed once. Move-only, and wiped when it
/// goes. Distinct objects only: seal() and open() change the context inside. A moved-from object may
/// only be destroyed or assigned to.
///
/// The nonce is the caller's: never twice under one key.
class MDOC_EXPORT Aead {
 public:
  static constexpr std::size_t nonce_size = 12;
  static constexpr std::size_t tag_size = 16;

  /// @return usage/bad_argument: a key of another size than key_size(algorithm)
  [[nodiscard]] static Result<Aead> create(AeadAlgorithm algorithm, ByteView key);
  Aead(Aead&& other) noexcept;
  Aead& operator=(Aead&& other) noexcept;
  ~Aead();

  /// @return ciphertext ‖ tag; usage/bad_argument: the nonce is not 12 bytes
  [[nodiscard]] Result<Bytes> seal(ByteView nonce, ByteView associated_data, ByteView plaintext);

  /// Decrypts ciphertext ‖ tag into a new buffer. Nothing of a plaintext whose tag is wrong is
  /// released or left in memory. The caller wipes what it gets (SharedBytes::take_secret).
  /// @return untrusted/decryption_failed: wrong tag, or shorter than a tag
  [[nodiscard]] Result<Bytes> open(ByteView nonce, ByteView associated_data, ByteView sealed);

 private:
  struct Context;
  explicit Aead(std::unique_ptr<Context> context) noexcept;
  std::unique_ptr<Context> context_;
};

}  // namespace mdoc::crypto
