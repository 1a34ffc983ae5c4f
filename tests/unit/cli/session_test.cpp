// mdoc-cli session decrypt: a capture, one ephemeral key, and what was said.
#include <gmock/gmock.h>

#include <boost/json/serialize.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "mdoc/core/encoding.hpp"
#include "mdoc/crypto/agree.hpp"
#include "mdoc/crypto/digest.hpp"
#include "mdoc/engagement/session_transcript.hpp"
#include "mdoc/json/profile.hpp"
#include "mdoc/model/device_request.hpp"
#include "mdoc/session/messages.hpp"
#include "mdoc/session/session_cipher.hpp"
#include "support/sample_mdoc.hpp"
#include "support/vectors.hpp"
#include "tool.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using session::Role;
using session::SessionCipher;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> decrypt(const std::vector<std::string>& options) {
  return with({"session", "decrypt"}, options);
}

// ---- the session that the standard prints ---------------------------------------------------------

class AnnexDCapture : public ::testing::Test {
 protected:
  static constexpr const char* annex_d = "iso18013-5-annex-d.json";
  void SetUp() override {
    MDOC_NEEDS_SHARED_VECTORS();
    reader_key = key("reader.jwk", "D.5.1/e-reader-key");
    device_key = key("device.jwk", "D.5.1/e-device-key");
  }
  [[nodiscard]] std::string key(const char* name, std::string_view id) const {
    return folder.write(name, bj::serialize(shared_vector(annex_d, id).at("jwk")));
  }
  static std::string hex_of(std::string_view id) { return in_hex(shared_bytes(annex_d, id)); }
  static std::vector<std::string> met() {
    return {"--engagement", hex_of("D.3.2/nfc-device-engagement"), "--handover", "nfc",
            "--hs",         hex_of("D.3.2/nfc-handover-select"),   "--hr",       hex_of("D.3.2/nfc-handover-request")};
  }
  static std::vector<std::string> messages() {
    return {hex_of("D.5.1/session-establishment"), hex_of("D.5.1/session-data"), hex_of("D.5.1/session-termination")};
  }
  Folder folder;
  std::string reader_key, device_key;
};

TEST_F(AnnexDCapture, DecryptsWithEitherKey) {
  for (const auto& key : {std::vector<std::string>{"--reader-key", reader_key}, {"--device-key", device_key}}) {
    const auto object = only_object(mdoc_cli(with(with(decrypt(met()), key), with(messages(), {"--json"}))));
    const auto& list = object.at("messages").as_array();
    ASSERT_EQ(list.size(), 3u);
    EXPECT_EQ(list[0].at("type").as_string(), "session-establishment");
    EXPECT_EQ(list[0].at("sender").as_string(), "reader");
    EXPECT_EQ(list[0].at("counter").to_number<int>(), 1);
    EXPECT_EQ(list[0].at("plaintext").as_string(), to_hex(shared_bytes(annex_d, "D.4.1.1/device-request")));
    EXPECT_EQ(list[1].at("sender").as_string(), "mdoc");
    EXPECT_EQ(list[1].at("plaintext").as_string(), to_hex(shared_bytes(annex_d, "D.4.1.2/device-response")));
    EXPECT_EQ(list[2].at("status").to_number<int>(), 20);
    EXPECT_TRUE(list[2].at("sender").is_null());
    const Bytes transcript = from_hex(std::string_view(object.at("sessionTranscript").as_string())).value();
    EXPECT_EQ(cbor_embedded(transcript), shared_bytes(annex_d, "D.5.1/session-transcript-bytes"));
  }
}

TEST_F(AnnexDCapture, IsExplainedInTheWordsOfInspect) {
  const auto command = with(with(decrypt(met()), {"--reader-key", reader_key, "--inspect"}), messages());
  const Ended text = mdoc_cli(command);
  EXPECT_EQ(text.exit, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("1  SessionEstablishment, reader to mdoc, counter 1"));
  EXPECT_THAT(text.out, HasSubstr("2  SessionData, mdoc to reader, counter 1"));
  EXPECT_THAT(text.out, HasSubstr("3  SessionData, status 20 (termination)"));
  EXPECT_THAT(text.out, HasSubstr("DeviceRequest"));
  EXPECT_THAT(text.out, HasSubstr("org.iso.18013.5.1.mDL"));
  const auto object = only_object(mdoc_cli(with(command, {"--json"})));
  const auto& first = object.at("messages").at(0).at("inspection");
  EXPECT_EQ(first.at("type").as_string(), "device-request");
  EXPECT_EQ(first.at("version").as_string(), "1.0");
  EXPECT_EQ(object.at("messages").at(1).at("inspection").at("type").as_string(), "device-response");
  EXPECT_TRUE(first.at("warnings").is_array());
}

TEST_F(AnnexDCapture, IsWrittenToFiles) {
  const std::string out = folder.path("plain");
  const Ended ended = mdoc_cli(with(with(decrypt(met()), {"--device-key", device_key, "--out-dir", out}), messages()));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_EQ(folder.read("plain/1-reader.cbor"), as_string(shared_bytes(annex_d, "D.4.1.1/device-request")));
  EXPECT_EQ(folder.read("plain/2-mdoc.cbor"), as_string(shared_bytes(annex_d, "D.4.1.2/device-response")));
  EXPECT_FALSE(std::filesystem::exists(folder.path("plain/3-mdoc.cbor")));
  for (const auto& entry : std::filesystem::directory_iterator(out)) {  // somebody's data
    EXPECT_EQ(entry.status().permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  EXPECT_THAT(ended.out, Not(HasSubstr(to_hex(shared_bytes(annex_d, "D.4.1.1/device-request")))));
}

// ---- sessions of ours -----------------------------------------------------------------------------

class SessionCapture : public ::testing::Test {
 protected:
  SessionCapture() {
    const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
    engaged.emplace(engagement::DeviceEngagement::for_qr(device.public_key(), methods).value());
    establish(transcript().wrapped().view());
  }
  static crypto::PrivateKey key_of(std::uint8_t seed) {
    return crypto::PrivateKey::import(crypto::Curve::p256, Bytes(32, seed)).value();
  }
  [[nodiscard]] Bytes key_bytes() const {
    const auto item = engagement::encode_ephemeral_key(reader.public_key()).value();
    return {item.bytes().begin(), item.bytes().end()};
  }
  [[nodiscard]] engagement::SessionTranscript transcript(const engagement::Handover& handover = {
                                                             engagement::QrHandover{}}) const {
    return engagement::SessionTranscript::for_session(*engaged, key_bytes(), handover).value();
  }
  /// Both sides derive their keys from the hash of these bytes.
  void establish(ByteView salt_content, const ProtocolConstants& constants = iso18013_5()) {
    engagement::Sha256 salt{};
    const auto hash = crypto::digest(crypto::DigestAlgorithm::sha256, salt_content).value();
    std::ranges::copy(hash.view(), salt.begin());
    const auto zab = crypto::agree(reader, device.public_key()).value();
    const auto cipher = [&](Role role) {
      return SessionCipher::create(role, session::derive_session_keys(zab, salt, constants).value(), {}, constants)
          .value();
    };
    from_reader.emplace(cipher(Role::mdoc_reader));
    from_mdoc.emplace(cipher(Role::mdoc));
  }
  [[nodiscard]] Bytes first(std::string_view plaintext = "\xa1\x61\x61\x01") {
    return session::encode_session_establishment(key_bytes(), from_reader->encrypt(as_bytes(plaintext)).value());
  }
  [[nodiscard]] Bytes answer(std::string_view plaintext = "\xa1\x61\x62\x02") {
    const Bytes sealed = from_mdoc->encrypt(as_bytes(plaintext)).value();
    return session::encode_session_data(ByteView(sealed), std::nullopt);
  }
  [[nodiscard]] Ended run(const std::vector<std::string>& options) const {
    return mdoc_cli(with(decrypt({"--engagement", in_hex(engaged->bytes().view())}), options));
  }
  [[nodiscard]] std::vector<std::string> with_reader_key() const {
    return {"--reader-key", folder.write("reader.pem", pem_of(reader))};
  }
  void expect_failure(const std::vector<std::string>& options, int exit, const std::string& what) const {
    const Ended ended = run(options);
    EXPECT_EQ(ended.exit, exit) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr(what));
    // The same for machines: one object that says so.
    const Ended machine = run(with(options, {"--json"}));
    EXPECT_EQ(machine.exit, exit);
    EXPECT_THAT(std::string(only_object(machine).at("error").as_string()), HasSubstr(what));
  }

  Folder folder;
  crypto::PrivateKey device = key_of(0x41), reader = key_of(0x42);
  std::optional<engagement::DeviceEngagement> engaged;
  std::optional<SessionCipher> from_reader, from_mdoc;
};

TEST_F(SessionCapture, IsReadFromAFileOfLines) {
  const std::string capture = to_hex(first()) + "\n\n  " + to_base64url(answer()) + "\r\n";
  const std::string file = folder.write("capture.txt", capture);
  const auto object = only_object(run(with(with_reader_key(), {"--messages", file, "--json"})));
  ASSERT_EQ(object.at("messages").as_array().size(), 2u);
  EXPECT_EQ(object.at("messages").at(1).at("plaintext").as_string(), "a1616202");
}

TEST_F(SessionCapture, TellsGapsInIt) {
  const Bytes establishment = first();
  (void)answer();
  const Bytes second = answer();
  const Ended ended = run(with(with_reader_key(), {in_hex(establishment), in_hex(second), in_hex(second)}));
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("mdoc to reader, counter 2"));
  EXPECT_THAT(ended.out, HasSubstr("lacks 1 message of the mdoc"));
  EXPECT_THAT(ended.out, HasSubstr("came before"));
}

TEST_F(SessionCapture, UnderNamesOfAProfileOpensWithIt) {
  const std::string profile = MDOC_EXAMPLES_DATA "/utopia-eid.json";
  std::ifstream file(profile);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto loaded = json::load_profile(text).value();
  establish(transcript().wrapped().view(), profile::constants(loaded.profile()));
  const std::string request = folder.path("request.cbor");
  prepare({"request", "--profile", profile, "--doc-type", "ut.eid.1", "--element", "ut.eid.1/citizen_number", "--out",
           request});
  const auto call = with(with_reader_key(), {"--inspect", in_hex(first(folder.read("request.cbor")))});
  expect_failure(call, 3, "does not decrypt");
  const Ended own = run(with(call, {"--profile", profile}));
  EXPECT_EQ(own.exit, 0) << own.err;
  EXPECT_THAT(own.out, HasSubstr("ut.eid.1"));
  EXPECT_THAT(own.out, HasSubstr("Utopian identity card"));
}

TEST_F(SessionCapture, SaysThatTheKeyIsAnother) {
  const std::string stranger = folder.write("stranger.pem", pem_of(key_of(0x43)));
  const std::string message = in_hex(first());
  expect_failure({"--reader-key", stranger, message}, 3, "is not the key that message 1");
  expect_failure({"--device-key", stranger, message}, 3, "is not the key that --engagement names");
}

TEST_F(SessionCapture, NamesWhatItsSenderDidOtherwise) {
  establish(transcript().bytes().view());
  expect_failure(with(with_reader_key(), {in_hex(first())}), 3, "hash of the bare array");
  // The engagement as it is in the QR code, without tag and byte string around it.
  Bytes bare{0x83};
  const auto append = [&bare](ByteView part) { bare.insert(bare.end(), part.begin(), part.end()); };
  append(engaged->bytes().view());
  append(key_bytes());
  bare.push_back(0xf6);  // QR
  establish(cbor_embedded(bare));
  const auto call = with(with_reader_key(), {in_hex(first())});
  expect_failure(call, 3, "another SessionTranscript");
  EXPECT_THAT(run(call).err, Not(HasSubstr("altered")));
}

TEST_F(SessionCapture, SaysWhichMessageFailsAndWhatIsLeftToTry) {
  // The two met by NFC, and the command line says otherwise.
  establish(
      transcript(engagement::NfcHandover{.handover_select = SharedBytes::take(Bytes{0xd1, 0x02})}).wrapped().view());
  const Bytes by_nfc = first();
  expect_failure(with(with_reader_key(), {in_hex(by_nfc)}), 3, "another handover than \"--handover qr\"");
  const Ended right = run(with(with_reader_key(), {"--handover", "nfc", "--hs", "hex:d102", in_hex(by_nfc)}));
  EXPECT_EQ(right.exit, 0) << right.err;

  establish(transcript().wrapped().view());
  const Bytes establishment = first();
  Bytes altered = answer();
  altered.back() ^= 1;
  const auto call = with(with_reader_key(), {in_hex(establishment), in_hex(altered)});
  expect_failure(call, 3, "message 2");
  EXPECT_THAT(run(call).out, HasSubstr("a1616101"));  // what came before is shown
  const auto object = only_object(run(with(call, {"--json"})));
  EXPECT_EQ(object.at("messages").as_array().size(), 1u);
  EXPECT_EQ(object.at("failed").to_number<int>(), 1);
  expect_failure(with(with_reader_key(), {in_hex(establishment), in_hex(establishment)}), 3,
                 "second SessionEstablishment");
  expect_failure(with(with_reader_key(), {in_hex(establishment), "hex:a0"}), 3, "cannot decode message 2");
  expect_failure(with(with_reader_key(), {in_hex(answer())}), 3, "is no SessionEstablishment");
}

TEST_F(SessionCapture, APlaintextThatIsNoneIsShownAsItIs) {
  const auto call = with(with_reader_key(), {in_hex(first("\xff")), "--inspect"});
  const Ended ended = run(call);
  EXPECT_EQ(ended.exit, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("!"));
  EXPECT_TRUE(
      only_object(run(with(call, {"--json"}))).at("messages").at(0).at("inspection").as_object().contains("error"));
}

TEST_F(SessionCapture, MisuseIsNamed) {
  const std::string message = in_hex(first());
  const auto key = with_reader_key();
  expect_failure({message}, 2, "--reader-key or --device-key");
  expect_failure(with(key, {"--device-key", key[1], message}), 2, "not both");
  expect_failure(key, 2, "--messages");
  expect_failure(with(key, {message, "--messages", "capture.txt"}), 2, "--messages");
  expect_failure(with(key, {message, "--handover", "nfc"}), 2, "--hs");
  expect_failure(with(key, {message, "--hs", "hex:d102"}), 2, "--handover nfc");
  expect_failure(with(key, {"--messages", folder.write("bad.txt", "a1\nno hex!\n")}), 3, "line 2");
  expect_failure(with(key, {"--messages", folder.write("empty.txt", "\n \n")}), 3, "no message");
  expect_failure(with(key, {"mdoc:owBj"}), 2, "--engagement");
  EXPECT_EQ(mdoc_cli(decrypt({message})).exit, 2);
  EXPECT_EQ(mdoc_cli({"session"}).exit, 2);
  const Ended help = mdoc_cli(decrypt({"--help"}));
  EXPECT_EQ(help.exit, 0);
  EXPECT_THAT(help.out, HasSubstr("Example:"));
}

}  // namespace
}  // namespace mdoc::testing
