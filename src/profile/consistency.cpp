#include "profile/consistency.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::profile {
namespace {

using enum Inconsistency;

bool contains(std::span<const std::string_view> texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

bool has_english(std::span<const LocalText> texts) {
  const auto english = std::ranges::find(texts, "en", &LocalText::language);
  return english != texts.end() && !english->text.empty();
}

void check_head(Findings& findings, std::span<const DocTypeProfile> known) {
  const DocTypeProfile& profile = findings.profile();
  if (!has_english(profile.titles)) findings.add(no_english_title);
  const bool open = profile.doc_type.empty();
  if (!open && contains(profile.aliases, profile.doc_type)) findings.add(alias_of_itself, profile.doc_type);
  for (const DocTypeProfile& built_in : known) {
    if (&built_in == &profile) continue;
    if (!open && built_in.doc_type == profile.doc_type) {
      findings.add(doc_type_built_in, built_in.id);
      continue;
    }
    if (!profile.id.empty() && built_in.id == profile.id) findings.add(id_built_in, built_in.id);
    if (open) continue;
    if (contains(built_in.aliases, profile.doc_type)) findings.add(alias_of_built_in, built_in.doc_type);
    if (contains(profile.aliases, built_in.doc_type)) findings.add(alias_is_built_in, built_in.doc_type);
  }
}

bool carries(const DocTypeProfile& profile, HolderMethod method) {
  return std::ranges::any_of(profile.name_spaces, [&](const NameSpaceProfile& name_space) {
    return std::ranges::any_of(name_space.elements, [&](const ElementProfile& element) {
      return holder_method(name_space.name_space, element.identifier) == method;
    });
  });
}

void check_holder_verification(Findings& findings) {
  const DocTypeProfile& profile = findings.profile();
  for (const HolderMethod method : profile.holder_verification.methods) {
    // What the device states stands in name spaces of its own, beside those of the document.
    if (method == HolderMethod::device) {
      if (!profile.mdoc_authentication.device_signed) findings.add(holder_device_unsigned);
    } else if (!carries(profile, method)) {
      findings.add(holder_means, name(method));
    }
  }
  const std::string_view element = profile.holder_verification.element;
  if (element.empty()) return;
  const NameSpaceProfile* const name_space = find_name_space(profile, profile.issuer_name_space);
  if (name_space == nullptr || find_element(*name_space, element) == nullptr) {
    findings.add_at(holder_element, profile.issuer_name_space, element);
  }
}

void check_purposes(Findings& findings) {
  const auto purposes = findings.profile().purposes;
  for (auto one = purposes.begin(); one != purposes.end(); ++one) {
    const std::string place = std::string(one->controller) + " " + std::to_string(one->code);
    if (!has_english(one->titles)) findings.add_in(Row::purposes, no_english_title, place);
    const auto same = [&](const PurposeHint& earlier) {
      return earlier.controller == one->controller && earlier.code == one->code;
    };
    if (std::any_of(purposes.begin(), one, same)) findings.add(purpose_twice, place);
  }
}

}  // namespace

std::vector<ProfileFinding> check_consistency(const DocTypeProfile& profile, std::span<const DocTypeProfile> known) {
  Findings findings(profile);
  for (const RowInfo& row : rows()) {
    if (!profile.answered.has(row.row)) findings.add_in(row.row, row_open, row.key);
  }
  check_head(findings, known);
  check_name_spaces(findings);
  check_ways(findings);
  check_policies(findings);
  if (profile.answered.has(Row::trust_sources) && profile.trust_sources.empty()) findings.add(trust_nowhere);
  check_holder_verification(findings);
  check_purposes(findings);
  check_names_of_the_protocol(findings);
  auto found = findings.take();
  std::ranges::stable_sort(found, {}, &ProfileFinding::row);
  return found;
}

}  // namespace mdoc::profile
