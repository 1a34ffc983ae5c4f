#include "cli/times.hpp"

#include "cli/failure.hpp"

namespace mdoc::cli {

Now system_now() {
  return {.utc = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
          .steady = std::chrono::steady_clock::now()};
}

UtcSeconds time_or_now(const std::string& text) {
  if (text.empty()) return system_now().utc;
  const auto parsed = parse_date_time(text);
  if (!parsed) throw Failure(ExitCode::usage, "\"" + text + "\" is no time; write it like 2024-05-01T12:00:00Z");
  return parsed->time;
}

}  // namespace mdoc::cli
