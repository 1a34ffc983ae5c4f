#pragma once
// Internal to mdoc::json: the parts of a profile's JSON. Unlike Members, which reads lists of peers, nothing is
// skipped: what is not described is an error, and every error says what would be right.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/try.hpp"
#include "json/arena.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/profile/element_profile.hpp"

namespace mdoc::json {

/// A word of the format, and what it stands for.
template <class T>
struct ProfileWord {
  std::string_view word;
  T value;
};
template <class T>  // clang 14 does not deduce it of an aggregate
ProfileWord(const char*, T)->ProfileWord<T>;

/// The words for `values`, which are those of profile::name().
template <class T, std::size_t N>
[[nodiscard]] std::array<ProfileWord<T>, N> words_for(const std::array<T, N>& values) {
  std::array<ProfileWord<T>, N> words{};
  for (std::size_t i = 0; i < N; ++i) words[i] = {.word = name(values[i]), .value = values[i]};  // of T's namespace
  return words;
}

/// Reads values; keeps texts and lists in an arena. `where` is the place of the value.
class ProfileInput {
 public:
  using Value = boost::json::value;

  ProfileInput(Arena& arena, ProfileFault& fault) noexcept : arena_(arena), fault_(fault) {}

  [[nodiscard]] Arena& arena() const noexcept { return arena_; }
  /// The error, whose fault is noted.
  [[nodiscard]] Error wrong(Errc code, const Path& where, std::string expected, std::string_view member = {});
  /// The same of a member that the format does not have there.
  [[nodiscard]] Error unknown_member(const Path& where, std::string_view member, std::string expected);
  /// The same of a name that is not known, with what that means.
  [[nodiscard]] Error unknown(const Path& where, std::string cause, std::string expected);

  [[nodiscard]] Result<const boost::json::object*> object(const Value& value, const Path& where);
  [[nodiscard]] Result<const boost::json::array*> array(const Value& value, const Path& where, std::size_t most);
  [[nodiscard]] Result<bool> boolean(const Value& value, const Path& where);
  /// An integer from 0 to `most`.
  [[nodiscard]] Result<std::uint64_t> number(const Value& value, const Path& where, std::uint64_t most);
  [[nodiscard]] Result<std::uint16_t> short_number(const Value& value, const Path& where);
  /// The same, but 0, where that would bound nothing.
  [[nodiscard]] Result<std::uint16_t> length(const Value& value, const Path& where);
  /// A text that is not empty, for machines.
  [[nodiscard]] Result<std::string_view> name(const Value& value, const Path& where);
  /// The same, for people.
  [[nodiscard]] Result<std::string_view> text(const Value& value, const Path& where);
  /// A text of at most `most` bytes, not kept.
  [[nodiscard]] Result<std::string_view> bounded(const Value& value, const Path& where, std::size_t most);
  /// Each counts once.
  [[nodiscard]] Result<std::span<const std::string_view>> names(const Value& value, const Path& where);
  [[nodiscard]] Result<std::span<const std::uint64_t>> numbers(const Value& value, const Path& where);
  [[nodiscard]] Result<std::span<const profile::LocalText>> local_texts(const Value& value, const Path& where);

  template <class T>
  [[nodiscard]] Result<T> word(const Value& value, const Path& where, std::span<const ProfileWord<T>> words) {
    const auto* text = value.if_string();
    if (text == nullptr) return wrong(Errc::wrong_type, where, choices(words));
    for (const auto& each : words) {
      if (each.word == std::string_view(*text)) return each.value;
    }
    return wrong(Errc::bad_value, where, choices(words));
  }
  /// A list of words, each of which counts once.
  template <class T>
  [[nodiscard]] Result<std::vector<T>> words(const Value& value, const Path& where,
                                             std::span<const ProfileWord<T>> words) {
    MDOC_TRY(const auto* list, array(value, where, words.size()));
    std::vector<T> found;
    for (std::size_t i = 0; i < list->size(); ++i) {
      MDOC_TRY(const T one, word<T>((*list)[i], where / i, words));
      for (const T& earlier : found) {
        if (earlier == one) return wrong(Errc::duplicate_key, where / i, once);
      }
      found.push_back(one);
    }
    return found;
  }

 private:
  static constexpr const char* once = "each once";

  template <class T>
  [[nodiscard]] static std::string choices(std::span<const ProfileWord<T>> words) {
    std::string text = words.size() == 1 ? "" : "one of ";
    for (const auto& each : words) text.append(&each == words.data() ? "\"" : ", \"").append(each.word).append("\"");
    return text;
  }

  Arena& arena_;
  ProfileFault& fault_;
};

/// A reader of one of these words, which it borrows.
template <class T, std::size_t N>
[[nodiscard]] auto one_of(const std::array<ProfileWord<T>, N>& table) {
  return
      [words = std::span<const ProfileWord<T>>(table)](ProfileInput& in, const boost::json::value& value,
                                                       const Path& where) { return in.word<T>(value, where, words); };
}

/// The members of one object. Borrows all it is made of. Readers are called with the input, the value and its place.
class ProfileObject {
 public:
  using Value = boost::json::value;

  ProfileObject(ProfileInput& in, const boost::json::object& object, const Path& where) noexcept
      : in_(in), object_(object), where_(where) {}

  [[nodiscard]] const Path& where() const noexcept { return where_; }
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }
  /// Null where it is absent.
  [[nodiscard]] const Value* find(std::string_view name) const { return object_.if_contains(name); }

  /// No other members than these, in any order.
  [[nodiscard]] Result<void> only(std::span<const std::string_view> names) const;
  [[nodiscard]] Result<void> only(std::initializer_list<std::string_view> names) const {
    return only(std::span(names.begin(), names.size()));
  }

  /// What `read` makes of the member, which has to be there.
  template <std::size_t N, class Read>
  [[nodiscard]] auto get(const char (&name)[N], const Read& read) const  // NOLINT(*-c-arrays)
      -> std::invoke_result_t<Read, ProfileInput&, const Value&, const Path&> {
    const Value* const value = object_.if_contains(name);
    if (value == nullptr) return in_.wrong(Errc::missing_element, where_ / name, "this member has to be there");
    return std::invoke(read, in_, *value, where_ / name);
  }
  /// The same into `target`, which is left as it is where the member is absent.
  template <std::size_t N, class T, class Read>
  [[nodiscard]] Result<void> maybe(const char (&name)[N], T& target, const Read& read) const {  // NOLINT(*-c-arrays)
    if (!has(name)) return {};
    MDOC_TRY(target, get(name, read));
    return {};
  }

 private:
  ProfileInput& in_;
  const boost::json::object& object_;
  Path where_;
};

/// A reader of an object, of which `read` reads the members.
template <class Read>
[[nodiscard]] auto object_of(Read read) {
  return [read](ProfileInput& in, const boost::json::value& value,
                const Path& where) -> std::invoke_result_t<Read, ProfileInput&, const ProfileObject&> {
    MDOC_TRY(const auto* object, in.object(value, where));
    return read(in, ProfileObject(in, *object, where));
  };
}

}  // namespace mdoc::json
