// KEY arguments in every form, by way of the commands that take them.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "mdoc/crypto/certificate.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// One P-256 key in the forms that people have.
class Keys : public ::testing::Test {
 protected:
  Keys() : key(crypto::PrivateKey::import(crypto::Curve::p256, scalar).value()) {}

  [[nodiscard]] std::string jwk(bool with_private) const {
    const auto point = key.public_key().coordinates();
    bj::object object{{"kty", "EC"}, {"crv", "P-256"}, {"x", to_base64url(point.x)}, {"y", to_base64url(point.y)}};
    if (with_private) object["d"] = to_base64url(scalar);
    return bj::serialize(object);
  }
  [[nodiscard]] Bytes cose_key(bool with_private) const {
    Bytes encoded = cose::encode_cose_key(key.public_key().coordinates());
    if (!with_private) return encoded;
    encoded.front() = 0xa5;  // one member more: -4, the private part
    encoded.insert(encoded.end(), {0x23, 0x58, 0x20});
    encoded.insert(encoded.end(), scalar.begin(), scalar.end());
    return encoded;
  }
  /// Makes a certificate signed with this private key: works only if it is the right one.
  [[nodiscard]] Ended use_private(const std::string& spec, const ProcessSetup& setup = {}) const {
    return mdoc_cli({"request", "--doc-type", "d", "--element", "n/e", "--reader-auth", spec, "--reader-cert",
                     certificate, "--transcript", transcript},
                    setup);
  }
  /// Computes a transcript with this public key, which is its second element.
  [[nodiscard]] Ended use_public(const std::string& spec, const ProcessSetup& setup = {}) const {
    return mdoc_cli({"transcript", "--engagement", engagement, "--reader-public", spec}, setup);
  }
  void expect_public(const std::string& spec, const ProcessSetup& setup = {}) const {
    const Ended ended = use_public(spec, setup);
    EXPECT_EQ(ended.exit, 0) << spec << ": " << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(to_hex(cbor_embedded(cose_key(false))))) << spec;
  }
  void expect_private(const std::string& spec, const ProcessSetup& setup = {}) const {
    const Ended ended = use_private(spec, setup);
    EXPECT_EQ(ended.exit, 0) << spec << ": " << ended.err;
    EXPECT_EQ(ended.err, "");
  }

  Folder folder;
  const Bytes scalar = Bytes(32, 0x37);
  crypto::PrivateKey key;
  std::string certificate = folder.write("certificate.pem", [this] {
    CountingRng rng(9);
    SampleMdoc sample;
    return crypto::issue_self_signed_certificate(sample.iaca, key, rng).value().pem();
  }());
  const std::string transcript = in_hex(online_transcript());
  // Version 1.0, cipher suite 1, some other key.
  const std::string engagement = "hex:a20063312e30018201d818584b" + [] {
    return to_hex(cose::encode_cose_key(SampleMdoc().e_reader_key.public_key().coordinates()));
  }();
};

TEST_F(Keys, ArePemJwkOrCoseKeyInFiles) {
  const std::string pem = pem_of(key);
  expect_private(folder.write("pkcs8.pem", pem));
  expect_private(folder.write("jwk.json", jwk(true)));
  expect_private(folder.write("jwk-space.json", " \n" + jwk(true) + "\n"));
  expect_private(folder.write("cose.cbor", cose_key(true)));
  expect_private(folder.write("cose.hex", to_hex(cose_key(true)) + "\n"));
  expect_private(folder.write("cose.b64", to_base64url(cose_key(true))));
  expect_private(in_hex(cose_key(true)));
  expect_private("b64:" + to_base64url(cose_key(true)));
}

TEST_F(Keys, ArePemOfSec1AsOpensslWritesIt) {
  const std::string pkcs8 = folder.write("pkcs8.pem", pem_of(key));
  const Ended converted = run({"openssl", "ec", "-in", pkcs8, "-out", folder.path("sec1.pem")});
  ASSERT_EQ(converted.exit, 0) << converted.err;
  EXPECT_THAT(folder.read("sec1.pem"), HasSubstr("BEGIN EC PRIVATE KEY"));
  expect_private(folder.write("sec1-private.pem", folder.read("sec1.pem")));
}

TEST_F(Keys, ArePublicInAllTheseForms) {
  expect_public(folder.write("public.pem", key.public_key().pem()));
  expect_public(folder.write("jwk.json", jwk(false)));
  expect_public(folder.write("cose.cbor", cose_key(false)));
  expect_public(in_hex(cose_key(false)));
  expect_public(in_hex(cbor_embedded(cose_key(false))));
  expect_public(certificate);
  expect_public(folder.write("private.pem", pem_of(key)));
  expect_public(folder.write("private.json", jwk(true)));
  expect_public(folder.write("private.cbor", cose_key(true)));
}

TEST_F(Keys, ComeFromTheEnvironmentADescriptorAndStandardInput) {
  const std::string pem = pem_of(key);
  expect_private("env:READER_KEY", {.environment = {{"READER_KEY", pem}}});
  expect_private("env:READER_KEY", {.environment = {{"READER_KEY", jwk(true)}}});
  expect_private("env:READER_KEY", {.environment = {{"READER_KEY", to_hex(cose_key(true))}}});
  expect_private("fd:3", {.descriptor_3 = pem});
  expect_private("fd:3", {.descriptor_3 = as_string(cose_key(true))});
  expect_private("-", {.input = pem});
}

TEST_F(Keys, AnEphemeralKeyKeepsTheBytesItCameIn) {
  // A longer head, and a kid: not how we would write it.
  Bytes odd =
      hex("b80501020250aabbccddeeff00112233445566778899"
          "2001"
          "215820");
  const auto point = key.public_key().coordinates();
  odd.insert(odd.end(), point.x.begin(), point.x.end());
  odd.insert(odd.end(), {0x22, 0x58, 0x20});
  odd.insert(odd.end(), point.y.begin(), point.y.end());
  for (const Bytes& given : {odd, cbor_embedded(odd)}) {
    const Ended ended = use_public(in_hex(given));
    EXPECT_EQ(ended.exit, 0) << ended.err;
    EXPECT_THAT(ended.out, HasSubstr(to_hex(cbor_embedded(odd))));
  }
}

TEST_F(Keys, AWorldReadablePrivateKeyIsWarnedAbout) {
  const std::string file = folder.write("private.pem", pem_of(key));
  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
  const Ended ended = use_private(file);
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("chmod 600 " + file));
  std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::remove);
  EXPECT_EQ(use_private(file).err, "");
}

TEST_F(Keys, APublicKeyIsNotTakenForAPrivateOne) {
  EXPECT_EQ(use_private(folder.write("public.pem", key.public_key().pem())).exit, 3);
  EXPECT_THAT(use_private(folder.write("public.json", jwk(false))).err, HasSubstr("a private key is needed"));
  EXPECT_EQ(use_private(in_hex(cose_key(false))).exit, 3);
  EXPECT_EQ(use_private(certificate).exit, 3);
}

TEST_F(Keys, OnlyWhatIsAPrivateKeyIsWarnedAbout) {
  const auto open_to_all = [this](const char* name, const std::string& content) {
    const std::string file = folder.write(name, content);
    std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    return file;
  };
  for (const std::string& file :
       {open_to_all("public.pem", key.public_key().pem()),
        open_to_all("certificate.pem", folder.read("certificate.pem")), open_to_all("public.json", jwk(false)),
        open_to_all("public.cbor", as_string(cose_key(false))),
        open_to_all("document.cbor", as_string(SampleMdoc().document())),
        open_to_all("broken.pem", "-----BEGIN PRIVATE KEY-----\n")}) {
    EXPECT_THAT(use_private(file).err, Not(HasSubstr("chmod"))) << file;
    EXPECT_THAT(use_public(file).err, Not(HasSubstr("chmod"))) << file;
  }
  for (const std::string& file :
       {open_to_all("private.json", jwk(true)), open_to_all("private.cbor", as_string(cose_key(true)))}) {
    EXPECT_THAT(use_private(file).err, HasSubstr("chmod 600 " + file));
  }
}

TEST_F(Keys, WhatIsNoPrivateKeyIsNamed) {
  const auto said = [this](const std::string& file, const std::string& why) {
    const Ended ended = use_private(file);
    EXPECT_EQ(ended.exit, 3) << file;
    EXPECT_THAT(ended.err, HasSubstr(file + " " + why));
    EXPECT_THAT(ended.err, Not(HasSubstr("not valid hex")));
  };
  SampleMdoc sample;
  const std::string swapped = "; are --reader-auth and --reader-cert swapped?";
  said(certificate, "holds a CERTIFICATE, not a private key" + swapped);
  said(folder.write("public.pem", key.public_key().pem()), "holds a PUBLIC KEY, not a private key\n");
  said(folder.write("nothing.pem", std::string_view("-----BEGIN X\x1b-----\n-----END X-----\n")),
       "holds a X\\x1b, not a private key");
  said(folder.write("parameters.pem",
                    std::string_view("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n")),
       "holds an EC PARAMETERS, not a private key");
  said(folder.write("document.cbor", sample.document()), "is a Document, not a private key");
  said(folder.write("issued.hex", to_hex(sample.issuer_signed())), "is IssuerSigned, not a private key");
  const crypto::Certificate authority = sample.iaca_certificate();
  said(folder.write("der", authority.der()), "is a certificate, not a private key" + swapped);
  said(folder.write(
           "locked.pem",
           std::string_view("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n")),
       "holds a private key under a passphrase");
}

TEST_F(Keys, WhatIsNoPublicKeyIsNamed) {
  const auto said = [this](const std::string& file, const std::string& why) {
    const Ended ended = use_public(file);
    EXPECT_EQ(ended.exit, 3) << file;
    EXPECT_THAT(ended.err, HasSubstr(file + " " + why));
  };
  said(folder.write("response.cbor", SampleMdoc().response()), "is a DeviceResponse, no key");
  said(folder.write("nothing.pem", std::string_view("-----BEGIN NOTHING-----\n-----END NOTHING-----\n")),
       "holds a NOTHING, no key");
}

TEST_F(Keys, WhatIsNoCertificateIsNamed) {
  const std::string response = folder.write("response.cbor", SampleMdoc().response());
  const auto said = [&response](const std::string& file, const std::string& why) {
    const Ended ended = mdoc_cli({"verify", response, "--trust", file});
    EXPECT_EQ(ended.exit, 3) << file;
    EXPECT_THAT(ended.err, HasSubstr(file + " " + why));
    EXPECT_THAT(ended.err, Not(HasSubstr("not valid hex")));
  };
  said(folder.write("private.pem", pem_of(key)), "holds a PRIVATE KEY, no certificate\n");
  said(folder.write("public.pem", key.public_key().pem()), "holds a PUBLIC KEY, no certificate");
  said(folder.write("public.json", jwk(false)), "holds JSON, no certificate");
  said(response, "is a DeviceResponse, no certificate");
}

TEST_F(Keys, AnotherPrivateKeyIsNotThatOfTheCertificate) {
  bj::object other = object_of(jwk(true));
  other["d"] = to_base64url(Bytes(32, 0x38));
  const Ended mixed = use_private(folder.write("mixed.json", bj::serialize(other)));
  EXPECT_EQ(mixed.exit, 3);
  EXPECT_THAT(mixed.err, HasSubstr("is not that of the private key"));
  Bytes cose = cose_key(true);
  cose.back() ^= 1;
  EXPECT_EQ(use_private(in_hex(cose)).exit, 3);
}

TEST_F(Keys, UnusableKeysAreRefusedWithoutShowingThem) {
  const std::string secret = to_base64url(scalar);
  const auto refused = [this, &secret](const std::string& content) {
    const std::string file = folder.write("bad", content);
    for (const Ended& ended : {use_private(file), use_public(file)}) {
      EXPECT_EQ(ended.exit, 3) << content;
      EXPECT_THAT(ended.err, Not(HasSubstr(secret)));
      EXPECT_THAT(ended.err, HasSubstr(file));
    }
  };
  refused("");
  refused("{");
  refused("{}");
  refused("[]");
  refused(R"({"kty": "RSA", "n": "AQAB", "e": "AQAB"})");
  refused(R"({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "d": ")" + secret + "x\"}");
  refused("-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n");
  refused("-----BEGIN NOTHING-----\n-----END NOTHING-----\n");
  refused(as_string(hex("a0")));
  refused(as_string(hex("d81841a0")));
  refused(as_string(hex("a30102200121 4100")));
  refused("just words");
  for (const std::string& given : {to_hex(cose_key(true)) + "0", to_hex(cose_key(true)) + "00", to_hex(scalar)}) {
    for (const Ended& ended : {use_private("hex:" + given), use_public("hex:" + given)}) {
      EXPECT_EQ(ended.exit, 3) << ended.err;
      EXPECT_THAT(ended.err, HasSubstr("hex:…"));
      EXPECT_THAT(ended.err, Not(HasSubstr(given.substr(0, 24))));
    }
  }
}

TEST_F(Keys, SourcesThatAreNotThereAreRefused) {
  EXPECT_EQ(use_private("env:NO_SUCH_VARIABLE").exit, 3);
  EXPECT_EQ(use_private("fd:77").exit, 3);
  EXPECT_EQ(use_private("fd:x").exit, 2);
  EXPECT_EQ(use_private("fd:").exit, 2);
  EXPECT_EQ(use_private(folder.path("missing")).exit, 3);
  EXPECT_NE(use_private("pkcs11:token=x").exit, 0);  // more in token_keys_test.cpp
}

}  // namespace
}  // namespace mdoc::testing
