#pragma once
// Internal. One session with a token, and the few things that are done in it.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "mdoc/core/bytes.hpp"
#include "mdoc/core/secret.hpp"
#include "pkcs11/module_impl.hpp"

namespace mdoc::pkcs11 {

/// An attribute of a template, borrowed.
template <class Value>
[[nodiscard]] CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const Value& value) noexcept {
  // The interface is older than const; no module writes into a template.
  return {.type = type, .pValue = const_cast<Value*>(&value), .ulValueLen = sizeof value};  // NOLINT(*-const-cast)
}
template <class Value>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const Value&& value) = delete;  // would dangle
[[nodiscard]] CK_ATTRIBUTE bytes_attribute(CK_ATTRIBUTE_TYPE type, ByteView value) noexcept;

/// Keys are found by label, id or both.
struct KeyName {
  std::optional<std::string> label{};
  std::optional<Bytes> id{};
};

/// A session. Used by one thread at a time; closed when it goes, unless it was lost before.
class Session {
 public:
  /// @param writable  objects can be made and deleted
  [[nodiscard]] static Result<std::unique_ptr<Session>> open(std::shared_ptr<const Module> module, TokenInfo token,
                                                             bool writable);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  /// The token as it was when the session began.
  [[nodiscard]] const TokenInfo& token() const noexcept { return token_; }
  [[nodiscard]] const Module::Impl& module() const noexcept { return module_->impl(); }
  [[nodiscard]] bool is_writable() const noexcept { return writable_; }

  /// Calls a function that takes the session first.
  template <class Function, class... Arguments>
  CK_RV call(Function CK_FUNCTION_LIST::*function, Arguments... arguments) {
    return module().call(function, handle_, arguments...);
  }

  /// The module knows it no longer: nothing is closed.
  void lose() noexcept { open_ = false; }
  /// An operation may be going on in it that nothing but the end of the session ends.
  [[nodiscard]] bool is_spoilt() const noexcept { return spoilt_; }

  /// The user is logged in, or the token asks for nobody.
  [[nodiscard]] Result<bool> is_logged_in();

  /// Objects of a class that have this name: none, one, or two for several.
  [[nodiscard]] Result<std::vector<CK_OBJECT_HANDLE>> find(CK_OBJECT_CLASS type, const KeyName& name);

  /// An attribute, or nothing where the object has none or does not show it.
  /// @return limit/too_large: beyond `max` bytes
  [[nodiscard]] Result<std::optional<Bytes>> read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, std::size_t max);
  [[nodiscard]] Result<std::optional<bool>> read_flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  /// CKA_VALUE of a secret of exactly `size` bytes, with no copy left behind.
  [[nodiscard]] Result<SecretBytes> read_secret(CK_OBJECT_HANDLE object, std::size_t size);
  /// What cannot be deleted goes with the session, which ends.
  void destroy(CK_OBJECT_HANDLE object);

  /// C_SignInit, and C_Sign of exactly `size` bytes; `before` runs between them.
  template <class Before>
  [[nodiscard]] Result<Bytes> sign(CK_MECHANISM& mechanism, CK_OBJECT_HANDLE key, ByteView data, std::size_t size,
                                   const Before& before) {
    if (const CK_RV value = call(&CK_FUNCTION_LIST::C_SignInit, &mechanism, key); value != CKR_OK) {
      return to_error(value, "sign");
    }
    spoilt_ = true;
    if (auto allowed = before(); !allowed) return allowed.error();
    return finish_sign(data, size);
  }

 private:
  Session(std::shared_ptr<const Module> module, TokenInfo token, bool writable, CK_SESSION_HANDLE handle) noexcept;
  [[nodiscard]] Result<std::vector<CK_OBJECT_HANDLE>> collect();
  [[nodiscard]] Result<Bytes> finish_sign(ByteView data, std::size_t size);

  std::shared_ptr<const Module> module_;
  TokenInfo token_;
  CK_SESSION_HANDLE handle_;
  bool writable_;
  bool open_ = true;
  bool spoilt_ = false;
};

}  // namespace mdoc::pkcs11
