// Expected: no match for .operator/|invalid operands to binary expression
// An error is safe to log because its path holds literals only, never what a peer sent.
#include <string>

#include "mdoc/core/path.hpp"

mdoc::Path use(const mdoc::Path& where, const std::string& from_peer) {
#ifdef CONTROL
  static_cast<void>(from_peer);
  return where / "issuerSigned";
#else
  return where / from_peer;
#endif
}
