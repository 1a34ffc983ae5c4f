#include "cli/keys.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "cli/output.hpp"
#include "cli/private_content.hpp"
#include "cli/structure.hpp"
#include "cli/token_keys.hpp"
#include "core/wiper.hpp"
#include "mdoc/cbor/reader.hpp"
#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/secret.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/engagement/ephemeral_key.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {
namespace {

constexpr std::string_view needed_key =
    "an EC key is needed, on P-256, P-384, P-521 or a brainpool curve, or one of Ed25519, Ed448, X25519 or X448";

/// require() for a key. One that is not of these curves may be of RSA, which the error does not tell.
template <class T>
T require_key(Result<T> key, const std::string& failed) {
  if (!key && key.error().code == Errc::unsupported_curve) {
    throw Failure(ExitCode::unreadable, failed +
                                            ": an EC key is needed, on P-256, P-384, P-521 or a brainpool curve, "
                                            "or one of Ed25519, Ed448, X25519 or X448");
  }
  return require(std::move(key), failed);
}

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

/// What stands between "-----BEGIN " and "-----": "CERTIFICATE", "EC PRIVATE KEY".
std::string pem_label(ByteView content) {
  constexpr std::string_view begin = "-----BEGIN ";
  constexpr std::size_t longest = 40;
  std::string_view text = as_text(content);
  text.remove_prefix(std::min(text.find(begin), text.size() - begin.size()) + begin.size());
  return json::printable(text.substr(0, std::min(text.find("-----"), longest)));
}

/// One ASN.1 SEQUENCE from beginning to end, which no CBOR structure of these protocols looks like.
bool is_der(ByteView content) {
  constexpr std::uint8_t sequence = 0x30;
  if (content.size() < 4 || content[0] != sequence) return false;
  if (content[1] < 0x80) return content.size() == std::size_t{2} + content[1];
  if (content[1] == 0x81) return content.size() == std::size_t{3} + content[2];
  return content[1] == 0x82 && content.size() == std::size_t{4} + std::size_t{content[2]} * 256 + content[3];
}

/// What content that is not what was wanted holds: "holds a CERTIFICATE", "is IssuerSigned"; empty where nobody
/// can tell.
std::string found_in(ByteView content) {
  if (is_pem(content)) {
    const std::string label = pem_label(content);
    const bool vowel = !label.empty() && (std::string_view("AEIOU").find(label.front()) != std::string_view::npos ||
                                          label.starts_with("X509"));
    return (vowel ? "holds an " : "holds a ") + label;
  }
  if (is_json(content)) return "holds JSON";
  if (is_der(content) && !crypto::Certificate::from_der(content)) {
    return "is DER; for a key, write PEM of it (openssl pkey -inform der)";
  }
  Input input{.bytes = {content.begin(), content.end()}, .name = {}, .engagement = {}};
  const Wiper wiper(input.bytes);  // it may be a key after all, a broken one
  const auto found = found_instead(input, {Structure::key});
  return found ? "is " + *found : std::string();
}

/// The content of a KEY argument, with hex and base64 undone.
class KeyContent {
 public:
  explicit KeyContent(const std::string& spec) : KeyContent(secret_name(spec), load(spec)) {}
  KeyContent(std::string name, SecretBytes content) : spec_(std::move(name)), content_(std::move(content)) {
    if (is_pem(view()) || is_json(view())) return;
    if (auto undone = from_text(view())) content_ = *std::move(undone);
  }

  /// For messages.
  [[nodiscard]] const std::string& spec() const { return spec_; }
  [[nodiscard]] ByteView view() const { return content_.view(); }
  [[nodiscard]] std::string_view text() const { return as_text(view()); }
  /// Neither PEM nor JSON: COSE_Key, perhaps within tag 24 as sessions carry it.
  [[nodiscard]] ByteView cose_key() const {
    cbor::Reader reader(view());
    if (!reader.next_is_tag(cbor::tag_embedded)) return view();
    const auto embedded = require(reader.read_embedded(), spec_ + " is not a key");
    require(reader.finish(), spec_ + " is not a key");
    return embedded.content;
  }

 private:
  static SecretBytes load(const std::string& spec) {
    if (is_token_key(spec)) {
      throw Failure(ExitCode::usage,
                    secret_name(spec) + " names a key in a PKCS#11 token; this needs what only a file has");
    }
    return read_secret(spec);
  }
  std::string spec_;
  SecretBytes content_;
};

/// Heap that is wiped when it is given back.
class WipingResource final : public boost::json::memory_resource {
  void* do_allocate(std::size_t size, std::size_t /*alignment*/) override { return ::operator new(size); }
  void do_deallocate(void* block, std::size_t size, std::size_t /*alignment*/) override {
    secure_zero({static_cast<std::uint8_t*>(block), size});
    ::operator delete(block);
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

RawKey from_jwk(const KeyContent& content) {
  const std::string& spec = content.spec();
  WipingResource memory;  // where the text of "d" lies
  std::array<unsigned char, std::size_t{4} << 10> scratch{};
  const Wiper wiper(scratch);
  boost::json::parser parser(&memory, {}, scratch.data(), scratch.size());
  parser.reset(&memory);
  boost::system::error_code failure;
  const std::string_view text = content.text();
  parser.write(text.data(), text.size(), failure);
  const boost::json::value json = failure ? boost::json::value() : parser.release();
  if (!json.is_object()) throw Failure(ExitCode::unreadable, spec + " is not a JWK: no JSON object");
  const auto member = [&](std::string_view name) -> std::optional<std::string_view> {
    const auto* value = json.get_object().if_contains(name);
    if (value == nullptr || !value->is_string()) return std::nullopt;
    return std::string_view(value->get_string());
  };
  const auto decoded = [&](std::string_view name, auto decode) {
    return require(decode(member(name).value_or("")), spec + ": JWK member \"" + std::string(name) + "\"");
  };
  if (!member("kty")) throw Failure(ExitCode::unreadable, spec + " holds JSON that is no JWK");
  const auto* curve = crypto::find_curve(member("crv").value_or(""));
  if (curve == nullptr)
    throw Failure(ExitCode::unreadable, spec + ": JWK with an unknown or missing \"crv\"; " + std::string(needed_key));
  RawKey key{.curve = curve->curve, .x = decoded("x", from_base64url), .y = decoded("y", from_base64url), .d = {}};
  if (member("d")) key.d = decoded("d", secret_from_base64url);
  return key;
}

/// The private part of a COSE_Key (RFC 9053, 7), which the library's own decoder refuses.
std::optional<SecretBytes> private_part(const KeyContent& content) {
  std::optional<SecretBytes> d;
  cbor::Reader reader(content.cose_key());
  auto map = reader.enter_map();
  while (map.next()) {
    if (map.key() == -4) {
      d = SecretBytes::copy_of(require(reader.read_bytes(), content.spec() + " is not a key"));
    }
  }
  require(map.finish(), content.spec() + " is neither PEM, JWK nor COSE_Key");
  return d;
}

RawKey from_cose_key(const KeyContent& content) {
  RawKey key;
  key.d = private_part(content);
  const std::string failed = content.spec() + " is not a key";
  bool has_curve = false;
  cbor::Reader reader(content.cose_key());
  if (!key.d) {
    const auto decoded = require(cose::decode_cose_key(reader), failed);
    require(reader.finish(), failed);
    return {.curve = decoded.curve, .x = decoded.x, .y = decoded.y, .d = {}};
  }
  auto map = reader.enter_map();
  while (map.next()) {
    if (map.key() == -1) {
      const auto* curve = crypto::find_curve(require(reader.read_int(), failed));
      if (curve == nullptr) throw Failure(ExitCode::unreadable, content.spec() + ": COSE_Key on an unknown curve");
      key.curve = curve->curve;
      has_curve = true;
    } else if (map.key() == -2 || (map.key() == -3 && reader.next_is(cbor::Type::bytes))) {
      const bool is_x = map.key() == -2;
      const ByteView value = require(reader.read_bytes(), failed);
      (is_x ? key.x : key.y).assign(value.begin(), value.end());
    }
  }
  require(map.finish(), failed);
  require(reader.finish(), failed);
  if (!has_curve) throw Failure(ExitCode::unreadable, content.spec() + ": COSE_Key without a curve");
  return key;
}

crypto::PrivateKey import_private(const RawKey& key, const std::string& spec) {
  auto made = require(crypto::PrivateKey::import(key.curve, key.d->view()), "cannot use the key " + spec);
  const crypto::EcPublicKey known = made.public_key().coordinates();
  const bool fits = (key.x.empty() || key.x == known.x) && (key.y.empty() || key.y == known.y);
  if (!fits) throw Failure(ExitCode::unreadable, spec + ": the public key in it is not that of the private key");
  return made;
}

/// What is no key is named, if it is anything known, with the words that follow.
template <class Decode>
auto decode_key(const KeyContent& content, const std::string& otherwise, Decode decode) {
  try {
    return decode(content);
  } catch (const Failure&) {
    const std::string found = is_json(content.view()) ? std::string() : found_in(content.view());
    if (found.empty()) throw;
    throw Failure(ExitCode::unreadable, content.spec() + " " + found + otherwise);
  }
}

RawKey from_jwk_or_cose(const KeyContent& content, const std::string& otherwise) {
  return decode_key(content, otherwise, is_json(content.view()) ? from_jwk : from_cose_key);
}

/// The PEM of RSA keys alone (RFC 8017, A.1), which says nothing of a curve.
void refuse_rsa(const KeyContent& content) {
  if (!pem_label(content.view()).starts_with("RSA ")) return;
  throw Failure(ExitCode::unreadable, content.spec() + " " + found_in(content.view()) + "; " + std::string(needed_key));
}

crypto::PrivateKey private_key_of(const KeyContent& content, const std::string& hint) {
  const std::string& spec = content.spec();
  const std::string wanted = ", not a private key";
  if (is_pem(content.view())) {
    refuse_rsa(content);
    if (!holds_private_pem(content.view())) {
      const bool is_public = content.text().find("PUBLIC KEY-----") != std::string_view::npos;
      throw Failure(ExitCode::unreadable,
                    spec + " " + found_in(content.view()) + wanted + (is_public ? std::string() : hint));
    }
    if (content.text().find("ENCRYPTED") != std::string_view::npos) {
      throw Failure(ExitCode::unreadable, spec +
                                              " holds a private key under a passphrase, which cannot be asked for; "
                                              "write an open copy: openssl pkey -in " +
                                              spec + " -out FILE");
    }
    return require_key(crypto::PrivateKey::from_pem(content.text()), "cannot use the key " + spec);
  }
  const RawKey key = from_jwk_or_cose(content, wanted + hint);
  if (!key.d) throw Failure(ExitCode::unreadable, spec + " is a public key; a private key is needed here");
  return import_private(key, spec);
}

crypto::PublicKey public_key_of(const KeyContent& content) {
  const std::string failed = "cannot use the key " + content.spec();
  if (is_pem(content.view())) {
    refuse_rsa(content);
    if (holds_private_pem(content.view())) {
      return require_key(crypto::PrivateKey::from_pem(content.text()), failed).public_key();
    }
    if (content.text().find("-----BEGIN CERTIFICATE-----") != std::string_view::npos) {
      const auto certificates =
          require(crypto::Certificate::list_from_pem(content.text()), "cannot read " + content.spec());
      return require_key(certificates.front().public_key(), "cannot use the key of " + content.spec());
    }
    if (content.text().find("PUBLIC KEY-----") == std::string_view::npos) {
      throw Failure(ExitCode::unreadable, content.spec() + " " + found_in(content.view()) + ", no key");
    }
    return require_key(crypto::PublicKey::from_pem(content.text()), failed);
  }
  const RawKey key = from_jwk_or_cose(content, ", no key");
  if (key.d) return import_private(key, content.spec()).public_key();
  return require(crypto::PublicKey::import(key.curve, key.x, key.y), failed);
}

/// A public COSE_Key, with tag 24 around it.
Bytes ephemeral_key_as_it_came(const KeyContent& content) {
  cbor::Writer writer;
  writer.embedded(content.cose_key());
  const Bytes wrapped = std::move(writer).take();
  const bool as_it_came = content.cose_key().size() != content.view().size();
  const ByteView encoded = as_it_came ? content.view() : ByteView(wrapped);
  cbor::Reader reader(SharedBytes::copy_of(encoded), {}, "EReaderKeyBytes");
  const auto key = require(engagement::read_e_reader_key_bytes(reader), "cannot use the key " + content.spec());
  return {key.bytes().begin(), key.bytes().end()};
}

Bytes ephemeral_key_bytes_of(const KeyContent& content) {
  if (is_pem(content.view()) && pem_label(content.view()) == "CERTIFICATE") {
    print_warning(
        content.spec() +
        " holds a CERTIFICATE: is its key really the ephemeral key of the session, which is made for it alone?");
  }
  const bool cose = !is_pem(content.view()) && !is_json(content.view());
  if (cose && !decode_key(content, ", no key", private_part)) {
    return decode_key(content, ", no key", ephemeral_key_as_it_came);
  }
  const auto key = require(engagement::encode_ephemeral_key(public_key_of(content)),
                           "cannot use " + content.spec() + " as an ephemeral key");
  return {key.bytes().begin(), key.bytes().end()};
}

}  // namespace

void warn_if_world_readable(const std::string& spec, const std::string& what) {
  struct stat status {};
  if (is_inline(spec) || ::stat(spec.c_str(), &status) != 0) return;
  if ((status.st_mode & S_IROTH) != 0) {
    print_warning(spec + " is " + what + " that everybody may read; run: chmod 600 " + spec);
  }
}

crypto::PrivateKey load_private_key(const std::string& spec, const std::string& hint) {
  if (is_token_key(spec)) {
    throw Failure(ExitCode::usage, secret_name(spec) +
                                       " names a key in a PKCS#11 token; the ephemeral key of a session is made for it "
                                       "in memory, and never is in one");
  }
  auto key = private_key_of(KeyContent(spec), hint);
  warn_if_world_readable(spec, "a private key");
  return key;
}

SigningKey load_signing_key(const std::string& spec, const std::string& hint) {
  if (!is_token_key(spec)) return SigningKey(load_private_key(spec, hint));
  auto key = open_token_key(spec);
  return SigningKey(std::move(key.provider), std::move(key.name), key.public_key);
}

crypto::PublicKey load_public_key(const std::string& spec) {
  if (is_token_key(spec)) return token_public_key(spec);
  return public_key_of(KeyContent(spec));
}

Bytes load_ephemeral_key_bytes(const std::string& spec) { return ephemeral_key_bytes_of(KeyContent(spec)); }

std::vector<crypto::Certificate> load_certificates(const std::string& spec, const std::string& hint) {
  const KeyContent content(spec);
  return certificates_from(content.view(), content.spec(), hint);
}

CertifiedKey load_certified_key(const CertifiedKeyArguments& arguments) {
  SigningKey key = load_signing_key(arguments.key, arguments.hint());
  auto certificates = load_certificates_of(key.public_key(), arguments);
  return {.key = std::move(key), .certificates = std::move(certificates)};
}

std::vector<crypto::Certificate> load_certificates_of(const crypto::PublicKey& key,
                                                      const CertifiedKeyArguments& arguments) {
  auto certificates = load_certificates(arguments.certificate, arguments.hint());
  const auto& certified = certificates.front().public_key();
  if (!certified || !(*certified == key)) {
    throw Failure(ExitCode::usage, secret_name(arguments.key) + " is not the key of " + arguments.certificate);
  }
  return certificates;
}

std::string CertifiedKeyArguments::hint() const {
  return "; are " + key_option + " and " + certificate_option + " swapped?";
}

void require_no_root(const std::vector<crypto::Certificate>& chain, const std::string& file) {
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (!chain[i].is_self_issued()) continue;
    throw Failure(ExitCode::usage, file + " has a root among the certificates of the signer, " +
                                       chain[i].subject().text() + "; leave it out");
  }
}

std::vector<crypto::Certificate> certificates_from(ByteView content, const std::string& name, const std::string& hint) {
  const bool has_certificate = as_text(content).find("-----BEGIN CERTIFICATE-----") != std::string_view::npos;
  const std::string found = has_certificate ? std::string() : found_in(content);
  if (!found.empty() && found != "is " + std::string(title(Structure::certificate))) {
    throw Failure(ExitCode::unreadable,
                  name + " " + found + ", no certificate" + (holds_private_pem(content) ? hint : std::string()));
  }
  if (is_pem(content)) {
    return require(crypto::Certificate::list_from_pem(as_text(content)), "cannot read certificates from " + name);
  }
  return {require(crypto::Certificate::from_der(content), "cannot read a certificate from " + name)};
}

crypto::PrivateKey private_key_from(ByteView content, const std::string& name, const std::string& hint) {
  return private_key_of(KeyContent(name, SecretBytes::copy_of(content)), hint);
}

crypto::PublicKey public_key_from(ByteView content, const std::string& name) {
  return public_key_of(KeyContent(name, SecretBytes::copy_of(content)));
}

Bytes ephemeral_key_bytes_from(ByteView content, const std::string& name) {
  return ephemeral_key_bytes_of(KeyContent(name, SecretBytes::copy_of(content)));
}

}  // namespace mdoc::cli
