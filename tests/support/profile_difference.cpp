#include "support/profile_difference.hpp"

#include <span>
#include <string_view>

namespace mdoc::testing {
namespace {

using namespace profile;  // NOLINT(google-build-using-namespace)

/// Adds up the place of the first difference.
class Comparison {
 public:
  [[nodiscard]] const std::string& found() const noexcept { return found_; }

  template <class T>
  Comparison& operator()(std::string_view name, const T& a, const T& b) {
    if (!found_.empty()) return *this;
    const std::size_t before = place_.size();
    place_.append(place_.empty() ? "" : ".").append(name);
    compare(a, b);
    place_.resize(before);
    return *this;
  }

 private:
  template <class T>
  void compare(const T& a, const T& b) {
    if (!(a == b)) found_ = place_;
  }
  template <class T>
  void compare(const std::span<const T>& a, const std::span<const T>& b) {
    if (a.size() != b.size()) {
      found_ = place_ + ".size()";
      return;
    }
    for (std::size_t i = 0; i < a.size() && found_.empty(); ++i) {
      const std::size_t before = place_.size();
      place_.append("[").append(std::to_string(i)).append("]");
      compare(a[i], b[i]);
      place_.resize(before);
    }
  }
  template <class T>
  void compare(const T* const& a, const T* const& b) {
    if (a == nullptr || b == nullptr) {
      if (a != b) found_ = place_;
      return;
    }
    compare(*a, *b);
  }
  void compare(const LocalText& a, const LocalText& b) {
    (*this)("language", a.language, b.language)("text", a.text, b.text);
  }
  void compare(const ValueRule& a, const ValueRule& b) {
    (*this)("form", a.form, b.form)("format", a.format, b.format)("min_length", a.min_length, b.min_length)(
        "max_length", a.max_length, b.max_length)("max_number", a.max_number, b.max_number)("words", a.words, b.words)(
        "numbers", a.numbers, b.numbers)("items", a.items, b.items)("members", a.members, b.members);
  }
  void compare(const MemberRule& a, const MemberRule& b) {
    (*this)("key", a.key, b.key)("presence", a.presence, b.presence)("rule", a.rule, b.rule)("names", a.names, b.names);
  }
  void compare(const Condition& a, const Condition& b) {
    (*this)("name_space", a.name_space, b.name_space)("identifier", a.identifier, b.identifier)("text", a.text, b.text);
  }
  void compare(const ElementProfile& a, const ElementProfile& b) {
    (*this)("identifier", a.identifier, b.identifier)("rule", a.rule, b.rule)("presence", a.presence, b.presence)(
        "condition", a.condition, b.condition)("element_class", a.element_class, b.element_class)(
        "device_signed", a.device_signed, b.device_signed)("names", a.names, b.names)("clause", a.clause, b.clause);
  }
  void compare(const NameSpaceProfile& a, const NameSpaceProfile& b) {
    (*this)("name_space", a.name_space, b.name_space)("elements", a.elements, b.elements)(
        "age_over", a.age_over, b.age_over)("required", a.required, b.required);
  }
  void compare(const DomesticNameSpaces& a, const DomesticNameSpaces& b) {
    (*this)("pattern", a.pattern, b.pattern)("lower_case", a.lower_case, b.lower_case)("version", a.version, b.version);
  }
  void compare(const WayRule& a, const WayRule& b) {
    (*this)("way", a.way, b.way)("mdoc", a.mdoc, b.mdoc)("reader", a.reader, b.reader);
  }
  void compare(const AlgorithmPolicy& a, const AlgorithmPolicy& b) {
    (*this)("cipher_suites", a.cipher_suites, b.cipher_suites)("digests", a.digests, b.digests)(
        "signer_curves", a.signer_curves, b.signer_curves)("device_curves", a.device_curves, b.device_curves)(
        "device_signature", a.device_signature, b.device_signature)("device_mac", a.device_mac, b.device_mac);
  }
  void compare(const ReaderAuthenticationPolicy& a, const ReaderAuthenticationPolicy& b) {
    (*this)("proximity", a.proximity, b.proximity)("online", a.online, b.online);
  }
  void compare(const MdocAuthenticationPolicy& a, const MdocAuthenticationPolicy& b) {
    (*this)("device_signed", a.device_signed, b.device_signed)("one_key_per_document", a.one_key_per_document,
                                                               b.one_key_per_document);
  }
  void compare(const SignerProfile& a, const SignerProfile& b) {
    (*this)("key_purposes", a.key_purposes, b.key_purposes)("policies", a.policies, b.policies)(
        "crl_points", a.crl_points, b.crl_points)("contact", a.contact, b.contact)("state", a.state, b.state)(
        "intermediates", a.intermediates, b.intermediates);
  }
  void compare(const CertificateValidityPolicy& a, const CertificateValidityPolicy& b) {
    (*this)("signer_days", a.signer_days, b.signer_days)("authority_days", a.authority_days, b.authority_days)(
        "reader_days", a.reader_days, b.reader_days)("revocation", a.revocation, b.revocation);
  }
  void compare(const MsoPolicy& a, const MsoPolicy& b) {
    (*this)("max_validity_days", a.max_validity_days, b.max_validity_days)("status", a.status, b.status)(
        "mechanisms", a.mechanisms, b.mechanisms)("whole_days", a.whole_days, b.whole_days)("single_use", a.single_use,
                                                                                            b.single_use);
  }
  void compare(const HolderVerificationPolicy& a, const HolderVerificationPolicy& b) {
    (*this)("methods", a.methods, b.methods)("element", a.element, b.element);
  }
  void compare(const PurposeHint& a, const PurposeHint& b) {
    (*this)("controller", a.controller, b.controller)("code", a.code, b.code)("titles", a.titles, b.titles);
  }
  void compare(const ExtensionPolicy& a, const ExtensionPolicy& b) {
    (*this)("request_info", a.request_info, b.request_info)("device_request_info", a.device_request_info,
                                                            b.device_request_info)("capabilities", a.capabilities,
                                                                                   b.capabilities);
  }
  void compare(const ProtocolConstants& a, const ProtocolConstants& b) {
#define MDOC_SAME(member) (*this)(#member, a.member, b.member)
    MDOC_SAME(id);
    MDOC_SAME(engagement_version);
    MDOC_SAME(engagement_version_extended);
    MDOC_SAME(device_engagement_scheme);
    MDOC_SAME(reader_engagement_scheme);
    MDOC_SAME(ndef_device_engagement_type);
    MDOC_SAME(ndef_device_engagement_id);
    MDOC_SAME(ndef_reader_engagement_type);
    MDOC_SAME(ndef_reader_engagement_id);
    MDOC_SAME(ndef_nfc_carrier_type);
    MDOC_SAME(sk_reader_info);
    MDOC_SAME(sk_device_info);
    MDOC_SAME(e_mac_key_info);
    MDOC_SAME(ble_ident_info);
    MDOC_SAME(nan_service_info);
    MDOC_SAME(nan_passphrase_info);
    MDOC_SAME(reader_iv_identifier);
    MDOC_SAME(mdoc_iv_identifier);
    MDOC_SAME(device_authentication_context);
    MDOC_SAME(reader_authentication_context);
    MDOC_SAME(reader_authentication_all_context);
    MDOC_SAME(http_path);
    MDOC_SAME(http_content_type);
    MDOC_SAME(obsolete_engagement_scheme);
    MDOC_SAME(rest_api_scheme);
    MDOC_SAME(ndef_nfc_carrier_id);
    MDOC_SAME(ndef_ble_carrier_type);
    MDOC_SAME(ndef_ble_carrier_id);
    MDOC_SAME(ndef_wifi_aware_carrier_type);
    MDOC_SAME(ndef_wifi_aware_carrier_id);
    MDOC_SAME(tnep_handover_service);
    MDOC_SAME(ble_psm_service_uuid);
    MDOC_SAME(openid4vp_handover);
    MDOC_SAME(openid4vp_dc_api_handover);
    MDOC_SAME(openid4vci_iae_handover);
    MDOC_SAME(dc_api_handover);
    MDOC_SAME(ble_mdoc_state);
    MDOC_SAME(ble_mdoc_client2server);
    MDOC_SAME(ble_mdoc_server2client);
    MDOC_SAME(ble_mdoc_l2cap);
    MDOC_SAME(ble_reader_state);
    MDOC_SAME(ble_reader_client2server);
    MDOC_SAME(ble_reader_server2client);
    MDOC_SAME(ble_reader_ident);
    MDOC_SAME(ble_reader_l2cap);
#undef MDOC_SAME
  }

  std::string place_;
  std::string found_;
};

}  // namespace

std::string difference(const DocTypeProfile& a, const DocTypeProfile& b) {
  Comparison compare;
#define MDOC_SAME(member) compare(#member, a.member, b.member)
  MDOC_SAME(doc_type);
  MDOC_SAME(id);
  MDOC_SAME(titles);
  MDOC_SAME(standing);
  MDOC_SAME(sources);
  MDOC_SAME(answered);
  MDOC_SAME(aliases);
  MDOC_SAME(name_spaces);
  MDOC_SAME(domestic);
  MDOC_SAME(issuer_name_space);
  MDOC_SAME(country_element);
  MDOC_SAME(jurisdiction_element);
  MDOC_SAME(ways);
  MDOC_SAME(server_retrieval);
  MDOC_SAME(algorithms);
  MDOC_SAME(reader_authentication);
  MDOC_SAME(mdoc_authentication);
  MDOC_SAME(signer);
  MDOC_SAME(reader_key_purposes);
  MDOC_SAME(certificate_validity);
  MDOC_SAME(mso);
  MDOC_SAME(trust_sources);
  MDOC_SAME(holder_verification);
  MDOC_SAME(purposes);
  MDOC_SAME(extensions);
  MDOC_SAME(constants);
#undef MDOC_SAME
  return compare.found();
}

}  // namespace mdoc::testing
