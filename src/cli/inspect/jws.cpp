#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cli/failure.hpp"
#include "cli/inspect/parts.hpp"
#include "cli/inspect/structures.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/json/jws.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;

constexpr std::size_t longest_text = 200;  // shown whole

/// A NumericDate (RFC 7519, 2) as people read it.
std::string date_of(std::string_view member, const bj::value& value) {
  constexpr std::array<std::string_view, 3> dates{"iat", "exp", "nbf"};
  constexpr std::int64_t end = 253402300799;  // of the year 9999
  const auto* number = value.if_int64();
  const bool is_date = std::ranges::find(dates, member) != dates.end() && number != nullptr && *number >= 0;
  return is_date && *number <= end ? to_rfc3339(UtcSeconds(std::chrono::seconds(*number))) : std::string();
}

Node json_node(std::string label, const bj::value& value) {
  Node node{.label = std::move(label)};
  node.meaning = date_of(node.label, value);
  if (const auto* object = value.if_object()) {
    node.value = count_text(object->size(), "member");
    add_entries(node, *object, [](const auto& member) { return json_node(std::string(member.key()), member.value()); });
  } else if (const auto* array = value.if_array()) {
    node.value = count_text(array->size(), "item");
    std::size_t index = 0;
    add_entries(node, *array, [&](const bj::value& item) { return json_node(fmt::format("[{}]", index++), item); });
  } else if (const auto* text = value.if_string(); text != nullptr && text->size() > longest_text) {
    node.value = std::string(text->subview(0, longest_text)) + "…";
    node.meaning = fmt::format("{} characters", text->size());
  } else {
    node.value = text != nullptr ? std::string(*text) : bj::serialize(value);
  }
  return node;
}

/// Nothing where it is no JSON, or nested deeper than anything here.
std::optional<bj::value> parsed(ByteView text) {
  bj::parse_options options;
  options.max_depth = 32;
  boost::system::error_code failure;
  bj::value value = bj::parse(as_text(text), failure, {}, options);
  if (failure) return std::nullopt;
  return value;
}

/// Numbers that JSON cannot write, as this tool writes those of CBOR.
void write_out_infinity(bj::value& value) {
  if (auto* object = value.if_object()) {
    for (auto& member : *object) write_out_infinity(member.value());
  } else if (auto* array = value.if_array()) {
    for (bj::value& item : *array) write_out_infinity(item);
  } else if (const auto* number = value.if_double(); number != nullptr && !std::isfinite(*number)) {
    value = bj::object{{"float", *number > 0 ? "Infinity" : "-Infinity"}};
  }
}

/// The JSON of a part; its bytes where it is none.
bj::value json_of_text(ByteView text) {
  if (auto value = parsed(text)) {
    write_out_infinity(*value);
    return *std::move(value);
  }
  return bj::object{{"bytes", to_base64url(text)}};
}

Node part_node(const char* label, ByteView text) {
  if (const auto value = parsed(text)) return json_node(label, *value);
  return {.label = label, .value = size_text(text), .meaning = "not JSON", .tone = Tone::warning};
}

}  // namespace

Node inspect_jws(const SharedBytes& bytes, Inspector& inspector) {
  const auto jws =
      require(json::decode_jws(bytes, inspector.context()), "cannot decode " + inspector.input_name + " as a JWS");
  Node node{.label = "JWS",
            .value = jws.header().typ.value_or("without a type"),
            .meaning = "the signature is not checked; " + size_text(bytes.view())};
  Node& header = node.add(part_node("header", jws.header_json().view()));
  for (Node& member : header.children) {
    if (member.label == "x5c") member = certificates_node("x5c", jws.header().x5c, inspector);
  }
  node.add(part_node("payload", jws.payload().view()));
  node.add("signature", size_text(jws.signature().view()));
  inspector.value = bj::object{{"header", json_of_text(jws.header_json().view())},
                               {"payload", json_of_text(jws.payload().view())},
                               {"signature", bj::object{{"bytes", to_base64url(jws.signature().view())}}}};
  return node;
}

}  // namespace mdoc::cli
