#include <array>

#include "mdoc/profile/doc_type_profile.hpp"

namespace mdoc::profile {
namespace {

using enum ValueForm;
using enum Presence;

constexpr std::uint16_t usual_length = 150;  // of names, numbers and addresses

constexpr ElementProfile element(std::string_view identifier, ValueForm form, Presence presence = Presence::optional,
                                 std::uint16_t max_length = 0) {
  return {.identifier = identifier, .rule = {.form = form, .max_length = max_length}, .presence = presence};
}

// ISO/IEC 18013-5, second edition as publicly drafted, 13.4.2.
constexpr std::array mdl_elements{
    element("family_name", latin1, mandatory, usual_length),
    element("given_name", latin1, mandatory, usual_length),
    element("birth_date", full_date, mandatory),
    element("issue_date", tdate | full_date, mandatory),
    element("expiry_date", tdate | full_date, mandatory),
    element("issuing_country", text, mandatory),
    element("issuing_authority", latin1, mandatory, usual_length),
    element("document_number", latin1, mandatory, usual_length),
    element("portrait", image, mandatory),
    element("driving_privileges", array, mandatory),
    element("un_distinguishing_sign", text, mandatory),
    element("administrative_number", latin1, Presence::optional, usual_length),
    element("sex", uint),
    element("height", uint),
    element("weight", uint),
    element("eye_colour", text),
    element("hair_colour", text),
    element("birth_place", latin1, Presence::optional, usual_length),
    element("resident_address", latin1, Presence::optional, usual_length),
    element("portrait_capture_date", tdate),
    element("age_in_years", uint),
    element("age_birth_year", uint),
    element("age_over_*", boolean),
    element("issuing_jurisdiction", text),
    element("nationality", text),
    element("resident_street", latin1, Presence::optional, usual_length),
    element("resident_city", latin1, Presence::optional, usual_length),
    element("resident_state", latin1, Presence::optional, usual_length),
    element("resident_postal_code", latin1, Presence::optional, usual_length),
    element("resident_country", text),
    element("biometric_template_*", bytes),
    element("family_name_national_character", text),
    element("given_name_national_character", text),
    element("signature_usual_mark", image),
    element("webapi_info", array),  // first edition
    element("oidc_info", array),    // first edition
};

// AAMVA mDL Implementation Guidelines 1.6. Where tables of different versions disagree, both forms stand.
constexpr std::array aamva_elements{
    element("domestic_driving_privileges", array, mandatory),
    element("name_suffix", text),
    element("organ_donor", uint),
    element("veteran", uint),
    element("family_name_truncation", text, mandatory),
    element("given_name_truncation", text, mandatory),
    element("aka_family_name*", text),
    element("aka_given_name*", text),
    element("aka_suffix", text),
    element("weight_range", uint),
    element("race_ethnicity", text),
    element("sex", uint, mandatory),
    element("first_name*", text),
    element("middle_names*", text),
    element("EDL_credential*", uint | boolean),
    element("DHS_compliance", text, mandatory),
    element("DHS_compliance_text", text),
    element("DHS_temporary_lawful_status", uint),
    element("resident_county*", text),
    element("hazmat_endorsement_expiration_date", full_date),
    element("CDL_indicator", uint),
    element("CDL_non_domiciled*", uint | boolean),
};

// ISO/IEC TS 23220-4:2026, Table C.1.
constexpr std::array photo_id_generic_elements{
    element("family_name", text, mandatory, usual_length),
    element("given_name", text, mandatory, usual_length),
    element("birth_date", full_date | map, mandatory),
    element("portrait", image, mandatory),
    element("issue_date", full_date, mandatory),
    element("expiry_date", full_date, mandatory),
    element("issuing_authority", text, mandatory, usual_length),
    element("issuing_country", text, mandatory),
    element("age_over_18", boolean, mandatory),
    element("age_in_years", uint, recommended),
    element("age_birth_year", uint, recommended),
    element("age_over_*", boolean, recommended),
    element("family_name_viz", text, Presence::optional, usual_length),
    element("given_name_viz", text, Presence::optional, usual_length),
    element("enrolment_portrait_image", image),
    element("portrait_capture_date", tdate | full_date),
    element("birthplace", text, Presence::optional, usual_length),
    element("name_at_birth", text, Presence::optional, usual_length),
    element("resident_address", text, Presence::optional, usual_length),
    element("resident_city", text, Presence::optional, usual_length),
    element("resident_postal_code", text, Presence::optional, usual_length),
    element("resident_address_latin1", latin1, Presence::optional, usual_length),
    element("resident_city_latin1", latin1, Presence::optional, usual_length),
    element("resident_country", text),
    element("sex", uint),
    element("nationality", text),
    element("document_number", text, Presence::optional, usual_length),
    element("issuing_subdivision", text),
    element("family_name_latin1", latin1, Presence::optional, usual_length),
    element("given_name_latin1", latin1, Presence::optional, usual_length),
};

// Table C.2.
constexpr std::array photo_id_elements{
    element("person_id", text),
    element("birth_country", text),
    element("birth_state", text),
    element("birth_city", text),
    element("administrative_number", text),
    element("resident_street", text),
    element("resident_house_number", text),
    element("resident_state*", text),
    element("travel_document_type", text),
    element("travel_document_mrz", text),
    element("travel_document_number", text),
};

// Table C.3: elementary files of a travel document.
constexpr std::array data_group_elements{
    element("version", text),
    element("dg*", bytes),
    element("sod", bytes),
};

// PID rulebook 1.7, with what older wallets still send.
constexpr std::array pid_elements{
    element("family_name", text, mandatory, usual_length),
    element("given_name", text, mandatory, usual_length),
    element("birth_date", full_date, mandatory),
    element("place_of_birth", map, mandatory),
    element("nationality", array | text, mandatory),
    element("issuing_authority", text, mandatory, usual_length),
    element("issuing_country", text, mandatory),
    element("portrait", bytes),  // empty where the holder opted out
    element("resident_address", text, Presence::optional, usual_length),
    element("resident_country", text),
    element("resident_state", text, Presence::optional, usual_length),
    element("resident_city", text, Presence::optional, usual_length),
    element("resident_postal_code", text, Presence::optional, usual_length),
    element("resident_street", text, Presence::optional, usual_length),
    element("personal_administrative_number", text, Presence::optional, usual_length),
    element("family_name_birth", text, Presence::optional, usual_length),
    element("given_name_birth", text, Presence::optional, usual_length),
    element("sex", uint),
    element("email_address", text, Presence::optional, usual_length),
    element("mobile_phone_number", text, Presence::optional, usual_length),
    element("expiry_date", tdate | full_date),
    element("issuance_date", tdate | full_date),
    element("document_number", text, Presence::optional, usual_length),
    element("issuing_jurisdiction", text),
    element("trust_anchor", text),
    element("attestation_legal_category", text),
    element("age_over_*", boolean),
    element("age_in_years", uint),
    element("age_birth_year", uint),
};

constexpr std::array age_verification_elements{
    element("age_over_18", boolean, mandatory),
    element("age_over_*", boolean),
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
                   .id = "mdl",
                   .title = "Mobile driving licence",
                   .name_spaces = mdl_name_spaces,
                   .issuer_name_space = "org.iso.18013.5.1",
                   .country_element = "issuing_country",
                   .jurisdiction_element = "issuing_jurisdiction",
                   .reader_authentication = {.proximity = ReaderAuthenticationRule::not_mandatory},
                   .signer = {.key_purposes = mdl_signers},
                   .holder_verification = {.element = "portrait"}},
    DocTypeProfile{.doc_type = "org.iso.23220.photoid.1",
                   .id = "photoid",
                   .title = "Photo ID",
                   .name_spaces = photo_id_name_spaces,
                   .signer = {.key_purposes = photo_id_signers, .crl_points = false, .contact = false}},
    DocTypeProfile{.doc_type = "eu.europa.ec.eudi.pid.1",
                   .id = "pid",
                   .title = "Person identification data",
                   .name_spaces = pid_name_spaces,
                   .signer = {.key_purposes = pid_signers, .crl_points = false, .contact = false}},
    // The profile asks for no key purpose: its signers are known by their trusted list.
    DocTypeProfile{.doc_type = "eu.europa.ec.av.1",
                   .id = "age",
                   .title = "Proof of age",
                   .name_spaces = age_verification_name_spaces,
                   .signer = {.policies = age_verification_policies,
                              .crl_points = false,
                              .contact = false,
                              .intermediates = true}},
};

}  // namespace

std::span<const DocTypeProfile> doc_types() noexcept { return table; }

}  // namespace mdoc::profile
