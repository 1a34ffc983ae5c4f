#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/rng.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/core/time.hpp"

/// @file
/// Sessions that outlive their process: sealed where they rest, and resumed once.
///
///     const std::string id = vault.park(std::move(session).suspend(now.steady).value(), until, rng).value();
///     // … in any process with the same store and key …
///     auto session = ReaderSession::resume(vault.fetch(id, now.utc).value(), now.steady).value();

namespace mdoc::session {

/// Where sealed sessions rest: a table of a database, a cache that several machines share. Whatever can write to it is
/// trusted: see SessionVault. Thread-safe; may block.
class MDOC_EXPORT SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// @param until may be forgotten afterwards, whether or not it was taken
  [[nodiscard]] virtual Result<void> put(std::string_view id, SharedBytes sealed, UtcSeconds until) = 0;
  /// Takes it out in one step: of several that ask for the same, in whatever process, one gets it. Two sessions that
  /// went on from one state would encrypt two messages alike, which gives both away.
  /// @return nothing: not there, or taken before; an error as the storage fails
  [[nodiscard]] virtual Result<std::optional<SharedBytes>> take(std::string_view id) = 0;
};

/// Sealed sessions in memory, for one process. What nobody takes stays, and is counted by nobody: an application that
/// parks calls forget_until() now and then, or the store grows for ever.
class MDOC_EXPORT MemorySessionStore final : public SessionStore {
 public:
  MemorySessionStore();
  ~MemorySessionStore() override;
  MemorySessionStore(const MemorySessionStore&) = delete;
  MemorySessionStore& operator=(const MemorySessionStore&) = delete;

  [[nodiscard]] Result<void> put(std::string_view id, SharedBytes sealed, UtcSeconds until) override;
  [[nodiscard]] Result<std::optional<SharedBytes>> take(std::string_view id) override;
  /// Forgets what may be forgotten by `now`.
  void forget_until(UtcSeconds now);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Seals suspended sessions with AES-256-GCM, each under a key of its own, derived (HKDF-SHA-256) from that of the
/// vault and the identifier: there is no bound to how many one vault seals. Whoever can read the store learns nothing
/// of them; whoever can write to it cannot change them, nor have one pass for another or outlive its time.
///
/// But who can write can put back what was taken before, and so can whoever restores a backup of the store. Then one
/// state is resumed twice, two messages are encrypted with one initialisation vector, and somebody who reads both on
/// the link learns their content and can forge others. Writers are trusted not to do so. Thread-safe.
class MDOC_EXPORT SessionVault {
 public:
  /// @param key 32 random bytes, the same in every process that shares the store; not stored with it
  /// @return usage/bad_argument: no store ("SessionVault.store"), or a key that has not 32 bytes ("SessionVault.key")
  [[nodiscard]] static Result<SessionVault> create(std::shared_ptr<SessionStore> store, SecretBytes key);

  /// @param state of suspend(); wiped
  /// @param until fetch() refuses it afterwards, whether or not the store forgot it
  /// @param rng   makes the identifier and the nonce
  /// @return the identifier under which fetch() finds it, 32 characters, unguessable; or as the store fails
  [[nodiscard]] Result<std::string> park(SecretBytes state, UtcSeconds until, Rng& rng) const;
  /// Takes a session out; a second time, and after a failure, there is none.
  /// @return what resume() takes; usage/wrong_state ("SessionVault.id"): the store has nothing under `id` – it was
  /// never
  ///         given out by park(), was fetched before, or the store forgot it – which, as `id` may come from a peer, is
  ///         no mistake of the caller; unsupported/unsupported_version: sealed by another version;
  ///         untrusted/decryption_failed: changed, sealed under another identifier or key; untrusted/expired: past its
  ///         `until`; or as the store fails
  [[nodiscard]] Result<SecretBytes> fetch(std::string_view id, UtcSeconds now) const;

 private:
  SessionVault(std::shared_ptr<SessionStore> store, SecretBytes key)
      : store_(std::move(store)), key_(std::make_shared<const SecretBytes>(std::move(key))) {}
  std::shared_ptr<SessionStore> store_;
  std::shared_ptr<const SecretBytes> key_;
};

}  // namespace mdoc::session
