#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "mdoc/core/export.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/crypto/certificate.hpp"

namespace mdoc::asio {

/// The certificates that servers of HTTPS are verified against.
///
/// A type of its own, as trust is separate for each purpose: anchors of documents, readers or lists never vouch for a
/// web server, nor the other way round. One that was default-constructed is empty, and trusts no server at all: there
/// is no store that is used because nobody has said which. Immutable; a copy shares the anchors, and may be used from
/// several threads.
///
/// The connections have TLS 1.2 or 1.3 with forward secrecy and authenticated encryption. A server is verified by the
/// name or address in the URL, which has to be among the subject alternative names of its certificate.
class MDOC_EXPORT TlsAnchors {
 public:
  TlsAnchors() = default;
  /// Each certificate is an anchor as it stands, whether it is self-signed or not; so also that of one server.
  /// @return usage/bad_argument: there is none; internal/crypto_backend
  [[nodiscard]] static Result<TlsAnchors> of(std::span<const crypto::Certificate> certificates);
  /// Those of a text, e.g. of a bundle of a platform. @return further as Certificate::list_from_pem()
  [[nodiscard]] static Result<TlsAnchors> from_pem(std::string_view pem);
  /// The store of the operating system, as OpenSSL was told to find it (its environment variables SSL_CERT_FILE and
  /// SSL_CERT_DIR count). Reads files; keep it for all fetches. @return internal/crypto_backend
  [[nodiscard]] static Result<TlsAnchors> system();

  [[nodiscard]] bool empty() const noexcept { return !impl_; }

  struct Impl;  ///< of this layer
  [[nodiscard]] const std::shared_ptr<Impl>& impl() const noexcept { return impl_; }

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace mdoc::asio
