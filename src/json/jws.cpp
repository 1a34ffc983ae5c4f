#include "mdoc/json/jws.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "core/try.hpp"
#include "json/base64.hpp"
#include "json/strict_json.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "mdoc/crypto/digest.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using crypto::Curve;
using crypto::SignatureAlgorithm;

struct Algorithm {
  SignatureAlgorithm algorithm;
  std::string_view name;
  std::array<Curve, 2> curves;  // the second may repeat the first
};
/// RFC 7518, 3.4: each ECDSA algorithm has one curve; RFC 8037, 3.1.
constexpr std::array algorithms{
    Algorithm{SignatureAlgorithm::es256, "ES256", {Curve::p256, Curve::p256}},
    Algorithm{SignatureAlgorithm::es384, "ES384", {Curve::p384, Curve::p384}},
    Algorithm{SignatureAlgorithm::es512, "ES512", {Curve::p521, Curve::p521}},
    Algorithm{SignatureAlgorithm::eddsa, "EdDSA", {Curve::ed25519, Curve::ed448}},
};

const Algorithm* algorithm_of(Curve curve) noexcept {
  const auto* found = std::ranges::find_if(
      algorithms, [&](const Algorithm& row) { return std::ranges::find(row.curves, curve) != row.curves.end(); });
  return found == algorithms.end() ? nullptr : found;
}

/// Names that RFC 7515 and RFC 7518 define for a JWS: "crit" must not have them (RFC 7515, 4.1.11).
constexpr std::array<std::string_view, 11> standard_parameters{"alg", "jku",      "jwk", "kid", "x5u", "x5c",
                                                               "x5t", "x5t#S256", "typ", "cty", "crit"};

Path header_path() { return Path("JWS") / "header"; }

template <std::size_t N>
Error header_error(Errc code, const char (&name)[N]) {  // NOLINT(*-c-arrays)
  return {.code = code, .where = header_path() / name};
}

// ---- the header -------------------------------------------------------------------------------

Result<SignatureAlgorithm> read_algorithm(const bj::object& header) {
  const auto* alg = header.if_contains("alg");
  if (alg == nullptr) return header_error(Errc::missing_element, "alg");
  if (!alg->is_string()) return header_error(Errc::wrong_type, "alg");
  const auto* row = std::ranges::find(algorithms, std::string_view(alg->get_string()), &Algorithm::name);
  if (row == algorithms.end()) return header_error(Errc::unsupported_algorithm, "alg");
  return row->algorithm;
}

template <std::size_t N>
Result<std::optional<std::string>> read_text(const bj::object& header, const char (&name)[N]) {  // NOLINT(*-c-arrays)
  const auto* value = header.if_contains(name);
  if (value == nullptr) return std::optional<std::string>{};
  if (!value->is_string()) return header_error(Errc::wrong_type, name);
  return std::optional<std::string>(std::string_view(value->get_string()));
}

Result<cose::X5Chain> read_x5c(const bj::object& header, const DecodeLimits& limits) {
  const auto* value = header.if_contains("x5c");
  if (value == nullptr) return cose::X5Chain{};
  if (!value->is_array()) return header_error(Errc::wrong_type, "x5c");
  const bj::array& list = value->get_array();
  if (list.empty()) return header_error(Errc::bad_header, "x5c");
  if (list.size() > limits.max_certificates) return header_error(Errc::too_many, "x5c");
  cose::X5Chain chain;
  for (const bj::value& entry : list) {
    const Path at = header_path() / "x5c" / chain.size();
    if (!entry.is_string()) return Error{.code = Errc::wrong_type, .where = at};
    // RFC 7515, 4.1.6: base64, not base64url.
    auto der = from_base64(std::string_view(entry.get_string()));
    if (!der) return Error{.code = der.error().code, .where = at};
    if (der->size() > limits.max_certificate_bytes) return Error{.code = Errc::too_large, .where = at};
    chain.push_back(SharedBytes::take(*std::move(der)));
  }
  return chain;
}

Result<std::string> x5t_of(const SharedBytes& certificate) {
  MDOC_TRY(const auto digest, crypto::digest(crypto::DigestAlgorithm::sha256, certificate.view()));
  return to_base64url(digest.view());
}

Result<void> check_x5t(const bj::object& header, const cose::X5Chain& x5c) {
  MDOC_TRY(const auto x5t, read_text(header, "x5t#S256"));
  if (!x5t || x5c.empty()) return {};
  MDOC_TRY(const std::string expected, x5t_of(x5c.front()));
  if (*x5t != expected) return header_error(Errc::digest_mismatch, "x5t#S256");
  return {};
}

/// "iat" (JAdES 1.2.1, 5.1.11): NumericDate of whole seconds.
std::optional<UtcSeconds> read_iat(const bj::object& header) {
  constexpr std::int64_t year_10000 = 253402300800;
  const auto* value = header.if_contains("iat");
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0 || value->get_int64() >= year_10000) return {};
  return UtcSeconds(std::chrono::seconds(value->get_int64()));
}

/// "sigT" (JAdES 1.1.1, 5.2.1).
std::optional<UtcSeconds> read_sig_t(const bj::object& header) {
  const auto* value = header.if_contains("sigT");
  if (value == nullptr || !value->is_string()) return {};
  const auto parsed = parse_date_time(std::string_view(value->get_string()));
  return parsed ? std::optional(parsed->time) : std::nullopt;
}

/// RFC 7515, 4.1.11: names extensions that must be understood.
Result<void> check_critical(const bj::object& header) {
  const auto* value = header.if_contains("crit");
  if (value == nullptr) return {};
  if (!value->is_array()) return header_error(Errc::wrong_type, "crit");
  const bj::array& names = value->get_array();
  if (names.empty()) return header_error(Errc::bad_header, "crit");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Path at = header_path() / "crit" / i;
    if (!names[i].is_string()) return Error{.code = Errc::wrong_type, .where = at};
    const std::string_view name(names[i].get_string());
    const bool repeated = std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
                          names.begin() + static_cast<std::ptrdiff_t>(i);
    const bool standard = std::ranges::find(standard_parameters, name) != standard_parameters.end();
    if (repeated || standard || !header.contains(name)) return Error{.code = Errc::bad_header, .where = at};
    // A claim about the time of signing asks nothing of us but to read it. Software for JAdES makes its "sigT"
    // critical.
    if (name == "sigT") {
      if (!read_sig_t(header)) return header_error(Errc::bad_tdate, "sigT");
    } else if (name == "iat") {
      if (!read_iat(header)) return header_error(Errc::bad_value, "iat");
    } else if (name != "b64") {
      return Error{.code = Errc::unsupported_critical_header, .where = at};
    }
    // The loop ends soon whatever the peer sends: only three names go on, and none of them twice.
  }
  return {};
}

/// RFC 7797: a payload outside of base64url would not be what payload() gives.
Result<void> check_b64(const bj::object& header) {
  const auto* value = header.if_contains("b64");
  if (value == nullptr) return {};
  if (!value->is_bool()) return header_error(Errc::wrong_type, "b64");
  if (!value->get_bool()) return header_error(Errc::unsupported_critical_header, "b64");
  return {};
}

Result<JwsHeader> read_header(ByteView json, const DecodeLimits& limits) {
  const JsonBounds bounds{
      .max_bytes = Jws::max_header_bytes, .max_values = limits.max_entries, .max_depth = limits.max_depth};
  MDOC_TRY(const bj::value value, parse_strict(as_text(json), bounds, header_path()));
  if (!value.is_object()) return Error{.code = Errc::wrong_type, .where = header_path()};
  const bj::object& object = value.get_object();
  JwsHeader header;
  MDOC_TRY(header.algorithm, read_algorithm(object));
  MDOC_CHECK(check_critical(object));
  MDOC_CHECK(check_b64(object));
  MDOC_TRY(header.typ, read_text(object, "typ"));
  MDOC_TRY(header.kid, read_text(object, "kid"));
  MDOC_TRY(header.x5c, read_x5c(object, limits));
  MDOC_CHECK(check_x5t(object, header.x5c));
  header.signing_time = read_iat(object);
  if (!header.signing_time) header.signing_time = read_sig_t(object);
  return header;
}

// ---- the three parts --------------------------------------------------------------------------

/// A part of the text and where it begins.
struct Part {
  std::string_view text;
  std::size_t offset;
};

Result<std::array<Part, 3>> split(std::string_view text) {
  const std::size_t first = text.find('.');
  const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) {
    return Error{.code = Errc::missing_element, .where = "JWS", .offset = static_cast<std::uint32_t>(text.size())};
  }
  if (const std::size_t third = text.find('.', second + 1); third != std::string_view::npos) {
    return Error{.code = Errc::trailing_bytes, .where = "JWS", .offset = static_cast<std::uint32_t>(third)};
  }
  return std::array{Part{text.substr(0, first), 0}, Part{text.substr(first + 1, second - first - 1), first + 1},
                    Part{text.substr(second + 1), second + 1}};
}

Result<SharedBytes> decode_part(const Part& part, const Path& where) {
  auto bytes = from_base64url(part.text);
  if (bytes) return SharedBytes::take(*std::move(bytes));
  return Error{.code = bytes.error().code,
               .where = where,
               .offset = static_cast<std::uint32_t>(part.offset + bytes.error().offset)};
}

/// As decode_part(), but not empty.
Result<SharedBytes> decode_filled_part(const Part& part, const Path& where) {
  if (part.text.empty()) {
    return Error{.code = Errc::missing_element, .where = where, .offset = static_cast<std::uint32_t>(part.offset)};
  }
  return decode_part(part, where);
}

}  // namespace

Result<Jws> decode_jws(SharedBytes compact, const cbor::DecodeContext& context) {
  if (compact.size() > context.limits.max_bytes) return Error{.code = Errc::too_large, .where = "JWS"};
  MDOC_TRY(const auto parts, split(as_text(compact.view())));
  const auto& [header, payload, signature] = parts;
  // Not decoded at all when it is too long: four characters for three bytes.
  if (header.text.size() / 4 * 3 > Jws::max_header_bytes) {
    return Error{.code = Errc::too_large, .where = header_path()};
  }
  Jws jws;
  MDOC_TRY(jws.header_json_, decode_filled_part(header, header_path()));
  MDOC_TRY(jws.payload_, decode_part(payload, Path("JWS") / "payload"));
  MDOC_TRY(jws.signature_, decode_filled_part(signature, Path("JWS") / "signature"));
  MDOC_TRY(jws.header_, read_header(jws.header_json_.view(), context.limits));
  jws.signing_input_ = compact.slice(compact.view().first(signature.offset - 1));
  jws.encoded_ = std::move(compact);
  return jws;
}

Result<Jws> decode_jws(std::string_view compact, const cbor::DecodeContext& context) {
  if (compact.size() > context.limits.max_bytes) return Error{.code = Errc::too_large, .where = "JWS"};
  return decode_jws(SharedBytes::copy_of(as_bytes(compact)), context);
}

Result<void> Jws::verify(const crypto::PublicKey& key) const {
  const Algorithm* row = algorithm_of(key.curve());
  if (row == nullptr || row->algorithm != header_.algorithm) return header_error(Errc::algorithm_mismatch, "alg");
  if (auto valid = crypto::verify(key, header_.algorithm, signing_input_.view(), signature_.view()); !valid) {
    return Error{.code = valid.error().code, .where = Path("JWS") / "signature"};
  }
  return {};
}

// ---- making one -------------------------------------------------------------------------------

Result<JwsDraft> JwsDraft::prepare(const crypto::PublicKey& signer, ByteView payload, const JwsHeaderOptions& options) {
  const Algorithm* row = algorithm_of(signer.curve());
  if (row == nullptr) return header_error(Errc::algorithm_mismatch, "alg");
  bj::object header{{"alg", row->name}};
  if (!options.typ.empty()) header.emplace("typ", options.typ);
  if (!options.kid.empty()) header.emplace("kid", options.kid);
  if (!options.x5c.empty()) {
    MDOC_TRY(const auto certificate, crypto::Certificate::from_der(options.x5c.front().view()));
    const auto& certified = certificate.public_key();
    if (!certified || *certified != signer) return header_error(Errc::key_mismatch, "x5c");
    bj::array chain;
    for (const SharedBytes& der : options.x5c) chain.emplace_back(to_base64(der.view()));
    header.emplace("x5c", std::move(chain));
  }
  if (options.x5t) {
    if (options.x5c.empty()) return header_error(Errc::bad_argument, "x5t#S256");
    MDOC_TRY(std::string digest, x5t_of(options.x5c.front()));
    header.emplace("x5t#S256", std::move(digest));
  }
  if (options.signing_time) header.emplace("iat", options.signing_time->time_since_epoch().count());

  const std::string json = bj::serialize(header);
  const auto readable = read_header(as_bytes(json), {});
  if (!readable) return Error{.code = Errc::bad_argument, .where = readable.error().where};
  if (readable->signing_time != options.signing_time) return header_error(Errc::bad_argument, "iat");
  return JwsDraft(signer, row->algorithm, to_base64url(as_bytes(json)) + '.' + to_base64url(payload));
}

Result<Jws> JwsDraft::finish(const crypto::Signature& signature) const {
  // A signature in the wrong form (DER) or by the wrong key is found here and not by the peer.
  MDOC_CHECK(crypto::verify(signer_, algorithm_, as_bytes(to_be_signed_), signature.raw));
  const std::string text = to_be_signed_ + '.' + to_base64url(signature.raw);
  cbor::DecodeContext context;
  context.limits.max_bytes = text.size();  // what we send may be larger than what we take
  return decode_jws(text, context);
}

}  // namespace mdoc::json
