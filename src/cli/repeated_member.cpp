#include "cli/repeated_member.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using boost::system::error_code;

/// What basic_parser reports to: stops at the first name that its object has already.
class NameWatcher {
 public:
  static constexpr std::size_t max_object_size = SIZE_MAX;
  static constexpr std::size_t max_array_size = SIZE_MAX;
  static constexpr std::size_t max_key_size = SIZE_MAX;
  static constexpr std::size_t max_string_size = SIZE_MAX;

  [[nodiscard]] std::optional<std::string> take_repeated() { return std::exchange(repeated_, std::nullopt); }

  // NOLINTBEGIN(readability-convert-member-functions-to-static, readability-make-member-function-const)
  bool on_document_begin(error_code& /*failure*/) { return true; }
  bool on_document_end(error_code& /*failure*/) { return true; }
  bool on_array_begin(error_code& /*failure*/) { return true; }
  bool on_array_end(std::size_t /*size*/, error_code& /*failure*/) { return true; }
  bool on_object_begin(error_code& /*failure*/) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t /*size*/, error_code& /*failure*/) {
    open_.pop_back();
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t /*size*/, error_code& /*failure*/) {
    name_.append(part.data(), part.size());
    return true;
  }
  bool on_key(bj::string_view part, std::size_t /*size*/, error_code& failure) {
    name_.append(part.data(), part.size());
    const auto [known, is_new] = open_.back().insert(std::exchange(name_, {}));
    if (is_new) return true;
    repeated_ = *known;
    failure = bj::make_error_code(bj::error::exception);  // any: repeated_ is what counts
    return false;
  }
  bool on_string_part(bj::string_view /*part*/, std::size_t /*size*/, error_code& /*failure*/) { return true; }
  bool on_string(bj::string_view /*part*/, std::size_t /*size*/, error_code& /*failure*/) { return true; }
  bool on_number_part(bj::string_view /*part*/, error_code& /*failure*/) { return true; }
  bool on_int64(std::int64_t /*value*/, bj::string_view /*text*/, error_code& /*failure*/) { return true; }
  bool on_uint64(std::uint64_t /*value*/, bj::string_view /*text*/, error_code& /*failure*/) { return true; }
  bool on_double(double /*value*/, bj::string_view /*text*/, error_code& /*failure*/) { return true; }
  bool on_bool(bool /*value*/, error_code& /*failure*/) { return true; }
  bool on_null(error_code& /*failure*/) { return true; }
  bool on_comment_part(bj::string_view /*part*/, error_code& /*failure*/) { return true; }
  bool on_comment(bj::string_view /*part*/, error_code& /*failure*/) { return true; }
  // NOLINTEND(readability-convert-member-functions-to-static, readability-make-member-function-const)

 private:
  std::vector<std::set<std::string>> open_;  // the names of each object that is open, innermost last
  std::string name_;                         // so far
  std::optional<std::string> repeated_;
};

}  // namespace

std::optional<std::string> repeated_member(std::string_view text) {
  bj::basic_parser<NameWatcher> parser(bj::parse_options{});
  error_code failure;
  parser.write_some(false, text.data(), text.size(), failure);
  return parser.handler().take_repeated();
}

}  // namespace mdoc::cli
