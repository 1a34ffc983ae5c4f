#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/pkcs11/token_uri.hpp"

namespace mdoc::pkcs11 {

/// A token as its module describes it; texts come from there, without the blanks that fill them up.
struct TokenInfo {
  std::uint64_t slot_id = 0;
  std::string label, manufacturer, model, serial;
  bool initialised = false;     ///< holds a label and takes a PIN
  bool login_required = false;  ///< for private keys
  bool has_pin_pad = false;     ///< asks for the PIN itself
  bool pin_final_try = false;   ///< another wrong PIN locks it
  bool pin_locked = false;
};

/// A PKCS #11 module (v2.40): code of a vendor, loaded into this process. Thread-safe; shared by all that use its
/// tokens.
///
/// A process has one instance of each module: it is initialised by the first owner, with the locks of the operating
/// system or, where it has none, with its calls one at a time, and finalised by the last owner; not at all where
/// somebody else in the process had initialised it. It stays mapped, as some leave threads and exit handlers behind.
/// After fork() the child must not use it.
class MDOC_EXPORT Module {
 public:
  /// @param path  as dlopen() takes it. Runs code from there: no path that a stranger chose
  /// @return transport/key_store_unreachable: it cannot be loaded, or does not start, `native` is its return value;
  ///         unsupported/unsupported_version: not of PKCS #11 v2; usage/bad_argument: no path
  [[nodiscard]] static Result<std::shared_ptr<Module>> load(const std::string& path);
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  ~Module();

  /// The tokens that are present now and fit the URI; its attributes of objects do not count.
  /// @return transport/key_store_unreachable, limit/too_many, internal/crypto_backend
  [[nodiscard]] Result<std::vector<TokenInfo>> tokens(const TokenUri& wanted = {}) const;

  class Impl;  ///< of this component
  [[nodiscard]] const Impl& impl() const noexcept { return *impl_; }

 private:
  explicit Module(std::unique_ptr<const Impl> impl) noexcept;
  std::unique_ptr<const Impl> impl_;
};

}  // namespace mdoc::pkcs11
