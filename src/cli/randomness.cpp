#include "cli/randomness.hpp"

#include "mdoc/crypto/system_rng.hpp"

#ifdef MDOC_CLI_SEED
#  include <algorithm>
#  include <cstdint>
#  include <optional>
#  include <string>

#  include "cli/failure.hpp"
#  include "cli/output.hpp"
#  include "mdoc/core/encoding.hpp"
#  include "mdoc/crypto/digest.hpp"
#endif

namespace mdoc::cli {

#ifdef MDOC_CLI_SEED
namespace {

/// SHA-256 over the seed and a counter, block after block.
class SeededRng final : public Rng {
 public:
  explicit SeededRng(Bytes seed) : seed_(std::move(seed)) {}

  Result<void> fill(std::span<std::uint8_t> out) override {
    while (!out.empty()) {
      Bytes input = seed_;
      for (int shift = 56; shift >= 0; shift -= 8) input.push_back(static_cast<std::uint8_t>(counter_ >> shift));
      ++counter_;
      const auto block = crypto::digest(crypto::DigestAlgorithm::sha256, input);
      if (!block) return block.error();
      const ByteView drawn = block->view().first(std::min(out.size(), block->view().size()));
      std::ranges::copy(drawn, out.begin());
      out = out.subspan(drawn.size());
    }
    return {};
  }

 private:
  Bytes seed_;
  std::uint64_t counter_ = 0;
};

std::optional<SeededRng>& seeded() {
  static std::optional<SeededRng> rng;
  return rng;
}

}  // namespace

Rng& randomness() { return seeded() ? static_cast<Rng&>(*seeded()) : crypto::system_rng(); }

void add_seed(CLI::App& command) {
  const auto use = [](const std::string& text) {
    auto seed = from_hex(text);
    if (!seed || seed->empty()) throw Failure(ExitCode::usage, "--seed takes hexadecimal bytes");
    print_warning("--seed makes every key predictable: for tests alone");
    seeded().emplace(*std::move(seed));
  };
  command.add_option_function<std::string>("--seed", use, "Repeatable randomness, hexadecimal: for tests alone");
}
#else
Rng& randomness() { return crypto::system_rng(); }

void add_seed(CLI::App&) {}
#endif

}  // namespace mdoc::cli
