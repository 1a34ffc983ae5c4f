#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "asio/http_server_connection.hpp"
#include "mdoc/asio/http_link.hpp"

namespace mdoc::asio {

class Candidates;

/// A connection, and the first message that it brought.
struct Arrival {
  std::shared_ptr<ServerConnection> connection;
  Bytes message;
};

/// The listening socket, shared by the listener and the streams that it made.
class HttpAcceptor {
 public:
  HttpAcceptor(net::ip::tcp::acceptor acceptor, const HttpLinkOptions& options)
      : acceptor_(std::move(acceptor)), options_(options) {}

  /// Waits for the first whole message of anybody who connects: whoever brings it has the session, the others are
  /// closed. Without `patience` there is no limit but that of each connection, message_timeout; with it, the wait
  /// ends once nobody has been connected for so long. One wait at a time.
  /// @return transport/link_closed: patience has run out, or cancel() or close() was called;
  ///         transport/connect_failed: the system lets us accept no more
  [[nodiscard]] static net::awaitable<Result<Arrival>> first_message(std::shared_ptr<HttpAcceptor> self,
                                                                     std::optional<std::chrono::milliseconds> patience);
  /// Ends first_message().
  void cancel() noexcept;
  /// Stops listening as well.
  void close() noexcept;
  /// Ends a connection in the background. Visitors that stay do not pile up: of too many, the oldest
  /// is closed at once.
  void dismiss(const std::shared_ptr<ServerConnection>& connection);

  [[nodiscard]] net::ip::tcp::acceptor& socket() noexcept { return acceptor_; }
  [[nodiscard]] const HttpLinkOptions& options() const noexcept { return options_; }

 private:
  net::ip::tcp::acceptor acceptor_;
  HttpLinkOptions options_;
  std::weak_ptr<Candidates> candidates_;  // of the pending first_message()
  std::deque<std::weak_ptr<ServerConnection>> dismissed_;
};

/// Connections that have brought no whole message yet, all read at the same time, so that nobody who connects and
/// says nothing keeps another one out. Few at a time: the oldest that has not said a word gives way to the next one.
class Candidates : public std::enable_shared_from_this<Candidates> {
 public:
  static constexpr std::size_t max_count = 8;

  Candidates(std::shared_ptr<HttpAcceptor> acceptor, std::optional<std::chrono::milliseconds> patience);

  /// Accepts and reads in the background until the end.
  void begin();
  [[nodiscard]] net::awaitable<Result<Arrival>> decision();
  /// The first outcome counts.
  void decide(Result<Arrival> outcome);
  /// Closes whoever was not chosen.
  void end() noexcept;

 private:
  static net::awaitable<void> accept(std::shared_ptr<Candidates> self);
  static net::awaitable<void> read(std::shared_ptr<Candidates> self, std::shared_ptr<ServerConnection> connection);
  void add(net::ip::tcp::socket socket);
  void make_room();

  std::shared_ptr<HttpAcceptor> acceptor_;
  std::optional<std::chrono::milliseconds> patience_;
  std::vector<std::shared_ptr<ServerConnection>> reading_;  // the oldest first
  std::optional<Result<Arrival>> outcome_;
  bool over_ = false;
  net::steady_timer bell_;  // rings for decision()
};

}  // namespace mdoc::asio
