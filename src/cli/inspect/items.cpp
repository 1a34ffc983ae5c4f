#include <fmt/format.h>

#include "cli/inspect/parts.hpp"
#include "cli/values.hpp"
#include "cli/wording.hpp"
#include "mdoc/cbor/diagnostic.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

Node read_item(std::string label, cbor::Reader& reader);

std::string key_text(const cbor::MapReader& map) {
  if (const auto text = map.key().text()) return std::string(*text);
  if (const auto integer = map.key().integer()) return std::to_string(*integer);
  const auto diagnostic = cbor::diagnostic(map.raw_key(), {.max_bytes = 32});
  return diagnostic ? *diagnostic : "key";
}

std::string key_text(const cbor::ArrayReader& array) { return fmt::format("[{}]", array.index()); }

/// @param entries  of the array or map that `reader` has entered
template <class Entries>
void read_entries(Node& node, Entries entries, std::string_view noun, cbor::Reader& reader) {
  std::size_t left_out = 0;
  while (entries.next()) {
    if (take_entry()) {
      node.add(read_item(key_text(entries), reader));
    } else {
      ++left_out;  // next() passes over it
    }
  }
  node.value = count_text(node.children.size() + left_out, noun);
  add_left_out(node, left_out);
}

/// The content of a tag 24 that is no well-formed item stays closed.
void open_embedded(Node& node, const cbor::Reader& outer, ByteView content) {
  cbor::Reader check = outer.within(content);
  if (!check.skip() || !check.finish()) {
    node.value = bytes_text(content);
    node.meaning = "tag 24, whose content does not decode";
    return;
  }
  cbor::Reader nested = outer.within(content);
  Node inside = read_item(std::move(node.label), nested);
  inside.meaning =
      fmt::format("{}{}encoded CBOR, {} bytes", inside.meaning, inside.meaning.empty() ? "" : "; ", content.size());
  node = std::move(inside);
}

void read_tagged(Node& node, cbor::Reader& reader) {
  const cbor::TagReader scope = reader.enter_tag();
  if (!reader.status()) return;
  const std::uint64_t tag = scope.number();
  if (tag == cbor::tag_embedded && reader.next_is(cbor::Type::bytes)) {
    if (const auto content = reader.read_bytes()) open_embedded(node, reader, *content);
    return;
  }
  if ((tag == cbor::tag_tdate || tag == cbor::tag_full_date) && reader.next_is(cbor::Type::text)) {
    if (const auto text = reader.read_text()) node.value = *text;
    node.meaning = tag == cbor::tag_tdate ? "date and time" : "date";
    return;
  }
  Node content = read_item(std::move(node.label), reader);
  content.meaning = fmt::format("tag {}{}{}", tag, content.meaning.empty() ? "" : "; ", content.meaning);
  node = std::move(content);
}

Node read_item(std::string label, cbor::Reader& reader) {
  Node node{.label = std::move(label)};
  const auto type = reader.peek();
  if (!type) return node;
  switch (*type) {
    case cbor::Type::text:
      if (const auto text = reader.read_text()) node.value = fmt::format("\"{}\"", *text);
      break;
    case cbor::Type::bytes:
      if (const auto bytes = reader.read_bytes()) node.value = bytes_text(*bytes);
      break;
    case cbor::Type::array: read_entries(node, reader.enter_array(), "element", reader); break;
    case cbor::Type::map: read_entries(node, reader.enter_map(), "member", reader); break;
    case cbor::Type::tag: read_tagged(node, reader); break;
    default:
      if (const auto raw = reader.read_raw()) {
        if (const auto text = cbor::diagnostic(*raw)) node.value = *text;
      }
  }
  return node;
}

}  // namespace

Node item_node(std::string label, ByteView encoded) {
  cbor::Reader reader(encoded, Inspector::quiet());
  Node node = read_item(std::move(label), reader);
  if (const auto status = reader.finish(); !status) {
    node.tone = Tone::bad;
    node.meaning = in_words(status.error());
    if (node.value.empty()) node.value = bytes_text(encoded);
  }
  return node;
}

void add_others(Node& node, const cbor::UnknownMembers& others) {
  add_entries(node, others, [](const cbor::UnknownMember& member) {
    const auto key = cbor::diagnostic(member.key.view(), {.max_bytes = 32});
    Node child = item_node(key ? *key : "member", member.value.view());
    child.meaning += child.meaning.empty() ? "not interpreted" : "; not interpreted";
    return child;
  });
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string size_text(ByteView bytes) { return count_text(bytes.size(), "byte"); }

}  // namespace mdoc::cli
