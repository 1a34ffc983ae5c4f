// Expected: use of deleted function|call to deleted member function
// A view of a temporary key would point to wiped memory.
#include "mdoc/core/secret.hpp"

mdoc::SecretBytes derive();
void encrypt(mdoc::ByteView key);

void use() {
#ifdef CONTROL
  const mdoc::SecretBytes key = derive();
  encrypt(key.view());
#else
  encrypt(derive().view());
#endif
}
