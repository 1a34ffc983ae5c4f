// Elements: once each, of the issuer's country, asked for, and in their form.
#include <algorithm>
#include <array>
#include <tuple>

#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

using profile::includes;
using profile::ValueForm;

bool is_image(ByteView bytes) {
  constexpr std::array<std::uint8_t, 3> jpeg{0xff, 0xd8, 0xff};
  constexpr std::array<std::uint8_t, 8> jpeg_2000_file{0x00, 0x00, 0x00, 0x0c, 0x6a, 0x50, 0x20, 0x20};
  constexpr std::array<std::uint8_t, 4> jpeg_2000_codestream{0xff, 0x4f, 0xff, 0x51};
  const auto begins_with = [&](const auto& signature) {
    return bytes.size() >= signature.size() && std::ranges::equal(bytes.first(signature.size()), signature);
  };
  return begins_with(jpeg) || begins_with(jpeg_2000_file) || begins_with(jpeg_2000_codestream);
}

/// Characters of UTF-8 text.
std::size_t length(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0u) != 0x80u; }));
}

/// Lead bytes up to C3 encode the characters up to U+00FF.
bool is_latin1(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0xc4u; });
}

bool has_form(const model::DataElementValue& value, const profile::ElementProfile& element,
              const cbor::DecodeContext& context) {
  const ValueForm form = element.rule.form;
  switch (value.type()) {
    case cbor::Type::text: {
      const auto text = value.as_text();
      if (!text) return false;
      if (includes(form, ValueForm::text | ValueForm::latin1)) {
        return (element.rule.max_length == 0 || length(*text) <= element.rule.max_length) &&
               (includes(form, ValueForm::text) || is_latin1(*text));
      }
      break;  // a date without its tag, where the level allows that
    }
    case cbor::Type::uint: return includes(form, ValueForm::uint);
    case cbor::Type::boolean: return includes(form, ValueForm::boolean);
    case cbor::Type::bytes: {
      if (includes(form, ValueForm::bytes)) return true;
      const auto bytes = value.as_bytes();
      return includes(form, ValueForm::image) && bytes && is_image(*bytes);
    }
    case cbor::Type::array: return includes(form, ValueForm::array);
    case cbor::Type::map: return includes(form, ValueForm::map);
    default: break;
  }
  return (includes(form, ValueForm::full_date) && value.as_full_date(context)) ||
         (includes(form, ValueForm::tdate) && value.as_tdate(context));
}

}  // namespace

void DocumentVerifier::elements_unique(Finding& finding) {
  using Name = std::tuple<const NameSpace*, const ElementIdentifier*>;
  const auto before = [](const Name& a, const Name& b) {
    return std::tie(*std::get<0>(a), *std::get<1>(a)) < std::tie(*std::get<0>(b), *std::get<1>(b));
  };
  std::vector<Name> names;
  names.reserve(element_count());
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& element, const auto&) {
    names.emplace_back(&name_space, &element);
  });
  std::ranges::sort(names, before);
  std::vector<ElementReference> twice;
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (!before(names[i - 1], names[i])) twice.push_back({*std::get<0>(names[i]), *std::get<1>(names[i])});
  }
  if (twice.empty()) return pass(finding);
  fail(finding, Reason::duplicate);
  finding.found = std::move(twice);
}

void DocumentVerifier::compare_issuer(Finding& finding, std::string_view element,
                                      std::optional<std::string_view> certificate, Rule rule) {
  const auto* profile = doc_type_profile();
  if (profile == nullptr) return not_applicable(finding, Reason::unknown_doc_type);
  const model::DataElementValue* value = nullptr;
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& name, const auto& candidate) {
    if (name.str() == element && name_space.str() == profile->issuer_name_space) value = &candidate;
  });
  // The certificate's own duty to name a country is another check; a state is optional.
  if (element.empty() || value == nullptr || !certificate) return not_applicable(finding, Reason::not_present);

  const auto text = value->as_text();
  if (!text) return fail(finding, text.error());
  pass(finding);
  if (*text == *certificate) return;
  finding.expected = std::string(*certificate);
  finding.found = std::string(*text);
  deviate(finding, rule, Reason::mismatch, document_.where);
}

void DocumentVerifier::issuer_country(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto* profile = doc_type_profile();
  // A signer that names no country, which is another check, has that of its authority.
  const auto& anchor = evaluation_.chain->anchor;
  auto country = signer->country();
  if (!country && anchor && anchor->country) country = *anchor->country;
  compare_issuer(finding, profile == nullptr ? "" : profile->country_element, country, Rule::issuing_country_differs);
}

void DocumentVerifier::issuer_jurisdiction(Finding& finding) {
  const auto* signer = certified_signer(finding);
  if (signer == nullptr) return;
  const auto* profile = doc_type_profile();
  compare_issuer(finding, profile == nullptr ? "" : profile->jurisdiction_element, signer->state_or_province(),
                 Rule::issuing_jurisdiction_differs);
}

void DocumentVerifier::elements_requested(Finding& finding) {
  if (input_.request == nullptr) return not_applicable(finding, Reason::no_request);
  const DocType* type = doc_type();
  if (type == nullptr) return;
  const std::vector<ReturnedElement> returned = returned_elements();
  requested_ = requested(document_.doc_requests, *type, AnswerForm::document, returned, doc_type_profile());
  std::vector<ElementReference> unrequested;
  for (std::size_t i = 0; i < returned.size(); ++i) {
    if (!requested_[i]) unrequested.push_back({*returned[i].name_space, *returned[i].identifier});
  }
  pass(finding);
  if (unrequested.empty()) return;
  finding.found = std::move(unrequested);
  deviate(finding, Rule::element_unrequested, Reason::unrequested, document_.where);
}

void DocumentVerifier::elements_format(Finding& finding) {
  const auto* profile = doc_type_profile();
  if (profile == nullptr) return not_applicable(finding, Reason::unknown_doc_type);
  const cbor::DecodeContext context{.limits = limits_, .level = level_};
  std::vector<ElementReference> other;
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& element, const auto& value) {
    const auto* known = profile::find_name_space(*profile, name_space.str());
    const auto* expected = known == nullptr ? nullptr : profile::find_element(*known, element.str());
    if (expected != nullptr && !has_form(value, *expected, context)) other.push_back({name_space, element});
  });
  pass(finding);
  if (other.empty()) return;
  finding.found = std::move(other);
  deviate(finding, Rule::element_form, Reason::deviation, document_.where);
}

}  // namespace mdoc::verification
