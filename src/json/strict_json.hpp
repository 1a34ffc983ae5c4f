#pragma once
// Internal to mdoc::json: JSON of peers. Boost.JSON takes the last of several members with one name in silence, and has
// no bound on how many values a text may hold; here both are errors.

#include <cstddef>
#include <string_view>

#include <boost/json/value.hpp>

#include "mdoc/core/limits.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::json {

/// What one JSON text may hold. A value takes up to some thirty bytes beside its text.
struct JsonBounds {
  std::size_t max_bytes = DecodeLimits{}.max_bytes;
  std::size_t max_values = std::size_t{1} << 18;  ///< members, elements and the outermost value together
  unsigned max_depth = DecodeLimits{}.max_depth;
};

/// Reads one JSON text (RFC 8259) in UTF-8 and nothing else.
/// @param where  place of the text, for errors; their offset is a byte of `text`
/// @return malformed/bad_encoding: not JSON; malformed/duplicate_key: an object with two members of one name, compared
///         after escapes are resolved; limit/too_large, too_many, too_deep
[[nodiscard]] Result<boost::json::value> parse_strict(std::string_view text, const JsonBounds& bounds,
                                                      const Path& where);

}  // namespace mdoc::json
