#include "mdoc/crypto/certificate_builder.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "certificate_pki.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/der.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "support/fixed_rng.hpp"

namespace mdoc::crypto {
namespace {

using testing::ca_template;
using testing::FixedRng;
using testing::Identity;
using testing::leaf_template;
using testing::new_key;
using testing::simple_name;
using namespace std::chrono_literals;

Bytes copy(ByteView view) { return Bytes(view.begin(), view.end()); }

/// What comes of a certificate with so many extensions, the last of which may be the first one again.
Result<Certificate> with_extensions(std::size_t count, bool first_again = false) {
  CertificateTemplate content = leaf_template("leaf");
  content.subject_key_identifier = content.authority_key_identifier = false;
  content.key_usage = 0;
  content.extended_key_usage.clear();
  for (std::size_t i = 0; i < count; ++i) {
    content.further_extensions.push_back({"1.2.3." + std::to_string(i), false, Bytes{5, 0}});
  }
  if (first_again) content.further_extensions.back().oid = content.further_extensions.front().oid;
  return issue_self_signed_certificate(content, new_key(), system_rng());
}

TEST(Certificate, HasALimitedNumberOfExtensions) {
  const auto most = with_extensions(max_certificate_extensions);
  ASSERT_TRUE(most) << describe(most.error());
  EXPECT_EQ(most->extensions().size(), max_certificate_extensions);
  for (const std::size_t more : {std::size_t{1}, std::size_t{900}}) {  // not beyond 16 KiB
    const auto over = with_extensions(max_certificate_extensions + more);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, Errc::too_many);
    EXPECT_EQ(over.error().where.text(), "Certificate.extensions");
  }
}

TEST(Certificate, HasNoExtensionTwiceHoweverFarApart) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{3}, max_certificate_extensions}) {
    const auto doubled = with_extensions(count, true);
    ASSERT_FALSE(doubled) << count;
    EXPECT_EQ(doubled.error().code, Errc::bad_certificate);
    EXPECT_EQ(doubled.error().where.text(), "Certificate.extensions");
  }
  // The limit comes first, so that nobody is kept busy with looking for the second one.
  EXPECT_EQ(with_extensions(max_certificate_extensions + 1, true).error().code, Errc::too_many);
}

TEST(CertificateBuilder, WritesWhatItWasGiven) {
  const Identity root = Identity::root(ca_template("root"));
  CertificateTemplate content = leaf_template("leaf");
  content.basic_constraints = BasicConstraints{.ca = true, .path_length = 3};
  content.extended_key_usage = {"1.0.18013.5.1.2", "1.0.23220.4.1.2"};
  const DistinguishedName other = simple_name("other");
  content.subject_alt_names = {{GeneralName::Kind::dns, "example.com"},
                               {GeneralName::Kind::directory, other.text(), copy(other.der())}};
  content.issuer_alt_names = {{GeneralName::Kind::email, "a@example.com"},
                              {GeneralName::Kind::uri, "https://example.com"}};
  content.crl_distribution_points = {"https://example.com/1.crl", "https://example.com/2.crl"};
  content.further_extensions = {{"1.2.3.4", false, Bytes{5, 0}}};
  const Identity leaf = root.issue(content);
  const Certificate& read = leaf.certificate;
  EXPECT_EQ(read.version(), 3);
  EXPECT_EQ(read.subject(), content.subject);
  EXPECT_EQ(read.issuer(), root.certificate.subject());
  EXPECT_EQ(read.not_before(), content.not_before);
  EXPECT_EQ(read.not_after(), content.not_after);
  EXPECT_EQ(*read.public_key(), leaf.key.public_key());
  EXPECT_EQ(read.signature_algorithm(), "1.2.840.10045.4.3.2");
  EXPECT_EQ(copy(*read.subject_key_identifier()), copy(leaf.key.public_key().key_identifier().value()));
  EXPECT_EQ(copy(*read.authority_key_identifier()), copy(*root.certificate.subject_key_identifier()));
  EXPECT_EQ(read.key_usage(), content.key_usage);
  EXPECT_EQ(read.extended_key_usage(), content.extended_key_usage);
  EXPECT_EQ(read.basic_constraints(), content.basic_constraints);
  EXPECT_EQ(read.subject_alt_names(), content.subject_alt_names);
  EXPECT_EQ(read.issuer_alt_names(), content.issuer_alt_names);
  EXPECT_EQ(read.crl_distribution_points(), content.crl_distribution_points);
  EXPECT_EQ(*read.find_extension("1.2.3.4"), content.further_extensions[0]);
  for (const CertificateExtension& extension : read.extensions()) {
    const bool critical = extension.oid == extension::key_usage || extension.oid == extension::basic_constraints ||
                          extension.oid == extension::extended_key_usage;
    EXPECT_EQ(extension.critical, critical) << extension.oid;
    EXPECT_FALSE(extension.ill_formed) << extension.oid;
  }
  EXPECT_FALSE(read.is_self_issued());
  EXPECT_TRUE(root.certificate.is_self_signed());
  EXPECT_EQ(root.certificate.authority_key_identifier(), std::nullopt);
}

TEST(CertificateBuilder, LeavesOutWhatWasNotAskedFor) {
  const PrivateKey key = new_key(Curve::ed25519);
  const CertificateTemplate bare{.subject = simple_name("bare"),
                                 .not_before = testing::pki_start,
                                 .not_after = std::chrono::sys_days(2060y / 1 / 1),
                                 .subject_key_identifier = false};
  const Certificate certificate = issue_self_signed_certificate(bare, key, system_rng()).value();
  EXPECT_TRUE(certificate.extensions().empty());
  EXPECT_EQ(certificate.not_after(), bare.not_after);
  EXPECT_EQ(certificate.signature_algorithm(), "1.3.101.112");
  EXPECT_EQ(certificate.key_usage(), std::nullopt);
  EXPECT_TRUE(certificate.extended_key_usage().empty());
  EXPECT_EQ(certificate.subject_key_identifier(), std::nullopt);
}

TEST(CertificateBuilder, DrawsPositiveSerialsOfSixteenBytes) {
  const PrivateKey key = new_key();
  for (const std::uint8_t fill : std::initializer_list<std::uint8_t>{0x00, 0x7f, 0x80, 0xff}) {
    FixedRng rng(Bytes(16, fill));
    const Certificate certificate = issue_self_signed_certificate(ca_template("root"), key, rng).value();
    EXPECT_EQ(certificate.serial().size(), 16u);
    EXPECT_EQ(certificate.serial()[0] & 0xc0, 0x40);
    EXPECT_EQ(certificate.serial()[15], fill);
  }
  FixedRng empty({});
  EXPECT_EQ(issue_self_signed_certificate(ca_template("root"), key, empty).error().code, Errc::randomness);
}

TEST(CertificateBuilder, TakesSerialsOfUpToTwentyOctets) {
  const PrivateKey key = new_key();
  CertificateTemplate content = ca_template("root");
  const auto serial = [&](const Bytes& wanted) {
    content.serial = wanted;
    return issue_self_signed_certificate(content, key, system_rng());
  };
  EXPECT_EQ(to_hex(serial({0, 0, 1}).value().serial()), "01");
  EXPECT_EQ(to_hex(serial({0x80}).value().serial()), "0080");
  EXPECT_EQ(serial(Bytes(20, 0x7f)).value().serial().size(), 20u);
  for (const Bytes& bad : {Bytes{}, Bytes{0}, Bytes(20, 0x80), Bytes(21, 1)}) {
    EXPECT_EQ(serial(bad).error().code, Errc::bad_argument);
  }
}

TEST(CertificateBuilder, RefusesContentThatCannotBeWritten) {
  const PrivateKey key = new_key();
  const auto refused = [&](auto change) {
    CertificateTemplate content = leaf_template("leaf");
    change(content);
    const auto certificate = issue_self_signed_certificate(content, key, system_rng());
    ASSERT_FALSE(certificate);
    EXPECT_EQ(certificate.error().code, Errc::bad_argument);
  };
  refused([](auto& content) { content.subject = {}; });
  refused([](auto& content) { content.not_after = content.not_before - 1s; });
  refused([](auto& content) { content.not_before = std::chrono::sys_days(1949y / 1 / 1); });
  refused([](auto& content) { content.not_after = std::chrono::sys_days(10000y / 1 / 1); });
  refused([](auto& content) { content.extended_key_usage = {"1.0.18013.5.1.x"}; });
  refused([](auto& content) { content.further_extensions = {{"", false, {}}}; });
  refused([](auto& content) { content.issuer_alt_names = {{GeneralName::Kind::email, ""}}; });
  refused([](auto& content) { content.issuer_alt_names = {{GeneralName::Kind::uri, "https://a b"}}; });
  refused([](auto& content) { content.subject_alt_names = {{GeneralName::Kind::dns, "m\xc3\xbcnchen.de"}}; });
  refused([](auto& content) { content.crl_distribution_points = {""}; });
}

TEST(CertificateBuilder, RefusesIssuersThatCannotSign) {
  const PrivateKey agreement_key = new_key(Curve::x25519);
  EXPECT_EQ(issue_self_signed_certificate(ca_template("root"), agreement_key, system_rng()).error().code,
            Errc::bad_argument);
  const Identity root = Identity::root(ca_template("root"));
  const PrivateKey stranger = new_key();
  EXPECT_EQ(issue_certificate(leaf_template("leaf"), stranger.public_key(), root.certificate, stranger, system_rng())
                .error()
                .code,
            Errc::bad_argument);
  // But a certificate for an agreement key is fine.
  EXPECT_TRUE(
      issue_certificate(leaf_template("leaf"), agreement_key.public_key(), root.certificate, root.key, system_rng()));
}

TEST(CertificateBuilder, RefusesToRepeatAnExtension) {
  CertificateTemplate content = leaf_template("leaf");
  content.further_extensions = {{std::string(extension::key_usage), true, der::encode_named_bits(1)}};
  EXPECT_EQ(issue_self_signed_certificate(content, new_key(), system_rng()).error().code, Errc::bad_certificate);
}

TEST(CertificateDraft, IsFinishedByTheSignatureOfAnyKeyProvider) {
  for (const Curve curve : {Curve::p521, Curve::brainpool_p320r1, Curve::ed448}) {
    SoftwareKeyProvider provider;
    const KeyRef name("iaca");
    ASSERT_TRUE(provider.add(name, new_key(curve)));
    const PublicKey key = PublicKey::import(provider.public_key(name).value()).value();
    const CertificateDraft draft = draft_self_signed_certificate(ca_template("root"), key, system_rng()).value();
    const Signature signature = provider.sign({name, draft.algorithm(), copy(draft.to_be_signed())}).value();
    EXPECT_TRUE(draft.finish(signature).value().is_self_signed());
    Signature wrong = signature;
    wrong.raw.back() ^= 1;
    EXPECT_EQ(draft.finish(wrong).error().code, Errc::signature_invalid);
    wrong.raw.clear();
    EXPECT_EQ(draft.finish(wrong).error().code, Errc::signature_invalid);
  }
}

// Certificates that decode although an extension does not, and those that must not.
TEST(CertificateExtensions, OnlyInformativeOnesMayBeIllFormed) {
  const PrivateKey key = new_key();
  const auto with = [&](std::string_view oid, bool critical) {
    CertificateTemplate content = ca_template("root");
    content.subject_key_identifier = false;
    content.key_usage = 0;
    content.basic_constraints = std::nullopt;
    content.further_extensions = {
        {std::string(oid), critical, Bytes{0x04, 0x02, 0x30, 0x00}}};  // an octet string too many
    return issue_self_signed_certificate(content, key, system_rng());
  };
  for (const std::string_view oid :
       {extension::subject_alt_name, extension::issuer_alt_name, extension::crl_distribution_points,
        extension::authority_info_access, extension::certificate_policies}) {
    EXPECT_TRUE(with(oid, false).value().find_extension(oid)->ill_formed) << oid;
    EXPECT_EQ(with(oid, true).error().code, Errc::bad_certificate) << oid;
  }
  for (const std::string_view oid : {extension::key_usage, extension::extended_key_usage, extension::basic_constraints,
                                     extension::authority_key_identifier}) {
    EXPECT_EQ(with(oid, false).error().code, Errc::bad_certificate) << oid;
  }
}

TEST(DistinguishedName, BuildsAndReadsBack) {
  const std::vector<NameAttribute> attributes{{std::string(attribute::country), "UT", StringType::printable},
                                              {std::string(attribute::state_or_province), "UT-1"},
                                              {std::string(attribute::organization), "Ministère, Sécurité"},
                                              {std::string(attribute::serial_number), "01", StringType::printable},
                                              {"1.2.3.4", "#x", StringType::ia5}};
  const DistinguishedName name = DistinguishedName::build(attributes).value();
  EXPECT_EQ(name.attributes(), attributes);
  EXPECT_EQ(name.text(), "C=UT, ST=UT-1, O=Ministère\\, Sécurité, serialNumber=01, 1.2.3.4=\\#x");
  EXPECT_EQ(name.find(attribute::state_or_province), "UT-1");
  EXPECT_EQ(name.find(attribute::common_name), std::nullopt);
  EXPECT_EQ(DistinguishedName::from_der(name.der()).value(), name);
}

TEST(DistinguishedName, EscapesForPeople) {
  const auto text = [](std::string_view value) {
    return DistinguishedName::build({{std::string(attribute::common_name), std::string(value)}}).value().text();
  };
  EXPECT_EQ(text(" a "), "CN=\\ a\\ ");
  EXPECT_EQ(text("a+b\"c\\d<e>f;g,h"), "CN=a\\+b\\\"c\\\\d\\<e\\>f\\;g\\,h");
  EXPECT_EQ(text("a\nb\x7f"), "CN=a\\0ab\\7f");
  EXPECT_EQ(text("a#b"), "CN=a#b");
}

TEST(DistinguishedName, ReadsEveryStringTypeAsUtf8) {
  const auto read = [](der::Tag tag, const Bytes& value) {
    const Bytes type = der::encode_object_identifier(attribute::common_name).value();
    const Bytes pair = der::encode(der::tag::sequence, {type, der::encode(tag, value)});
    return DistinguishedName::from_der(der::encode(der::tag::sequence, der::encode(der::tag::set, pair)));
  };
  EXPECT_EQ(read(20, {0xe9}).value().find(attribute::common_name), "é");                     // TeletexString
  EXPECT_EQ(read(30, {0x20, 0xac, 0x00, 0x41}).value().find(attribute::common_name), "€A");  // BMPString
  EXPECT_EQ(read(3, {0x00, 0x41}).value().find(attribute::common_name), "#03020041");        // BIT STRING
  EXPECT_EQ(read(30, {0x20}).error().code, Errc::bad_certificate);
  EXPECT_EQ(read(30, {0xd8, 0x00}).error().code, Errc::bad_certificate);
  for (const Bytes& bad :
       {Bytes{0xff}, Bytes{0xc3}, Bytes{0xc0, 0x80}, Bytes{0xed, 0xa0, 0x80}, Bytes{0xe0, 0x80, 0x80},
        Bytes{0xf4, 0x90, 0x80, 0x80}, Bytes{0xf0, 0x80, 0x80, 0x80}, Bytes{0xc3, 0x41}}) {
    EXPECT_EQ(read(12, bad).error().code, Errc::bad_certificate) << to_hex(bad);
  }
  EXPECT_EQ(read(19, {0xe9}).error().code, Errc::bad_certificate);
  EXPECT_EQ(read(22, {0x80}).error().code, Errc::bad_certificate);
}

TEST(DistinguishedName, RefusesAttributesThatCannotBeWritten) {
  const auto build = [](std::string_view type, std::string_view value, StringType encoding = StringType::utf8) {
    return DistinguishedName::build({{std::string(type), std::string(value), encoding}});
  };
  for (const auto& bad : {
           build(attribute::country, "ut"),
           build(attribute::country, "UTO"),
           build(attribute::country, ""),
           build(attribute::country, "U1"),
           build(attribute::common_name, ""),
           build(attribute::common_name, std::string(65, 'x')),
           build(attribute::common_name, "\xff"),
           build(attribute::serial_number, "a_b"),
           build("1.2.x", "a"),
           build("", "a"),
           build(attribute::locality, "a@b", StringType::printable),
           build(attribute::locality, "é", StringType::ia5),
           build(attribute::locality, "a", StringType::bmp),
           build(attribute::locality, "a", StringType::teletex),
       }) {
    EXPECT_EQ(bad.error().code, Errc::bad_argument);
  }
  EXPECT_TRUE(build(attribute::common_name, std::string(64, 'x')));
  const NameAttribute joined{std::string(attribute::common_name), "a", StringType::utf8, true};
  EXPECT_EQ(DistinguishedName::build({joined}).error().code, Errc::bad_argument);
}

TEST(DistinguishedName, RefusesNamesThatAreNotDer) {
  const DistinguishedName good = simple_name("x");
  for (std::size_t size = 0; size < good.der().size(); ++size) {
    EXPECT_EQ(DistinguishedName::from_der(good.der().first(size)).error().code, Errc::bad_certificate);
  }
  EXPECT_EQ(DistinguishedName::from_der(Bytes{0x30, 0x02, 0x31, 0x00}).error().code, Errc::bad_certificate);
  EXPECT_TRUE(DistinguishedName::from_der(Bytes{0x30, 0x00}).value().attributes().empty());
}

}  // namespace
}  // namespace mdoc::crypto
