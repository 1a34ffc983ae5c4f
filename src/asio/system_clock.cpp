#include "mdoc/asio/system_clock.hpp"

namespace mdoc::asio {

Now SystemClock::now() const {
  using std::chrono::floor;
  return {.utc = floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .steady = std::chrono::steady_clock::now()};
}

}  // namespace mdoc::asio
