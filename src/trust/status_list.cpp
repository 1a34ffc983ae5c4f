#include "mdoc/trust/status_list.hpp"

#include "core/try.hpp"
#include "trust/zlib_stream.hpp"

namespace mdoc::trust {
namespace {

Result<void> check_bits(unsigned bits) {
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8) {
    return Error{.code = Errc::bad_value, .where = Path("StatusList") / "bits"};
  }
  return {};
}

}  // namespace

std::string_view name(StatusType status) noexcept {
  switch (status) {
    case StatusType::valid: return "valid";
    case StatusType::invalid: return "invalid";
    case StatusType::suspended: return "suspended";
  }
  return "other";
}

Result<StatusList> StatusList::inflate(unsigned bits, ByteView compressed, std::size_t max_bytes) {
  MDOC_CHECK(check_bits(bits));
  auto packed = inflate_zlib(compressed, max_bytes);
  if (!packed) return Error{.code = packed.error().code, .where = Path("StatusList") / "lst"};
  return StatusList(bits, *std::move(packed));
}

Result<StatusList> StatusList::of_bytes(unsigned bits, Bytes packed) {
  MDOC_CHECK(check_bits(bits));
  return StatusList(bits, std::move(packed));
}

Result<StatusList> StatusList::pack(unsigned bits, std::span<const StatusType> statuses) {
  MDOC_CHECK(check_bits(bits));
  const unsigned per_byte = 8 / bits;
  Bytes packed(statuses.size() / per_byte + (statuses.size() % per_byte != 0 ? 1 : 0));
  for (std::size_t i = 0; i < statuses.size(); ++i) {
    const unsigned value = static_cast<std::uint8_t>(statuses[i]);
    if (value >> bits != 0) return Error{.code = Errc::bad_argument, .where = Path("StatusList") / i};
    std::uint8_t& byte = packed[i / per_byte];
    byte = static_cast<std::uint8_t>(byte | value << (i % per_byte * bits));
  }
  return StatusList(bits, std::move(packed));
}

Bytes StatusList::deflate() const { return deflate_zlib(bytes()); }

}  // namespace mdoc::trust
