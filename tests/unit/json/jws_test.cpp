#include "mdoc/json/jws.hpp"

#include <gtest/gtest.h>

#include <string>

#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/digest.hpp"
#include "support/vectors.hpp"
#include "unit/crypto/certificate_pki.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using crypto::Curve;
using crypto::PublicKey;
using testing::Identity;

Bytes coordinate(const bj::value& jwk, std::string_view name) {
  const auto* member = jwk.as_object().if_contains(name);
  return member == nullptr ? Bytes{} : from_base64url(std::string_view(member->as_string())).value();
}

Result<PublicKey> key_of(const bj::value& jwk) {
  const auto* curve = crypto::find_curve(std::string_view(jwk.at("crv").as_string()));
  if (curve == nullptr) return Error{.code = Errc::unsupported_curve};
  return PublicKey::import(curve->curve, coordinate(jwk, "x"), coordinate(jwk, "y"));
}

std::string text_of(const bj::object& vector, std::string_view name) {
  return std::string(std::string_view(vector.at(name).as_string()));
}

/// A JWS with a header of our own wording, signed with whatever algorithm the key has.
std::string signed_text(std::string_view header, std::string_view payload, const crypto::PrivateKey& key) {
  const std::string input = to_base64url(as_bytes(header)) + '.' + to_base64url(as_bytes(payload));
  const auto algorithm = crypto::signature_algorithm(key.curve()).value();
  return input + '.' + to_base64url(crypto::sign(key, algorithm, as_bytes(input)).value().raw);
}

/// The error of a header; its signature is not looked at.
Error refused(std::string_view header) {
  const auto jws = decode_jws(to_base64url(as_bytes(header)) + ".e30.AA");
  EXPECT_FALSE(jws) << header;
  return jws ? Error{} : jws.error();
}

Jws with_header(std::string_view header) { return decode_jws(to_base64url(as_bytes(header)) + ".e30.AA").value(); }

JwsHeader read_header_of(std::string_view header) {
  const Jws jws = with_header(header);
  return jws.header();
}

std::string base64(ByteView bytes) {  // independent of the one under test: RFC 4648, 4 by its padding rule
  std::string text = to_base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return text;
}

// ---- vectors of others ------------------------------------------------------------------------

TEST(Jws, ExamplesOfRfc7515AndRfc8037Verify) {
  MDOC_NEEDS_SHARED_VECTORS();
  for (const char* id : {"jose/rfc7515-a.3", "jose/rfc8037-a.4"}) {
    const bj::object vector = testing::shared_vector("primitives/jose.json", id);
    const auto jws = decode_jws(text_of(vector, "jws"));
    ASSERT_TRUE(jws) << id << describe(jws.error());
    EXPECT_TRUE(jws->verify(key_of(vector.at("jwk")).value())) << id;
    EXPECT_EQ(as_text(jws->encoded().view()), text_of(vector, "jws"));
    EXPECT_FALSE(jws->header().typ);
  }
  const auto joe =
      decode_jws(text_of(testing::shared_vector("primitives/jose.json", "jose/rfc7515-a.3"), "jws")).value();
  EXPECT_EQ(as_text(joe.payload().view()),
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
}

TEST(Jws, AStatusListTokenOfTheDraftVerifiesAndShowsItsClaims) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto token = testing::shared_vector("status-list.json", "status-list/token-jwt-raw");
  const auto key = testing::shared_vector("status-list.json", "status-list/signing-key");
  const auto jws = decode_jws(text_of(token, "jws")).value();
  EXPECT_TRUE(jws.verify(key_of(key.at("jwk")).value()));
  EXPECT_EQ(jws.header().typ, "statuslist+jwt");
  EXPECT_EQ(jws.header().kid, "12");
  EXPECT_EQ(jws.header().algorithm, crypto::SignatureAlgorithm::es256);
  EXPECT_NE(as_text(jws.payload().view()).find(R"("lst":"eNrbuRgAAhcBXQ")"), std::string_view::npos);
}

/// Verdicts of the file that do not concern us: what a key is for (use, key_ops) and its "alg" stand in the JWK, which
/// we do not read.
bool judged_by_jwk(const bj::value& test) {
  const std::string comment(test.at("comment").as_string());
  return comment.starts_with("rejectWrong");
}

TEST(Jws, WycheproofIsDecidedAlikeForAllThatIsNotRsaOrMac) {
  MDOC_NEEDS_SHARED_VECTORS();
  int valid = 0, invalid = 0, foreign = 0;
  const bj::value all = testing::load_shared("wycheproof/json_web_signature_test.json");
  for (const auto& group : all.at("testGroups").as_array()) {
    const auto* jwk = group.as_object().if_contains("public");
    const auto key = jwk == nullptr || !jwk->as_object().contains("crv") ? Result<PublicKey>(Error{}) : key_of(*jwk);
    for (const auto& test : group.at("tests").as_array()) {
      SCOPED_TRACE(test.at("tcId").as_int64());
      const auto jws = decode_jws(std::string_view(test.at("jws").as_string()));
      if (!key) {
        // MAC and RSA: whatever the file says of it, it does not get past decoding.
        EXPECT_FALSE(jws);
        ++foreign;
        continue;
      }
      if (judged_by_jwk(test)) continue;
      const bool expected = test.at("result").as_string() == "valid";
      EXPECT_EQ(jws && jws->verify(*key), expected) << std::string_view(test.at("comment").as_string());
      ++(expected ? valid : invalid);
    }
  }
  EXPECT_EQ(valid + invalid + foreign, 401 - 2);
  EXPECT_EQ(valid, 4);
}

// ---- signatures -------------------------------------------------------------------------------

TEST(Jws, EachAlgorithmVerifiesWithItsCurveAndNoOther) {
  struct Row {
    std::string_view alg;
    Curve curve;
  };
  constexpr std::array rows{Row{"ES256", Curve::p256}, Row{"ES384", Curve::p384}, Row{"ES512", Curve::p521},
                            Row{"EdDSA", Curve::ed25519}, Row{"EdDSA", Curve::ed448}};
  for (const Row& signer : rows) {
    const auto key = testing::new_key(signer.curve);
    for (const Row& named : rows) {
      const auto jws = decode_jws(signed_text(R"({"alg":")" + std::string(named.alg) + "\"}", "x", key)).value();
      const auto verdict = jws.verify(key.public_key());
      EXPECT_EQ(verdict.has_value(), named.alg == signer.alg) << named.alg << " for " << signer.alg;
      EXPECT_TRUE(verdict || verdict.error().code == Errc::algorithm_mismatch);
    }
  }
}

TEST(Jws, BrainpoolCurvesHaveNoAlgorithmInJose) {
  for (const auto& [alg, curve] : {std::pair("ES256", Curve::brainpool_p256r1),
                                   {"ES384", Curve::brainpool_p384r1},
                                   {"ES384", Curve::brainpool_p320r1},
                                   {"ES512", Curve::brainpool_p512r1}}) {
    const auto key = testing::new_key(curve);
    const auto jws = decode_jws(signed_text(R"({"alg":")" + std::string(alg) + "\"}", "x", key)).value();
    EXPECT_EQ(jws.verify(key.public_key()).error().code, Errc::algorithm_mismatch) << alg;
    EXPECT_EQ(JwsDraft::prepare(key.public_key(), {}).error().code, Errc::algorithm_mismatch);
  }
  EXPECT_EQ(JwsDraft::prepare(testing::new_key(Curve::x25519).public_key(), {}).error().code, Errc::algorithm_mismatch);
}

TEST(Jws, AlgorithmsWithoutAPublicKeyAreRefusedByName) {
  for (const char* alg : {"none", "None", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256K", "Ed25519", "es256",
                          "ES256 ", "", "ES521"}) {
    const Error error = refused(R"({"alg":")" + std::string(alg) + "\"}");
    EXPECT_EQ(error.code, Errc::unsupported_algorithm) << alg;
    EXPECT_EQ(error.where.text(), "JWS.header.alg");
  }
  EXPECT_EQ(refused("{}").code, Errc::missing_element);
  for (const char* alg : {"null", "5", "[\"ES256\"]", "true", "{}"}) {
    EXPECT_EQ(refused(R"({"alg":)" + std::string(alg) + "}").code, Errc::wrong_type) << alg;
  }
}

TEST(Jws, EveryAlteredCharacterIsRefused) {
  const auto key = testing::new_key();
  const std::string good = signed_text(R"({"alg":"ES256","typ":"JWT"})", R"({"a":"bc"})", key);
  ASSERT_TRUE(decode_jws(good).value().verify(key.public_key()));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : std::string_view("AQgwBz09-_.=+/ \n\0~\x80", 19)) {
      if (c == good[i]) continue;
      std::string bad = good;
      bad[i] = c;
      const auto jws = decode_jws(bad);
      EXPECT_FALSE(jws && jws->verify(key.public_key())) << i << ' ' << static_cast<int>(c);
    }
  }
}

TEST(Jws, EveryTruncationIsRefused) {
  const auto key = testing::new_key();
  const std::string good = signed_text(R"({"alg":"ES256"})", "{}", key);
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto jws = decode_jws(std::string_view(good).substr(0, size));
    EXPECT_FALSE(jws && jws->verify(key.public_key())) << size;
  }
}

TEST(Jws, AKeyInTheHeaderIsNotUsed) {
  const auto key = testing::new_key(), attacker = testing::new_key();
  const auto point = attacker.public_key().coordinates();
  const std::string header = R"({"alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":")" + to_base64url(point.x) +
                             R"(","y":")" + to_base64url(point.y) + "\"}}";
  const auto jws = decode_jws(signed_text(header, "{}", attacker)).value();
  EXPECT_EQ(jws.verify(key.public_key()).error().code, Errc::signature_invalid);
}

// ---- the three parts --------------------------------------------------------------------------

TEST(Jws, HasExactlyThreeParts) {
  constexpr std::string_view header = "eyJhbGciOiJFUzI1NiJ9";
  const auto error = [&](const std::string& rest) {
    const auto jws = decode_jws(std::string(header) + rest);
    EXPECT_FALSE(jws) << rest;
    return jws ? Errc{} : jws.error().code;
  };
  EXPECT_EQ(error(""), Errc::missing_element);
  EXPECT_EQ(error(".e30"), Errc::missing_element);
  EXPECT_EQ(error(".e30."), Errc::missing_element);
  EXPECT_EQ(error(".e30.AA."), Errc::trailing_bytes);
  EXPECT_EQ(error(".e30.AA.AA"), Errc::trailing_bytes);
  EXPECT_EQ(decode_jws(".e30.AA").error().code, Errc::missing_element);
  EXPECT_EQ(decode_jws("").error().code, Errc::missing_element);
  EXPECT_EQ(decode_jws(R"({"payload":"e30","signatures":[]})").error().code, Errc::missing_element);
  // An empty payload is a payload.
  EXPECT_TRUE(decode_jws(std::string(header) + "..AA").value().payload().empty());
}

TEST(Jws, PaddingWhiteSpaceAndOtherAlphabetsAreRefusedAtTheirPlace) {
  struct Row {
    std::string text;
    std::uint32_t offset;
    const char* where;
  };
  for (const Row& row :
       {Row{"eyJhbGciOiJFUzI1NiJ9=.e30.AA", 20, "JWS.header"}, Row{"  eyJhbGciOiJFUzI1NiJ9.e30.AA", 0, "JWS.header"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30=.AA", 24, "JWS.payload"}, Row{"eyJhbGciOiJFUzI1NiJ9.e 30.AA", 22, "JWS.payload"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30.AA==", 27, "JWS.signature"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30.AA\n", 27, "JWS.signature"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30.A+", 26, "JWS.signature"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30.A/", 26, "JWS.signature"},
        Row{"eyJhbGciOiJFUzI1NiJ9.e30.A", 25, "JWS.signature"}}) {
    const auto jws = decode_jws(row.text);
    ASSERT_FALSE(jws) << row.text;
    EXPECT_EQ(jws.error().code, Errc::bad_encoding) << row.text;
    EXPECT_EQ(jws.error().offset, row.offset) << row.text;
    EXPECT_EQ(jws.error().where.text(), row.where);
  }
}

TEST(Jws, UnusedBitsMustBeZero) {
  EXPECT_TRUE(decode_jws("eyJhbGciOiJFUzI1NiJ9.e30.AA"));
  EXPECT_EQ(decode_jws("eyJhbGciOiJFUzI1NiJ9.e30.AB").error().code, Errc::bad_encoding);
  EXPECT_EQ(decode_jws("eyJhbGciOiJFUzI1NiJ9.e31.AA").error().code, Errc::bad_encoding);
}

TEST(Jws, SizesAreBounded) {
  cbor::DecodeContext small;
  small.limits.max_bytes = 26;
  EXPECT_EQ(decode_jws("eyJhbGciOiJFUzI1NiJ9.e30.AA", small).error().code, Errc::too_large);
  small.limits.max_bytes = 27;
  EXPECT_TRUE(decode_jws("eyJhbGciOiJFUzI1NiJ9.e30.AA", small));

  const auto header_of = [](std::size_t size) {
    constexpr std::string_view begin = R"({"alg":"ES256","kid":")", end = "\"}";
    return std::string(begin) + std::string(size - begin.size() - end.size(), 'k') + std::string(end);
  };
  EXPECT_EQ(with_header(header_of(Jws::max_header_bytes)).header_json().size(), Jws::max_header_bytes);
  EXPECT_EQ(refused(header_of(Jws::max_header_bytes + 1)).code, Errc::too_large);
  EXPECT_EQ(refused(header_of(Jws::max_header_bytes * 3)).code, Errc::too_large);
}

// ---- the header -------------------------------------------------------------------------------

TEST(Jws, TheHeaderIsOneJsonObject) {
  for (const char* bad :
       {"x", "{", "{\"alg\":\"ES256\"", R"({"alg":"ES256"}x)", R"({"alg":"ES256",})", "{'alg':'ES256'}",
        R"({"alg":"ES256"/**/})", "\xef\xbb\xbf{\"alg\":\"ES256\"}", "{\"alg\":\"ES256\",\"kid\":\"\xff\"}",
        R"({"alg":"ES256","kid":"\ud800"})", R"({"alg":"ES256","iat":01})"}) {
    const Error error = refused(bad);
    EXPECT_EQ(error.code, Errc::bad_encoding) << bad;
    EXPECT_EQ(error.where.text(), "JWS.header");
  }
  for (const char* other : {"[]", "null", "1", "\"ES256\"", R"([{"alg":"ES256"}])"}) {
    EXPECT_EQ(refused(other).code, Errc::wrong_type) << other;
  }
  EXPECT_EQ(read_header_of(" {\"alg\" :\t\"ES256\" }\n").algorithm, crypto::SignatureAlgorithm::es256);
}

TEST(Jws, NamesOccurOnceAtEveryDepthHoweverTheyAreWritten) {
  for (const char* bad : {R"({"alg":"ES256","alg":"ES256"})", R"({"alg":"none","kid":"1","alg":"ES256"})",
                          R"({"alg":"ES256","\u0061lg":"ES384"})", R"({"alg":"ES256","x":{"a":1,"b":{},"a":1}})",
                          R"({"alg":"ES256","x":[[{"":1,"":2}]]})", R"({"x":{"alg":1},"alg":"ES256","x":1})"}) {
    EXPECT_EQ(refused(bad).code, Errc::duplicate_key) << bad;
  }
  // The same name in two objects is no repetition.
  EXPECT_EQ(read_header_of(R"({"x":{"alg":1},"alg":"ES256","y":[{"alg":2},{"alg":3}]})").algorithm,
            crypto::SignatureAlgorithm::es256);
  // A long name comes in parts.
  const std::string name(9000, 'n');
  EXPECT_EQ(refused(R"({"alg":"ES256",")" + name + R"(":1,")" + name + R"(":2})").code, Errc::duplicate_key);
  EXPECT_EQ(with_header(R"({"alg":"ES256",")" + name + R"(":1,")" + name + R"(o":2})").header_json().size(), 18026U);
}

TEST(Jws, DepthAndNumberOfValuesAreBounded) {
  const auto nested = [](std::size_t depth) {
    return R"({"alg":"ES256","x":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(decode_jws(to_base64url(as_bytes(nested(31))) + ".e30.AA"));
  EXPECT_EQ(refused(nested(32)).code, Errc::too_deep);
  EXPECT_EQ(refused(nested(30000)).code, Errc::too_deep);
  std::string many = R"({"alg":"ES256","x":[0)";
  for (int i = 0; i < 4096; ++i) many += ",0";
  EXPECT_EQ(refused(many + "]}").code, Errc::too_many);
}

TEST(Jws, TypAndKidAreText) {
  for (const char* name : {"typ", "kid", "x5t#S256"}) {
    for (const char* value : {"1", "null", "[]", "{}", "true"}) {
      const Error error = refused(R"({"alg":"ES256",")" + std::string(name) + "\":" + value + "}");
      EXPECT_EQ(error.code, Errc::wrong_type) << name << value;
      EXPECT_EQ(error.where.text(), "JWS.header." + std::string(name));
    }
  }
}

TEST(Jws, CriticalParametersMustBeKnownPresentAndNamedOnce) {
  for (const auto& [rest, code] : std::initializer_list<std::pair<const char*, Errc>>{
           {R"("crit":"sigT","sigT":"2026-07-01T00:00:00Z")", Errc::wrong_type},
           {R"("crit":[])", Errc::bad_header},
           {R"("crit":null)", Errc::wrong_type},
           {R"("crit":[1])", Errc::wrong_type},
           {R"("crit":["sigT"])", Errc::bad_header},
           {R"("crit":["alg"])", Errc::bad_header},
           {R"("crit":["x5t#S256"],"x5t#S256":"")", Errc::bad_header},
           {R"("crit":["crit"])", Errc::bad_header},
           {R"("crit":["sigT","sigT"],"sigT":"2026-07-01T00:00:00Z")", Errc::bad_header},
           {R"("crit":["sigT"],"sigT":"yesterday")", Errc::bad_tdate},
           {R"("crit":["sigT"],"sigT":1)", Errc::bad_tdate},
           {R"("crit":["iat"],"iat":"2026")", Errc::bad_value},
           {R"("crit":["iat"],"iat":-1)", Errc::bad_value},
           {R"("crit":["exp"],"exp":1)", Errc::unsupported_critical_header},
           {R"("crit":["sigD"],"sigD":{"mId":"http://uri.etsi.org/19182/HttpHeaders"})",
            Errc::unsupported_critical_header},
           {R"("crit":["sigT","x5t#o"],"sigT":"2026-07-01T00:00:00Z","x5t#o":{})", Errc::unsupported_critical_header},
           {R"("crit":["b64"],"b64":false)", Errc::unsupported_critical_header},
           {R"("b64":false)", Errc::unsupported_critical_header},
           {R"("b64":"false")", Errc::wrong_type},
           {R"("crit":["b64","b64"],"b64":true)", Errc::bad_header}}) {
    EXPECT_EQ(refused(R"({"alg":"ES256",)" + std::string(rest) + "}").code, code) << rest;
  }
}

TEST(Jws, ParametersOfJadesAreReadWhetherTheyAreCriticalOrNot) {
  const UtcSeconds noon = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + std::chrono::hours(12);
  EXPECT_EQ(read_header_of(R"({"alg":"ES256","crit":["sigT"],"sigT":"2026-07-01T12:00:00Z"})").signing_time, noon);
  EXPECT_EQ(read_header_of(R"({"alg":"ES256","sigT":"2026-07-01T12:00:00Z"})").signing_time, noon);
  EXPECT_EQ(read_header_of(R"({"alg":"ES256","iat":1782907200,"crit":["iat"]})").signing_time, noon);
  EXPECT_EQ(read_header_of(R"({"alg":"ES256","crit":["b64"],"b64":true})").signing_time, std::nullopt);
  // What is not critical does no harm, whatever its form.
  EXPECT_EQ(read_header_of(R"({"alg":"ES256","sigT":1,"iat":1e99,"sigD":{},"x5t#o":7})").signing_time, std::nullopt);
}

// ---- certificates -----------------------------------------------------------------------------

class JwsCertificates : public ::testing::Test {
 protected:
  Identity root = Identity::root(testing::ca_template("root"));
  Identity signer = root.issue(testing::leaf_template("signer"));

  static std::string header_with(const std::string& member) { return R"({"alg":"ES256",)" + member + "}"; }
};

TEST_F(JwsCertificates, AreReadInOrder) {
  const std::string header =
      header_with(R"("x5c":[")" + base64(signer.certificate.der()) + "\",\"" + base64(root.certificate.der()) + "\"]");
  const cose::X5Chain x5c = read_header_of(header).x5c;
  ASSERT_EQ(x5c.size(), 2U);
  EXPECT_EQ(crypto::Certificate::from_der(x5c[0].view()).value(), signer.certificate);
  EXPECT_EQ(crypto::Certificate::from_der(x5c[1].view()).value(), root.certificate);
}

TEST_F(JwsCertificates, AreTextInBase64WithPaddingAndNothingElse) {
  for (const auto& [value, code] : std::initializer_list<std::pair<const char*, Errc>>{
           {R"("AAAA")", Errc::wrong_type},
           {R"({})", Errc::wrong_type},
           {R"([])", Errc::bad_header},
           {R"([1])", Errc::wrong_type},
           {R"([null])", Errc::wrong_type},
           {R"(["AA"])", Errc::bad_encoding},
           {R"(["AA="])", Errc::bad_encoding},
           {R"(["AAA"])", Errc::bad_encoding},
           {R"(["AB=="])", Errc::bad_encoding},
           {R"(["AAB="])", Errc::bad_encoding},
           {R"(["===="])", Errc::bad_encoding},
           {R"(["A==="])", Errc::bad_encoding},
           {R"(["AA==AAAA"])", Errc::bad_encoding},
           {R"(["AA-_"])", Errc::bad_encoding},
           {R"(["AAA\nAAAA"])", Errc::bad_encoding},
           {R"(["AAA A==="])", Errc::bad_encoding},
           {R"(["-----BEGIN CERTIFICATE-----"])", Errc::bad_encoding}}) {
    EXPECT_EQ(refused(header_with(R"("x5c":)" + std::string(value))).code, code) << value;
  }
  EXPECT_EQ(refused(header_with(R"("x5c":["AAAA",2])")).where.text(), "JWS.header.x5c[1]");
}

TEST_F(JwsCertificates, AreBoundedInNumberAndSize) {
  std::string eleven;
  for (int i = 0; i < 11; ++i) eleven += i == 0 ? "\"AAAA\"" : ",\"AAAA\"";
  EXPECT_EQ(refused(header_with("\"x5c\":[" + eleven + "]")).code, Errc::too_many);
  EXPECT_EQ(read_header_of(header_with("\"x5c\":[" + eleven.substr(7) + "]")).x5c.size(), 10U);
  const std::string large = base64(Bytes((std::size_t{16} << 10) + 1));
  EXPECT_EQ(refused(header_with(R"("x5c":[")" + large + "\"]")).code, Errc::too_large);
}

TEST_F(JwsCertificates, TheThumbprintIsThatOfTheFirst) {
  const auto with_thumbprint_of = [&](const Identity& other) {
    const auto digest = crypto::digest(crypto::DigestAlgorithm::sha256, other.certificate.der()).value();
    return header_with(R"("x5c":[")" + base64(signer.certificate.der()) + R"("],"x5t#S256":")" +
                       to_base64url(digest.view()) + "\"");
  };
  EXPECT_EQ(read_header_of(with_thumbprint_of(signer)).x5c.size(), 1U);
  const Error error = refused(with_thumbprint_of(root));
  EXPECT_EQ(error.code, Errc::digest_mismatch);
  EXPECT_EQ(error.where.text(), "JWS.header.x5t#S256");
  // Without certificates there is nothing to compare it with.
  EXPECT_TRUE(read_header_of(header_with(R"("x5t#S256":"AA")")).x5c.empty());
}

// ---- making one -------------------------------------------------------------------------------

TEST_F(JwsCertificates, ADraftBecomesAJwsThatReadsBack) {
  const UtcSeconds now = testing::pki_now;
  const JwsHeaderOptions options{.typ = "trustlist+jwt",
                                 .kid = "key 1",
                                 .x5c = {SharedBytes::copy_of(signer.certificate.der())},
                                 .x5t = true,
                                 .signing_time = now};
  const auto draft = JwsDraft::prepare(signer.key.public_key(), as_bytes("{\"a\":1}"), options).value();
  EXPECT_EQ(draft.algorithm(), crypto::SignatureAlgorithm::es256);
  const auto signature = crypto::sign(signer.key, draft.algorithm(), draft.to_be_signed()).value();
  const Jws jws = draft.finish(signature).value();
  EXPECT_TRUE(jws.verify(signer.key.public_key()));
  EXPECT_EQ(as_text(jws.payload().view()), "{\"a\":1}");
  EXPECT_EQ(jws.header().typ, "trustlist+jwt");
  EXPECT_EQ(jws.header().kid, "key 1");
  EXPECT_EQ(jws.header().signing_time, now);
  ASSERT_EQ(jws.header().x5c.size(), 1U);
  EXPECT_NE(as_text(jws.header_json().view()).find("x5t#S256"), std::string_view::npos);
  EXPECT_TRUE(std::ranges::equal(jws.signing_input(), draft.to_be_signed()));
}

TEST_F(JwsCertificates, ADraftTakesOnlyTheSignatureOfItsKey) {
  const auto draft = JwsDraft::prepare(signer.key.public_key(), {}).value();
  const auto by_root = crypto::sign(root.key, draft.algorithm(), draft.to_be_signed()).value();
  EXPECT_EQ(draft.finish(by_root).error().code, Errc::signature_invalid);
  const auto good = crypto::sign(signer.key, draft.algorithm(), draft.to_be_signed()).value();
  const Bytes der = crypto::signature_to_der(Curve::p256, good.raw).value();
  EXPECT_EQ(draft.finish({der}).error().code, Errc::signature_invalid);
  EXPECT_TRUE(draft.finish(good).value().payload().empty());
}

TEST_F(JwsCertificates, ADraftRefusesHeadersThatNobodyWouldTake) {
  const auto& key = signer.key.public_key();
  const auto code = [&](const JwsHeaderOptions& options) {
    const auto draft = JwsDraft::prepare(key, {}, options);
    return draft ? Errc{} : draft.error().code;
  };
  EXPECT_EQ(code({.x5c = {SharedBytes::copy_of(root.certificate.der())}}), Errc::key_mismatch);
  EXPECT_EQ(code({.x5c = {SharedBytes::copy_of(as_bytes("no DER"))}}), Errc::bad_certificate);
  EXPECT_EQ(code({.x5t = true}), Errc::bad_argument);
  EXPECT_EQ(code({.typ = "\xff"}), Errc::bad_argument);
  EXPECT_EQ(code({.kid = std::string(Jws::max_header_bytes, 'k')}), Errc::bad_argument);
  EXPECT_EQ(code({.signing_time = UtcSeconds(std::chrono::seconds(-1))}), Errc::bad_argument);
  const cose::X5Chain long_chain(11, SharedBytes::copy_of(signer.certificate.der()));
  EXPECT_EQ(code({.x5c = long_chain}), Errc::bad_argument);
}

}  // namespace
}  // namespace mdoc::json
