// Expected: discards qualifiers|no matching member function|not marked const
// What was verified is not edited afterwards.
#include "mdoc/verification/verified_document.hpp"

using namespace mdoc::verification;

void use(VerifiedDocument& document, const VerifiedElement& element) {
#ifdef CONTROL
  (void)document.issuer_signed().front();
  (void)element;
#else
  document.issuer_signed().push_back(element);
#endif
}
