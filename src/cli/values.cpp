#include "cli/values.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/wording.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/json/value.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

constexpr std::size_t few_bytes = 66;  // a point on P-256 and any digest are shown whole

std::string_view image_kind(ByteView bytes) {
  if (bytes.size() > 3 && bytes[0] == 0xff && bytes[1] == 0xd8) return "JPEG";
  if (bytes.size() > 12 && bytes[0] == 0x00 && bytes[3] == 0x0c && bytes[4] == 0x6a) return "JPEG 2000";
  if (bytes.size() > 4 && bytes[0] == 0xff && bytes[1] == 0x4f) return "JPEG 2000";
  return "";
}

std::string plain_bytes_text(ByteView bytes) {
  return image_kind(bytes).empty() ? fmt::format("{} bytes", bytes.size()) : bytes_text(bytes);
}

std::string plain_truth(bool truth) {
  return std::string(wording().texts().text(json::TextSection::verdicts, truth ? "yes" : "no", json::Register::clerk));
}

/// What the profile says of a value, as far as it says anything.
using Rule = const profile::ValueRule*;

std::string plain(const bj::value& value, Rule rule);

/// "Category B, Date of issue 2024-05-06"; by its key, of a member that has no name: "axle count 2"
std::string plain_members(const bj::object& members, Rule rule) {
  std::string text;
  for (const auto& [key, value] : members) {
    const auto known = rule == nullptr ? std::span<const profile::MemberRule>() : rule->members;
    const auto member = std::ranges::find(known, std::string_view(key), &profile::MemberRule::key);
    const bool defined = member != known.end();
    std::string name(defined ? json::local_text(member->names, wording().texts().language()) : "");
    if (name.empty()) {
      name = key;
      std::ranges::replace(name, '_', ' ');
    }
    text.append(text.empty() ? "" : ", ").append(json::isolated(name)).append(" ");
    text.append(plain(value, defined ? &member->rule : nullptr));
  }
  return text;
}

std::string plain_list(const bj::array& list, Rule rule) {
  std::string text;
  for (const bj::value& each : list) {
    text.append(text.empty() ? "" : (each.is_structured() ? "; " : ", "));
    text.append(plain(each, rule == nullptr ? nullptr : rule->items));
  }
  return text;
}

/// Of a value in the JSON of json::from_cbor(), where what JSON does not have is an object with one member, or two.
std::string plain(const bj::value& value, Rule rule) {
  if (const auto* const text = value.if_string()) return json::isolated(*text);
  if (const auto* const truth = value.if_bool()) return plain_truth(*truth);
  if (const auto* const list = value.if_array()) return plain_list(*list, rule);
  const auto* const members = value.if_object();
  if (members == nullptr) return value.is_null() ? "–" : bj::serialize(value);
  if (members->size() == 2 && members->contains("tag") && members->contains("value"))
    return plain(members->at("value"), rule);
  if (members->size() != 1) return plain_members(*members, rule);
  const auto& [name, only] = *members->begin();
  const auto* const text = only.if_string();
  if (text == nullptr) return name == "simple" ? "–" : plain_members(*members, rule);
  if (name == "full-date" || name == "integer" || name == "float") return json::isolated(*text);
  if (name == "tdate") return json::isolated(std::string_view(*text).substr(0, std::string_view("2024-05-01").size()));
  if (name == "bytes") {
    if (const auto bytes = from_base64url(*text)) return plain_bytes_text(*bytes);
  }
  return plain_members(*members, rule);
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
  return diagnostic ? json::isolated(*diagnostic) : "not readable";
}

std::string plain_value_text(const model::DataElementValue& value, const profile::ValueRule* rule) {
  if (const auto truth = value.as_bool()) return plain_truth(*truth);
  if (const auto time = value.as_tdate()) return wording().time(*time);
  if (const auto bytes = value.as_bytes()) return plain_bytes_text(*bytes);
  if (value.as_text() || value.as_full_date()) return value_text(value);
  const auto json = json::from_cbor(value.encoded().view(), {.limits = {}, .level = Level::lenient, .sink = nullptr});
  return json ? plain(parse_json(*json), rule) : value_text(value);
}

}  // namespace mdoc::cli
