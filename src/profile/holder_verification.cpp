#include "mdoc/profile/holder_verification.hpp"

#include <array>

namespace mdoc::profile {
namespace {

using enum HolderMethod;

constexpr std::array<std::string_view, 4> names{"portrait", "biometric-template", "signature-usual-mark", "device"};

struct Row {
  std::string_view name_space;
  std::string_view identifier;  // a prefix where it ends in an underscore
  HolderMethod method;
};

constexpr std::array rows{
    Row{"org.iso.18013.5.1", "portrait", portrait},
    Row{"org.iso.18013.5.1", "biometric_template_", biometric_template},
    Row{"org.iso.18013.5.1", "signature_usual_mark", signature_usual_mark},
    Row{"org.iso.23220.1", "portrait", portrait},
    Row{"org.iso.23220.1", "enrolment_portrait_image", portrait},
    Row{"org.iso.23220.datagroups.1", "dg2", portrait},
    Row{"eu.europa.ec.eudi.pid.1", "portrait", portrait},
    // Face match by the device; seen in one implementation, which refers to drafts of TS 23220-5.
    Row{"org.iso.23220.5.1", "CHV_1", device},
};

bool fits(std::string_view pattern, std::string_view identifier) {
  return pattern.ends_with('_') ? identifier.starts_with(pattern) : identifier == pattern;
}

}  // namespace

std::string_view name(HolderMethod method) noexcept { return names[static_cast<std::size_t>(method)]; }

std::optional<HolderMethod> holder_method(std::string_view name_space, std::string_view identifier) noexcept {
  for (const Row& row : rows) {
    if (row.name_space == name_space && fits(row.identifier, identifier)) return row.method;
  }
  return std::nullopt;
}

}  // namespace mdoc::profile
