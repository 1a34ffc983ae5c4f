#pragma once
// Internal. Rules of docTypes for single elements.

#include "mdoc/core/strong.hpp"
#include "mdoc/model/device_request.hpp"

namespace mdoc::presentation {

/// age_over_NN is an ordinary element in a name space that has not adopted the rule.
[[nodiscard]] bool adopts_age_rule(const DocType& doc_type, const NameSpace& name_space);
/// Whether the element is age_over_NN under that rule, of which two may be released.
[[nodiscard]] bool is_age_attestation(const DocType& doc_type, const model::ElementReference& element);
/// Whether the element verifies the holder of a document of this type, which is released with it or not at all
/// (second edition, 13.4.2).
[[nodiscard]] bool is_holder_element(const DocType& doc_type, const model::ElementReference& element);

}  // namespace mdoc::presentation
