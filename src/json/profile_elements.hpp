#pragma once
// Internal to mdoc::json: the elements of a profile and of a fragment, and the rules of their values.

#include <cstddef>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

#include "json/profile_input.hpp"
#include "mdoc/profile/element_profile.hpp"

namespace mdoc::json {

struct SampledElement {
  profile::ElementProfile element;
  // In the JSON that it was read from; null: none.
  const boost::json::value* sample = nullptr;
  const boost::json::object* samples = nullptr;  ///< of a pattern, by identifiers that fit it
};

/// What a name space includes.
struct IncludedFragment {
  std::string_view id{};  ///< empty: nothing
  std::vector<SampledElement> elements{};
};

/// The elements of one name space.
/// @param fragment  what elements that do not say what they are, are taken from
[[nodiscard]] Result<std::vector<SampledElement>> read_profile_elements(ProfileInput& in,
                                                                        const boost::json::array& list,
                                                                        const Path& where,
                                                                        const IncludedFragment& fragment);

}  // namespace mdoc::json
