#include <gtest/gtest.h>

#include <algorithm>

#include "mdoc/crypto/digest.hpp"
#include "mdoc/trust/rical.hpp"
#include "mdoc/trust/vical.hpp"
#include "sample_list.hpp"
#include "support/vectors.hpp"
#include "unit/model/mutation.hpp"

namespace mdoc::trust {
namespace {

using namespace std::chrono_literals;
using testing::cbor_tdate;
using testing::cbor_text;
using testing::cbor_uint;
using testing::CoseParts;
using testing::hex;
using testing::outcome;
using testing::SampleList;
using testing::utc;
using testing::without_value;

/// What verification says of a list of either kind.
struct Judged {
  Result<void> outcome;
  std::optional<ListVerification> verification{};
};

template <class Verified>
Judged judged(const Result<Verified>& result) {
  if (!result) return {result.error()};
  return {Result<void>(), result->verification()};
}

/// All of this holds for both kinds of lists.
class ListVerificationTest : public ::testing::TestWithParam<ListKind> {
 protected:
  SampleList sample{GetParam()};
  ClockPolicy clock{.skew = 0s};
  const ListIssue* last_accepted = nullptr;

  [[nodiscard]] Judged verify(const Bytes& encoded, std::vector<crypto::Certificate> anchors, UtcSeconds now) const {
    const ListTrust trust{.anchors = anchors, .now = now, .clock = clock, .last_accepted = last_accepted};
    const cbor::DecodeContext lenient{.level = Level::lenient};
    if (GetParam() == ListKind::vical) {
      const auto list = decode_vical(SharedBytes::copy_of(encoded), lenient);
      if (!list) return {list.error()};
      return judged(verify_vical(*list, trust, "List"));
    }
    const auto list = decode_rical(SharedBytes::copy_of(encoded), lenient);
    if (!list) return {list.error()};
    return judged(verify_rical(*list, trust, rical_reader_authentication, "List"));
  }
  [[nodiscard]] Judged verify() const { return verify(sample.encode(), {sample.root_certificate()}, sample.now); }
  [[nodiscard]] Judged verify_at(UtcSeconds now) const {
    return verify(sample.encode(), {sample.root_certificate()}, now);
  }
  [[nodiscard]] std::string outcome_of(std::vector<crypto::Certificate> anchors) const {
    return outcome(verify(sample.encode(), std::move(anchors), sample.now).outcome);
  }
};

INSTANTIATE_TEST_SUITE_P(Both, ListVerificationTest, ::testing::Values(ListKind::vical, ListKind::rical),
                         [](const auto& param) { return std::string(name(param.param)); });

// ---- the signer ---------------------------------------------------------------------------------

TEST_P(ListVerificationTest, TellsPathProvenanceAndIssue) {
  const Judged result = verify();
  ASSERT_TRUE(result.verification) << describe(result.outcome.error());
  const ListVerification& verification = *result.verification;
  EXPECT_EQ(verification.signer_path, (std::vector{sample.signer_certificate(), sample.root_certificate()}));
  EXPECT_EQ(verification.dates.state, ListState::current);
  EXPECT_EQ(verification.dates.verdict, DateVerdict::within);
  EXPECT_EQ(verification.provenance->kind, GetParam());
  EXPECT_EQ(verification.provenance->provider, "Utopia");
  EXPECT_EQ(verification.issue.kind, GetParam());
  EXPECT_EQ(verification.issue.id, 7u);
  EXPECT_EQ(verification.issue.date, utc("2026-05-01T00:00:00Z"));
  EXPECT_EQ(verification.issue.digest.size(), 32u);
}

TEST_P(ListVerificationTest, WithoutAnchorsNothingIsTrusted) {
  EXPECT_EQ(outcome_of({}), "no_trust_anchor List.x5chain");
}

TEST_P(ListVerificationTest, AnUnrelatedAnchorIsNoHelp) {
  EXPECT_EQ(outcome_of({testing::authority(1)}), "chain_untrusted List.x5chain");
  EXPECT_EQ(outcome_of({testing::authority(1), sample.root_certificate()}), "ok");
}

TEST_P(ListVerificationTest, AnAnchorThatOnlyLooksLikeTheRightOneIsRefused) {
  SampleList impostor(GetParam());
  impostor.root_key = testing::numbered_key(150);
  ASSERT_EQ(impostor.root_certificate().subject(), sample.root_certificate().subject());
  EXPECT_EQ(outcome_of({impostor.root_certificate()}), "chain_untrusted List.x5chain");
  // Not even without the key identifiers that give it away.
  sample.root.subject_key_identifier = impostor.root.subject_key_identifier = false;
  sample.signer.authority_key_identifier = false;
  EXPECT_EQ(outcome_of({impostor.root_certificate()}), "chain_untrusted List.x5chain");
  EXPECT_EQ(outcome_of({impostor.root_certificate(), sample.root_certificate()}), "ok");
}

TEST_P(ListVerificationTest, TheRootInX5chainIsNoAnchor) {
  const crypto::Certificate root = sample.root_certificate();
  sample.further_certificates = {Bytes(root.der().begin(), root.der().end())};
  EXPECT_EQ(outcome_of({}), "no_trust_anchor List.x5chain");
  EXPECT_EQ(outcome_of({testing::authority(1)}), "chain_untrusted List.x5chain");
  EXPECT_EQ(outcome_of({root}), "ok");
}

TEST_P(ListVerificationTest, IntermediatesOfX5chainAreFollowed) {
  testing::CountingRng rng(9);
  crypto::CertificateTemplate upper_template = testing::authority_template(50);
  upper_template.basic_constraints = crypto::BasicConstraints{.ca = true};
  const crypto::PrivateKey upper_key = testing::numbered_key(50);
  const crypto::Certificate upper = crypto::issue_self_signed_certificate(upper_template, upper_key, rng).value();
  const crypto::Certificate issuing =
      crypto::issue_certificate(sample.root, sample.root_key.public_key(), upper, upper_key, rng).value();
  EXPECT_EQ(outcome_of({upper}), "chain_untrusted List.x5chain");
  sample.further_certificates = {Bytes(issuing.der().begin(), issuing.der().end())};
  const Judged result = verify(sample.encode(), {upper}, sample.now);
  ASSERT_TRUE(result.verification) << describe(result.outcome.error());
  EXPECT_EQ(result.verification->signer_path, (std::vector{sample.signer_certificate(), issuing, upper}));
}

TEST_P(ListVerificationTest, ASignerOutsideItsDatesIsRefused) {
  sample.signer.not_after = sample.now;
  EXPECT_EQ(outcome(verify_at(sample.now).outcome), "ok");
  EXPECT_EQ(outcome(verify_at(sample.now + 1s).outcome), "expired List.x5chain");
  sample.signer.not_after = utc("2028-01-01T00:00:00Z");
  sample.signer.not_before = sample.now;
  EXPECT_EQ(outcome(verify_at(sample.now).outcome), "ok");
  EXPECT_EQ(outcome(verify_at(sample.now - 1s).outcome), "not_yet_valid List.x5chain");
  clock.skew = 30s;
  const Judged result = verify_at(sample.now - 30s);
  ASSERT_TRUE(result.verification) << describe(result.outcome.error());
  EXPECT_EQ(result.verification->dates.verdict, DateVerdict::within_skew);
  EXPECT_EQ(outcome(verify_at(sample.now - 31s).outcome), "not_yet_valid List.x5chain");
}

TEST_P(ListVerificationTest, AnExpiredRootIsRefused) {
  sample.root.not_after = sample.now - 1s;
  EXPECT_EQ(outcome(verify().outcome), "expired List.x5chain");
}

TEST_P(ListVerificationTest, EachAnchorThatWasTriedIsNamed) {
  sample.signer.not_after = sample.now - 1s;
  const std::vector anchors{testing::authority(1), sample.root_certificate()};
  const auto x5chain = std::vector{sample.signer_certificate()};
  const ListTrust trust{.anchors = anchors, .now = sample.now, .clock = clock};
  const std::vector<TriedAnchor> tried = try_list_anchors(x5chain, trust);
  ASSERT_EQ(tried.size(), 2u);
  EXPECT_EQ(tried[0].subject, anchors[0].subject().text());
  EXPECT_EQ(tried[0].error->code, Errc::chain_untrusted);
  EXPECT_EQ(tried[1].subject, anchors[1].subject().text());
  EXPECT_EQ(tried[1].error->code, Errc::expired);
  EXPECT_FALSE(try_list_anchors(x5chain, {.anchors = anchors, .now = sample.now - 1s, .clock = clock})[1].error);
  EXPECT_TRUE(try_list_anchors({}, trust).empty());
}

// ---- the signature ------------------------------------------------------------------------------

TEST_P(ListVerificationTest, EachSignedPartIsCovered) {
  // What is signed, altered so that it still decodes.
  const std::pair<std::string, std::function<void(CoseParts&)>> alterations[] = {
      {"unknown member",
       [](CoseParts& parts) {
         const Bytes member = hex("627a7a04");
         const auto found = std::search(parts.payload->begin(), parts.payload->end(), member.begin(), member.end());
         ASSERT_NE(found, parts.payload->end());
         found[3] = 5;
       }},
      {"provider",
       [](CoseParts& parts) {
         const auto found = std::search(parts.payload->begin(), parts.payload->end(), "Utopia", &"Utopia"[6]);
         ASSERT_NE(found, parts.payload->end());
         *found = 'u';
       }},
      {"protected header",
       [](CoseParts& parts) {
         cbor::Writer more;  // kid
         more.uint(4).bytes({});
         parts.protected_header[0] += 1;
         parts.protected_header.insert(parts.protected_header.end(), more.view().begin(), more.view().end());
       }},
      {"signature", [](CoseParts& parts) { parts.signature.back() ^= 1; }},
      {"signature length", [](CoseParts& parts) { parts.signature.pop_back(); }},
      {"no signature", [](CoseParts& parts) { parts.signature.clear(); }},
  };
  for (const auto& [what, alter] : alterations) {
    SCOPED_TRACE(what);
    SampleList altered(GetParam());
    altered.payload["zz"] = cbor_uint(4);
    altered.on_list = alter;
    const Judged result = verify(altered.encode(), {altered.root_certificate()}, altered.now);
    ASSERT_FALSE(result.verification);
    EXPECT_EQ(result.outcome.error().code, Errc::signature_invalid) << describe(result.outcome.error());
    EXPECT_EQ(result.outcome.error().where.text(), "List.signature");
  }
}

TEST_P(ListVerificationTest, ASignatureOfAnotherKeyIsRefused) {
  const Bytes good = sample.encode();
  SampleList other(GetParam());
  other.signer_key = testing::numbered_key(160);
  Bytes signature;
  other.on_list = [&](CoseParts& parts) { signature = parts.signature; };
  (void)other.encode();
  sample.on_list = [&](CoseParts& parts) { parts.signature = signature; };
  EXPECT_EQ(outcome(verify().outcome), "signature_invalid List.signature");
}

TEST_P(ListVerificationTest, TheAlgorithmIsThatOfTheKey) {
  // The first byte pair of the protected header: 1: -7. ES384 for a key on P-256.
  sample.on_headers = [](CoseParts& parts) {
    const Bytes es256 = hex("0126"), es384 = hex("013822");
    const auto found =
        std::search(parts.protected_header.begin(), parts.protected_header.end(), es256.begin(), es256.end());
    const auto next = parts.protected_header.erase(found, found + 2);
    parts.protected_header.insert(next, es384.begin(), es384.end());
  };
  EXPECT_EQ(outcome(verify().outcome), "algorithm_mismatch List.signature");
}

TEST_P(ListVerificationTest, AnAlgorithmInTheUnprotectedHeaderAloneIsNone) {
  sample.x5chain_protected = false;
  sample.on_headers = [](CoseParts& parts) {
    parts.protected_header.clear();
    parts.unprotected_header[0] += 1;
    parts.unprotected_header.insert(parts.unprotected_header.begin() + 1, {0x01, 0x26});
  };
  EXPECT_EQ(outcome(verify().outcome), "bad_header List.signature");
}

// ---- dates --------------------------------------------------------------------------------------

TEST_P(ListVerificationTest, NextUpdateInThePastIsAState) {
  const UtcSeconds next_update = utc("2026-05-02T00:00:00Z");
  const std::pair<UtcSeconds, ListState> cases[] = {{next_update - 1s, ListState::current},
                                                    {next_update, ListState::current},
                                                    {next_update + 1s, ListState::due},
                                                    {next_update + 24h, ListState::due}};
  for (const std::chrono::seconds skew : {0s, 300s}) {
    clock.skew = skew;
    for (const auto& [now, expected] : cases) {
      const Judged result = verify_at(now);
      ASSERT_TRUE(result.verification) << describe(result.outcome.error());
      EXPECT_EQ(result.verification->dates.state, expected) << to_rfc3339(now);
      EXPECT_EQ(result.verification->dates.verdict, DateVerdict::within);
    }
  }
  sample.payload.erase("nextUpdate");
  EXPECT_EQ(verify_at(next_update + 1s).verification->dates.state, ListState::current);
}

TEST_P(ListVerificationTest, NotAfterInThePastMakesItUnusable) {
  const UtcSeconds not_after = utc("2026-06-01T00:00:00Z");
  EXPECT_EQ(outcome(verify_at(not_after - 1s).outcome), "ok");
  EXPECT_EQ(outcome(verify_at(not_after).outcome), "ok");
  EXPECT_EQ(outcome(verify_at(not_after + 1s).outcome), "expired List.notAfter");
  clock.skew = 30s;
  EXPECT_EQ(verify_at(not_after).verification->dates.verdict, DateVerdict::within);
  EXPECT_EQ(verify_at(not_after + 1s).verification->dates.verdict, DateVerdict::within_skew);
  EXPECT_EQ(verify_at(not_after + 30s).verification->dates.verdict, DateVerdict::within_skew);
  EXPECT_EQ(outcome(verify_at(not_after + 31s).outcome), "expired List.notAfter");
  sample.payload.erase("notAfter");
  EXPECT_EQ(outcome(verify_at(not_after + 31s).outcome), "ok");
}

TEST_P(ListVerificationTest, AListOfTheFutureIsRefused) {
  const UtcSeconds date = utc("2026-05-01T00:00:00Z");
  EXPECT_EQ(outcome(verify_at(date).outcome), "ok");
  EXPECT_EQ(outcome(verify_at(date - 1s).outcome), "not_yet_valid List.date");
  clock.skew = 30s;
  EXPECT_EQ(verify_at(date - 30s).verification->dates.verdict, DateVerdict::within_skew);
  EXPECT_EQ(outcome(verify_at(date - 31s).outcome), "not_yet_valid List.date");
}

TEST_P(ListVerificationTest, AnUnknownClockLeavesTheStateOpen) {
  clock.quality = ClockQuality::unknown;
  const Judged result = verify_at(utc("2040-01-01T00:00:00Z"));
  ASSERT_TRUE(result.verification) << describe(result.outcome.error());
  EXPECT_EQ(result.verification->dates.state, ListState::undetermined);
  EXPECT_EQ(result.verification->dates.verdict, DateVerdict::clock_unknown);
}

TEST_P(ListVerificationTest, DatesCanBeJudgedAgainLater) {
  const Judged result = verify();
  ASSERT_TRUE(result.verification);
  const ListProvenance& list = *result.verification->provenance;
  EXPECT_EQ(judge_list_dates(list, sample.now, clock)->state, ListState::current);
  EXPECT_EQ(judge_list_dates(list, sample.now + 24h, clock)->state, ListState::due);
  EXPECT_EQ(outcome(without_value(judge_list_dates(list, utc("2026-06-01T00:00:01Z"), clock))), "expired notAfter");
}

// ---- succession ---------------------------------------------------------------------------------

TEST_P(ListVerificationTest, AnEarlierIssueIsSuperseded) {
  const std::string id = GetParam() == ListKind::vical ? "vicalIssueID" : "id";
  const Judged first = verify();
  ASSERT_TRUE(first.verification);
  const ListIssue accepted = first.verification->issue;
  last_accepted = &accepted;
  EXPECT_EQ(outcome(verify().outcome), "ok");  // the same once more, with another signature

  sample.payload[id] = cbor_uint(6);
  EXPECT_EQ(outcome(verify().outcome), "superseded List");
  sample.payload[id] = cbor_uint(8);
  EXPECT_EQ(outcome(verify().outcome), "ok");
  sample.payload["date"] = cbor_tdate(utc("2026-04-30T00:00:00Z"));
  EXPECT_EQ(outcome(verify().outcome), "ok");  // the id alone decides
}

TEST_P(ListVerificationTest, AnotherContentUnderTheSameIdIsRefused) {
  const Judged first = verify();
  const ListIssue accepted = first.verification->issue;
  last_accepted = &accepted;
  sample.payload["date"] = cbor_tdate(utc("2026-05-01T00:00:01Z"));
  EXPECT_EQ(outcome(verify().outcome), "superseded List");
}

TEST_P(ListVerificationTest, WithoutIdsTheDateDecides) {
  const std::string id = GetParam() == ListKind::vical ? "vicalIssueID" : "id";
  const Judged with_id = verify();
  sample.payload.erase(id);
  const Judged without_id = verify();
  for (const ListIssue& accepted : {with_id.verification->issue, without_id.verification->issue}) {
    last_accepted = &accepted;
    const auto at = [&](std::string_view date) {
      sample.payload["date"] = cbor_tdate(utc(date));
      return outcome(verify().outcome);
    };
    EXPECT_EQ(at("2026-04-30T23:59:59Z"), "superseded List");
    EXPECT_EQ(at("2026-05-01T00:00:01Z"), "ok");
    sample.payload["more"] = cbor_uint(1);
    EXPECT_EQ(at("2026-05-01T00:00:00Z"), "superseded List");
    sample.payload.erase("more");
  }
}

TEST_P(ListVerificationTest, ListsOfOthersDoNotSupersedeEachOther) {
  const Judged first = verify();
  ListIssue accepted = first.verification->issue;
  accepted.id = 1000;
  accepted.digest = {};
  last_accepted = &accepted;
  EXPECT_EQ(outcome(verify().outcome), "superseded List");
  accepted.provider = "Arcadia";
  EXPECT_EQ(outcome(verify().outcome), "ok");
  accepted.provider = "Utopia";
  accepted.type = "com.example.other";
  EXPECT_EQ(outcome(verify().outcome), "ok");
  accepted = first.verification->issue;
  accepted.id = 1000;
  accepted.kind = GetParam() == ListKind::vical ? ListKind::rical : ListKind::vical;
  EXPECT_EQ(outcome(verify().outcome), "ok");
}

TEST_P(ListVerificationTest, TheSignatureComesBeforeDatesAndSuccession) {
  sample.payload["notAfter"] = cbor_tdate(utc("2026-05-01T00:00:01Z"));
  sample.on_list = [](CoseParts& parts) { parts.signature.back() ^= 1; };
  EXPECT_EQ(outcome(verify().outcome), "signature_invalid List.signature");
}

TEST(ListNames, AreThoseOfTheStandard) {
  EXPECT_EQ(name(ListKind::vical), "VICAL");
  EXPECT_EQ(name(ListKind::rical), "RICAL");
  EXPECT_EQ(name(EntryMember::serial_number), "serialNumber");
  EXPECT_EQ(name(EntryMember::others), "others");
  for (int i = 0; i <= static_cast<int>(EntryMember::others); ++i) {
    EXPECT_FALSE(name(static_cast<EntryMember>(i)).empty()) << i;
  }
}

}  // namespace
}  // namespace mdoc::trust
