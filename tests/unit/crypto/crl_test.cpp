#include "mdoc/crypto/crl.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include "certificate_pki.hpp"
#include "crypto/openssl.hpp"
#include "mdoc/crypto/crl_builder.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "support/revocation_samples.hpp"
#include "support/vectors.hpp"

namespace mdoc::crypto {
namespace {

using namespace std::chrono_literals;
using testing::ca_template;
using testing::hex;
using testing::Identity;
using testing::leaf_template;
using testing::SampleCrl;

constexpr UtcSeconds this_update = std::chrono::sys_days(2024y / 6 / 1);
constexpr UtcSeconds next_update = std::chrono::sys_days(2024y / 8 / 1);
constexpr UtcSeconds revoked_on = std::chrono::sys_days(2024y / 5 / 1);

const Identity& root() {
  static const Identity identity = Identity::root(ca_template("root"));
  return identity;
}
SampleCrl sample() { return SampleCrl::of(root().certificate, this_update, next_update); }
Result<CertificateRevocationList> decode(const SampleCrl& crl, const CrlLimits& limits = {}) {
  return CertificateRevocationList::from_der(crl.sign(root().key), limits);
}
Errc error_of(const SampleCrl& crl, const CrlLimits& limits = {}) {
  const auto read = decode(crl, limits);
  return read ? Errc{} : read.error().code;
}

TEST(Crl, ShowsWhatItSays) {
  SampleCrl crl = sample();
  crl.revoked = {{{hex("7f"), revoked_on}, {hex("0080"), revoked_on + 1s}, {hex("01"), revoked_on + 2s}}};
  const Bytes der = crl.sign(root().key);
  const auto read = CertificateRevocationList::from_der(der).value();
  EXPECT_TRUE(std::ranges::equal(read.der().view(), der));
  EXPECT_EQ(read.version(), 2);
  EXPECT_EQ(read.issuer(), root().certificate.subject());
  EXPECT_EQ(read.this_update(), this_update);
  EXPECT_EQ(read.next_update(), next_update);
  EXPECT_EQ(read.signature_algorithm(), "1.2.840.10045.4.3.2");
  EXPECT_EQ(read.signed_signature_algorithm(), read.signature_algorithm());
  EXPECT_TRUE(std::ranges::equal(*read.authority_key_identifier(), *root().certificate.subject_key_identifier()));
  EXPECT_EQ(to_hex(*read.crl_number()), "07");
  ASSERT_EQ(read.extensions().size(), 2u);
  EXPECT_NE(read.find_extension(crl_extension::crl_number), nullptr);
  EXPECT_EQ(read.find_extension(crl_extension::reason_code), nullptr);
  EXPECT_FALSE(read.is_revoked_list_empty());
  EXPECT_FALSE(read.has_entry_extensions());
  EXPECT_FALSE(read.is_delta());
  EXPECT_FALSE(read.is_indirect());
  EXPECT_FALSE(read.has_issuing_distribution_point());
  EXPECT_FALSE(read.has_unknown_critical_extension());
  EXPECT_EQ(read.entry_count(), 3u);
  EXPECT_EQ(read.find(hex("01"))->revocation_date, revoked_on + 2s);
  EXPECT_EQ(read.find(hex("7f"))->revocation_date, revoked_on);
  EXPECT_EQ(to_hex(read.find(hex("0080"))->serial), "0080");
  EXPECT_EQ(read.find(hex("0080"))->reason, std::nullopt);
  ASSERT_EQ(read.revoked_count(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(to_hex(read.revoked(i).serial), (std::array{"01", "7f", "0080"}[i]));
    EXPECT_EQ(read.revoked(i).revocation_date, read.find(read.revoked(i).serial)->revocation_date);
  }
  for (const std::string_view absent : {"", "00", "02", "80", "ff", "0081", "010000"}) {
    EXPECT_FALSE(read.find(hex(absent))) << absent;
  }
  EXPECT_TRUE(read.verify_signature(root().key.public_key()));
}

TEST(Crl, KeepsTheBytesItWasGivenWithoutACopy) {
  const SharedBytes bytes = SharedBytes::take(sample().sign(root().key));
  const auto read = CertificateRevocationList::from_der(bytes).value();
  EXPECT_EQ(read.der().view().data(), bytes.view().data());
}

TEST(Crl, ReadsReasonsAndInvalidityDatesOfEntries) {
  SampleCrl crl = sample();
  const Bytes lost = testing::der_extension("2.5.29.24", testing::der_generalized_time(revoked_on - 24h));
  crl.revoked = {{{hex("01"), revoked_on, {testing::reason_code(1), lost}},
                  {hex("02"), revoked_on, {testing::reason_code(6)}},
                  {hex("03"), revoked_on, {testing::reason_code(7)}},
                  {hex("04"), revoked_on, {testing::der_extension("1.2.3.4", hex("0500"))}},
                  {hex("05"), revoked_on}}};
  const auto read = decode(crl).value();
  EXPECT_TRUE(read.has_entry_extensions());
  EXPECT_FALSE(read.has_unknown_critical_extension());
  EXPECT_EQ(read.find(hex("01"))->reason, RevocationReason::key_compromise);
  EXPECT_EQ(read.find(hex("01"))->invalidity_date, revoked_on - 24h);
  EXPECT_EQ(read.find(hex("02"))->reason, RevocationReason::certificate_hold);
  EXPECT_EQ(name(*read.find(hex("03"))->reason), "unknown");
  EXPECT_EQ(read.find(hex("04"))->reason, std::nullopt);
  EXPECT_EQ(read.find(hex("05"))->reason, std::nullopt);
}

TEST(Crl, NamesReasonsAsTheirStandardDoes) {
  EXPECT_EQ(name(RevocationReason::unspecified), "unspecified");
  EXPECT_EQ(name(RevocationReason::key_compromise), "keyCompromise");
  EXPECT_EQ(name(RevocationReason::ca_compromise), "cACompromise");
  EXPECT_EQ(name(RevocationReason::affiliation_changed), "affiliationChanged");
  EXPECT_EQ(name(RevocationReason::superseded), "superseded");
  EXPECT_EQ(name(RevocationReason::cessation_of_operation), "cessationOfOperation");
  EXPECT_EQ(name(RevocationReason::certificate_hold), "certificateHold");
  EXPECT_EQ(name(RevocationReason::remove_from_crl), "removeFromCRL");
  EXPECT_EQ(name(RevocationReason::privilege_withdrawn), "privilegeWithdrawn");
  EXPECT_EQ(name(RevocationReason::aa_compromise), "aACompromise");
}

TEST(Crl, OfSeveralEntriesForOneCertificateTheGravestCounts) {
  const auto reasons = [](std::vector<std::optional<std::uint8_t>> codes) {
    SampleCrl crl = sample();
    crl.revoked.emplace();
    for (std::size_t i = 0; i < codes.size(); ++i) {
      std::vector<Bytes> extensions;
      if (codes[i]) extensions.push_back(testing::reason_code(*codes[i]));
      crl.revoked->push_back({hex("05"), revoked_on + std::chrono::seconds(i), extensions});
    }
    const auto read = decode(crl).value();
    EXPECT_EQ(read.entry_count(), codes.size());
    return *read.find(hex("05"));
  };
  EXPECT_EQ(reasons({8, 6, 1}).reason, RevocationReason::key_compromise);
  EXPECT_EQ(reasons({1, 6, 8}).reason, RevocationReason::key_compromise);
  EXPECT_EQ(reasons({6, std::nullopt}).reason, std::nullopt);
  EXPECT_EQ(reasons({8, 6}).reason, RevocationReason::certificate_hold);
  EXPECT_EQ(reasons({8, 8}).revocation_date, revoked_on);
  EXPECT_EQ(reasons({1, 4}).revocation_date, revoked_on);
}

TEST(Crl, ShowsWhatDeviatesFromTheProfileAsFacts) {
  SampleCrl crl = sample();
  crl.version = std::nullopt;
  EXPECT_EQ(decode(crl)->version(), 1);
  crl.version = 0;  // version 1, said where it should not be
  EXPECT_EQ(decode(crl)->version(), 1);
  crl = sample();
  crl.revoked.emplace();
  EXPECT_TRUE(decode(crl)->is_revoked_list_empty());
  EXPECT_EQ(decode(crl)->entry_count(), 0u);
  crl = sample();
  crl.next_update = std::nullopt;
  EXPECT_EQ(decode(crl)->next_update(), std::nullopt);
  crl.extensions = {};
  EXPECT_TRUE(decode(crl)->extensions().empty());
  EXPECT_EQ(decode(crl)->crl_number(), std::nullopt);
  crl.extensions = {testing::der_extension("2.5.29.35", hex("3000")), testing::crl_number(0)};
  EXPECT_EQ(decode(crl)->authority_key_identifier(), std::nullopt);
  EXPECT_TRUE(decode(crl)->crl_number()->empty());
}

TEST(Crl, TellsDeltaIndirectAndPartialListsFromCompleteOnes) {
  const auto with = [](const Bytes& extension) {
    SampleCrl crl = sample();
    crl.extensions.push_back(extension);
    return decode(crl).value();
  };
  for (const bool critical : {true, false}) {
    EXPECT_TRUE(with(testing::der_extension("2.5.29.27", hex("020101"), critical)).is_delta());
    const auto partial = with(testing::der_extension("2.5.29.28", hex("30038101ff"), critical));
    EXPECT_TRUE(partial.has_issuing_distribution_point());
    EXPECT_FALSE(partial.is_indirect());
    const auto indirect = with(testing::der_extension("2.5.29.28", hex("30038401ff"), critical));
    EXPECT_TRUE(indirect.is_indirect());
    EXPECT_TRUE(with(testing::der_extension("1.2.3.4", hex("0500"), critical)).has_unknown_critical_extension() ==
                critical);
    SampleCrl crl = sample();
    crl.revoked = {{{hex("01"), revoked_on, {testing::der_extension("2.5.29.29", hex("3000"), critical)}}}};
    EXPECT_TRUE(decode(crl)->is_indirect());
    EXPECT_EQ(decode(crl)->has_unknown_critical_extension(), critical);
  }
  EXPECT_FALSE(with(testing::der_extension("2.5.29.28", hex("3003840100"))).is_indirect());
}

TEST(Crl, RefusesEachIllFormedPart) {
  const auto broken = [](auto change) {
    SampleCrl crl = sample();
    crl.revoked = {{{hex("01"), revoked_on}}};
    change(crl);
    return decode(crl).error();
  };
  EXPECT_EQ(describe(broken([](SampleCrl& crl) { crl.version = 2; })).substr(0, 17), "malformed/bad_crl");
  EXPECT_EQ(broken([](SampleCrl& crl) { crl.version = 2; }).where.text(), "CertificateList.version");
  EXPECT_EQ(broken([](SampleCrl& crl) { crl.algorithm = hex("0500"); }).where.text(), "CertificateList.algorithm");
  EXPECT_EQ(broken([](SampleCrl& crl) { crl.issuer = hex("0500"); }).where.text(), "CertificateList.issuer");
  const Error bad_name = broken([](SampleCrl& crl) { crl.issuer = hex("30023000"); });
  EXPECT_EQ(bad_name.code, Errc::bad_crl);
  EXPECT_EQ(bad_name.where.text(), "CertificateList.issuer");
  EXPECT_EQ(broken([](SampleCrl& crl) { crl.after = hex("0500"); }).where.text(), "CertificateList.tbsCertList");
  const auto extensions = [&](std::vector<Bytes> list) {
    const Error error = broken([&](SampleCrl& crl) { crl.extensions = list; });
    EXPECT_EQ(error.where.text(), "CertificateList.crlExtensions");
    return error.code;
  };
  EXPECT_EQ(extensions({testing::crl_number(1), testing::crl_number(1)}), Errc::bad_crl);
  EXPECT_EQ(extensions({testing::der_extension("2.5.29.20", hex("0201ff"))}), Errc::bad_crl);      // negative
  EXPECT_EQ(extensions({testing::der_extension("2.5.29.20", hex("0201010500"))}), Errc::bad_crl);  // something after
  EXPECT_EQ(extensions({testing::der_extension("2.5.29.35", hex("0500"))}), Errc::bad_crl);
  EXPECT_EQ(extensions({testing::der_extension("2.5.29.28", hex("0500"))}), Errc::bad_crl);
  EXPECT_EQ(extensions({testing::der_extension("2.5.29.28", hex("30028400"))}), Errc::bad_crl);
  EXPECT_EQ(extensions({hex("0500")}), Errc::bad_crl);
  const auto entry = [&](const testing::SampleCrlEntry& second) {
    SampleCrl crl = sample();
    crl.revoked = {{{hex("01"), revoked_on}, second}};
    const Bytes der = crl.sign(root().key);
    const Error error = CertificateRevocationList::from_der(der).error();
    EXPECT_EQ(error.code, Errc::bad_crl);
    EXPECT_EQ(error.where.text(), "CertificateList.revokedCertificates[1]");
    const Bytes encoded = second.encode();
    const auto place = std::search(der.begin(), der.end(), encoded.begin(), encoded.end());
    EXPECT_EQ(error.offset, static_cast<std::uint32_t>(place - der.begin()));
  };
  entry({Bytes{}, revoked_on});
  entry({hex("0001"), revoked_on});  // not minimal
  entry({Bytes(128, 1), revoked_on});
  entry({hex("02"), revoked_on, {testing::reason_code(1), testing::reason_code(1)}});
  entry({hex("02"), revoked_on, {testing::reason_code(0x80)}});
  entry({hex("02"), revoked_on, {testing::der_extension("2.5.29.21", hex("020101"))}});
  entry({hex("02"), revoked_on, {testing::der_extension("2.5.29.24", hex("0500"))}});
  entry({hex("02"), revoked_on, {hex("0500")}});
}

TEST(Crl, RefusesBytesBehindTheList) {
  Bytes der = sample().sign(root().key);
  der.push_back(0);
  EXPECT_EQ(CertificateRevocationList::from_der(der).error().code, Errc::trailing_bytes);
}

TEST(Crl, KeepsToItsLimits) {
  SampleCrl crl = sample();
  const Bytes der = crl.sign(root().key);
  EXPECT_TRUE(CertificateRevocationList::from_der(der, {.max_bytes = der.size()}));
  EXPECT_EQ(CertificateRevocationList::from_der(der, {.max_bytes = der.size() - 1}).error().code, Errc::too_large);
  EXPECT_EQ(CertificateRevocationList::from_der(SharedBytes::copy_of(der), {.max_bytes = 9}).error().code,
            Errc::too_large);
  EXPECT_EQ(CertificateRevocationList::from_pem(std::string(9000, ' '), {.max_bytes = 9}).error().code,
            Errc::too_large);
  EXPECT_EQ(error_of(crl, {.max_extensions = 2}), Errc{});
  EXPECT_EQ(error_of(crl, {.max_extensions = 1}), Errc::too_many);
  crl.revoked = {{{hex("01"), revoked_on, {testing::reason_code(1), testing::der_extension("1.2.3.4", hex("0500"))}}}};
  EXPECT_EQ(error_of(crl, {.max_entry_extensions = 2}), Errc{});
  EXPECT_EQ(error_of(crl, {.max_entry_extensions = 1}), Errc::too_many);
  crl.revoked = {{{Bytes(127, 1), revoked_on}}};
  EXPECT_EQ(error_of(crl), Errc{});
}

TEST(Crl, SaysWhereItHasTooManyExtensions) {
  const CrlLimits limits;
  SampleCrl crl = sample();
  crl.extensions = testing::der_extensions(limits.max_extensions);
  crl.revoked = {{{hex("01"), revoked_on, testing::der_extensions(limits.max_entry_extensions)}}};
  EXPECT_EQ(error_of(crl), Errc{});
  crl.extensions = testing::der_extensions(limits.max_extensions + 1);
  EXPECT_EQ(error_of(crl), Errc::too_many);
  EXPECT_EQ(decode(crl).error().where.text(), "CertificateList.crlExtensions");
  crl.revoked = {{{hex("01"), revoked_on, testing::der_extensions(limits.max_entry_extensions + 1)}}};
  EXPECT_EQ(error_of(crl), Errc::too_many);
  EXPECT_EQ(decode(crl).error().where.text(), "CertificateList.revokedCertificates[0]");
}

TEST(Crl, HasNoExtensionTwiceHoweverFarApart) {
  SampleCrl crl = sample();
  crl.extensions.push_back(testing::der_extension("1.2.3.4", hex("0500")));
  EXPECT_EQ(error_of(crl), Errc{});
  crl.extensions.insert(crl.extensions.begin(), crl.extensions.back());
  EXPECT_EQ(error_of(crl), Errc::bad_crl);
}

TEST(Crl, RefusesEveryTruncation) {
  SampleCrl crl = sample();
  crl.revoked = {{{hex("01"), revoked_on, {testing::reason_code(1)}}, {hex("02"), revoked_on}}};
  const Bytes der = crl.sign(root().key);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(CertificateRevocationList::from_der(ByteView(der).first(size))) << size;
  }
}

TEST(Crl, NoFlippedBitVerifies) {
  SampleCrl crl = sample();
  crl.revoked = {{{hex("01"), revoked_on}}};
  const Bytes der = crl.sign(root().key);
  std::size_t decoded = 0;
  for (std::size_t bit = 0; bit < der.size() * 8; ++bit) {
    Bytes altered = der;
    altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1u << bit % 8));
    const auto read = CertificateRevocationList::from_der(altered);
    if (!read) continue;
    ++decoded;
    EXPECT_FALSE(read->verify_signature(root().key.public_key())) << bit;
  }
  EXPECT_GT(decoded, 100u);  // otherwise the loop has shown nothing
}

TEST(Crl, VerifiesWithNoOtherKeyAndNoOtherAlgorithm) {
  const Identity other = Identity::root(ca_template("root"));
  const auto read = decode(sample()).value();
  EXPECT_TRUE(read.verify_signature(root().key.public_key()));
  EXPECT_EQ(read.verify_signature(other.key.public_key()).error().code, Errc::signature_invalid);
  EXPECT_EQ(read.verify_signature(testing::new_key(Curve::ed25519).public_key()).error().code,
            Errc::algorithm_mismatch);
  // Signed rightly, but the algorithm inside is another one (RFC 5280, 5.1.1.2).
  SampleCrl crl = sample();
  crl.algorithm = testing::der_sequence({testing::der_oid("1.2.840.10045.4.3.3")});
  EXPECT_EQ(decode(crl)->verify_signature(root().key.public_key()).error().code, Errc::signature_invalid);
}

// Serial numbers of four bytes in no order; 7919 is prime, so each comes once.
Bytes serial_of(std::uint32_t i) {
  const std::uint32_t value = 0x10000000u + (i * 7919u) % 400000u;
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

TEST(Crl, FindsEachOfThreeHundredThousandEntries) {
  constexpr std::uint32_t count = 300'000;
  SampleCrl crl = sample();
  crl.revoked.emplace();
  for (std::uint32_t i = 0; i < count; ++i) {
    crl.revoked->push_back({serial_of(i), revoked_on + std::chrono::seconds(i)});
  }
  const auto read = decode(crl).value();
  ASSERT_GT(read.der().size(), std::size_t{6} << 20);
  EXPECT_EQ(read.entry_count(), count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto entry = read.find(serial_of(i));
    ASSERT_TRUE(entry) << i;
    ASSERT_EQ(entry->revocation_date, revoked_on + std::chrono::seconds(i));
  }
  for (std::uint32_t i = count; i < 400'000; ++i) ASSERT_FALSE(read.find(serial_of(i))) << i;
  EXPECT_TRUE(read.verify_signature(root().key.public_key()));
}

TEST(Crl, ReadsTheListsOfAnotherLibrary) {
  MDOC_NEEDS_SHARED_VECTORS();
  struct Expected {
    std::string_view id;
    std::size_t entries;
    std::string_view number;
    UtcSeconds this_update, next_update;
  };
  const UtcSeconds day = std::chrono::sys_days(2026y / 4 / 3);
  const UtcSeconds end = std::chrono::sys_days(2036y / 3 / 31);
  const Expected cases[] = {
      {"crl/validEmptyCRLPEM", 0, "01", day + 12h + 12min + 29s, end + 12h + 12min + 29s},
      {"crl/validRevokedCRLPEM", 1, "02", day + 12h + 12min + 38s, end + 12h + 12min + 38s},
      {"crl/expiredCRLPEM", 1, "03", day + 12h + 12min + 45s, day + 12h + 12min + 46s},
  };
  for (const Expected& expected : cases) {
    SCOPED_TRACE(expected.id);
    const auto vector = testing::shared_vector("crl.json", expected.id);
    const auto read = CertificateRevocationList::from_pem(std::string_view(vector.at("pem").as_string())).value();
    EXPECT_EQ(read.version(), 2);
    EXPECT_EQ(read.issuer().text(), "CN=Test CA");
    EXPECT_EQ(read.this_update(), expected.this_update);
    EXPECT_EQ(read.next_update(), expected.next_update);
    EXPECT_EQ(to_hex(*read.crl_number()), expected.number);
    EXPECT_EQ(read.authority_key_identifier(), std::nullopt);
    EXPECT_EQ(read.entry_count(), expected.entries);
    EXPECT_EQ(read.find(hex("02")).has_value(), expected.entries == 1);
    EXPECT_FALSE(read.is_revoked_list_empty());
    if (expected.entries == 1) {
      EXPECT_EQ(read.find(hex("02"))->revocation_date, day + 12h + 12min + 37s);
    }
  }
}

TEST(Crl, ReadsPem) {
  EXPECT_EQ(CertificateRevocationList::from_pem("").error().code, Errc::bad_encoding);
  EXPECT_EQ(CertificateRevocationList::from_pem(root().certificate.pem()).error().code, Errc::bad_encoding);
  EXPECT_EQ(CertificateRevocationList::from_pem("-----BEGIN X509 CRL-----\n").error().code, Errc::bad_encoding);
  EXPECT_EQ(CertificateRevocationList::from_pem("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----").error().code,
            Errc::bad_crl);
}

CrlTemplate profile_content() {
  return {.this_update = this_update,
          .next_update = next_update,
          .number = 300,
          .revoked = {{hex("7f00"), revoked_on}, {hex("01"), revoked_on + 1s}}};
}

TEST(CrlBuilder, WritesTheProfileAndNothingMore) {
  const auto read = issue_crl(profile_content(), root().certificate, root().key).value();
  EXPECT_EQ(read.version(), 2);
  EXPECT_EQ(read.issuer(), root().certificate.subject());
  EXPECT_EQ(read.this_update(), this_update);
  EXPECT_EQ(read.next_update(), next_update);
  EXPECT_EQ(to_hex(*read.crl_number()), "012c");
  EXPECT_TRUE(std::ranges::equal(*read.authority_key_identifier(), *root().certificate.subject_key_identifier()));
  EXPECT_EQ(read.extensions().size(), 2u);
  EXPECT_TRUE(std::ranges::none_of(read.extensions(), &CertificateExtension::critical));
  EXPECT_FALSE(read.has_entry_extensions());
  EXPECT_EQ(read.entry_count(), 2u);
  EXPECT_EQ(read.find(hex("7f00"))->revocation_date, revoked_on);
  EXPECT_TRUE(read.verify_signature(root().key.public_key()));
  CrlTemplate content = profile_content();
  content.revoked = {};
  const auto empty = issue_crl(content, root().certificate, root().key).value();
  EXPECT_EQ(empty.entry_count(), 0u);
  EXPECT_FALSE(empty.is_revoked_list_empty());
}

TEST(CrlBuilder, SignsWithEveryKindOfKey) {
  for (const Curve curve : {Curve::p256, Curve::p384, Curve::p521, Curve::brainpool_p256r1, Curve::ed25519}) {
    const Identity issuer = Identity::root(ca_template("root"), curve);
    const auto crl = issue_crl(profile_content(), issuer.certificate, issuer.key);
    ASSERT_TRUE(crl) << info(curve).name;
    EXPECT_TRUE(crl->verify_signature(issuer.key.public_key())) << info(curve).name;
  }
}

TEST(CrlBuilder, DraftsForKeysThatAreElsewhere) {
  const CrlDraft draft = draft_crl(profile_content(), root().certificate).value();
  const Signature signature = sign(root().key, draft.algorithm(), draft.to_be_signed()).value();
  EXPECT_TRUE(draft.finish(signature));
  EXPECT_EQ(draft.finish(signature, {.max_bytes = 100}).error().code, Errc::too_large);
  Signature wrong = signature;
  wrong.raw[0] ^= 1;
  EXPECT_EQ(draft.finish(wrong).error().code, Errc::signature_invalid);
}

TEST(CrlBuilder, RefusesContentThatCannotBeWritten) {
  const auto refused = [](auto change) {
    CrlTemplate content = profile_content();
    change(content);
    const auto crl = issue_crl(content, root().certificate, root().key);
    return !crl && crl.error().code == Errc::bad_argument;
  };
  EXPECT_FALSE(refused([](CrlTemplate&) {}));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.next_update = content.this_update; }));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.this_update = std::chrono::sys_days(1949y / 1 / 1); }));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.revoked[0].serial = {}; }));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.revoked[0].serial = hex("0001"); }));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.revoked[0].serial = Bytes(21, 1); }));
  EXPECT_TRUE(refused([](CrlTemplate& content) { content.revoked[0].serial = content.revoked[1].serial; }));
  EXPECT_TRUE(
      refused([](CrlTemplate& content) { content.revoked[0].revocation_date = std::chrono::sys_days(1949y / 1 / 1); }));
}

TEST(CrlBuilder, RefusesIssuersThatCannotIssueOne) {
  const auto refused = [](const Identity& issuer, const PrivateKey& key) {
    return issue_crl(profile_content(), issuer.certificate, key).error().code == Errc::bad_argument;
  };
  EXPECT_TRUE(refused(root(), testing::new_key()));
  const Identity leaf = root().issue(leaf_template("leaf"));
  EXPECT_TRUE(refused(leaf, leaf.key));
  CertificateTemplate content = ca_template("root");
  content.subject_key_identifier = false;
  const Identity without_identifier = Identity::root(content);
  EXPECT_TRUE(refused(without_identifier, without_identifier.key));
}

TEST(CrlBuilder, IsReadByOpenSsl) {
  const auto crl = issue_crl(profile_content(), root().certificate, root().key).value();
  const unsigned char* at = crl.der().view().data();
  const Owned<X509_CRL, X509_CRL_free> parsed(d2i_X509_CRL(nullptr, &at, static_cast<long>(crl.der().size())));
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(X509_CRL_get_version(parsed.get()), 1);
  const Bytes certificate(root().certificate.der().begin(), root().certificate.der().end());
  at = certificate.data();
  const X509Owner issuer(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
  EXPECT_EQ(X509_CRL_verify(parsed.get(), X509_get0_pubkey(issuer.get())), 1);
  EXPECT_EQ(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(parsed.get())), 2);
  const Owned<ASN1_INTEGER, ASN1_INTEGER_free> serial(ASN1_INTEGER_new());
  ASN1_INTEGER_set(serial.get(), 0x7f00);
  X509_REVOKED* found = nullptr;
  EXPECT_EQ(X509_CRL_get0_by_serial(parsed.get(), &found, serial.get()), 1);
}

}  // namespace
}  // namespace mdoc::crypto
