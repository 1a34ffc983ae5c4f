#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/presentation/credential.hpp"

/// @file
/// What the facades ask of the application. They never call back: call an input, then drain poll()
/// until it gives nothing. Effects come in order. Callers need a default branch: kinds may be added.

namespace mdoc {

/// Give this to the link, as one whole message.
struct SendMessage {
  Bytes message;
};

/// Open a link to the peer by one of the retrieval methods; then call on_link_opened().
struct OpenLink {};

/// The link is no longer needed: close it once everything sent has left.
struct CloseLink {};

/// Use a private key, then call on_key_result(id, ...). Keys may ask their owner first, so an event
/// loop does this on a worker thread.
struct UseKey {
  std::uint64_t id = 0;
  crypto::KeyRequest request;
  /// Hand this to CredentialStore::record_use() before the key is used, and use the key only where that went well.
  /// There until a use of the credential has succeeded in this session, as nobody knows of a failure whether it was
  /// recorded. Nothing: recorded already, or no device key.
  std::optional<presentation::CredentialUse> record{};
};

/// Where a presentation stands; for progress displays and time lines.
enum class Phase : std::uint8_t {
  engaged,              ///< engagement read or shown
  link_opened,          ///< bytes can flow
  session_established,  ///< keys derived on both sides
  request_sent,         ///< by the reader
  request_received,     ///< by the mdoc, decrypted and decoded
  consent_given,        ///< or declined, by the holder
  response_sent,        ///< by the mdoc
  response_received,    ///< by the reader, decrypted
  response_verified,    ///< every check performed
  closed,
};

/// Stable identifier, e.g. "request-sent".
[[nodiscard]] MDOC_EXPORT std::string_view name(Phase phase) noexcept;

/// A phase was reached.
struct Event {
  Phase phase{};
  unsigned round = 0;  ///< of request and response, counted from 1; 0 outside of rounds
  /// Steady time of the input by which it was reached, whenever it is polled. The one phase that begins and
  /// ends within an input, response_verified, is timed by the reader's stopwatch where there is one.
  /// Never before that of the phase before: what follows response_verified within its input is not earlier either.
  TimePoint at{};
};

/// Always the last effect. No reason: ended in good order.
struct Closed {
  std::optional<Error> reason{};
};

}  // namespace mdoc
