#include "mdoc/crypto/system_rng.hpp"

#include <openssl/rand.h>

#include "crypto/openssl.hpp"

namespace mdoc::crypto {
namespace {

class SystemRng final : public Rng {
 public:
  Result<void> fill(std::span<std::uint8_t> out) override {
    const ErrorQueueGuard guard;
    // Strength 0: that of the generator, 256 bits.
    if (!out.empty() && RAND_priv_bytes_ex(nullptr, out.data(), out.size(), 0) != 1) {
      return Error{.code = Errc::randomness};
    }
    return {};
  }
};

}  // namespace

Rng& system_rng() noexcept {
  static SystemRng rng;
  return rng;
}

}  // namespace mdoc::crypto
