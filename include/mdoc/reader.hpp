#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/cbor/decode_context.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/effects.hpp"
#include "mdoc/engagement/handover.hpp"
#include "mdoc/engagement/retrieval_method.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/model/signed_request.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/verify.hpp"

namespace mdoc {

/// A request is on its way to the mdoc; for records. Comes with Phase::request_sent.
struct RequestSent {
  unsigned round = 0;  ///< counted from 1
  /// The DeviceRequest as it was sent, before encryption: with the signatures of ReaderOptions::identities.
  SharedBytes device_request;
};

/// One answer, judged. `outcome.documents` holds what passed; the report exists in any case.
struct ResponseReceived {
  unsigned round = 0;  ///< of the request it answers, counted from 1
  verification::VerificationOutcome outcome;
  /// As received, decrypted; wiped with its last owner. Empty where the answers stand for the elements
  /// (ReaderOptions::questions): it is wiped before this is handed out.
  SharedBytes device_response;
};

using ReaderEffect =
    std::variant<OpenLink, SendMessage, UseKey, RequestSent, ResponseReceived, Event, CloseLink, Closed>;

struct ReaderOptions {
  Level level = Level::interop;
  ClockQuality clock = ClockQuality::trusted;
  std::chrono::seconds link_timeout{30};       ///< from engagement until the link is open
  std::chrono::seconds response_timeout{300};  ///< from a request to its answer; the holder may have to think
  /// Who signs requests, so that the holder sees who asks; none: nobody. With readerAuthAll, which covers the whole
  /// request, by all of them where the engagement announces that the mdoc knows it; else each DocRequest by the first.
  std::vector<model::ReaderIdentity> identities{};
  /// Keys for documents that are encrypted to this side (DocRequestInfo::doc_response_encryption); what is encrypted to
  /// others is handed on as it is.
  std::vector<verification::RecipientKey> recipient_keys{};
  /// For the keys of both. What is not opened by then fails a check; a request that is not signed by then is not sent.
  std::chrono::seconds key_timeout{60};
  /// Provisional: report what the device says of its own verification of the holder (VerificationInput).
  bool holder_verified_by_device = false;
  DecodeLimits limits{};
  /// What is known about revocations; null: nothing, which reports say. Nothing is fetched while a holder waits: what a
  /// report wants is for a TrustKeeper.
  std::shared_ptr<const trust::RevocationStore> revocation{};
  /// Without one: trust::default_revocation_policy().
  std::optional<trust::RevocationPolicy> revocation_policy{};
  /// Zero-knowledge proof systems that are spoken here. Proofs are verified within on_message(), which then takes as
  /// long as the verifier does: a second or so for each.
  std::vector<std::shared_ptr<const verification::ZkVerifier>> zk_verifiers{};
  /// What is known of docTypes, by which requests and documents are judged. Borrowed: outlives the Reader.
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();
  const ProtocolConstants& constants = iso18013_5();  ///< or profile::constants() of one profile; borrowed
  verification::Stopwatch* stopwatch =
      nullptr;  ///< borrowed, of the clock of Now::steady; durations of checks, end of the verification
  /// What to answer out of each response; see VerificationInput for these three. Ask for what tells it by
  /// verification::ask().
  std::vector<verification::Question> questions{};
  std::optional<FullDate> today{};
  bool with_portrait = false;
};

/// One presentation seen from the mdoc reader, without I/O, clock, threads or randomness of its own.
///
///     from_qr_code -> request -> [OpenLink] on_link_opened -> [SendMessage] on_message
///                  -> [ResponseReceived] request again, or finish -> [Closed]
///
/// UseKey comes before a request is sent, where ReaderOptions::identities sign it, and before ResponseReceived, where
/// documents are encrypted to a key of ReaderOptions::recipient_keys.
///
/// Every answer is verified before it is seen; device authentication cannot be switched off. One
/// request is outstanding at a time. Inputs that come late, twice or in a wrong state are ignored.
/// Call on_timer() when deadline() has passed. Distinct objects may be used from different threads;
/// the TrustStore may be shared.
class MDOC_EXPORT Reader {
 public:
  /// From the text of a QR code (8.2.2.3).
  /// @param trust anchors for issuers; without any, every verdict is bad
  /// @param rng   makes the ephemeral reader key; used during this call only
  /// @return malformed/bad_uri and other decoding errors with their place; unsupported: version, cipher
  ///         suite or curve; unsupported/no_common_bearer: no retrieval method known
  [[nodiscard]] static Result<Reader> from_qr_code(std::string_view text,
                                                   std::shared_ptr<const trust::TrustStore> trust, Rng& rng, Now now,
                                                   ReaderOptions options = {});
  /// From a DeviceEngagement that came another way, with its Handover.
  [[nodiscard]] static Result<Reader> from_engagement(SharedBytes device_engagement,
                                                      const engagement::Handover& handover,
                                                      std::shared_ptr<const trust::TrustStore> trust, Rng& rng, Now now,
                                                      ReaderOptions options = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  /// Where the mdoc can be reached, in its order of preference.
  [[nodiscard]] std::span<const engagement::RetrievalMethod> retrieval_methods() const noexcept;
  /// EDeviceKeyBytes as they stand in the engagement: what the names of the radio are derived from (derived_names.hpp).
  [[nodiscard]] ByteView e_device_key_bytes() const noexcept;
  /// What the engagement did against the standard and the level let pass, in order. Offsets are those of its
  /// text where `where` is "engagement text", else of the decoded DeviceEngagement.
  [[nodiscard]] std::span<const cbor::Deviation> engagement_deviations() const noexcept;
  /// Whether the engagement says that the mdoc knows readerAuthAll; else each docRequest is signed by itself.
  [[nodiscard]] bool takes_reader_auth_all() const noexcept;
  /// SessionTranscript of this presentation (the bare array), for records and diagnosis.
  [[nodiscard]] const SharedBytes& session_transcript() const noexcept;

  /// Asks. Before the link is open, the request waits for it. May be called again after each answer.
  /// @return usage/wrong_state while a request is outstanding or after the end; usage/bad_argument: it asks for
  ///         more than two age_over_NN (7.2.5), or has readerAuthAll where takes_reader_auth_all() is false
  [[nodiscard]] Result<void> request(const model::DeviceRequest& wanted, Now now);
  /// Ends in good order, at any time: the mdoc is told, and what is outstanding is not waited for.
  void finish(Now now);
  /// finish(), by the name that drivers know on both sides.
  void cancel(Now now);

  void on_link_opened(Now now);
  void on_message(SharedBytes message, Now now);  ///< one whole message of the link
  /// The answer to UseKey{id}. Unknown and late ids are ignored. Of a recipient's key that fails, the documents stay
  /// closed, and the report says so. Where an identity does not sign, the session ends with that error: what was to be
  /// asked in somebody's name is not asked in nobody's.
  void on_key_result(std::uint64_t id, Result<crypto::KeyResponse> result, Now now);
  void on_link_closed(Now now);
  void on_timer(Now now);  ///< spurious calls are harmless

  /// When on_timer() has to be called at the latest; nothing while nothing is awaited.
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<ReaderEffect> poll();

 private:
  struct Impl;
  explicit Reader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc
