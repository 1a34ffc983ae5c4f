#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/input.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/software_key_provider.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"

namespace mdoc::cli {

/// The holder's side as given on the command line.
struct Wallet {
  std::vector<presentation::Credential> credentials;
  std::shared_ptr<crypto::SoftwareKeyProvider> keys;
};

/// Loads `FILE,KEY` arguments: FILE is IssuerSigned or a Document, KEY its private device key. A FILE
/// without KEY takes `default_key`. Throws Failure, also where key and credential do not belong together.
[[nodiscard]] Wallet load_wallet(const std::vector<std::string>& credentials, const std::string& default_key);

/// The IssuerSigned of a FILE: itself, or that of a Document. Throws Failure.
[[nodiscard]] SharedBytes issuer_signed_of(const Input& input);

/// Consent to what `allow` names ("NS/ID"; empty: everything) of what was asked.
[[nodiscard]] presentation::Consent consent_to(const presentation::RequestMatch& match,
                                               const std::vector<std::string>& allow);

}  // namespace mdoc::cli
