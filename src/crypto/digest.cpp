#include "mdoc/crypto/digest.hpp"

#include <array>

#include "crypto/openssl.hpp"

namespace mdoc::crypto {
namespace {

struct Row {
  DigestAlgorithm algorithm;
  std::string_view name;
};
constexpr std::array rows{
    Row{DigestAlgorithm::sha256, "SHA-256"},
    Row{DigestAlgorithm::sha384, "SHA-384"},
    Row{DigestAlgorithm::sha512, "SHA-512"},
};

}  // namespace

std::string_view name(DigestAlgorithm algorithm) noexcept {
  for (const Row& row : rows) {
    if (row.algorithm == algorithm) return row.name;
  }
  return "unknown";
}

std::optional<DigestAlgorithm> digest_algorithm(std::string_view name) noexcept {
  for (const Row& row : rows) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

struct Hasher::Context {
  DigestContext context;
  bool failed = false;
};

Hasher::Hasher(DigestAlgorithm algorithm) : context_(std::make_unique<Context>()), algorithm_(algorithm) {
  const ErrorQueueGuard guard;
  context_->context.reset(EVP_MD_CTX_new());
  const EVP_MD* const md = fetched(algorithm);
  context_->failed =
      context_->context == nullptr || md == nullptr || EVP_DigestInit_ex2(context_->context.get(), md, nullptr) != 1;
}

Hasher::Hasher(Hasher&& other) noexcept = default;
Hasher& Hasher::operator=(Hasher&& other) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(ByteView part) noexcept {
  if (context_ == nullptr || context_->failed) return;
  // No ErrorQueueGuard, which would cost as much as hashing a short part: with the context of a fetched
  // hash, initialised and not finished, nothing on this way puts an error into the queue.
  context_->failed = EVP_DigestUpdate(context_->context.get(), part.data(), part.size()) != 1;
}

Result<Digest> Hasher::finish() {
  const ErrorQueueGuard guard;
  if (context_ == nullptr || context_->failed) return backend_error();
  EVP_MD_CTX* const context = context_->context.get();
  Digest result;
  const bool finished = EVP_DigestFinal_ex(context, result.resize(digest_size(algorithm_)).data(), nullptr) == 1;
  context_->failed = EVP_DigestInit_ex2(context, nullptr, nullptr) != 1;  // ready for the next message
  if (!finished) return backend_error();
  return result;
}

Result<Digest> digest(DigestAlgorithm algorithm, const MessageParts& message) {
  const ErrorQueueGuard guard;
  const EVP_MD* const md = fetched(algorithm);
  const DigestContext context(EVP_MD_CTX_new());
  if (context == nullptr || md == nullptr || EVP_DigestInit_ex2(context.get(), md, nullptr) != 1) {
    return backend_error();
  }
  for (const ByteView part : message.parts()) {
    if (EVP_DigestUpdate(context.get(), part.data(), part.size()) != 1) return backend_error();
  }
  Digest result;
  if (EVP_DigestFinal_ex(context.get(), result.resize(digest_size(algorithm)).data(), nullptr) != 1) {
    return backend_error();
  }
  return result;
}

}  // namespace mdoc::crypto
