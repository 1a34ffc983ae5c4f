#pragma once

#include <algorithm>

#include "mdoc/core/rng.hpp"

namespace mdoc::testing {

/// Hands out the given bytes in order, then fails: what is drawn is known to the test, and so is how much.
class FixedRng final : public Rng {
 public:
  explicit FixedRng(Bytes stream) : stream_(std::move(stream)) {}

  Result<void> fill(std::span<std::uint8_t> out) override {
    if (out.size() > left()) return Error{.code = Errc::randomness};
    std::copy_n(stream_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
    return {};
  }
  [[nodiscard]] std::size_t left() const noexcept { return stream_.size() - used_; }

 private:
  Bytes stream_;
  std::size_t used_ = 0;
};

}  // namespace mdoc::testing
