#pragma once
// Internal: what options in CBOR and carriers in NDEF have in common.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "mdoc/engagement/retrieval_method.hpp"

namespace mdoc::engagement {

/// `value` within its legal range; sets `clamped` if it was not.
[[nodiscard]] inline std::uint32_t clamp_command_data(std::uint64_t value, bool& clamped) noexcept {
  const auto legal = std::clamp<std::uint64_t>(value, NfcOptions::min_command_data, NfcOptions::max_command_data);
  clamped |= legal != value;
  return static_cast<std::uint32_t>(legal);
}
[[nodiscard]] inline std::uint32_t clamp_response_data(std::uint64_t value, bool& clamped) noexcept {
  const auto legal = std::clamp<std::uint64_t>(value, NfcOptions::min_response_data, NfcOptions::max_response_data);
  clamped |= legal != value;
  return static_cast<std::uint32_t>(legal);
}

/// LE_PSM values that devices assign (Bluetooth Core, vol 3, A, 4.22).
[[nodiscard]] constexpr bool is_dynamic_psm(std::uint64_t psm) noexcept { return psm >= 0x80 && psm <= 0xff; }

/// Six octets and the type, or the six octets alone.
[[nodiscard]] inline std::optional<BleAddress> ble_address(ByteView bytes) noexcept {
  BleAddress address;
  const std::size_t size = address.octets.size();
  if (bytes.size() != size && bytes.size() != size + 1) return std::nullopt;
  std::copy_n(bytes.begin(), size, address.octets.begin());
  if (bytes.size() > size) address.type = bytes[size];
  return address;
}
[[nodiscard]] inline Bytes octets(const BleAddress& address) {
  Bytes out(address.octets.begin(), address.octets.end());
  if (address.type) out.push_back(*address.type);
  return out;
}

/// Appends a method, or merges it into the one of the same type and version that is there: false.
bool append_method(std::vector<RetrievalMethod>& methods, RetrievalMethod method);

}  // namespace mdoc::engagement
