#include "mdoc/session/mdoc_session.hpp"

#include <algorithm>
#include <vector>

#include "core/try.hpp"
#include "mdoc/crypto/agree.hpp"
#include "session/parked_session.hpp"
#include "session/session_core.hpp"

namespace mdoc::session {
namespace {

enum class State : std::uint8_t { engaged, asked, waiting };

}  // namespace

struct MdocSession::Impl {
  explicit Impl(const SessionOptions& options) : core(options) {}

  static Result<std::unique_ptr<Impl>> create(const engagement::DeviceEngagement& engagement, crypto::PrivateKey key,
                                              std::vector<engagement::Handover> handovers, TimePoint now,
                                              const SessionOptions& options) {
    if (key.public_key() != engagement.e_device_key()) {
      return Error{.code = Errc::bad_argument, .where = "e_device_key"};
    }
    for (const auto& handover : handovers) {
      if (engagement::is_online(handover)) return Error{.code = Errc::bad_argument, .where = "Handover"};
    }
    auto impl = std::make_unique<Impl>(options);
    impl->device_engagement_bytes = engagement.device_engagement_bytes();
    impl->handovers = std::move(handovers);
    impl->e_device_key = std::move(key);
    impl->core.arm(options.establishment_timeout, now);
    return impl;
  }

  /// ZAB with the key that the reader announced in its link; the own key has done its duty.
  Result<void> agree_at_once(const engagement::EReaderKeyBytes& announced) {
    MDOC_TRY(zab, crypto::agree(*e_device_key, announced.value()));
    e_reader_key = announced;
    e_device_key.reset();
    return {};
  }

  [[nodiscard]] bool complete() const noexcept { return state == State::waiting; }
  [[nodiscard]] Error unexpected() const { return {.code = Errc::unexpected_message, .where = "MdocSession"}; }

  void on_message(SharedBytes message, TimePoint now) {
    if (core.closed()) return;
    core.peer_reached = true;
    const auto decoded = decode_session_message(std::move(message), core.options().decoding);
    if (!decoded) return core.close(decoded.error(), true);
    if (const auto* establishment = std::get_if<SessionEstablishment>(&*decoded)) {
      return on_establishment(*establishment, now);
    }
    const auto& session_data = std::get<SessionData>(*decoded);
    if (!session_data.data) return core.close_by_peer(*session_data.status, complete());
    on_data(session_data, now);
  }

  void on_establishment(const SessionEstablishment& message, TimePoint now) {
    // 12.2.4: the first message and no other. Keys that were derived already admit no second key.
    if (state != State::engaged) return core.close(unexpected(), true);
    if (e_device_key) {
      auto agreed = crypto::agree(*e_device_key, message.e_reader_key.value());
      e_device_key.reset();
      if (!agreed) return core.close(agreed.error(), true);
      zab = *std::move(agreed);
      e_reader_key = message.e_reader_key;
    } else if (std::ranges::equal(message.e_reader_key.bytes(), e_reader_key->bytes())) {
      const auto judged = cbor::deviation(core.options().decoding, Rule::session_key_repeated, "SessionEstablishment");
      if (!judged) return core.close(unexpected(), true);
    } else {
      return core.close(unexpected(), true);
    }
    establish(message.data.view(), std::nullopt, now);
  }

  void on_data(const SessionData& message, TimePoint now) {
    if (state == State::asked) return core.close(unexpected(), true);  // one request at a time
    if (state == State::engaged) {
      if (zab.empty()) return core.close(unexpected(), true);  // no key yet
      return establish(message.data->view(), message.status, now);
    }
    auto request = core.cipher->decrypt(message.data->view());
    if (!request) return core.close(request.error(), true);
    deliver(*std::move(request), message.status, now);
  }

  /// Makes transcript and keys, and decrypts the first request. With several handovers, the one that
  /// the reader is bound to shows by decrypting.
  void establish(ByteView data, std::optional<SessionStatus> status, TimePoint now) {
    Error failure{.code = Errc::decryption_failed, .where = "SessionEstablishment.data"};
    for (const auto& handover : handovers) {
      auto request = try_handover(handover, data);
      if (request) {
        zab = {};
        return deliver(*std::move(request), status, now);
      }
      failure = request.error();
    }
    zab = {};
    core.close(failure, true);
  }

  Result<SharedBytes> try_handover(const engagement::Handover& handover, ByteView data) {
    const auto& constants = core.options().constants;
    MDOC_TRY(auto candidate, engagement::SessionTranscript::from_elements(device_engagement_bytes.view(),
                                                                          e_reader_key->bytes(), handover, constants));
    MDOC_TRY(auto keys, derive_session_keys(zab, candidate, constants));
    MDOC_TRY(auto cipher, SessionCipher::create(Role::mdoc, std::move(keys), {}, constants));
    MDOC_TRY(auto request, cipher.decrypt(data));
    transcript = std::move(candidate);
    core.cipher = std::move(cipher);
    return request;
  }

  void deliver(SharedBytes request, std::optional<SessionStatus> status, TimePoint now) {
    // 12.2.4: status 20 may ride on the last request, which is answered first. After any other the session
    // is over, and nobody is to be asked for an answer that cannot be sent.
    if (status && *status != SessionStatus::termination) return core.close_by_peer(*status, false);
    core.emit(MessageReceived{std::move(request)});
    last_request = status.has_value();
    state = State::asked;
    core.arm(core.options().inactivity_timeout, now);
  }

  Result<void> respond(ByteView device_response, AfterResponse after, TimePoint now) {
    if (core.closed() || state != State::asked) return Error{.code = Errc::wrong_state, .where = "MdocSession"};
    auto data = core.cipher->encrypt(device_response);
    if (!data) {
      core.close(data.error(), true);
      return data.error();
    }
    const bool ends = after == AfterResponse::terminate || last_request;
    core.emit(SendMessage{encode_session_data(*data, ends ? std::optional(SessionStatus::termination) : std::nullopt)});
    state = State::waiting;
    core.arm(core.options().inactivity_timeout, now);
    if (ends) core.close(std::nullopt, false);
    return {};
  }

  void wipe_agreement_keys() {
    e_device_key.reset();
    zab = {};
  }

  Result<SecretBytes> suspend(TimePoint now) const {
    if (core.closed() || core.has_effects()) return Error{.code = Errc::wrong_state, .where = "MdocSession"};
    std::size_t size = device_engagement_bytes.size() + parked_overhead;
    std::vector<Bytes> encoded_handovers;
    for (const auto& handover : handovers) {
      encoded_handovers.push_back(engagement::encode(handover, core.options().constants));
      size += encoded_handovers.back().size() + 9;
    }
    if (e_reader_key) size += e_reader_key->bytes().size();
    if (transcript) size += transcript->bytes().size();
    cbor::Writer writer(size);
    write_parked_head(writer, Role::mdoc, core, now, 8);
    writer.uint(static_cast<std::uint64_t>(state)).bytes(device_engagement_bytes.view());
    writer.array(encoded_handovers.size());
    for (const auto& handover : encoded_handovers) writer.raw(handover);
    MDOC_CHECK(write_private_key(writer, e_device_key));
    write_optional(writer, zab.empty() ? std::nullopt : std::optional(zab.view()));
    write_optional(writer, e_reader_key ? std::optional(e_reader_key->bytes()) : std::nullopt);
    write_optional(writer, transcript ? std::optional(transcript->bytes().view()) : std::nullopt);
    writer.boolean(last_request);
    return finish_parked(std::move(writer));
  }

  static Result<std::unique_ptr<Impl>> resume(const SecretBytes& parked, TimePoint now, const SessionOptions& options) {
    MDOC_TRY(const auto content, open_parked(parked));
    cbor::Reader reader(content, {}, "parked session");
    auto impl = std::make_unique<Impl>(options);
    std::uint64_t format = 0, role = 0, state = 0;
    bool core_read = false;
    ByteView engagement_bytes;
    std::optional<ByteView> zab, e_reader_key, transcript;
    const auto read_handover = [&](cbor::Reader& r) { return engagement::read_handover(r, options.constants); };
    MDOC_CHECK(cbor::read_tuple(
        reader, cbor::element("format", format, read_parked_format),
        cbor::element("role", role, [](cbor::Reader& r) { return read_parked_role(r, Role::mdoc); }),
        cbor::element("core", core_read,
                      [&](cbor::Reader& r) { return read_parked_core(r, impl->core, Role::mdoc, now); }),
        cbor::element("state", state, &cbor::Reader::read_uint),
        cbor::element("engagement", engagement_bytes, &cbor::Reader::read_bytes),
        cbor::element("handovers", impl->handovers, cbor::array_of(read_handover)),
        cbor::element("eDeviceKey", impl->e_device_key, read_private_key), cbor::element("zab", zab, read_optional),
        cbor::element("eReaderKeyBytes", e_reader_key, read_optional),
        cbor::element("transcript", transcript, read_optional),
        cbor::element("lastRequest", impl->last_request, &cbor::Reader::read_bool)));
    MDOC_CHECK(reader.finish());
    if (state > static_cast<std::uint64_t>(State::waiting)) return reader.fail(Errc::bad_value);
    impl->state = static_cast<State>(state);
    impl->device_engagement_bytes = SharedBytes::copy_of(engagement_bytes);
    if (zab) impl->zab = SecretBytes::copy_of(*zab);
    if (e_reader_key) {
      cbor::Reader key(SharedBytes::copy_of(*e_reader_key));
      MDOC_TRY(impl->e_reader_key, engagement::read_e_reader_key_bytes(key));
    }
    if (transcript) {
      MDOC_TRY(impl->transcript,
               engagement::SessionTranscript::decode(SharedBytes::copy_of(*transcript), {}, options.constants));
    }
    const bool established = impl->core.cipher && impl->transcript;
    const bool engaged = impl->e_device_key || (!impl->zab.empty() && impl->e_reader_key);
    if (impl->state == State::engaged ? !engaged : !established) return reader.fail(Errc::bad_value);
    return impl;
  }

  SessionCore core;
  SharedBytes device_engagement_bytes;
  std::vector<engagement::Handover> handovers;  // candidates, until one is known to be right
  std::optional<crypto::PrivateKey> e_device_key;
  SecretBytes zab;  // between agreement and the first request
  std::optional<engagement::EReaderKeyBytes> e_reader_key;
  std::optional<engagement::SessionTranscript> transcript;
  bool last_request = false;  // status 20 came with it
  State state = State::engaged;
};

MdocSession::MdocSession(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
MdocSession::MdocSession(MdocSession&&) noexcept = default;
MdocSession& MdocSession::operator=(MdocSession&&) noexcept = default;
MdocSession::~MdocSession() = default;

Result<MdocSession> MdocSession::create(const engagement::DeviceEngagement& engagement, crypto::PrivateKey e_device_key,
                                        const engagement::Handover& handover, TimePoint now,
                                        const SessionOptions& options) {
  MDOC_TRY(auto impl, Impl::create(engagement, std::move(e_device_key), {handover}, now, options));
  return MdocSession(std::move(impl));
}

Result<MdocSession> MdocSession::create_for_website(const engagement::DeviceEngagement& engagement,
                                                    crypto::PrivateKey e_device_key,
                                                    const engagement::ReaderEngagement& received, TimePoint now,
                                                    const SessionOptions& options) {
  MDOC_TRY(const auto web, engagement::WebHandover::of(received));
  std::vector<engagement::Handover> handovers{web, engagement::LegacyWebHandover::of(received)};
  MDOC_TRY(auto impl, Impl::create(engagement, std::move(e_device_key), std::move(handovers), now, options));
  // A.7: on one curve, the keys follow from the link already.
  const auto& announced = received.e_reader_key_bytes();
  if (announced && announced->value().curve() == engagement.e_device_key().curve()) {
    MDOC_CHECK(impl->agree_at_once(*announced));
  }
  return MdocSession(std::move(impl));
}

Result<MdocSession> MdocSession::resume(SecretBytes state, TimePoint now, const SessionOptions& options) {
  MDOC_TRY(auto impl, Impl::resume(state, now, options));
  return MdocSession(std::move(impl));
}

Result<void> MdocSession::respond(ByteView device_response, AfterResponse after, TimePoint now) {
  return impl_->respond(device_response, after, now);
}

void MdocSession::finish() {
  impl_->wipe_agreement_keys();
  impl_->core.close(std::nullopt, true);
}

void MdocSession::fail(const Error& error) {
  impl_->wipe_agreement_keys();
  impl_->core.close(error, true);
}

void MdocSession::on_message(SharedBytes message, TimePoint now) {
  impl_->on_message(std::move(message), now);
  if (impl_->core.closed()) impl_->wipe_agreement_keys();
}

void MdocSession::on_link_closed() {
  // A reader that just goes after the response is an ordinary ending.
  const Error lost{.code = Errc::link_closed, .where = "MdocSession"};
  impl_->core.close(impl_->complete() ? std::nullopt : std::optional(lost), false);
  impl_->wipe_agreement_keys();
}

void MdocSession::on_timer(TimePoint now) {
  if (!impl_->core.expired(now)) return;
  impl_->core.close(Error{.code = Errc::timed_out, .where = "MdocSession"}, true);
  impl_->wipe_agreement_keys();
}

std::optional<TimePoint> MdocSession::deadline() const noexcept { return impl_->core.deadline(); }
std::optional<Effect> MdocSession::poll() { return impl_->core.poll(); }

const engagement::SessionTranscript* MdocSession::transcript() const noexcept {
  return impl_->transcript ? &*impl_->transcript : nullptr;
}
const engagement::EReaderKeyBytes* MdocSession::e_reader_key() const noexcept {
  return impl_->e_reader_key ? &*impl_->e_reader_key : nullptr;
}
bool MdocSession::holds_keys() const noexcept {
  return impl_->core.cipher || impl_->e_device_key || !impl_->zab.empty();
}
bool MdocSession::closed() const noexcept { return impl_->core.closed(); }

Result<SecretBytes> MdocSession::suspend(TimePoint now) && {
  MDOC_TRY(auto parked, impl_->suspend(now));
  impl_->core.abandon();
  impl_->wipe_agreement_keys();
  return parked;
}

}  // namespace mdoc::session
