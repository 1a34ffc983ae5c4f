#include "pkcs11/session_pool.hpp"

#include <algorithm>
#include <utility>

#include "core/try.hpp"

namespace mdoc::pkcs11 {
namespace {

constexpr std::size_t max_idle = 16;

const Path& at_pin() {
  static constexpr Path path = Path("token") / "pin";
  return path;
}

}  // namespace

SessionPool::SessionPool(std::shared_ptr<const Module> module, TokenUri token, PinSource pin)
    : module_(std::move(module)), token_(std::move(token)), pin_(std::move(pin)) {}

bool SessionPool::is_lost(const Error& error) noexcept {
  return is(error, CKR_SESSION_HANDLE_INVALID) || is(error, CKR_SESSION_CLOSED) || is(error, CKR_DEVICE_REMOVED) ||
         is(error, CKR_TOKEN_NOT_PRESENT);
}

std::uint64_t SessionPool::current_generation() {
  const std::lock_guard lock(mutex_);
  return generation_;
}

Result<TokenInfo> SessionPool::find_token() const {
  MDOC_TRY(auto tokens, module_->tokens(token_));
  std::erase_if(tokens, [](const TokenInfo& token) { return !token.initialised; });
  if (tokens.empty()) return made_error(Errc::key_store_unreachable, "token", CKR_TOKEN_NOT_PRESENT);
  if (tokens.size() > 1) return made_error(Errc::bad_argument, "token");
  return std::move(tokens.front());
}

Result<std::unique_ptr<Session>> SessionPool::take(bool writable) {
  {
    const std::lock_guard lock(mutex_);
    const auto fits = [writable](const auto& session) { return session->is_writable() || !writable; };
    const auto waiting = std::ranges::find_if(idle_, fits);
    if (waiting != idle_.end()) {
      auto session = std::move(*waiting);
      idle_.erase(waiting);
      return session;
    }
  }
  MDOC_TRY(auto token, find_token());
  return Session::open(module_, std::move(token), writable);
}

// With one session all are taken for lost, whose numbers may be those of new ones by now: they are neither used again
// nor closed. Where they were not, they last until the module is finalised.
void SessionPool::put_back(std::unique_ptr<Session> session, bool lost, std::uint64_t generation) {
  std::vector<std::unique_ptr<Session>> gone;
  const std::lock_guard lock(mutex_);
  if (generation != generation_) {
    session->lose();
  } else if (lost) {
    session->lose();
    ++generation_;
    for (const auto& each : idle_) each->lose();
    gone.swap(idle_);
  } else if (!session->is_spoilt() && idle_.size() < max_idle) {
    idle_.push_back(std::move(session));
  }
}

Result<void> SessionPool::log_in(Session& session) {
  const std::lock_guard lock(login_mutex_);  // two threads that need a PIN ask for one
  MDOC_TRY(const bool logged_in, session.is_logged_in());
  if (logged_in) return {};
  return give_pin(session, CKU_USER);
}

Result<void> SessionPool::log_in_once_more(Session& session) {
  const std::lock_guard lock(login_mutex_);
  return give_pin(session, CKU_CONTEXT_SPECIFIC);
}

Result<SecretBytes> SessionPool::ask(const TokenInfo& token) {
  if (token.pin_locked) return made_error(Errc::key_locked, at_pin(), CKR_PIN_LOCKED);
  if (!pin_) return made_error(Errc::key_locked, at_pin(), CKR_USER_NOT_LOGGED_IN);
  return pin_({.token_label = token.label, .again = pin_was_wrong_, .final_try = token.pin_final_try});
}

Result<void> SessionPool::give_pin(Session& session, CK_USER_TYPE user) {
  MDOC_TRY(const TokenInfo token, module().token_info(static_cast<CK_SLOT_ID>(session.token().slot_id)));
  CK_RV value = CKR_OK;
  if (token.has_pin_pad) {
    value = session.call(&CK_FUNCTION_LIST::C_Login, user, nullptr, CK_ULONG{0});
  } else {
    MDOC_TRY(SecretBytes pin, ask(token));
    value =
        session.call(&CK_FUNCTION_LIST::C_Login, user, pin.mutable_view().data(), static_cast<CK_ULONG>(pin.size()));
  }
  pin_was_wrong_ = value == CKR_PIN_INCORRECT || value == CKR_PIN_INVALID || value == CKR_PIN_LEN_RANGE;
  if (value == CKR_USER_ALREADY_LOGGED_IN) return {};
  return check(value, at_pin());
}

}  // namespace mdoc::pkcs11
