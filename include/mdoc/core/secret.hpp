#pragma once

#include <cstddef>
#include <memory>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"

namespace mdoc {

/// Key material. Fixed size (it never reallocates, so leaves no stale copy), move-only, wiped on
/// destruction and when assigned over; compare with constant_time_equal().
class MDOC_EXPORT SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);  ///< zero-filled
  [[nodiscard]] static SecretBytes copy_of(ByteView source);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  /// A second copy, made on purpose.
  [[nodiscard]] SecretBytes clone() const { return copy_of(view()); }

  [[nodiscard]] ByteView view() const& noexcept { return {data_.get(), size_}; }
  ByteView view() const&& = delete;  // would dangle
  [[nodiscard]] std::span<std::uint8_t> mutable_view() & noexcept { return {data_.get(), size_}; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  friend bool operator==(const SecretBytes&, const SecretBytes&) = delete;

 private:
  void wipe() noexcept;
  std::unique_ptr<std::uint8_t[]> data_;  // NOLINT(*-avoid-c-arrays)
  std::size_t size_ = 0;
};

/// Overwrites `bytes` in a way that the compiler keeps.
MDOC_EXPORT void secure_zero(std::span<std::uint8_t> bytes) noexcept;
/// Time depends on the sizes only.
[[nodiscard]] MDOC_EXPORT bool constant_time_equal(ByteView a, ByteView b) noexcept;

}  // namespace mdoc
