#include "mdoc/pkcs11/pin_source.hpp"

#include <memory>

namespace mdoc::pkcs11 {

PinSource fixed_pin(SecretBytes pin) {
  return
      [shared = std::make_shared<const SecretBytes>(std::move(pin))](const PinPrompt& prompt) -> Result<SecretBytes> {
        if (prompt.again) return Error{.code = Errc::key_locked, .where = Path("token") / "pin"};
        return shared->clone();
      };
}

}  // namespace mdoc::pkcs11
