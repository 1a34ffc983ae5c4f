#include "session/session_core.hpp"

#include <algorithm>
#include <limits>

namespace mdoc::session {

std::optional<Effect> SessionCore::poll() {
  if (effects_.empty()) return std::nullopt;
  std::optional<Effect> effect(std::move(effects_.front()));
  effects_.pop_front();
  return effect;
}

void SessionCore::close(const std::optional<Error>& reason, bool tell_peer) {
  if (closed_) return;
  const auto status = reason ? session_status(reason->code) : SessionStatus::termination;
  if (tell_peer && peer_reached && status) emit(SendMessage{encode_session_data(std::nullopt, status)});
  // 12.2.4: session keys are destroyed at the end, whichever way it came.
  abandon();
  emit(Closed{reason});
}

void SessionCore::abandon() noexcept {
  cipher.reset();
  deadline_.reset();
  closed_ = true;
}

void SessionCore::close_by_peer(SessionStatus status, bool complete) {
  const bool terminated = status == SessionStatus::termination;
  if (terminated && complete) return close(std::nullopt, false);
  constexpr std::uint64_t largest = std::numeric_limits<std::int32_t>::max();
  const auto code = std::min(static_cast<std::uint64_t>(status), largest);
  // A status that the standard does not define ends the session as well, and is reported.
  close(Error{.code = terminated ? Errc::terminated_by_peer : Errc::peer_session_error,
              .where = "SessionData.status",
              .native = static_cast<std::int32_t>(code)},
        false);
}

}  // namespace mdoc::session
