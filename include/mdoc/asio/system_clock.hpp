#pragma once

#include "mdoc/core/export.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::asio {

/// The clocks of the operating system. Thread-safe.
class MDOC_EXPORT SystemClock final : public Clock {
 public:
  [[nodiscard]] Now now() const override;
};

}  // namespace mdoc::asio
