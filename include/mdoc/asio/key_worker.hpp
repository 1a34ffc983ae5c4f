#pragma once

#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>

#include "mdoc/asio/net.hpp"
#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/key_provider.hpp"
#include "mdoc/presentation/zk_prover.hpp"

namespace mdoc::asio {

/// Runs the blocking operations of a KeyProvider, and of provers, on a thread of its own, one at a time: a key may
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
  /// Has a prover work on the same thread: one proof at a time is as much memory as a device has to spare.
  /// @return as presentation::ZkProver::prove()
  [[nodiscard]] net::awaitable<Result<Bytes>> prove(presentation::ZkProofRequest request);

 private:
  std::shared_ptr<crypto::KeyProvider> provider_;
  net::thread_pool thread_{1};
};

}  // namespace mdoc::asio
