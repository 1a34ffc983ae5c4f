#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/input.hpp"
#include "mdoc/core/shared_bytes.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/presentation/consent.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/presentation/reader_authentication.hpp"

namespace mdoc::cli {

/// The holder's side as given on the command line.
struct Wallet {
  std::vector<presentation::Credential> credentials;
  std::shared_ptr<crypto::KeyProvider> keys;  ///< in memory, and those of tokens
};

/// Loads `FILE,KEY` arguments: FILE is IssuerSigned or a Document, KEY its private device key, or the `pkcs11:` URI of
/// one that stays in its token. A FILE without KEY takes `default_key`. Throws Failure, also where key and credential
/// do not belong together.
[[nodiscard]] Wallet load_wallet(const std::vector<std::string>& credentials, const std::string& default_key);

/// The IssuerSigned of a FILE: itself, or that of a Document. Throws Failure.
[[nodiscard]] SharedBytes issuer_signed_of(const Input& input);

/// Whether the reader who asks for this document proved who it is.
[[nodiscard]] bool is_trusted(const presentation::RequestReaders& readers, std::size_t doc_request);

/// To what a person consents beforehand, on the command line.
struct ConsentRules {
  std::vector<std::string> allow;  ///< "NS/ID"; empty: everything that is asked for
  bool trusted_readers = false;    ///< only where the reader's authentication is trusted
};

/// Whether an element may leave in the answer to a DocRequest.
using Approval = std::function<bool(const presentation::DocumentOption&, const presentation::ElementOption&)>;

/// What the rules allow readers of this trustworthiness. Owns copies of both.
[[nodiscard]] Approval approval(const ConsentRules& rules, const presentation::RequestReaders& readers);

}  // namespace mdoc::cli
