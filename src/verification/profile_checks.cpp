// What the profile of a docType chooses of what the standard leaves open, as far as no other check has it: device
// authentication (P9), elements that the device signs (P11), algorithms, dates and status of the MSO (P9, P14).
#include "mdoc/profile/validate.hpp"
#include "profile/validate_parts.hpp"
#include "verification/document_verifier.hpp"
#include "verification/finding.hpp"

namespace mdoc::verification {
namespace {

/// Elements that the profile leaves to the issuer. No answer rests on them either (answer.hpp).
void note_wrongly_device_signed(const profile::DocTypeProfile& known, const model::DeviceNameSpaces& name_spaces,
                                std::vector<std::string>& against) {
  for (const auto& [name_space, elements] : name_spaces) {
    for (const auto& [element, value] : elements) {
      const profile::PresentElement present{
          .name_space = name_space.str(), .identifier = element.str(), .value = &value, .device_signed = true};
      if (!profile::is_wrongly_device_signed(known, present)) continue;
      against.push_back("device-signed " + name_space.str() + "/" + element.str());
    }
  }
}

}  // namespace

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
    if (states && !known->mdoc_authentication.device_signed) {
      against.emplace_back("device-signed elements");
    } else {
      note_wrongly_device_signed(*known, *device->name_spaces, against);
    }
  }
  const auto key = signer_key();
  std::optional<std::string_view> curve;
  if (key) curve = crypto::info(key->curve()).name;
  for (const profile::MsoFinding& found : profile::validate_mso(*known, *object, curve)) {
    // Another docType, and an algorithm that nobody knows, are what other checks say.
    if (found.fault == profile::MsoFault::other_doc_type) continue;
    if (found.fault == profile::MsoFault::other_digest_algorithm && !crypto::digest_algorithm(found.found)) continue;
    const std::string id(profile::info(found.fault).id);
    against.push_back(found.found.empty() ? id : id + ": " + found.found);
  }
  pass(finding);
  if (against.empty()) return;
  finding.found = std::move(against);
  deviate(finding, Rule::profile_choice, Reason::deviation, document_.where);
}

}  // namespace mdoc::verification
