// What the device signed, and its proof over this session.
#include <algorithm>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mdoc/crypto/agree.hpp"
#include "mdoc/model/e_mac_key.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

/// The elements that the device may sign: all of a name space, or single ones. Sorted once for all that it
/// did sign: a peer that no issuer knows can make each of these lists long.
class AuthorizedElements {
  using Element = std::pair<std::string_view, std::string_view>;  // name space and identifier

 public:
  /// Of one name space.
  class Within {
   public:
    Within(bool all, std::span<const Element> single) noexcept : all_(all), single_(single) {}
    [[nodiscard]] bool contains(const ElementIdentifier& element) const noexcept {
      return all_ || std::ranges::binary_search(single_, std::string_view(element.str()), {}, &Element::second);
    }

   private:
    bool all_;
    std::span<const Element> single_;
  };

  /// Refers to `authorizations`.
  explicit AuthorizedElements(const std::optional<model::KeyAuthorizations>& authorizations) {
    if (!authorizations) return;
    for (const NameSpace& name_space : authorizations->name_spaces) whole_.push_back(name_space.str());
    for (const auto& [name_space, elements] : authorizations->data_elements) {
      for (const ElementIdentifier& element : elements) single_.emplace_back(name_space.str(), element.str());
    }
    std::ranges::sort(whole_);
    std::ranges::sort(single_);
  }

  [[nodiscard]] Within in(const NameSpace& name_space) const noexcept {
    const std::string_view name = name_space.str();
    // Not equal_range(): clang 14 cannot read the subrange of this standard library.
    const auto first = std::ranges::lower_bound(single_, name, {}, &Element::first);
    const auto last = std::ranges::upper_bound(single_, name, {}, &Element::first);
    return {std::ranges::binary_search(whole_, name), {first, last}};
  }

 private:
  std::vector<std::string_view> whole_;
  std::vector<Element> single_;
};

}  // namespace

void DocumentVerifier::device_signed_authorized(Finding& finding) {
  if (input_.issuer_only) return not_applicable(finding, Reason::issuer_only);
  if (document_.device_signed == nullptr) return;
  const model::DeviceNameSpaces& name_spaces = *document_.device_signed->name_spaces;
  if (name_spaces.empty()) return not_applicable(finding, Reason::not_present);
  const auto* object = mso();
  if (object == nullptr) return;

  // 12.8.2: without KeyAuthorizations the device may sign nothing.
  const AuthorizedElements all_authorized(object->device_key_info.key_authorizations);
  std::vector<ElementReference> unauthorized;
  for (const auto& [name_space, elements] : name_spaces) {
    const auto authorized = all_authorized.in(name_space);
    for (const auto& [element, value] : elements) {
      if (!authorized.contains(element)) unauthorized.push_back({name_space, element});
    }
  }
  if (unauthorized.empty()) return pass(finding);
  fail(finding, Reason::unauthorized);
  finding.found = std::move(unauthorized);
}

void DocumentVerifier::device_auth_structure(Finding& finding) {
  if (input_.issuer_only) return not_applicable(finding, Reason::issuer_only);
  if (document_.device_signed == nullptr) return;
  // That there is exactly one of the two is a matter of decoding.
  const auto [has_algorithm, has_content] = std::visit(
      [](const auto& message) { return std::pair(message.headers.algorithm.has_value(), message.payload.has_value()); },
      document_.device_signed->device_auth.proof);
  if (!has_algorithm) {
    fail(finding, Reason::absent);
    finding.expected = std::string("alg");
  } else if (has_content) {
    fail(finding, Reason::surplus);
    finding.found = std::string("payload");
  } else {
    pass(finding);
  }
}

bool DocumentVerifier::device_auth_is_ready(Finding& finding, bool other_mechanism) {
  if (input_.issuer_only) return not_applicable(finding, Reason::issuer_only), false;
  if (document_.device_signed == nullptr) return false;
  if (other_mechanism) return not_applicable(finding, Reason::other_mechanism), false;
  if (session_transcript() == nullptr) return skip(finding, Reason::no_transcript), false;
  return report_.find(CheckId::device_auth_structure).outcome == Outcome::pass && mso() != nullptr;
}

const SharedBytes* DocumentVerifier::session_transcript() const noexcept {
  if (document_.session_transcript != nullptr) return document_.session_transcript;
  return input_.session_transcript ? &*input_.session_transcript : nullptr;
}

model::AuthenticationBytes DocumentVerifier::device_authentication() const {
  return model::device_authentication_bytes(input_.constants, session_transcript()->view(), *document_.doc_type,
                                            document_.device_signed->name_spaces.bytes());
}

void DocumentVerifier::device_auth_signature(Finding& finding) {
  const auto* signature =
      document_.device_signed == nullptr ? nullptr : document_.device_signed->device_auth.signature();
  if (!device_auth_is_ready(finding, signature == nullptr)) return;
  const auto key = crypto::PublicKey::import(mso()->device_key_info.device_key);
  if (!key) return fail(finding, key.error());
  const auto content = device_authentication();
  const auto verified = signature->verify_detached(*key, content.parts());
  if (!verified) return fail(finding, verified.error());
  pass(finding);
}

void DocumentVerifier::device_auth_mac(Finding& finding) {
  const auto* mac = document_.device_signed == nullptr ? nullptr : document_.device_signed->device_auth.mac();
  if (!device_auth_is_ready(finding, mac == nullptr)) return;
  if (input_.e_reader_key == nullptr) return skip(finding, Reason::no_reader_key);
  const auto key = crypto::PublicKey::import(mso()->device_key_info.device_key);
  if (!key) return fail(finding, key.error());
  // 12.4.5: the static device key with the reader's ephemeral one, not the two ephemeral keys.
  const auto zab = crypto::agree(*input_.e_reader_key, *key);
  if (!zab) return fail(finding, zab.error());
  const auto e_mac_key = model::derive_e_mac_key(input_.constants, *zab, session_transcript()->view());
  if (!e_mac_key) return fail(finding, e_mac_key.error());
  const auto content = device_authentication();
  const auto verified = mac->verify_detached(*e_mac_key, content.parts());
  if (!verified) return fail(finding, verified.error());
  pass(finding);
}

}  // namespace mdoc::verification
