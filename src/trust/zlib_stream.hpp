#pragma once

#include <cstddef>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::trust {

/// Unpacks exactly one zlib stream (RFC 1950) that fills all of `compressed`.
/// @return malformed/bad_compression; limit/too_large: more than `max_bytes` come out, or 4 GiB go in
[[nodiscard]] Result<Bytes> inflate_zlib(ByteView compressed, std::size_t max_bytes);

/// One zlib stream at the highest compression (its first bytes are 78 da).
[[nodiscard]] Bytes deflate_zlib(ByteView plain);

}  // namespace mdoc::trust
