// Sealed form: version ‖ until ‖ nonce ‖ ciphertext ‖ tag. Version, until and identifier are authenticated with it.
#include "mdoc/session/session_vault.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "core/try.hpp"
#include "core/wiper.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/aead.hpp"
#include "mdoc/crypto/hkdf.hpp"

namespace mdoc::session {
namespace {

using crypto::Aead;

constexpr auto algorithm = crypto::AeadAlgorithm::aes_256_gcm;
constexpr std::uint8_t version = 1;
constexpr std::size_t until_size = 8;
constexpr std::size_t head_size = 1 + until_size + Aead::nonce_size;
constexpr std::size_t id_bytes = 16;

/// Version and until, as they stand before the nonce.
Bytes encode_head(UtcSeconds until) {
  Bytes head{version};
  const auto seconds = static_cast<std::uint64_t>(until.time_since_epoch().count());
  for (std::size_t i = until_size; i-- > 0;) head.push_back(static_cast<std::uint8_t>(seconds >> (8 * i)));
  return head;
}

UtcSeconds decode_until(ByteView sealed) {
  std::uint64_t seconds = 0;
  for (const std::uint8_t byte : sealed.subspan(1, until_size)) seconds = seconds << 8 | byte;
  return UtcSeconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

Bytes associated_data(ByteView head, std::string_view id) {
  Bytes data(head.begin(), head.end());
  data.insert(data.end(), id.begin(), id.end());
  return data;
}

/// A key for each identifier, so that no key seals more than one state: random nonces of 96 bits under one key would
/// bound how many sessions it may ever seal (NIST SP 800-38D, 8.3).
Result<Aead> aead_for(const SecretBytes& key, std::string_view id) {
  const std::string info = "mdoc session vault " + std::string(id);
  MDOC_TRY(const auto of_id,
           crypto::hkdf(crypto::DigestAlgorithm::sha256, key.view(), {}, as_bytes(info), crypto::key_size(algorithm)));
  return Aead::create(algorithm, of_id.view());
}

}  // namespace

struct MemorySessionStore::Impl {
  struct Entry {
    SharedBytes sealed;
    UtcSeconds until;
  };
  std::mutex mutex;
  std::map<std::string, Entry, std::less<>> entries;
};

MemorySessionStore::MemorySessionStore() : impl_(std::make_unique<Impl>()) {}
MemorySessionStore::~MemorySessionStore() = default;

Result<void> MemorySessionStore::put(std::string_view id, SharedBytes sealed, UtcSeconds until) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->entries.insert_or_assign(std::string(id), Impl::Entry{std::move(sealed), until});
  return {};
}

Result<std::optional<SharedBytes>> MemorySessionStore::take(std::string_view id) {
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->entries.find(id);
  if (found == impl_->entries.end()) return std::optional<SharedBytes>();
  std::optional<SharedBytes> taken = std::move(found->second.sealed);
  impl_->entries.erase(found);
  return taken;
}

void MemorySessionStore::forget_until(UtcSeconds now) {
  const std::scoped_lock lock(impl_->mutex);
  std::erase_if(impl_->entries, [now](const auto& entry) { return entry.second.until < now; });
}

Result<SessionVault> SessionVault::create(std::shared_ptr<SessionStore> store, SecretBytes key) {
  if (!store) return Error{.code = Errc::bad_argument, .where = "SessionVault.store"};
  if (key.size() != crypto::key_size(algorithm)) return Error{.code = Errc::bad_argument, .where = "SessionVault.key"};
  return SessionVault(std::move(store), std::move(key));
}

Result<std::string> SessionVault::park(SecretBytes state, UtcSeconds until, Rng& rng) const {
  std::array<std::uint8_t, id_bytes> id_source{};
  std::array<std::uint8_t, Aead::nonce_size> nonce{};
  MDOC_CHECK(rng.fill(id_source));
  MDOC_CHECK(rng.fill(nonce));
  std::string id = to_hex(id_source);
  MDOC_TRY(auto aead, aead_for(*key_, id));
  Bytes sealed = encode_head(until);
  MDOC_TRY(const Bytes content, aead.seal(nonce, associated_data(sealed, id), state.view()));
  sealed.reserve(head_size + content.size());
  sealed.insert(sealed.end(), nonce.begin(), nonce.end());
  sealed.insert(sealed.end(), content.begin(), content.end());
  MDOC_CHECK(store_->put(id, SharedBytes::take(std::move(sealed)), until));
  return id;
}

Result<SecretBytes> SessionVault::fetch(std::string_view id, UtcSeconds now) const {
  MDOC_TRY(const auto taken, store_->take(id));
  if (!taken) return Error{.code = Errc::wrong_state, .where = "SessionVault.id"};
  const ByteView sealed = taken->view();
  if (sealed.empty() || sealed[0] != version) return Error{.code = Errc::unsupported_version, .where = "SessionVault"};
  if (sealed.size() < head_size) return Error{.code = Errc::decryption_failed, .where = "SessionVault"};
  MDOC_TRY(auto aead, aead_for(*key_, id));
  const ByteView head = sealed.first(1 + until_size);
  const ByteView nonce = sealed.subspan(head.size(), Aead::nonce_size);
  MDOC_TRY(Bytes state, aead.open(nonce, associated_data(head, id), sealed.subspan(head_size)));
  const Wiper wiper(state);
  if (now > decode_until(sealed)) return Error{.code = Errc::expired, .where = "SessionVault"};
  return SecretBytes::copy_of(state);
}

}  // namespace mdoc::session
