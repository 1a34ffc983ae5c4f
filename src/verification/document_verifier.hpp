#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/path.hpp"
#include "mdoc/core/rules.hpp"
#include "mdoc/cose/sign1.hpp"
#include "mdoc/crypto/public_key.hpp"
#include "mdoc/model/authentication.hpp"
#include "mdoc/model/device_response.hpp"
#include "mdoc/model/mobile_security_object.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/profile/validate.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/report.hpp"
#include "mdoc/verification/verified_document.hpp"
#include "mdoc/verification/verify.hpp"
#include "verification/request_matching.hpp"

namespace mdoc::verification {

/// One document as it came out of the decoder, and what was met on the way.
struct DocumentInput {
  std::size_t index = 0;  ///< among the documents of the response
  Path where{};
  const DocType* doc_type = nullptr;                   ///< null: IssuerSigned alone, or undecodable
  const model::IssuerSigned* issuer_signed = nullptr;  ///< null: undecodable
  const model::DeviceSigned* device_signed = nullptr;  ///< null: absent or undecodable
  const model::Errors* errors = nullptr;
  std::optional<Error> error{};     ///< why it does not decode at this level
  std::vector<Warning> warnings{};  ///< tolerated while decoding
  bool surplus = false;             ///< more documents of this docType than were asked for
  DocRequests doc_requests{};       ///< that it may answer; empty without a request
  /// What it is bound to; null: the transcript of the session.
  const SharedBytes* session_transcript = nullptr;

  void refer_to(const model::Document& document) noexcept {
    doc_type = &document.doc_type;
    issuer_signed = &document.issuer_signed;
    device_signed = document.device_signed ? &*document.device_signed : nullptr;
    errors = &document.errors;
  }
};

/// The policy in force.
[[nodiscard]] trust::RevocationPolicy revocation_policy(const VerificationInput& input, Level level) noexcept;

/// Performs the checks of one document, each in a member function with the name of its CheckId. A
/// check leaves its Finding as it is (skipped, as an earlier check failed) when it lacks what an
/// earlier one should have provided.
class DocumentVerifier {
 public:
  /// `document`, `input` and `clock` outlive the object.
  DocumentVerifier(DocumentInput document, const VerificationInput& input, const ClockPolicy& clock, Level level,
                   const DecodeLimits& limits);

  /// Performs every check, in order.
  const DocumentReport& verify();
  /// Performs, of these, the checks trust.*, issuer.* and elements.format: what is judged of a proof as of a document.
  void verify_signer_and_form();
  /// The key of the document signer, once the path was judged; nothing where there is none that decodes.
  [[nodiscard]] std::optional<crypto::PublicKey> signer_key() const;
  /// The values, if every check let the document through; nothing otherwise.
  [[nodiscard]] std::optional<VerifiedDocument> release() const;
  /// The report; the last call.
  [[nodiscard]] DocumentReport take_report() { return std::move(report_); }

 private:
  struct Step;
  struct Steps;
  void perform(std::span<const Step> steps);

  // Certificates and IssuerAuth: issuer_checks.cpp
  void document_structure(Finding& finding);
  void document_requested(Finding& finding);
  void issuer_auth_headers(Finding& finding);
  void issuer_auth_algorithm(Finding& finding);
  void issuer_auth_signature(Finding& finding);
  void trust_path(Finding& finding);
  void trust_key_purpose(Finding& finding);
  void trust_signer_profile(Finding& finding);
  void trust_country(Finding& finding);
  void trust_anchor_profile(Finding& finding);
  void trust_list(Finding& finding);

  // Revocation: revocation_checks.cpp
  void trust_revocation(Finding& finding);
  void mso_status(Finding& finding);

  // MobileSecurityObject and issuer-signed items: mso_checks.cpp
  void mso_structure(Finding& finding);
  void mso_version(Finding& finding);
  void mso_digest_algorithm(Finding& finding);
  void mso_doc_type(Finding& finding);
  void mso_validity_info(Finding& finding);
  void mso_signed_within_signer(Finding& finding);
  void mso_validity(Finding& finding);
  void mso_until_within_signer(Finding& finding);
  void issuer_digests(Finding& finding);
  void issuer_salts(Finding& finding);

  // Device authentication: device_checks.cpp
  void device_signed_authorized(Finding& finding);
  void device_auth_structure(Finding& finding);
  void device_auth_signature(Finding& finding);
  void device_auth_mac(Finding& finding);

  // Elements: element_checks.cpp
  void elements_unique(Finding& finding);
  void issuer_country(Finding& finding);
  void issuer_jurisdiction(Finding& finding);
  void elements_requested(Finding& finding);
  void elements_format(Finding& finding);
  void elements_consistency(Finding& finding);

  // Choices of the profile: profile_checks.cpp
  void document_profile(Finding& finding);

  // The presenter and the holder: holder_verification.cpp
  void elements_holder(Finding& finding);
  void note_returned_holder_means();

  /// Decodes the MSO when it is first needed.
  const model::MobileSecurityObject* mso();
  /// Of the document, or of the MSO where IssuerSigned stands alone; null if neither decodes.
  const DocType* doc_type();
  const profile::DocTypeProfile* doc_type_profile();
  /// The signer's certificate; null if there is none that decodes.
  [[nodiscard]] const crypto::Certificate* signer() const noexcept;
  /// The same for checks of what the certificate says around its key. Null, and the finding not applicable, where
  /// the key is trusted by itself.
  const crypto::Certificate* certified_signer(Finding& finding) const;
  /// A key is trusted by itself: its certificate came from the peer, and nothing that it says is known to be true.
  [[nodiscard]] bool key_is_pinned() const noexcept { return evaluation_.outcome == trust::PathOutcome::pinned_key; }
  void judge_signer(Finding& finding, trust::RuleAspect aspect);
  /// Makes of a finding what the policy makes of these records, and notes them for the report.
  void judge_revocations(Finding& finding, std::vector<trust::RevocationRecord> records);
  [[nodiscard]] trust::RevocationContext revocation_context() const;
  /// Whom to believe a list from: any of these.
  [[nodiscard]] Result<std::vector<trust::StatusTrust>> status_trusts(
      const std::optional<SharedBytes>& certificate) const;
  /// Looks up the place of the MSO in a list, and notes what is to be fetched.
  trust::RevocationRecord look_up_status(const trust::StatusReference& reference,
                                         const std::optional<SharedBytes>& certificate, trust::RevocationSource kind);
  /// Notes for the report what a certificate of the path breaks.
  void report_broken_rules(trust::CertificateRole role, std::span<const trust::RuleFinding> broken);
  /// Finds what is wrong with the elements, when that is first asked for.
  const profile::ElementFindings& judge_elements(const profile::DocTypeProfile& profile);
  /// Makes one check of the faults of one aspect, and notes them for the report.
  void judge_aspect(Finding& finding, profile::FaultAspect aspect, Rule rule);
  void compare_issuer(Finding& finding, std::string_view element, std::optional<std::string_view> certificate,
                      Rule rule);
  /// What deviceSignature and deviceMac need alike; the finding says what is missing.
  bool device_auth_is_ready(Finding& finding, bool other_mechanism);
  /// Null: there is none.
  [[nodiscard]] const SharedBytes* session_transcript() const noexcept;
  [[nodiscard]] model::AuthenticationBytes device_authentication() const;

  /// Fails or warns, as the level weighs the rule; a deviation that it ignores leaves the finding alone.
  void deviate(Finding& finding, Rule rule, Reason reason, const Path& where);
  /// Every element, those of the issuer first: visit(name space, identifier, value).
  template <class Visit>
  void for_each_element(Visit visit) const;
  [[nodiscard]] std::size_t element_count() const noexcept;
  [[nodiscard]] std::vector<ReturnedElement> returned_elements() const;

  DocumentInput document_;
  const VerificationInput& input_;
  const ClockPolicy& clock_;
  const Level level_;
  const DecodeLimits& limits_;

  DocumentReport report_;
  bool mso_decoded_ = false;
  std::optional<model::MobileSecurityObject> mso_;
  std::optional<Error> mso_error_;  // at this level
  std::vector<Warning> mso_warnings_;
  trust::Evaluation evaluation_;
  bool algorithm_fits_ = false;
  std::optional<profile::ElementFindings> element_findings_;
  std::vector<bool> requested_;  // of each element, in the order of for_each_element(); empty: all
};

template <class Visit>
void DocumentVerifier::for_each_element(Visit visit) const {
  if (document_.issuer_signed != nullptr) {
    for (const auto& [name_space, items] : document_.issuer_signed->name_spaces) {
      for (const auto& item : items) visit(name_space, item->element_identifier, item->element_value);
    }
  }
  if (document_.device_signed != nullptr) {
    for (const auto& [name_space, elements] : *document_.device_signed->name_spaces) {
      for (const auto& [element, value] : elements) visit(name_space, element, value);
    }
  }
}

}  // namespace mdoc::verification
