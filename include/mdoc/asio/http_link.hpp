#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "mdoc/asio/message_stream.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/limits.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"

/// @file
/// Session messages over HTTP over TCP: what the Wi-Fi Aware data path carries, on any IP network. By
/// itself this reaches nothing but the machine it runs on, which is what tests and demonstrations
/// need. The session's encryption does not depend on the network, but on a network that others share
/// an mdoc that listens can be found.

namespace mdoc::asio {

/// Options of both ends.
struct HttpLinkOptions {
  bool allow_other_hosts = false;  ///< otherwise loopback addresses only
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds message_timeout{30'000};  ///< from the first byte of a message until its last
  /// How long an mdoc waits for its peer to come back, after a connection ended between two requests.
  std::chrono::milliseconds reconnect_timeout{5'000};
  std::chrono::milliseconds close_timeout{5'000};  ///< of MessageStream::shutdown()
  DecodeLimits limits{};
  const ProtocolConstants& constants = iso18013_5();  ///< borrowed; must outlive the link
};

/// Reads "127.0.0.1:8080" or "[fe80::1%wlan0]:8080". Names are not resolved.
/// @return usage/bad_argument
[[nodiscard]] MDOC_EXPORT Result<net::ip::tcp::endpoint> parse_endpoint(std::string_view text);
/// The same form, back.
[[nodiscard]] MDOC_EXPORT std::string to_text(const net::ip::tcp::endpoint& endpoint);

/// Connects to an mdoc. The stream opens further connections where the mdoc closes one between two
/// requests.
/// @return denied/refused: not a loopback address; transport/connect_failed with the system's error
///         in `native`; transport/timed_out
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<std::unique_ptr<MessageStream>>> connect_http(
    net::ip::tcp::endpoint endpoint, HttpLinkOptions options = {});

/// Where an mdoc waits for readers.
///
/// Whoever sends the first whole message has the session; what is in it is the session's matter, and one that does
/// not decrypt ends the engagement. Until then up to eight connections are read at the same time, so that a stranger
/// who connects and says nothing keeps no reader out: the oldest that is silent gives way to a further one, and all
/// others are closed once there is a session. A connection that brings no whole message in time, or anything else
/// than the data path carries, is answered with its HTTP error and forgotten. Not thread-safe. Destruction is close().
class MDOC_EXPORT HttpListener {
 public:
  /// @param endpoint  port 0 takes a free one
  /// @return denied/refused: not a loopback address; transport/connect_failed: the address is in use
  [[nodiscard]] static Result<HttpListener> open(const net::any_io_executor& executor,
                                                 const net::ip::tcp::endpoint& endpoint, HttpLinkOptions options = {});
  HttpListener(HttpListener&&) noexcept;
  HttpListener& operator=(HttpListener&&) noexcept;
  ~HttpListener();

  [[nodiscard]] net::ip::tcp::endpoint local_endpoint() const noexcept;

  /// Waits, without limit, until a peer has sent its first whole message: that peer has the session,
  /// and the message is the first that its stream reads.
  /// @pre no other accept() is pending, and the stream of the one before is closed
  /// @return transport/link_closed after close(); transport/connect_failed: the system lets us accept
  ///         no more
  [[nodiscard]] net::awaitable<Result<std::unique_ptr<MessageStream>>> accept();

  /// Stops listening. A pending accept() ends; a stream lives on, for as long as its connection does.
  void close() noexcept;

 private:
  struct Impl;
  explicit HttpListener(std::shared_ptr<Impl> impl) noexcept;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mdoc::asio
