#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/crypto/private_key.hpp"
#include "mdoc/engagement/device_engagement.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
#include "mdoc/engagement/handover.hpp"
#include "mdoc/engagement/reader_engagement.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/session/effects.hpp"

namespace mdoc::session {

/// What an mdoc says along with a response.
enum class AfterResponse : std::uint8_t {
  wait,       ///< for another request, or for the reader's termination: it shows that all went well
  terminate,  ///< status 20 rides on the response
};

/// The mdoc's half of a session (ISO/IEC 18013-5:2021, 9.1.1.4; second edition, 12.2.4), without I/O,
/// clock, threads or randomness of its own.
///
///     engaged --SessionEstablishment--> asked --respond--> waiting --SessionData--> asked ... closed
///
/// Call an input, then drain poll() until it gives nothing; effects come in order. Inputs that come
/// late or twice are ignored. Call on_timer() when deadline() has passed. The ephemeral key serves this
/// session, and is wiped as soon as the session keys are derived. Move-only; distinct objects may be
/// used from different threads.
class MDOC_EXPORT MdocSession {
 public:
  /// For an engagement by QR code or NFC.
  /// @param engagement   as shown or sent
  /// @param e_device_key the private key of what it announces
  /// @param now          when the engagement was shown
  /// @return usage/bad_argument: `e_device_key` is not the one announced, or the handover is an online one
  [[nodiscard]] static Result<MdocSession> create(const engagement::DeviceEngagement& engagement,
                                                  crypto::PrivateKey e_device_key, const engagement::Handover& handover,
                                                  TimePoint now, const SessionOptions& options = {});
  /// For retrieval by a website (ISO/IEC TS 18013-7, A.7): send `engagement` as DeviceEngagementMessage,
  /// then use the session. With the reader's key on the curve of `e_device_key`, the first request is
  /// expected as SessionData, else as SessionEstablishment with another key. Whether the website binds
  /// to the hash of ReaderEngagementBytes or, as drafts did, to the bytes, the first request shows.
  /// @return as create(); malformed/bad_key: the reader's key is of low order
  [[nodiscard]] static Result<MdocSession> create_for_website(const engagement::DeviceEngagement& engagement,
                                                              crypto::PrivateKey e_device_key,
                                                              const engagement::ReaderEngagement& received,
                                                              TimePoint now, const SessionOptions& options = {});
  /// Continues a session that was suspended. `state` is wiped.
  /// @param now the deadline of the suspended session is as far from here as it was from suspend()
  /// @return malformed: not made by suspend() of this version, or damaged
  [[nodiscard]] static Result<MdocSession> resume(SecretBytes state, TimePoint now, const SessionOptions& options = {});

  MdocSession(MdocSession&&) noexcept;
  MdocSession& operator=(MdocSession&&) noexcept;
  ~MdocSession();

  /// Encrypts and sends one DeviceResponse. If the reader's request came with status 20, the session
  /// ends with it.
  /// @return usage/wrong_state: no request is waiting; limit/counter_exhausted: the session is closed
  [[nodiscard]] Result<void> respond(ByteView device_response, AfterResponse after, TimePoint now);
  /// Ends in good order, at any time: status 20 once the session stands.
  void finish();
  /// Ends because of `error`: with its status of session_status(), and as the reason of Closed.
  void fail(const Error& error);

  void on_message(SharedBytes message, TimePoint now);  ///< one whole message of the link
  void on_link_closed();
  void on_timer(TimePoint now);  ///< spurious calls are harmless

  /// When on_timer() has to be called at the latest; nothing while nothing is awaited.
  [[nodiscard]] std::optional<TimePoint> deadline() const noexcept;
  [[nodiscard]] std::optional<Effect> poll();

  /// Null until the reader's key is known.
  [[nodiscard]] const engagement::SessionTranscript* transcript() const noexcept;
  /// The reader's key in use, for EMacKey. Null until it is known.
  [[nodiscard]] const engagement::EReaderKeyBytes* e_reader_key() const noexcept;
  /// Some key is still in memory. False from the end of the session on.
  [[nodiscard]] bool holds_keys() const noexcept;
  [[nodiscard]] bool closed() const noexcept;

  /// Parks the session; see ReaderSession::suspend().
  /// @return usage/wrong_state: effects are waiting to be polled, or the session is closed
  [[nodiscard]] Result<SecretBytes> suspend(TimePoint now) &&;

 private:
  struct Impl;
  explicit MdocSession(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::session
