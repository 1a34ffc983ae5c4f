#pragma once

#include <functional>
#include <optional>

#include "mdoc/asio/driver_options.hpp"
#include "mdoc/asio/key_worker.hpp"
#include "mdoc/asio/message_stream.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/presentation/consent.hpp"

namespace mdoc::asio {

/// Asks the holder. Nothing: declined. Cancelled where the session ends before the answer.
using ConsentHandler = std::function<net::awaitable<std::optional<presentation::Consent>>(const ConsentNeeded&)>;

/// Runs one presentation from the mdoc's side: waits for a reader, asks the holder for each request,
/// uses the device keys, answers.
///
/// Runs on the executor of the calling coroutine, which must be a strand where several threads serve
/// it. Cancelling the coroutine ends the session in good order (Holder::cancel()); a second time, at
/// once. What `open` and `consent` throw ends the session and comes out here.
/// @param open  must end soon when it is cancelled; HttpListener::accept() does
/// @param keys  borrowed until completion
/// @return the reason of Closed, where there is one; a failure of the link with its own code
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys,
                                                             ConsentHandler consent, DriverOptions options);
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys,
                                                             ConsentHandler consent);

}  // namespace mdoc::asio
