#pragma once

#include <chrono>
#include <optional>
#include <variant>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/bytes.hpp"
#include "mdoc/core/error.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/shared_bytes.hpp"

/// @file
/// What ReaderSession and MdocSession have in common: their effects and options.

namespace mdoc::session {

/// Give this to the link, as one whole message.
struct SendMessage {
  Bytes message;
};
/// What the peer sent, decrypted: a DeviceRequest or DeviceResponse, not yet decoded. Wiped with its
/// last slice.
struct MessageReceived {
  SharedBytes plaintext;
};
/// The last effect: all keys are gone, close the link. No reason: the session ended in good order.
struct Closed {
  /// `native` holds the status that the peer sent, if that was the reason.
  std::optional<Error> reason{};
};
using Effect = std::variant<SendMessage, MessageReceived, Closed>;

struct SessionOptions {
  /// From the engagement to SessionEstablishment; where there is a limit, 30 s at least are
  /// recommended (second edition, 9.4). Nothing: none.
  std::optional<std::chrono::seconds> establishment_timeout{60};
  /// Between messages of the session, whoever's turn it is; 300 s at least are recommended (12.2.4).
  std::optional<std::chrono::seconds> inactivity_timeout{300};
  cbor::DecodeContext decoding{};                     ///< limits, level, and where deviations are noted
  const ProtocolConstants& constants = iso18013_5();  ///< borrowed: must outlive the session
};

}  // namespace mdoc::session
