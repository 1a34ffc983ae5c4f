// What the profile of a docType chooses of what the standard leaves open, as far as no other check has it: device
// authentication (P9), elements that the device signs (P11), status (P14).
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {

using profile::Requirement;

void DocumentVerifier::document_profile(Finding& finding) {
  const auto* const known = doc_type_profile();
  if (known == nullptr) return not_applicable(finding, Reason::unknown_doc_type);
  const auto* const object = mso();
  if (object == nullptr) return;
  std::vector<std::string> against;
  if (const auto* const device = document_.device_signed; device != nullptr) {
    const bool mac = device->device_auth.mac() != nullptr;
    if (mac && !known->algorithms.device_mac) against.emplace_back("deviceMac");
    if (!mac && !known->algorithms.device_signature) against.emplace_back("deviceSignature");
    const bool states = !device->name_spaces->empty();
    if (states && !known->mdoc_authentication.device_signed) against.emplace_back("device-signed elements");
  }
  if (object->status && known->mso.status == Requirement::forbidden) against.emplace_back("status");
  if (!object->status && known->mso.status == Requirement::mandatory) against.emplace_back("no status");
  pass(finding);
  if (against.empty()) return;
  finding.found = std::move(against);
  deviate(finding, Rule::profile_choice, Reason::deviation, document_.where);
}

}  // namespace mdoc::verification
