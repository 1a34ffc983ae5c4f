#include "verification/document_verifier.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "mdoc/cbor/decode_context.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {

struct DocumentVerifier::Step {
  CheckId check;
  void (DocumentVerifier::*perform)(Finding&);
  bool is_of_proofs = false;  // asked of a zero-knowledge proof as well
};

/// Every check of a document, in order.
struct DocumentVerifier::Steps {
  static constexpr bool of_proofs = true;

  static constexpr std::array all{
      Step{CheckId::document_structure, &DocumentVerifier::document_structure},
      Step{CheckId::document_requested, &DocumentVerifier::document_requested},
      Step{CheckId::issuer_auth_headers, &DocumentVerifier::issuer_auth_headers},
      Step{CheckId::trust_path, &DocumentVerifier::trust_path, of_proofs},
      Step{CheckId::trust_key_purpose, &DocumentVerifier::trust_key_purpose, of_proofs},
      Step{CheckId::trust_signer_profile, &DocumentVerifier::trust_signer_profile, of_proofs},
      Step{CheckId::trust_country, &DocumentVerifier::trust_country, of_proofs},
      Step{CheckId::trust_anchor_profile, &DocumentVerifier::trust_anchor_profile, of_proofs},
      Step{CheckId::trust_list, &DocumentVerifier::trust_list, of_proofs},
      Step{CheckId::trust_revocation, &DocumentVerifier::trust_revocation, of_proofs},
      Step{CheckId::issuer_auth_algorithm, &DocumentVerifier::issuer_auth_algorithm},
      Step{CheckId::issuer_auth_signature, &DocumentVerifier::issuer_auth_signature},
      Step{CheckId::mso_structure, &DocumentVerifier::mso_structure},
      Step{CheckId::mso_version, &DocumentVerifier::mso_version},
      Step{CheckId::mso_digest_algorithm, &DocumentVerifier::mso_digest_algorithm},
      Step{CheckId::mso_doc_type, &DocumentVerifier::mso_doc_type},
      Step{CheckId::mso_validity_info, &DocumentVerifier::mso_validity_info},
      Step{CheckId::mso_signed_within_signer, &DocumentVerifier::mso_signed_within_signer},
      Step{CheckId::mso_validity, &DocumentVerifier::mso_validity},
      Step{CheckId::mso_until_within_signer, &DocumentVerifier::mso_until_within_signer},
      Step{CheckId::mso_status, &DocumentVerifier::mso_status},
      Step{CheckId::issuer_digests, &DocumentVerifier::issuer_digests},
      Step{CheckId::issuer_salts, &DocumentVerifier::issuer_salts},
      Step{CheckId::elements_unique, &DocumentVerifier::elements_unique},
      Step{CheckId::device_signed_authorized, &DocumentVerifier::device_signed_authorized},
      Step{CheckId::device_auth_structure, &DocumentVerifier::device_auth_structure},
      Step{CheckId::device_auth_signature, &DocumentVerifier::device_auth_signature},
      Step{CheckId::device_auth_mac, &DocumentVerifier::device_auth_mac},
      Step{CheckId::issuer_country, &DocumentVerifier::issuer_country, of_proofs},
      Step{CheckId::issuer_jurisdiction, &DocumentVerifier::issuer_jurisdiction, of_proofs},
      Step{CheckId::elements_requested, &DocumentVerifier::elements_requested},
      Step{CheckId::elements_format, &DocumentVerifier::elements_format, of_proofs},
      Step{CheckId::elements_consistency, &DocumentVerifier::elements_consistency},
      Step{CheckId::elements_holder, &DocumentVerifier::elements_holder},
      Step{CheckId::document_profile, &DocumentVerifier::document_profile},
  };

  static constexpr auto for_proofs = [] {
    std::array<Step, static_cast<std::size_t>(std::ranges::count(all, true, &Step::is_of_proofs))> some{};
    std::ranges::copy_if(all, some.begin(), std::identity{}, &Step::is_of_proofs);
    return some;
  }();
};

DocumentVerifier::DocumentVerifier(DocumentInput document, const VerificationInput& input, const ClockPolicy& clock,
                                   Level level, const DecodeLimits& limits)
    : document_(std::move(document)), input_(input), clock_(clock), level_(level), limits_(limits) {
  // What the device signed is worth nothing where its proof is not judged.
  if (input_.issuer_only) document_.device_signed = nullptr;
}

const DocumentReport& DocumentVerifier::verify() {
  if (document_.doc_type != nullptr) report_.doc_type = *document_.doc_type;
  if (document_.errors != nullptr) report_.errors = *document_.errors;
  report_.warnings = std::move(document_.warnings);
  perform(Steps::all);
  report_.valid = std::ranges::all_of(report_.findings, [](const Finding& finding) { return lets_through(finding); });
  return report_;
}

void DocumentVerifier::verify_signer_and_form() { perform(Steps::for_proofs); }

std::optional<crypto::PublicKey> DocumentVerifier::signer_key() const {
  if (signer() == nullptr) return std::nullopt;
  const auto& key = signer()->public_key();
  return key ? std::optional(*key) : std::nullopt;
}

void DocumentVerifier::perform(std::span<const Step> steps) {
  report_.findings.resize(steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Finding& finding = report_.findings[i];
    finding.check = steps[i].check;
    const TimePoint begin = input_.stopwatch != nullptr ? input_.stopwatch->now() : TimePoint{};
    if (document_.issuer_signed != nullptr || i == 0) (this->*steps[i].perform)(finding);
    if (input_.stopwatch != nullptr) finding.duration = input_.stopwatch->now() - begin;
  }
}

std::optional<VerifiedDocument> DocumentVerifier::release() const {
  if (!report_.valid) return std::nullopt;
  VerifiedDocument released;
  released.doc_type_ = *report_.doc_type;
  released.mso_ = *report_.mso;
  released.issuer_ = *report_.issuer;
  released.device_key_ = mso_->device_key_info.device_key;
  released.index_ = document_.index;

  released.issuer_signed_.reserve(element_count());
  std::size_t index = 0;
  const auto keep = [&] { return requested_.empty() || requested_[index]; };
  for (const auto& [name_space, items] : document_.issuer_signed->name_spaces) {
    for (const auto& item : items) {
      if (keep()) released.issuer_signed_.push_back({name_space, item->element_identifier, item->element_value});
      ++index;
    }
  }
  if (document_.device_signed != nullptr) {
    for (const auto& [name_space, elements] : *document_.device_signed->name_spaces) {
      for (const auto& [element, value] : elements) {
        if (keep()) released.device_signed_.push_back({name_space, element, value});
        ++index;
      }
    }
  }
  return released;
}

const model::MobileSecurityObject* DocumentVerifier::mso() {
  if (!mso_decoded_) {
    mso_decoded_ = true;
    const Path where = document_.where / "issuerSigned" / "issuerAuth" / "payload";
    const auto decode = [&](Level level) {
      cbor::DeviationLog log;
      auto decoded = model::decode_mobile_security_object(document_.issuer_signed->issuer_auth,
                                                          {.limits = limits_, .level = level, .sink = &log}, where);
      mso_warnings_.clear();
      for (const cbor::Deviation& deviation : log.entries()) mso_warnings_.push_back(warning_of(deviation));
      return decoded;
    };
    auto decoded = decode(level_);
    if (!decoded) {
      mso_error_ = decoded.error();
      decoded = decode(Level::lenient);  // what only deviates is still judged, in a report that fails
    }
    if (decoded) mso_ = *std::move(decoded);
  }
  return mso_ ? &*mso_ : nullptr;
}

const DocType* DocumentVerifier::doc_type() {
  if (document_.doc_type != nullptr) return document_.doc_type;
  const auto* object = mso();
  return object == nullptr ? nullptr : &object->doc_type;
}

const profile::DocTypeProfile* DocumentVerifier::doc_type_profile() {
  const DocType* type = doc_type();
  return type == nullptr ? nullptr : profile::find_doc_type(input_.profiles, type->str());
}

const crypto::Certificate* DocumentVerifier::signer() const noexcept {
  return evaluation_.chain ? &evaluation_.chain->end_entity() : nullptr;
}

const crypto::Certificate* DocumentVerifier::certified_signer(Finding& finding) const {
  if (key_is_pinned()) {
    not_applicable(finding, Reason::pinned);
    return nullptr;
  }
  return signer();
}

std::size_t DocumentVerifier::element_count() const noexcept {
  std::size_t count = 0;
  for_each_element([&](const auto&...) { ++count; });
  return count;
}

std::vector<ReturnedElement> DocumentVerifier::returned_elements() const {
  std::vector<ReturnedElement> returned;
  returned.reserve(element_count());
  for_each_element([&](const NameSpace& name_space, const ElementIdentifier& element, const auto& value) {
    returned.push_back({&name_space, &element, &value});
  });
  return returned;
}

void DocumentVerifier::deviate(Finding& finding, Rule rule, Reason reason, const Path& where) {
  const Weight judged = weight(rule, level_);
  if (judged == Weight::ignore) return;
  report_.warnings.push_back({.rule = rule, .where = where});
  if (judged == Weight::error) {
    fail(finding, reason);
  } else if (finding.outcome != Outcome::fail) {
    warn(finding, reason);
  }
}

}  // namespace mdoc::verification
