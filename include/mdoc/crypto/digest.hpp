#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/message_parts.hpp"

namespace mdoc::crypto {

/// The digest algorithms of an MSO (ISO/IEC 18013-5, 9.1.2.5), and those of HMAC and HKDF.
enum class DigestAlgorithm : std::uint8_t { sha256, sha384, sha512 };

/// Bytes of one digest: 32, 48, 64.
[[nodiscard]] constexpr std::size_t digest_size(DigestAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case DigestAlgorithm::sha256: return 32;
    case DigestAlgorithm::sha384: return 48;
    case DigestAlgorithm::sha512: return 64;
  }
  return 0;
}

/// "digestAlgorithm" of the MSO: "SHA-256", "SHA-384", "SHA-512".
[[nodiscard]] MDOC_EXPORT std::string_view name(DigestAlgorithm algorithm) noexcept;
/// The algorithm of exactly such a name; nothing for any other text.
[[nodiscard]] MDOC_EXPORT std::optional<DigestAlgorithm> digest_algorithm(std::string_view name) noexcept;

/// The result of a hash or MAC, held inline: no heap. Comparison is not constant time; a MAC is
/// checked with verify_hmac().
class Digest {
 public:
  static constexpr std::size_t max_size = 64;

  Digest() = default;  ///< empty
  [[nodiscard]] ByteView view() const& noexcept { return {bytes_.data(), size_}; }
  ByteView view() const&& = delete;  // would dangle
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Bytes to_bytes() const { return {bytes_.begin(), bytes_.begin() + size_}; }
  friend bool operator==(const Digest&, const Digest&) = default;  // unused bytes are zero

  /// For those who compute one. @pre size <= max_size
  [[nodiscard]] std::span<std::uint8_t> resize(std::size_t size) noexcept {
    bytes_ = {};
    size_ = static_cast<std::uint8_t>(size);
    return {bytes_.data(), size};
  }

 private:
  std::array<std::uint8_t, max_size> bytes_{};
  std::uint8_t size_ = 0;
};

/// Hash of a message in one piece or several.
/// @return internal/crypto_backend only
[[nodiscard]] MDOC_EXPORT Result<Digest> digest(DigestAlgorithm algorithm, const MessageParts& message);

/// Hashes message after message with one context. Move-only; a moved-from Hasher fails in finish().
class MDOC_EXPORT Hasher {
 public:
  explicit Hasher(DigestAlgorithm algorithm);
  Hasher(Hasher&& other) noexcept;
  Hasher& operator=(Hasher&& other) noexcept;
  ~Hasher();

  [[nodiscard]] DigestAlgorithm algorithm() const noexcept { return algorithm_; }
  /// Adds bytes to the current message. A failure is kept and reported by finish().
  void update(ByteView part) noexcept;
  /// Ends the message, and begins the next one.
  /// @return internal/crypto_backend only
  [[nodiscard]] Result<Digest> finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  DigestAlgorithm algorithm_;
};

}  // namespace mdoc::crypto
