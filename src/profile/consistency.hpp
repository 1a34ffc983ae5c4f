#pragma once
// Internal to the layer: the parts of check_consistency().

#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/profile/consistency.hpp"

namespace mdoc::profile {

/// Takes what is found in one profile.
class Findings {
 public:
  explicit Findings(const DocTypeProfile& profile) noexcept : profile_(profile) {}

  [[nodiscard]] const DocTypeProfile& profile() const noexcept { return profile_; }
  void add(Inconsistency kind, std::string_view detail = {}) { add_in(info(kind).row, kind, detail); }
  void add_in(Row row, Inconsistency kind, std::string_view detail = {}) {
    found_.push_back({.kind = kind, .row = row, .detail = std::string(detail)});
  }
  void add_at(Inconsistency kind, std::string_view name_space, std::string_view element, std::string_view detail = {}) {
    found_.push_back({.kind = kind,
                      .row = info(kind).row,
                      .name_space = name_space,
                      .element = element,
                      .detail = std::string(detail)});
  }
  [[nodiscard]] std::vector<ProfileFinding> take() { return std::move(found_); }

 private:
  const DocTypeProfile& profile_;
  std::vector<ProfileFinding> found_;
};

/// P2 to P4.
void check_name_spaces(Findings& findings);
/// P5 to P7.
void check_ways(Findings& findings);
/// P9 and P11 to P14.
void check_policies(Findings& findings);
/// P18 and the protocol constants.
void check_names_of_the_protocol(Findings& findings);

}  // namespace mdoc::profile
