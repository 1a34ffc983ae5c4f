// Expected: use of deleted function|call to deleted constructor
// A second copy of a key is made on purpose, with clone().
#include "mdoc/core/secret.hpp"

mdoc::SecretBytes use(const mdoc::SecretBytes& key) {
#ifdef CONTROL
  return key.clone();
#else
  return key;
#endif
}
