#include "mdoc/session/session_cipher.hpp"

#include <limits>

#include "core/try.hpp"
#include "mdoc/crypto/hkdf.hpp"
#include "session/message_iv.hpp"

namespace mdoc::session {
namespace {

constexpr std::uint32_t last_counter = std::numeric_limits<std::uint32_t>::max();
constexpr auto algorithm = crypto::AeadAlgorithm::aes_256_gcm;

}  // namespace

Result<SessionKeys> derive_session_keys(const SecretBytes& zab, const engagement::SessionTranscript& transcript,
                                        const ProtocolConstants& constants) {
  MDOC_TRY(const auto salt, transcript.salt());
  return derive_session_keys(zab, salt, constants);
}

Result<SessionKeys> derive_session_keys(const SecretBytes& zab, const engagement::Sha256& salt,
                                        const ProtocolConstants& constants) {
  const auto derive = [&](std::string_view info) {
    return crypto::hkdf(crypto::DigestAlgorithm::sha256, zab.view(), salt, as_bytes(info), crypto::key_size(algorithm));
  };
  SessionKeys keys;
  MDOC_TRY(keys.sk_reader, derive(constants.sk_reader_info));
  MDOC_TRY(keys.sk_device, derive(constants.sk_device_info));
  return keys;
}

SessionCipher::SessionCipher(SessionKeys keys, crypto::Aead own, crypto::Aead peer, MessageCounters counters,
                             IvIdentifier own_iv, IvIdentifier peer_iv) noexcept
    : keys_(std::move(keys)),
      own_(std::move(own)),
      peer_(std::move(peer)),
      counters_(counters),
      own_iv_(own_iv),
      peer_iv_(peer_iv) {}

Result<SessionCipher> SessionCipher::create(Role self, SessionKeys keys, MessageCounters counters,
                                            const ProtocolConstants& constants) {
  const bool is_mdoc = self == Role::mdoc;
  MDOC_TRY(auto own, crypto::Aead::create(algorithm, is_mdoc ? keys.sk_device.view() : keys.sk_reader.view()));
  MDOC_TRY(auto peer, crypto::Aead::create(algorithm, is_mdoc ? keys.sk_reader.view() : keys.sk_device.view()));
  const IvIdentifier& mdoc_iv = constants.mdoc_iv_identifier;
  const IvIdentifier& reader_iv = constants.reader_iv_identifier;
  return SessionCipher(std::move(keys), std::move(own), std::move(peer), counters, is_mdoc ? mdoc_iv : reader_iv,
                       is_mdoc ? reader_iv : mdoc_iv);
}

Result<Bytes> SessionCipher::encrypt(ByteView plaintext) {
  if (counters_.encrypted == last_counter) return Error{.code = Errc::counter_exhausted, .where = "SessionCipher"};
  return own_.seal(make_iv(own_iv_, ++counters_.encrypted), {}, plaintext);
}

Result<SharedBytes> SessionCipher::decrypt(ByteView data) {
  if (broken_) return Error{.code = Errc::decryption_failed, .where = "SessionData.data"};
  if (counters_.decrypted == last_counter) return Error{.code = Errc::counter_exhausted, .where = "SessionCipher"};
  auto plaintext = peer_.open(make_iv(peer_iv_, counters_.decrypted + 1), {}, data);
  if (!plaintext) {
    broken_ = true;
    return Error{.code = plaintext.error().code, .where = "SessionData.data"};
  }
  ++counters_.decrypted;
  return SharedBytes::take_secret(*std::move(plaintext));
}

}  // namespace mdoc::session
