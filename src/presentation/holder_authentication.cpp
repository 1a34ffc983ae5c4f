#include "mdoc/presentation/holder_authentication.hpp"

#include <array>

namespace mdoc::presentation {
namespace {

constexpr std::array<std::string_view, 3> mode_names{"asked", "by-key-provider", "none"};
constexpr std::array<std::string_view, 4> assurance_names{"unknown", "low", "substantial", "high"};

}  // namespace

std::string_view name(HolderAuthenticationMode mode) noexcept { return mode_names[static_cast<std::size_t>(mode)]; }
std::string_view name(Assurance assurance) noexcept { return assurance_names[static_cast<std::size_t>(assurance)]; }

}  // namespace mdoc::presentation
