#pragma once

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::cbor {

/// Reads a `tdate`: tag 0 with an RFC 3339 date-time in whole UTC seconds (ISO/IEC 18013-5, 12.3.4
/// and 13.4.2). Fractions (cut off), a zero offset, lower-case letters and a missing tag are
/// deviations for the level to judge.
/// @return malformed/bad_tdate for anything else that is text, wrong_type or unexpected_tag before
[[nodiscard]] MDOC_EXPORT Result<UtcSeconds> read_tdate(Reader& reader);

/// Reads a `full-date`: tag 1004 with `YYYY-MM-DD` (RFC 8943). A missing tag is a deviation.
/// @return malformed/bad_full_date for text that is no date, wrong_type or unexpected_tag before
[[nodiscard]] MDOC_EXPORT Result<FullDate> read_full_date(Reader& reader);

}  // namespace mdoc::cbor
