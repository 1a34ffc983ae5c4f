#include "mdoc/effects.hpp"

namespace mdoc {

std::string_view name(Phase phase) noexcept {
  switch (phase) {
    case Phase::engaged: return "engaged";
    case Phase::link_opened: return "link-opened";
    case Phase::session_established: return "session-established";
    case Phase::request_sent: return "request-sent";
    case Phase::request_received: return "request-received";
    case Phase::consent_given: return "consent-given";
    case Phase::response_sent: return "response-sent";
    case Phase::response_received: return "response-received";
    case Phase::response_verified: return "response-verified";
    case Phase::closed: return "closed";
  }
  return "unknown";
}

}  // namespace mdoc
