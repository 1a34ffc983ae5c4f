#pragma once

#include "mdoc/core/strong.hpp"

namespace mdoc::presentation {

/// age_over_NN is an ordinary element in a name space that has not adopted the rule.
[[nodiscard]] bool adopts_age_rule(const DocType& doc_type, const NameSpace& name_space);

}  // namespace mdoc::presentation
