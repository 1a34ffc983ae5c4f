#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "mdoc/effects.hpp"

namespace mdoc::cli {

/// When each phase of a presentation was reached.
class Timeline {
 public:
  void add(const Event& event) { entries_.push_back(event); }

  /// `[{"phase": …, "round": …, "milliseconds": …}]`, counted from the first phase.
  [[nodiscard]] boost::json::array to_json() const;
  /// One line for each phase, with the time since the first and a bar.
  void print() const;

 private:
  [[nodiscard]] double milliseconds(const Event& entry) const;
  std::vector<Event> entries_;
};

}  // namespace mdoc::cli
