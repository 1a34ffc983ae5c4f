#pragma once

#include <cstddef>

#include "cli/picture.hpp"

namespace mdoc::cli {

// What a code stream may ask of a decoder (ISO/IEC 15444-1, Annex A). Each tile, each layer and each precinct costs
// memory and time whether there is data for it or not, and a few bytes of header ask for thousands.
inline constexpr std::size_t max_jpeg_2000_tiles = 64;
inline constexpr std::size_t max_jpeg_2000_tile_parts = 256;
inline constexpr unsigned max_jpeg_2000_layers = 64;
inline constexpr unsigned min_jpeg_2000_precinct = 6;    ///< exponent of the side: 64; usual is 15
inline constexpr unsigned min_jpeg_2000_code_block = 4;  ///< exponent of the side: 16; usual is 6

/// Judges the headers of a code stream, or of the first one of a file, against these bounds, without decoding.
/// @return limit/too_large, limit/too_many: beyond them; malformed/bad_value: its headers are broken, have markers of
///         other parts of the standard, or components or a palette that no picture of a person has
[[nodiscard]] Result<void> check_jpeg_2000_headers(ByteView bytes);

/// Decodes a JPEG 2000 file or code stream and shrinks it to `width` columns.
/// @return as check_jpeg_2000_headers(); malformed/bad_value: no JPEG 2000, a broken one, or one that has fewer columns
[[nodiscard]] Result<Picture> decode_jpeg_2000(ByteView bytes, std::size_t width);

}  // namespace mdoc::cli
