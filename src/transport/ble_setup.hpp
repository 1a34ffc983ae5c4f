#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "mdoc/core/error.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/transport/ble_effects.hpp"
#include "mdoc/transport/ble_options.hpp"
#include "transport/wait.hpp"

namespace mdoc::transport {

/// The clocks of the way to a link, alike for both sides: how long all of it may take, how long one answer, and when
/// the next attempt comes.
class BleSetup {
 public:
  enum class Due : std::uint8_t {
    nothing,
    give_up,  ///< BleTimeouts::open has passed
    retry,    ///< the next attempt
    answer,   ///< what was expected has not come
  };

  explicit BleSetup(const BleLinkOptions& options) : options_(options), wait_(options.timeouts.retry) {}

  void start(TimePoint now) { open_until_ = later(now, options_.timeouts.open); }
  void expect(TimePoint::duration within, TimePoint now) {
    retry_at_.reset();
    answer_until_ = later(now, within);
  }
  void expect_nothing() noexcept {
    answer_until_.reset();
    retry_at_.reset();
  }
  /// After a broken attempt. @return false: there were enough
  [[nodiscard]] bool try_later(TimePoint now) {
    expect_nothing();
    if (++attempts_ > options_.max_attempts) return false;
    retry_at_ = later(now, wait_);
    wait_ = std::min<TimePoint::duration>(wait_ * 2, std::max(options_.timeouts.retry, options_.timeouts.retry_max));
    return true;
  }
  /// The link is open, or will never be.
  void done() noexcept {
    expect_nothing();
    open_until_.reset();
  }

  [[nodiscard]] Due on_timer(TimePoint now) {
    if (passed(open_until_, now)) return Due::give_up;
    if (passed(retry_at_, now)) {
      retry_at_.reset();
      return Due::retry;
    }
    if (passed(answer_until_, now)) {
      answer_until_.reset();
      return Due::answer;
    }
    return Due::nothing;
  }
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept {
    return earlier(open_until_, earlier(retry_at_, answer_until_));
  }

 private:
  const BleLinkOptions& options_;
  TimePoint::duration wait_;
  unsigned attempts_ = 0;
  std::optional<TimePoint> open_until_, retry_at_, answer_until_;
};

/// Whether a machine can work with these.
[[nodiscard]] inline bool are_usable(const BleLinkOptions& options) noexcept {
  using std::chrono::milliseconds;
  const BleTimeouts& t = options.timeouts;
  const BleQuirks& q = options.quirks;
  const milliseconds shortest = std::min({t.open, t.attempt, t.step, t.retry, t.retry_max, t.search, t.subscription,
                                          t.progress, t.linger, t.drain, t.close});
  return shortest > milliseconds{0} && q.window > 0 && q.max_piece > 0 && q.max_value >= 2 &&
         q.max_value <= ble_max_value && q.value_overhead >= 3 && q.value_overhead <= ble_default_mtu - 2 &&
         q.end_pause >= milliseconds{0} && q.scan_restart >= milliseconds{0} && options.limits.max_bytes > 0;
}

/// What the stack did not do. What is under way is lost by it, or the link never comes about.
[[nodiscard]] inline Error failure(BleOperation operation, std::int32_t native) {
  Error error{.code = operation == BleOperation::send ? Errc::link_closed : Errc::connect_failed, .where = "BLE"};
  error.where.push_name(name(operation).data());
  error.native = native;
  return error;
}

[[nodiscard]] inline Error timed_out(const char* what) {
  Error error{.code = Errc::timed_out, .where = "BLE"};
  error.where.push_name(what);
  return error;
}

}  // namespace mdoc::transport
