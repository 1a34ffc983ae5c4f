#pragma once
// Internal. Inline for the components beyond mdoc::mdoc, to which a shared library exports none of this.

#include <span>
#include <string_view>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {

/// Whether each credential of this docType is shown to one reader alone (P14). Nothing is known of other docTypes.
[[nodiscard]] inline bool is_single_use(std::span<const DocTypeProfile> profiles, std::string_view doc_type) noexcept {
  const DocTypeProfile* const known = find_doc_type(profiles, doc_type);
  return known != nullptr && known->mso.single_use;
}

}  // namespace mdoc::profile
