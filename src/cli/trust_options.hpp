#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/core/rules.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/trust_store.hpp"

namespace mdoc::cli {

/// --trust, --trust-key and --level: what a verdict stands on.
struct TrustArguments {
  std::vector<std::string> certificates, keys;
  Level level = Level::interop;
};

void add_trust_options(CLI::App& command, TrustArguments& arguments);

/// CA certificates become anchors, any other certificate a pin; reports name their `file`. Throws Failure.
void trust_certificates(trust::TrustStore& store, const std::vector<crypto::Certificate>& certificates,
                        const std::string& file);

/// What the arguments name, keys as pins. Throws Failure.
[[nodiscard]] std::shared_ptr<trust::TrustStore> load_trust(const TrustArguments& arguments);

}  // namespace mdoc::cli
