#include "mdoc/session/messages.hpp"

namespace mdoc::session {

std::string_view name(SessionStatus status) noexcept {
  switch (status) {
    case SessionStatus::encryption_error: return "encryption-error";
    case SessionStatus::decoding_error: return "decoding-error";
    case SessionStatus::termination: return "termination";
  }
  return "unknown";
}

// Second edition, 12.2.4: 10 where encryption cannot go on (an unusable key, a tag that does not
// verify, a message that the state of the session does not allow), 11 where CBOR does not decode, 20
// for every other end.
std::optional<SessionStatus> session_status(Errc code) noexcept {
  switch (code) {
    case Errc::bad_key:
    case Errc::unexpected_message:
    case Errc::unsupported_curve:
    case Errc::unsupported_algorithm:
    case Errc::unsupported_cipher_suite:
    case Errc::decryption_failed:
    case Errc::algorithm_mismatch: return SessionStatus::encryption_error;
    case Errc::too_large:
    case Errc::too_deep:
    case Errc::too_many: return SessionStatus::decoding_error;
    case Errc::terminated_by_peer:
    case Errc::peer_session_error:
    case Errc::link_closed:
    case Errc::connect_failed:
    case Errc::radio_off:
    case Errc::http_status: return std::nullopt;
    default: break;
  }
  if (Error{.code = code}.kind() == ErrorKind::malformed) return SessionStatus::decoding_error;
  return SessionStatus::termination;
}

}  // namespace mdoc::session
