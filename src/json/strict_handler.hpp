#pragma once
// Internal. What parse_strict() parses with. Inline for the components beyond mdoc::json, to which a shared library
// exports none of this.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <boost/system/error_code.hpp>

#include "mdoc/core/error.hpp"

namespace mdoc::json {

/// What basic_parser reports to: builds the value, and looks at what parse() would overlook.
class StrictHandler {
 public:
  // Read by basic_parser. The text itself is bounded, so its parts need no bounds of their own.
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  explicit StrictHandler(std::size_t max_values) : values_left_(max_values) {}

  /// Why this handler stopped the parser, if it did.
  [[nodiscard]] std::optional<Errc> failure() const noexcept { return failure_; }
  /// duplicate_key: the name that one object has twice, after escapes are resolved.
  [[nodiscard]] const std::string& repeated() const noexcept { return repeated_; }
  [[nodiscard]] boost::json::value release() { return stack_.release(); }

  bool on_document_begin(boost::system::error_code& /*failure*/) {
    stack_.reset();
    return true;
  }
  bool on_document_end(boost::system::error_code& /*failure*/) { return true; }  // NOLINT(readability-convert-*)
  bool on_array_begin(boost::system::error_code& failure) { return count(failure); }
  bool on_array_end(std::size_t size, boost::system::error_code& /*failure*/) {
    stack_.push_array(size);
    return true;
  }
  bool on_object_begin(boost::system::error_code& failure) { return count(failure); }
  bool on_object_end(std::size_t size, boost::system::error_code& failure) {
    // The names of objects inside are gone by now, so the last ones are those of this object.
    const auto names = keys_.end() - static_cast<std::ptrdiff_t>(size);
    std::sort(names, keys_.end());
    if (const auto twice = std::adjacent_find(names, keys_.end()); twice != keys_.end()) {
      repeated_ = *twice;
      return stop(Errc::duplicate_key, failure);
    }
    keys_.erase(names, keys_.end());
    stack_.push_object(size);
    return true;
  }
  bool on_key_part(boost::json::string_view part, std::size_t /*size*/, boost::system::error_code& /*failure*/) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t /*size*/, boost::system::error_code& /*failure*/) {
    key_.append(part.data(), part.size());
    keys_.push_back(std::move(key_));
    key_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(boost::json::string_view part, std::size_t /*size*/, boost::system::error_code& /*failure*/) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(boost::json::string_view part, std::size_t /*size*/, boost::system::error_code& failure) {
    stack_.push_string(part);
    return count(failure);
  }
  bool on_number_part(boost::json::string_view /*part*/, boost::system::error_code& /*failure*/) {
    return true;
  }  // NOLINT(*-convert-*)
  bool on_int64(std::int64_t value, boost::json::string_view /*text*/, boost::system::error_code& failure) {
    stack_.push_int64(value);
    return count(failure);
  }
  bool on_uint64(std::uint64_t value, boost::json::string_view /*text*/, boost::system::error_code& failure) {
    stack_.push_uint64(value);
    return count(failure);
  }
  bool on_double(double value, boost::json::string_view /*text*/, boost::system::error_code& failure) {
    stack_.push_double(value);
    return count(failure);
  }
  bool on_bool(bool value, boost::system::error_code& failure) {
    stack_.push_bool(value);
    return count(failure);
  }
  bool on_null(boost::system::error_code& failure) {
    stack_.push_null();
    return count(failure);
  }
  bool on_comment_part(boost::json::string_view /*part*/, boost::system::error_code& /*failure*/) {
    return true;
  }  // NOLINT(*-convert-*)
  bool on_comment(boost::json::string_view /*part*/, boost::system::error_code& /*failure*/) {
    return true;
  }  // NOLINT(*-convert-*)

 private:
  bool count(boost::system::error_code& failure) {
    if (values_left_ == 0) return stop(Errc::too_many, failure);
    --values_left_;
    return true;
  }
  bool stop(Errc reason, boost::system::error_code& failure) {
    failure_ = reason;
    failure = boost::json::make_error_code(boost::json::error::exception);  // any: failure_ is what counts
    return false;
  }

  boost::json::value_stack stack_;
  std::vector<std::string> keys_;  // of all objects that are open, innermost last
  std::string key_;                // so far
  std::size_t values_left_;
  std::optional<Errc> failure_;
  std::string repeated_;
};

}  // namespace mdoc::json
