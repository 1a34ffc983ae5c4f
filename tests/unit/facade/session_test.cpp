// What holder and reader say within a session: the checks SES-07, SES-10 and REQ-15 of the conformance catalogue. The
// other side is a bare session, which sends what no facade would.
#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"
#include "mdoc/engagement/qr_code.hpp"
#include "mdoc/session/mdoc_session.hpp"
#include "mdoc/session/reader_session.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;

const std::string status_10 = "a1667374617475730a", status_11 = "a1667374617475730b", status_20 = "a16673746174757314";

std::string empty_response(std::uint8_t status) {
  return "a26673746174757" +
         std::string(status == 0    ? "300"
                     : status == 10 ? "30a"
                     : status == 11 ? "30b"
                                    : "30c") +
         "6776657273696f6e63312e30";
}

/// Hands the session's messages to the holder and gives what comes back, decrypted or, before keys exist, as it is.
class BareReader {
 public:
  explicit BareReader(Meeting& meeting) : meeting_(meeting), session_(make(meeting)) {
    meeting_.holder.on_link_opened(meeting_.now());
  }

  std::string ask(ByteView plaintext) {
    EXPECT_TRUE(session_.request(plaintext, meeting_.steady));
    while (auto effect = session_.poll()) {
      if (auto* send = std::get_if<session::SendMessage>(&*effect)) deliver(std::move(send->message));
      if (auto* received = std::get_if<session::MessageReceived>(&*effect)) return to_hex(received->plaintext.view());
    }
    return "no answer";
  }
  /// A message of the link, encrypted or not.
  void deliver(Bytes message) {
    meeting_.holder.on_message(SharedBytes::take(std::move(message)), meeting_.now());
    while (auto effect = meeting_.holder.poll()) {
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        sent.push_back(to_hex(send->message));
        session_.on_message(SharedBytes::take(std::move(send->message)), meeting_.steady);
      } else if (auto* needed = std::get_if<ConsentNeeded>(&*effect)) {
        EXPECT_TRUE(meeting_.holder.decline(needed->round, meeting_.now()));
      } else if (auto* closed = std::get_if<Closed>(&*effect)) {
        meeting_.holder_closed = *closed;
      }
    }
  }
  std::vector<std::string> sent;  // by the holder

 private:
  static session::ReaderSession make(Meeting& meeting) {
    const auto engagement = engagement::parse_qr_code(meeting.holder.qr_code()).value();
    auto key = crypto::PrivateKey::generate(engagement.e_device_key().curve(), meeting.rng).value();
    return session::ReaderSession::create(engagement, engagement::QrHandover{}, std::move(key), meeting.steady).value();
  }
  Meeting& meeting_;
  session::ReaderSession session_;
};

TEST(Ses07, ARequestThatDoesNotDecodeIsAnsweredByItsStatusAndTheSessionGoesOn) {
  Meeting meeting;
  BareReader reader(meeting);
  const std::pair<std::string_view, std::uint8_t> cases[] = {
      {"ff", 11},                                                    // no CBOR
      {"a26776657273696f6e63312e30", 11},                            // truncated
      {"a26776657273696f6e63312e306776657273696f6e63312e30", 11},    // a key twice
      {"80", 12},                                                    // no map
      {"a0", 12},                                                    // nothing in it
      {"a26776657273696f6e63312e306b646f63526571756573747380", 12},  // nothing asked
      {"a26776657273696f6e016b646f63526571756573747380", 12},        // a version that is no text
  };
  for (const auto& [plaintext, status] : cases) {
    EXPECT_EQ(reader.ask(from_hex(plaintext).value()), empty_response(status)) << plaintext;
  }
  const model::DeviceRequest request = meeting.request({"family_name"});
  const ByteView good = request.encoded.view();
  Bytes longer(good.begin(), good.end());
  EXPECT_EQ(reader.ask(longer), empty_response(0));
  longer.push_back(0);
  EXPECT_EQ(reader.ask(longer), empty_response(11));
  EXPECT_FALSE(meeting.holder_closed);
}

TEST(Ses07, ARequestOfAnotherMajorVersionIsAGeneralError) {
  Meeting meeting;
  BareReader reader(meeting);
  const auto request = meeting.request({"family_name"}).encoded;
  Bytes later(request.view().begin(), request.view().end());
  const std::string version = "1.0";
  const auto at = std::search(later.begin(), later.end(), version.begin(), version.end());
  ASSERT_NE(at, later.end());
  *at = '2';
  EXPECT_EQ(reader.ask(later), empty_response(10));
  *at = '1';
  EXPECT_EQ(reader.ask(later), empty_response(0));
}

TEST(Ses07, WithoutKeysAMessageThatDoesNotDecodeIsStatus11OfTheSession) {
  for (const char* message : {"", "ff", "a0", "80", "a16464617461", "a1667374617475736131"}) {
    Meeting meeting;
    BareReader reader(meeting);
    reader.deliver(from_hex(message).value());
    ASSERT_EQ(reader.sent.size(), 1u) << message;
    EXPECT_EQ(reader.sent[0], status_11) << message;
    ASSERT_TRUE(meeting.holder_closed && meeting.holder_closed->reason);
    EXPECT_EQ(meeting.holder_closed->reason->kind(), ErrorKind::malformed) << message;
  }
}

/// How a reader ends a session whose mdoc, a bare session, gives it `response`.
struct Ending {
  std::optional<Closed> closed;
  std::vector<std::string> sent;
};

Ending end_over(std::string_view response, session::AfterResponse after) {
  Meeting meeting;  // lends its trust and its clock
  auto key = crypto::PrivateKey::generate(crypto::Curve::p256, meeting.rng).value();
  const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  const auto engagement = engagement::DeviceEngagement::for_qr(key.public_key(), methods).value();
  auto mdoc =
      session::MdocSession::create(engagement, std::move(key), engagement::QrHandover{}, meeting.steady).value();
  auto reader =
      Reader::from_qr_code(engagement::qr_code_text(engagement), meeting.trust, meeting.rng, meeting.now()).value();
  reader.on_link_opened(meeting.now());
  EXPECT_TRUE(reader.request(meeting.request({"family_name"}), meeting.now()));
  Ending ending;
  const auto drain = [&] {
    while (auto effect = reader.poll()) {
      EXPECT_FALSE(std::holds_alternative<ResponseReceived>(*effect));
      if (auto* end = std::get_if<Closed>(&*effect)) ending.closed = *end;
      if (auto* send = std::get_if<SendMessage>(&*effect)) {
        ending.sent.push_back(to_hex(send->message));
        mdoc.on_message(SharedBytes::take(std::move(send->message)), meeting.steady);
      }
    }
  };
  drain();
  EXPECT_TRUE(mdoc.respond(from_hex(response).value(), after, meeting.steady));
  while (auto effect = mdoc.poll()) {
    if (auto* send = std::get_if<session::SendMessage>(&*effect)) {
      reader.on_message(SharedBytes::take(std::move(send->message)), meeting.now());
    }
  }
  drain();
  return ending;
}

constexpr const char* no_responses[] = {"ff", "a2667374617475730a", "80", "a0", "a26673746174757300677665"};

TEST(Ses07, AReaderEndsTheSessionOverAResponseThatDoesNotDecode) {
  for (const char* response : no_responses) {
    SCOPED_TRACE(response);
    const Ending ending = end_over(response, session::AfterResponse::wait);
    ASSERT_TRUE(ending.closed && ending.closed->reason);
    EXPECT_EQ(ending.closed->reason->kind(), ErrorKind::malformed);
    ASSERT_EQ(ending.sent.size(), 2u);
    EXPECT_EQ(ending.sent[1], status_11);
  }
}

TEST(Ses07, AResponseThatDoesNotDecodeIsNoGoodEndAlsoWhereTheMdocEndsTheSessionWithIt) {
  for (const char* response : no_responses) {
    SCOPED_TRACE(response);
    const Ending ending = end_over(response, session::AfterResponse::terminate);
    ASSERT_TRUE(ending.closed && ending.closed->reason);
    EXPECT_EQ(ending.closed->reason->kind(), ErrorKind::malformed);
    EXPECT_EQ(ending.sent.size(), 1u);
  }
}

struct Ses10 : ::testing::Test {
  Ses10() {
    meeting.open_link();
    EXPECT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    EXPECT_EQ(meeting.responses.size(), 1u);
    meeting.to_holder.clear();
  }
  Meeting meeting;
};

TEST_F(Ses10, AReaderThatIsDoneSendsStatus20) {
  meeting.reader.finish(meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.to_holder.size(), 1u);
  EXPECT_EQ(to_hex(meeting.to_holder[0]), status_20);
  EXPECT_TRUE(meeting.holder_closed && !meeting.holder_closed->reason);
}

TEST_F(Ses10, AReaderThatAsksAgainSendsNoStatus) {
  ASSERT_TRUE(meeting.reader.request(meeting.request({"given_name"}), meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.to_holder.size(), 1u);
  EXPECT_EQ(to_hex(meeting.to_holder[0]).substr(0, 12), "a16464617461");  // {"data": ...}, and nothing else
  EXPECT_EQ(meeting.responses.size(), 2u);
}

TEST_F(Ses10, AReaderWhoseApplicationDoesNothingEndsTheSessionInTime) {
  ASSERT_EQ(meeting.reader.deadline(), meeting.steady + 300s);
  meeting.pass(300s);
  meeting.reader.on_timer(meeting.now());
  meeting.settle();
  ASSERT_EQ(meeting.to_holder.size(), 1u);
  EXPECT_EQ(to_hex(meeting.to_holder[0]), status_20);
  ASSERT_TRUE(meeting.reader_closed && meeting.reader_closed->reason);
  EXPECT_EQ(meeting.reader_closed->reason->code, Errc::timed_out);
}

TEST(Req15, AnUnknownDocTypeIsAnsweredEmptyAndTheSessionGoesOn) {
  Meeting meeting;
  BareReader reader(meeting);
  for (const std::string doc_type :
       {"com.example.library-card", "org.iso.18013.5.1.mDL.2", "ORG.ISO.18013.5.1.MDL", "\xc3\xbc"}) {
    model::ItemsRequest items{
        .doc_type = DocType(doc_type),
        .name_spaces = {{NameSpace("org.iso.18013.5.1"), {{ElementIdentifier("family_name"), true}}}}};
    std::vector<model::DocRequest> doc_requests;
    doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
    const auto request = model::build_device_request(std::move(doc_requests)).value();
    EXPECT_EQ(reader.ask(request.encoded.view()), empty_response(0)) << doc_type;
  }
  EXPECT_FALSE(meeting.holder_closed);
}

}  // namespace
}  // namespace mdoc
