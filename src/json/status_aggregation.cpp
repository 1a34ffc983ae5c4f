#include "mdoc/json/status_aggregation.hpp"

#include <algorithm>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "json/strict_json.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;

/// RFC 3986, 2: unreserved, reserved and "%".
bool is_uri_character(char c) noexcept {
  return is_letter_or_digit(c) || std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

bool is_http_uri(std::string_view uri) noexcept {
  constexpr std::string_view https = "https://", http = "http://";
  if (!std::ranges::all_of(uri, is_uri_character)) return false;
  if (starts_with_ignoring_case(uri, https)) {
    uri.remove_prefix(https.size());
  } else if (starts_with_ignoring_case(uri, http)) {
    uri.remove_prefix(http.size());
  } else {
    return false;
  }
  const std::string_view authority = uri.substr(0, uri.find_first_of("/?#"));
  // User information is for misleading people, and for secrets that do not belong here.
  return !authority.empty() && authority.front() != ':' && authority.find('@') == std::string_view::npos;
}

}  // namespace

Result<StatusAggregation> decode_status_aggregation(std::string_view json, const StatusAggregationLimits& limits) {
  constexpr std::size_t other_values = 4096;  // of members that are skipped
  const Path where = "StatusAggregation";
  MDOC_TRY(const bj::value value,
           parse_strict(json, {.max_bytes = limits.max_bytes, .max_values = limits.max_lists + other_values}, where));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = where};
  const Path at_lists = where / "status_lists";
  const auto* lists = value.get_object().if_contains("status_lists");
  if (lists == nullptr) return Error{.code = Errc::missing_element, .where = at_lists};
  if (!lists->is_array()) return Error{.code = Errc::wrong_type, .where = at_lists};
  const bj::array& uris = lists->get_array();
  if (uris.size() > limits.max_lists) return Error{.code = Errc::too_many, .where = at_lists};

  StatusAggregation aggregation;
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < uris.size(); ++i) {
    if (!uris[i].is_string()) return Error{.code = Errc::wrong_type, .where = at_lists / i};
    const std::string_view uri(uris[i].get_string());
    if (uri.size() > limits.max_uri) {
      aggregation.refused.push_back({.code = Errc::too_large, .where = at_lists / i});
    } else if (!is_http_uri(uri)) {
      aggregation.refused.push_back({.code = Errc::bad_uri, .where = at_lists / i});
    } else if (seen.insert(uri).second) {
      aggregation.status_lists.emplace_back(uri);
    } else {
      ++aggregation.duplicates;
    }
  }
  return aggregation;
}

}  // namespace mdoc::json
