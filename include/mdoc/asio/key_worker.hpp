#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/key_provider.hpp"

namespace mdoc::asio {

/// Runs the blocking operations of a KeyProvider on a thread of its own, one at a time: a key may
/// ask its owner first, and the event loop must not wait for that.
///
/// Thread-safe. Destruction waits for the operations that were begun; destroy it before the
/// execution contexts that use it.
class MDOC_EXPORT KeyWorker {
 public:
  /// @param provider not null
  explicit KeyWorker(std::shared_ptr<crypto::KeyProvider> provider);
  KeyWorker(const KeyWorker&) = delete;
  KeyWorker& operator=(const KeyWorker&) = delete;
  ~KeyWorker();

  /// Completes on the executor of the coroutine that waits. An operation that has begun cannot be
  /// cancelled. @return as KeyProvider::sign() and agree()
  [[nodiscard]] net::awaitable<Result<crypto::KeyResponse>> use(crypto::KeyRequest request);
  /// The same after `before`, on the same thread; where that fails, the key is not used, and its error comes back.
  [[nodiscard]] net::awaitable<Result<crypto::KeyResponse>> use(crypto::KeyRequest request,
                                                                std::function<Result<void>()> before);

 private:
  std::shared_ptr<crypto::KeyProvider> provider_;
  net::thread_pool thread_{1};
};

}  // namespace mdoc::asio
