#include "mdoc/asio/key_worker.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace mdoc::asio {
namespace {

net::awaitable<Result<crypto::KeyResponse>> use_key(std::shared_ptr<crypto::KeyProvider> provider,
                                                    crypto::KeyRequest request, std::function<Result<void>()> before) {
  if (before) {
    if (const auto done = before(); !done) co_return done.error();
  }
  co_return crypto::answer(*provider, request);
}

net::awaitable<Result<Bytes>> make_proof(presentation::ZkProofRequest request) {
  co_return presentation::prove(request);
}

}  // namespace

KeyWorker::KeyWorker(std::shared_ptr<crypto::KeyProvider> provider) : provider_(std::move(provider)) {}

KeyWorker::~KeyWorker() { thread_.join(); }

net::awaitable<Result<crypto::KeyResponse>> KeyWorker::use(crypto::KeyRequest request) {
  return use(std::move(request), {});
}

net::awaitable<Result<crypto::KeyResponse>> KeyWorker::use(crypto::KeyRequest request,
                                                           std::function<Result<void>()> before) {
  return net::co_spawn(thread_, use_key(provider_, std::move(request), std::move(before)), net::use_awaitable);
}

net::awaitable<Result<Bytes>> KeyWorker::prove(presentation::ZkProofRequest request) {
  return net::co_spawn(thread_, make_proof(std::move(request)), net::use_awaitable);
}

}  // namespace mdoc::asio
