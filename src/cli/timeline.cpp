#include "cli/timeline.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <boost/json/object.hpp>

#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace mdoc::cli {

double Timeline::milliseconds(const Event& entry) const {
  return std::chrono::duration<double, std::milli>(entry.at - entries_.front().at).count();
}

boost::json::array Timeline::to_json() const {
  boost::json::array list;
  for (const Event& entry : entries_) {
    boost::json::object phase{{"phase", name(entry.phase)},
                              {"milliseconds", std::round(milliseconds(entry) * 1000) / 1000}};
    if (entry.round > 0) phase.emplace("round", entry.round);
    list.push_back(std::move(phase));
  }
  return list;
}

void Timeline::print() const {
  constexpr double width = 40;
  if (entries_.empty()) return;
  const double total = std::max(milliseconds(entries_.back()), 0.001);
  print_line(styled(Tone::strong, "Timeline"));
  for (const Event& entry : entries_) {
    const auto length = static_cast<std::size_t>(std::round(milliseconds(entry) / total * width));
    std::string bar;
    for (std::size_t i = 0; i < length; ++i) bar += "─";
    print_line(fmt::format("  {:<20} {:>9.3f} ms  {}", name(entry.phase), milliseconds(entry),
                           styled(Tone::quiet, bar + "●")));
  }
}

}  // namespace mdoc::cli
