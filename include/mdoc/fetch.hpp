#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "mdoc/core/bytes.hpp"

/// @file
/// What has to be fetched from the network, and what came back: trust lists, CRLs, OCSP responses and
/// status lists. Plain data: the core names what it wants and fetches nothing. mdoc::asio has a
/// fetcher; an application may use the HTTP client of its platform as well, and then keeps to the
/// rules that stand beside the members here.
///
/// Everything that is fetched is signed by somebody who is not the server, so what arrives is still
/// to be verified whatever the connection was. What the network can do is withhold, delay and
/// replay; and a URL that comes out of a document can be meant to make us call somewhere.

namespace mdoc {

enum class FetchMethod : std::uint8_t {
  get,
  post,  ///< OCSP requests (RFC 6960, A.1)
};

/// Bounds on one fetch. Reaching one is an error, never a shortened answer.
struct FetchLimits {
  std::size_t max_bytes = std::size_t{8} << 20;          ///< of the body, counted after decompression as well
  std::size_t max_header_bytes = std::size_t{16} << 10;  ///< status line and headers of one response
  unsigned max_redirects = 5;                            ///< redirections followed; 0: none
  /// For everything together: resolving names, connecting, every redirection, the last byte of the body.
  std::chrono::milliseconds timeout{10'000};
};

/// One thing to fetch. A request carries nothing else than what stands here: no cookies, no credentials, no referrer,
/// and never a parameter that the URL did not have, as that would tell the server whose document is looked at.
struct FetchRequest {
  std::uint64_t id = 0;  ///< chosen by whoever asks, to know the answer again; not sent
  std::string url;       ///< absolute, http or https
  FetchMethod method = FetchMethod::get;
  Bytes body{};                ///< of a post; empty for a get
  std::string content_type{};  ///< of that body
  /// Media types wanted, in order of preference, e.g. "application/statuslist+cwt". None: all.
  std::vector<std::string> accept{};
  /// Refuse a body of any other type. Servers of CRLs and trust lists are careless with types, and what is fetched is
  /// recognised by its content: leave this off unless a protocol says otherwise.
  bool only_accepted = false;
  FetchLimits limits{};
};

/// A whole body that arrived with success.
struct FetchResponse {
  Bytes body{};                ///< decompressed
  std::string content_type{};  ///< as the server wrote it: text of a peer. Empty: not stated
  std::string media_type{};    ///< the same in lower case and without parameters: "application/cwt"
  std::string final_url{};     ///< that of the body, after `redirects` redirections
  unsigned redirects = 0;
};

}  // namespace mdoc
