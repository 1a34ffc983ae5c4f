#pragma once

#include <functional>
#include <memory>

#include "mdoc/asio/system_clock.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/effects.hpp"

namespace mdoc::asio {

/// What present() and serve() share.
struct DriverOptions {
  /// Its steady reading must be that of std::chrono::steady_clock; its UTC may come from a better
  /// source than the system has. Not null.
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
  std::function<void(const Event&)> on_event{};  ///< told of every phase; may be empty
};

}  // namespace mdoc::asio
