#pragma once

#include <functional>
#include <string>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/secret.hpp"

namespace mdoc::pkcs11 {

/// For whom a PIN is asked, and how that went before.
struct PinPrompt {
  std::string token_label;  ///< text of the token
  bool again = false;       ///< the one that was given last was wrong
  bool final_try = false;   ///< by what the token says, another wrong one locks it
};

/// Gives the PIN of a token's user. It is asked where the token wants one: at the first use of a private key, after the
/// token was away, and for each signature where a key is set up so. What it gives is wiped once the token has it.
///
/// May block, for a person who types. Called from whichever thread uses a key, one call at a time for each provider; it
/// must not use that provider. An error ends the operation that needed the PIN, and is its result: denied/declined for
/// a person who will not.
using PinSource = std::function<Result<SecretBytes>(const PinPrompt& prompt)>;

/// A PIN that is known beforehand. Once it was wrong it is not tried again, as tokens count: denied/key_locked.
[[nodiscard]] MDOC_EXPORT PinSource fixed_pin(SecretBytes pin);

}  // namespace mdoc::pkcs11
