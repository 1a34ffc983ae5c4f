#include "mdoc/presentation/credential_store.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

#include "profile/single_use.hpp"

namespace mdoc::presentation {
namespace {

UtcSeconds end_of(const StoredCredential& copy) { return copy.credential.mso().validity_info.valid_until; }

/// Whether there is a use left for one more session.
bool has_uses_left(const StoredCredential& copy, const CopyPolicy& policy,
                   std::span<const profile::DocTypeProfile> profiles) {
  if (profile::is_single_use(profiles, copy.credential.doc_type().str())) return copy.uses == 0;
  return policy.uses_per_copy == 0 || copy.uses < policy.uses_per_copy || policy.reuse_when_used_up;
}

/// The one for the next session; null: none may be used.
const StoredCredential* next_copy(const StoredDocument& document, UtcSeconds now,
                                  std::span<const profile::DocTypeProfile> profiles) {
  const auto before = [](const StoredCredential& a, const StoredCredential& b) {
    return std::tuple(a.uses, end_of(a)) < std::tuple(b.uses, end_of(b));
  };
  const StoredCredential* next = nullptr;
  for (const StoredCredential& copy : document.copies) {
    if (copy.credential.is_valid_at(now) && (next == nullptr || before(copy, *next))) next = &copy;
  }
  return next != nullptr && has_uses_left(*next, document.policy, profiles) ? next : nullptr;
}

DocumentSupply supply_of(const StoredDocument& document, UtcSeconds now) {
  DocumentSupply supply{.document_id = document.id};
  for (const StoredCredential& copy : document.copies) {
    if (!copy.credential.is_valid_at(now)) continue;
    ++supply.valid;
    if (copy.uses == 0) ++supply.unused;
    supply.valid_until = std::max(supply.valid_until.value_or(end_of(copy)), end_of(copy));
  }
  return supply;
}

}  // namespace

ChosenCredentials choose_credentials(std::span<const StoredDocument> documents, UtcSeconds now,
                                     std::span<const profile::DocTypeProfile> profiles) {
  ChosenCredentials chosen;
  for (const StoredDocument& document : documents) {
    DocumentSupply& supply = chosen.supplies.emplace_back(supply_of(document, now));
    if (const StoredCredential* const next = next_copy(document, now, profiles)) {
      supply.usable = true;
      chosen.credentials.push_back(next->credential);
    } else if (supply.valid == 0 && !document.copies.empty()) {
      chosen.credentials.push_back(std::ranges::max_element(document.copies, {}, end_of)->credential);
    }
  }
  return chosen;
}

struct MemoryCredentialStore::Impl {
  explicit Impl(std::span<const profile::DocTypeProfile> known) noexcept : profiles(known) {}

  const std::span<const profile::DocTypeProfile> profiles;
  std::mutex mutex;
  std::vector<StoredDocument> documents;
  std::map<std::string, std::string, std::less<>> last_sessions;  // by credential: who used it last, if that was told

  auto find(std::string_view document_id) { return std::ranges::find(documents, document_id, &StoredDocument::id); }

  /// Null: there is none.
  StoredCredential* find_copy(std::string_view id) {
    for (StoredDocument& document : documents) {
      for (StoredCredential& copy : document.copies) {
        if (copy.credential.id() == id) return &copy;
      }
    }
    return nullptr;
  }

  /// It has no use left, and this is not the session that had the last one.
  [[nodiscard]] bool is_used_up(const StoredCredential& copy, const CredentialUse& use) const {
    if (use.session.empty()) return false;
    const auto last = last_sessions.find(use.credential_id);
    if (last != last_sessions.end() && last->second == use.session) return false;
    const auto document = std::ranges::find_if(documents, [&copy](const StoredDocument& each) {
      return std::ranges::any_of(each.copies, [&copy](const StoredCredential& one) { return &one == &copy; });
    });
    return document != documents.end() && !has_uses_left(copy, document->policy, profiles);
  }

  /// Of all documents: one key serves one mechanism, whichever credential on it is shown (9.1.3.1).
  std::vector<Credential*> on_key(const crypto::KeyRef& key) {
    std::vector<Credential*> found;
    for (StoredDocument& document : documents) {
      for (StoredCredential& copy : document.copies) {
        if (copy.credential.device_key() == key) found.push_back(&copy.credential);
      }
    }
    return found;
  }

  /// What was recorded since whoever puts `document` in took its snapshot.
  void keep_recorded(StoredDocument& document) {
    for (StoredCredential& copy : document.copies) {
      if (const StoredCredential* const known = find_copy(copy.credential.id())) {
        copy.uses = std::max(copy.uses, known->uses);
      }
      if (copy.credential.method()) continue;
      for (const Credential* const other : on_key(copy.credential.device_key())) {
        if (other->method()) copy.credential.reserve_for(*other->method());
      }
    }
  }

  /// What its credentials reserve holds for those that are here on the same keys.
  void reserve_keys_of(const StoredDocument& document) {
    for (const StoredCredential& copy : document.copies) {
      if (!copy.credential.method()) continue;
      for (Credential* const other : on_key(copy.credential.device_key())) {
        if (!other->method()) other->reserve_for(*copy.credential.method());
      }
    }
  }
};

MemoryCredentialStore::MemoryCredentialStore(std::span<const profile::DocTypeProfile> profiles)
    : impl_(std::make_unique<Impl>(profiles)) {}
MemoryCredentialStore::~MemoryCredentialStore() = default;

Result<void> MemoryCredentialStore::put(StoredDocument document) {
  const std::scoped_lock lock(impl_->mutex);
  std::set<std::string_view> ids;
  for (const StoredDocument& other : impl_->documents) {
    if (other.id == document.id) continue;
    for (const StoredCredential& copy : other.copies) ids.insert(copy.credential.id());
  }
  for (const StoredCredential& copy : document.copies) {
    if (copy.credential.id().empty() || !ids.insert(copy.credential.id()).second) {
      return Error{.code = Errc::bad_argument, .where = Path("StoredDocument") / "copies"};
    }
  }
  impl_->keep_recorded(document);
  impl_->reserve_keys_of(document);
  const auto known = impl_->find(document.id);
  if (known == impl_->documents.end()) {
    impl_->documents.push_back(std::move(document));
  } else {
    *known = std::move(document);
  }
  return {};
}

Result<void> MemoryCredentialStore::remove(std::string_view document_id) {
  const std::scoped_lock lock(impl_->mutex);
  const auto known = impl_->find(document_id);
  if (known == impl_->documents.end()) return Error{.code = Errc::key_not_found, .where = "StoredDocument"};
  for (const StoredCredential& copy : known->copies) impl_->last_sessions.erase(copy.credential.id());
  impl_->documents.erase(known);
  return {};
}

Result<std::vector<StoredDocument>> MemoryCredentialStore::documents() {
  const std::scoped_lock lock(impl_->mutex);
  return impl_->documents;
}

Result<void> MemoryCredentialStore::record_use(const CredentialUse& use) {
  const std::scoped_lock lock(impl_->mutex);
  StoredCredential* const used = impl_->find_copy(use.credential_id);
  if (used == nullptr) return Error{.code = Errc::key_not_found, .where = "CredentialUse"};
  const std::vector<Credential*> on_its_key = impl_->on_key(used->credential.device_key());
  const bool reserved = std::ranges::any_of(on_its_key, [&](const Credential* credential) {
    return credential->method() && *credential->method() != use.method;
  });
  if (reserved) return Error{.code = Errc::wrong_key_use, .where = "CredentialUse"};
  if (impl_->is_used_up(*used, use)) return Error{.code = Errc::refused, .where = "CredentialUse"};
  for (Credential* const credential : on_its_key) credential->reserve_for(use.method);
  impl_->last_sessions.insert_or_assign(use.credential_id, use.session);
  if (used->uses < std::numeric_limits<std::uint32_t>::max()) ++used->uses;
  return {};
}

}  // namespace mdoc::presentation
