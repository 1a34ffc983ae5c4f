// Any bytes as the elements of a document, `{ * nameSpace => { * identifier => value } }`, against every built-in
// profile. Whatever they are, findings are bounded, speak of elements that are there or of those that the profile
// defines, and come again when asked again. What a level finds of the form of a value, the stricter ones find as well.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz/invariants.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/profile/validate.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;
using profile::ElementFinding;
using profile::ElementFindings;
using profile::PresentElement;

struct Element {
  std::string name_space, identifier;
  model::DataElementValue value;
};

std::vector<Element> elements_of(const SharedBytes& bytes) {
  std::vector<Element> elements;
  cbor::Reader reader(bytes, {.limits = {}, .level = Level::lenient, .sink = nullptr});
  auto name_spaces = reader.enter_map();
  while (name_spaces.next()) {
    const auto name_space = name_spaces.key().text();
    if (!name_space || !reader.next_is(cbor::Type::map)) continue;
    auto values = reader.enter_map();
    while (values.next()) {
      const auto identifier = values.key().text();
      auto value = reader.read_raw_shared();
      if (!value) return elements;
      if (!identifier) continue;
      elements.push_back({std::string(*name_space), std::string(*identifier), model::DataElementValue(*value)});
    }
  }
  return elements;
}

std::string text_of(const ElementFinding& finding) {
  return std::string(finding.name_space) + "/" + place_of(finding) + ":" + std::string(info(finding.fault).id) + ":" +
         std::string(finding.other);
}

/// The findings as sorted texts; of the form alone where that is wanted.
std::vector<std::string> texts_of(const ElementFindings& findings, bool form_alone) {
  std::vector<std::string> texts;
  for (const ElementFinding& finding : findings.entries()) {
    if (!form_alone || info(finding.fault).aspect == profile::FaultAspect::form) texts.push_back(text_of(finding));
  }
  std::ranges::sort(texts);
  return texts;
}

void check_names(const ElementFindings& findings, const profile::DocTypeProfile& known,
                 const std::vector<PresentElement>& elements) {
  for (const ElementFinding& finding : findings.entries()) {
    const bool there = std::ranges::any_of(elements, [&](const PresentElement& element) {
      return element.name_space == finding.name_space && element.identifier == finding.identifier;
    });
    const auto* const name_space = find_name_space(known, finding.name_space);
    if (finding.fault == profile::ElementFault::unknown_name_space) {
      require(name_space == nullptr && !is_domestic(known, finding.name_space) && finding.identifier.empty());
      require(std::ranges::count(elements, finding.name_space, &PresentElement::name_space) > 0);
    } else if (info(finding.fault).aspect == profile::FaultAspect::presence) {
      require(name_space != nullptr);
    } else {
      require(there);
      require(name_space != nullptr || finding.fault == profile::ElementFault::device_signed_forbidden);
    }
    require(place_of(finding).size() < finding.identifier.size() + 2048);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const bool device_signed = (data[0] & 1u) != 0;
  const std::vector<Element> owned = elements_of(SharedBytes::copy_of({data + 1, size - 1}));
  std::vector<PresentElement> elements;
  for (const Element& each : owned) {
    elements.push_back({.name_space = each.name_space,
                        .identifier = each.identifier,
                        .value = &each.value,
                        .device_signed = device_signed});
    if (const auto bytes = each.value.as_bytes()) (void)profile::begins_as_image(*bytes);
  }
  for (const profile::DocTypeProfile& known : profile::doc_types()) {
    const auto judged = [&](Level level, auto validate) {
      ElementFindings findings;
      validate(known, elements, {.decode = {.limits = {}, .level = level, .sink = nullptr}, .valid_from = UtcSeconds{}},
               findings);
      require(findings.entries().size() <= ElementFindings::capacity);
      check_names(findings, known, elements);
      return findings;
    };
    const ElementFindings strict = judged(Level::strict, profile::validate_values);
    require(texts_of(strict, false) == texts_of(judged(Level::strict, profile::validate_values), false));
    const ElementFindings lenient = judged(Level::lenient, profile::validate_values);
    if (texts_of(strict, true).empty()) require(texts_of(lenient, true).empty());
    const ElementFindings whole = judged(Level::strict, profile::validate_document);
    require(whole.entries().size() >= strict.entries().size());
  }
  return 0;
}
