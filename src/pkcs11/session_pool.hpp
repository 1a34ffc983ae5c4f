#pragma once
// Internal. The sessions of one provider: how they begin, wait for their next use, and get lost with their token.

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "mdoc/pkcs11/pin_source.hpp"
#include "pkcs11/session.hpp"

namespace mdoc::pkcs11 {

/// Thread-safe. The user's login belongs to all sessions of a process with a token and ends with the last of them, so
/// sessions are kept rather than closed.
class SessionPool {
 public:
  SessionPool(std::shared_ptr<const Module> module, TokenUri token, PinSource pin);

  [[nodiscard]] const Module::Impl& module() const noexcept { return module_->impl(); }

  /// One that waits, or a new one with the one token that fits.
  [[nodiscard]] Result<std::unique_ptr<Session>> take(bool writable);
  /// Logs in the user of the session's token where that is needed.
  [[nodiscard]] Result<void> log_in(Session& session);
  /// The same for the one operation that was begun, with a key that wants it (CKU_CONTEXT_SPECIFIC).
  [[nodiscard]] Result<void> log_in_once_more(Session& session);

  /// Does something in a session. Where that is lost, what was asked is done once more in a new one: it may be that the
  /// token was away for a while and is back.
  template <class Value, class Operation>
  [[nodiscard]] Result<Value> run(bool writable, const Operation& operation) {
    for (bool again = false;; again = true) {
      const std::uint64_t generation = current_generation();
      auto session = take(writable);
      if (!session) return session.error();
      Result<Value> result = operation(**session);
      const bool lost = !result && is_lost(result.error());
      put_back(*std::move(session), lost, generation);
      if (!lost || again) return result;
    }
  }

 private:
  /// What the module says of a session that is no more, or of a token.
  [[nodiscard]] static bool is_lost(const Error& error) noexcept;
  [[nodiscard]] std::uint64_t current_generation();
  void put_back(std::unique_ptr<Session> session, bool lost, std::uint64_t generation);
  [[nodiscard]] Result<TokenInfo> find_token() const;
  [[nodiscard]] Result<void> give_pin(Session& session, CK_USER_TYPE user);
  [[nodiscard]] Result<SecretBytes> ask(const TokenInfo& token);

  const std::shared_ptr<const Module> module_;
  const TokenUri token_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
  std::uint64_t generation_ = 0;  // counts losses of the token
  std::mutex login_mutex_;
  const PinSource pin_;
  bool pin_was_wrong_ = false;
};

}  // namespace mdoc::pkcs11
