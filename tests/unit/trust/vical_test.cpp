#include "mdoc/trust/vical.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"
#include "unit/model/mutation.hpp"

namespace mdoc::trust {
namespace {

using cbor::Type;
using testing::authority;
using testing::cbor_array;
using testing::cbor_bytes;
using testing::cbor_text;
using testing::cbor_uint;
using testing::hex;
using testing::Members;
using testing::outcome;
using testing::SampleList;
using testing::utc;
using testing::without_value;

const DocType mdl{"org.iso.18013.5.1.mDL"};

Result<SignedVical> decode(Bytes encoded, const cbor::DecodeContext& context = {.level = Level::strict},
                           const TrustListLimits& limits = {}) {
  return decode_vical(SharedBytes::take(std::move(encoded)), context, limits);
}

/// The list that SampleList makes after `change`.
template <class Change>
Bytes changed(const Change& change) {
  SampleList sample(ListKind::vical);
  change(sample);
  return sample.encode();
}

/// Puts `payload` in place of the whole payload, and decodes at the interop level.
Result<void> attempt_payload(const Bytes& payload) {
  return without_value(decode(changed([&](SampleList& sample) { sample.on_payload = [&](Bytes& p) { p = payload; }; }),
                              {.level = Level::interop}));
}

Result<void> attempt_entry(const Bytes& entry) {
  Members list = SampleList(ListKind::vical).payload;
  list["certificateInfos"] = cbor_array({entry});
  return attempt_payload(list.encode());
}

Bytes good_payload() {
  const SampleList sample(ListKind::vical);
  Members list = sample.payload;
  list["extensions"] = hex("a161780a");
  list["vicalURL"] = cbor_text("https://example.com/vical");
  list["certificateInfos"] = cbor_array({sample.entries[0].encode(), sample.entries[1].encode()});
  return list.encode();
}

Bytes good_entry() {
  Members entry = SampleList(ListKind::vical).entries[0];
  entry["certificateProfile"] = cbor_array({cbor_text("urn:oid:1.0.18013.5.1.7")});
  entry["issuingAuthority"] = cbor_text("Department of Roads");
  entry["extensions"] = hex("a0");
  return entry.encode();
}

// ---- decoding -----------------------------------------------------------------------------------

TEST(Vical, EveryMemberIsRead) {
  const auto list =
      decode(changed([](SampleList& sample) { sample.on_payload = [](Bytes& payload) { payload = good_payload(); }; }));
  ASSERT_TRUE(list) << describe(list.error());
  const Vical& vical = list->unverified();
  EXPECT_EQ(vical.version, (Version{1, 0}));
  EXPECT_EQ(vical.vical_provider, "Utopia");
  EXPECT_EQ(vical.vical_issue_id, 7u);
  EXPECT_EQ(vical.date, utc("2026-05-01T00:00:00Z"));
  EXPECT_EQ(vical.next_update, utc("2026-05-02T00:00:00Z"));
  EXPECT_EQ(vical.not_after, utc("2026-06-01T00:00:00Z"));
  EXPECT_EQ(vical.vical_url, "https://example.com/vical");
  EXPECT_EQ(to_hex(vical.extensions->view()), "a161780a");
  ASSERT_EQ(vical.certificate_infos.size(), 2u);
  EXPECT_EQ(vical.certificate_infos[1].listed.certificate, authority(2));
  EXPECT_TRUE(list->unusable_entries().empty());
  EXPECT_EQ(list->x5chain().size(), 1u);
}

TEST(Vical, EveryMemberOfAnEntryIsRead) {
  Members list = SampleList(ListKind::vical).payload;
  list["certificateInfos"] = cbor_array({good_entry()});
  const auto decoded = decode(
      changed([&](SampleList& sample) { sample.on_payload = [&](Bytes& payload) { payload = list.encode(); }; }));
  ASSERT_TRUE(decoded) << describe(decoded.error());
  const CertificateInfo& info = decoded->unverified().certificate_infos.at(0);
  EXPECT_EQ(info.listed.certificate, authority(1));
  EXPECT_EQ(info.doc_types, std::vector{mdl});
  EXPECT_EQ(info.certificate_profile, std::vector<std::string>{"urn:oid:1.0.18013.5.1.7"});
  EXPECT_EQ(info.issuing_authority, "Department of Roads");
  EXPECT_EQ(info.listed.issuing_country, "UT");
  EXPECT_EQ(info.listed.state_or_province_name, "UT-X");
  EXPECT_EQ(info.listed.not_before, authority(1).not_before());
  EXPECT_EQ(info.listed.not_after, authority(1).not_after());
  EXPECT_EQ(to_hex(info.listed.extensions->view()), "a0");
  EXPECT_TRUE(info.listed.differing.empty());
}

TEST(Vical, EveryMemberIsEnforced) {
  testing::expect_members(good_payload(),
                          {{.name = "version", .required = true, .types = {Type::text}},
                           {.name = "vicalProvider", .required = true, .types = {Type::text}},
                           {.name = "vicalIssueID", .types = {Type::uint, Type::null}},
                           {.name = "date", .required = true, .types = {Type::tag}},
                           {.name = "nextUpdate", .types = {Type::tag, Type::null}},
                           {.name = "notAfter", .types = {Type::tag, Type::null}},
                           {.name = "certificateInfos", .required = true, .types = {Type::array}},
                           {.name = "extensions", .types = {Type::map, Type::null}},
                           {.name = "vicalURL", .types = {Type::text, Type::null}}},
                          attempt_payload);
  testing::expect_exact_length(good_payload(), attempt_payload);
}

TEST(Vical, EveryMemberOfAnEntryIsEnforced) {
  testing::expect_members(good_entry(),
                          {{.name = "certificate", .required = true, .types = {Type::bytes}},
                           {.name = "serialNumber", .required = true, .types = {Type::tag, Type::uint}},
                           {.name = "ski", .required = true, .types = {Type::bytes}},
                           {.name = "docType", .required = true, .types = {Type::array}},
                           {.name = "certificateProfile", .types = {Type::array, Type::null}},
                           {.name = "issuingAuthority", .types = {Type::text, Type::null}},
                           {.name = "issuingCountry", .types = {Type::text, Type::null}},
                           {.name = "stateOrProvinceName", .types = {Type::text, Type::null}},
                           {.name = "issuer", .types = {Type::bytes, Type::null}},
                           {.name = "subject", .types = {Type::bytes, Type::null}},
                           {.name = "notBefore", .types = {Type::tag, Type::null}},
                           {.name = "notAfter", .types = {Type::tag, Type::null}},
                           {.name = "extensions", .types = {Type::map, Type::null}}},
                          attempt_entry);
}

TEST(Vical, EveryTruncationIsAnError) {
  const Bytes whole = SampleList(ListKind::vical).encode();
  ASSERT_TRUE(decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto list = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(list) << size;
    EXPECT_EQ(list.error().code, Errc::truncated) << size << ": " << describe(list.error());
  }
  Bytes longer = whole;
  longer.push_back(0);
  EXPECT_EQ(outcome(without_value(decode(longer))), "trailing_bytes VICAL");
}

TEST(Vic04, UnknownMembersAreKeptAndWrittenAgain) {
  const Bytes encoded = changed([](SampleList& sample) {
    sample.payload["org.example.list"] = hex("01");
    sample.entries[0]["org.example.entry"] = hex("02");
    sample.entries[0]["extensions"] = hex("a1617803");
  });
  const auto list = decode(encoded);
  ASSERT_TRUE(list) << describe(list.error());
  ASSERT_EQ(list->unverified().others.size(), 1u);
  EXPECT_EQ(to_hex(list->unverified().others[0].value.view()), "01");
  const ListedCertificate& listed = list->unverified().certificate_infos[0].listed;
  ASSERT_EQ(listed.others.size(), 1u);
  EXPECT_EQ(to_hex(listed.others[0].value.view()), "02");

  const Bytes payload = encode_vical(list->unverified());
  const auto again = decode(changed([&](SampleList& sample) { sample.on_payload = [&](Bytes& p) { p = payload; }; }));
  ASSERT_TRUE(again);
  EXPECT_EQ(encode_vical(again->unverified()), payload);
  EXPECT_EQ(again->unverified().others.size(), 1u);
  EXPECT_EQ(to_hex(again->unverified().certificate_infos[0].listed.extensions->view()), "a1617803");
}

TEST(Vical, OtherVersionsAreTold) {
  const auto with_version = [](std::string_view version) {
    return without_value(decode(changed([&](SampleList& sample) { sample.payload["version"] = cbor_text(version); })));
  };
  EXPECT_EQ(outcome(with_version("1.7")), "ok");
  EXPECT_EQ(outcome(with_version("2.0")), "unsupported_version VICAL.version");
  EXPECT_EQ(outcome(with_version("one")), "bad_value VICAL.version");
}

TEST(Vical, SerialNumberMayBeAPlainInteger) {
  crypto::CertificateTemplate content = testing::authority_template(3);
  content.serial = hex("0102030405060708");
  testing::CountingRng rng;
  const auto certificate = crypto::issue_self_signed_certificate(content, testing::numbered_key(3), rng).value();
  const auto with_serial = [&](Bytes serial) {
    return without_value(decode(changed([&](SampleList& sample) {
      sample.entries = {sample.entry_for(certificate)};
      sample.entries[0]["serialNumber"] = std::move(serial);
    })));
  };
  EXPECT_EQ(outcome(with_serial(cbor_uint(0x0102030405060708))), "ok");
  EXPECT_EQ(outcome(with_serial(hex("c249000102030405060708"))), "ok");  // a leading zero
  EXPECT_EQ(outcome(with_serial(cbor_uint(0x0102030405060709))), "deviation VICAL.certificateInfos[0].serialNumber");
  EXPECT_EQ(outcome(with_serial(hex("c3480102030405060708"))),
            "unexpected_tag VICAL.certificateInfos[0].serialNumber");  // negative
  EXPECT_EQ(outcome(with_serial(hex("480102030405060708"))), "wrong_type VICAL.certificateInfos[0].serialNumber");
}

TEST(Vical, WhatIsNoSignedListIsRefused) {
  EXPECT_EQ(outcome(without_value(decode({}))), "truncated VICAL");
  EXPECT_EQ(outcome(without_value(decode(hex("80")))), "missing_element VICAL.protected");
  EXPECT_EQ(outcome(without_value(decode(changed([](SampleList& sample) {
              sample.on_list = [](testing::CoseParts& parts) { parts.payload.reset(); };
            })))),
            "missing_element VICAL.payload");
  EXPECT_EQ(outcome(without_value(decode(changed([](SampleList& sample) {
              sample.on_headers = [](testing::CoseParts& parts) { parts.unprotected_header = hex("a0"); };
            })))),
            "missing_element VICAL.x5chain");
  EXPECT_EQ(outcome(without_value(decode(changed([](SampleList& sample) {
              sample.on_headers = [](testing::CoseParts& parts) { parts.unprotected_header = hex("a118214130"); };
            })))),
            "bad_certificate VICAL.x5chain[0]");
}

// ---- unusable entries ---------------------------------------------------------------------------

TEST(Vical, AnEntryWithoutACertificateIsUnusableAndTheOthersAreNot) {
  const Bytes encoded = changed([](SampleList& sample) {
    sample.entries.insert(sample.entries.begin() + 1, sample.entries[0]);
    sample.entries[1]["certificate"] = cbor_bytes(hex("3003020101"));
  });
  const auto list = decode(encoded);
  ASSERT_TRUE(list) << describe(list.error());
  ASSERT_EQ(list->unusable_entries().size(), 1u);
  const EntryFault& fault = list->unusable_entries()[0];
  EXPECT_EQ(fault.index, 1u);
  EXPECT_EQ(fault.error.code, Errc::bad_certificate);
  EXPECT_EQ(fault.error.where.text(), "VICAL.certificateInfos[1].certificate");
  EXPECT_EQ(encoded.at(fault.error.offset), 0x45);  // the byte string with the five bytes of garbage
  EXPECT_FALSE(list->unverified().certificate_infos[1].listed.certificate);
  EXPECT_TRUE(list->unverified().certificate_infos[2].listed.certificate);
}

TEST(Vical, ALargeCertificateIsUnusable) {
  Bytes large = hex("30824001");
  large.resize(16389);
  const auto list = decode(changed([&](SampleList& sample) { sample.entries[1]["certificate"] = cbor_bytes(large); }));
  ASSERT_TRUE(list) << describe(list.error());
  ASSERT_EQ(list->unusable_entries().size(), 1u);
  EXPECT_EQ(list->unusable_entries()[0].error.code, Errc::too_large);
}

// ---- deviations, each alone at the three levels ---------------------------------------------------

struct DeviationCase {
  Rule rule;
  std::string where;
  std::function<void(SampleList& sample)> change;
};

class VicalDeviation : public ::testing::TestWithParam<DeviationCase> {};

TEST_P(VicalDeviation, IsJudgedByTheLevel) {
  const DeviationCase& param = GetParam();
  const Bytes encoded = changed(param.change);
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    SCOPED_TRACE(name(level));
    cbor::DeviationLog log;
    const auto list = decode(encoded, {.level = level, .sink = &log});
    switch (weight(param.rule, level)) {
      case Weight::error:
        ASSERT_FALSE(list);
        EXPECT_EQ(outcome(without_value(list)), "deviation " + param.where);
        break;
      case Weight::warning:
        ASSERT_TRUE(list) << describe(list.error());
        ASSERT_EQ(log.entries().size(), 1u);
        EXPECT_EQ(log.entries()[0].rule, param.rule);
        EXPECT_EQ(log.entries()[0].where.text(), param.where);
        break;
      case Weight::ignore:
        ASSERT_TRUE(list) << describe(list.error());
        EXPECT_TRUE(log.empty());
        break;
    }
  }
}

std::function<void(SampleList&)> with_entry_member(std::string_view member, Bytes value) {
  return [member, value](SampleList& sample) { sample.entries[1][member] = value; };
}
std::function<void(SampleList&)> with_member(std::string_view member, Bytes value) {
  return [member, value](SampleList& sample) { sample.payload[member] = value; };
}
/// The key identifier of authority 2 in OCTET STRINGs.
Bytes wrapped_ski(int layers) {
  Bytes ski = [] {
    const crypto::Certificate certificate = authority(2);
    const ByteView identifier = certificate.subject_key_identifier().value();
    return Bytes(identifier.begin(), identifier.end());
  }();
  for (int layer = 0; layer < layers; ++layer) {
    ski.insert(ski.begin(), {0x04, static_cast<std::uint8_t>(ski.size())});
  }
  return cbor_bytes(ski);
}
std::string entry_path(std::string_view member) { return "VICAL.certificateInfos[1]." + std::string(member); }

INSTANTIATE_TEST_SUITE_P(
    All, VicalDeviation,
    ::testing::Values(
        DeviationCase{Rule::list_tag, "VICAL", [](SampleList& sample) { sample.tagged = true; }},
        DeviationCase{Rule::list_x5chain_place, "VICAL.x5chain",
                      [](SampleList& sample) { sample.x5chain_protected = true; }},
        DeviationCase{Rule::x5chain_includes_root, "VICAL.x5chain",
                      [](SampleList& sample) {
                        const crypto::Certificate root = sample.root_certificate();
                        sample.further_certificates = {Bytes(root.der().begin(), root.der().end())};
                      }},
        DeviationCase{Rule::list_null_member, "VICAL.nextUpdate", with_member("nextUpdate", hex("f6"))},
        DeviationCase{Rule::list_null_member, "VICAL.vicalIssueID", with_member("vicalIssueID", hex("f6"))},
        DeviationCase{Rule::list_null_member, "VICAL.extensions", with_member("extensions", hex("f6"))},
        DeviationCase{Rule::list_null_member, "VICAL.vicalURL", with_member("vicalURL", hex("f6"))},
        DeviationCase{Rule::list_null_member, entry_path("certificateProfile"),
                      with_entry_member("certificateProfile", hex("f6"))},
        DeviationCase{Rule::list_null_member, entry_path("certificateProfile"),
                      with_entry_member("certificateProfile", hex("80"))},
        DeviationCase{Rule::list_null_member, entry_path("issuer"), with_entry_member("issuer", hex("f6"))},
        DeviationCase{Rule::vical_key_case, "VICAL.Extensions", with_member("Extensions", hex("a0"))},
        DeviationCase{Rule::vical_key_case, entry_path("Extensions"), with_entry_member("Extensions", hex("a0"))},
        DeviationCase{Rule::vical_key_case, entry_path("CertificateProfile"),
                      with_entry_member("CertificateProfile", cbor_array({cbor_text("urn:oid:1.2")}))},
        DeviationCase{Rule::vical_ski_wrapped, entry_path("ski"), with_entry_member("ski", wrapped_ski(1))},
        DeviationCase{Rule::vical_ski_wrapped, entry_path("ski"), with_entry_member("ski", wrapped_ski(2))},
        DeviationCase{Rule::vical_doc_types_empty, entry_path("docType"), with_entry_member("docType", hex("80"))},
        DeviationCase{Rule::list_entry_differs, entry_path("ski"), with_entry_member("ski", wrapped_ski(3))},
        DeviationCase{Rule::list_entry_differs, entry_path("ski"), with_entry_member("ski", cbor_bytes({}))},
        DeviationCase{Rule::list_entry_differs, entry_path("serialNumber"),
                      with_entry_member("serialNumber", hex("c24101"))},
        DeviationCase{Rule::list_entry_differs, entry_path("issuingCountry"),
                      with_entry_member("issuingCountry", cbor_text("XX"))},
        DeviationCase{Rule::list_entry_differs, entry_path("stateOrProvinceName"),
                      with_entry_member("stateOrProvinceName", cbor_text("X"))},
        DeviationCase{Rule::list_entry_differs, entry_path("issuer"),
                      with_entry_member("issuer", cbor_bytes(hex("3000")))},
        DeviationCase{Rule::list_entry_differs, entry_path("subject"),
                      with_entry_member("subject", cbor_bytes(hex("3000")))},
        DeviationCase{Rule::list_entry_differs, entry_path("notBefore"),
                      with_entry_member("notBefore", testing::cbor_tdate(utc("2020-01-01T00:00:01Z")))},
        DeviationCase{Rule::list_entry_differs, entry_path("notAfter"),
                      with_entry_member("notAfter", testing::cbor_tdate(utc("2029-12-31T23:59:59Z")))}));

TEST(Vical, CapitalMembersCountOnlyWhereTheirOwnNamesAreAbsent) {
  const auto list = decode(changed([](SampleList& sample) {
                             sample.entries[0]["Extensions"] = hex("a1617801");
                             sample.entries[0]["CertificateProfile"] = cbor_array({cbor_text("a")});
                             sample.entries[1]["Extensions"] = hex("a1617801");
                             sample.entries[1]["extensions"] = hex("a1617802");
                             sample.entries[1]["CertificateProfile"] = hex("f6");
                             sample.entries[1]["certificateProfile"] = cbor_array({cbor_text("b")});
                           }),
                           {});
  ASSERT_TRUE(list) << describe(list.error());
  const auto& infos = list->unverified().certificate_infos;
  EXPECT_EQ(to_hex(infos[0].listed.extensions->view()), "a1617801");
  EXPECT_EQ(infos[0].certificate_profile, std::vector<std::string>{"a"});
  EXPECT_EQ(to_hex(infos[1].listed.extensions->view()), "a1617802");
  EXPECT_EQ(infos[1].certificate_profile, std::vector<std::string>{"b"});
}

TEST(Vic03, ADeviationOfManyEntriesIsReportedOnceAndDifferencesAreKeptForEach) {
  cbor::DeviationLog log;
  const auto list = decode(changed([](SampleList& sample) {
                             for (int i = 0; i < 50; ++i) sample.entries.push_back(sample.entries[0]);
                             for (Members& entry : sample.entries) entry["issuingCountry"] = cbor_text("XX");
                             sample.entries[40]["notAfter"] = testing::cbor_tdate(utc("2029-12-31T23:59:59Z"));
                           }),
                           {.sink = &log});
  ASSERT_TRUE(list) << describe(list.error());
  ASSERT_EQ(log.entries().size(), 1u);
  EXPECT_EQ(log.dropped(), 0u);
  EXPECT_EQ(log.entries()[0].where.text(), "VICAL.certificateInfos[0].issuingCountry");
  const auto& infos = list->unverified().certificate_infos;
  EXPECT_EQ(infos[39].listed.differing, std::vector{EntryMember::issuing_country});
  EXPECT_EQ(infos[40].listed.differing, (std::vector{EntryMember::issuing_country, EntryMember::not_after}));
}

// ---- limits -------------------------------------------------------------------------------------

TEST(Vical, LimitsHold) {
  const Bytes encoded = SampleList(ListKind::vical).encode();
  const auto with = [&](const TrustListLimits& limits) {
    return outcome(without_value(decode(encoded, {.level = Level::strict}, limits)));
  };
  EXPECT_EQ(with({.max_bytes = encoded.size()}), "ok");
  EXPECT_EQ(with({.max_bytes = encoded.size() - 1}), "too_large VICAL");
  EXPECT_EQ(with({.max_entries = 2}), "ok");
  EXPECT_EQ(with({.max_entries = 1}), "too_many VICAL.certificateInfos[1]");
  EXPECT_EQ(with({.max_doc_types = 1}), "ok");
  EXPECT_EQ(with({.max_doc_types = 0}), "too_many VICAL.certificateInfos[0].docType[0]");
  EXPECT_EQ(with({.max_unknown_members = 0}), "ok");
  EXPECT_EQ(with({.max_certificate_bytes = 100}), "too_large VICAL.unprotected.x5chain");
}

TEST(Vical, UnknownMembersAreCountedThroughTheList) {
  const Bytes encoded = changed([](SampleList& sample) {
    sample.entries[0]["a"] = hex("01");
    sample.entries[1]["a"] = hex("01");
    sample.payload["b"] = hex("01");
  });
  EXPECT_TRUE(decode(encoded, {}, {.max_unknown_members = 3}));
  EXPECT_EQ(outcome(without_value(decode(encoded, {}, {.max_unknown_members = 2}))), "too_many VICAL");
  EXPECT_EQ(outcome(without_value(decode(encoded, {}, {.max_unknown_members = 1}))),
            "too_many VICAL.certificateInfos[1]");
}

TEST(Vical, HugeCountsAreRefusedWithoutRoomForThem) {
  const auto with_infos = [](Bytes infos) {
    Members list = SampleList(ListKind::vical).payload;
    list["certificateInfos"] = std::move(infos);
    return outcome(attempt_payload(list.encode()));
  };
  // Announced, but not there.
  EXPECT_TRUE(with_infos(hex("9a7fffffff")).starts_with("t")) << with_infos(hex("9a7fffffff"));
  EXPECT_NE(with_infos(hex("9bffffffffffffffff")), "ok");
  // There: small ones, more than allowed.
  Bytes many = hex("991001");
  many.resize(many.size() + 4097, 0xa0);
  EXPECT_EQ(with_infos(many), "too_many VICAL.certificateInfos");
}

TEST(Vic04, AFewHundredEntriesAndMegabytesDecode) {
  const auto list = decode(changed([](SampleList& sample) {
    const Members entry = sample.entries[0];
    sample.entries.assign(500, entry);
    sample.payload["padding"] = cbor_bytes(Bytes(3 << 20));  // beyond what one string may have elsewhere
  }));
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->unverified().certificate_infos.size(), 500u);
}

// ---- anchors ------------------------------------------------------------------------------------

VerifiedVical verified(const SampleList& sample, Level level = Level::strict) {
  const crypto::Certificate root = sample.root_certificate();
  return verify_vical(decode(sample.encode(), {.level = level}).value(), {.anchors = {&root, 1}, .now = sample.now})
      .value();
}

TEST(Vical, VerifiedEntriesAreAnchorsWithTheirOrigin) {
  SampleList sample(ListKind::vical);
  sample.entries[1]["docType"] =
      cbor_array({cbor_text("org.iso.23220.photoid.1"), cbor_text("org.iso.7816.4.A0000002480400")});
  const VerifiedVical list = verified(sample);
  ASSERT_EQ(list.anchors().size(), 2u);
  EXPECT_EQ(list.anchors()[0].certificate, authority(1));
  EXPECT_EQ(list.anchors()[0].doc_types, std::vector{mdl});
  EXPECT_EQ(list.anchors()[1].certificate, authority(2));
  EXPECT_EQ(list.anchors()[1].doc_types,
            (std::vector{DocType("org.iso.23220.photoid.1"), DocType("org.iso.7816.4.A0000002480400")}));
  EXPECT_EQ(list.anchors()[1].index, 1u);
  const ListProvenance& origin = *list.anchors()[1].provenance;
  EXPECT_EQ(origin.kind, ListKind::vical);
  EXPECT_EQ(origin.provider, "Utopia");
  EXPECT_EQ(origin.type, "");
  EXPECT_EQ(origin.issue_id, 7u);
  EXPECT_EQ(origin.date, utc("2026-05-01T00:00:00Z"));
  EXPECT_EQ(origin.next_update, utc("2026-05-02T00:00:00Z"));
  EXPECT_EQ(origin.not_after, utc("2026-06-01T00:00:00Z"));
  EXPECT_EQ(&origin, &list.provenance());
}

TEST(Vical, AnEntryWithoutDocTypesIsAnAnchorForNothing) {
  SampleList sample(ListKind::vical);
  sample.entries[0]["docType"] = hex("80");
  for (const Level level : {Level::interop, Level::lenient}) {
    const VerifiedVical list = verified(sample, level);
    ASSERT_EQ(list.anchors().size(), 1u);
    EXPECT_EQ(list.anchors()[0].certificate, authority(2));
    EXPECT_EQ(list.anchors()[0].index, 1u);
    ASSERT_EQ(list.unusable_entries().size(), 1u);
    EXPECT_EQ(list.unusable_entries()[0].index, 0u);
    EXPECT_EQ(list.unusable_entries()[0].error.code, Errc::empty_structure);
    EXPECT_EQ(list.unusable_entries()[0].error.where.text(), "VICAL.certificateInfos[0].docType");
  }
}

TEST(Vical, ACertificateListedTwiceIsOneAnchorWithAllItsDocTypes) {
  SampleList sample(ListKind::vical);
  Members again = sample.entries[0];
  again["docType"] = cbor_array({cbor_text("org.iso.18013.5.1.mDL"), cbor_text("org.iso.7367.1.mVRC")});
  sample.entries.push_back(again);
  const VerifiedVical list = verified(sample);
  ASSERT_EQ(list.anchors().size(), 2u);
  EXPECT_EQ(list.anchors()[0].doc_types, (std::vector{mdl, DocType("org.iso.7367.1.mVRC")}));
  EXPECT_EQ(list.anchors()[0].index, 0u);
  EXPECT_EQ(list.list().certificate_infos.size(), 3u);
}

TEST(Vical, AnUndecodableCertificateIsNoAnchor) {
  SampleList sample(ListKind::vical);
  sample.entries[0]["certificate"] = cbor_bytes(hex("00"));
  const VerifiedVical list = verified(sample);
  ASSERT_EQ(list.anchors().size(), 1u);
  EXPECT_EQ(list.anchors()[0].index, 1u);
  EXPECT_EQ(list.unusable_entries().size(), 1u);
}

}  // namespace
}  // namespace mdoc::trust
