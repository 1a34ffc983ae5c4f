// Who asks: what a holder is told about readers, in the session and before it answers.
#include <gtest/gtest.h>

#include "mdoc/model/authentication.hpp"
#include "mdoc/testing/test_lists.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using presentation::ReaderReason;
using trust::CertificateRole;

/// A reader of a test PKI asks a holder that may trust its CA.
class ReaderTrustInSession : public ::testing::Test {
 protected:
  const UtcSeconds now = testing::utc("2026-05-01T12:00:00Z");
  testing::CountingRng rng{7};
  const testing::TestPki pki = testing::TestPki::create(now, rng).value();
  const std::shared_ptr<trust::TrustStore> readers = std::make_shared<trust::TrustStore>();
  const std::shared_ptr<trust::RevocationStore> revocation = std::make_shared<trust::RevocationStore>();

  void trust_readers() {
    ASSERT_TRUE(readers->add_anchor(trust::Purpose::readers, pki.certificate(CertificateRole::reader_ca),
                                    {.source = "readers.pem"}));
  }
  [[nodiscard]] HolderOptions options() const { return {.reader_trust = readers, .revocation = revocation}; }

  /// The request of a meeting, signed by the reader of the PKI over `transcript`.
  [[nodiscard]] model::DeviceRequest sign(const model::DeviceRequest& request, ByteView transcript) const {
    std::vector<model::DocRequest> all;
    for (const model::DocRequest& doc_request : request.doc_requests) {
      const auto content =
          model::reader_authentication_bytes(iso18013_5(), transcript, doc_request.items_request.bytes());
      cose::HeaderOptions headers;
      headers.x5chain.push_back(SharedBytes::copy_of(pki.certificate(CertificateRole::reader).der()));
      const crypto::PrivateKey& key = pki.key(CertificateRole::reader);
      const auto draft =
          cose::Sign1Draft::prepare_detached(key.public_key(), content.parts(), std::move(headers)).value();
      auto signature = draft.finish(crypto::sign(key, draft.algorithm(), draft.to_be_signed()).value()).value();
      all.push_back({.items_request = doc_request.items_request, .reader_auth = std::move(signature)});
    }
    return model::build_device_request(std::move(all)).value();
  }

  /// What the holder is told when this request comes.
  [[nodiscard]] static const presentation::RequestReaders& told(Meeting& meeting, const model::DeviceRequest& request) {
    meeting.open_link();
    EXPECT_TRUE(meeting.reader.request(request, meeting.now()));
    meeting.settle();
    return meeting.asked.at(0).readers;
  }
};

TEST_F(ReaderTrustInSession, AReaderThatIsTrustedIsNamedBeforeAnythingIsReleased) {
  trust_readers();
  Meeting meeting(options());
  meeting.answer_at_once = false;
  const auto& told_readers =
      told(meeting, sign(meeting.request({"family_name"}), meeting.reader.session_transcript().view()));
  ASSERT_EQ(told_readers.doc_requests.size(), 1u);
  const auto* reader = told_readers.doc_requests[0].verified_reader();
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->subject(), pki.certificate(CertificateRole::reader).subject().text());
  EXPECT_EQ(reader->anchor().source, "readers.pem");
  EXPECT_EQ(told_readers.now, meeting.sample.now);
  EXPECT_EQ(told_readers.level, Level::interop);
  EXPECT_EQ(told_readers.revocation, trust::RevocationPolicy::soft);
  EXPECT_TRUE(meeting.responses.empty());
}

TEST_F(ReaderTrustInSession, AReaderThatDoesNotSignIsAbsent) {
  trust_readers();
  Meeting meeting(options());
  EXPECT_EQ(told(meeting, meeting.request({"family_name"})).doc_requests.at(0).reason(), ReaderReason::absent);
  EXPECT_EQ(meeting.responses.size(), 1u);  // it is for the holder to say what that means
}

TEST_F(ReaderTrustInSession, WithoutAnchorsNobodyIsTrustedAndForgeriesAreStillSeen) {
  for (const bool forged : {false, true}) {
    Meeting meeting;  // no TrustStore at all
    Bytes transcript =
        Bytes(meeting.reader.session_transcript().view().begin(), meeting.reader.session_transcript().view().end());
    if (forged) transcript.back() ^= 1;
    const auto& told_readers = told(meeting, sign(meeting.request({"family_name"}), transcript));
    EXPECT_EQ(told_readers.doc_requests.at(0).reason(),
              forged ? ReaderReason::signature_invalid : ReaderReason::no_anchors);
  }
}

TEST_F(ReaderTrustInSession, ASignatureOfAnotherSessionIsInvalid) {
  trust_readers();
  Meeting other(options());
  Meeting meeting(options());
  meeting.meet_again(options());  // other keys than in the first
  const auto request = sign(meeting.request({"family_name"}), other.reader.session_transcript().view());
  EXPECT_EQ(told(meeting, request).doc_requests.at(0).reason(), ReaderReason::signature_invalid);
}

TEST_F(ReaderTrustInSession, RevocationIsLookedUpAndWhatIsMissingIsNamed) {
  trust_readers();
  Meeting first(options());
  const auto& told_first = told(first, sign(first.request({"family_name"}), first.reader.session_transcript().view()));
  EXPECT_EQ(told_first.doc_requests.at(0).result(), presentation::ReaderTrust::trusted);
  ASSERT_EQ(told_first.wanted.size(), 1u);

  const crypto::Certificate& reader = pki.certificate(CertificateRole::reader);
  const auto list = testing::sign_crl(
      pki, CertificateRole::reader,
      {.this_update = now,
       .next_update = now + std::chrono::days{30},
       .number = 1,
       .revoked = {{.serial = Bytes(reader.serial().begin(), reader.serial().end()), .revocation_date = now}}});
  ASSERT_TRUE(revocation->accept(told_first.wanted[0], list->der(), {.now = now, .clock = {}}));
  first.meet_again(options());
  first.asked.clear();
  const auto& told_again = told(first, sign(first.request({"family_name"}), first.reader.session_transcript().view()));
  EXPECT_EQ(told_again.doc_requests.at(0).reason(), ReaderReason::revoked);
}

TEST_F(ReaderTrustInSession, PolicyLevelAndClockAreThoseOfTheOptions) {
  trust_readers();
  const auto reason_with = [&](const HolderOptions& chosen) {
    Meeting meeting(chosen);
    return told(meeting, sign(meeting.request({"family_name"}), meeting.reader.session_transcript().view()))
        .doc_requests.at(0)
        .reason();
  };
  HolderOptions chosen = options();
  EXPECT_EQ(reason_with(chosen), ReaderReason::none);
  chosen.revocation_policy = trust::RevocationPolicy::hard;
  EXPECT_EQ(reason_with(chosen), ReaderReason::revocation_unknown);
  chosen.revocation_policy.reset();
  chosen.level = Level::strict;
  EXPECT_EQ(reason_with(chosen), ReaderReason::revocation_unknown);
  HolderOptions timeless = options();
  timeless.clock = ClockQuality::unknown;
  EXPECT_EQ(reason_with(timeless), ReaderReason::clock_unknown);
}

}  // namespace
}  // namespace mdoc
