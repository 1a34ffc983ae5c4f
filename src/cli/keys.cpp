#include "cli/keys.hpp"

#include <sys/stat.h>

#include <optional>
#include <string_view>

#include <boost/json/parse.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"

namespace mdoc::cli {
namespace {

/// A key as JWK and COSE_Key have it.
struct RawKey {
  crypto::Curve curve{};
  Bytes x, y;
  std::optional<SecretBytes> d;
};

bool is_inline(const std::string& spec) {
  return spec == "-" || spec.starts_with("env:") || spec.starts_with("fd:") || spec.starts_with("hex:") ||
         spec.starts_with("b64:");
}

void warn_if_world_readable(const std::string& spec) {
  struct stat status {};
  if (is_inline(spec) || ::stat(spec.c_str(), &status) != 0) return;
  if ((status.st_mode & S_IROTH) != 0) {
    print_warning(spec + " is a private key that everybody may read; run: chmod 600 " + spec);
  }
}

Bytes load(const std::string& spec) {
  if (spec.starts_with("pkcs11:")) {
    throw Failure(ExitCode::usage, "keys in PKCS#11 tokens are not supported by this build");
  }
  if (spec.starts_with("hex:") || spec.starts_with("b64:")) return read_input(spec).bytes;
  return read_content(spec);
}

bool is_pem(ByteView content) { return as_text(content).find("-----BEGIN ") != std::string_view::npos; }

bool is_json(ByteView content) {
  const std::string_view text = as_text(content);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

RawKey from_jwk(ByteView content, const std::string& spec) {
  boost::system::error_code failure;
  const std::string_view text = as_text(content);
  const auto json = boost::json::parse(boost::json::string_view(text.data(), text.size()), failure);
  if (failure || !json.is_object()) throw Failure(ExitCode::unreadable, spec + " is not a JWK: no JSON object");
  const auto member = [&](std::string_view name) -> std::optional<std::string_view> {
    const auto* value = json.get_object().if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
  };
  const auto bytes = [&](std::string_view name) {
    return require(from_base64url(member(name).value_or("")), spec + ": JWK member \"" + std::string(name) + "\"");
  };
  const auto* curve = crypto::find_curve(member("crv").value_or(""));
  if (curve == nullptr) throw Failure(ExitCode::unreadable, spec + ": JWK with an unknown or missing \"crv\"");
  RawKey key{.curve = curve->curve, .x = bytes("x"), .y = bytes("y"), .d = {}};
  if (member("d")) key.d = SecretBytes::copy_of(bytes("d"));
  return key;
}

/// A COSE_Key that may hold a private part (RFC 9053, 7); the library's own decoder refuses that.
RawKey from_cose_key(ByteView content, const std::string& spec) {
  RawKey key;
  cbor::Reader reader(content);
  auto map = reader.enter_map();
  while (map.next()) {
    if (map.key() == -1) {
      const auto* curve = crypto::find_curve(require(reader.read_int(), spec + " is not a key"));
      if (curve == nullptr) throw Failure(ExitCode::unreadable, spec + ": COSE_Key on an unknown curve");
      key.curve = curve->curve;
    } else if (map.key() == -2 || map.key() == -3 || map.key() == -4) {
      const ByteView value = require(reader.read_bytes(), spec + " is not a key");
      if (map.key() == -2) key.x.assign(value.begin(), value.end());
      if (map.key() == -3) key.y.assign(value.begin(), value.end());
      if (map.key() == -4) key.d = SecretBytes::copy_of(value);
    }
  }
  require(map.finish(), spec + " is neither PEM, JWK nor COSE_Key");
  return key;
}

RawKey from_jwk_or_cose(ByteView content, const std::string& spec) {
  return is_json(content) ? from_jwk(content, spec) : from_cose_key(content, spec);
}

}  // namespace

crypto::PrivateKey load_private_key(const std::string& spec) {
  const Bytes content = load(spec);
  warn_if_world_readable(spec);
  if (is_pem(content)) return require(crypto::PrivateKey::from_pem(as_text(content)), "cannot use the key " + spec);
  const RawKey key = from_jwk_or_cose(content, spec);
  if (!key.d) throw Failure(ExitCode::unreadable, spec + " is a public key; a private key is needed here");
  return require(crypto::PrivateKey::import(key.curve, key.d->view()), "cannot use the key " + spec);
}

crypto::PublicKey load_public_key(const std::string& spec) {
  const Bytes content = load(spec);
  if (is_pem(content)) {
    const std::string_view text = as_text(content);
    if (text.find("PRIVATE KEY-----") != std::string_view::npos) {
      return require(crypto::PrivateKey::from_pem(text), "cannot use the key " + spec).public_key();
    }
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
      const auto certificates = require(crypto::Certificate::list_from_pem(text), "cannot read " + spec);
      return require(certificates.front().public_key(), "cannot use the key of " + spec);
    }
    return require(crypto::PublicKey::from_pem(text), "cannot use the key " + spec);
  }
  const RawKey key = from_jwk_or_cose(content, spec);
  return require(crypto::PublicKey::import(key.curve, key.x, key.y), "cannot use the key " + spec);
}

std::vector<crypto::Certificate> load_certificates(const std::string& spec) {
  const Bytes content = load(spec);
  if (is_pem(content)) {
    return require(crypto::Certificate::list_from_pem(as_text(content)), "cannot read certificates from " + spec);
  }
  return {require(crypto::Certificate::from_der(content), "cannot read a certificate from " + spec)};
}

}  // namespace mdoc::cli
