#pragma once
// Internal. The types and numbers of PKCS #11 v2.40, and of v3.0 what modules that speak v2.40 offer as well.

#include <p11-kit/pkcs11.h>

#include <cstdint>

#include "mdoc/core/error.hpp"
#include "mdoc/core/result.hpp"

namespace mdoc::pkcs11 {

/// The error that a return value stands for, which becomes `native`. @pre not CKR_OK
[[nodiscard]] Error to_error(CK_RV value, const Path& where) noexcept;
/// An error that is ours, with the return value that would say the same.
[[nodiscard]] Error made_error(Errc code, const Path& where, CK_RV value = CKR_OK) noexcept;

[[nodiscard]] inline Result<void> check(CK_RV value, const Path& where) noexcept {
  if (value == CKR_OK) return {};
  return to_error(value, where);
}

/// `error` comes of this return value.
[[nodiscard]] inline bool is(const Error& error, CK_RV value) noexcept {
  return error.native == static_cast<std::int32_t>(value);
}

}  // namespace mdoc::pkcs11
