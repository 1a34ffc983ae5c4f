#include "testing/faults.hpp"

#include <algorithm>
#include <array>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/private_key.hpp"

namespace mdoc::testing {
namespace {

namespace der = crypto::der;
namespace extension = crypto::extension;
namespace attribute = crypto::attribute;
using crypto::NameAttribute;
using crypto::StringType;
using std::chrono::days;
using trust::CertificateRole;
using trust::CertificateRule;

constexpr std::array policies{test_policy};
constexpr std::string_view other_policy = "2.999.2";
constexpr std::string_view unknown_extension = "2.999.3";
constexpr std::string_view email_protection = "1.3.6.1.5.5.7.3.4";
constexpr std::string_view ecdsa_with_sha224 = "1.2.840.10045.4.3.1";
constexpr std::string_view ecdsa_with_sha512 = "1.2.840.10045.4.3.4";

Bytes oid(std::string_view dotted) { return *der::encode_object_identifier(dotted); }
Bytes sequence(ByteView content) { return der::encode(der::tag::sequence, content); }
Bytes algorithm_identifier(std::string_view dotted) { return sequence(oid(dotted)); }

/// Alters a good certificate: one function for each group of rules.
class Alteration {
 public:
  Alteration(const crypto::Certificate& good, CertificateRole role, UtcSeconds now)
      : good_(good), role_(role), now_(now), parts_(CertificateParts::of(good)) {}

  CertificateParts take() && { return std::move(parts_); }

  void frame(CertificateRule rule) {
    const days limit = trust::info(role_).max_validity;
    switch (rule) {
      case CertificateRule::version: parts_.version = 1; break;
      case CertificateRule::serial_positive: parts_.serial = {0}; break;
      case CertificateRule::serial_octets: parts_.serial.assign(21, 0x11); break;
      case CertificateRule::serial_random: parts_.serial = {7}; break;
      case CertificateRule::signature_algorithm: parts_.algorithm = algorithm_identifier(ecdsa_with_sha224); break;
      case CertificateRule::signature_algorithms_equal:
        parts_.outer_algorithm = parts_.algorithm;
        parts_.algorithm = algorithm_identifier(ecdsa_with_sha512);
        break;
      case CertificateRule::issuer_name: parts_.issuer = encode_name({common_name("Somebody else")}); break;
      case CertificateRule::validity_order: std::swap(parts_.not_before, parts_.not_after); break;
      case CertificateRule::validity_maximum: parts_.not_before = parts_.not_after - limit - days{1}; break;
      case CertificateRule::validity_within_issuer:
        parts_.not_before += days{1};
        parts_.not_after += days{1};
        break;
      case CertificateRule::validity_now:
        parts_.not_before = now_ - days{30};
        parts_.not_after = now_ - days{1};
        break;
      default: break;  // signature_valid: by whoever signs; direct_issuer: by the path
    }
  }

  void names(CertificateRule rule) {
    switch (rule) {
      case CertificateRule::country_present: drop(attribute::country); break;
      case CertificateRule::country_form: change(attribute::country, {}, StringType::utf8); break;
      case CertificateRule::country_equal: change(attribute::country, "XX", StringType::printable); break;
      case CertificateRule::state_equal: change(attribute::state_or_province, "UT-Y", StringType::utf8); break;
      case CertificateRule::state_required: drop(attribute::state_or_province); break;
      case CertificateRule::common_name: drop(attribute::common_name); break;
      case CertificateRule::organization: drop(attribute::organization); break;
      case CertificateRule::serial_number_form: change(attribute::serial_number, {}, StringType::utf8); break;
      default: change(attribute::common_name, {}, StringType::teletex); break;  // name_strings
    }
  }

  void keys(CertificateRule rule) {
    switch (rule) {
      case CertificateRule::key_algorithm: {
        const Bytes modulus(256, 0x55);
        const Bytes rsa =
            sequence(der::encode(der::tag::sequence, {der::encode_unsigned(modulus), der::encode_uint32(65537)}));
        set_key(der::encode(der::tag::sequence, {oid("1.2.840.113549.1.1.1"), der::encode(der::tag::null, Bytes{})}),
                rsa);
        break;
      }
      case CertificateRule::key_named_curve:
        set_key(der::encode(der::tag::sequence, {oid("1.2.840.10045.2.1"), sequence(der::encode_uint32(1))}),
                good_.public_key()->point());
        break;
      default: {  // key_uncompressed
        const crypto::EcPublicKey point = good_.public_key()->coordinates();
        Bytes compressed{static_cast<std::uint8_t>(2 | (point.y.back() & 1))};
        compressed.insert(compressed.end(), point.x.begin(), point.x.end());
        der::Reader file(parts_.key, Errc::bad_key);
        const ByteView algorithm = file.enter(der::tag::sequence)->read_any()->whole;
        set_key(Bytes(algorithm.begin(), algorithm.end()), compressed);
      }
    }
  }

  void key_identifiers(CertificateRule rule) {
    const Bytes other(20, 0xaa);
    switch (rule) {
      case CertificateRule::subject_key_identifier_present: parts_.remove(extension::subject_key_identifier); break;
      case CertificateRule::subject_key_identifier_method:
        parts_.put(extension::subject_key_identifier, der::encode(der::tag::octet_string, other));
        break;
      case CertificateRule::subject_key_identifier_not_critical:
        parts_.find(extension::subject_key_identifier)->critical = true;
        break;
      case CertificateRule::authority_key_identifier_present: parts_.remove(extension::authority_key_identifier); break;
      case CertificateRule::authority_key_identifier_absent:
        parts_.put(extension::authority_key_identifier,
                   sequence(der::encode(der::tag::context(0), *good_.subject_key_identifier())));
        break;
      case CertificateRule::authority_key_identifier_equal:
        parts_.put(extension::authority_key_identifier, sequence(der::encode(der::tag::context(0), other)));
        break;
      case CertificateRule::authority_key_identifier_alone: {
        const Bytes identifier = der::encode(der::tag::context(0), *good_.authority_key_identifier());
        const Bytes number = der::encode(der::tag::context(2), Bytes{1});
        parts_.put(extension::authority_key_identifier, der::encode(der::tag::sequence, {identifier, number}));
        break;
      }
      default: parts_.find(extension::authority_key_identifier)->critical = true; break;
    }
  }

  void usage(CertificateRule rule) {
    const std::uint16_t bits = trust::info(role_).key_usage;
    switch (rule) {
      case CertificateRule::ca_key_usage:
      case CertificateRule::key_usage_present: parts_.remove(extension::key_usage); break;
      case CertificateRule::key_usage_only:
        parts_.put(extension::key_usage,
                   der::encode_named_bits(static_cast<std::uint16_t>(bits | crypto::key_usage::key_agreement)), true);
        break;
      case CertificateRule::key_usage_critical: parts_.find(extension::key_usage)->critical = false; break;
      case CertificateRule::key_purpose_present: parts_.remove(extension::extended_key_usage); break;
      case CertificateRule::key_purpose_fits: put_purposes({email_protection}, true); break;
      case CertificateRule::key_purpose_only: {
        const std::vector<std::string>& own = good_.extended_key_usage();
        std::vector<std::string_view> more(own.begin(), own.end());
        more.push_back(email_protection);
        put_purposes(more, true);
        break;
      }
      case CertificateRule::key_purpose_critical: parts_.find(extension::extended_key_usage)->critical = false; break;
      case CertificateRule::key_purpose_not_critical:
      case CertificateRule::key_purpose_absent: put_purposes({email_protection}, true); break;
      case CertificateRule::ca: put_constraints({}); break;
      case CertificateRule::ca_critical: parts_.find(extension::basic_constraints)->critical = false; break;
      case CertificateRule::ca_path_length: {
        const bool any = role_ == CertificateRole::reader_ca;
        const Bytes one = any ? Bytes{} : der::encode_uint32(1);
        put_constraints(der::encode(der::tag::sequence, {der::encode_boolean(true), one}));
        break;
      }
      case CertificateRule::not_ca: put_constraints(sequence(der::encode_boolean(true))); break;
      default: put_constraints({}); break;  // basic_constraints_absent: there, and not of a CA
    }
  }

  void extensions(CertificateRule rule) {
    const Bytes directory = der::encode(der::tag::context_constructed(4), encode_name({common_name("Utopia")}));
    const auto point_of = [](ByteView name, ByteView more) {
      const Bytes full_name = der::encode(der::tag::context_constructed(0), name);
      const Bytes place = der::encode(der::tag::context_constructed(0), full_name);
      return sequence(der::encode(der::tag::sequence, {place, more}));
    };
    switch (rule) {
      case CertificateRule::contact_present: parts_.remove(extension::issuer_alt_name); break;
      case CertificateRule::contact_usable: parts_.put(extension::issuer_alt_name, sequence(directory)); break;
      case CertificateRule::contact_not_critical: parts_.find(extension::issuer_alt_name)->critical = true; break;
      case CertificateRule::crl_points_present:
      case CertificateRule::ocsp_revocable: parts_.remove(extension::crl_distribution_points); break;
      case CertificateRule::crl_points_uri:
        parts_.put(extension::crl_distribution_points, point_of(directory, {}));
        break;
      case CertificateRule::crl_points_plain: {
        const Bytes uri = der::encode(der::tag::context(6), as_bytes("http://issuer.example/crl"));
        const Bytes reasons = der::encode(der::tag::context(1), Bytes{0x06, 0x40});  // keyCompromise
        parts_.put(extension::crl_distribution_points, point_of(uri, reasons));
        break;
      }
      case CertificateRule::crl_points_not_critical:
        parts_.find(extension::crl_distribution_points)->critical = true;
        break;
      case CertificateRule::dns_name:
      case CertificateRule::new_name: parts_.remove(extension::subject_alt_name); break;
      case CertificateRule::ocsp_no_check_span:
        parts_.put(extension::ocsp_no_check, der::encode(der::tag::null, Bytes{}));
        break;
      case CertificateRule::policies_present: parts_.remove(extension::certificate_policies); break;
      case CertificateRule::policies_required:
        parts_.put(extension::certificate_policies, sequence(sequence(oid(other_policy))));
        break;
      case CertificateRule::forbidden_extensions:
        parts_.put(extension::inhibit_any_policy, der::encode_uint32(0));
        break;
      case CertificateRule::unknown_critical_extensions:
        parts_.put(unknown_extension, der::encode(der::tag::null, Bytes{}), true);
        break;
      default: parts_.put(extension::authority_info_access, Bytes{0x05, 0x00}); break;  // extensions_well_formed
    }
  }

 private:
  static NameAttribute common_name(std::string text) {
    return {std::string(attribute::common_name), std::move(text), StringType::utf8};
  }

  /// Where the subject stands elsewhere as well, it is changed there too: that is not the fault.
  void set_subject(const std::vector<NameAttribute>& attributes) {
    parts_.subject = encode_name(attributes);
    if (trust::info(role_).issued_by == trust::IssuedBy::itself) parts_.issuer = parts_.subject;
    if (role_ == CertificateRole::iaca_link) {
      parts_.put(extension::subject_alt_name, sequence(der::encode(der::tag::context_constructed(4), parts_.subject)));
    }
  }

  void drop(std::string_view type) {
    auto attributes = good_.subject().attributes();
    std::erase_if(attributes, [&](const NameAttribute& one) { return one.type == type; });
    set_subject(attributes);
  }

  /// An empty value leaves it as it is.
  void change(std::string_view type, std::string_view value, StringType encoding) {
    auto attributes = good_.subject().attributes();
    for (NameAttribute& one : attributes) {
      if (one.type != type) continue;
      if (!value.empty()) one.value = value;
      one.encoding = encoding;
    }
    set_subject(attributes);
  }

  /// Puts another key in, with the key identifier that belongs to it.
  void set_key(const Bytes& algorithm, ByteView bits) {
    parts_.key = der::encode(der::tag::sequence, {algorithm, der::encode_octets_in_bit_string(bits)});
    // A certificate computes the identifier of its key; whoever signs this one does not matter.
    const auto signer = crypto::PrivateKey::import(crypto::Curve::ed25519, Bytes(32, 1));
    const auto identifier = parts_.sign(*signer)->computed_key_identifier();
    parts_.put(extension::subject_key_identifier, der::encode(der::tag::octet_string, *identifier));
  }

  void put_purposes(const std::vector<std::string_view>& purposes, bool critical) {
    Bytes content;
    for (const std::string_view one : purposes) {
      const Bytes encoded = oid(one);
      content.insert(content.end(), encoded.begin(), encoded.end());
    }
    parts_.put(extension::extended_key_usage, sequence(content), critical);
  }

  /// Nothing: cA FALSE.
  void put_constraints(Bytes value) {
    if (value.empty()) value = sequence({});
    parts_.put(extension::basic_constraints, std::move(value), true);
  }

  const crypto::Certificate& good_;
  CertificateRole role_;
  UtcSeconds now_;
  CertificateParts parts_;
};

}  // namespace

trust::CertificateProfile profile_for(CertificateRule rule, CertificateRole role) noexcept {
  trust::CertificateProfile profile = trust::info(role).profile;
  switch (rule) {
    case CertificateRule::state_required: profile.state = true; break;
    case CertificateRule::contact_present: profile.contact = true; break;
    case CertificateRule::policies_required: profile.policies = policies; break;
    case CertificateRule::direct_issuer: profile.intermediates = false; break;
    default: break;
  }
  return profile;
}

CertificateParts with_fault(const crypto::Certificate& good, CertificateRole role, CertificateRule rule,
                            UtcSeconds now) {
  Alteration alteration(good, role, now);
  if (rule <= CertificateRule::validity_now) {
    alteration.frame(rule);
  } else if (rule <= CertificateRule::name_strings) {
    alteration.names(rule);
  } else if (rule <= CertificateRule::key_uncompressed) {
    alteration.keys(rule);
  } else if (rule <= CertificateRule::authority_key_identifier_not_critical) {
    alteration.key_identifiers(rule);
  } else if (rule <= CertificateRule::basic_constraints_absent) {
    alteration.usage(rule);
  } else {
    alteration.extensions(rule);
  }
  return std::move(alteration).take();
}

}  // namespace mdoc::testing
