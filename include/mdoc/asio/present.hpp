#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "mdoc/asio/driver_options.hpp"
#include "mdoc/asio/key_worker.hpp"
#include "mdoc/asio/message_stream.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/reader.hpp"

namespace mdoc::asio {

/// What present() takes beside the essentials.
struct PresentOptions : DriverOptions {
  PresentOptions() = default;
  PresentOptions(DriverOptions shared)
      : DriverOptions(std::move(shared)) {}  // NOLINT(*-explicit-*): an extension of it

  /// Signs requests with ReaderOptions::identities, and opens with ReaderOptions::recipient_keys; borrowed until
  /// completion. Null: with identities the session ends with usage/key_not_found at the first request, and what is
  /// encrypted to recipient keys stays closed.
  KeyWorker* keys = nullptr;
  std::function<void(const RequestSent&)> on_request{};  ///< told of each request as it was sent; may be empty
};

/// Takes an answer and says what to ask next; nothing: the presentation is over.
using ResponseHandler = std::function<std::optional<model::DeviceRequest>(ResponseReceived)>;

/// Runs one presentation from the mdoc reader's side: opens the link, asks, hands every answer to
/// `on_response`, and ends the session.
///
/// Runs on the executor of the calling coroutine, which must be a strand where several threads serve
/// it. Cancelling the coroutine ends the session in good order (Reader::cancel()); a second time, at
/// once. What `open` and `on_response` throw ends the session and comes out here.
/// @param open  must end soon when it is cancelled
/// @return the reason of Closed, where there is one; a failure of the link with its own code, such as
///         transport/connect_failed or transport/http_status; the error of Reader::request(), the first time or where
///         `on_response` wants what cannot be asked
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<void>> present(LinkOpener open, Reader reader,
                                                               model::DeviceRequest request,
                                                               ResponseHandler on_response, PresentOptions options);
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<void>> present(LinkOpener open, Reader reader,
                                                               model::DeviceRequest request,
                                                               ResponseHandler on_response);

/// The same for one request. @return its answer, also where the session did not end in good order
///         afterwards
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader,
                                                                           model::DeviceRequest request,
                                                                           PresentOptions options);
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<ResponseReceived>> present(LinkOpener open, Reader reader,
                                                                           model::DeviceRequest request);

}  // namespace mdoc::asio
