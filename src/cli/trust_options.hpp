#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "mdoc/core/rules.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/trust/revocation_store.hpp"
#include "mdoc/trust/trust_store.hpp"
#include "mdoc/verification/report.hpp"

namespace mdoc::cli {

/// --trust, --trust-key, --vical, --list-trust, --store and --level: what a verdict stands on.
struct TrustArguments {
  std::vector<std::string> certificates, keys, vicals, list_signers;
  std::string folder;  ///< --store
  Level level = Level::interop;
};

void add_trust_options(CLI::App& command, TrustArguments& arguments);

/// A CA certificate: trusted as an anchor, where any other one is trusted itself, as a pin.
[[nodiscard]] bool is_authority(const crypto::Certificate& certificate);

/// A CA certificate becomes an anchor, any other one a pin; reports name its `file`. Throws Failure.
void trust_certificate(trust::TrustStore& store, trust::Purpose purpose, const crypto::Certificate& certificate,
                       const std::string& file);
/// The same for certificates of issuers.
void trust_certificates(trust::TrustStore& store, const std::vector<crypto::Certificate>& certificates,
                        const std::string& file);

/// What the judgement of documents wants.
[[nodiscard]] std::vector<trust::WantedSource> wanted_by(const verification::Report& report);

/// What a judgement rests on: anchors, and what is known about revocations. With --store both are those of the folder,
/// and what a report misses is remembered there for the next mdoc-cli trust update.
class JudgementGround {
 public:
  /// A list that is not to be believed is left out, with a message; keys become pins. Throws Failure.
  JudgementGround(const TrustArguments& arguments, UtcSeconds now);

  [[nodiscard]] const std::shared_ptr<trust::TrustStore>& store() const noexcept { return store_; }
  [[nodiscard]] const std::shared_ptr<trust::RevocationStore>& revocation() const noexcept { return revocation_; }
  /// Keeps what a judgement wants. Warns where the folder cannot be written.
  void remember(std::span<const trust::WantedSource> wanted, UtcSeconds now);

 private:
  std::string folder_;  // empty: none
  Level level_;
  std::shared_ptr<trust::TrustStore> store_ = std::make_shared<trust::TrustStore>();
  std::shared_ptr<trust::RevocationStore> revocation_ = std::make_shared<trust::RevocationStore>();
};

}  // namespace mdoc::cli
