#include "mdoc/session/captured_session.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "core/try.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/digest.hpp"
#include "session/message_iv.hpp"

namespace mdoc::session {
namespace {

constexpr auto algorithm = crypto::AeadAlgorithm::aes_256_gcm;

/// The key of the other side, if `key` is that of `owner`.
Result<crypto::PublicKey> peer_of(const crypto::PrivateKey& key, Role owner, const crypto::PublicKey& e_device_key,
                                  const crypto::PublicKey& e_reader_key) {
  const bool is_reader = owner == Role::mdoc_reader;
  if (key.public_key() != (is_reader ? e_reader_key : e_device_key)) {
    return Error{.code = Errc::key_mismatch, .where = is_reader ? Path("EReaderKey") : Path("EDeviceKey")};
  }
  return is_reader ? e_device_key : e_reader_key;
}

Result<engagement::Sha256> hash_of(ByteView bytes) {
  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, bytes));
  engagement::Sha256 hash{};
  std::ranges::copy(digest.view(), hash.begin());
  return hash;
}

}  // namespace

CapturedSession::CapturedSession(engagement::SessionTranscript transcript, SecretBytes zab, SharedBytes first_data,
                                 Direction reader, Direction mdoc, const cbor::DecodeContext& context,
                                 const ProtocolConstants& constants)
    : transcript_(std::move(transcript)),
      zab_(std::move(zab)),
      first_data_(std::move(first_data)),
      reader_(std::move(reader)),
      mdoc_(std::move(mdoc)),
      context_(context),
      constants_(constants) {}

Result<CapturedSession::Direction> CapturedSession::direction(Role sender, const SecretBytes& key,
                                                              const ProtocolConstants& constants) {
  MDOC_TRY(auto aead, crypto::Aead::create(algorithm, key.view()));
  const bool is_reader = sender == Role::mdoc_reader;
  return Direction{.sender = sender,
                   .key = std::move(aead),
                   .iv_identifier = is_reader ? constants.reader_iv_identifier : constants.mdoc_iv_identifier};
}

Result<CapturedSession> CapturedSession::create(const engagement::DeviceEngagement& engagement,
                                                const engagement::Handover& handover, const crypto::PrivateKey& key,
                                                Role owner, SharedBytes establishment,
                                                const cbor::DecodeContext& context,
                                                const ProtocolConstants& constants) {
  // What the message deviates in is said when it is read.
  MDOC_TRY(const auto message,
           decode_session_message(std::move(establishment), {.limits = context.limits, .level = context.level}));
  const auto* const first = std::get_if<SessionEstablishment>(&message);
  if (first == nullptr) return Error{.code = Errc::unexpected_message, .where = "SessionEstablishment"};
  MDOC_TRY(auto transcript,
           engagement::SessionTranscript::for_session(engagement, first->e_reader_key.bytes(), handover, constants));
  MDOC_TRY(const auto peer, peer_of(key, owner, engagement.e_device_key(), first->e_reader_key.value()));
  MDOC_TRY(auto zab, crypto::agree(key, peer));
  MDOC_TRY(const auto keys, derive_session_keys(zab, transcript, constants));
  MDOC_TRY(auto reader, direction(Role::mdoc_reader, keys.sk_reader, constants));
  MDOC_TRY(auto mdoc, direction(Role::mdoc, keys.sk_device, constants));
  return CapturedSession(std::move(transcript), std::move(zab), first->data, std::move(reader), std::move(mdoc),
                         context, constants);
}

std::optional<SharedBytes> CapturedSession::open(Direction& direction, std::uint32_t counter, ByteView data) {
  auto plaintext = direction.key.open(make_iv(direction.iv_identifier, counter), {}, data);
  if (!plaintext) return std::nullopt;
  return SharedBytes::take_secret(*std::move(plaintext));
}

/// Looks for the counter under which `data` opens in this direction: the one that is due first, then those beyond, as
/// messages may be missing, then those before.
bool CapturedSession::find(Direction& direction, ByteView data, CapturedMessage& found) {
  const auto attempt = [&](std::uint32_t counter) {
    found.plaintext = open(direction, counter, data);
    if (found.plaintext) found.counter = counter;
    return found.plaintext.has_value();
  };
  const std::uint32_t room = std::numeric_limits<std::uint32_t>::max() - direction.seen;
  for (std::uint32_t ahead = 1; ahead <= std::min(counter_window, room); ++ahead) {
    if (!attempt(direction.seen + ahead)) continue;
    found.missing = ahead - 1;
    direction.seen += ahead;
    direction.known <<= ahead;
    direction.known.set(0);
    return true;
  }
  for (std::uint32_t behind = 0; behind < std::min(counter_window, direction.seen); ++behind) {
    if (!attempt(direction.seen - behind)) continue;
    found.repeated = direction.known.test(behind);
    found.late = !found.repeated;
    direction.known.set(behind);
    return true;
  }
  return false;
}

Result<CapturedMessage> CapturedSession::read(SharedBytes message) {
  MDOC_TRY(const auto decoded, decode_session_message(std::move(message), context_));
  CapturedMessage found;
  ByteView data;
  if (const auto* const first = std::get_if<SessionEstablishment>(&decoded)) {
    if (std::exchange(established_, true)) return Error{.code = Errc::unexpected_message, .where = "SessionData"};
    found.establishes = true;
    data = first->data.view();
    if (!find(reader_, data, found))
      return Error{.code = Errc::decryption_failed, .where = "SessionEstablishment.data"};
    found.sender = Role::mdoc_reader;
    return found;
  }
  const auto& session_data = std::get<SessionData>(decoded);
  found.status = session_data.status;
  if (!session_data.data) return found;
  for (Direction* const direction : {&mdoc_, &reader_}) {
    if (!find(*direction, session_data.data->view(), found)) continue;
    found.sender = direction->sender;
    return found;
  }
  return Error{.code = Errc::decryption_failed, .where = "SessionData.data"};
}

std::optional<CapturedSession::SaltForm> CapturedSession::opens_with(ByteView session_transcript) const {
  cbor::Writer wrapped;
  wrapped.embedded(session_transcript);
  for (const SaltForm form : {SaltForm::wrapped, SaltForm::bare}) {
    const auto salt = hash_of(form == SaltForm::wrapped ? wrapped.view() : session_transcript);
    if (!salt) continue;
    const auto keys = derive_session_keys(zab_, *salt, constants_);
    if (!keys) continue;
    auto reader = direction(Role::mdoc_reader, keys->sk_reader, constants_);
    if (reader && open(*reader, 1, first_data_.view())) return form;
  }
  return std::nullopt;
}

}  // namespace mdoc::session
