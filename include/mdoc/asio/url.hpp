#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::asio {

/// An absolute http or https URL (RFC 3986, RFC 9110, 4.2), in the one form that leaves no two readings.
///
/// Taken are: scheme, host, port, path, query. Refused are user information, which hides the host from people; a
/// fragment, which is of no use to a server; characters that had to be percent-encoded; host names that look like a
/// number, which resolvers take for an address ("0x7f.1"); zones of IPv6 addresses. Scheme and host become lower case,
/// a default port and an empty path get their usual form, an IPv6 address its canonical one; path and query stay as
/// they are.
class MDOC_EXPORT Url {
 public:
  static constexpr std::size_t max_bytes = 2048;

  /// @return malformed/bad_uri, with the byte where it is known; limit/too_large: above max_bytes
  [[nodiscard]] static Result<Url> parse(std::string_view text);

  /// What a reference on this page means, absolute or relative (RFC 3986, 5.2). A fragment is dropped, as a redirection
  /// may have one (RFC 9110, 10.2.2). @return as parse(); other schemes are malformed/bad_uri
  [[nodiscard]] Result<Url> resolve(std::string_view reference) const;

  [[nodiscard]] bool is_https() const noexcept { return https_; }
  /// Lower case name, or an address; that of IPv6 without brackets.
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Path and query, as they go into the request line. Begins with "/".
  [[nodiscard]] const std::string& target() const noexcept { return target_; }
  /// Host and, unless it is the scheme's own, port: what the Host header says.
  [[nodiscard]] std::string authority() const;
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Url&, const Url&) = default;

 private:
  Url() = default;
  [[nodiscard]] std::string_view scheme() const noexcept;

  bool https_ = false;
  std::uint16_t port_ = 0;
  std::string host_;
  std::string target_;
};

}  // namespace mdoc::asio
