#pragma once

#include <string>
#include <string_view>

#include "mdoc/crypto/distinguished_name.hpp"

namespace mdoc::cli {

/// A name as people write it: "C=UT, ST=UT-X, O=Utopia, CN=Utopia IACA". Throws Failure.
[[nodiscard]] crypto::DistinguishedName parse_name(const std::string& text);

/// What people call somebody, out of DistinguishedName::text(): "Utopia DS, UT" for `C=UT, O=Utopia, CN=Utopia DS`. The
/// organisation stands for a common name that is not there; without either, it is the text itself.
[[nodiscard]] std::string plain_name(std::string_view text);

}  // namespace mdoc::cli
