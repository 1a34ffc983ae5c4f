// Expected: private|no matching function|deleted
// Only verification makes a list that can be trusted.
#include "mdoc/trust/vical.hpp"

using namespace mdoc::trust;

#ifdef CONTROL
mdoc::Result<VerifiedVical> use(const SignedVical& list, const ListTrust& trust) { return verify_vical(list, trust); }
#else
VerifiedVical use(const SignedVical& list) { return VerifiedVical(list, {}); }
#endif
