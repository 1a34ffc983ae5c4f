#pragma once

#include <string>

#include "mdoc/model/data_element.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::cli {

/// Reads `--data`: `{"<nameSpace>": {"<element>": value}}`, with the types that the profile, if there is one, gives
/// its elements. Throws Failure, which names the element, or the part of it, and the form that is wanted.
[[nodiscard]] model::ElementValues read_element_data(const std::string& text, const profile::DocTypeProfile* profile);

}  // namespace mdoc::cli
