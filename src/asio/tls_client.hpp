#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>

#include "mdoc/asio/net.hpp"
#include "mdoc/asio/tls_anchors.hpp"
#include "mdoc/asio/url.hpp"
#include "mdoc/core/result.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::asio {

/// Shared by connections, of several threads too: OpenSSL locks what it changes.
struct TlsAnchors::Impl {
  net::ssl::context context;
};

using TlsStream = net::ssl::stream<net::ip::tcp::socket>;

/// Tells a stream whom it will speak to, before the handshake. @return internal/crypto_backend
[[nodiscard]] Result<void> expect_server(TlsStream& stream, const Url& url, UtcSeconds now);

/// Why a handshake failed. The certificate: untrusted/expired, not_yet_valid, subject_mismatch (another name),
/// chain_untrusted; everything else is transport/connect_failed. `native` is OpenSSL's verification result, or its
/// error.
[[nodiscard]] Error handshake_error(TlsStream& stream, const boost::system::error_code& error);

}  // namespace mdoc::asio
