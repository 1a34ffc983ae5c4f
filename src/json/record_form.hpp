#pragma once
// Internal to mdoc::json: how large the JSON of a record may be, and both ways between it and the record.

#include <cstddef>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "json/strict_json.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/record.hpp"

namespace mdoc::json {

/// Of a record, and of a line of a log: what RecordLimits allow by default fits in, however much of it is escaped.
inline constexpr JsonBounds record_bounds{.max_bytes = std::size_t{8} << 20};

[[nodiscard]] inline Result<boost::json::value> parse_record(std::string_view json, const Path& where) {
  return parse_strict(json, record_bounds, where);
}

[[nodiscard]] boost::json::object write_record(const TransactionRecord& record);
[[nodiscard]] Result<TransactionRecord> read_record(const boost::json::object& object, const Path& where);

}  // namespace mdoc::json
