#include "mdoc/session/messages.hpp"

#include <gtest/gtest.h>

#include <map>

#include "session_fixture.hpp"

namespace mdoc::session {
namespace {

const std::string e_reader_key_hex =
    "d818584ba40102200121582060e3392385041f51403051f2415531cb56dd3f999c71687013aac6768bc8187e225820e58deb8fdbe907f7"
    "dd5368245551a34796f7d2215c440c339bb0f7b67beccdfa";
const std::string key_member = "6a655265616465724b6579" + e_reader_key_hex;
const std::string data_member = "646461746150" + std::string(32, '7');

Result<SessionMessage> decode(std::string_view text, Level level = Level::interop) {
  return decode_session_message(shared(hex(text)), {.level = level});
}
Result<SessionData> session_data(std::string_view text) {
  auto message = decode(text, Level::strict);
  if (!message) return message.error();
  return std::get<SessionData>(*std::move(message));
}

TEST(SessionMessages, AnnexDMessagesAreDecodedAndWrittenToTheByte) {
  MDOC_NEEDS_SHARED_VECTORS();
  const auto vector = [](std::string_view id) { return testing::shared_bytes("iso18013-5-annex-d.json", id); };
  const Bytes establishment_bytes = vector("D.5.1/session-establishment");
  const auto establishment = decode_session_message(shared(establishment_bytes), {.level = Level::strict});
  ASSERT_TRUE(establishment) << describe(establishment.error());
  const auto& first = std::get<SessionEstablishment>(*establishment);
  EXPECT_EQ(first.data.size(), 735u);
  EXPECT_EQ(to_bytes(first.e_reader_key.bytes()), vector("D.5.1/e-reader-key-bytes"));
  EXPECT_EQ(encode_session_establishment(first.e_reader_key.bytes(), first.data.view()), establishment_bytes);

  const Bytes data_bytes = vector("D.5.1/session-data");
  const auto data = decode_session_message(shared(data_bytes), {.level = Level::strict});
  ASSERT_TRUE(data) << describe(data.error());
  const auto& second = std::get<SessionData>(*data);
  EXPECT_EQ(second.data.value().size(), 3578u);
  EXPECT_EQ(encode_session_data(second.data->view(), std::nullopt), data_bytes);

  EXPECT_EQ(encode_session_data(std::nullopt, SessionStatus::termination), vector("D.5.1/session-termination"));
}

TEST(SessionMessages, Ses08StatusAndDataGoTogetherOnlyForTermination) {
  EXPECT_EQ(session_data("a16673746174757314").value().status, SessionStatus::termination);
  const auto both = session_data("a2" + data_member + "6673746174757314");
  EXPECT_EQ(both.value().status, SessionStatus::termination);
  EXPECT_EQ(both->data.value().size(), 16u);
  for (const char* status : {"0a", "0b"}) {
    EXPECT_TRUE(session_data("a166737461747573" + std::string(status)));
    EXPECT_EQ(session_data("a2" + data_member + "66737461747573" + status).error().code, Errc::bad_value);
  }
}

TEST(SessionMessages, Ses09UndefinedStatusIsKept) {
  const auto message = session_data("a1667374617475731903e8");
  EXPECT_EQ(static_cast<std::uint64_t>(message.value().status.value()), 1000u);
  EXPECT_EQ(name(*message->status), "unknown");
  EXPECT_EQ(name(SessionStatus::termination), "termination");
  EXPECT_EQ(name(SessionStatus::encryption_error), "encryption-error");
  EXPECT_EQ(name(SessionStatus::decoding_error), "decoding-error");
}

TEST(SessionMessages, Ses16SessionEstablishmentNeedsKeyAndData) {
  EXPECT_TRUE(decode("a2" + key_member + data_member, Level::strict));
  EXPECT_TRUE(decode("a2" + data_member + key_member, Level::strict));  // in any order
  EXPECT_EQ(decode("a1" + key_member).error().code, Errc::missing_element);
  EXPECT_EQ(decode("a2" + key_member + "6464617461f6").error().code, Errc::wrong_type);
  EXPECT_EQ(decode("a26a655265616465724b6579f6" + data_member).error().code, Errc::wrong_type);
  EXPECT_EQ(decode("a2" + key_member + "646461746140").error().code, Errc::bad_value);
}

TEST(SessionMessages, UnknownMembersAreKept) {
  const std::string extension = "6b" + to_hex(as_bytes("org.ext.a.b")) + "8101";
  const auto message = session_data("a3" + data_member + "6373657100" + extension);
  ASSERT_TRUE(message) << describe(message.error());
  EXPECT_EQ(message->others.size(), 2u);
}

TEST(SessionMessages, MalformedMessagesAreRefused) {
  const std::pair<std::string, Errc> cases[] = {
      {"", Errc::truncated},
      {"a0", Errc::missing_element},
      {"a1617801", Errc::missing_element},
      {"80", Errc::wrong_type},
      {"a164646174614f" + std::string(30, '0'), Errc::bad_value},  // shorter than a tag
      {"a164646174616161", Errc::wrong_type},
      {"a1667374617475736132", Errc::wrong_type},
      {"a16673746174757329", Errc::wrong_type},
      {"a1667374617475731400", Errc::trailing_bytes},
      {"a266737461747573146673746174757314", Errc::duplicate_key},
      {"d818"
       "49a16673746174757314",
       Errc::wrong_type},
      {"a2"
       "6a655265616465724b6579" +
           e_reader_key_hex.substr(8) + data_member,
       Errc::wrong_type},  // no tag 24
  };
  for (const auto& [text, code] : cases) {
    const auto message = decode(text, Level::lenient);
    ASSERT_FALSE(message) << text;
    if (!text.starts_with("a26a65") && !text.starts_with("d8")) {
      EXPECT_EQ(message.error().code, code) << text << ' ' << describe(message.error());
    }
    EXPECT_EQ(session_status(message.error().code), SessionStatus::decoding_error) << text;
  }
}

TEST(SessionMessages, UnusableReaderKeysCallForStatus10) {
  std::string off_curve = e_reader_key_hex;
  off_curve.back() = 'b';
  const std::string keys[] = {
      off_curve,
      "d818582aa40102200121582060e3392385041f51403051f2415531cb56dd3f999c71687013aac6768bc8187e22f4",  // compressed
      "d8185828a30101200621582060e3392385041f51403051f2415531cb56dd3f999c71687013aac6768bc8187e",      // Ed25519
      "d8185828a30101201863"
      "581f" +
          std::string(62, '0'),  // unknown curve
  };
  for (const auto& key : keys) {
    const auto message = decode("a26a655265616465724b6579" + key + data_member, Level::lenient);
    ASSERT_FALSE(message) << key;
    EXPECT_EQ(session_status(message.error().code), SessionStatus::encryption_error) << describe(message.error());
  }
}

TEST(SessionMessages, LimitsHold) {
  cbor::DecodeContext context;
  context.limits.max_bytes = 32;
  EXPECT_TRUE(decode_session_message(shared(hex("a1" + data_member)), context));
  EXPECT_EQ(decode_session_message(shared(Bytes(33, 0)), context).error().code, Errc::too_large);
}

// The one table of the architecture: what the peer is told for each error.
TEST(SessionMessages, EveryErrorHasItsStatus) {
  constexpr std::optional<SessionStatus> nothing;
  constexpr auto encryption = SessionStatus::encryption_error;
  constexpr auto decoding = SessionStatus::decoding_error;
  constexpr auto termination = SessionStatus::termination;
  const std::map<Errc, std::optional<SessionStatus>> exceptions{
      {Errc::bad_key, encryption},
      {Errc::unexpected_message, encryption},
      {Errc::unsupported_algorithm, encryption},
      {Errc::unsupported_curve, encryption},
      {Errc::unsupported_cipher_suite, encryption},
      {Errc::decryption_failed, encryption},
      {Errc::algorithm_mismatch, encryption},
      {Errc::terminated_by_peer, nothing},
      {Errc::peer_session_error, nothing},
      {Errc::link_closed, nothing},
      {Errc::http_status, nothing},
      {Errc::connect_failed, nothing},
      {Errc::radio_off, nothing},
      {Errc::too_large, decoding},
      {Errc::too_deep, decoding},
      {Errc::too_many, decoding},
  };
  unsigned codes = 0;
  for (std::uint16_t number = 100; number < 900; ++number) {
    const auto code = static_cast<Errc>(number);
    if (name(code) == "unknown") continue;
    ++codes;
    const auto exception = exceptions.find(code);
    const bool malformed = Error{.code = code}.kind() == ErrorKind::malformed;
    const auto expected = exception != exceptions.end() ? exception->second : malformed ? decoding : termination;
    EXPECT_EQ(session_status(code), expected) << name(code);
  }
  EXPECT_GT(codes, 50u);
}

}  // namespace
}  // namespace mdoc::session
