#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/strong.hpp"
#include "mdoc/core/time.hpp"
#include "mdoc/presentation/credential.hpp"
#include "mdoc/profile/doc_type_profile.hpp"

/// @file
/// What a wallet holds: documents, and of each several credentials. Issuers deliver a document as a batch of
/// credentials that have different keys, digests and signatures, so that two readers cannot tell that they met the same
/// person (ISO/IEC 18013-5, second edition, E.9). Which one goes to the next reader is decided here.
///
///     auto chosen = choose_credentials(store.documents().value(), now);
///     auto holder = Holder::create(std::move(chosen.credentials), methods, rng, now);
///     for (const auto& supply : chosen.supplies) if (supply.unused < 3) ask_issuer_for_more(supply.document_id);

namespace mdoc::presentation {

/// How the credentials of one document are used up. Where the profile of its docType has each credential shown once
/// (MsoPolicy::single_use), that comes before the policy.
struct CopyPolicy {
  /// Sessions that one credential serves: 1 for one-time credentials, more for rotation; 0: any number.
  std::uint32_t uses_per_copy = 0;
  /// When all are used up: whether the least used one serves again, by which readers can link presentations, or the
  /// document stays in the wallet until the issuer has sent more.
  bool reuse_when_used_up = false;
};

/// One credential of a document, and how many sessions it has served.
struct StoredCredential {
  Credential credential;
  std::uint32_t uses = 0;
};

/// One document of the wallet.
struct StoredDocument {
  std::string id{};  ///< the wallet's own name for it
  CopyPolicy policy{};
  std::vector<StoredCredential> copies{};
};

/// How far a document will last.
struct DocumentSupply {
  std::string document_id{};
  std::size_t valid = 0;                    ///< credentials that are valid now
  std::size_t unused = 0;                   ///< of these, those that no reader has seen
  bool usable = false;                      ///< one of them was chosen
  std::optional<UtcSeconds> valid_until{};  ///< the last end of validity among the valid ones
};

struct ChosenCredentials {
  std::vector<Credential> credentials{};   ///< one of each document, where it has any
  std::vector<DocumentSupply> supplies{};  ///< of each document, in order
};

/// Chooses for each document the credential for the next session: valid now, with uses left, of those the least used,
/// of those the one that ends first. Where none is valid, the one that ends last stands for its document, and match()
/// says why it cannot be used. Pure: it records nothing.
/// @param profiles what is known of docTypes
[[nodiscard]] MDOC_EXPORT ChosenCredentials
choose_credentials(std::span<const StoredDocument> documents, UtcSeconds now,
                   std::span<const profile::DocTypeProfile> profiles = profile::doc_types());

/// Where a wallet keeps its documents. Implemented by the wallet over its own storage, or MemoryCredentialStore.
/// Thread-safe; blocking, so drivers call it on a worker thread.
class MDOC_EXPORT CredentialStore {
 public:
  virtual ~CredentialStore() = default;

  /// A snapshot of all documents. @return as the storage fails
  [[nodiscard]] virtual Result<std::vector<StoredDocument>> documents() = 0;
  /// Counts one use of a credential and reserves its key, for all credentials on that key, durably before it returns:
  /// of a use that is forgotten, the credential would go to a second reader. Called before the device key is used, once
  /// for each session, and again where that use failed, so that one session counts as several at worst; where it fails,
  /// the key is not used.
  ///
  /// Sessions at the same time may have been given the same credential. Where its policy or profile leaves it no more
  /// uses, the first one that gets here has it: any other CredentialUse::session is refused.
  /// @return usage/key_not_found: no such credential; usage/wrong_key_use: its key is reserved for the other method;
  ///         denied/refused: used up by another session
  [[nodiscard]] virtual Result<void> record_use(const CredentialUse& use) = 0;
};

/// Documents in memory, for tests and for wallets that store them by other means.
class MDOC_EXPORT MemoryCredentialStore final : public CredentialStore {
 public:
  /// @param profiles what is known of docTypes; borrowed
  explicit MemoryCredentialStore(std::span<const profile::DocTypeProfile> profiles = profile::doc_types());
  ~MemoryCredentialStore() override;
  MemoryCredentialStore(const MemoryCredentialStore&) = delete;
  MemoryCredentialStore& operator=(const MemoryCredentialStore&) = delete;

  /// Puts a document in, in the place of one with its id: a refilled batch. Uses and reservations that were recorded
  /// before stay, so that nothing is lost that came after the snapshot from which the batch was made; remove() forgets.
  /// @return usage/bad_argument: a credential without id, or with the id of another one
  [[nodiscard]] Result<void> put(StoredDocument document);
  /// @return usage/key_not_found
  [[nodiscard]] Result<void> remove(std::string_view document_id);

  [[nodiscard]] Result<std::vector<StoredDocument>> documents() override;
  [[nodiscard]] Result<void> record_use(const CredentialUse& use) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mdoc::presentation
