// What an issued document must hold.
#include <algorithm>

#include "profile/validate_parts.hpp"

namespace mdoc::profile {
namespace {

class PresenceJudge {
 public:
  PresenceJudge(const DocTypeProfile& profile, std::span<const PresentElement> elements, ElementFindings& findings)
      : profile_(profile), elements_(elements), findings_(findings) {}

  void judge(const NameSpaceProfile& name_space) {
    const bool there = std::ranges::any_of(
        elements_, [&](const PresentElement& element) { return element.name_space == name_space.name_space; });
    if (!there) {
      if (name_space.required) report(ElementFault::name_space_missing, name_space, {});
      return;
    }
    note_present(name_space);
    for (std::size_t i = 0; i < name_space.elements.size(); ++i) {
      if (!present_[i]) judge_absent(name_space, name_space.elements[i]);
    }
  }

 private:
  /// One bit for each definition, so that the elements are gone through once.
  void note_present(const NameSpaceProfile& name_space) {
    present_.assign(name_space.elements.size(), false);
    for (const PresentElement& element : elements_) {
      if (element.name_space != name_space.name_space || is_wrongly_device_signed(profile_, element)) continue;
      const ElementProfile* const defined = find_element(name_space, element.identifier);
      if (defined != nullptr) present_[static_cast<std::size_t>(defined - name_space.elements.data())] = true;
    }
  }

  void judge_absent(const NameSpaceProfile& name_space, const ElementProfile& element) {
    switch (element.presence) {
      case Presence::mandatory: return report(ElementFault::missing, name_space, element.identifier);
      case Presence::recommended: return report(ElementFault::missing_recommended, name_space, element.identifier);
      case Presence::optional: return;
      case Presence::conditional: break;
    }
    const Condition& condition = element.condition;
    if (condition.identifier.empty()) {
      return report(ElementFault::conditional_unjudged, name_space, element.identifier);
    }
    if (is_there(condition.name_space, condition.identifier)) {
      report(ElementFault::missing_conditional, name_space, element.identifier, condition.identifier);
    }
  }

  /// By its name, or by any that fits it.
  [[nodiscard]] bool is_there(std::string_view name_space, std::string_view pattern) const {
    return std::ranges::any_of(elements_, [&](const PresentElement& element) {
      return element.name_space == name_space && fits(pattern, element.identifier) &&
             !is_wrongly_device_signed(profile_, element);
    });
  }

  void report(ElementFault fault, const NameSpaceProfile& name_space, std::string_view identifier,
              std::string_view other = {}) {
    findings_.append(
        {.fault = fault, .name_space = name_space.name_space, .identifier = identifier, .place = {}, .other = other});
  }

  const DocTypeProfile& profile_;
  std::span<const PresentElement> elements_;
  ElementFindings& findings_;
  std::vector<bool> present_;
};

}  // namespace

void judge_presence(const DocTypeProfile& profile, std::span<const PresentElement> elements,
                    ElementFindings& findings) {
  PresenceJudge judge(profile, elements, findings);
  for (const NameSpaceProfile& name_space : profile.name_spaces) judge.judge(name_space);
}

}  // namespace mdoc::profile
