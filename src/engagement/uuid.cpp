#include "mdoc/engagement/uuid.hpp"

#include <algorithm>

#include "core/try.hpp"
#include "core/uuid_text.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::engagement {

Result<Uuid> Uuid::random(Rng& rng) {
  Uuid uuid;
  MDOC_CHECK(rng.fill(uuid.octets));
  // RFC 4122, 4.4: version 4, variant 10.
  uuid.octets[6] = static_cast<std::uint8_t>((uuid.octets[6] & 0x0f) | 0x40);
  uuid.octets[8] = static_cast<std::uint8_t>((uuid.octets[8] & 0x3f) | 0x80);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  const auto octets = parse_uuid_text(text);
  if (!octets) return std::nullopt;
  return Uuid{*octets};
}

std::array<std::uint8_t, 16> Uuid::reversed() const noexcept {
  auto out = octets;
  std::ranges::reverse(out);
  return out;
}

std::string Uuid::text() const {
  std::string out = to_hex(octets);
  for (const std::size_t dash : {20u, 16u, 12u, 8u}) out.insert(dash, 1, '-');
  return out;
}

}  // namespace mdoc::engagement
