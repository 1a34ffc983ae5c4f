#include "cli/values.hpp"

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

constexpr std::size_t few_bytes = 66;  // a point on P-256 and any digest are shown whole

std::string_view image_kind(ByteView bytes) {
  if (bytes.size() > 3 && bytes[0] == 0xff && bytes[1] == 0xd8) return "JPEG";
  if (bytes.size() > 12 && bytes[0] == 0x00 && bytes[3] == 0x0c && bytes[4] == 0x6a) return "JPEG 2000";
  if (bytes.size() > 4 && bytes[0] == 0xff && bytes[1] == 0x4f) return "JPEG 2000";
  return "";
}

}  // namespace

boost::json::value parse_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = 256;  // a tag is two levels of JSON, and 32 levels of CBOR are let through
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), {}, options);
}

std::string bytes_text(ByteView bytes) {
  const std::string_view image = image_kind(bytes);
  if (!image.empty()) return fmt::format("{} bytes, {}", bytes.size(), image);
  if (bytes.size() <= few_bytes) return fmt::format("h'{}'", to_hex(bytes));
  return fmt::format("{} bytes, h'{}...'", bytes.size(), to_hex(bytes.first(8)));
}

std::string value_text(const model::DataElementValue& value) {
  if (const auto text = value.as_text()) return json::isolated(*text);
  if (const auto date = value.as_full_date()) return to_iso8601(*date);
  if (const auto time = value.as_tdate()) return to_rfc3339(*time);
  if (const auto bytes = value.as_bytes()) return bytes_text(*bytes);
  const auto diagnostic = cbor::diagnostic(value.encoded().view(), {.open_embedded = true, .max_bytes = 32});
  return diagnostic ? *diagnostic : "not readable";
}

}  // namespace mdoc::cli
