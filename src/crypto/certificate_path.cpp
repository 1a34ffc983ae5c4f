#include "mdoc/crypto/certificate_path.hpp"

#include <algorithm>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "core/try.hpp"
#include "crypto/x509_impl.hpp"

namespace mdoc::crypto {
namespace {

using StoreContext = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
struct FreeStack {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }  // not the certificates
};
using Stack = std::unique_ptr<STACK_OF(X509), FreeStack>;
using Path = std::vector<const Certificate*>;

constexpr int security_level = 2;  // 112 bits: no SHA-1, no short keys

Error from_openssl(int code) noexcept {
  switch (code) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return Error{.code = Errc::expired, .native = code};
    case X509_V_ERR_CERT_NOT_YET_VALID: return Error{.code = Errc::not_yet_valid, .native = code};
    default: return Error{.code = Errc::chain_untrusted, .native = code};
  }
}

// How much a failed candidate tells about why there is no path.
int weight(const Error& error) noexcept {
  switch (error.code) {
    case Errc::expired:
    case Errc::not_yet_valid: return 3;  // the right path at the wrong time
    default: return error.native == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY ? 1 : 2;
  }
}

// Key identifiers are compared where both exist; OpenSSL refuses a path where they differ.
bool may_have_issued(const Certificate& issuer, const Certificate& certificate) noexcept {
  if (issuer.subject() != certificate.issuer()) return false;
  const auto wanted = certificate.authority_key_identifier();
  const auto present = issuer.subject_key_identifier();
  return !wanted || !present || std::ranges::equal(*wanted, *present);
}

// Walks over candidate paths, depth first, and has OpenSSL validate each one that reaches an anchor.
//
// OpenSSL could search by itself, but it takes the first issuer whose name and key identifier match
// and does not come back when that one's signature fails: one look-alike would hide the right one.
class Search {
 public:
  Search(std::span<const Certificate> intermediates, std::span<const Certificate> anchors,
         const CertificatePathOptions& options)
      : intermediates_(intermediates), anchors_(anchors), options_(options) {}

  Result<std::vector<Certificate>> run(const Certificate& leaf) {
    path_.push_back(&leaf);
    if (pinned(leaf) || extend()) {
      std::vector<Certificate> found;
      for (const Certificate* const certificate : path_) found.push_back(*certificate);
      return found;
    }
    return error_;
  }

 private:
  // A leaf that is an anchor itself is trusted as it stands.
  bool pinned(const Certificate& leaf) { return std::ranges::find(anchors_, leaf) != anchors_.end() && try_path(); }

  bool extend() {
    const Certificate& last = *path_.back();
    for (const Certificate& anchor : anchors_) {
      if (!may_have_issued(anchor, last)) continue;
      path_.push_back(&anchor);
      if (try_path()) return true;
      path_.pop_back();
    }
    if (path_.size() > options_.max_intermediates) return false;
    for (const Certificate& intermediate : intermediates_) {
      if (!may_have_issued(intermediate, last)) continue;
      if (std::ranges::any_of(path_, [&](const Certificate* used) { return *used == intermediate; })) continue;
      if (steps_ == 0) return false;
      --steps_;
      path_.push_back(&intermediate);
      if (extend()) return true;
      path_.pop_back();
    }
    return false;
  }

  bool try_path() {
    if (steps_ == 0) return false;
    --steps_;
    const auto valid = validate();
    if (!valid && weight(valid.error()) > weight(error_)) error_ = valid.error();
    return valid.has_value();
  }

  Result<void> validate() const {
    const ErrorQueueGuard guard;
    const StoreContext context(X509_STORE_CTX_new());
    const Stack untrusted(sk_X509_new_null());
    const Stack trusted(sk_X509_new_null());
    if (context == nullptr || untrusted == nullptr || trusted == nullptr) return backend_error();
    const auto x509 = [](const Certificate* certificate) { return certificate->impl().x509.get(); };
    for (std::size_t i = 1; i + 1 < path_.size(); ++i) {
      if (sk_X509_push(untrusted.get(), x509(path_[i])) == 0) return backend_error();
    }
    if (sk_X509_push(trusted.get(), x509(path_.back())) == 0 ||
        X509_STORE_CTX_init(context.get(), nullptr, x509(path_.front()), untrusted.get()) != 1) {
      return backend_error();
    }
    X509_STORE_CTX_set0_trusted_stack(context.get(), trusted.get());
    X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
    // An anchor is trusted because it was given, self-signed or not.
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(parameters, static_cast<int>(path_.size()));
    X509_VERIFY_PARAM_set_auth_level(parameters, security_level);
    X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_NO_CHECK_TIME);  // see check_dates()
    if (X509_verify_cert(context.get()) != 1) return from_openssl(X509_STORE_CTX_get_error(context.get()));
    return check_dates();
  }

  // Here rather than by OpenSSL, whose time_t ends in 2038 on some platforms.
  Result<void> check_dates() const {
    if (!options_.at) return {};
    for (const Certificate* const certificate : path_) {
      if (*options_.at < certificate->not_before()) return from_openssl(X509_V_ERR_CERT_NOT_YET_VALID);
      if (*options_.at > certificate->not_after()) return from_openssl(X509_V_ERR_CERT_HAS_EXPIRED);
    }
    return {};
  }

  std::span<const Certificate> intermediates_;
  std::span<const Certificate> anchors_;
  const CertificatePathOptions& options_;
  Path path_;
  int steps_ = 256;  // candidates in all: the peer chooses the intermediates, and could make them all alike
  Error error_ = from_openssl(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
};

}  // namespace

Result<std::vector<Certificate>> find_certificate_path(const Certificate& leaf,
                                                       std::span<const Certificate> intermediates,
                                                       std::span<const Certificate> anchors,
                                                       const CertificatePathOptions& options) {
  if (anchors.empty()) return Error{.code = Errc::no_trust_anchor};
  return Search(intermediates, anchors, options).run(leaf);
}

}  // namespace mdoc::crypto
