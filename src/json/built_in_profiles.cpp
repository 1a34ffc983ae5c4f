#include "json/built_in_profiles.hpp"

#include <algorithm>
#include <array>

#include "mdoc/json/profile.hpp"

namespace mdoc::json {
namespace {

/// In the order of profile::doc_types().
constexpr std::array<std::string_view, 5> ids{"mdl", "photo-id", "pid", "age-verification", "vehicle-registration"};
constexpr std::array<ByteView (*)(), ids.size()> texts{&built_in::mdl, &built_in::photo_id, &built_in::pid,
                                                       &built_in::age_verification, &built_in::vehicle_registration};

}  // namespace

std::span<const std::string_view> built_in_profile_ids() noexcept { return ids; }

std::string_view built_in_profile_json(std::string_view id) noexcept {
  const auto found = std::ranges::find(ids, id);
  return found == ids.end() ? std::string_view() : as_text(texts[static_cast<std::size_t>(found - ids.begin())]());
}

std::string_view built_in_fragment_json(std::string_view id) noexcept {
  return id == "iso-23220-1" ? as_text(built_in::fragment_iso_23220_1()) : std::string_view();
}

}  // namespace mdoc::json
