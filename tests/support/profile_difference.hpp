#pragma once
// Where two profiles differ, looking at everything that they say.

#include <string>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::testing {

/// The first difference, "name_spaces[0].elements[3].rule.form"; empty where there is none.
[[nodiscard]] std::string difference(const profile::DocTypeProfile& a, const profile::DocTypeProfile& b);

}  // namespace mdoc::testing
