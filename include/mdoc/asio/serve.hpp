#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "mdoc/asio/driver_options.hpp"
#include "mdoc/asio/key_worker.hpp"
#include "mdoc/asio/message_stream.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/holder.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential_store.hpp"
#include "mdoc/presentation/holder_authentication.hpp"

namespace mdoc::asio {

/// Asks the holder. Nothing: declined. Cancelled where the session ends before the answer; serve() ends after it, so
/// that it may borrow what its caller has.
using ConsentHandler = std::function<net::awaitable<std::optional<presentation::Consent>>(const ConsentNeeded&)>;

/// Authenticates the person in front of the device: asks for a PIN, a fingerprint, a face. An error, such as
/// denied/declined, releases nothing. Cancelled where the session ends, or the time is up, before the answer; serve()
/// ends after it.
using HolderAuthenticator =
    std::function<net::awaitable<Result<presentation::HolderAuthentication>>(const AuthenticateHolder&)>;

/// What serve() takes beside the essentials.
struct ServeOptions : DriverOptions {
  ServeOptions() = default;
  ServeOptions(DriverOptions shared) : DriverOptions(std::move(shared)) {}  // NOLINT(*-explicit-*): an extension of it

  /// Needed with HolderAuthenticationMode::asked.
  HolderAuthenticator authenticate{};
  /// Told of each use of a credential before its key is used; may be null. Called on the thread of the KeyWorker.
  std::shared_ptr<presentation::CredentialStore> store{};
  std::function<void(const ResponseSent&)> on_response{};  ///< told how each request was answered; may be empty
};

/// Runs one presentation from the mdoc's side: waits for a reader, asks the holder for each request, authenticates the
/// holder, uses the device keys, answers.
///
/// Runs on the executor of the calling coroutine, which must be a strand where several threads serve
/// it. Cancelling the coroutine ends the session in good order (Holder::cancel()); a second time, at
/// once. What `open` and `consent` throw ends the session and comes out here.
/// @param open  must end soon when it is cancelled; HttpListener::accept() does
/// @param keys  borrowed until completion
/// @return the reason of Closed, where there is one; a failure of the link with its own code; usage/bad_argument: the
///         holder is to be authenticated, and `options` do not say how
[[nodiscard]] MDOC_EXPORT net::awaitable<Result<void>> serve(LinkOpener open, Holder holder, KeyWorker& keys,
                                                             ConsentHandler consent, ServeOptions options);

}  // namespace mdoc::asio
