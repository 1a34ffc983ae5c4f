#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/handover.hpp"
#include "mdoc/engagement/reader_engagement.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/session/effects.hpp"

namespace mdoc::session {

/// What of its ReaderEngagement a website binds the session to (ISO/IEC TS 18013-7, A.8).
enum class WebsiteBinding : std::uint8_t {
  engagement_hash,   ///< the hash of ReaderEngagementBytes, as the standard says: engagement::WebHandover
  engagement_bytes,  ///< ReaderEngagementBytes themselves, as drafts did: engagement::LegacyWebHandover
};

/// The mdoc reader's half of a session (ISO/IEC 18013-5:2021, 9.1.1.4; second edition, 12.2.4), without
/// I/O, clock, threads or randomness of its own.
///
///     engaged --request--> waiting --response--> answered --request--> waiting ... --finish--> closed
///
/// Call an input, then drain poll() until it gives nothing; effects come in order. Inputs that come
/// late or twice are ignored. Call on_timer() when deadline() has passed. One request is outstanding at
/// a time; the ephemeral key serves this session and is wiped at its end. Move-only; distinct objects
/// may be used from different threads.
class MDOC_EXPORT ReaderSession {
 public:
  /// For an engagement by QR code or NFC.
  /// @param e_reader_key fresh, on the curve of EDeviceKey
  /// @param now          when the engagement was received
  /// @return untrusted/algorithm_mismatch: the key is on another curve; usage/bad_argument: the handover
  ///         is an online one; malformed/bad_key: EDeviceKey of low order
  [[nodiscard]] static Result<ReaderSession> create(const engagement::DeviceEngagement& engagement,
                                                    const engagement::Handover& handover,
                                                    crypto::PrivateKey e_reader_key, TimePoint now,
                                                    const SessionOptions& options = {});
  /// For the first message of an mdoc to a website (ISO/IEC TS 18013-7, A.7). With EDeviceKey on the
  /// curve of the announced key, the first request goes out as SessionData; on another curve a new key
  /// is made, and the first request is SessionEstablishment.
  /// @param own          ReaderEngagement as published
  /// @param e_reader_key the private key of what `own` announces
  /// @param rng          for the new key; used during this call only
  /// @return usage/bad_argument: `e_reader_key` is not the one announced; further as create()
  [[nodiscard]] static Result<ReaderSession> create_for_website(
      const engagement::ReaderEngagement& own, crypto::PrivateKey e_reader_key,
      const engagement::DeviceEngagement& engagement, Rng& rng, TimePoint now, const SessionOptions& options = {},
      WebsiteBinding binding = WebsiteBinding::engagement_hash);
  /// Continues a session that was suspended. `state` is wiped.
  /// @param now the deadline of the suspended session is as far from here as it was from suspend()
  /// @return malformed: not made by suspend() of this version, or damaged
  [[nodiscard]] static Result<ReaderSession> resume(SecretBytes state, TimePoint now,
                                                    const SessionOptions& options = {});

  ReaderSession(ReaderSession&&) noexcept;
  ReaderSession& operator=(ReaderSession&&) noexcept;
  ~ReaderSession();

  /// Encrypts and sends one DeviceRequest.
  /// @return usage/wrong_state: a request is outstanding, or the session is closed;
  ///         limit/counter_exhausted: the session is closed
  [[nodiscard]] Result<void> request(ByteView device_request, TimePoint now);
  /// Ends in good order, at any time: status 20 once the session stands.
  void finish();
  /// Ends because of `error`, such as a response that does not decode: with its status of
  /// session_status(), and as the reason of Closed.
  void fail(const Error& error);

  void on_message(SharedBytes message, TimePoint now);  ///< one whole message of the link
  void on_link_closed();
  void on_timer(TimePoint now);  ///< spurious calls are harmless

  /// When on_timer() has to be called at the latest; nothing while nothing is awaited.
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<Effect> poll();

  [[nodiscard]] const engagement::SessionTranscript& transcript() const noexcept;
  /// For EMacKey. Null once Closed has been polled.
  [[nodiscard]] const crypto::PrivateKey* e_reader_key() const noexcept;
  /// Some key is still in memory. False from the moment Closed has been polled; session keys go as soon
  /// as the session ends.
  [[nodiscard]] bool holds_keys() const noexcept;
  [[nodiscard]] bool closed() const noexcept;

  /// Parks the session, for servers that keep nothing in memory between messages. The result holds the
  /// keys: encrypt it where it rests. It is for one resume() only: two sessions that go on from one
  /// state would encrypt two messages alike, so take it out of its store in one step.
  /// @return usage/wrong_state: effects are waiting to be polled, or the session is closed
  [[nodiscard]] Result<SecretBytes> suspend(TimePoint now) &&;

 private:
  struct Impl;
  explicit ReaderSession(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::session
