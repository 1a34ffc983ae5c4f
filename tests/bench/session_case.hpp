#pragma once

#include <utility>

#include "bench/floors.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/session/session_cipher.hpp"

namespace mdoc::bench {

/// Both ends of a session, and the first message of the mdoc.
struct SessionCase {
  explicit SessionCase(Bytes message) : plaintext(std::move(message)) {
    iv[7] = iv[11] = 1;  // of the mdoc, first message (ISO/IEC 18013-5:2021, 9.1.1.5)
    sealed = end(session::Role::mdoc).encrypt(plaintext).value();
  }

  static session::SessionCipher end(session::Role role) {
    session::SessionKeys keys{.sk_reader = SecretBytes::copy_of(Bytes(32, 1)),
                              .sk_device = SecretBytes::copy_of(Bytes(32, 2))};
    return session::SessionCipher::create(role, std::move(keys)).value();
  }
  /// A cipher opens each message once.
  void renew_reader() { reader = end(session::Role::mdoc_reader); }
  void open_floor() { Floor::open(bare_cipher.get(), iv, sealed, bare_output); }

  Bytes plaintext, sealed, bare_output;
  Bytes iv = Bytes(12);
  session::SessionCipher device = end(session::Role::mdoc);
  session::SessionCipher reader = end(session::Role::mdoc_reader);
  CipherContext bare_cipher = Floor::cipher(Bytes(32, 2));
};

}  // namespace mdoc::bench
