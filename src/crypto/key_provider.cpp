#include "mdoc/crypto/key_provider.hpp"

#include "core/try.hpp"

namespace mdoc::crypto {

Result<KeyResponse> answer(KeyProvider& provider, const KeyRequest& request) {
  if (const auto* const sign = std::get_if<SignRequest>(&request)) {
    MDOC_TRY(Signature signature, provider.sign(*sign));
    return KeyResponse(std::move(signature));
  }
  MDOC_TRY(SecretBytes shared, provider.agree(std::get<AgreeRequest>(request)));
  return KeyResponse(std::move(shared));
}

}  // namespace mdoc::crypto
