#include "json/profile_rows.hpp"

#include <algorithm>
#include <array>

#include "mdoc/core/encoding.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using profile::DocTypeProfile;
using profile::ReaderAuthenticationRule;
using profile::Requirement;
using profile::Row;
using profile::Way;
using profile::WayRule;

/// A list of words that stay words.
template <std::size_t N>
auto texts_of(const std::array<ProfileWord<std::string_view>, N>& words) {
  return [&words](ProfileInput& in, const bj::value& value,
                  const Path& where) -> Result<std::span<const std::string_view>> {
    MDOC_TRY(auto found, in.words(value, where, std::span<const ProfileWord<std::string_view>>(words)));
    return in.arena().array(std::move(found));
  };
}
using Text = ProfileWord<std::string_view>;

// ---- P5 to P8: ways ---------------------------------------------------------------------------

constexpr std::array requirements{
    ProfileWord{"mandatory", Requirement::mandatory},
    ProfileWord{"choice", Requirement::choice},
    ProfileWord{"optional", Requirement::optional},
    ProfileWord{"forbidden", Requirement::forbidden},
};

Result<WayRule> read_way(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"mdoc", "reader"}));
  WayRule rule;
  MDOC_TRY(rule.mdoc, object.get("mdoc", one_of(requirements)));
  MDOC_TRY(rule.reader, object.get("reader", one_of(requirements)));
  return rule;
}

Result<void> read_ways(ProfileInput& in, const bj::value& value, const Path& where, Row row,
                       std::vector<WayRule>& rules) {
  MDOC_TRY(const auto* members, in.object(value, where));
  const ProfileObject object(in, *members, where);
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < profile::way_count; ++i) {
    const auto way = static_cast<Way>(i);
    if (profile::row_of(way) != row) continue;
    const std::string_view name = profile::name(way);
    names.push_back(name);
    Path at = where;
    at.push_name(name.data());  // a literal
    const bj::value* const found = object.find(name);
    if (found == nullptr) {
      return in.wrong(Errc::missing_element, at, R"(a row names all its ways: {"mdoc": …, "reader": …})");
    }
    MDOC_TRY(WayRule rule, object_of(read_way)(in, *found, at));
    rule.way = way;
    rules.push_back(rule);
  }
  return object.only(names);
}

constexpr std::array server_retrievals{ProfileWord{"permitted", true}, ProfileWord{"forbidden", false}};

// ---- P9 to P11: algorithms and authentication -------------------------------------------------

enum class DeviceAuthentication : std::uint8_t { signature, mac };
constexpr std::array device_authentications{
    ProfileWord{"signature", DeviceAuthentication::signature},
    ProfileWord{"mac", DeviceAuthentication::mac},
};

Result<profile::AlgorithmPolicy> read_algorithms(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"cipherSuites", "digests", "signerCurves", "deviceCurves", "deviceAuthentication"}));
  profile::AlgorithmPolicy policy{.device_signature = false, .device_mac = false};
  MDOC_TRY(policy.cipher_suites, object.get("cipherSuites", &ProfileInput::numbers));
  MDOC_TRY(policy.digests, object.get("digests", &ProfileInput::names));
  MDOC_TRY(policy.signer_curves, object.get("signerCurves", &ProfileInput::names));
  MDOC_TRY(policy.device_curves, object.get("deviceCurves", &ProfileInput::names));
  const auto read = [](ProfileInput& input, const bj::value& value, const Path& where) {
    return input.words(value, where, std::span<const ProfileWord<DeviceAuthentication>>(device_authentications));
  };
  MDOC_TRY(const auto found, object.get("deviceAuthentication", read));
  for (const DeviceAuthentication each : found) {
    (each == DeviceAuthentication::mac ? policy.device_mac : policy.device_signature) = true;
  }
  return policy;
}

constexpr std::array reader_authentications{
    ProfileWord{"optional", ReaderAuthenticationRule::optional},
    ProfileWord{"not-mandatory", ReaderAuthenticationRule::not_mandatory},
    ProfileWord{"required", ReaderAuthenticationRule::required},
    ProfileWord{"out-of-scope", ReaderAuthenticationRule::out_of_scope},
};

Result<profile::ReaderAuthenticationPolicy> read_reader_authentication(ProfileInput& /*in*/,
                                                                       const ProfileObject& object) {
  MDOC_CHECK(object.only({"proximity", "online"}));
  profile::ReaderAuthenticationPolicy policy;
  MDOC_TRY(policy.proximity, object.get("proximity", one_of(reader_authentications)));
  MDOC_TRY(policy.online, object.get("online", one_of(reader_authentications)));
  return policy;
}

constexpr std::array device_signed_words{ProfileWord{"authorized", true}, ProfileWord{"forbidden", false}};

Result<profile::MdocAuthenticationPolicy> read_mdoc_authentication(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"deviceSigned", "oneKeyPerDocument"}));
  profile::MdocAuthenticationPolicy policy;
  MDOC_TRY(policy.device_signed, object.get("deviceSigned", one_of(device_signed_words)));
  MDOC_TRY(policy.one_key_per_document, object.get("oneKeyPerDocument", &ProfileInput::boolean));
  return policy;
}

// ---- P12 to P15: certificates, dates, trust ---------------------------------------------------

Result<profile::SignerProfile> read_signer(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"keyPurposes", "policies", "crlPoints", "contact", "state", "intermediates"}));
  profile::SignerProfile signer;
  MDOC_TRY(signer.key_purposes, object.get("keyPurposes", &ProfileInput::names));
  MDOC_TRY(signer.policies, object.get("policies", &ProfileInput::names));
  MDOC_TRY(signer.crl_points, object.get("crlPoints", &ProfileInput::boolean));
  MDOC_TRY(signer.contact, object.get("contact", &ProfileInput::boolean));
  MDOC_TRY(signer.state, object.get("state", &ProfileInput::boolean));
  MDOC_TRY(signer.intermediates, object.get("intermediates", &ProfileInput::boolean));
  return signer;
}

Result<std::span<const std::string_view>> read_reader_certificates(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"keyPurposes"}));
  return object.get("keyPurposes", &ProfileInput::names);
}

struct Certificates {
  profile::SignerProfile signer;
  std::span<const std::string_view> reader_key_purposes;
};

Result<Certificates> read_certificates(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"signer", "reader"}));
  Certificates certificates;
  MDOC_TRY(certificates.signer, object.get("signer", object_of(read_signer)));
  MDOC_TRY(certificates.reader_key_purposes, object.get("reader", object_of(read_reader_certificates)));
  return certificates;
}

Result<profile::CertificateValidityPolicy> read_certificate_validity(ProfileInput& /*in*/,
                                                                     const ProfileObject& object) {
  MDOC_CHECK(object.only({"signerDays", "authorityDays", "readerDays", "revocation"}));
  profile::CertificateValidityPolicy policy;
  MDOC_TRY(policy.signer_days, object.get("signerDays", &ProfileInput::short_number));
  MDOC_TRY(policy.authority_days, object.get("authorityDays", &ProfileInput::short_number));
  MDOC_TRY(policy.reader_days, object.get("readerDays", &ProfileInput::short_number));
  MDOC_TRY(policy.revocation, object.get("revocation", &ProfileInput::boolean));
  return policy;
}

constexpr std::array status_requirements{
    ProfileWord{"mandatory", Requirement::mandatory},
    ProfileWord{"optional", Requirement::optional},
    ProfileWord{"forbidden", Requirement::forbidden},
};
constexpr std::array status_mechanisms{Text{"status-list", "status-list"}, Text{"identifier-list", "identifier-list"}};

Result<profile::MsoPolicy> read_mso(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"maxValidityDays", "status", "mechanisms", "wholeDays", "singleUse"}));
  profile::MsoPolicy policy;
  MDOC_TRY(policy.max_validity_days, object.get("maxValidityDays", &ProfileInput::short_number));
  MDOC_TRY(policy.status, object.get("status", one_of(status_requirements)));
  MDOC_TRY(policy.mechanisms, object.get("mechanisms", texts_of(status_mechanisms)));
  MDOC_TRY(policy.whole_days, object.get("wholeDays", &ProfileInput::boolean));
  MDOC_TRY(policy.single_use, object.get("singleUse", &ProfileInput::boolean));
  return policy;
}

constexpr std::array trust_sources{Text{"vical", "vical"}, Text{"trusted-list", "trusted-list"},
                                   Text{"trusted-entities", "trusted-entities"}, Text{"pinned", "pinned"}};

// ---- P16 to P18 -------------------------------------------------------------------------------

constexpr std::array holder_methods{
    ProfileWord{"portrait", profile::HolderMethod::portrait},
    ProfileWord{"biometric-template", profile::HolderMethod::biometric_template},
    ProfileWord{"signature-usual-mark", profile::HolderMethod::signature_usual_mark},
    ProfileWord{"device", profile::HolderMethod::device},
};

Result<profile::HolderVerificationPolicy> read_holder_verification(ProfileInput& in, const ProfileObject& object) {
  MDOC_CHECK(object.only({"methods", "element"}));
  const auto read = [](ProfileInput& input, const bj::value& value, const Path& where) {
    return input.words(value, where, std::span<const ProfileWord<profile::HolderMethod>>(holder_methods));
  };
  profile::HolderVerificationPolicy policy;
  MDOC_TRY(auto methods, object.get("methods", read));
  policy.methods = in.arena().array(std::move(methods));
  MDOC_CHECK(object.maybe("element", policy.element, &ProfileInput::name));
  return policy;
}

Result<std::int64_t> read_code(ProfileInput& in, const bj::value& value, const Path& where) {
  if (const auto* const code = value.if_int64()) return *code;
  return in.wrong(value.is_uint64() ? Errc::bad_value : Errc::wrong_type, where, "an integer of at most 64 bits");
}

Result<profile::PurposeHint> read_purpose(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"controller", "code", "title"}));
  profile::PurposeHint purpose;
  MDOC_TRY(purpose.controller, object.get("controller", &ProfileInput::name));
  MDOC_TRY(purpose.code, object.get("code", read_code));
  MDOC_TRY(purpose.titles, object.get("title", &ProfileInput::local_texts));
  return purpose;
}

Result<std::span<const profile::PurposeHint>> read_purposes(ProfileInput& in, const bj::value& value,
                                                            const Path& where) {
  MDOC_TRY(const auto* list, in.array(value, where, ProfileLimits::entries));
  std::vector<profile::PurposeHint> purposes;
  for (std::size_t i = 0; i < list->size(); ++i) {
    MDOC_TRY(const auto purpose, object_of(read_purpose)(in, (*list)[i], where / i));
    purposes.push_back(purpose);
  }
  return in.arena().array(std::move(purposes));
}

Result<profile::ExtensionPolicy> read_extensions(ProfileInput& /*in*/, const ProfileObject& object) {
  MDOC_CHECK(object.only({"requestInfo", "deviceRequestInfo", "capabilities"}));
  profile::ExtensionPolicy policy;
  MDOC_TRY(policy.request_info, object.get("requestInfo", &ProfileInput::names));
  MDOC_TRY(policy.device_request_info, object.get("deviceRequestInfo", &ProfileInput::names));
  MDOC_TRY(policy.capabilities, object.get("capabilities", &ProfileInput::numbers));
  return policy;
}

// ---- protocol constants -----------------------------------------------------------------------

struct ConstantText {
  const char* name;
  std::string_view ProtocolConstants::*member;
};
constexpr std::array constant_texts{
    ConstantText{"engagementVersion", &ProtocolConstants::engagement_version},
    ConstantText{"engagementVersionExtended", &ProtocolConstants::engagement_version_extended},
    ConstantText{"deviceEngagementScheme", &ProtocolConstants::device_engagement_scheme},
    ConstantText{"readerEngagementScheme", &ProtocolConstants::reader_engagement_scheme},
    ConstantText{"ndefDeviceEngagementType", &ProtocolConstants::ndef_device_engagement_type},
    ConstantText{"ndefDeviceEngagementId", &ProtocolConstants::ndef_device_engagement_id},
    ConstantText{"ndefReaderEngagementType", &ProtocolConstants::ndef_reader_engagement_type},
    ConstantText{"ndefReaderEngagementId", &ProtocolConstants::ndef_reader_engagement_id},
    ConstantText{"ndefNfcCarrierType", &ProtocolConstants::ndef_nfc_carrier_type},
    ConstantText{"skReaderInfo", &ProtocolConstants::sk_reader_info},
    ConstantText{"skDeviceInfo", &ProtocolConstants::sk_device_info},
    ConstantText{"eMacKeyInfo", &ProtocolConstants::e_mac_key_info},
    ConstantText{"bleIdentInfo", &ProtocolConstants::ble_ident_info},
    ConstantText{"nanServiceInfo", &ProtocolConstants::nan_service_info},
    ConstantText{"nanPassphraseInfo", &ProtocolConstants::nan_passphrase_info},
    ConstantText{"deviceAuthenticationContext", &ProtocolConstants::device_authentication_context},
    ConstantText{"readerAuthenticationContext", &ProtocolConstants::reader_authentication_context},
    ConstantText{"readerAuthenticationAllContext", &ProtocolConstants::reader_authentication_all_context},
    ConstantText{"httpPath", &ProtocolConstants::http_path},
    ConstantText{"httpContentType", &ProtocolConstants::http_content_type},
    ConstantText{"obsoleteEngagementScheme", &ProtocolConstants::obsolete_engagement_scheme},
    ConstantText{"restApiScheme", &ProtocolConstants::rest_api_scheme},
    ConstantText{"ndefNfcCarrierId", &ProtocolConstants::ndef_nfc_carrier_id},
    ConstantText{"ndefBleCarrierType", &ProtocolConstants::ndef_ble_carrier_type},
    ConstantText{"ndefBleCarrierId", &ProtocolConstants::ndef_ble_carrier_id},
    ConstantText{"ndefWifiAwareCarrierType", &ProtocolConstants::ndef_wifi_aware_carrier_type},
    ConstantText{"ndefWifiAwareCarrierId", &ProtocolConstants::ndef_wifi_aware_carrier_id},
    ConstantText{"tnepHandoverService", &ProtocolConstants::tnep_handover_service},
    ConstantText{"openid4vpHandover", &ProtocolConstants::openid4vp_handover},
    ConstantText{"openid4vpDcApiHandover", &ProtocolConstants::openid4vp_dc_api_handover},
    ConstantText{"openid4vciIaeHandover", &ProtocolConstants::openid4vci_iae_handover},
    ConstantText{"dcApiHandover", &ProtocolConstants::dc_api_handover},
    ConstantText{"bleMdocState", &ProtocolConstants::ble_mdoc_state},
    ConstantText{"bleMdocClient2server", &ProtocolConstants::ble_mdoc_client2server},
    ConstantText{"bleMdocServer2client", &ProtocolConstants::ble_mdoc_server2client},
    ConstantText{"bleMdocL2cap", &ProtocolConstants::ble_mdoc_l2cap},
    ConstantText{"bleReaderState", &ProtocolConstants::ble_reader_state},
    ConstantText{"bleReaderClient2server", &ProtocolConstants::ble_reader_client2server},
    ConstantText{"bleReaderServer2client", &ProtocolConstants::ble_reader_server2client},
    ConstantText{"bleReaderIdent", &ProtocolConstants::ble_reader_ident},
    ConstantText{"bleReaderL2cap", &ProtocolConstants::ble_reader_l2cap},
};

using IvIdentifier = std::array<std::uint8_t, 8>;

Result<IvIdentifier> read_iv_identifier(ProfileInput& in, const bj::value& value, const Path& where) {
  IvIdentifier identifier{};
  MDOC_TRY(const std::string_view text, in.bounded(value, where, ProfileLimits::name_bytes));
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != identifier.size()) return in.wrong(Errc::bad_value, where, "16 hexadecimal digits");
  std::ranges::copy(*bytes, identifier.begin());
  return identifier;
}

/// May be empty: whether that makes sense is judged elsewhere.
Result<std::string_view> read_constant(ProfileInput& in, const bj::value& value, const Path& where) {
  MDOC_TRY(const std::string_view text, in.bounded(value, where, ProfileLimits::name_bytes));
  return in.arena().text(text);
}

enum class Base : std::uint8_t { iso18013_5 };  // the only one
constexpr std::array bases{ProfileWord{"iso18013-5", Base::iso18013_5}};

Result<const ProtocolConstants*> read_changed_constants(ProfileInput& in, const ProfileObject& object) {
  std::vector<std::string_view> known{"base", "id", "readerIvIdentifier", "mdocIvIdentifier", "blePsmServiceUuid"};
  for (const ConstantText& each : constant_texts) known.emplace_back(each.name);
  MDOC_CHECK(object.only(known));
  MDOC_CHECK(object.get("base", one_of(bases)));
  ProtocolConstants constants = iso18013_5();
  MDOC_TRY(constants.id, object.get("id", &ProfileInput::name));
  for (const ConstantText& each : constant_texts) {
    const bj::value* const value = object.find(each.name);
    if (value == nullptr) continue;
    Path at = object.where();
    at.push_name(each.name);
    MDOC_TRY(constants.*each.member, read_constant(in, *value, at));
  }
  MDOC_CHECK(object.maybe("readerIvIdentifier", constants.reader_iv_identifier, read_iv_identifier));
  MDOC_CHECK(object.maybe("mdocIvIdentifier", constants.mdoc_iv_identifier, read_iv_identifier));
  MDOC_CHECK(object.maybe("blePsmServiceUuid", constants.ble_psm_service_uuid, &ProfileInput::short_number));
  return in.arena().one(constants);
}

Result<const ProtocolConstants*> read_constants(ProfileInput& in, const bj::value& value, const Path& where) {
  if (value.is_object()) return object_of(read_changed_constants)(in, value, where);
  MDOC_CHECK(in.word(value, where, std::span<const ProfileWord<Base>>(bases)));
  return static_cast<const ProtocolConstants*>(nullptr);
}

/// One row: where it is there, it is answered.
template <std::size_t N, class T, class Read>
Result<void> row(const ProfileObject& object, const char (&name)[N], Row which,  // NOLINT(*-c-arrays)
                 DocTypeProfile& profile, T& target, const Read& read) {
  if (object.has(name)) profile.answered.add(which);
  return object.maybe(name, target, read);
}

}  // namespace

Result<void> read_profile_rows(ProfileInput& in, const ProfileObject& object, DocTypeProfile& profile) {
  std::vector<WayRule> ways;
  struct WayRow {
    const char* name;
    Row row;
  };
  for (const WayRow& each : {WayRow{"engagement", Row::engagement}, WayRow{"deviceRetrieval", Row::device_retrieval},
                             WayRow{"online", Row::online}}) {
    const bj::value* const value = object.find(each.name);
    if (value == nullptr) continue;
    Path at = object.where();
    at.push_name(each.name);
    MDOC_CHECK(read_ways(in, *value, at, each.row, ways));
    profile.answered.add(each.row);
  }
  profile.ways = in.arena().array(std::move(ways));
  MDOC_CHECK(row(object, "serverRetrieval", Row::server_retrieval, profile, profile.server_retrieval,
                 one_of(server_retrievals)));
  MDOC_CHECK(row(object, "algorithms", Row::algorithms, profile, profile.algorithms, object_of(read_algorithms)));
  MDOC_CHECK(row(object, "readerAuthentication", Row::reader_authentication, profile, profile.reader_authentication,
                 object_of(read_reader_authentication)));
  MDOC_CHECK(row(object, "mdocAuthentication", Row::mdoc_authentication, profile, profile.mdoc_authentication,
                 object_of(read_mdoc_authentication)));
  Certificates certificates{.signer = profile.signer, .reader_key_purposes = profile.reader_key_purposes};
  MDOC_CHECK(row(object, "certificates", Row::certificates, profile, certificates, object_of(read_certificates)));
  profile.signer = certificates.signer;
  profile.reader_key_purposes = certificates.reader_key_purposes;
  MDOC_CHECK(row(object, "certificateValidity", Row::certificate_validity, profile, profile.certificate_validity,
                 object_of(read_certificate_validity)));
  MDOC_CHECK(row(object, "mso", Row::mso, profile, profile.mso, object_of(read_mso)));
  MDOC_CHECK(row(object, "trustSources", Row::trust_sources, profile, profile.trust_sources, texts_of(trust_sources)));
  MDOC_CHECK(row(object, "holderVerification", Row::holder_verification, profile, profile.holder_verification,
                 object_of(read_holder_verification)));
  MDOC_CHECK(row(object, "purposes", Row::purposes, profile, profile.purposes, read_purposes));
  MDOC_CHECK(row(object, "extensions", Row::extensions, profile, profile.extensions, object_of(read_extensions)));
  return row(object, "protocolConstants", Row::protocol_constants, profile, profile.constants, read_constants);
}

}  // namespace mdoc::json
