#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/protocol_constants.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/effects.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/retrieval_method.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/holder_authentication.hpp"
#include "mdoc/presentation/match.hpp"
#include "mdoc/presentation/reader_authentication.hpp"
#include "mdoc/presentation/respond.hpp"
#include "mdoc/transport/link.hpp"
#include "mdoc/trust/revocation.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_store.hpp"

namespace mdoc {

/// Put this to the holder; then call Holder::answer() with a Consent made from `options`, or
/// Holder::decline(). Nothing has been released yet.
struct ConsentNeeded {
  unsigned round = 0;                  ///< counted from 1
  presentation::RequestMatch options;  ///< bound to the request by its digest
  /// Who asks, for each docRequest, and whether that is proven: show it. It decides nothing by itself; what to withhold
  /// from whom is for the holder and the application's policy. Hand `readers.wanted` to a TrustKeeper.
  presentation::RequestReaders readers;
};

/// Authenticate the person in front of the device, then call Holder::on_holder_authenticated(id, ...). Comes after
/// consent, before the device keys of one answer are used (second edition, E.15).
struct AuthenticateHolder {
  std::uint64_t id = 0;
  unsigned round = 0;
  std::vector<std::string> credentials{};  ///< Credential::id() of those whose keys are to be used
  /// What the device has agreed to state itself (HolderAuthentication::statements): the outcome of a face match.
  std::vector<model::ElementReference> statements{};
};

/// Make a zero-knowledge proof, with presentation::prove() on a worker thread, then call on_proof_result(id, ...).
/// Takes seconds; comes after the device keys were used. Only with HolderOptions::provers.
struct MakeProof {
  std::uint64_t id = 0;
  presentation::ZkProofRequest request;
};

/// What became of a request.
enum class ResponseOutcome : std::uint8_t {
  released,           ///< documents were sent, or proofs; all that was agreed to but ResponseSent::lost
  nothing,            ///< consented to nothing, or declined
  not_authenticated,  ///< the holder was not authenticated, or not in time; sent was what `nothing` sends
  key_denied,         ///< a device key was refused, or can prove no such answer; sent was what `nothing` sends
  failed,             ///< a status other than 0 was sent in place of what was agreed to
};
/// "released", "nothing", "not-authenticated", "key-denied", "failed"
[[nodiscard]] MDOC_EXPORT std::string_view name(ResponseOutcome outcome) noexcept;

/// A request was answered; for records and for the person who waits.
struct ResponseSent {
  unsigned round = 0;
  ResponseOutcome outcome{};
  model::ResponseStatus status = model::ResponseStatus::ok;
  std::optional<Error> reason{};  ///< why nothing was released, or not everything, where that was an error
  /// What had been agreed to and did not leave, as its proof could not be made. The rest did, with `released`.
  std::vector<presentation::LostDocument> lost{};
  std::size_t size = 0;  ///< bytes of the DeviceResponse
};

using HolderEffect = std::variant<OpenLink, SendMessage, ConsentNeeded, AuthenticateHolder, UseKey, MakeProof,
                                  ResponseSent, Event, CloseLink, Closed>;

struct HolderOptions {
  Level level = Level::interop;
  presentation::DeviceAuthMethod device_auth = presentation::DeviceAuthMethod::mac;  ///< preferred
  /// Who sees to it that no device key is used without its owner.
  presentation::HolderAuthenticationMode holder_authentication = presentation::HolderAuthenticationMode::asked;
  std::chrono::seconds holder_authentication_timeout{60};  ///< then nothing is released
  std::chrono::seconds key_timeout{60};                    ///< for all keys of an answer; then status 10 is sent
  std::chrono::seconds proof_timeout{120};  ///< for all proofs of an answer; what is missing then has failed
  /// Elements that the device can state itself, in documents whose issuer authorised it.
  std::vector<model::ElementReference> device_signed{};
  presentation::ErrorCodes error_codes = presentation::ErrorCodes::none;
  std::string response_version{};  ///< "version" of DeviceResponse; empty: that of model::DeviceResponseContent
  /// Whether documents that lack something are offered.
  presentation::PartialAnswers partial = presentation::PartialAnswers::first_edition;
  /// Proof systems on this device, and when they are offered; see presentation::MatchOptions.
  std::vector<std::shared_ptr<const presentation::ZkProver>> provers{};
  presentation::ProofPolicy proofs = presentation::ProofPolicy::preferred;
  /// Anchors and pins by which readers are judged (trust::Purpose::readers). Null: no reader is trusted, though invalid
  /// signatures are still told from others.
  std::shared_ptr<const trust::TrustStore> reader_trust{};
  /// What is known about revocations of readers; null: nothing. Nothing is fetched while a person waits.
  std::shared_ptr<const trust::RevocationStore> revocation{};
  /// Without one: trust::default_revocation_policy().
  std::optional<trust::RevocationPolicy> revocation_policy{};
  ClockQuality clock = ClockQuality::trusted;  ///< of Now::utc, by which certificates are judged
  /// Of EDeviceKey. A MAC needs the reader's key, and so this one, on the curve of the device key; by
  /// default that of the first credential if it can do ECDH, else P-256.
  std::optional<crypto::Curve> ephemeral_curve{};
  /// What the engagement announces. By default no capabilities, so version 1.0: none of the optional features
  /// that they stand for is offered yet.
  engagement::DeviceEngagementOptions engagement{};
  std::chrono::seconds establishment_timeout{60};  ///< from engagement to the first message; at least 30 s
  std::chrono::seconds inactivity_timeout{300};    ///< between messages of the session; at least 300 s
  /// Requests of one session, those that do not decode included. The answer to the last one ends the session in good
  /// order: what a session has the application remember, and ask its owner, is bounded. At least 1.
  unsigned max_rounds = 64;
  DecodeLimits limits{};
  /// What is known of docTypes: which ages count, what comes with what, to whom it may go. Borrowed: outlives the
  /// Holder.
  std::span<const profile::DocTypeProfile> profiles = profile::doc_types();
  const ProtocolConstants& constants = iso18013_5();  ///< or profile::constants() of one profile; borrowed
};

/// One presentation seen from the mdoc holder, without I/O, clock, threads or randomness of its own.
///
///     create -> show qr_code() -> on_link_opened -> on_message -> [ConsentNeeded] answer
///            -> [AuthenticateHolder] on_holder_authenticated -> [UseKey] on_key_result
///            -> [MakeProof] on_proof_result -> [SendMessage] ... -> [Closed]
///
/// A Holder serves one session: its ephemeral key is made with it and dies with it. At most two age_over_NN leave
/// the device in it, over all documents and rounds (7.2.5); further ones are unavailable. Requests that do
/// not decode are answered with their status, without asking anybody. Inputs that come late, twice or
/// in a wrong state are ignored. Distinct objects may be used from different threads.
class MDOC_EXPORT Holder {
 public:
  /// Makes the ephemeral key, and with it an engagement by QR code (8.2.2.3). From `now` on the holder waits for a
  /// reader, as long as HolderOptions::establishment_timeout says.
  /// @param credentials what may be presented; with none, nothing matches any request
  /// @param offered     retrieval methods for the engagement, in order of preference; at least one, each type once
  /// @param rng         makes the ephemeral key and CredentialUse::session; used during this call only
  /// @return usage/bad_argument: what no engagement can say: no method, or one twice; an ephemeral_curve without ECDH;
  ///         macKeys, which are for websites, or a wrong extension in HolderOptions::engagement. internal/randomness:
  ///         `rng` failed
  [[nodiscard]] static Result<Holder> create(std::vector<presentation::Credential> credentials,
                                             std::span<const engagement::RetrievalMethod> offered, Rng& rng, Now now,
                                             HolderOptions options = {});
  Holder(Holder&&) noexcept;
  Holder& operator=(Holder&&) noexcept;
  ~Holder();

  /// Text for the QR code (8.2.2.3).
  [[nodiscard]] std::string qr_code() const;
  /// DeviceEngagement, for other handovers and for derived names.
  [[nodiscard]] ByteView device_engagement() const noexcept;
  /// EDeviceKeyBytes as they stand in the engagement: what the names of the radio are derived from (derived_names.hpp).
  [[nodiscard]] ByteView e_device_key_bytes() const noexcept;

  /// Releases what `consent` names, and nothing else. Where a device key can prove no such answer (usage/wrong_key_use
  /// in ResponseSent), the answer is that of a holder who declined.
  /// @param rng for documents that are encrypted to a recipient of their own; used during this call only
  /// @return untrusted/consent_mismatch: given for another request, or in an earlier round and now for too many
  ///         age_over_NN, or elsewhere for a reader who was trusted there and is not here, where a profile requires
  ///         that; usage/wrong_state: nothing was asked; malformed/bad_key: of a recipient; internal/randomness;
  ///         usage/bad_argument: there are proofs to be made, and no time for them
  [[nodiscard]] Result<void> answer(const presentation::Consent& consent, Rng& rng, Now now);
  /// Answers this round without documents; the session goes on. Also the answer when nothing matches:
  /// the holder is asked even then, so that the reader cannot tell an empty wallet from a refusal.
  /// @param round ConsentNeeded::round
  /// @return usage/wrong_state: this round asks nothing, or not any more
  [[nodiscard]] Result<void> decline(unsigned round, Now now);
  /// Ends at once, at any time: the reader is told if the session stands.
  void cancel(Now now);

  void on_link_opened(Now now, transport::LinkProperties link = {});
  void on_message(SharedBytes message, Now now);  ///< one whole message of the link
  /// The answer to AuthenticateHolder{id}; an error: denied, or not possible. Unknown and late ids are ignored. Without
  /// a yes no key is used, and the answer is that of a holder who declined.
  void on_holder_authenticated(std::uint64_t id, Result<presentation::HolderAuthentication> result, Now now);
  /// The answer to UseKey{id}. Unknown and late ids are ignored. Of a key that was denied the answer is that of a
  /// holder who declined; any other error answers the request with status 10. Neither ends the session. A success says
  /// that the use was recorded, where it had to be: after it come the other uses of that credential.
  void on_key_result(std::uint64_t id, Result<crypto::KeyResponse> result, Now now);
  /// The answer to MakeProof{id}. Unknown and late ids are ignored. After an error, the document is left out of the
  /// answer, or leaves as it is where the Consent says so.
  void on_proof_result(std::uint64_t id, Result<Bytes> proof, Now now);
  void on_link_closed(Now now);
  void on_timer(Now now);  ///< spurious calls are harmless

  /// When on_timer() has to be called at the latest; nothing while nothing is awaited.
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<HolderEffect> poll();

  [[nodiscard]] presentation::HolderAuthenticationMode holder_authentication() const noexcept;

 private:
  struct Impl;
  explicit Holder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc
