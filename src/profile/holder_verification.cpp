#include "mdoc/profile/holder_verification.hpp"

#include <array>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {
namespace {

using enum HolderMethod;

constexpr std::array<std::string_view, 4> names{"portrait", "biometric-template", "signature-usual-mark", "device"};

struct Means {
  std::string_view name_space;
  std::string_view identifier;  // a pattern of fits()
  HolderMethod method;
};

constexpr std::array table{
    Means{"org.iso.18013.5.1", "portrait", portrait},
    Means{"org.iso.18013.5.1", "biometric_template_*", biometric_template},
    Means{"org.iso.18013.5.1", "signature_usual_mark", signature_usual_mark},
    Means{"org.iso.23220.1", "portrait", portrait},
    Means{"org.iso.23220.1", "enrolment_portrait_image", portrait},
    Means{"org.iso.23220.datagroups.1", "dg2", portrait},
    Means{"eu.europa.ec.eudi.pid.1", "portrait", portrait},
    // Face match by the device; seen in one implementation, which refers to drafts of TS 23220-5.
    Means{"org.iso.23220.5.1", "CHV_1", device},
};

}  // namespace

std::string_view name(HolderMethod method) noexcept { return names[static_cast<std::size_t>(method)]; }

std::optional<HolderMethod> holder_method(std::string_view name_space, std::string_view identifier) noexcept {
  for (const Means& row : table) {
    if (row.name_space == name_space && fits(row.identifier, identifier)) return row.method;
  }
  return std::nullopt;
}

}  // namespace mdoc::profile
