#pragma once
// Internal to the layer: what a profile may name in P9. The layer of profiles does no cryptography; a test compares
// these rows with those of crypto.

#include <array>
#include <string_view>

namespace mdoc::profile {

struct CurveName {
  std::string_view name;
  bool signs;
  bool agrees;
};
inline constexpr std::array curve_names{
    CurveName{"P-256", true, true},           CurveName{"P-384", true, true},
    CurveName{"P-521", true, true},           CurveName{"X25519", false, true},
    CurveName{"X448", false, true},           CurveName{"Ed25519", true, false},
    CurveName{"Ed448", true, false},          CurveName{"brainpoolP256r1", true, true},
    CurveName{"brainpoolP320r1", true, true}, CurveName{"brainpoolP384r1", true, true},
    CurveName{"brainpoolP512r1", true, true},
};
inline constexpr std::array<std::string_view, 3> digest_names{"SHA-256", "SHA-384", "SHA-512"};

}  // namespace mdoc::profile
