// Private keys in every form leave nothing in the heap that the tool gives back, neither when they are read nor when
// they are refused.
#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/cose/cose_key.hpp"
#include "support/freed.hpp"
#include "support/vectors.hpp"

namespace mdoc::cli {
namespace {

using ::testing::HasSubstr;
using testing::hex;
using ::testing::Not;

class Wiping : public ::testing::Test {
 protected:
  Wiping() {
    // A part of each form in which the scalar is written. Base64 has one for each place at which the scalar may begin.
    hex_text = to_hex(scalar).substr(0, 24);
    raw_text = std::string(as_text(ByteView(scalar).first(12)));
    for (std::size_t before = 0; before < 3; ++before) {
      Bytes shifted(before, 0);
      shifted.insert(shifted.end(), scalar.begin(), scalar.end());
      base64_texts.at(before) = to_base64url(shifted).substr(before == 0 ? 4 : 8, 12);
    }
    secrets = {hex_text, raw_text, base64_texts[0], base64_texts[1], base64_texts[2]};
  }
  ~Wiping() override { std::filesystem::remove(path); }

  [[nodiscard]] std::string jwk(const std::string& d, const std::string& further = {}) const {
    const auto point = key.public_key().coordinates();
    return R"({"kty": "EC", "crv": "P-256", "d": ")" + d + R"(", "x": ")" + to_base64url(point.x) + R"(", "y": ")" +
           to_base64url(point.y) + "\"" + further + "}";
  }
  /// With another x, it is not the key of its own public key.
  [[nodiscard]] Bytes cose_key(bool fits = true) const {
    Bytes encoded = cose::encode_cose_key(key.public_key().coordinates());
    encoded.front() = 0xa5;  // one member more: -4, the private part
    if (!fits) encoded.at(10) ^= 1;
    encoded.insert(encoded.end(), {0x23, 0x58, 0x20});
    encoded.insert(encoded.end(), scalar.begin(), scalar.end());
    return encoded;
  }
  [[nodiscard]] std::string pem() const {
    const SecretBytes text = key.pem().value();
    return std::string(as_text(text.view()));
  }
  const std::string& file(std::string_view content) const {
    std::ofstream(path, std::ios::binary) << content;
    std::filesystem::permissions(path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
  }

  void expect_read(const std::string& spec) const {
    bool right = false;
    testing::watch_freed(secrets);
    {
      const auto loaded = load_private_key(spec);
      right = loaded.public_key() == key.public_key();
    }
    EXPECT_EQ(testing::stop_watching(), 0u);
    EXPECT_TRUE(right);
  }
  void expect_refused(const std::string& spec) const {
    std::string said;
    testing::watch_freed(secrets);
    try {
      (void)load_private_key(spec);
    } catch (const Failure& failure) {
      said = failure.what();
    }
    EXPECT_EQ(testing::stop_watching(), 0u);
    EXPECT_NE(said, "");
    for (const std::string_view secret : secrets) EXPECT_THAT(said, Not(HasSubstr(std::string(secret))));
  }

  const Bytes scalar = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  const crypto::PrivateKey key = crypto::PrivateKey::import(crypto::Curve::p256, scalar).value();
  const std::string path =
      (std::filesystem::temp_directory_path() / ("mdoc-wiping-" + std::to_string(::getpid()))).string();
  std::string hex_text, raw_text;
  std::array<std::string, 3> base64_texts;
  std::array<std::string_view, 5> secrets;
};

TEST_F(Wiping, TheWatchFindsWhatIsNotWiped) {
  for (const std::string_view secret : secrets) {
    testing::watch_freed(secrets);
    { const std::vector<char> forgotten(secret.begin(), secret.end()); }
    EXPECT_EQ(testing::stop_watching(), 1u);
  }
  EXPECT_THAT(pem(),
              ::testing::AnyOf(HasSubstr(base64_texts[0]), HasSubstr(base64_texts[1]), HasSubstr(base64_texts[2])));
}

TEST_F(Wiping, KeysThatAreReadLeaveNothing) {
  const std::string d = to_base64url(scalar);
  for (const std::string& content :
       {pem(), jwk(d), jwk(d, R"(, "kid": ")" + std::string(100'000, 'k') + "\""), std::string(as_text(cose_key())),
        to_hex(cose_key()), to_base64url(cose_key()), std::string(200'000, ' ') + to_hex(cose_key()),
        std::string(200'000, '\n') + pem()}) {
    SCOPED_TRACE(content.substr(0, 30));
    expect_read(file(content));
  }
  expect_read("hex:" + to_hex(cose_key()));
  expect_read("b64:" + to_base64url(cose_key()));
  ::setenv("MDOC_WIPING_KEY", to_hex(cose_key()).c_str(), 1);
  expect_read("env:MDOC_WIPING_KEY");
  ::unsetenv("MDOC_WIPING_KEY");
}

TEST_F(Wiping, KeysThatAreRefusedLeaveNothing) {
  const std::string d = to_base64url(scalar);
  const std::string whole = pem();
  const std::string end = "\n-----END PRIVATE KEY-----\n";
  const std::string body = whole.substr(0, whole.size() - end.size());
  for (const std::string& content : {
           jwk(d + "!"),                                         // no base64url, at its last character
           jwk(d.substr(0, d.size() - 1)),                       // bits that stand for nothing
           jwk(d, R"(, "kid": ")" + std::string(100'000, 'k')),  // never ends
           jwk(d, R"(, "kid")"),                                 // no JSON
           jwk(d + d),                                           // too long
           std::string(as_text(cose_key(false))),
           to_hex(cose_key(false)),
           to_hex(cose_key()) + "00",
           to_base64url(cose_key()) + "!",
           body,  // cut off
           body + "=" + end,
           body + "!" + end,
           body + "A" + end,
       }) {
    SCOPED_TRACE(content.substr(0, 30));
    expect_refused(file(content));
  }
  for (const std::string& spec : {"hex:" + to_hex(cose_key()) + "0", "hex:" + to_hex(cose_key()) + "zz",
                                  "hex:" + to_hex(cose_key(false)), "b64:" + to_base64url(cose_key()) + "!"}) {
    SCOPED_TRACE(spec.substr(0, 4));
    expect_refused(spec);
  }
}

}  // namespace
}  // namespace mdoc::cli
