#pragma once

#include <functional>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <boost/json/value.hpp>

#include "support/vectors.hpp"

namespace mdoc::testing {

/// How many tests of a file were run, by the verdict that the file gives.
struct WycheproofCount {
  int valid = 0;
  int invalid = 0;
  int acceptable = 0;
  friend bool operator==(const WycheproofCount&, const WycheproofCount&) = default;
};
inline std::ostream& operator<<(std::ostream& out, const WycheproofCount& count) {
  return out << count.valid << " valid, " << count.invalid << " invalid, " << count.acceptable << " acceptable";
}

inline std::string text(const boost::json::value& object, std::string_view key) {
  return std::string(object.at(key).as_string());
}
inline Bytes bytes(const boost::json::value& object, std::string_view key) { return hex(text(object, key)); }
inline bool has_flag(const boost::json::value& test, std::string_view flag) {
  for (const auto& value : test.at("flags").as_array()) {
    if (value.as_string() == flag) return true;
  }
  return false;
}

/// Runs every test of a Wycheproof file. `accepts` says whether we took the input; it may call
/// GTest's macros on what came out. `acceptable` decides on tests that the file leaves open.
///
/// The count includes every test, so that a caller who compares it knows that none was left out.
inline WycheproofCount run_wycheproof(
    std::string_view file,
    const std::function<bool(const boost::json::value& group, const boost::json::value& test)>& accepts,
    const std::function<bool(const boost::json::value& test)>& acceptable = {}) {
  WycheproofCount count;
  const boost::json::value all = load_shared("wycheproof/" + std::string(file));
  for (const auto& group : all.at("testGroups").as_array()) {
    for (const auto& test : group.at("tests").as_array()) {
      SCOPED_TRACE(std::string(file) + " " + std::to_string(test.at("tcId").as_int64()) + ": " + text(test, "comment"));
      const std::string result = text(test, "result");
      bool expected = result == "valid";
      if (result == "valid") {
        ++count.valid;
      } else if (result == "invalid") {
        ++count.invalid;
      } else {
        ++count.acceptable;
        EXPECT_TRUE(acceptable) << "an unforeseen verdict: " << result;
        expected = acceptable && acceptable(test);
      }
      EXPECT_EQ(accepts(group, test), expected);
    }
  }
  return count;
}

}  // namespace mdoc::testing
