#include "asio/tls_client.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/try.hpp"

namespace mdoc::asio {
namespace {

Error backend_error() { return {.code = Errc::crypto_backend, .where = "tls"}; }

Result<std::shared_ptr<TlsAnchors::Impl>> make_impl() {
  constexpr int security_level = 2;  // 112 bits: no RSA below 2048 bits, no SHA-1
  constexpr int max_chain = 8;
  constexpr std::array<unsigned char, 9> protocols{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};  // ALPN (RFC 7301)
  try {
    auto impl = std::make_shared<TlsAnchors::Impl>(TlsAnchors::Impl{net::ssl::context(net::ssl::context::tls_client)});
    SSL_CTX* context = impl->context.native_handle();
    impl->context.set_verify_mode(net::ssl::verify_peer);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_security_level(context, security_level);
    SSL_CTX_set_verify_depth(context, max_chain);
    const bool done = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                      SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
                      SSL_CTX_set_alpn_protos(context, protocols.data(), protocols.size()) == 0;
    if (!done) return backend_error();
    return impl;
  } catch (const boost::system::system_error&) {
    return backend_error();
  }
}

struct FreeX509 {
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
};

}  // namespace

Result<TlsAnchors> TlsAnchors::of(std::span<const crypto::Certificate> certificates) {
  if (certificates.empty()) return Error{.code = Errc::bad_argument, .where = "TlsAnchors"};
  TlsAnchors anchors;
  MDOC_TRY(anchors.impl_, make_impl());
  X509_STORE* store = SSL_CTX_get_cert_store(anchors.impl_->context.native_handle());
  for (const crypto::Certificate& certificate : certificates) {
    const ByteView der = certificate.der();
    const unsigned char* bytes = der.data();
    const std::unique_ptr<X509, FreeX509> parsed(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    if (!parsed || X509_STORE_add_cert(store, parsed.get()) != 1) return backend_error();
  }
  if (X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) != 1) return backend_error();
  return anchors;
}

Result<TlsAnchors> TlsAnchors::from_pem(std::string_view pem) {
  MDOC_TRY(const auto certificates, crypto::Certificate::list_from_pem(pem));
  return of(certificates);
}

Result<TlsAnchors> TlsAnchors::system() {
  TlsAnchors anchors;
  MDOC_TRY(anchors.impl_, make_impl());
  if (SSL_CTX_set_default_verify_paths(anchors.impl_->context.native_handle()) != 1) return backend_error();
  return anchors;
}

Result<void> expect_server(TlsStream& stream, const Url& url, UtcSeconds now) {
  SSL* tls = stream.native_handle();
  const std::string& host = url.host();
  boost::system::error_code no_address;
  (void)net::ip::make_address(host, no_address);
  X509_VERIFY_PARAM* param = SSL_get0_param(tls);
  X509_VERIFY_PARAM_set_time(param, static_cast<std::time_t>(now.time_since_epoch().count()));
  // The common name of a subject is no host name (RFC 9525, 6.3); a wildcard stands for one whole label.
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const bool done = no_address ? X509_VERIFY_PARAM_set1_host(param, host.data(), host.size()) == 1 &&
                                     SSL_set_tlsext_host_name(tls, host.c_str()) == 1
                               : X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str()) == 1;
  if (!done) return backend_error();
  return {};
}

Error handshake_error(TlsStream& stream, const boost::system::error_code& error) {
  const Path where = Path("fetch") / "tls";
  const long verified = SSL_get_verify_result(stream.native_handle());
  const auto untrusted = [&](Errc code) {
    return Error{.code = code, .where = where / "certificate", .native = static_cast<std::int32_t>(verified)};
  };
  switch (verified) {
    case X509_V_OK: return {.code = Errc::connect_failed, .where = where, .native = error.value()};
    case X509_V_ERR_CERT_HAS_EXPIRED: return untrusted(Errc::expired);
    case X509_V_ERR_CERT_NOT_YET_VALID: return untrusted(Errc::not_yet_valid);
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return untrusted(Errc::subject_mismatch);
    default: return untrusted(Errc::chain_untrusted);
  }
}

}  // namespace mdoc::asio
