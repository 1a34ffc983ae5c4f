#pragma once
// Internal: what both halves of a session do alike.

#include <deque>
#include <optional>

#include "core/deadline.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/session/effects.hpp"
#include "mdoc/session/messages.hpp"
#include "mdoc/session/session_cipher.hpp"

namespace mdoc::session {

/// Effects, deadline, cipher and the one way to end.
class SessionCore {
 public:
  explicit SessionCore(const SessionOptions& options) : options_(options) {}

  [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }
  [[nodiscard]] bool closed() const noexcept { return closed_; }
  [[nodiscard]] const std::optional<TimePoint>& deadline() const noexcept { return deadline_; }
  [[nodiscard]] bool has_effects() const noexcept { return !effects_.empty(); }
  [[nodiscard]] std::optional<Effect> poll();

  /// Empty until the keys are known and after the end.
  std::optional<SessionCipher> cipher;
  /// The peer knows of the session, so that it is told about the end.
  bool peer_reached = false;

  void emit(Effect effect) { effects_.push_back(std::move(effect)); }
  /// A limit from `now` on; nothing: none. One beyond the end of the clock stands for that end.
  template <class Duration>
  void arm(std::optional<Duration> limit, TimePoint now) {
    deadline_.reset();
    if (!limit) return;
    deadline_ = deadline_after(now, *limit);
  }
  /// @return whether the deadline has passed
  [[nodiscard]] bool expired(TimePoint now) const noexcept { return deadline_ && now >= *deadline_; }

  /// Ends the session: the keys go at once. With `tell_peer`, the peer gets the status of `reason`,
  /// or 20 without one.
  void close(const std::optional<Error>& reason, bool tell_peer);
  /// Ends because of a status of the peer, which gets none in return.
  /// @param complete nothing is outstanding, so that status 20 is good order
  void close_by_peer(SessionStatus status, bool complete);
  /// The session goes on elsewhere: here, nothing is left of it.
  void abandon() noexcept;

 private:
  SessionOptions options_;
  std::deque<Effect> effects_;
  std::optional<TimePoint> deadline_;
  bool closed_ = false;
};

}  // namespace mdoc::session
