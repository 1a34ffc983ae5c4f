#include "cli/failure.hpp"
#include "cli/token_keys.hpp"

namespace mdoc::cli {
namespace {

[[noreturn]] void refuse_token_key() {
  throw Failure(
      ExitCode::usage,
      "keys in PKCS#11 tokens are not supported by this build: build mdoc with MDOC_WITH_PKCS11=ON (needs, on "
      "Debian: libp11-kit-dev)");
}

}  // namespace

TokenKey open_token_key(const std::string& /*spec*/) { refuse_token_key(); }
crypto::PublicKey token_public_key(const std::string& /*spec*/) { refuse_token_key(); }
TokenKey make_token_key(const std::string& /*spec*/, crypto::Curve /*curve*/, crypto::KeyUse /*use*/) {
  refuse_token_key();
}

}  // namespace mdoc::cli
