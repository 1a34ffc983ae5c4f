#include "mdoc/session/reader_session.hpp"

#include "core/try.hpp"
#include "mdoc/crypto/agree.hpp"
#include "session/parked_session.hpp"
#include "session/session_core.hpp"

namespace mdoc::session {
namespace {

enum class State : std::uint8_t { engaged, waiting, answered };

}  // namespace

struct ReaderSession::Impl {
  Impl(SessionCore session_core, engagement::SessionTranscript session_transcript)
      : core(std::move(session_core)), transcript(std::move(session_transcript)) {}

  /// Derives the keys. `announced`: the mdoc has the key already, so that no SessionEstablishment is needed.
  static Result<std::unique_ptr<Impl>> create(const engagement::DeviceEngagement& engagement,
                                              const engagement::Handover& handover, crypto::PrivateKey key,
                                              SharedBytes key_bytes, bool announced, TimePoint now,
                                              const SessionOptions& options) {
    MDOC_TRY(auto transcript,
             engagement::SessionTranscript::for_session(engagement, key_bytes.view(), handover, options.constants));
    MDOC_TRY(const auto zab, crypto::agree(key, engagement.e_device_key()));
    MDOC_TRY(auto keys, derive_session_keys(zab, transcript, options.constants));
    auto impl = std::make_unique<Impl>(SessionCore(options), std::move(transcript));
    MDOC_TRY(impl->core.cipher, SessionCipher::create(Role::mdoc_reader, std::move(keys), {}, options.constants));
    impl->e_reader_key = std::move(key);
    impl->e_reader_key_bytes = std::move(key_bytes);
    impl->announced = announced;
    impl->core.arm(options.establishment_timeout, now);
    return impl;
  }

  [[nodiscard]] bool complete() const noexcept { return state == State::answered; }

  Result<void> request(ByteView device_request, TimePoint now) {
    if (core.closed() || state == State::waiting) return Error{.code = Errc::wrong_state, .where = "ReaderSession"};
    auto data = core.cipher->encrypt(device_request);
    if (!data) {
      core.close(data.error(), true);
      return data.error();
    }
    const bool establishes = state == State::engaged && !announced;
    core.emit(SendMessage{establishes ? encode_session_establishment(e_reader_key_bytes.view(), *data)
                                      : encode_session_data(*data, std::nullopt)});
    core.peer_reached = true;
    state = State::waiting;
    core.arm(core.options().inactivity_timeout, now);
    return {};
  }

  void on_message(SharedBytes message, TimePoint now) {
    if (core.closed()) return;
    const auto decoded = decode_session_message(std::move(message), core.options().decoding);
    if (!decoded) return core.close(decoded.error(), true);
    const auto* session_data = std::get_if<SessionData>(&*decoded);
    const Error unexpected{.code = Errc::unexpected_message, .where = "ReaderSession"};
    if (session_data == nullptr) return core.close(unexpected, true);  // only a reader establishes
    if (session_data->data) {
      if (state != State::waiting) return core.close(unexpected, true);
      auto response = core.cipher->decrypt(session_data->data->view());
      if (!response) return core.close(response.error(), true);
      core.emit(MessageReceived{*std::move(response)});
      state = State::answered;
      core.arm(core.options().inactivity_timeout, now);
    }
    if (session_data->status) core.close_by_peer(*session_data->status, complete());
  }

  Result<SecretBytes> suspend(TimePoint now) const {
    if (core.closed() || core.has_effects()) return Error{.code = Errc::wrong_state, .where = "ReaderSession"};
    cbor::Writer writer(transcript.bytes().size() + e_reader_key_bytes.size() + parked_overhead);
    write_parked_head(writer, Role::mdoc_reader, core, now, 5);
    writer.uint(static_cast<std::uint64_t>(state)).bytes(transcript.bytes().view()).bytes(e_reader_key_bytes.view());
    MDOC_CHECK(write_private_key(writer, e_reader_key));
    writer.boolean(announced);
    return finish_parked(std::move(writer));
  }

  static Result<std::unique_ptr<Impl>> resume(const SecretBytes& parked, TimePoint now, const SessionOptions& options) {
    MDOC_TRY(const auto content, open_parked(parked));
    cbor::Reader reader(content, {}, "parked session");
    SessionCore core(options);
    std::uint64_t format = 0, role = 0, state = 0;
    bool core_read = false, announced = false;
    ByteView transcript_bytes, key_bytes;
    std::optional<crypto::PrivateKey> key;
    MDOC_CHECK(cbor::read_tuple(
        reader, cbor::element("format", format, read_parked_format),
        cbor::element("role", role, [](cbor::Reader& r) { return read_parked_role(r, Role::mdoc_reader); }),
        cbor::element("core", core_read,
                      [&](cbor::Reader& r) { return read_parked_core(r, core, Role::mdoc_reader, now); }),
        cbor::element("state", state, &cbor::Reader::read_uint),
        cbor::element("transcript", transcript_bytes, &cbor::Reader::read_bytes),
        cbor::element("eReaderKeyBytes", key_bytes, &cbor::Reader::read_bytes),
        cbor::element("eReaderKey", key, read_private_key),
        cbor::element("announced", announced, &cbor::Reader::read_bool)));
    MDOC_CHECK(reader.finish());
    if (state > static_cast<std::uint64_t>(State::answered) || !core.cipher) return reader.fail(Errc::bad_value);
    MDOC_TRY(auto transcript,
             engagement::SessionTranscript::decode(SharedBytes::copy_of(transcript_bytes), {}, options.constants));
    auto impl = std::make_unique<Impl>(std::move(core), std::move(transcript));
    impl->e_reader_key_bytes = SharedBytes::copy_of(key_bytes);
    impl->e_reader_key = std::move(key);
    impl->announced = announced;
    impl->state = static_cast<State>(state);
    return impl;
  }

  SessionCore core;
  engagement::SessionTranscript transcript;
  std::optional<crypto::PrivateKey> e_reader_key;
  SharedBytes e_reader_key_bytes;
  bool announced = false;
  State state = State::engaged;
};

ReaderSession::ReaderSession(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
ReaderSession::ReaderSession(ReaderSession&&) noexcept = default;
ReaderSession& ReaderSession::operator=(ReaderSession&&) noexcept = default;
ReaderSession::~ReaderSession() = default;

Result<ReaderSession> ReaderSession::create(const engagement::DeviceEngagement& engagement,
                                            const engagement::Handover& handover, crypto::PrivateKey e_reader_key,
                                            TimePoint now, const SessionOptions& options) {
  MDOC_TRY(const auto key_bytes, engagement::encode_ephemeral_key(e_reader_key.public_key()));
  MDOC_TRY(auto impl,
           Impl::create(engagement, handover, std::move(e_reader_key), key_bytes.shared_bytes(), false, now, options));
  return ReaderSession(std::move(impl));
}

Result<ReaderSession> ReaderSession::create_for_website(const engagement::ReaderEngagement& own,
                                                        crypto::PrivateKey e_reader_key,
                                                        const engagement::DeviceEngagement& engagement, Rng& rng,
                                                        TimePoint now, const SessionOptions& options,
                                                        WebsiteBinding binding) {
  const auto& announced = own.e_reader_key_bytes();
  if (!announced || announced->value() != e_reader_key.public_key()) {
    return Error{.code = Errc::bad_argument, .where = "ReaderEngagement"};
  }
  engagement::Handover handover = engagement::LegacyWebHandover::of(own);
  if (binding == WebsiteBinding::engagement_hash) {
    MDOC_TRY(handover, engagement::WebHandover::of(own));
  }
  // A.7: with another curve of the mdoc, a new key of the reader on that curve.
  const auto curve = engagement.e_device_key().curve();
  if (curve != e_reader_key.curve()) {
    MDOC_TRY(auto new_key, crypto::PrivateKey::generate(curve, rng));
    MDOC_TRY(const auto key_bytes, engagement::encode_ephemeral_key(new_key.public_key()));
    MDOC_TRY(auto impl,
             Impl::create(engagement, handover, std::move(new_key), key_bytes.shared_bytes(), false, now, options));
    return ReaderSession(std::move(impl));
  }
  MDOC_TRY(auto impl,
           Impl::create(engagement, handover, std::move(e_reader_key), announced->shared_bytes(), true, now, options));
  return ReaderSession(std::move(impl));
}

Result<ReaderSession> ReaderSession::resume(SecretBytes state, TimePoint now, const SessionOptions& options) {
  MDOC_TRY(auto impl, Impl::resume(state, now, options));
  return ReaderSession(std::move(impl));
}

Result<void> ReaderSession::request(ByteView device_request, TimePoint now) {
  return impl_->request(device_request, now);
}
void ReaderSession::finish() { impl_->core.close(std::nullopt, true); }
void ReaderSession::fail(const Error& error) { impl_->core.close(error, true); }
void ReaderSession::on_message(SharedBytes message, TimePoint now) { impl_->on_message(std::move(message), now); }

void ReaderSession::on_link_closed() {
  // A peer that just goes once everything was answered is an ordinary ending.
  const Error lost{.code = Errc::link_closed, .where = "ReaderSession"};
  impl_->core.close(impl_->complete() ? std::nullopt : std::optional(lost), false);
}

void ReaderSession::on_timer(TimePoint now) {
  if (impl_->core.expired(now)) impl_->core.close(Error{.code = Errc::timed_out, .where = "ReaderSession"}, true);
}

std::optional<TimePoint> ReaderSession::deadline() const noexcept { return impl_->core.deadline(); }

std::optional<Effect> ReaderSession::poll() {
  auto effect = impl_->core.poll();
  if (effect && std::holds_alternative<Closed>(*effect)) impl_->e_reader_key.reset();
  return effect;
}

const engagement::SessionTranscript& ReaderSession::transcript() const noexcept { return impl_->transcript; }
const crypto::PrivateKey* ReaderSession::e_reader_key() const noexcept {
  return impl_->e_reader_key ? &*impl_->e_reader_key : nullptr;
}
bool ReaderSession::holds_keys() const noexcept { return impl_->core.cipher || impl_->e_reader_key; }
bool ReaderSession::closed() const noexcept { return impl_->core.closed(); }

Result<SecretBytes> ReaderSession::suspend(TimePoint now) && {
  MDOC_TRY(auto parked, impl_->suspend(now));
  impl_->core.abandon();
  impl_->e_reader_key.reset();
  return parked;
}

}  // namespace mdoc::session
