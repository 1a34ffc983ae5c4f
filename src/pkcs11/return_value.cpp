#include "mdoc/pkcs11/return_value.hpp"

#include "pkcs11/cryptoki.hpp"

namespace mdoc::pkcs11 {
namespace {

static_assert(pin_incorrect == CKR_PIN_INCORRECT && pin_expired == CKR_PIN_EXPIRED && pin_locked == CKR_PIN_LOCKED &&
              user_not_logged_in == CKR_USER_NOT_LOGGED_IN);

Errc code_of(CK_RV value) noexcept {
  switch (value) {
    // Another try may find the token again.
    case CKR_DEVICE_ERROR:
    case CKR_DEVICE_REMOVED:
    case CKR_TOKEN_NOT_PRESENT:
    case CKR_TOKEN_NOT_RECOGNIZED:
    case CKR_SLOT_ID_INVALID:
    case CKR_SESSION_CLOSED:
    case CKR_SESSION_HANDLE_INVALID:
    case CKR_CRYPTOKI_NOT_INITIALIZED: return Errc::key_store_unreachable;

    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE:
    case CKR_PIN_EXPIRED:
    case CKR_PIN_LOCKED:
    case CKR_USER_NOT_LOGGED_IN:
    case CKR_USER_PIN_NOT_INITIALIZED: return Errc::key_locked;

    // A person at the token said no.
    case CKR_CANCEL:
    case CKR_FUNCTION_CANCELED:
    case CKR_FUNCTION_REJECTED: return Errc::declined;

    case CKR_ACTION_PROHIBITED:
    case CKR_ATTRIBUTE_READ_ONLY:
    case CKR_ATTRIBUTE_SENSITIVE:
    case CKR_ATTRIBUTE_VALUE_INVALID:
    case CKR_KEY_UNEXTRACTABLE:
    case CKR_SESSION_READ_ONLY:
    case CKR_TEMPLATE_INCONSISTENT:
    case CKR_TOKEN_WRITE_PROTECTED:
    case CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
    case CKR_USER_TOO_MANY_TYPES: return Errc::refused;

    case CKR_KEY_HANDLE_INVALID:
    case CKR_OBJECT_HANDLE_INVALID: return Errc::key_not_found;

    case CKR_KEY_FUNCTION_NOT_PERMITTED:
    case CKR_KEY_TYPE_INCONSISTENT: return Errc::wrong_key_use;

    case CKR_FUNCTION_NOT_SUPPORTED:
    case CKR_MECHANISM_INVALID:
    case CKR_MECHANISM_PARAM_INVALID: return Errc::unsupported_algorithm;

    case CKR_CURVE_NOT_SUPPORTED:
    case CKR_DOMAIN_PARAMS_INVALID: return Errc::unsupported_curve;

    case CKR_SESSION_COUNT: return Errc::too_many;
    default: return Errc::crypto_backend;
  }
}

}  // namespace

Error to_error(CK_RV value, const Path& where) noexcept { return made_error(code_of(value), where, value); }

// Vendors have the values from 0x80000000: as a negative number here, and none lost.
Error made_error(Errc code, const Path& where, CK_RV value) noexcept {
  return {.code = code, .where = where, .offset = Error::no_offset, .native = static_cast<std::int32_t>(value)};
}

}  // namespace mdoc::pkcs11
