#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "mdoc/core/time.hpp"
#include "mdoc/effects.hpp"

namespace mdoc::cli {

/// When each phase of a presentation was reached.
class Timeline {
 public:
  void add(const Event& event, const Now& now) { entries_.push_back({event, now.steady}); }

  /// `[{"phase": …, "round": …, "milliseconds": …}]`, counted from the first phase.
  [[nodiscard]] boost::json::array to_json() const;
  /// One line for each phase, with the time since the first and a bar.
  void print() const;

 private:
  struct Entry {
    Event event;
    TimePoint at;
  };
  [[nodiscard]] double milliseconds(const Entry& entry) const;
  std::vector<Entry> entries_;
};

}  // namespace mdoc::cli
