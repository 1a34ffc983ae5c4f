#pragma once
// Internal to mdoc::json: the members of a peer's JSON object, each with its place.

#include <cstdint>
#include <optional>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "core/try.hpp"
#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/path.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::json {

/// Reads members of an object by name; what is not asked for is skipped. Borrows all it is made of. Names are literals,
/// as they become part of paths. A member with another type is malformed/wrong_type, one that is required and absent
/// malformed/missing_element; null for a member that may be absent is the deviation list_null_member.
class Members {
 public:
  Members(const boost::json::object& object, const Path& where, const cbor::DecodeContext& context) noexcept
      : object_(object), where_(where), context_(context) {}

  [[nodiscard]] const Path& where() const noexcept { return where_; }
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::object*> optional_object(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    return typed<const boost::json::object*>(name, [](const auto& value) { return value.if_object(); });
  }
  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::array*> optional_array(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    return typed<const boost::json::array*>(name, [](const auto& value) { return value.if_array(); });
  }
  /// Null where it is absent.
  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::string*> optional_text(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    return typed<const boost::json::string*>(name, [](const auto& value) { return value.if_string(); });
  }

  /// Any number, with or without a fraction. Null where it is absent.
  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::value*> optional_number(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    return typed<const boost::json::value*>(name,
                                            [](const auto& value) { return value.is_number() ? &value : nullptr; });
  }

  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::object*> object(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_CHECK(present(name));
    return optional_object(name);
  }
  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::array*> array(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_CHECK(present(name));
    return optional_array(name);
  }
  template <std::size_t N>
  [[nodiscard]] Result<std::string_view> text(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_CHECK(present(name));
    MDOC_TRY(const auto* value, optional_text(name));
    return std::string_view(*value);
  }
  template <std::size_t N>
  [[nodiscard]] Result<const boost::json::value*> number(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_CHECK(present(name));
    return optional_number(name);
  }
  /// An integer that is not negative; a number with a fraction or an exponent is another type.
  template <std::size_t N>
  [[nodiscard]] Result<std::uint64_t> unsigned_integer(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_CHECK(present(name));
    const auto& value = object_.at(name);
    if (value.is_uint64()) return value.get_uint64();
    if (!value.is_int64()) return Error{.code = Errc::wrong_type, .where = where_ / name};
    if (value.get_int64() < 0) return Error{.code = Errc::bad_value, .where = where_ / name};
    return static_cast<std::uint64_t>(value.get_int64());
  }
  /// A date-time of RFC 3339 in UTC. Deviations as for a tdate: fraction, offset, lower case.
  template <std::size_t N>
  [[nodiscard]] Result<UtcSeconds> time(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    MDOC_TRY(const std::string_view value, text(name));
    const Path at = where_ / name;
    const auto parsed = parse_date_time(value);
    if (!parsed) return Error{.code = Errc::bad_tdate, .where = at};
    if (parsed->fraction) MDOC_CHECK(cbor::deviation(context_, Rule::tdate_fraction, at));
    if (parsed->offset) MDOC_CHECK(cbor::deviation(context_, Rule::tdate_offset, at));
    if (parsed->lower_case) MDOC_CHECK(cbor::deviation(context_, Rule::tdate_lower_case, at));
    return parsed->time;
  }

 private:
  /// There, and not null.
  template <std::size_t N>
  [[nodiscard]] Result<void> present(const char (&name)[N]) const {  // NOLINT(*-c-arrays)
    const auto* value = object_.if_contains(name);
    if (value == nullptr) return Error{.code = Errc::missing_element, .where = where_ / name};
    if (value->is_null()) return Error{.code = Errc::wrong_type, .where = where_ / name};
    return {};
  }

  template <class Pointer, std::size_t N, class As>
  [[nodiscard]] Result<Pointer> typed(const char (&name)[N], As as) const {  // NOLINT(*-c-arrays)
    const auto* value = object_.if_contains(name);
    if (value == nullptr) return Pointer{nullptr};
    if (value->is_null()) {
      MDOC_CHECK(cbor::deviation(context_, Rule::list_null_member, where_ / name));
      return Pointer{nullptr};
    }
    const Pointer content = as(*value);
    if (content == nullptr) return Error{.code = Errc::wrong_type, .where = where_ / name};
    return content;
  }

  const boost::json::object& object_;
  Path where_;
  const cbor::DecodeContext& context_;
};

}  // namespace mdoc::json
