#include "mdoc/crypto/software_key_provider.hpp"

#include <map>
#include <mutex>

#include "core/try.hpp"
#include "mdoc/crypto/agree.hpp"

namespace mdoc::crypto {

struct SoftwareKeyProvider::Impl {
  struct Entry {
    std::shared_ptr<const PrivateKey> key;  // shared with operations that run while it is removed
    KeyUse use;
  };
  std::mutex mutex;
  std::map<KeyRef, Entry> entries;

  Result<std::shared_ptr<const PrivateKey>> find(const KeyRef& name) {
    const std::lock_guard lock(mutex);
    const auto entry = entries.find(name);
    if (entry == entries.end()) return Error{.code = Errc::key_not_found};
    return entry->second.key;
  }

  // The first use decides: from then on the key does nothing else (one key, one mechanism).
  Result<void> reserve(const KeyRef& name, KeyUse wanted) {
    const std::lock_guard lock(mutex);
    const auto entry = entries.find(name);
    if (entry == entries.end()) return Error{.code = Errc::key_not_found};
    KeyUse& use = entry->second.use;
    if (use == KeyUse::first_use) use = wanted;
    if (use != wanted) return Error{.code = Errc::wrong_key_use};
    return {};
  }
};

SoftwareKeyProvider::SoftwareKeyProvider() : impl_(std::make_unique<Impl>()) {}
SoftwareKeyProvider::~SoftwareKeyProvider() = default;

Result<void> SoftwareKeyProvider::add(const KeyRef& name, PrivateKey key, KeyUse use) {
  const CurveInfo& curve = info(key.curve());
  if ((use == KeyUse::sign && !curve.can_sign()) || (use == KeyUse::agree && !curve.can_agree)) {
    return Error{.code = Errc::wrong_key_use};
  }
  auto shared = std::make_shared<const PrivateKey>(std::move(key));
  const std::lock_guard lock(impl_->mutex);
  if (!impl_->entries.try_emplace(name, Impl::Entry{std::move(shared), use}).second) {
    return Error{.code = Errc::bad_argument};
  }
  return {};
}

Result<void> SoftwareKeyProvider::remove(const KeyRef& name) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->entries.erase(name) == 0) return Error{.code = Errc::key_not_found};
  return {};
}

Result<KeyUse> SoftwareKeyProvider::use(const KeyRef& name) const {
  const std::lock_guard lock(impl_->mutex);
  const auto entry = impl_->entries.find(name);
  if (entry == impl_->entries.end()) return Error{.code = Errc::key_not_found};
  return entry->second.use;
}

Result<EcPublicKey> SoftwareKeyProvider::public_key(const KeyRef& key) {
  MDOC_TRY(const auto found, impl_->find(key));
  return found->public_key().coordinates();
}

// A request that cannot succeed does not use up the choice of use: checks come before reserve().

Result<Signature> SoftwareKeyProvider::sign(const SignRequest& request) {
  MDOC_TRY(const auto key, impl_->find(request.key));
  if (signature_algorithm(key->curve()) != request.algorithm) return Error{.code = Errc::algorithm_mismatch};
  MDOC_CHECK(impl_->reserve(request.key, KeyUse::sign));
  return crypto::sign(*key, request.algorithm, request.message);
}

Result<SecretBytes> SoftwareKeyProvider::agree(const AgreeRequest& request) {
  MDOC_TRY(const auto key, impl_->find(request.key));
  MDOC_TRY(const PublicKey peer, PublicKey::import(request.peer));
  if (peer.curve() != key->curve() || !info(key->curve()).can_agree) return Error{.code = Errc::algorithm_mismatch};
  MDOC_CHECK(impl_->reserve(request.key, KeyUse::agree));
  return crypto::agree(*key, peer);
}

}  // namespace mdoc::crypto
