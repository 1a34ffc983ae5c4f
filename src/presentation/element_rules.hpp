#pragma once
// Internal. What the profile of a docType says about single elements. Null: the docType is unknown, and says nothing.

#include "mdoc/core/strong.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::presentation {

/// age_over_NN is an ordinary element in a name space that has not adopted the rule.
[[nodiscard]] bool adopts_age_rule(const profile::DocTypeProfile* known, const NameSpace& name_space);
/// Whether the element verifies the holder of a document of this type, which is released with it or not at all
/// (second edition, 13.4.2).
[[nodiscard]] bool is_holder_element(const profile::DocTypeProfile* known, const model::ElementReference& element);
/// Whether the issuer has to provide it.
[[nodiscard]] bool is_mandatory(const profile::DocTypeProfile* known, const model::ElementReference& element);

}  // namespace mdoc::presentation
