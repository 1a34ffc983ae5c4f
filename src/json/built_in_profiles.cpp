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

constexpr std::array<std::string_view, 1> fragment_ids{"iso-23220-1"};
constexpr std::array<ByteView (*)(), fragment_ids.size()> fragment_texts{&built_in::fragment_iso_23220_1};

template <std::size_t N>
std::string_view find(std::string_view id, const std::array<std::string_view, N>& names,
                      const std::array<ByteView (*)(), N>& contents) {
  const auto found = std::ranges::find(names, id);
  return found == names.end() ? std::string_view()
                              : as_text(contents[static_cast<std::size_t>(found - names.begin())]());
}

}  // namespace

std::span<const std::string_view> built_in_profile_ids() noexcept { return ids; }

std::string_view built_in_profile_json(std::string_view id) noexcept { return find(id, ids, texts); }

std::span<const std::string_view> built_in_fragment_ids() noexcept { return fragment_ids; }

std::string_view built_in_fragment_json(std::string_view id) noexcept { return find(id, fragment_ids, fragment_texts); }

}  // namespace mdoc::json
