#include "json/strict_json.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <boost/system/error_code.hpp>

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using boost::system::error_code;

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
  [[nodiscard]] bj::value release() { return stack_.release(); }

  bool on_document_begin(error_code& /*failure*/) {
    stack_.reset();
    return true;
  }
  bool on_document_end(error_code& /*failure*/) { return true; }  // NOLINT(readability-convert-*)
  bool on_array_begin(error_code& failure) { return count(failure); }
  bool on_array_end(std::size_t size, error_code& /*failure*/) {
    stack_.push_array(size);
    return true;
  }
  bool on_object_begin(error_code& failure) { return count(failure); }
  bool on_object_end(std::size_t size, error_code& failure) {
    // The names of objects inside are gone by now, so the last ones are those of this object.
    const auto names = keys_.end() - static_cast<std::ptrdiff_t>(size);
    std::sort(names, keys_.end());
    if (std::adjacent_find(names, keys_.end()) != keys_.end()) return stop(Errc::duplicate_key, failure);
    keys_.erase(names, keys_.end());
    stack_.push_object(size);
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t /*size*/, error_code& /*failure*/) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t /*size*/, error_code& /*failure*/) {
    key_.append(part.data(), part.size());
    keys_.push_back(std::move(key_));
    key_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t /*size*/, error_code& /*failure*/) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t /*size*/, error_code& failure) {
    stack_.push_string(part);
    return count(failure);
  }
  bool on_number_part(bj::string_view /*part*/, error_code& /*failure*/) { return true; }  // NOLINT(*-convert-*)
  bool on_int64(std::int64_t value, bj::string_view /*text*/, error_code& failure) {
    stack_.push_int64(value);
    return count(failure);
  }
  bool on_uint64(std::uint64_t value, bj::string_view /*text*/, error_code& failure) {
    stack_.push_uint64(value);
    return count(failure);
  }
  bool on_double(double value, bj::string_view /*text*/, error_code& failure) {
    stack_.push_double(value);
    return count(failure);
  }
  bool on_bool(bool value, error_code& failure) {
    stack_.push_bool(value);
    return count(failure);
  }
  bool on_null(error_code& failure) {
    stack_.push_null();
    return count(failure);
  }
  bool on_comment_part(bj::string_view /*part*/, error_code& /*failure*/) { return true; }  // NOLINT(*-convert-*)
  bool on_comment(bj::string_view /*part*/, error_code& /*failure*/) { return true; }       // NOLINT(*-convert-*)

 private:
  bool count(error_code& failure) {
    if (values_left_ == 0) return stop(Errc::too_many, failure);
    --values_left_;
    return true;
  }
  bool stop(Errc reason, error_code& failure) {
    failure_ = reason;
    failure = bj::make_error_code(bj::error::exception);  // any: failure_ is what counts
    return false;
  }

  bj::value_stack stack_;
  std::vector<std::string> keys_;  // of all objects that are open, innermost last
  std::string key_;                // so far
  std::size_t values_left_;
  std::optional<Errc> failure_;
};

}  // namespace

Result<bj::value> parse_strict(std::string_view text, const JsonBounds& bounds, const Path& where) {
  if (text.size() > bounds.max_bytes) return Error{.code = Errc::too_large, .where = where};
  bj::parse_options options;
  options.max_depth = bounds.max_depth;
  bj::basic_parser<StrictHandler> parser(options, bounds.max_values);
  error_code failure;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), failure);
  const Error error{.code = Errc::bad_encoding, .where = where, .offset = static_cast<std::uint32_t>(read)};
  if (const auto reason = parser.handler().failure()) {
    return Error{.code = *reason, .where = where, .offset = error.offset};
  }
  if (failure == bj::error::too_deep) return Error{.code = Errc::too_deep, .where = where, .offset = error.offset};
  if (failure || read < text.size()) return error;
  return parser.handler().release();
}

}  // namespace mdoc::json
