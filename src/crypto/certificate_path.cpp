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

// Walks over candidate paths, depth first, and has OpenSSL validate each one that is complete.
//
// OpenSSL could search by itself, but it takes the first issuer whose name and key identifier match
// and does not come back when that one's signature fails: one look-alike would hide the right one.
//
// From the anchors down, as the peer chooses everything else: look-alikes that sign each other are never reached. The
// first candidate is tried as it is, for it is nearly always the one, and OpenSSL verifies its signatures anyway; after
// that, a candidate grows only by certificates whose signature is known to be good.
class Search {
 public:
  Search(const Certificate& leaf, std::span<const Certificate> intermediates, std::span<const Certificate> anchors,
         std::size_t max_intermediates)
      : leaf_(leaf), intermediates_(intermediates), anchors_(anchors), max_intermediates_(max_intermediates) {}

  /// May be called for one time after the other: what was learnt about signatures is kept.
  Result<std::vector<Certificate>> run(std::optional<UtcSeconds> at) {
    at_ = at;
    error_ = from_openssl(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    if (is_anchor_itself() || search(Candidates::the_first) || search(Candidates::signed_ones)) {
      std::vector<Certificate> found;
      for (const Certificate* const certificate : path_) found.push_back(*certificate);
      return found;
    }
    return error_;
  }

 private:
  // A leaf that is an anchor itself is trusted as it stands.
  bool is_anchor_itself() {
    path_.assign(1, &leaf_);
    return std::ranges::find(anchors_, leaf_) != anchors_.end() && try_path();
  }

  enum class Candidates { the_first, signed_ones };

  bool search(Candidates candidates) {
    candidates_ = candidates;
    steps_ = max_steps;
    reached_ = true;
    for (std::size_t between = 0; reached_ && between <= max_intermediates_; ++between) {
      reached_ = false;
      if (any_anchor(between)) return true;
    }
    return false;
  }

  /// Over so many intermediates: from few to many, so that the nearest anchor is found first.
  bool any_anchor(std::size_t between) {
    return std::ranges::any_of(anchors_, [&](const Certificate& anchor) {
      down_.assign(1, &anchor);
      return descend(between);
    });
  }

  /// Goes on from the last certificate of down_.
  bool descend(std::size_t between) {
    const Certificate& issuer = *down_.back();
    if (between == 0) {
      reached_ = true;
      if (!issued(issuer, leaf_) || !take_step()) return false;
      path_.assign(1, &leaf_);
      path_.insert(path_.end(), down_.rbegin(), down_.rend());
      if (try_path()) return true;
      if (candidates_ == Candidates::the_first) steps_ = 0;
      return false;
    }
    for (const Certificate& next : intermediates_) {
      const bool used = std::ranges::any_of(down_, [&](const Certificate* above) { return *above == next; });
      if (used || !issued(issuer, next)) continue;
      if (!take_step()) return false;
      down_.push_back(&next);
      if (descend(between - 1)) return true;
      down_.pop_back();
    }
    return false;
  }

  bool take_step() {
    if (steps_ == 0) return false;
    --steps_;
    return true;
  }

  /// By name, key identifier and, but for the first candidate, signature.
  bool issued(const Certificate& issuer, const Certificate& certificate) {
    if (!may_have_issued(issuer, certificate)) return false;
    if (candidates_ == Candidates::the_first) return true;
    const auto known = std::ranges::find_if(
        edges_, [&](const Edge& edge) { return edge.issuer == &issuer && edge.certificate == &certificate; });
    const bool fits = known != edges_.end() ? known->fits : verify_edge(issuer, certificate);
    if (!fits) note(from_openssl(X509_V_ERR_CERT_SIGNATURE_FAILURE));
    return fits;
  }

  bool verify_edge(const Certificate& issuer, const Certificate& certificate) {
    const ErrorQueueGuard guard;
    EVP_PKEY* const key = X509_get0_pubkey(issuer.impl().x509.get());
    const bool fits = key != nullptr && X509_verify(certificate.impl().x509.get(), key) == 1;
    edges_.push_back({&issuer, &certificate, fits});
    return fits;
  }

  void note(const Error& error) {
    if (weight(error) > weight(error_)) error_ = error;
  }

  bool try_path() {
    const auto valid = validate();
    if (!valid) note(valid.error());
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
    if (!at_) return {};
    for (const Certificate* const certificate : path_) {
      if (*at_ < certificate->not_before()) return from_openssl(X509_V_ERR_CERT_NOT_YET_VALID);
      if (*at_ > certificate->not_after()) return from_openssl(X509_V_ERR_CERT_HAS_EXPIRED);
    }
    return {};
  }

  struct Edge {
    const Certificate* issuer;
    const Certificate* certificate;
    bool fits;
  };
  static constexpr int max_steps = 256;  // the peer chooses the intermediates, and could sign them all with each other

  const Certificate& leaf_;
  std::span<const Certificate> intermediates_;
  std::span<const Certificate> anchors_;
  const std::size_t max_intermediates_;
  std::optional<UtcSeconds> at_{};
  std::vector<Edge> edges_{};
  Path down_{};  // anchor first, without the leaf
  Path path_{};  // leaf first, anchor last
  Candidates candidates_{};
  int steps_ = 0;
  bool reached_ = false;  // some anchor leads over as many intermediates as are tried now
  Error error_{};
};

}  // namespace

Result<std::vector<Certificate>> find_certificate_path(const Certificate& leaf,
                                                       std::span<const Certificate> intermediates,
                                                       std::span<const Certificate> anchors,
                                                       const CertificatePathOptions& options) {
  if (anchors.empty()) return Error{.code = Errc::no_trust_anchor};
  Search search(leaf, intermediates, anchors, options.max_intermediates);
  Result<std::vector<Certificate>> found = Error{.code = Errc::chain_untrusted};
  for (const auto& at : options.at) {
    found = search.run(at);
    if (found || (found.error().code != Errc::expired && found.error().code != Errc::not_yet_valid)) break;
  }
  return found;
}

}  // namespace mdoc::crypto
