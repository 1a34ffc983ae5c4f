#include "mdoc/profile/holder_verification.hpp"

#include <array>

namespace mdoc::profile {
namespace {

struct Row {
  std::string_view name_space;
  std::string_view identifier;  // a prefix where it ends in an underscore
  HolderVerification means;
};

constexpr HolderVerification portrait{.method = "portrait"};
constexpr HolderVerification biometric{.method = "biometric-template"};

constexpr std::array rows{
    Row{"org.iso.18013.5.1", "portrait", portrait},
    Row{"org.iso.18013.5.1", "biometric_template_", biometric},
    Row{"org.iso.18013.5.1", "signature_usual_mark", {.method = "signature-usual-mark"}},
    Row{"org.iso.23220.1", "portrait", portrait},
    Row{"org.iso.23220.1", "enrolment_portrait_image", portrait},
    Row{"org.iso.23220.datagroups.1", "dg2", portrait},
    Row{"eu.europa.ec.eudi.pid.1", "portrait", portrait},
    // Face match by the device; seen in one implementation, which refers to drafts of TS 23220-5.
    Row{"org.iso.23220.5.1", "CHV_1", {.method = "device", .reported_by_device = true}},
};

bool fits(std::string_view pattern, std::string_view identifier) {
  return pattern.ends_with('_') ? identifier.starts_with(pattern) : identifier == pattern;
}

}  // namespace

std::optional<HolderVerification> holder_verification(std::string_view name_space,
                                                      std::string_view identifier) noexcept {
  for (const Row& row : rows) {
    if (row.name_space == name_space && fits(row.identifier, identifier)) return row.means;
  }
  return std::nullopt;
}

}  // namespace mdoc::profile
