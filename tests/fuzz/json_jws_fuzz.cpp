// Any text as a JWS. What is taken has one text only, keeps its bytes, and verifies with no key of ours.

#include <cstdint>

#include "fuzz/json_checks.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/jws.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::require;

/// The key of a scalar that is no secret: one.
const crypto::PublicKey& some_key(crypto::Curve curve) {
  const auto make = [](crypto::Curve of) {
    Bytes scalar(crypto::info(of).coordinate_size);
    scalar.back() = 1;
    return crypto::PrivateKey::import(of, scalar).value().public_key();
  };
  static const crypto::PublicKey p256 = make(crypto::Curve::p256);
  static const crypto::PublicKey ed25519 = make(crypto::Curve::ed25519);
  return curve == crypto::Curve::p256 ? p256 : ed25519;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input{data, size};
  const auto jws = json::decode_jws(as_text(input));
  if (!jws) {
    fuzz::require_place(jws.error(), size);
    return 0;
  }
  require(fuzz::same(jws->encoded().view(), input));
  require(fuzz::inside(jws->encoded().view(), jws->signing_input()));
  require(as_text(jws->signing_input()) ==
          to_base64url(jws->header_json().view()) + '.' + to_base64url(jws->payload().view()));
  require(jws->header().x5c.size() <= DecodeLimits{}.max_certificates);
  const fuzz::bj::value parsed = fuzz::parsed(as_text(jws->header_json().view()));
  const auto& header = parsed.as_object();
  require(header.contains("alg"));
  require(jws->header().typ.has_value() == header.contains("typ"));
  require(!jws->verify(some_key(crypto::Curve::p256)) && !jws->verify(some_key(crypto::Curve::ed25519)));
  return 0;
}
