#include <algorithm>
#include <array>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {
namespace {

using enum ValueForm;
using enum Presence;

constexpr std::uint16_t usual_length = 150;  // of names, numbers and addresses

// ISO/IEC 18013-5, second edition as publicly drafted, 13.4.2.
constexpr std::array mdl_elements{
    ElementProfile{"family_name", latin1, mandatory, usual_length},
    ElementProfile{"given_name", latin1, mandatory, usual_length},
    ElementProfile{"birth_date", full_date, mandatory},
    ElementProfile{"issue_date", tdate | full_date, mandatory},
    ElementProfile{"expiry_date", tdate | full_date, mandatory},
    ElementProfile{"issuing_country", text, mandatory},
    ElementProfile{"issuing_authority", latin1, mandatory, usual_length},
    ElementProfile{"document_number", latin1, mandatory, usual_length},
    ElementProfile{"portrait", image, mandatory},
    ElementProfile{"driving_privileges", array, mandatory},
    ElementProfile{"un_distinguishing_sign", text, mandatory},
    ElementProfile{"administrative_number", latin1, Presence::optional, usual_length},
    ElementProfile{"sex", uint},
    ElementProfile{"height", uint},
    ElementProfile{"weight", uint},
    ElementProfile{"eye_colour", text},
    ElementProfile{"hair_colour", text},
    ElementProfile{"birth_place", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_address", latin1, Presence::optional, usual_length},
    ElementProfile{"portrait_capture_date", tdate},
    ElementProfile{"age_in_years", uint},
    ElementProfile{"age_birth_year", uint},
    ElementProfile{"age_over_*", boolean},
    ElementProfile{"issuing_jurisdiction", text},
    ElementProfile{"nationality", text},
    ElementProfile{"resident_street", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_city", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_state", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_postal_code", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_country", text},
    ElementProfile{"biometric_template_*", bytes},
    ElementProfile{"family_name_national_character", text},
    ElementProfile{"given_name_national_character", text},
    ElementProfile{"signature_usual_mark", image},
    ElementProfile{"webapi_info", array},  // first edition
    ElementProfile{"oidc_info", array},    // first edition
};

// AAMVA mDL Implementation Guidelines 1.6. Where tables of different versions disagree, both forms stand.
constexpr std::array aamva_elements{
    ElementProfile{"domestic_driving_privileges", array, mandatory},
    ElementProfile{"name_suffix", text},
    ElementProfile{"organ_donor", uint},
    ElementProfile{"veteran", uint},
    ElementProfile{"family_name_truncation", text, mandatory},
    ElementProfile{"given_name_truncation", text, mandatory},
    ElementProfile{"aka_family_name*", text},
    ElementProfile{"aka_given_name*", text},
    ElementProfile{"aka_suffix", text},
    ElementProfile{"weight_range", uint},
    ElementProfile{"race_ethnicity", text},
    ElementProfile{"sex", uint, mandatory},
    ElementProfile{"first_name*", text},
    ElementProfile{"middle_names*", text},
    ElementProfile{"EDL_credential*", uint | boolean},
    ElementProfile{"DHS_compliance", text, mandatory},
    ElementProfile{"DHS_compliance_text", text},
    ElementProfile{"DHS_temporary_lawful_status", uint},
    ElementProfile{"resident_county*", text},
    ElementProfile{"hazmat_endorsement_expiration_date", full_date},
    ElementProfile{"CDL_indicator", uint},
    ElementProfile{"CDL_non_domiciled*", uint | boolean},
};

// ISO/IEC TS 23220-4:2026, Table C.1.
constexpr std::array photo_id_generic_elements{
    ElementProfile{"family_name", text, mandatory, usual_length},
    ElementProfile{"given_name", text, mandatory, usual_length},
    ElementProfile{"birth_date", full_date | map, mandatory},
    ElementProfile{"portrait", image, mandatory},
    ElementProfile{"issue_date", full_date, mandatory},
    ElementProfile{"expiry_date", full_date, mandatory},
    ElementProfile{"issuing_authority", text, mandatory, usual_length},
    ElementProfile{"issuing_country", text, mandatory},
    ElementProfile{"age_over_18", boolean, mandatory},
    ElementProfile{"age_in_years", uint, recommended},
    ElementProfile{"age_birth_year", uint, recommended},
    ElementProfile{"age_over_*", boolean, recommended},
    ElementProfile{"family_name_viz", text, Presence::optional, usual_length},
    ElementProfile{"given_name_viz", text, Presence::optional, usual_length},
    ElementProfile{"enrolment_portrait_image", image},
    ElementProfile{"portrait_capture_date", tdate | full_date},
    ElementProfile{"birthplace", text, Presence::optional, usual_length},
    ElementProfile{"name_at_birth", text, Presence::optional, usual_length},
    ElementProfile{"resident_address", text, Presence::optional, usual_length},
    ElementProfile{"resident_city", text, Presence::optional, usual_length},
    ElementProfile{"resident_postal_code", text, Presence::optional, usual_length},
    ElementProfile{"resident_address_latin1", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_city_latin1", latin1, Presence::optional, usual_length},
    ElementProfile{"resident_country", text},
    ElementProfile{"sex", uint},
    ElementProfile{"nationality", text},
    ElementProfile{"document_number", text, Presence::optional, usual_length},
    ElementProfile{"issuing_subdivision", text},
    ElementProfile{"family_name_latin1", latin1, Presence::optional, usual_length},
    ElementProfile{"given_name_latin1", latin1, Presence::optional, usual_length},
};

// Table C.2.
constexpr std::array photo_id_elements{
    ElementProfile{"person_id", text},
    ElementProfile{"birth_country", text},
    ElementProfile{"birth_state", text},
    ElementProfile{"birth_city", text},
    ElementProfile{"administrative_number", text},
    ElementProfile{"resident_street", text},
    ElementProfile{"resident_house_number", text},
    ElementProfile{"resident_state*", text},
    ElementProfile{"travel_document_type", text},
    ElementProfile{"travel_document_mrz", text},
    ElementProfile{"travel_document_number", text},
};

// Table C.3: elementary files of a travel document.
constexpr std::array data_group_elements{
    ElementProfile{"version", text},
    ElementProfile{"dg*", bytes},
    ElementProfile{"sod", bytes},
};

// PID rulebook 1.7, with what older wallets still send.
constexpr std::array pid_elements{
    ElementProfile{"family_name", text, mandatory, usual_length},
    ElementProfile{"given_name", text, mandatory, usual_length},
    ElementProfile{"birth_date", full_date, mandatory},
    ElementProfile{"place_of_birth", map, mandatory},
    ElementProfile{"nationality", array | text, mandatory},
    ElementProfile{"issuing_authority", text, mandatory, usual_length},
    ElementProfile{"issuing_country", text, mandatory},
    ElementProfile{"portrait", bytes},  // empty where the holder opted out
    ElementProfile{"resident_address", text, Presence::optional, usual_length},
    ElementProfile{"resident_country", text},
    ElementProfile{"resident_state", text, Presence::optional, usual_length},
    ElementProfile{"resident_city", text, Presence::optional, usual_length},
    ElementProfile{"resident_postal_code", text, Presence::optional, usual_length},
    ElementProfile{"resident_street", text, Presence::optional, usual_length},
    ElementProfile{"personal_administrative_number", text, Presence::optional, usual_length},
    ElementProfile{"family_name_birth", text, Presence::optional, usual_length},
    ElementProfile{"given_name_birth", text, Presence::optional, usual_length},
    ElementProfile{"sex", uint},
    ElementProfile{"email_address", text, Presence::optional, usual_length},
    ElementProfile{"mobile_phone_number", text, Presence::optional, usual_length},
    ElementProfile{"expiry_date", tdate | full_date},
    ElementProfile{"issuance_date", tdate | full_date},
    ElementProfile{"document_number", text, Presence::optional, usual_length},
    ElementProfile{"issuing_jurisdiction", text},
    ElementProfile{"trust_anchor", text},
    ElementProfile{"attestation_legal_category", text},
    ElementProfile{"age_over_*", boolean},
    ElementProfile{"age_in_years", uint},
    ElementProfile{"age_birth_year", uint},
};

constexpr std::array age_verification_elements{
    ElementProfile{"age_over_18", boolean, mandatory},
    ElementProfile{"age_over_*", boolean},
};

constexpr std::array mdl_name_spaces{
    NameSpaceProfile{"org.iso.18013.5.1", mdl_elements, true},
    NameSpaceProfile{"org.iso.18013.5.1.aamva", aamva_elements},
};
constexpr std::array photo_id_name_spaces{
    NameSpaceProfile{"org.iso.23220.1", photo_id_generic_elements, true},
    NameSpaceProfile{"org.iso.23220.photoid.1", photo_id_elements},
    NameSpaceProfile{"org.iso.23220.datagroups.1", data_group_elements},
};
constexpr std::array pid_name_spaces{NameSpaceProfile{"eu.europa.ec.eudi.pid.1", pid_elements}};
constexpr std::array age_verification_name_spaces{
    NameSpaceProfile{"eu.europa.ec.av.1", age_verification_elements},
};

constexpr std::array<std::string_view, 1> mdl_signers{"1.0.18013.5.1.2"};
constexpr std::array<std::string_view, 1> photo_id_signers{"1.0.23220.4.1.2"};
// No identifier is registered for PID signers: deployed ones carry that of the EU's sample material,
// that of the mDL, or the generic one.
constexpr std::array<std::string_view, 3> pid_signers{"1.3.130.2.0.0.1.2", "1.0.18013.5.1.2", "1.0.23220.4.1.2"};

constexpr std::array<std::string_view, 1> age_verification_policies{"0.4.0.2042.1.1"};  // ETSI EN 319 411-1, NCP

constexpr std::array table{
    DocTypeProfile{.doc_type = "org.iso.18013.5.1.mDL",
                   .title = "Mobile driving licence",
                   .signer = {.key_purposes = mdl_signers},
                   .name_spaces = mdl_name_spaces,
                   .issuer_name_space = "org.iso.18013.5.1",
                   .country_element = "issuing_country",
                   .jurisdiction_element = "issuing_jurisdiction",
                   .holder_element = "portrait",
                   .mandatory_for_anyone = true},
    DocTypeProfile{.doc_type = "org.iso.23220.photoid.1",
                   .title = "Photo ID",
                   .signer = {.key_purposes = photo_id_signers, .crl_points = false, .contact = false},
                   .name_spaces = photo_id_name_spaces},
    DocTypeProfile{.doc_type = "eu.europa.ec.eudi.pid.1",
                   .title = "Person identification data",
                   .signer = {.key_purposes = pid_signers, .crl_points = false, .contact = false},
                   .name_spaces = pid_name_spaces},
    // The profile asks for no key purpose: its signers are known by their trusted list.
    DocTypeProfile{
        .doc_type = "eu.europa.ec.av.1",
        .title = "Proof of age",
        .signer = {.policies = age_verification_policies, .crl_points = false, .contact = false, .intermediates = true},
        .name_spaces = age_verification_name_spaces},
};

bool matches(std::string_view pattern, std::string_view identifier) {
  if (!pattern.ends_with('*')) return pattern == identifier;
  return identifier.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

std::span<const DocTypeProfile> doc_types() noexcept { return table; }

const DocTypeProfile* find_doc_type(std::span<const DocTypeProfile> profiles, std::string_view doc_type) noexcept {
  const auto found = std::ranges::find(profiles, doc_type, &DocTypeProfile::doc_type);
  return found == profiles.end() ? nullptr : &*found;
}

const NameSpaceProfile* find_name_space(const DocTypeProfile& profile, std::string_view name_space) noexcept {
  const auto found = std::ranges::find(profile.name_spaces, name_space, &NameSpaceProfile::name_space);
  return found == profile.name_spaces.end() ? nullptr : &*found;
}

const ElementProfile* find_element(const NameSpaceProfile& profile, std::string_view identifier) noexcept {
  const auto found = std::ranges::find_if(
      profile.elements, [&](const ElementProfile& element) { return matches(element.identifier, identifier); });
  return found == profile.elements.end() ? nullptr : &*found;
}

}  // namespace mdoc::profile
