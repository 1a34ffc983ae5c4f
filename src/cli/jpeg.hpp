#pragma once

#include <cstddef>

#include "cli/picture.hpp"

namespace mdoc::cli {

/// A progressive JPEG goes over its whole picture once for each scan, and a scan needs no more than a few bytes:
/// without a limit, a small file keeps a decoder at work for hours. Usual are ten.
inline constexpr int max_jpeg_scans = 64;

/// Decodes a JPEG and shrinks it to `width` columns.
/// @return limit/too_large: too many bytes or pixels; limit/too_many: too many scans; malformed/bad_value: no JPEG, a
///         broken one, or one that has fewer columns
[[nodiscard]] Result<Picture> decode_jpeg(ByteView jpeg, std::size_t width);

}  // namespace mdoc::cli
