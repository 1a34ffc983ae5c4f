#pragma once

#include <cstdint>

namespace mdoc::pkcs11 {

// Values of Error::native (CK_RV) that an application may want to tell apart within denied/key_locked.

inline constexpr std::int32_t pin_incorrect = 0xa0;  ///< CKR_PIN_INCORRECT: another try may do
inline constexpr std::int32_t pin_expired = 0xa3;    ///< CKR_PIN_EXPIRED: its owner has to set another one
inline constexpr std::int32_t pin_locked = 0xa4;     ///< CKR_PIN_LOCKED: no further try; the token's officer can help
inline constexpr std::int32_t user_not_logged_in = 0x101;  ///< CKR_USER_NOT_LOGGED_IN: nobody gave a PIN

}  // namespace mdoc::pkcs11
