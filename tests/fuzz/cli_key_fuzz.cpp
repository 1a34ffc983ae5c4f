// Any bytes as the content of a KEY of the tool: PEM, a JWK, a COSE_Key, and text of these. What is taken in one role
// is the same key in the others, and that which the library writes of it.

#include <cstdint>

#include "cli/keys.hpp"
#include "fuzz/cli_checks.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"

namespace {

using namespace mdoc;  // NOLINT(google-build-using-namespace)
using fuzz::accepted;
using fuzz::input_name;
using fuzz::require;

/// The public key in EReaderKeyBytes.
std::optional<crypto::PublicKey> key_in(const Bytes& ephemeral) {
  cbor::Reader reader(SharedBytes::copy_of(ephemeral), {}, "EReaderKeyBytes");
  const auto decoded = engagement::read_e_reader_key_bytes(reader);
  require(decoded.has_value() && reader.finish().has_value());
  const auto key = crypto::PublicKey::import(decoded->value().coordinates());
  return key ? std::optional(*key) : std::nullopt;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView content(data, size);
  const auto public_key = accepted([&] { return cli::public_key_from(content, input_name); });
  const auto private_key = accepted([&] { return cli::private_key_from(content, input_name); });
  const auto ephemeral = accepted([&] { return cli::ephemeral_key_bytes_from(content, input_name); });
  if (private_key) {
    require(public_key == private_key->public_key());
    const SecretBytes pem = private_key->pem().value();
    require(cli::private_key_from(pem.view(), input_name).public_key() == public_key);
  }
  if (public_key) {
    require(cli::public_key_from(as_bytes(public_key->pem()), input_name) == *public_key);
  }
  if (ephemeral) {
    const auto key = key_in(*ephemeral);
    if (key && public_key) require(*key == *public_key);
    require(cli::ephemeral_key_bytes_from(*ephemeral, input_name) == *ephemeral);
  }
  return 0;
}
