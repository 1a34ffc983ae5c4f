#include "mdoc/core/secret.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mdoc {

void secure_zero(std::span<std::uint8_t> bytes) noexcept {
  if (bytes.empty()) return;
#if defined(__GNUC__) || defined(__clang__)
  std::memset(bytes.data(), 0, bytes.size());
  __asm__ __volatile__("" : : "r"(bytes.data()) : "memory");  // keeps the memset
#else
  volatile std::uint8_t* byte = bytes.data();
  for (std::size_t i = 0; i < bytes.size(); ++i) byte[i] = 0;
#endif
}

bool constant_time_equal(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint8_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
  return difference == 0;
}

SecretBytes::SecretBytes(std::size_t size) : data_(std::make_unique<std::uint8_t[]>(size)), size_(size) {}

SecretBytes SecretBytes::copy_of(ByteView source) {
  SecretBytes copy(source.size());
  std::ranges::copy(source, copy.data_.get());
  return copy;
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    wipe();
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { wipe(); }

void SecretBytes::wipe() noexcept { secure_zero({data_.get(), size_}); }

}  // namespace mdoc
