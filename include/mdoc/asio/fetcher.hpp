#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "mdoc/asio/net.hpp"
#include "mdoc/asio/system_clock.hpp"
#include "mdoc/asio/tls_anchors.hpp"
#include "mdoc/asio/url.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/fetch.hpp"

/// @file
/// Fetches what a FetchRequest names: HTTP/1.1, with or without TLS, one connection for each request.
///
/// A status list, for one:
///
///     net::awaitable<void> refresh(std::string uri) {
///       mdoc::asio::FetchOptions options;
///       options.tls_anchors = mdoc::asio::TlsAnchors::system().value();  // once, and kept
///       options.allow = mdoc::asio::only_public_addresses;               // the URI came out of a document
///       mdoc::FetchRequest request{.url = uri, .accept = {"application/statuslist+cwt"}};
///       auto answer = co_await mdoc::asio::fetch(request, options);
///       if (!answer) co_return report(answer.error());  // a Result: nothing is thrown
///       use(answer->body);                              // whose signature is still to be verified
///     }

namespace mdoc::asio {

/// Whether to go on. Called for each URL, redirections included, before its name is resolved (no address), and then for
/// each address that the name has, before a connection to it. The connection goes to the very address that was allowed,
/// so a name that changes its mind gains nothing. Must not block.
using FetchPolicy = std::function<bool(const Url& url, const std::optional<net::ip::address>& address)>;

/// A FetchPolicy for URLs that anybody can choose, such as those in a document or its certificates: refuses addresses
/// of this machine, of private and local networks, of documentation and test networks, and of multicast, also where
/// they are inside of an address of IPv6 (mapped, NAT64, 6to4).
[[nodiscard]] MDOC_EXPORT bool only_public_addresses(const Url& url, const std::optional<net::ip::address>& address);

/// A FetchPolicy that refuses nothing, where an empty one would mean another.
[[nodiscard]] MDOC_EXPORT bool any_address(const Url& url, const std::optional<net::ip::address>& address);

struct FetchOptions {
  TlsAnchors tls_anchors{};  ///< whom to believe that a server is who it says; empty: https is refused
  FetchPolicy allow{};       ///< empty: everything
  /// Its UTC judges the validity of servers' certificates. Not null.
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
};

/// Fetches one thing, within its limits.
///
/// Sends nothing but what the request says and Host, User-Agent, Accept-Encoding and Connection. Takes a body as it is
/// or with the content coding gzip. Follows redirections to http and https (301, 302, 303, 307, 308; a post those that
/// keep it a post: 307, 308), never from https to http. Tries each address of a host, with a share of the time that is
/// left.
///
/// Runs on the executor of the calling coroutine, which must be a strand where several threads serve it; any number may
/// run at the same time. Cancelling the coroutine closes the connection and ends with link_closed. A query to the
/// resolver of the system cannot be taken back: the fetch does not wait for it, but the destruction of the execution
/// context does. What `allow` throws comes out here.
/// @return each with `where`, the step that failed:
///         - malformed/bad_uri, limit/too_large (a URL above Url::max_bytes): the URL, or that of a redirection
///         - usage/bad_argument: a body, a media type or a limit that cannot be
///         - untrusted/no_trust_anchor: https without FetchOptions::tls_anchors
///         - denied/refused: by `allow`; a redirection from https to http
///         - transport/connect_failed: the name does not resolve, nobody listens, no TLS comes about
///         - untrusted/expired, not_yet_valid, subject_mismatch, chain_untrusted: the server's certificate
///         - transport/timed_out; transport/link_closed: the server ended before its answer did, or cancelled
///         - transport/http_status: anything but success, the status in `native`
///         - limit/too_many: more redirections than FetchLimits::max_redirects, or in a circle
///         - limit/too_large: the body, or the header
///         - malformed/bad_frame: no HTTP; malformed/bad_compression
///         - unsupported/unsupported_media_type: FetchRequest::only_accepted
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<FetchResponse>> fetch(FetchRequest request, FetchOptions options);
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<FetchResponse>> fetch(FetchRequest request);

}  // namespace mdoc::asio
