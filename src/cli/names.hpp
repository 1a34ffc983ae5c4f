#pragma once

#include <string>

#include "mdoc/crypto/distinguished_name.hpp"

namespace mdoc::cli {

/// A name as people write it: "C=UT, ST=UT-X, O=Utopia, CN=Utopia IACA". Throws Failure.
[[nodiscard]] crypto::DistinguishedName parse_name(const std::string& text);

}  // namespace mdoc::cli
