#include <algorithm>
#include <array>
#include <optional>

#include "core/ascii.hpp"
#include "core/object_identifier.hpp"
#include "core/uuid_text.hpp"
#include "profile/algorithm_names.hpp"
#include "profile/consistency.hpp"

namespace mdoc::profile {
namespace {

using enum Inconsistency;

// ---- P5 to P7 ---------------------------------------------------------------------------------

/// Has to be there, perhaps as one of several.
bool is_owed(Requirement requirement) {
  return requirement == Requirement::mandatory || requirement == Requirement::choice;
}
bool is_usable(const WayRule& rule) {
  return rule.mdoc != Requirement::forbidden && rule.reader != Requirement::forbidden;
}

std::vector<WayRule> ways_of(const DocTypeProfile& profile, Row row) {
  std::vector<WayRule> ways;
  for (const WayRule& rule : profile.ways) {
    if (row_of(rule.way) == row) ways.push_back(rule);
  }
  return ways;
}

/// Whatever both sides choose, they have a way in common.
bool always_meet(const std::vector<WayRule>& ways) {
  const auto all_of_one_side = [&](Requirement WayRule::*chosen, Requirement WayRule::*needed) {
    const auto is_choice = [&](const WayRule& rule) { return rule.*chosen == Requirement::choice; };
    const auto is_met = [&](const WayRule& rule) { return !is_choice(rule) || rule.*needed == Requirement::mandatory; };
    return std::ranges::any_of(ways, is_choice) && std::ranges::all_of(ways, is_met);
  };
  const auto mandatory_for_both = [](const WayRule& rule) {
    return rule.mdoc == Requirement::mandatory && rule.reader == Requirement::mandatory;
  };
  return std::ranges::any_of(ways, mandatory_for_both) || all_of_one_side(&WayRule::mdoc, &WayRule::reader) ||
         all_of_one_side(&WayRule::reader, &WayRule::mdoc);
}

void check_row_of_ways(Findings& findings, Row row) {
  const auto ways = ways_of(findings.profile(), row);
  const bool meet = always_meet(ways);
  for (const WayRule& rule : ways) {
    const bool opposed = (rule.mdoc == Requirement::mandatory && rule.reader == Requirement::forbidden) ||
                         (rule.reader == Requirement::mandatory && rule.mdoc == Requirement::forbidden);
    if (opposed) {
      findings.add_in(row, way_opposed, name(rule.way));
    } else if (!meet && is_owed(rule.mdoc) && rule.reader != Requirement::mandatory) {
      findings.add_in(row, way_unmet, name(rule.way));
    }
  }
  for (const auto side : {&WayRule::mdoc, &WayRule::reader}) {
    const auto is_choice = [&](const WayRule& rule) { return rule.*side == Requirement::choice; };
    if (std::ranges::count_if(ways, is_choice) != 1) continue;
    findings.add_in(row, single_choice, name(std::ranges::find_if(ways, is_choice)->way));
  }
}

/// Ways that are not named are optional.
bool is_closed(const DocTypeProfile& profile, Row row) {
  const auto ways = ways_of(profile, row);
  std::size_t known = 0;
  for (std::size_t i = 0; i < way_count; ++i) known += row_of(static_cast<Way>(i)) == row ? 1 : 0;
  return ways.size() >= known && std::ranges::none_of(ways, is_usable);
}

// ---- P9 ---------------------------------------------------------------------------------------

const CurveName* find_curve_name(std::string_view name) {
  const auto found = std::ranges::find(curve_names, name, &CurveName::name);
  return found == curve_names.end() ? nullptr : &*found;
}

void check_algorithms(Findings& findings) {
  const AlgorithmPolicy& policy = findings.profile().algorithms;
  for (const std::uint64_t suite : policy.cipher_suites) {
    if (suite != 1) findings.add(cipher_suite_unknown, std::to_string(suite));
  }
  for (const std::string_view digest : policy.digests) {
    if (std::ranges::find(digest_names, digest) == digest_names.end()) findings.add(digest_unknown, digest);
  }
  for (const std::string_view name : policy.signer_curves) {
    const CurveName* const curve = find_curve_name(name);
    if (curve == nullptr) {
      findings.add(curve_unknown, name);
    } else if (!curve->signs) {
      findings.add(signer_curve, name);
    }
  }
  const bool authenticates = policy.device_signature || policy.device_mac;
  for (const std::string_view name : policy.device_curves) {
    const CurveName* const curve = find_curve_name(name);
    if (curve == nullptr) {
      findings.add(curve_unknown, name);
    } else if (authenticates && !(policy.device_signature && curve->signs) && !(policy.device_mac && curve->agrees)) {
      findings.add(device_curve, name);
    }
  }
  if (!authenticates) findings.add(no_device_authentication);
}

// ---- P11 to P14 -------------------------------------------------------------------------------

void check_device_signed(Findings& findings) {
  if (findings.profile().mdoc_authentication.device_signed) return;
  for (const NameSpaceProfile& name_space : findings.profile().name_spaces) {
    for (const ElementProfile& element : name_space.elements) {
      if (element.device_signed) findings.add_at(device_signed_forbidden, name_space.name_space, element.identifier);
    }
  }
}

void check_certificates(Findings& findings) {
  const DocTypeProfile& profile = findings.profile();
  for (const auto purposes : {profile.signer.key_purposes, profile.reader_key_purposes}) {
    for (const std::string_view purpose : purposes) {
      if (!is_object_identifier(purpose)) findings.add(key_purpose, purpose);
    }
  }
  for (const std::string_view each : profile.signer.policies) {
    if (!is_object_identifier(each)) findings.add(policy, each);
  }
  const CertificateValidityPolicy& validity = profile.certificate_validity;
  if (validity.authority_days != 0 && validity.signer_days > validity.authority_days) findings.add(days_out_of_order);
  if (!profile.answered.has(Row::certificates) || !profile.answered.has(Row::certificate_validity)) return;
  if (validity.revocation && !profile.signer.crl_points) findings.add(crl_missing);
  if (!validity.revocation && profile.signer.crl_points) findings.add(crl_unused);
}

void check_mso(Findings& findings) {
  const DocTypeProfile& profile = findings.profile();
  const MsoPolicy& mso = profile.mso;
  const std::uint16_t signer_days = profile.certificate_validity.signer_days;
  if (signer_days != 0 && mso.max_validity_days > signer_days) findings.add(mso_outlives_signer);
  if (mso.status == Requirement::mandatory && mso.mechanisms.empty()) findings.add(status_mechanism);
  if (mso.status == Requirement::forbidden && !mso.mechanisms.empty()) findings.add(status_forbidden);
  if (mso.single_use && !mso.whole_days) findings.add(single_use_dates);
  if (mso.single_use && !profile.mdoc_authentication.one_key_per_document) findings.add(single_use_keys);
}

// ---- P18 and constants ------------------------------------------------------------------------

constexpr std::array<std::string_view, 6> known_request_info{
    "alternativeDataElements", "issuerIdentifiers", "uniqueDocSetRequired",
    "maximumResponseSize",     "zkRequest",         "docResponseEncryption"};
constexpr std::string_view known_device_request_info = "useCases";
constexpr std::uint64_t last_known_capability = 4;

void check_extensions(Findings& findings) {
  const ExtensionPolicy& extensions = findings.profile().extensions;
  for (const std::string_view key : extensions.request_info) {
    if (std::ranges::find(known_request_info, key) != known_request_info.end()) findings.add(extension_known, key);
  }
  for (const std::string_view key : extensions.device_request_info) {
    if (key == known_device_request_info) findings.add(extension_known, key);
  }
  for (const std::uint64_t number : extensions.capabilities) {
    if (number <= last_known_capability) findings.add(extension_known, std::to_string(number));
  }
}

using Text = std::string_view ProtocolConstants::*;

constexpr std::array constant_texts{
    &ProtocolConstants::id,
    &ProtocolConstants::engagement_version,
    &ProtocolConstants::engagement_version_extended,
    &ProtocolConstants::device_engagement_scheme,
    &ProtocolConstants::reader_engagement_scheme,
    &ProtocolConstants::ndef_device_engagement_type,
    &ProtocolConstants::ndef_device_engagement_id,
    &ProtocolConstants::ndef_reader_engagement_type,
    &ProtocolConstants::ndef_reader_engagement_id,
    &ProtocolConstants::ndef_nfc_carrier_type,
    &ProtocolConstants::sk_reader_info,
    &ProtocolConstants::sk_device_info,
    &ProtocolConstants::e_mac_key_info,
    &ProtocolConstants::ble_ident_info,
    &ProtocolConstants::nan_service_info,
    &ProtocolConstants::nan_passphrase_info,
    &ProtocolConstants::device_authentication_context,
    &ProtocolConstants::reader_authentication_context,
    &ProtocolConstants::reader_authentication_all_context,
    &ProtocolConstants::http_path,
    &ProtocolConstants::http_content_type,
    &ProtocolConstants::obsolete_engagement_scheme,
    &ProtocolConstants::rest_api_scheme,
    &ProtocolConstants::ndef_nfc_carrier_id,
    &ProtocolConstants::ndef_ble_carrier_type,
    &ProtocolConstants::ndef_ble_carrier_id,
    &ProtocolConstants::ndef_wifi_aware_carrier_type,
    &ProtocolConstants::ndef_wifi_aware_carrier_id,
    &ProtocolConstants::tnep_handover_service,
    &ProtocolConstants::openid4vp_handover,
    &ProtocolConstants::openid4vp_dc_api_handover,
    &ProtocolConstants::openid4vci_iae_handover,
    &ProtocolConstants::dc_api_handover,
    &ProtocolConstants::ble_mdoc_state,
    &ProtocolConstants::ble_mdoc_client2server,
    &ProtocolConstants::ble_mdoc_server2client,
    &ProtocolConstants::ble_mdoc_l2cap,
    &ProtocolConstants::ble_reader_state,
    &ProtocolConstants::ble_reader_client2server,
    &ProtocolConstants::ble_reader_server2client,
    &ProtocolConstants::ble_reader_ident,
    &ProtocolConstants::ble_reader_l2cap,
};
/// What URIs begin with.
constexpr std::array schemes{
    &ProtocolConstants::device_engagement_scheme,
    &ProtocolConstants::reader_engagement_scheme,
    &ProtocolConstants::obsolete_engagement_scheme,
    &ProtocolConstants::rest_api_scheme,
};
/// Derive keys (9.1.1.4, 9.1.3.5) from one shared secret.
constexpr std::array key_infos{
    &ProtocolConstants::sk_reader_info, &ProtocolConstants::sk_device_info,   &ProtocolConstants::e_mac_key_info,
    &ProtocolConstants::ble_ident_info, &ProtocolConstants::nan_service_info, &ProtocolConstants::nan_passphrase_info,
};
constexpr std::array authentication_contexts{
    &ProtocolConstants::device_authentication_context,
    &ProtocolConstants::reader_authentication_context,
    &ProtocolConstants::reader_authentication_all_context,
};
/// Begin the handover of SessionTranscript.
constexpr std::array handovers{
    &ProtocolConstants::openid4vp_handover,
    &ProtocolConstants::openid4vp_dc_api_handover,
    &ProtocolConstants::openid4vci_iae_handover,
    &ProtocolConstants::dc_api_handover,
};

/// UUIDs of the service of the mdoc, and of that of the mdoc reader (8.3.3.1.1.4).
constexpr std::array mdoc_characteristics{
    &ProtocolConstants::ble_mdoc_state,
    &ProtocolConstants::ble_mdoc_client2server,
    &ProtocolConstants::ble_mdoc_server2client,
    &ProtocolConstants::ble_mdoc_l2cap,
};
constexpr std::array reader_characteristics{
    &ProtocolConstants::ble_reader_state,         &ProtocolConstants::ble_reader_client2server,
    &ProtocolConstants::ble_reader_server2client, &ProtocolConstants::ble_reader_ident,
    &ProtocolConstants::ble_reader_l2cap,
};

/// One finding for each text that is that of an earlier one.
void check_distinct(Findings& findings, const ProtocolConstants& constants, std::span<const Text> texts,
                    Inconsistency kind) {
  for (auto one = texts.begin(); one != texts.end(); ++one) {
    const auto same = [&](Text earlier) { return constants.*earlier == constants.**one; };
    if (std::any_of(texts.begin(), one, same)) findings.add(kind, constants.**one);
  }
}

/// As texts, two of the same UUID may differ.
void check_characteristics(Findings& findings, const ProtocolConstants& constants, std::span<const Text> texts) {
  std::vector<std::array<std::uint8_t, 16>> earlier;
  for (const Text text : texts) {
    if ((constants.*text).empty()) continue;  // a finding of its own
    const auto uuid = parse_uuid_text(constants.*text);
    if (!uuid) {
      findings.add(constant_uuid, constants.*text);
      continue;
    }
    if (std::ranges::find(earlier, *uuid) != earlier.end()) findings.add(constant_uuids, constants.*text);
    earlier.push_back(*uuid);
  }
}

/// scheme ":" (RFC 3986, 3.1), and whatever follows.
bool begins_with_scheme(std::string_view text) {
  const auto is_of_scheme = [](char c) { return is_letter_or_digit(c) || c == '+' || c == '-' || c == '.'; };
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && is_letter(text.front()) &&
         std::ranges::all_of(text.substr(0, colon), is_of_scheme);
}

}  // namespace

void check_ways(Findings& findings) {
  const DocTypeProfile& profile = findings.profile();
  for (const Row row : {Row::engagement, Row::device_retrieval, Row::online}) check_row_of_ways(findings, row);
  const bool proximity_closed = is_closed(profile, Row::device_retrieval);
  if (is_closed(profile, Row::engagement) && !proximity_closed) findings.add(no_way_to_meet);
  if (proximity_closed && is_closed(profile, Row::online)) findings.add(no_way_to_talk);
}

void check_policies(Findings& findings) {
  check_algorithms(findings);
  check_device_signed(findings);
  check_certificates(findings);
  check_mso(findings);
}

void check_names_of_the_protocol(Findings& findings) {
  check_extensions(findings);
  if (findings.profile().constants == nullptr) return;
  const ProtocolConstants& constants = *findings.profile().constants;
  for (const Text text : constant_texts) {
    if ((constants.*text).empty()) findings.add(constant_empty);
  }
  for (const Text scheme : schemes) {
    const std::string_view text = constants.*scheme;
    if (!text.empty() && !begins_with_scheme(text)) findings.add(constant_scheme, text);
  }
  check_distinct(findings, constants, key_infos, constant_infos);
  check_distinct(findings, constants, authentication_contexts, constant_contexts);
  check_distinct(findings, constants, handovers, constant_contexts);
  check_characteristics(findings, constants, mdoc_characteristics);
  check_characteristics(findings, constants, reader_characteristics);
  if (constants.reader_iv_identifier == constants.mdoc_iv_identifier) findings.add(constant_ivs);
  if (&constants != &iso18013_5() && constants.id == iso18013_5().id) findings.add(constant_id, constants.id);
}

}  // namespace mdoc::profile
