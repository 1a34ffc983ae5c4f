#include "mdoc/trust/rical.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"
#include "unit/model/mutation.hpp"

namespace mdoc::trust {
namespace {

using cbor::Type;
using testing::authority;
using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_bytes;
using testing::cbor_text;
using testing::hex;
using testing::Members;
using testing::outcome;
using testing::SampleList;
using testing::utc;
using testing::without_value;

Result<SignedRical> decode(Bytes encoded, const cbor::DecodeContext& context = {.level = Level::strict},
                           const TrustListLimits& limits = {}) {
  return decode_rical(SharedBytes::take(std::move(encoded)), context, limits);
}

template <class Change>
Bytes changed(const Change& change) {
  SampleList sample(ListKind::rical);
  change(sample);
  return sample.encode();
}

Result<void> attempt_payload(const Bytes& payload) {
  return without_value(decode(changed([&](SampleList& sample) { sample.on_payload = [&](Bytes& p) { p = payload; }; }),
                              {.level = Level::interop}));
}

Result<void> attempt_entry(const Bytes& entry) {
  Members list = SampleList(ListKind::rical).payload;
  list["certificateInfos"] = cbor_array({entry});
  return attempt_payload(list.encode());
}

/// `[{"com.example.only": number}]`
Bytes constraint(std::uint8_t number) {
  return cbor_array({Members{{"com.example.only", testing::cbor_uint(number)}}.encode()});
}

Bytes good_payload() {
  const SampleList sample(ListKind::rical);
  Members list = sample.payload;
  list["extensions"] = hex("a161780a");
  list["latestRicalUrl"] = cbor_text("https://example.com/rical");
  list["certificateInfos"] = cbor_array({sample.entries[0].encode(), sample.entries[1].encode()});
  return list.encode();
}

Bytes good_entry() {
  Members entry = SampleList(ListKind::rical).entries[0];
  entry["type"] = cbor_text("org.iso.18013.5.1.reader_authentication");
  entry["trustConstraints"] = constraint(1);
  entry["name"] = cbor_text("Shops");
  entry["extensions"] = hex("a0");
  return entry.encode();
}

crypto::Certificate sub_authority(int number, int issuer) {
  testing::CountingRng rng(static_cast<std::uint64_t>(number));
  return crypto::issue_certificate(testing::authority_template(number),
                                   testing::numbered_key(static_cast<std::uint8_t>(number)).public_key(),
                                   authority(issuer), testing::numbered_key(static_cast<std::uint8_t>(issuer)), rng)
      .value();
}

VerifiedRical verified(const SampleList& sample, Level level = Level::strict) {
  const crypto::Certificate root = sample.root_certificate();
  return verify_rical(decode(sample.encode(), {.level = level}).value(), {.anchors = {&root, 1}, .now = sample.now})
      .value();
}

// ---- decoding -----------------------------------------------------------------------------------

TEST(Rical, EveryMemberIsRead) {
  const auto list =
      decode(changed([](SampleList& sample) { sample.on_payload = [](Bytes& payload) { payload = good_payload(); }; }));
  ASSERT_TRUE(list) << describe(list.error());
  const Rical& rical = list->unverified();
  EXPECT_EQ(rical.version, (Version{1, 0}));
  EXPECT_EQ(rical.provider, "Utopia");
  EXPECT_EQ(rical.type, rical_reader_authentication);
  EXPECT_EQ(rical.id, 7u);
  EXPECT_EQ(rical.date, utc("2026-05-01T00:00:00Z"));
  EXPECT_EQ(rical.next_update, utc("2026-05-02T00:00:00Z"));
  EXPECT_EQ(rical.not_after, utc("2026-06-01T00:00:00Z"));
  EXPECT_EQ(rical.latest_rical_url, "https://example.com/rical");
  EXPECT_EQ(to_hex(rical.extensions->view()), "a161780a");
  ASSERT_EQ(rical.certificate_infos.size(), 2u);
  EXPECT_EQ(rical.certificate_infos[1].listed.certificate, authority(2));
}

TEST(Rical, EveryMemberOfAnEntryIsRead) {
  const auto list = decode(changed([](SampleList& sample) {
    sample.on_payload = [&](Bytes& payload) {
      Members members = SampleList(ListKind::rical).payload;
      members["certificateInfos"] = cbor_array({good_entry()});
      payload = members.encode();
    };
  }));
  ASSERT_TRUE(list) << describe(list.error());
  const RicalCertificateInfo& info = list->unverified().certificate_infos.at(0);
  EXPECT_EQ(info.listed.certificate, authority(1));
  EXPECT_EQ(info.is_trust_anchor, true);
  EXPECT_EQ(info.type, rical_reader_authentication);
  EXPECT_EQ(info.name, "Shops");
  ASSERT_TRUE(info.trust_constraints);
  ASSERT_EQ(info.trust_constraints->size(), 1u);
  ASSERT_EQ(info.trust_constraints->at(0).others.size(), 1u);
  EXPECT_EQ(to_hex(info.trust_constraints->at(0).others[0].value.view()), "01");
}

TEST(Rical, EveryMemberIsEnforced) {
  testing::expect_members(good_payload(),
                          {{.name = "version", .required = true, .types = {Type::text}},
                           {.name = "provider", .required = true, .types = {Type::text}},
                           {.name = "type", .required = true, .types = {Type::text}},
                           {.name = "date", .required = true, .types = {Type::tag}},
                           {.name = "nextUpdate", .types = {Type::tag, Type::null}},
                           {.name = "notAfter", .types = {Type::tag, Type::null}},
                           {.name = "certificateInfos", .required = true, .types = {Type::array}},
                           {.name = "id", .types = {Type::uint, Type::null}},
                           {.name = "latestRicalUrl", .types = {Type::text, Type::null}},
                           {.name = "extensions", .types = {Type::map, Type::null}}},
                          attempt_payload);
  testing::expect_exact_length(good_payload(), attempt_payload);
}

TEST(Rical, EveryMemberOfAnEntryIsEnforced) {
  testing::expect_members(good_entry(),
                          {{.name = "certificate", .required = true, .types = {Type::bytes}},
                           {.name = "serialNumber", .required = true, .types = {Type::tag, Type::uint}},
                           {.name = "ski", .required = true, .types = {Type::bytes}},
                           {.name = "isTrustAnchor", .types = {Type::boolean, Type::null}},
                           {.name = "type", .types = {Type::text, Type::null}},
                           {.name = "trustConstraints", .types = {Type::array, Type::null}},
                           {.name = "name", .types = {Type::text, Type::null}},
                           {.name = "issuingCountry", .types = {Type::text, Type::null}},
                           {.name = "stateOrProvinceName", .types = {Type::text, Type::null}},
                           {.name = "issuer", .types = {Type::bytes, Type::null}},
                           {.name = "subject", .types = {Type::bytes, Type::null}},
                           {.name = "notBefore", .types = {Type::tag, Type::null}},
                           {.name = "notAfter", .types = {Type::tag, Type::null}},
                           {.name = "extensions", .types = {Type::map, Type::null}}},
                          attempt_entry);
}

TEST(Rical, EveryTruncationIsAnError) {
  const Bytes whole = SampleList(ListKind::rical).encode();
  ASSERT_TRUE(decode(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto list = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    ASSERT_FALSE(list) << size;
    EXPECT_EQ(list.error().code, Errc::truncated) << size << ": " << describe(list.error());
  }
}

TEST(Rical, ConstraintsMustSaySomethingAndOnce) {
  const auto with = [](std::string_view member, Bytes value) {
    Members entry = SampleList(ListKind::rical).entries[0];
    entry["trustConstraints"] = constraint(1);
    entry[member] = std::move(value);
    return outcome(attempt_entry(entry.encode()));
  };
  EXPECT_EQ(with("trustConstraints", constraint(2)), "ok");
  EXPECT_EQ(with("trustConstraints", hex("80")), "empty_structure RICAL.certificateInfos[0].trustConstraints");
  EXPECT_EQ(with("trustConstraints", hex("8101")), "wrong_type RICAL.certificateInfos[0].trustConstraints[0]");
  EXPECT_EQ(with("trustContraints", constraint(1)), "duplicate_key RICAL.certificateInfos[0].trustContraints");
  EXPECT_EQ(with("trustContraints", constraint(2)), "duplicate_key RICAL.certificateInfos[0].trustContraints");
}

TEST(Rical, OneCertificateWithTwoStatementsIsRefused) {
  const auto with_second = [](const std::function<void(Members&)>& change) {
    return outcome(without_value(decode(changed([&](SampleList& sample) {
                                          sample.entries[0]["trustConstraints"] = constraint(1);
                                          sample.entries.push_back(sample.entries[0]);
                                          change(sample.entries[2]);
                                        }),
                                        {.level = Level::lenient})));
  };
  EXPECT_EQ(with_second([](Members&) {}), "ok");
  EXPECT_EQ(with_second([](Members& entry) { entry["name"] = cbor_text("again"); }), "ok");
  EXPECT_EQ(with_second([](Members& entry) { entry.erase("trustConstraints"); }),
            "duplicate_key RICAL.certificateInfos[2]");
  EXPECT_EQ(with_second([](Members& entry) { entry["trustConstraints"] = constraint(2); }),
            "duplicate_key RICAL.certificateInfos[2]");
  EXPECT_EQ(with_second([](Members& entry) { entry["isTrustAnchor"] = cbor_bool(false); }),
            "duplicate_key RICAL.certificateInfos[2]");
}

TEST(Rical, LimitsHold) {
  const Bytes encoded = changed([](SampleList& sample) { sample.entries[0]["trustConstraints"] = constraint(1); });
  const auto with = [&](const TrustListLimits& limits) {
    return outcome(without_value(decode(encoded, {.level = Level::strict}, limits)));
  };
  EXPECT_EQ(with({.max_bytes = encoded.size() - 1}), "too_large RICAL");
  EXPECT_EQ(with({.max_entries = 2, .max_constraints = 1, .max_unknown_members = 1}), "ok");
  EXPECT_EQ(with({.max_entries = 1}), "too_many RICAL.certificateInfos[1]");
  EXPECT_EQ(with({.max_constraints = 0}), "too_many RICAL.certificateInfos[0].trustConstraints[0]");
  EXPECT_EQ(with({.max_unknown_members = 0}), "too_many RICAL.certificateInfos[0].trustConstraints[0]");
}

TEST(Rical, AnEntryWithoutACertificateIsUnusableAndTheOthersAreNot) {
  SampleList sample(ListKind::rical);
  sample.entries[0]["certificate"] = cbor_bytes(hex("3000"));
  const VerifiedRical list = verified(sample);
  ASSERT_EQ(list.unusable_entries().size(), 1u);
  EXPECT_EQ(list.unusable_entries()[0].index, 0u);
  EXPECT_EQ(list.unusable_entries()[0].error.where.text(), "RICAL.certificateInfos[0].certificate");
  ASSERT_EQ(list.anchors().size(), 1u);
  EXPECT_EQ(list.anchors()[0].index, 1u);
}

// ---- deviations, each alone at the three levels ---------------------------------------------------

struct DeviationCase {
  Rule rule;
  std::string where;
  std::function<void(SampleList& sample)> change;
};

class RicalDeviation : public ::testing::TestWithParam<DeviationCase> {};

TEST_P(RicalDeviation, IsJudgedByTheLevel) {
  const DeviationCase& param = GetParam();
  const Bytes encoded = changed(param.change);
  for (const Level level : {Level::strict, Level::interop, Level::lenient}) {
    SCOPED_TRACE(name(level));
    cbor::DeviationLog log;
    const auto list = decode(encoded, {.level = level, .sink = &log});
    if (weight(param.rule, level) == Weight::error) {
      ASSERT_FALSE(list);
      EXPECT_EQ(outcome(without_value(list)), "deviation " + param.where);
      continue;
    }
    ASSERT_TRUE(list) << describe(list.error());
    ASSERT_EQ(log.entries().size(), weight(param.rule, level) == Weight::warning ? 1u : 0u);
    if (log.empty()) continue;
    EXPECT_EQ(log.entries()[0].rule, param.rule);
    EXPECT_EQ(log.entries()[0].where.text(), param.where);
  }
}

std::function<void(SampleList&)> with_entry_member(std::string_view member, Bytes value) {
  return [member, value](SampleList& sample) { sample.entries[1][member] = value; };
}
std::string entry_path(std::string_view member) { return "RICAL.certificateInfos[1]." + std::string(member); }

INSTANTIATE_TEST_SUITE_P(
    All, RicalDeviation,
    ::testing::Values(DeviationCase{Rule::list_tag, "RICAL", [](SampleList& sample) { sample.tagged = true; }},
                      DeviationCase{Rule::list_x5chain_place, "RICAL.x5chain",
                                    [](SampleList& sample) { sample.x5chain_protected = false; }},
                      DeviationCase{Rule::x5chain_includes_root, "RICAL.x5chain",
                                    [](SampleList& sample) {
                                      const crypto::Certificate root = sample.root_certificate();
                                      sample.further_certificates = {Bytes(root.der().begin(), root.der().end())};
                                    }},
                      DeviationCase{Rule::list_empty, "RICAL.certificateInfos",
                                    [](SampleList& sample) { sample.entries.clear(); }},
                      DeviationCase{Rule::list_null_member, "RICAL.latestRicalUrl",
                                    [](SampleList& sample) { sample.payload["latestRicalUrl"] = hex("f6"); }},
                      DeviationCase{Rule::list_null_member, entry_path("trustConstraints"),
                                    with_entry_member("trustConstraints", hex("f6"))},
                      DeviationCase{Rule::rical_anchor_flag_missing, entry_path("isTrustAnchor"),
                                    [](SampleList& sample) { sample.entries[1].erase("isTrustAnchor"); }},
                      DeviationCase{Rule::rical_constraints_misspelt, entry_path("trustContraints"),
                                    with_entry_member("trustContraints", constraint(1))},
                      DeviationCase{Rule::list_entry_differs, entry_path("aki"),
                                    [](SampleList& sample) {
                                      sample.entries[1] = sample.entry_for(sub_authority(3, 1));
                                      sample.entries[1]["aki"] = cbor_bytes(hex("0102"));
                                    }},
                      DeviationCase{Rule::list_entry_differs, entry_path("issuingCountry"),
                                    with_entry_member("issuingCountry", cbor_text("XX"))}));

// ---- anchors ------------------------------------------------------------------------------------

TEST(Rical, VerifiedEntriesHaveFlagConstraintsAndOrigin) {
  SampleList sample(ListKind::rical);
  sample.entries[1]["isTrustAnchor"] = cbor_bool(false);
  sample.entries[1]["trustConstraints"] = constraint(1);
  const VerifiedRical list = verified(sample);
  ASSERT_EQ(list.anchors().size(), 2u);
  EXPECT_TRUE(list.anchors()[0].is_trust_anchor);
  EXPECT_TRUE(list.anchors()[0].constraints.empty());
  EXPECT_FALSE(list.anchors()[1].is_trust_anchor);
  EXPECT_EQ(list.anchors()[1].constraints.size(), 1u);
  EXPECT_EQ(list.anchors()[1].certificate, authority(2));
  EXPECT_EQ(list.anchors()[1].index, 1u);
  EXPECT_EQ(list.anchors()[1].provenance->kind, ListKind::rical);
  EXPECT_EQ(list.anchors()[1].provenance->type, rical_reader_authentication);
  EXPECT_EQ(list.anchors()[1].provenance->issue_id, 7u);
}

TEST(Rical, WithoutAFlagTheSelfSignedAreAnchors) {
  SampleList sample(ListKind::rical);
  sample.entries.push_back(sample.entry_for(sub_authority(3, 1)));
  // Issuer and subject are equal, but another key has signed.
  testing::CountingRng rng;
  sample.entries.push_back(
      sample.entry_for(crypto::issue_certificate(testing::authority_template(1), testing::numbered_key(4).public_key(),
                                                 authority(1), testing::numbered_key(1), rng)
                           .value()));
  for (Members& entry : sample.entries) entry.erase("isTrustAnchor");
  const VerifiedRical list = verified(sample, Level::interop);
  ASSERT_EQ(list.anchors().size(), 4u);
  EXPECT_TRUE(list.anchors()[0].is_trust_anchor);
  EXPECT_TRUE(list.anchors()[1].is_trust_anchor);
  EXPECT_FALSE(list.anchors()[2].is_trust_anchor);
  EXPECT_FALSE(list.anchors()[3].is_trust_anchor);
}

TEST(Rical, MisspeltConstraintsCount) {
  SampleList sample(ListKind::rical);
  sample.entries[0]["trustContraints"] = constraint(1);
  EXPECT_EQ(verified(sample, Level::lenient).anchors()[0].constraints.size(), 1u);
}

TEST(Rical, ARepeatedEntryIsOneAnchor) {
  SampleList sample(ListKind::rical);
  sample.entries.push_back(sample.entries[0]);
  EXPECT_EQ(verified(sample).anchors().size(), 2u);
}

TEST(Rical, AListOfAnotherTypeIsNotForReaders) {
  SampleList sample(ListKind::rical);
  sample.payload["type"] = cbor_text("com.example.ticket_readers");
  const crypto::Certificate root = sample.root_certificate();
  const SignedRical list = decode(sample.encode()).value();
  const ListTrust trust{.anchors = {&root, 1}, .now = sample.now};
  EXPECT_EQ(outcome(without_value(verify_rical(list, trust))), "subject_mismatch RICAL.type");
  EXPECT_EQ(outcome(without_value(verify_rical(list, trust, "com.example.ticket_readers"))), "ok");
}

// ---- our own lists ------------------------------------------------------------------------------

Rical full_rical() {
  RicalCertificateInfo sub = rical_certificate_info(sub_authority(3, 1), false).value();
  sub.name = "Shops";
  sub.type = std::string(rical_reader_authentication);
  sub.trust_constraints = {{.extensions = SharedBytes::take(hex("a0"))},
                           {.others = {{SharedBytes::take(hex("6161")), SharedBytes::take(hex("01"))}}}};
  return {.provider = "Utopia",
          .date = utc("2026-05-01T00:00:00Z"),
          .next_update = utc("2026-05-02T00:00:00Z"),
          .not_after = utc("2026-06-01T00:00:00Z"),
          .certificate_infos = {rical_certificate_info(authority(1), true).value(), sub},
          .id = 3,
          .latest_rical_url = "https://example.com/rical",
          .extensions = SharedBytes::take(hex("a0"))};
}

TEST(RicalDraft, IsReadAsItWasWritten) {
  const SampleList signer(ListKind::rical);
  const std::vector<crypto::Certificate> x5chain{signer.signer_certificate()};
  const cose::Sign1Draft draft = draft_rical(full_rical(), x5chain).value();
  const SharedBytes encoded =
      draft.finish(crypto::sign(signer.signer_key, draft.algorithm(), draft.to_be_signed()).value()).value().encoded;
  const auto list = decode_rical(encoded, {.level = Level::strict});
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(to_hex(encode_rical(list->unverified())), to_hex(list->message().payload->view()));
  EXPECT_EQ(encoded.view()[0], 0x84);  // no tag
  // x5chain stands in the protected header, and nothing in the other one.
  const crypto::Certificate leaf = signer.signer_certificate();
  EXPECT_GT(list->message().headers.protected_bytes.size(), leaf.der().size());
  const crypto::Certificate root = signer.root_certificate();
  const auto result = verify_rical(*list, {.anchors = {&root, 1}, .now = signer.now});
  ASSERT_TRUE(result) << describe(result.error());
  EXPECT_EQ(result->anchors().size(), 2u);
}

TEST(RicalDraft, NamesTheIssuersKeyOfSubordinatesOnly) {
  EXPECT_FALSE(rical_certificate_info(authority(1), true)->aki);
  const RicalCertificateInfo sub = rical_certificate_info(sub_authority(3, 1), false).value();
  ASSERT_TRUE(sub.aki);
  const crypto::Certificate issuer = authority(1);
  EXPECT_EQ(to_hex(sub.aki->view()), to_hex(*issuer.subject_key_identifier()));
  EXPECT_EQ(sub.is_trust_anchor, false);
}

TEST(RicalDraft, RefusesWhatTheStrictLevelWouldNotRead) {
  const SampleList signer(ListKind::rical);
  const crypto::Certificate leaf = signer.signer_certificate(), root = signer.root_certificate();
  const auto draft = [&](const std::function<void(Rical&)>& change, std::vector<crypto::Certificate> x5chain) {
    Rical list = full_rical();
    change(list);
    return outcome(without_value(draft_rical(list, x5chain)));
  };
  EXPECT_EQ(draft([](Rical&) {}, {leaf}), "ok");
  EXPECT_EQ(draft([](Rical&) {}, {}), "bad_argument RICAL.x5chain");
  EXPECT_EQ(draft([](Rical&) {}, {leaf, root}), "bad_argument RICAL.x5chain[1]");
  EXPECT_EQ(draft([](Rical& list) { list.not_after = list.date; }, {leaf}), "bad_argument RICAL.notAfter");
  EXPECT_EQ(draft([](Rical& list) { list.certificate_infos.clear(); }, {leaf}), "deviation RICAL.certificateInfos");
  EXPECT_EQ(draft([](Rical& list) { list.certificate_infos[0].is_trust_anchor.reset(); }, {leaf}),
            "deviation RICAL.certificateInfos[0].isTrustAnchor");
  EXPECT_EQ(draft([](Rical& list) { list.certificate_infos[1].trust_constraints->clear(); }, {leaf}),
            "empty_structure RICAL.certificateInfos[1].trustConstraints");
  EXPECT_EQ(draft([](Rical& list) { list.certificate_infos[1].aki = SharedBytes::take({1}); }, {leaf}),
            "deviation RICAL.certificateInfos[1].aki");
}

}  // namespace
}  // namespace mdoc::trust
