#pragma once

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/version.hpp"

namespace mdoc::cbor {

/// Reads a `Version`, text of the form "1.0". Any minor number is fine: unknown members are
/// ignored anyway (ISO/IEC 18013-5, second edition, 8.3).
/// @return unsupported/unsupported_version for a major number other than `major`,
///         malformed/bad_value for text of another form
[[nodiscard]] MDOC_EXPORT Result<Version> read_version_of(Reader& reader, std::uint32_t major);

/// The same for major version 1, which all structures of mdoc have today.
[[nodiscard]] MDOC_EXPORT Result<Version> read_version(Reader& reader);

}  // namespace mdoc::cbor
