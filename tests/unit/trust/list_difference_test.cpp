#include "mdoc/trust/list_difference.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/testing/certificate_parts.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"

namespace mdoc::trust {
namespace {

using testing::authority;
using testing::cbor_array;
using testing::cbor_bool;
using testing::cbor_text;
using testing::hex;
using testing::Members;
using testing::renewed_authority;
using testing::SampleList;
using testing::utc;

const DocType mdl{"org.iso.18013.5.1.mDL"};
const DocType photo_id{"org.iso.23220.photoid.1"};
const DocType registration{"org.iso.7367.1.mVRC"};

using Indexes = std::vector<std::size_t>;

// ---- two issues of one list -----------------------------------------------------------------------

Vical vical_of(const std::vector<crypto::Certificate>& certificates) {
  Vical list{.vical_provider = "Utopia", .date = utc("2026-05-01T00:00:00Z")};
  for (const crypto::Certificate& certificate : certificates) {
    list.certificate_infos.push_back(certificate_info(certificate, {mdl, photo_id}).value());
  }
  return list;
}

Rical rical_of(const std::vector<crypto::Certificate>& certificates) {
  Rical list{.provider = "Utopia", .date = utc("2026-05-01T00:00:00Z")};
  for (const crypto::Certificate& certificate : certificates) {
    list.certificate_infos.push_back(rical_certificate_info(certificate, true).value());
  }
  return list;
}

TEST(ListDifference, OfAListWithItselfIsEmpty) {
  const Vical vical = vical_of({authority(1), authority(2)});
  EXPECT_TRUE(compare(vical, vical).empty());
  const Rical rical = rical_of({authority(1), authority(2)});
  EXPECT_TRUE(compare(rical, rical).empty());
}

TEST(ListDifference, NamesWhatCameAndWhatWent) {
  const ListDifference difference = compare(vical_of({authority(1), authority(2), authority(3)}),
                                            vical_of({authority(4), authority(3), authority(5)}));
  EXPECT_EQ(difference.removed, (Indexes{0, 1}));
  EXPECT_EQ(difference.added, (Indexes{0, 2}));
  EXPECT_TRUE(difference.changed.empty());
  EXPECT_TRUE(difference.header.empty());
  EXPECT_FALSE(difference.empty());
}

TEST(ListDifference, OrderDoesNotMatter) {
  Vical before = vical_of({authority(1), authority(2)});
  Vical after = vical_of({authority(2), authority(1)});
  std::swap(after.certificate_infos[0].doc_types[0], after.certificate_infos[0].doc_types[1]);
  before.certificate_infos[0].certificate_profile = {"a", "b"};
  after.certificate_infos[1].certificate_profile = {"b", "a"};
  const auto member = [](std::string_view key) {
    return cbor::UnknownMember{SharedBytes::take(cbor_text(key)), SharedBytes::take(hex("01"))};
  };
  before.others = {member("a"), member("b")};
  after.others = {member("b"), member("a")};
  EXPECT_TRUE(compare(before, after).empty());
}

TEST(ListDifference, ARenewedCertificateIsAChange) {
  const ListDifference difference =
      compare(vical_of({authority(1), authority(2)}), vical_of({authority(2), renewed_authority(1)}));
  EXPECT_TRUE(difference.added.empty());
  EXPECT_TRUE(difference.removed.empty());
  ASSERT_EQ(difference.changed.size(), 1u);
  const EntryChange& change = difference.changed[0];
  EXPECT_TRUE(change.renewed);
  EXPECT_EQ(change.before, 0u);
  EXPECT_EQ(change.after, 1u);
  EXPECT_TRUE(change.members.empty());  // dates and serial number say nothing new
}

TEST(ListDifference, ARenewalMayComeWithOtherDocTypes) {
  const Vical before = vical_of({authority(1)});
  Vical after = vical_of({renewed_authority(1)});
  after.certificate_infos[0].doc_types = {mdl, registration};
  const ListDifference difference = compare(before, after);
  ASSERT_EQ(difference.changed.size(), 1u);
  EXPECT_TRUE(difference.changed[0].renewed);
  EXPECT_EQ(difference.changed[0].members, std::vector{EntryMember::doc_type});
  EXPECT_EQ(difference.changed[0].doc_types_added, std::vector{registration});
  EXPECT_EQ(difference.changed[0].doc_types_removed, std::vector{photo_id});
}

TEST(ListDifference, ACertificateListedBesideItsRenewalWasAdded) {
  const ListDifference difference = compare(vical_of({authority(1)}), vical_of({renewed_authority(1), authority(1)}));
  EXPECT_EQ(difference.added, (Indexes{0}));
  EXPECT_TRUE(difference.changed.empty());
}

TEST(ListDifference, TheSameNameWithAnotherKeyIsNoRenewal) {
  testing::CountingRng rng;
  const auto other_key =
      crypto::issue_self_signed_certificate(testing::authority_template(1), testing::numbered_key(9), rng).value();
  const ListDifference difference = compare(vical_of({authority(1)}), vical_of({other_key}));
  EXPECT_EQ(difference.added, (Indexes{0}));
  EXPECT_EQ(difference.removed, (Indexes{0}));
}

// The key identifier is what the maker of a certificate wants it to be.
TEST(ListDifference, TheSameNameAndKeyIdentifierWithAnotherKeyIsNoRenewal) {
  const crypto::PrivateKey other_key = testing::numbered_key(9);
  testing::CertificateParts parts = testing::CertificateParts::of(authority(1));
  parts.key = other_key.public_key().spki();
  const crypto::Certificate impostor = parts.sign(other_key).value();
  ASSERT_EQ(to_hex(*impostor.subject_key_identifier()), to_hex(*authority(1).subject_key_identifier()));
  const ListDifference difference = compare(vical_of({authority(1)}), vical_of({impostor}));
  EXPECT_EQ(difference.added, (Indexes{0}));
  EXPECT_EQ(difference.removed, (Indexes{0}));
  EXPECT_TRUE(difference.changed.empty());
}

TEST(ListDifference, SeveralRenewalsArePairedInTheOrderInWhichTheyStand) {
  const auto with_serial = [](std::uint8_t serial) {
    testing::CertificateParts parts = testing::CertificateParts::of(authority(1));
    parts.serial = Bytes(16, serial);
    return parts.sign(testing::numbered_key(1)).value();
  };
  const crypto::Certificate low = with_serial(0x11), high = with_serial(0x22);
  for (const auto& former : {std::vector{low, high}, std::vector{high, low}}) {
    const ListDifference difference = compare(vical_of(former), vical_of({with_serial(0x33), with_serial(0x44)}));
    ASSERT_EQ(difference.changed.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(difference.changed[i].before, i);
      EXPECT_EQ(difference.changed[i].after, i);
    }
  }
}

TEST(ListDifference, EachMemberOfAnEntryIsCompared) {
  const std::pair<EntryMember, std::function<void(CertificateInfo&)>> cases[] = {
      {EntryMember::serial_number, [](auto& info) { info.listed.serial_number = SharedBytes::take({1}); }},
      {EntryMember::ski, [](auto& info) { info.listed.ski = SharedBytes::take({1}); }},
      {EntryMember::issuing_country, [](auto& info) { info.listed.issuing_country = "XX"; }},
      {EntryMember::state_or_province_name, [](auto& info) { info.listed.state_or_province_name.reset(); }},
      {EntryMember::issuer, [](auto& info) { info.listed.issuer.reset(); }},
      {EntryMember::subject, [](auto& info) { info.listed.subject = SharedBytes::take({1}); }},
      {EntryMember::not_before, [](auto& info) { info.listed.not_before.reset(); }},
      {EntryMember::not_after, [](auto& info) { info.listed.not_after.reset(); }},
      {EntryMember::doc_type, [](auto& info) { info.doc_types.pop_back(); }},
      {EntryMember::certificate_profile, [](auto& info) { info.certificate_profile = {"urn:oid:1.2"}; }},
      {EntryMember::issuing_authority, [](auto& info) { info.issuing_authority = "Roads"; }},
      {EntryMember::extensions, [](auto& info) { info.listed.extensions = SharedBytes::take(hex("a0")); }},
      {EntryMember::others,
       [](auto& info) {
         info.listed.others = {{SharedBytes::take(hex("6161")), SharedBytes::take(hex("01"))}};
       }},
  };
  const Vical before = vical_of({authority(1), authority(2)});
  for (const auto& [member, change] : cases) {
    SCOPED_TRACE(name(member));
    Vical after = before;
    change(after.certificate_infos[1]);
    const ListDifference difference = compare(before, after);
    ASSERT_EQ(difference.changed.size(), 1u);
    EXPECT_FALSE(difference.changed[0].renewed);
    EXPECT_EQ(difference.changed[0].after, 1u);
    EXPECT_EQ(difference.changed[0].members, std::vector{member});
    EXPECT_TRUE(difference.added.empty());
  }
}

TEST(ListDifference, EachMemberOfAReaderEntryIsCompared) {
  const std::pair<EntryMember, std::function<void(RicalCertificateInfo&)>> cases[] = {
      {EntryMember::aki, [](auto& info) { info.aki = SharedBytes::take({1}); }},
      {EntryMember::is_trust_anchor, [](auto& info) { info.is_trust_anchor = false; }},
      {EntryMember::type, [](auto& info) { info.type = "x"; }},
      {EntryMember::trust_constraints, [](auto& info) { info.trust_constraints = {TrustConstraint{}}; }},
      {EntryMember::name, [](auto& info) { info.name = "Shops"; }},
  };
  const Rical before = rical_of({authority(1), authority(2)});
  for (const auto& [member, change] : cases) {
    SCOPED_TRACE(name(member));
    Rical after = before;
    change(after.certificate_infos[0]);
    const ListDifference difference = compare(before, after);
    ASSERT_EQ(difference.changed.size(), 1u);
    EXPECT_EQ(difference.changed[0].members, std::vector{member});
  }
}

TEST(ListDifference, EachMemberOfTheListIsCompared) {
  const std::pair<ListMember, std::function<void(Vical&)>> cases[] = {
      {ListMember::version,
       [](auto& list) {
         list.version = {1, 1};
       }},
      {ListMember::provider, [](auto& list) { list.vical_provider = "Arcadia"; }},
      {ListMember::date, [](auto& list) { list.date = utc("2026-05-01T00:00:01Z"); }},
      {ListMember::next_update, [](auto& list) { list.next_update = utc("2026-05-02T00:00:00Z"); }},
      {ListMember::not_after, [](auto& list) { list.not_after = utc("2026-05-02T00:00:00Z"); }},
      {ListMember::issue_id, [](auto& list) { list.vical_issue_id = 1; }},
      {ListMember::url, [](auto& list) { list.vical_url = "https://example.com"; }},
      {ListMember::extensions, [](auto& list) { list.extensions = SharedBytes::take(hex("a0")); }},
      {ListMember::others,
       [](auto& list) {
         list.others = {{SharedBytes::take(hex("6161")), SharedBytes::take(hex("01"))}};
       }},
  };
  const Vical before = vical_of({authority(1)});
  for (const auto& [member, change] : cases) {
    SCOPED_TRACE(name(member));
    Vical after = before;
    change(after);
    const ListDifference difference = compare(before, after);
    EXPECT_EQ(difference.header, std::vector{member});
    EXPECT_TRUE(difference.changed.empty());
  }
  Rical tickets = rical_of({authority(1)});
  tickets.type = "com.example.tickets";
  EXPECT_EQ(compare(rical_of({authority(1)}), tickets).header, std::vector{ListMember::type});
  EXPECT_EQ(name(ListMember::issue_id), "issueID");
}

TEST(ListDifference, RepeatedEntriesArePairedOneByOne) {
  const Vical once = vical_of({authority(1)});
  const Vical twice = vical_of({authority(1), authority(1)});
  EXPECT_EQ(compare(once, twice).added, (Indexes{1}));
  EXPECT_EQ(compare(twice, once).removed, (Indexes{1}));
  EXPECT_TRUE(compare(twice, twice).empty());
}

TEST(ListDifference, UndecodableCertificatesAreComparedByTheirBytes) {
  Vical list = vical_of({authority(1), authority(2)});
  for (CertificateInfo& info : list.certificate_infos) {
    info.listed.certificate.reset();
    info.listed.encoded = SharedBytes::take({1, 2, 3});
  }
  EXPECT_EQ(compare(list, list).changed.size(), 0u);
  Vical other = list;
  other.certificate_infos[1].listed.encoded = SharedBytes::take({1, 2, 4});
  const ListDifference difference = compare(list, other);
  EXPECT_EQ(difference.added, (Indexes{1}));
  EXPECT_EQ(difference.removed, (Indexes{1}));
}

// ---- lists of several providers ---------------------------------------------------------------------

class ListConflicts : public ::testing::Test {
 protected:
  VerifiedVical vical(const std::vector<std::pair<crypto::Certificate, std::vector<std::string>>>& entries) const {
    SampleList sample(ListKind::vical);
    sample.entries.clear();
    for (const auto& [certificate, doc_types] : entries) {
      Members& entry = sample.entries.emplace_back(sample.entry_for(certificate));
      std::vector<Bytes> texts;
      for (const std::string& doc_type : doc_types) texts.push_back(cbor_text(doc_type));
      entry["docType"] = cbor_array(texts);
    }
    const crypto::Certificate root = sample.root_certificate();
    return verify_vical(decode_vical(SharedBytes::take(sample.encode())).value(),
                        {.anchors = {&root, 1}, .now = sample.now})
        .value();
  }
  VerifiedRical rical(const std::function<void(Members& entry)>& change) const {
    SampleList sample(ListKind::rical);
    change(sample.entries[0]);
    const crypto::Certificate root = sample.root_certificate();
    return verify_rical(decode_rical(SharedBytes::take(sample.encode())).value(),
                        {.anchors = {&root, 1}, .now = sample.now})
        .value();
  }
};

TEST_F(ListConflicts, ListsThatAgreeHaveNone) {
  const std::vector lists{vical({{authority(1), {"a", "b"}}, {authority(2), {"a"}}}),
                          vical({{authority(2), {"a"}}, {authority(1), {"b", "a"}}})};
  EXPECT_TRUE(find_conflicts(lists).empty());
  EXPECT_TRUE(find_conflicts(std::span<const VerifiedVical>()).empty());
}

TEST_F(ListConflicts, WhatOnlyOneListsIsNone) {
  const std::vector lists{vical({{authority(1), {"a"}}, {authority(2), {"a"}}}), vical({{authority(1), {"a"}}}),
                          vical({})};
  EXPECT_TRUE(find_conflicts(lists).empty());
}

TEST_F(ListConflicts, OneCertificateForOtherDocTypesIsOne) {
  const std::vector lists{vical({{authority(2), {"x"}}}), vical({{authority(3), {"a"}}, {authority(1), {"a", "b"}}}),
                          vical({{authority(1), {"a"}}}), vical({{authority(1), {"b", "a"}}})};
  const auto conflicts = find_conflicts(lists);
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(conflicts[0].kind, ConflictKind::doc_types);
  EXPECT_EQ(conflicts[0].first, (ListPlace{1, 1}));
  EXPECT_EQ(conflicts[0].second, (ListPlace{2, 0}));
}

TEST_F(ListConflicts, OneAuthorityWithOtherDatesIsOne) {
  const std::vector lists{vical({{authority(1), {"a"}}}),
                          vical({{authority(2), {"a"}}, {renewed_authority(1), {"a"}}})};
  const auto conflicts = find_conflicts(lists);
  ASSERT_EQ(conflicts.size(), 1u);
  EXPECT_EQ(conflicts[0].kind, ConflictKind::validity);
  EXPECT_EQ(conflicts[0].first, (ListPlace{0, 0}));
  EXPECT_EQ(conflicts[0].second, (ListPlace{1, 1}));
}

TEST_F(ListConflicts, ARenewalBesideTheFormerCertificateIsNone) {
  const std::vector lists{vical({{authority(1), {"a"}}}),
                          vical({{renewed_authority(1), {"a"}}, {authority(1), {"a"}}})};
  EXPECT_TRUE(find_conflicts(lists).empty());
}

TEST_F(ListConflicts, OneNameWithTwoKeysIsNone) {
  testing::CountingRng rng;
  crypto::CertificateTemplate content = testing::authority_template(1);
  content.not_after = utc("2031-01-01T00:00:00Z");
  const auto other = crypto::issue_self_signed_certificate(content, testing::numbered_key(9), rng).value();
  const std::vector lists{vical({{authority(1), {"a"}}}), vical({{other, {"a"}}})};
  EXPECT_TRUE(find_conflicts(lists).empty());
}

TEST_F(ListConflicts, OfReaderListsAreFlagsAndConstraints) {
  const Bytes constraints = cbor_array({Members{{"only", hex("01")}}.encode()});
  const std::vector lists{
      rical([](Members&) {}), rical([](Members& entry) { entry["isTrustAnchor"] = cbor_bool(false); }),
      rical([&](Members& entry) { entry["trustConstraints"] = constraints; }), rical([](Members&) {})};
  const auto conflicts = find_conflicts(lists);
  ASSERT_EQ(conflicts.size(), 2u);
  EXPECT_EQ(conflicts[0].kind, ConflictKind::anchor);
  EXPECT_EQ(conflicts[0].second, (ListPlace{1, 0}));
  EXPECT_EQ(conflicts[1].kind, ConflictKind::constraints);
  EXPECT_EQ(conflicts[1].second, (ListPlace{2, 0}));
}

}  // namespace
}  // namespace mdoc::trust
