#pragma once
// A meeting with a recorder on each side.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "mdoc/cose/cose_key.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/recorder.hpp"
#include "mdoc/testing/test_pki.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {

/// What a record says of a device key (RFC 9679).
inline Bytes thumbprint(const crypto::PublicKey& key) {
  return crypto::digest(crypto::DigestAlgorithm::sha256, cose::encode_cose_key(key.coordinates())).value().to_bytes();
}

/// A reader that signs what it asks, and the holder who trusts its CA.
struct KnownReader {
  KnownReader() {
    const crypto::PrivateKey& signer = pki.key(trust::CertificateRole::reader);
    const SecretBytes scalar = signer.scalar().value();
    EXPECT_TRUE(keys.add(key, crypto::PrivateKey::import(signer.curve(), scalar.view()).value()));
    EXPECT_TRUE(anchors->add_anchor(trust::Purpose::readers, pki.certificate(trust::CertificateRole::reader_ca),
                                    {.source = "readers.pem"}));
  }
  [[nodiscard]] ReaderOptions reader_options() const {
    ReaderOptions options;
    options.identities.push_back(
        {.key = key,
         .public_key = pki.key(trust::CertificateRole::reader).public_key(),
         .x5chain = {SharedBytes::copy_of(pki.certificate(trust::CertificateRole::reader).der())}});
    return options;
  }
  [[nodiscard]] HolderOptions holder_options() const { return {.reader_trust = anchors}; }
  void sign(Meeting& meeting) {
    for (const UseKey& use : std::exchange(meeting.reader_keys, {})) {
      meeting.reader.on_key_result(use.id, crypto::answer(keys, use.request), meeting.now());
    }
  }

  testing::CountingRng rng{7};
  testing::TestPki pki = testing::TestPki::create(testing::utc("2026-05-01T12:00:00Z"), rng).value();
  std::shared_ptr<trust::TrustStore> anchors = std::make_shared<trust::TrustStore>();
  crypto::SoftwareKeyProvider keys;
  crypto::KeyRef key{"reader"};
};

/// What the recorders of both sides make of a meeting; fed after each round.
class RecordedMeeting {
 public:
  explicit RecordedMeeting(RecordContents contents = {}, RecordLimits limits = {}, HolderOptions holder_options = {},
                           ReaderOptions reader_options = {})
      : meeting(std::move(holder_options), std::move(reader_options)),
        holder(HolderRecorder::start(ids_, meeting.now(), contents, limits).value()),
        reader(ReaderRecorder::start(ids_, meeting.now(), contents, limits).value()) {
    meeting.answer_at_once = false;
  }

  /// Asks, has the holder decide, and lets the answer come. @param agree to everything; else the holder declines
  void put(const model::DeviceRequest& request, bool agree = true) {
    ASSERT_TRUE(meeting.reader.request(request, meeting.now()));
    reader.on(request);
    const std::size_t asked = meeting.asked.size();
    meeting.settle();
    if (signer != nullptr) signer->sign(meeting);
    meeting.settle();
    if (meeting.asked.size() > asked) decide(meeting.asked.back(), agree);
    feed();
  }
  void ask(const std::vector<std::string>& elements, bool agree = true) { put(meeting.request(elements), agree); }

  void finish() {
    meeting.reader.finish(meeting.now());
    meeting.settle();
    feed();
    if (meeting.holder_closed) holder.on(*meeting.holder_closed);
    if (meeting.reader_closed) reader.on(*meeting.reader_closed);
  }

  /// Hands over what has happened since.
  void feed() {
    for (; holder_events_ < meeting.holder_events.size(); ++holder_events_) {
      holder.on(meeting.holder_events[holder_events_]);
    }
    for (; sent_ < meeting.sent_responses.size(); ++sent_) holder.on(meeting.sent_responses[sent_]);
    for (; reader_events_ < meeting.reader_events.size(); ++reader_events_) {
      reader.on(meeting.reader_events[reader_events_]);
    }
    for (; requests_ < meeting.sent_requests.size(); ++requests_) reader.on(meeting.sent_requests[requests_]);
    for (; responses_ < meeting.responses.size(); ++responses_) reader.on(meeting.responses[responses_]);
  }

  [[nodiscard]] const RecordedRound& holder_round() const { return holder.record().rounds.at(0); }
  [[nodiscard]] const RecordedRound& reader_round() const { return reader.record().rounds.at(0); }

 private:
  testing::CountingRng ids_{7};

 public:
  Meeting meeting;
  HolderRecorder holder;
  ReaderRecorder reader;
  KnownReader* signer = nullptr;  ///< signs what the reader asks; of its reader_options()

 private:
  void decide(const ConsentNeeded& question, bool agree) {
    holder.on(question);
    if (!agree) {
      holder.on(std::nullopt);
      ASSERT_TRUE(meeting.holder.decline(question.round, meeting.now()));
    } else {
      const auto consent = presentation::Consent::to_all(question.options);
      holder.on(consent);
      ASSERT_TRUE(meeting.holder.answer(consent, meeting.rng, meeting.now()));
    }
    meeting.settle();
  }
  std::size_t holder_events_ = 0, sent_ = 0, reader_events_ = 0, requests_ = 0, responses_ = 0;
};

}  // namespace mdoc
