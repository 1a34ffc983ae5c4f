#pragma once
// Internal. A module that was loaded, and the one way to call it.

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/pkcs11/module.hpp"
#include "pkcs11/cryptoki.hpp"

namespace mdoc::pkcs11 {

/// Text of a field of fixed size: up to the blanks, or zero bytes of those who do not know better, that fill it up.
[[nodiscard]] std::string field_text(std::span<const unsigned char> field);

class Module::Impl {
 public:
  /// Owns one count of the module.
  Impl(CK_FUNCTION_LIST* functions, bool one_at_a_time) noexcept
      : functions_(functions), one_at_a_time_(one_at_a_time) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// Calls a function of the module, e.g. call(&CK_FUNCTION_LIST::C_CloseSession, session).
  template <class Function, class... Arguments>
  CK_RV call(Function CK_FUNCTION_LIST::*function, Arguments... arguments) const {
    if (functions_->*function == nullptr) return CKR_FUNCTION_NOT_SUPPORTED;
    std::unique_lock turn(mutex_, std::defer_lock);
    if (one_at_a_time_) turn.lock();
    return (functions_->*function)(arguments...);
  }

  [[nodiscard]] Result<std::vector<CK_SLOT_ID>> slots() const;
  [[nodiscard]] Result<TokenInfo> token_info(CK_SLOT_ID slot) const;
  /// Whether token, slot and library are as the URI wants them.
  [[nodiscard]] Result<bool> fits(const TokenUri& wanted, const TokenInfo& token) const;

 private:
  CK_FUNCTION_LIST* functions_;
  bool one_at_a_time_;  // the module has no locks of its own
  mutable std::mutex mutex_;
};

}  // namespace mdoc::pkcs11
