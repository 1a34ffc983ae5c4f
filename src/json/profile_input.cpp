#include "json/profile_input.hpp"

#include <algorithm>
#include <set>

#include "core/ascii.hpp"

namespace mdoc::json {
namespace {

/// The form of a language tag (RFC 5646, 2.1), not the registry.
bool is_language(std::string_view tag) {
  constexpr std::size_t longest = 35, longest_part = 8;
  if (tag.empty() || tag.size() > longest) return false;
  std::size_t part = 0;
  for (const char c : tag) {
    if (c == '-') {
      if (part == 0) return false;
      part = 0;
      continue;
    }
    if (!is_letter_or_digit(c) || ++part > longest_part) return false;
  }
  return part != 0;
}

}  // namespace

Error ProfileInput::wrong(Errc code, const Path& where, std::string expected, std::string_view member) {
  fault_.expected = std::move(expected);
  fault_.member = member;
  fault_.cause.clear();
  fault_.unknown_member = false;
  return {.code = code, .where = where};
}

Error ProfileInput::unknown_member(const Path& where, std::string_view member, std::string expected) {
  Error error = wrong(Errc::bad_value, where, std::move(expected), member);
  fault_.unknown_member = true;
  return error;
}

Error ProfileInput::unknown(const Path& where, std::string cause, std::string expected) {
  Error error = wrong(Errc::bad_value, where, std::move(expected));
  fault_.cause = std::move(cause);
  return error;
}

Result<const boost::json::object*> ProfileInput::object(const Value& value, const Path& where) {
  const auto* object = value.if_object();
  if (object == nullptr) return wrong(Errc::wrong_type, where, "an object");
  return object;
}

Result<const boost::json::array*> ProfileInput::array(const Value& value, const Path& where, std::size_t most) {
  const auto* array = value.if_array();
  if (array == nullptr) return wrong(Errc::wrong_type, where, "an array");
  if (array->size() > most) return wrong(Errc::too_many, where, "at most " + std::to_string(most) + " of them");
  return array;
}

Result<bool> ProfileInput::boolean(const Value& value, const Path& where) {
  const bool* const found = value.if_bool();
  if (found == nullptr) return wrong(Errc::wrong_type, where, "true or false");
  return *found;
}

Result<std::uint64_t> ProfileInput::number(const Value& value, const Path& where, std::uint64_t most) {
  const std::string expected = "an integer from 0 to " + std::to_string(most);
  if (!value.is_int64() && !value.is_uint64()) return wrong(Errc::wrong_type, where, expected);
  if (value.is_int64() && value.get_int64() < 0) return wrong(Errc::bad_value, where, expected);
  const std::uint64_t found = value.is_int64() ? static_cast<std::uint64_t>(value.get_int64()) : value.get_uint64();
  if (found > most) return wrong(Errc::bad_value, where, expected);
  return found;
}

Result<std::uint16_t> ProfileInput::short_number(const Value& value, const Path& where) {
  MDOC_TRY(const std::uint64_t found, number(value, where, UINT16_MAX));
  return static_cast<std::uint16_t>(found);
}

Result<std::uint16_t> ProfileInput::length(const Value& value, const Path& where) {
  MDOC_TRY(const std::uint16_t found, short_number(value, where));
  if (found == 0)
    return wrong(Errc::bad_value, where, "an integer from 1 to 65535, or no such member: 0 bounds nothing");
  return found;
}

Result<std::string_view> ProfileInput::bounded(const Value& value, const Path& where, std::size_t most) {
  const auto* text = value.if_string();
  const std::string expected = "a text of at most " + std::to_string(most) + " bytes";
  if (text == nullptr) return wrong(Errc::wrong_type, where, expected);
  if (text->size() > most) return wrong(Errc::too_large, where, expected);
  return std::string_view(*text);
}

Result<std::string_view> ProfileInput::name(const Value& value, const Path& where) {
  MDOC_TRY(const std::string_view found, bounded(value, where, ProfileLimits::name_bytes));
  if (found.empty()) return wrong(Errc::bad_value, where, "a text that is not empty");
  return arena_.text(found);
}

Result<std::string_view> ProfileInput::text(const Value& value, const Path& where) {
  MDOC_TRY(const std::string_view found, bounded(value, where, ProfileLimits::text_bytes));
  if (found.empty()) return wrong(Errc::bad_value, where, "a text that is not empty");
  return arena_.text(found);
}

Result<std::span<const std::string_view>> ProfileInput::names(const Value& value, const Path& where) {
  MDOC_TRY(const auto* list, array(value, where, ProfileLimits::entries));
  std::vector<std::string_view> found;
  std::set<std::string_view> known;
  for (std::size_t i = 0; i < list->size(); ++i) {
    MDOC_TRY(const std::string_view one, name((*list)[i], where / i));
    if (!known.insert(one).second) return wrong(Errc::duplicate_key, where / i, once);
    found.push_back(one);
  }
  return arena_.array(std::move(found));
}

Result<std::span<const std::uint64_t>> ProfileInput::numbers(const Value& value, const Path& where) {
  MDOC_TRY(const auto* list, array(value, where, ProfileLimits::entries));
  std::vector<std::uint64_t> found;
  std::set<std::uint64_t> known;
  for (std::size_t i = 0; i < list->size(); ++i) {
    MDOC_TRY(const std::uint64_t one, number((*list)[i], where / i, UINT64_MAX));
    if (!known.insert(one).second) return wrong(Errc::duplicate_key, where / i, once);
    found.push_back(one);
  }
  return arena_.array(std::move(found));
}

Result<std::span<const profile::LocalText>> ProfileInput::local_texts(const Value& value, const Path& where) {
  MDOC_TRY(const auto* languages, object(value, where));
  if (languages->size() > ProfileLimits::languages) {
    return wrong(Errc::too_many, where, "at most " + std::to_string(ProfileLimits::languages) + " languages");
  }
  if (!languages->contains("en")) return wrong(Errc::missing_element, where / "en", "English is always there");
  std::vector<profile::LocalText> texts;
  for (const auto& [language, content] : *languages) {
    if (!is_language(language))
      return wrong(Errc::bad_value, where, "a language such as \"en\" or \"pt-BR\"", language);
    auto found = text(content, where);
    if (!found) {
      fault_.member = language;
      return found.error();
    }
    texts.push_back({.language = arena_.text(language), .text = *found});
  }
  std::ranges::sort(texts, {}, &profile::LocalText::language);  // as in the built-in tables
  return arena_.array(std::move(texts));
}

Result<void> ProfileObject::only(std::span<const std::string_view> names) const {
  for (const auto& member : object_) {
    if (std::ranges::find(names, std::string_view(member.key())) != names.end()) continue;
    std::string expected = "only";
    for (const std::string_view name : names) expected.append(expected == "only" ? " " : ", ").append(name);
    return in_.unknown_member(where_, member.key(), std::move(expected));
  }
  return {};
}

}  // namespace mdoc::json
