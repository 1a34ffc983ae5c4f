#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "mdoc/crypto/aead.hpp"

/// @file
/// Internal. The IV of a session message.

namespace mdoc::session {

/// 12.2.5: an identifier of the sender, then the counter of this message, big-endian.
[[nodiscard]] inline std::array<std::uint8_t, crypto::Aead::nonce_size> make_iv(
    const std::array<std::uint8_t, 8>& identifier, std::uint32_t counter) noexcept {
  std::array<std::uint8_t, crypto::Aead::nonce_size> iv{};
  auto out = std::ranges::copy(identifier, iv.begin()).out;
  for (const unsigned shift : {24u, 16u, 8u, 0u}) *out++ = static_cast<std::uint8_t>(counter >> shift);
  return iv;
}

}  // namespace mdoc::session
