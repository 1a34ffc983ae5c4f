#pragma once

#include <string>

#include "cli/tool.hpp"
#include "mdoc/crypto/curve.hpp"

namespace mdoc::cli {

/// `pki device`: the key of a device, in a file or in a token, and its public half.
void add_device_key(CLI::App& pki, Tool& tool);

/// The curve of a name on the command line that can sign. Throws Failure, which lists them.
[[nodiscard]] crypto::Curve signing_curve(const std::string& name);

}  // namespace mdoc::cli
