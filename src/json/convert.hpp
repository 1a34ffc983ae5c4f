#pragma once
// Internal to mdoc::json: conversions that keep Boost.JSON out of public headers.

#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/json/value.hpp"

namespace mdoc::json {

/// Reads one data item. Depth is bounded by the Reader's limits.
[[nodiscard]] Result<boost::json::value> read_value(cbor::Reader& reader, const ValueOptions& options = {});

/// Appends the data item that `value` stands for.
[[nodiscard]] Result<void> write_value(cbor::Writer& writer, const boost::json::value& value, unsigned depth = 0);

/// What is wrong with a text that did not parse: bad_encoding, or too_deep.
[[nodiscard]] Error not_json(const boost::system::error_code& failure);

}  // namespace mdoc::json
