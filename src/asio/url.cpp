#include "mdoc/asio/url.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <charconv>
#include <optional>

#include "core/ascii.hpp"
#include "core/try.hpp"
#include "mdoc/asio/net.hpp"

namespace mdoc::asio {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

Error bad_uri(std::size_t offset) {
  return {.code = Errc::bad_uri, .where = "url", .offset = static_cast<std::uint32_t>(offset)};
}

// The length of "scheme:" at the begin of a reference (RFC 3986, 3.1), without the colon; nothing where there is none.
std::optional<std::size_t> scheme_length(std::string_view text) noexcept {
  const auto end =
      std::ranges::find_if_not(text, [](char c) { return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.'; });
  if (text.empty() || !is_letter(text.front()) || end == text.end() || *end != ':') return std::nullopt;
  return static_cast<std::size_t>(end - text.begin());
}

// A resolver takes "1.2", "017700000001" and "0x7f.1" for IPv4 addresses.
bool looks_like_number(std::string_view label) noexcept {
  if (std::ranges::all_of(label, is_digit)) return true;
  return label.size() >= 2 && label[0] == '0' && to_lower(label[1]) == 'x' &&
         std::ranges::all_of(label.substr(2), [](char c) { return hex_value(c) >= 0; });
}

// A label of a host name as it is used: letters, digits, hyphens within; underscores, which occur.
bool is_label(std::string_view label) noexcept {
  constexpr std::size_t max_label = 63;  // RFC 1035, 2.3.4
  if (label.empty() || label.size() > max_label || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
}

// A host of IPv4 or a name, in lower case; nothing if it is neither.
std::optional<std::string> read_name(std::string_view text) {
  constexpr std::size_t max_name = 253;
  if (text.empty() || text.size() > max_name) return std::nullopt;
  std::string_view last;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('.', begin), text.size());
    last = text.substr(begin, end - begin);
    if (!is_label(last)) return std::nullopt;
    begin = end + 1;
  }
  if (looks_like_number(last)) {
    boost::system::error_code error;
    const auto address = net::ip::make_address_v4(std::string(text), error);
    if (error) return std::nullopt;
    return address.to_string();
  }
  return lower_case(text);
}

// What stands between brackets (RFC 3986, 3.2.2); nothing if it is no address of IPv6.
std::optional<std::string> read_ip_v6(std::string_view text) {
  if (text.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code error;
  const auto address = net::ip::make_address_v6(std::string(text), error);
  if (error) return std::nullopt;
  return address.to_string();
}

// The first byte that is neither pchar nor "/" nor, behind the first one, "?" (RFC 3986, 3.3 and 3.4).
std::optional<std::size_t> bad_target_byte(std::string_view target) noexcept {
  constexpr std::string_view marks = "-._~!$&'()*+,;=:@/?";
  for (std::size_t i = 0; i < target.size(); ++i) {
    const char c = target[i];
    if (c == '%') {
      if (i + 2 >= target.size() || hex_value(target[i + 1]) < 0 || hex_value(target[i + 2]) < 0) return i;
      i += 2;
    } else if (!is_letter_or_digit(c) && marks.find(c) == std::string_view::npos) {
      return i;
    }
  }
  return std::nullopt;
}

// RFC 3986, 5.2.4, for a path that begins with "/".
std::string remove_dot_segments(std::string_view path) {
  std::string result;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") result.erase(std::min(result.rfind('/'), result.size()));
    if (segment != "." && segment != "..") {
      result.append("/").append(segment);
    } else if (end == path.size()) {
      result += '/';
    }
    begin = end + 1;
  }
  return result.empty() ? "/" : result;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (text.size() > max_bytes) return Error{.code = Errc::too_large, .where = "url"};
  const auto scheme = scheme_length(text);
  if (!scheme) return bad_uri(0);
  const std::string name = lower_case(text.substr(0, *scheme));
  Url url;
  url.https_ = name == "https";
  if ((!url.https_ && name != "http") || text.substr(*scheme, 3) != "://") return bad_uri(0);

  const std::size_t host_at = *scheme + 3;
  const std::size_t target_at = std::min(text.find_first_of("/?#", host_at), text.size());
  const std::string_view authority = text.substr(host_at, target_at - host_at);
  const bool brackets = authority.starts_with('[');
  const std::size_t host_end = brackets ? authority.find(']') : std::min(authority.find(':'), authority.size());
  if (host_end == std::string_view::npos) return bad_uri(host_at);
  auto host = brackets ? read_ip_v6(authority.substr(1, host_end - 1)) : read_name(authority.substr(0, host_end));
  if (!host) return bad_uri(host_at);
  url.host_ = *std::move(host);

  url.port_ = url.https_ ? https_port : http_port;
  const std::string_view rest = authority.substr(brackets ? host_end + 1 : host_end);
  if (!rest.empty()) {
    const std::string_view digits = rest.substr(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), url.port_);
    const bool whole = read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    if (rest.front() != ':' || !whole || url.port_ == 0) return bad_uri(target_at - rest.size());
  }

  const std::string_view target = text.substr(target_at);
  if (const auto bad = bad_target_byte(target)) return bad_uri(target_at + *bad);
  url.target_ = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  return url;
}

Result<Url> Url::resolve(std::string_view reference) const {
  if (reference.size() > max_bytes) return Error{.code = Errc::too_large, .where = "url"};
  if (const auto hash = reference.find('#'); hash != std::string_view::npos) {
    if (const auto bad = bad_target_byte(reference.substr(hash + 1))) return bad_uri(hash + 1 + *bad);
    reference = reference.substr(0, hash);
  }
  if (scheme_length(reference)) return parse(reference);
  if (reference.starts_with("//")) return parse(std::string(scheme()) + ":" + std::string(reference));

  const std::string_view base = target_;
  const std::string_view base_path = base.substr(0, base.find('?'));
  std::string target;
  if (reference.empty()) {
    target = base;
  } else if (reference.starts_with('?')) {
    target = std::string(base_path) + std::string(reference);
  } else {
    const std::size_t question = std::min(reference.find('?'), reference.size());
    const std::string_view path = reference.substr(0, question);
    const std::string_view folder = base_path.substr(0, base_path.rfind('/') + 1);
    const std::string whole = path.starts_with('/') ? std::string(path) : std::string(folder) + std::string(path);
    target = remove_dot_segments(whole) + std::string(reference.substr(question));
  }
  return parse(std::string(scheme()) + "://" + authority() + target);
}

std::string_view Url::scheme() const noexcept { return https_ ? "https" : "http"; }

std::string Url::authority() const {
  const std::string host = host_.find(':') == std::string::npos ? host_ : "[" + host_ + "]";
  return port_ == (https_ ? https_port : http_port) ? host : host + ":" + std::to_string(port_);
}

std::string Url::text() const { return std::string(scheme()) + "://" + authority() + target_; }

}  // namespace mdoc::asio
