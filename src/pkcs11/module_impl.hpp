#pragma once
// Internal. A module that was loaded, and the one way to call it.

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mdoc/pkcs11/module.hpp"
#include "pkcs11/cryptoki.hpp"

namespace mdoc::pkcs11 {

/// Text of a field of fixed size: up to the blanks, or zero bytes of those who do not know better, that fill it up.
[[nodiscard]] std::string field_text(std::span<const unsigned char> field);

class Module::Impl {
 public:
  /// Owns one count of the module.
  /// @param turn  of a module that has no locks of its own, the same for all who loaded it; null for others
  Impl(CK_FUNCTION_LIST* functions, std::shared_ptr<std::mutex> turn) noexcept
      : functions_(functions), turn_(std::move(turn)) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  /// Calls a function of the module, e.g. call(&CK_FUNCTION_LIST::C_CloseSession, session).
  template <class Function, class... Arguments>
  CK_RV call(Function CK_FUNCTION_LIST::*function, Arguments... arguments) const {
    if (functions_->*function == nullptr) return CKR_FUNCTION_NOT_SUPPORTED;
    std::unique_lock<std::mutex> turn;
    if (turn_) turn = std::unique_lock(*turn_);
    return (functions_->*function)(arguments...);
  }

  [[nodiscard]] Result<std::vector<CK_SLOT_ID>> slots() const;
  [[nodiscard]] Result<TokenInfo> token_info(CK_SLOT_ID slot) const;
  /// Whether token, slot and library are as the URI wants them.
  [[nodiscard]] Result<bool> fits(const TokenUri& wanted, const TokenInfo& token) const;

 private:
  CK_FUNCTION_LIST* functions_;
  std::shared_ptr<std::mutex> turn_;
};

}  // namespace mdoc::pkcs11
