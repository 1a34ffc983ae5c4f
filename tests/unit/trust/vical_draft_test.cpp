#include "mdoc/trust/vical.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/signature.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"
#include "unit/model/mutation.hpp"

namespace mdoc::trust {
namespace {

using testing::authority;
using testing::cbor_text;
using testing::hex;
using testing::outcome;
using testing::SampleList;
using testing::utc;
using testing::without_value;

const DocType mdl{"org.iso.18013.5.1.mDL"};

Vical full_vical() {
  CertificateInfo first = certificate_info(authority(1), {mdl, DocType("org.iso.7816.4.A0000002480400")}).value();
  first.certificate_profile = {"urn:oid:1.0.18013.5.1.7"};
  first.issuing_authority = "Department of Roads";
  first.listed.extensions = SharedBytes::take(hex("a161780a"));
  return {.vical_provider = "Utopia",
          .vical_issue_id = 616575,
          .date = utc("2026-05-01T00:00:00Z"),
          .next_update = utc("2026-05-02T00:00:00Z"),
          .not_after = utc("2026-06-01T00:00:00Z"),
          .certificate_infos = {first, certificate_info(authority(2), {mdl}).value()},
          .extensions = SharedBytes::take(hex("a0")),
          .vical_url = "https://example.com/vical"};
}

SharedBytes signed_list(const Vical& list, const SampleList& signer) {
  const std::vector<crypto::Certificate> x5chain{signer.signer_certificate()};
  const cose::Sign1Draft draft = draft_vical(list, x5chain).value();
  return draft.finish(crypto::sign(signer.signer_key, draft.algorithm(), draft.to_be_signed()).value()).value().encoded;
}

TEST(VicalDraft, IsReadAsItWasWritten) {
  const SampleList signer(ListKind::vical);
  const SharedBytes encoded = signed_list(full_vical(), signer);
  const auto list = decode_vical(encoded, {.level = Level::strict});
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(to_hex(encode_vical(list->unverified())), to_hex(list->message().payload->view()));
  EXPECT_TRUE(list->unverified().certificate_infos[0].listed.differing.empty());
  const crypto::Certificate root = signer.root_certificate();
  const auto verified_list = verify_vical(*list, {.anchors = {&root, 1}, .now = signer.now});
  ASSERT_TRUE(verified_list) << describe(verified_list.error());
  EXPECT_EQ(verified_list->anchors().size(), 2u);
}

TEST(VicalDraft, HasTheFormOfTheStandard) {
  const SampleList signer(ListKind::vical);
  const SharedBytes encoded = signed_list(full_vical(), signer);
  EXPECT_EQ(to_hex(encoded.view().first(6)), "8443a10126a1");  // no tag; protected: alg alone; unprotected: x5chain
  EXPECT_EQ(to_hex(encoded.view().subspan(6, 3)), "182159");
}

TEST(VicalDraft, FillsEntriesFromTheirCertificates) {
  const CertificateInfo info = certificate_info(authority(1), {mdl}).value();
  const crypto::Certificate certificate = authority(1);
  EXPECT_EQ(to_hex(info.listed.encoded.view()), to_hex(certificate.der()));
  EXPECT_NE(info.listed.serial_number.view()[0], 0);
  EXPECT_EQ(to_hex(info.listed.ski.view()), to_hex(*certificate.subject_key_identifier()));
  EXPECT_EQ(to_hex(info.listed.issuer->view()), to_hex(certificate.issuer().der()));
  EXPECT_EQ(to_hex(info.listed.subject->view()), to_hex(certificate.subject().der()));
  EXPECT_EQ(info.listed.not_before, certificate.not_before());
  EXPECT_EQ(info.listed.not_after, certificate.not_after());
  EXPECT_EQ(info.listed.issuing_country, "UT");
  EXPECT_EQ(info.listed.state_or_province_name, "UT-X");

  crypto::CertificateTemplate without = testing::authority_template(1);
  without.subject_key_identifier = false;
  testing::CountingRng rng;
  const auto made = crypto::issue_self_signed_certificate(without, testing::numbered_key(1), rng).value();
  EXPECT_EQ(outcome(without_value(certificate_info(made, {mdl}))), "bad_argument ski");
}

TEST(VicalDraft, RefusesWhatTheStrictLevelWouldNotRead) {
  const SampleList signer(ListKind::vical);
  const crypto::Certificate leaf = signer.signer_certificate(), root = signer.root_certificate();
  const auto draft = [&](const std::function<void(Vical&)>& change, std::vector<crypto::Certificate> x5chain) {
    Vical list = full_vical();
    change(list);
    return outcome(without_value(draft_vical(list, x5chain)));
  };
  EXPECT_EQ(draft([](Vical&) {}, {leaf}), "ok");
  EXPECT_EQ(draft([](Vical&) {}, {}), "bad_argument VICAL.x5chain");
  EXPECT_EQ(draft([](Vical&) {}, {leaf, root}), "bad_argument VICAL.x5chain[1]");
  EXPECT_EQ(draft([](Vical& list) { list.next_update = list.date; }, {leaf}), "bad_argument VICAL.nextUpdate");
  EXPECT_EQ(draft([](Vical& list) { list.not_after = list.date; }, {leaf}), "bad_argument VICAL.notAfter");
  EXPECT_EQ(draft([](Vical& list) { list.version = {2, 0}; }, {leaf}), "unsupported_version VICAL.version");
  EXPECT_EQ(draft([](Vical& list) { list.certificate_infos[1].doc_types.clear(); }, {leaf}),
            "deviation VICAL.certificateInfos[1].docType");
  EXPECT_EQ(draft([](Vical& list) { list.certificate_infos[1].listed.ski = SharedBytes::take({1}); }, {leaf}),
            "deviation VICAL.certificateInfos[1].ski");
  EXPECT_EQ(draft([](Vical& list) { list.certificate_infos[1].listed.encoded = SharedBytes::take({1}); }, {leaf}),
            "bad_certificate VICAL.certificateInfos[1].certificate");
  EXPECT_EQ(draft([](Vical& list) { list.extensions = SharedBytes::take(hex("01")); }, {leaf}),
            "wrong_type VICAL.extensions");
  EXPECT_EQ(draft(
                [](Vical& list) {
                  list.others.push_back({SharedBytes::take(cbor_text("date")), SharedBytes::take(hex("01"))});
                },
                {leaf}),
            "duplicate_key VICAL");
}

TEST(VicalDraft, OfAnEmptyListAndOfALargeOne) {
  const SampleList signer(ListKind::vical);
  Vical list = full_vical();
  list.certificate_infos.clear();
  EXPECT_TRUE(decode_vical(signed_list(list, signer), {.level = Level::strict}));  // [* CertificateInfo]

  list = full_vical();
  cbor::Writer padding;
  padding.bytes(Bytes(std::size_t{3} << 20));
  list.others = {{SharedBytes::take(cbor_text("padding")), SharedBytes::take(std::move(padding).take())}};
  const SharedBytes large = signed_list(list, signer);
  EXPECT_GT(large.size(), std::size_t{2} << 20);
  EXPECT_TRUE(decode_vical(large, {.level = Level::strict}));
}

}  // namespace
}  // namespace mdoc::trust
