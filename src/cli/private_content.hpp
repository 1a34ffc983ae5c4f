#pragma once

#include "mdoc/core/bytes.hpp"

namespace mdoc::cli {

/// Whether there is a private key in PEM.
[[nodiscard]] bool holds_private_pem(ByteView content);
/// Whether content looks like a private key in a form that this tool or others read: PEM, JWK, COSE_Key (also as hex
/// or base64 text), PKCS#8 or SEC 1 in DER. Asked before a file is replaced, so it says yes rather too often.
[[nodiscard]] bool looks_like_private_key(ByteView content);

}  // namespace mdoc::cli
