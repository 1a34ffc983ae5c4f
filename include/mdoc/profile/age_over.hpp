#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"

/// @file
/// The rule of `age_over_NN` (ISO/IEC 18013-5:2021, 7.2.5): an mdoc holds a few attestations and
/// answers any question with the nearest one that settles it. Both sides need the rule: the mdoc
/// chooses an attestation, the mdoc reader judges whether one answers what it asked.

namespace mdoc::profile {

/// `age_over_NN`: was the holder NN years or older at validFrom?
struct AgeOver {
  std::uint8_t years = 0;  ///< NN, 0 to 99
  bool value = false;
  friend auto operator<=>(const AgeOver&, const AgeOver&) = default;
};

/// At most this many may be asked for, and are returned, in one data retrieval (7.2.5), which is a whole
/// session: what its rounds return goes to one reader.
inline constexpr std::size_t max_age_over_per_retrieval = 2;

/// NN of exactly `age_over_NN` with two digits; nothing for any other identifier.
[[nodiscard]] MDOC_EXPORT std::optional<std::uint8_t> parse_age_over(std::string_view identifier) noexcept;
/// `age_over_NN`. @pre years <= 99
[[nodiscard]] MDOC_EXPORT std::string age_over_identifier(std::uint8_t years);

/// The attestation that answers "is the holder `asked` or older?": the smallest true one at or above,
/// else the largest false one at or below, else none.
[[nodiscard]] MDOC_EXPORT std::optional<AgeOver> answer_age_over(std::uint8_t asked,
                                                                 std::span<const AgeOver> attestations) noexcept;

/// Whether a returned attestation settles the question: true at or above, or false at or below.
[[nodiscard]] constexpr bool answers(AgeOver returned, std::uint8_t asked) noexcept {
  return returned.value ? returned.years >= asked : returned.years <= asked;
}

}  // namespace mdoc::profile
