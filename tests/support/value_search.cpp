#include "support/value_search.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::testing {
namespace {

/// Hands over the text and byte strings in the next item. @return false where it does not decode
bool each_string(cbor::Reader& reader, const std::function<void(ByteView)>& take) {
  if (reader.next_is(cbor::Type::array)) {
    auto array = reader.enter_array();
    while (array.next()) {
      if (!each_string(reader, take)) return false;
    }
    return array.finish().has_value();
  }
  if (reader.next_is(cbor::Type::map)) {
    auto map = reader.enter_map();
    while (map.next()) {
      if (!each_string(reader, take)) return false;
    }
    return map.finish().has_value();
  }
  if (reader.next_is(cbor::Type::tag)) {
    const auto tag = reader.enter_tag();
    return each_string(reader, take);
  }
  if (reader.next_is(cbor::Type::text)) {
    const auto text = reader.read_text();
    if (text) take(as_bytes(*text));
    return text.has_value();
  }
  if (reader.next_is(cbor::Type::bytes)) {
    const auto bytes = reader.read_bytes();
    if (bytes) take(*bytes);
    return bytes.has_value();
  }
  return reader.skip().has_value();
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t size) {
  const std::size_t end = begin + size;
  return (begin == 0 || !is_word_character(text[begin - 1])) && (end == text.size() || !is_word_character(text[end]));
}

}  // namespace

std::vector<std::string> forms_of(ByteView bytes) {
  std::vector<std::string> forms{std::string(as_text(bytes)), to_hex(bytes)};
  for (std::size_t before = 0; before < 3; ++before) {
    Bytes shifted(before, 0);
    shifted.insert(shifted.end(), bytes.begin(), bytes.end());
    std::string text = to_base64url(shifted);
    // The characters at both ends also depend on what is beside.
    const std::size_t begin = before == 0 ? 0 : 4;
    text = text.substr(begin, std::max(text.size(), begin + 2) - begin - 2);
    if (text.size() < 6) continue;  // too short to mean anything
    forms.push_back(text);
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    forms.push_back(text);
  }
  return forms;
}

void ValueSearch::add(ByteView encoded) {
  cbor::Reader reader(encoded);
  // What does not decode was made by a test of just that; it holds strings up to there.
  (void)each_string(reader, [this](ByteView content) { add_string(content); });
}

void ValueSearch::add_string(ByteView content) {
  if (content.size() < shortest || !strings_.emplace(as_text(content)).second) return;
  for (std::string& form : forms_of(content)) {
    const bool is_word = form.size() < longest_word;
    auto& beginning = by_beginning_[form.substr(0, shortest)];
    beginning.push_back({.text = std::move(form), .is_word = is_word});
  }
}

std::vector<std::string> ValueSearch::find_in(std::string_view text) const {
  std::set<std::string> found;
  for (std::size_t at = 0; at + shortest <= text.size(); ++at) {
    const auto beginning = by_beginning_.find(std::string(text.substr(at, shortest)));
    if (beginning == by_beginning_.end()) continue;
    for (const Form& form : beginning->second) {
      if (!text.substr(at).starts_with(form.text)) continue;
      if (!form.is_word || stands_alone(text, at, form.text.size())) found.insert(form.text);
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace mdoc::testing
