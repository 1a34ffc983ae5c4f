#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/json/value.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::json {

/// Reads what an issuer puts into an mdoc: `{"<nameSpace>": {"<element>": value}}` with values in the
/// form of value.hpp.
///
/// With a profile, plain JSON strings become what the profile says of the element, or of the part of it within arrays
/// and maps: dates and, in base64url, byte strings and images.
/// @param profile of the docType, or null
/// @return malformed/bad_encoding: not JSON; malformed/duplicate_key: a name twice in one object; malformed/bad_value:
///         not such an object, or a value that does not fit; `where` says at which position; limit/too_large, too_many,
///         too_deep: more than 8 MiB, 2^18 values or 32 levels
[[nodiscard]] MDOC_EXPORT Result<model::ElementValues> read_elements(std::string_view json,
                                                                     const profile::DocTypeProfile* profile = nullptr);

/// `{"<nameSpace>": {"<element>": value}}`. A value that has no form of value.hpp is `{"encoded": "<base64url>"}`, its
/// exact bytes: text in several chunks, what is deeper than the default limits, and what comes after `max_items`.
[[nodiscard]] MDOC_EXPORT std::string write_elements(const model::ElementValues& elements,
                                                     std::size_t max_items = ValueOptions{}.max_items);

}  // namespace mdoc::json
