#include "json/strict_json.hpp"

#include <cstdint>

#include "json/strict_handler.hpp"

namespace mdoc::json {

namespace bj = boost::json;

Result<bj::value> parse_strict(std::string_view text, const JsonBounds& bounds, const Path& where) {
  if (text.size() > bounds.max_bytes) return Error{.code = Errc::too_large, .where = where};
  bj::parse_options options;
  options.max_depth = bounds.max_depth;
  bj::basic_parser<StrictHandler> parser(options, bounds.max_values);
  boost::system::error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  const Error error{.code = Errc::bad_encoding, .where = where, .offset = static_cast<std::uint32_t>(read)};
  if (const auto reason = parser.handler().failure()) {
    return Error{.code = *reason, .where = where, .offset = error.offset};
  }
  if (failure == bj::error::too_deep) return Error{.code = Errc::too_deep, .where = where, .offset = error.offset};
  if (failure || read < text.size()) return error;
  return parser.handler().release();
}

}  // namespace mdoc::json
