#pragma once
// Internal to mdoc::json: conversions that keep Boost.JSON out of public headers.

#include <cstddef>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/json/value.hpp"
#include "mdoc/model/data_element.hpp"

namespace mdoc::json {

/// How many more data items may become JSON: one count for all that goes into one text.
struct ValueBudget {
  ValueOptions options{};
  std::size_t items_left = options.max_items;
  /// Bytes of CBOR within CBOR that may be opened. Each is in the text once more, with all that lies around it.
  std::size_t opened_left = 0;
};

/// A value as JSON, or `{"encoded": "<base64url>"}` where it has no such form or the budget is spent.
[[nodiscard]] boost::json::value read_value_or_encoded(const model::DataElementValue& element, ValueBudget& budget);

/// The member of `object` with this name, made if it is not there. A reference until the next one is made.
[[nodiscard]] boost::json::object& object_in(boost::json::object& object, std::string_view name);

/// Appends the data item that `value` stands for.
[[nodiscard]] Result<void> write_value(cbor::Writer& writer, const boost::json::value& value, unsigned depth = 0);

}  // namespace mdoc::json
