#pragma once
// Internal to the layer: what a profile may name in P9. The layer of profiles does no cryptography; a test compares
// these rows with those of crypto.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace mdoc::profile {

struct CurveName {
  std::int32_t number;  ///< in the IANA registry "COSE Elliptic Curves"
  std::string_view name;
  bool signs;
  bool agrees;
};
inline constexpr std::array curve_names{
    CurveName{1, "P-256", true, true},
    CurveName{2, "P-384", true, true},
    CurveName{3, "P-521", true, true},
    CurveName{4, "X25519", false, true},
    CurveName{5, "X448", false, true},
    CurveName{6, "Ed25519", true, false},
    CurveName{7, "Ed448", true, false},
    CurveName{256, "brainpoolP256r1", true, true},
    CurveName{257, "brainpoolP320r1", true, true},
    CurveName{258, "brainpoolP384r1", true, true},
    CurveName{259, "brainpoolP512r1", true, true},
};
/// Empty for a number that is none of them.
[[nodiscard]] constexpr std::string_view curve_name(std::int32_t number) noexcept {
  const auto* const found = std::ranges::find(curve_names, number, &CurveName::number);
  return found == curve_names.end() ? std::string_view() : found->name;
}
inline constexpr std::array<std::string_view, 3> digest_names{"SHA-256", "SHA-384", "SHA-512"};

}  // namespace mdoc::profile
