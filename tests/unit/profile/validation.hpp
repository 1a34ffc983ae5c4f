#pragma once
// A document of values that tests choose, against a profile.

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "mdoc/profile/validate.hpp"
#include "support/sample_mdoc.hpp"

namespace mdoc::profile {

/// Elements, and what is found of them: "given_name: element.too-long", with what it disagrees with behind.
class Elements {
 public:
  Elements& add(std::string_view name_space, std::string_view identifier, const Bytes& encoded,
                bool device_signed = false) {
    values_.emplace_back(SharedBytes::copy_of(encoded));
    present_.push_back(
        {.name_space = name_space, .identifier = identifier, .value = &values_.back(), .device_signed = device_signed});
    return *this;
  }
  [[nodiscard]] std::span<const PresentElement> all() const noexcept { return present_; }

  ValidationContext context{.decode = {.limits = {}, .level = Level::strict, .sink = nullptr}, .valid_from = {}};

  [[nodiscard]] std::vector<std::string> values(const DocTypeProfile& profile) const {
    ElementFindings findings;
    validate_values(profile, present_, context, findings);
    return texts(findings);
  }
  [[nodiscard]] std::vector<std::string> document(const DocTypeProfile& profile) const {
    ElementFindings findings;
    validate_document(profile, present_, context, findings);
    return texts(findings);
  }

 private:
  static std::vector<std::string> texts(const ElementFindings& findings) {
    std::vector<std::string> texts;
    for (const ElementFinding& finding : findings.entries()) {
      std::string text = place_of(finding) + ": " + std::string(info(finding.fault).id);
      if (!finding.other.empty()) text += " (" + std::string(finding.other) + ")";
      texts.push_back(std::move(text));
    }
    return texts;
  }
  std::deque<model::DataElementValue> values_;  // addresses stay
  std::vector<PresentElement> present_;
};

/// A profile of one name space "n", whose elements tests choose. They outlive it.
[[nodiscard]] inline NameSpaceProfile name_space_of(std::span<const ElementProfile> elements) {
  return {.name_space = "n", .elements = elements, .age_over = false, .required = true};
}
[[nodiscard]] inline DocTypeProfile profile_of(std::span<const NameSpaceProfile> name_spaces) {
  DocTypeProfile profile{.doc_type = "com.example.pass"};
  profile.name_spaces = name_spaces;
  return profile;
}

/// What is found of one value, as the element "e" with this rule.
[[nodiscard]] inline std::vector<std::string> found(const ValueRule& rule, const Bytes& encoded,
                                                    const ValidationContext& context = Elements().context) {
  const ElementProfile element{.identifier = "e", .rule = rule};
  const NameSpaceProfile name_space = name_space_of({&element, 1});
  Elements elements;
  elements.context = context;
  return elements.add("n", "e", encoded).values(profile_of({&name_space, 1}));
}

using Texts = std::vector<std::string>;

}  // namespace mdoc::profile
