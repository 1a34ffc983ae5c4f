#pragma once

#include <functional>
#include <memory>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/transport/link.hpp"

namespace mdoc::asio {

/// A link that carries whole session messages, whatever technology lies below.
///
/// Failures of the link are values, never exceptions. One read and one write may be pending at a
/// time, from one strand; nothing here is thread-safe. The object must outlive what is pending on
/// it, which close() ends soon.
class MDOC_EXPORT MessageStream {
 public:
  virtual ~MessageStream() = default;

  [[nodiscard]] virtual net::any_io_executor get_executor() = 0;
  [[nodiscard]] virtual transport::LinkProperties properties() const noexcept = 0;

  /// Waits for the next message of the peer, without a limit of its own while nothing has come.
  /// @return transport/link_closed: the peer has gone, or close() was called; transport/timed_out: a
  ///         message began and did not end; errors of the framing
  [[nodiscard]] virtual net::awaitable<Result<Bytes>> read_message() = 0;

  /// Sends one message. @param message must stay alive until completion
  /// @return transport/link_closed, transport/timed_out: the peer does not take it;
  ///         usage/wrong_state: the link carries answers only, and nothing was asked
  [[nodiscard]] virtual net::awaitable<Result<void>> write_message(ByteView message) = 0;

  /// Ends in good order: waits, within a bound, until everything sent has left and the peer had the
  /// chance to close first; then closes. A pending read ends as with close().
  [[nodiscard]] virtual net::awaitable<void> shutdown() = 0;

  /// Closes at once. Pending operations complete with link_closed.
  virtual void close() noexcept = 0;
};

/// Opens the link of one session. For an mdoc reader that is a connection; for an mdoc it is the
/// first whole message of a peer.
using LinkOpener = std::function<net::awaitable<Result<std::unique_ptr<MessageStream>>>()>;

}  // namespace mdoc::asio
