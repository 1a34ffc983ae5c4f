#include "json/catalogue_reader.hpp"

#include <algorithm>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "core/utf8.hpp"
#include "json/strict_json.hpp"
#include "mdoc/cbor/diagnostic.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

constexpr std::int64_t format = 1;
constexpr std::size_t max_tag = 35;  // RFC 5646, 4.4.1

std::string_view view(const bj::string& text) { return {text.data(), text.size()}; }

bool is_language_tag(std::string_view tag) {
  const auto in_tag = [](char c) { return is_letter_or_digit(c) || c == '-'; };
  return !tag.empty() && tag.size() <= max_tag && std::ranges::all_of(tag, in_tag) && tag.front() != '-' &&
         tag.back() != '-';
}

Result<void> check_characters(std::string_view text, const Path& where) {
  if (text.size() > TextCatalogue::max_text) return Error{.code = Errc::too_large, .where = where};
  while (!text.empty()) {
    const auto character = take_character(text);
    if (!character || cbor::is_unsafe_to_show(*character)) return Error{.code = Errc::bad_text, .where = where};
  }
  return {};
}

/// Each of `names` in braces, once; an engineer's text has all of them, as it is precise.
Result<void> check_placeholders(std::string_view text, std::span<const std::string_view> names, Register manner,
                                const Path& where) {
  const Error wrong{.code = Errc::bad_value, .where = where};
  std::vector<std::string_view> seen;
  for (std::size_t at = text.find_first_of("{}"); at != std::string_view::npos; at = text.find_first_of("{}", at)) {
    const std::size_t close = text.find_first_of("{}", at + 1);
    if (text[at] == '}' || close == std::string_view::npos || text[close] == '{') return wrong;
    const std::string_view each = text.substr(at + 1, close - at - 1);
    if (std::ranges::find(names, each) == names.end() || std::ranges::find(seen, each) != seen.end()) return wrong;
    seen.push_back(each);
    at = close + 1;
  }
  if (manner == Register::engineer && seen.size() != names.size()) return wrong;
  return {};
}

/// The placeholders of the entry `index` of a section.
std::span<const std::string_view> placeholders_of(TextSection section, std::size_t index) {
  return section == TextSection::phrases ? placeholders(static_cast<Phrase>(index))
                                         : std::span<const std::string_view>();
}

/// May be left empty: what joins evidence, and how to issue certificates, is not for clerks.
bool may_be_empty(TextSection section, Register manner) {
  const bool for_engineers = section == TextSection::phrases || section == TextSection::certificate_advice;
  return for_engineers && manner == Register::clerk;
}

Result<std::string> read_text(const bj::value& value, TextSection section, std::size_t index, Register manner,
                              const Path& where) {
  const bj::string* const text = value.if_string();
  if (text == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  if (text->empty() && may_be_empty(section, manner)) return std::string();
  if (text->empty()) return Error{.code = Errc::bad_value, .where = where};
  MDOC_CHECK(check_characters(view(*text), where));
  MDOC_CHECK(check_placeholders(view(*text), placeholders_of(section, index), manner, where));
  return std::string(view(*text));
}

using Entry = std::array<std::optional<std::string>, 2>;

Result<Entry> read_entry(const bj::value& value, TextSection section, std::size_t index, const Path& where) {
  const bj::object* const object = value.if_object();
  if (object == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  Entry entry;
  for (const auto& member : *object) {
    if (member.key() == "engineer") {
      MDOC_TRY(entry[0], read_text(member.value(), section, index, Register::engineer, where / "engineer"));
    } else if (member.key() == "clerk") {
      MDOC_TRY(entry[1], read_text(member.value(), section, index, Register::clerk, where / "clerk"));
    } else {
      return Error{.code = Errc::bad_value, .where = where};
    }
  }
  return entry;
}

Result<std::vector<Entry>> read_section(const bj::value& value, TextSection section, const Path& where) {
  const bj::object* const object = value.if_object();
  if (object == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  const auto known = TextCatalogue::ids(section);
  std::vector<Entry> entries(known.size());
  std::size_t position = 0;
  for (const auto& member : *object) {
    const Path place = where / position++;
    const std::string_view id(member.key().data(), member.key().size());
    const auto found = std::ranges::find(known, id);
    if (found == known.end()) return Error{.code = Errc::bad_value, .where = place};
    const auto index = static_cast<std::size_t>(found - known.begin());
    MDOC_TRY(entries[index], read_entry(member.value(), section, index, place));
  }
  return entries;
}

std::optional<TextSection> find_section(std::string_view id) {
  for (std::size_t i = 0; i < text_section_count; ++i) {
    if (name(static_cast<TextSection>(i)) == id) return static_cast<TextSection>(i);
  }
  return std::nullopt;
}

Result<void> check_format(const bj::object& object) {
  const bj::value* const version = object.if_contains("format");
  const Path where = Path("texts") / "format";
  if (version == nullptr) return Error{.code = Errc::missing_element, .where = where};
  if (version->if_int64() == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  if (*version->if_int64() != format) return Error{.code = Errc::unsupported_version, .where = where};
  return {};
}

Result<std::string> read_language(const bj::object& object) {
  const bj::value* const language = object.if_contains("language");
  const Path where = Path("texts") / "language";
  if (language == nullptr) return Error{.code = Errc::missing_element, .where = where};
  const bj::string* const text = language->if_string();
  if (text == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  if (!is_language_tag(view(*text))) return Error{.code = Errc::bad_value, .where = where};
  return std::string(view(*text));
}

Result<std::string> read_name(const bj::value& value) {
  const Path where = Path("texts") / "name";
  const bj::string* const text = value.if_string();
  if (text == nullptr) return Error{.code = Errc::wrong_type, .where = where};
  MDOC_CHECK(check_characters(view(*text), where));
  return std::string(view(*text));
}

}  // namespace

Result<TextCatalogue> CatalogueReader::read(std::string_view json) {
  const JsonBounds bounds{.max_bytes = TextCatalogue::max_bytes, .max_values = std::size_t{1} << 13, .max_depth = 4};
  MDOC_TRY(const bj::value document, parse_strict(json, bounds, "texts"));
  const bj::object* const object = document.if_object();
  if (object == nullptr) return Error{.code = Errc::wrong_type, .where = "texts"};
  MDOC_CHECK(check_format(*object));
  TextCatalogue catalogue;
  MDOC_TRY(catalogue.language_, read_language(*object));
  for (const auto& member : *object) {
    const std::string_view id(member.key().data(), member.key().size());
    if (id == "format" || id == "language") continue;
    if (id == "name") {
      MDOC_TRY(catalogue.name_, read_name(member.value()));
      continue;
    }
    const auto section = find_section(id);
    if (!section) return Error{.code = Errc::bad_value, .where = "texts"};
    Path where("texts");
    where.push_name(name(*section).data());  // a literal of the table, and so ended by zero
    MDOC_TRY(catalogue.sections_[static_cast<std::size_t>(*section)], read_section(member.value(), *section, where));
  }
  return catalogue;
}

}  // namespace mdoc::json
