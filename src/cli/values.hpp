#pragma once

#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "mdoc/core/bytes.hpp"
#include "mdoc/model/data_element.hpp"
#include "mdoc/profile/value_rule.hpp"

namespace mdoc::cli {

/// "1042 bytes, JPEG", or the bytes themselves in hexadecimal where they are few.
[[nodiscard]] std::string bytes_text(ByteView bytes);

/// JSON that the library wrote, nested as deep as CBOR may be.
[[nodiscard]] boost::json::value parse_json(std::string_view text);

/// The value of an element in one line: dates as dates, images by size and kind, arrays and maps in
/// diagnostic notation. Escaped.
[[nodiscard]] std::string value_text(const model::DataElementValue& value);

/// The same for who knows no CBOR: a truth is a yes, of a time there is the day, of bytes how many, and what arrays and
/// maps hold stands one after the other: "Category B, Date of issue 2024-05-06".
/// @param rule  what the profile says of the value, with the names of members; may be null
[[nodiscard]] std::string plain_value_text(const model::DataElementValue& value, const profile::ValueRule* rule);

}  // namespace mdoc::cli
