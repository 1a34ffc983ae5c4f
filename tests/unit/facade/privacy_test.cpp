// What a reader can learn beside what was released: by comparing two sessions, or two answers.
#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mdoc/cbor/reader.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/model/issuer.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using ::testing::IsEmpty;

/// Every string of at least `least` bytes in a CBOR item, at every depth and inside embedded items, as hex: what two
/// messages could be linked by.
void collect_strings(ByteView encoded, std::set<std::string>& strings);

void collect_item(cbor::Reader& reader, std::set<std::string>& strings) {
  constexpr std::size_t least = 8;
  const auto note = [&](ByteView bytes) {
    if (bytes.size() >= least) strings.insert(to_hex(bytes));
  };
  const auto type = reader.peek();
  ASSERT_TRUE(type) << describe(type.error());
  switch (*type) {
    case cbor::Type::array: {
      auto array = reader.enter_array();
      while (array.next()) collect_item(reader, strings);
      return;
    }
    case cbor::Type::map: {
      auto map = reader.enter_map();
      while (map.next()) collect_item(reader, strings);
      return;
    }
    case cbor::Type::tag: {
      const auto tag = reader.enter_tag();
      return collect_item(reader, strings);
    }
    case cbor::Type::bytes: {
      const ByteView bytes = reader.read_bytes().value();
      note(bytes);
      return collect_strings(bytes, strings);
    }
    default: ASSERT_TRUE(reader.skip());
  }
}

void collect_strings(ByteView encoded, std::set<std::string>& strings) {
  cbor::Reader whole(encoded);
  if (!whole.skip() || !whole.finish()) return;  // no CBOR inside
  cbor::Reader reader(encoded);
  collect_item(reader, strings);
}

/// What the reader of one session saw: engagement, messages, and what they decrypt to.
std::set<std::string> seen(const Meeting& meeting) {
  std::set<std::string> strings;
  collect_strings(meeting.holder.device_engagement(), strings);
  for (const Bytes& message : meeting.to_reader) collect_strings(message, strings);
  for (const auto& response : meeting.responses) collect_strings(response.device_response.view(), strings);
  return strings;
}

std::set<std::string> common(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::set<std::string> both;
  std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
  return both;
}

/// Asks once, and hangs up.
void present(Meeting& meeting) {
  meeting.to_reader.clear();
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"age_over_18"}), meeting.now()));
  meeting.settle();
  ASSERT_EQ(meeting.responses.size(), 1u);
  ASSERT_TRUE(meeting.responses[0].outcome.report.valid);
}

TEST(Prv01, TwoSessionsShareNothingThatTheCredentialDoesNotBring) {
  for (const auto method : {presentation::DeviceAuthMethod::mac, presentation::DeviceAuthMethod::signature}) {
    SCOPED_TRACE(presentation::name(method));
    Meeting meeting({.device_auth = method});
    present(meeting);
    const auto first = seen(meeting);
    meeting.meet_again({.device_auth = method});
    present(meeting);
    const auto second = seen(meeting);

    // The wallet chose to show the same credential again: its own strings are all that recurs.
    std::set<std::string> issued;
    collect_strings(meeting.sample.issuer_signed(), issued);
    std::set<std::string> linking = common(first, second);
    EXPECT_FALSE(linking.empty());
    std::erase_if(linking, [&](const std::string& each) { return issued.contains(each); });
    // The protected header of a MAC or signature is its algorithm, and an empty map of elements is nobody's.
    EXPECT_THAT(linking, IsEmpty());
  }
}

TEST(Prv01, TwoCredentialsOfOneBatchShareTheirSignerAlone) {
  Meeting meeting;
  present(meeting);
  const auto first = seen(meeting);
  // Issued anew for another key, as those of a batch are.
  testing::CountingRng rng(77);
  meeting.sample.device_key = crypto::PrivateKey::generate(crypto::Curve::p256, rng).value();
  for (auto& item : meeting.sample.items) ASSERT_TRUE(rng.fill(item.random));
  const SecretBytes scalar = meeting.sample.device_key.scalar().value();
  ASSERT_TRUE(meeting.keys.add(crypto::KeyRef("second"),
                               crypto::PrivateKey::import(crypto::Curve::p256, scalar.view()).value()));
  std::vector<presentation::Credential> credentials;
  credentials.push_back(presentation::Credential::decode("second", SharedBytes::take(meeting.sample.issuer_signed()),
                                                         crypto::KeyRef("second"))
                            .value());
  const std::vector<engagement::RetrievalMethod> methods{engagement::WifiOptions{.supported_bands = {0x04}}};
  meeting.responses.clear();
  meeting.holder = Holder::create(std::move(credentials), methods, meeting.rng, meeting.now()).value();
  meeting.reader =
      Reader::from_qr_code(meeting.holder.qr_code(), meeting.trust, meeting.rng, meeting.now(), {}).value();
  present(meeting);
  std::set<std::string> linking = common(first, seen(meeting));
  const auto signer = meeting.sample.signer_certificate();
  linking.erase(to_hex(signer.der()));
  linking.erase(to_hex(Bytes(32, 0x77)));  // a digest that the sample puts into every MSO
  EXPECT_THAT(linking, IsEmpty());
}

struct Answer {
  std::size_t size = 0;               ///< of the message on the link
  std::size_t keys = 0;               ///< operations of device keys before it
  std::vector<std::string> phases{};  ///< of the holder
};

/// The answer, in a further round, to a request of an element that is always given, and of `other`.
Answer answer_to(Meeting& meeting, const std::string& other, bool approve_all) {
  meeting.answer_at_once = false;
  meeting.use_keys = false;
  meeting.asked.clear();
  meeting.waiting_keys.clear();
  meeting.to_reader.clear();
  meeting.holder_events.clear();
  EXPECT_TRUE(meeting.reader.request(meeting.request({"family_name", other}), meeting.now()));
  meeting.settle();
  const auto consent = presentation::Consent::to(meeting.asked.at(0).options, [&](const auto&, const auto& element) {
    return approve_all || element.released.element.str() == "family_name";
  });
  EXPECT_TRUE(meeting.holder.answer(consent, meeting.rng, meeting.now()));
  meeting.settle();
  Answer answer{.keys = meeting.waiting_keys.size()};
  for (const UseKey& use : meeting.waiting_keys) {
    meeting.holder.on_key_result(use.id, crypto::answer(meeting.keys, use.request), meeting.now());
  }
  meeting.settle();
  answer.size = meeting.to_reader.at(0).size();
  for (const Event& event : meeting.holder_events) answer.phases.emplace_back(name(event.phase));
  return answer;
}

TEST(Prv04, AnElementThatIsRefusedLooksLikeOneThatIsNotThere) {
  for (const auto method : {presentation::DeviceAuthMethod::mac, presentation::DeviceAuthMethod::signature}) {
    SCOPED_TRACE(presentation::name(method));
    Meeting meeting({.device_auth = method});
    meeting.open_link();
    (void)answer_to(meeting, "given_name", true);  // the first round has phases of its own
    const Answer refused = answer_to(meeting, "given_name", false);
    const Answer absent = answer_to(meeting, "unknown_one", true);
    EXPECT_EQ(refused.size, absent.size);
    EXPECT_EQ(refused.keys, absent.keys);
    EXPECT_EQ(refused.phases, absent.phases);
    EXPECT_GT(answer_to(meeting, "given_name", true).size, refused.size);
  }
}

TEST(Prv04, ARefusedDocumentCostsAsMuchAsOneThatIsNotThere) {
  const auto sizes = [](bool decline) {
    Meeting meeting;
    meeting.answer_at_once = false;
    meeting.open_link();
    EXPECT_TRUE(meeting.reader.request(meeting.request({decline ? "family_name" : "unknown_name"}), meeting.now()));
    meeting.settle();
    // Asked in both cases: how long a person takes is the same person's time.
    EXPECT_EQ(meeting.asked.size(), 1u);
    if (decline) {
      EXPECT_TRUE(meeting.holder.decline(1, meeting.now()));
    } else {
      EXPECT_TRUE(
          meeting.holder.answer(presentation::Consent::to_all(meeting.asked[0].options), meeting.rng, meeting.now()));
    }
    meeting.settle();
    EXPECT_TRUE(meeting.waiting_keys.empty());
    return meeting.to_reader.at(0).size();
  };
  EXPECT_EQ(sizes(true), sizes(false));
}

}  // namespace
}  // namespace mdoc
