// Engagement as the two facades see it: the checks ENG-02 to ENG-15 of the conformance catalogue that need a whole
// holder or reader.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "mdoc/cbor/writer.hpp"
#include "mdoc/core/encoding.hpp"
#include "support/fixed_rng.hpp"
#include "unit/facade/meeting.hpp"

namespace mdoc {
namespace {

using namespace std::chrono_literals;
using engagement::RetrievalMethod;

const NameSpace mdl("org.iso.18013.5.1");
const std::vector<RetrievalMethod> offered{engagement::WifiOptions{.supported_bands = {0x04}}};

/// A reader whose only duty is the engagement.
Result<Reader> scan(std::string_view text, Level level = Level::interop) {
  testing::CountingRng rng(1);
  return Reader::from_qr_code(text, std::make_shared<const trust::TrustStore>(), rng, {}, {.level = level});
}

bool met(const Reader& reader, Rule rule) {
  return std::ranges::any_of(reader.engagement_deviations(),
                             [&](const cbor::Deviation& deviation) { return deviation.rule == rule; });
}

std::string text_of(ByteView engagement) { return "mdoc:" + to_base64url(engagement); }

/// An engagement with the key of a holder and these further members, each an encoded key and its value.
std::string text_with(const Holder& holder, std::string_view version, const std::vector<Bytes>& members) {
  const auto decoded = engagement::decode_device_engagement(SharedBytes::copy_of(holder.device_engagement())).value();
  cbor::Writer writer;
  writer.map(2 + members.size()).uint(0).text(version).uint(1).array(2).uint(1);
  writer.raw(decoded.e_device_key_bytes().bytes());
  for (const Bytes& member : members) writer.raw(member);
  return text_of(writer.view());
}

const Bytes wifi_method = from_hex("0281830301a1034104").value();

TEST(Eng02, DeviationsOfTheTextAreJudgedByRuleAndReported) {
  const Meeting meeting;
  const std::string text = meeting.holder.qr_code();
  const std::string payload = text.substr(5);
  const std::pair<std::string, Rule> cases[] = {
      {"MDOC:" + payload, Rule::qr_scheme},
      {"mdoc://" + payload, Rule::qr_scheme},
      {text + "=", Rule::qr_padding},
      {text + "==", Rule::qr_padding},
      {"\n" + text, Rule::qr_white_space},
      {text + " ", Rule::qr_white_space},
      {"mdoc:\t" + payload, Rule::qr_white_space},
  };
  for (const auto& [deviating, rule] : cases) {
    SCOPED_TRACE(deviating);
    EXPECT_EQ(scan(deviating, Level::strict).error().code, Errc::deviation);
    const auto reader = scan(deviating);
    ASSERT_TRUE(reader) << describe(reader.error());
    EXPECT_EQ(reader->engagement_deviations().size(), 1u);
    EXPECT_TRUE(met(*reader, rule));
    EXPECT_EQ(reader->engagement_deviations()[0].where.text(), "engagement text");
  }
  const auto faultless = scan(text, Level::strict);
  ASSERT_TRUE(faultless);
  EXPECT_TRUE(faultless->engagement_deviations().empty());
  EXPECT_TRUE(meeting.reader.engagement_deviations().empty());
}

TEST(Eng02, DeviationsOfTheEngagementInsideAreReportedAsWell) {
  const Meeting meeting;
  const std::string text = text_with(meeting.holder, "1.1", {wifi_method});  // nothing of 1.1 is in it
  EXPECT_EQ(scan(text, Level::strict).error().code, Errc::deviation);
  const auto reader = scan("MDOC:" + text.substr(5));
  ASSERT_TRUE(reader) << describe(reader.error());
  EXPECT_EQ(reader->engagement_deviations().size(), 2u);
  EXPECT_TRUE(met(*reader, Rule::qr_scheme));
  EXPECT_TRUE(met(*reader, Rule::engagement_version));

  testing::CountingRng rng(1);
  const auto bytes = from_base64url(text.substr(5)).value();
  const auto by_nfc = Reader::from_engagement(SharedBytes::copy_of(bytes), engagement::QrHandover{},
                                              std::make_shared<const trust::TrustStore>(), rng, {});
  ASSERT_TRUE(by_nfc) << describe(by_nfc.error());
  EXPECT_TRUE(met(*by_nfc, Rule::engagement_version));
}

TEST(Eng02, OtherSchemesAreNoEngagementAtAnyLevel) {
  const Meeting meeting;
  const std::string payload = meeting.holder.qr_code().substr(5);
  for (const std::string scheme : {"", "mdoc", "mdo:", "mdocs:", "http:", "https://mdoc:", "openid4vp:", "mdoc-"}) {
    EXPECT_EQ(scan(scheme + payload, Level::lenient).error().code, Errc::bad_uri) << scheme;
  }
  EXPECT_EQ(scan("mDL://" + payload, Level::lenient).error().code, Errc::obsolete_draft);
}

TEST(Eng03, AHolderAnnouncesVersion10UnlessItAnnouncesCapabilities) {
  const auto version_and_rest = [](const HolderOptions& options) {
    Meeting meeting(options);
    const auto engagement = engagement::decode_device_engagement(
                                SharedBytes::copy_of(meeting.holder.device_engagement()), {.level = Level::strict})
                                .value();
    // The reader takes either.
    meeting.open_link();
    EXPECT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    EXPECT_TRUE(meeting.responses.at(0).outcome.report.valid);
    return std::tuple(std::string(engagement.version()), engagement.origin_infos().has_value(),
                      engagement.capabilities().has_value());
  };
  EXPECT_EQ(version_and_rest({}), std::tuple("1.0", false, false));
  EXPECT_EQ(version_and_rest({.engagement = {.capabilities = {.reader_auth_all = true}}}),
            std::tuple("1.1", true, true));
}

TEST(Eng04, AnEngagementWithUnknownMembersIsPresentedFromAsItIs) {
  // A negative key of an application in a whole presentation.
  Meeting meeting({.engagement = {.extensions = {{.key = -70000, .value = {0x81, 0x01}}}}});
  meeting.open_link();
  ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
  meeting.settle();
  EXPECT_TRUE(meeting.responses.at(0).outcome.report.valid);

  // A positive one of a later edition besides, out of order.
  const Bytes later = from_hex("18636161").value(), negative = from_hex("3863f5").value();
  const auto reader = scan(text_with(meeting.holder, "1.1", {later, wifi_method, negative, from_hex("0580").value()}));
  ASSERT_TRUE(reader) << describe(reader.error());
  // The first item of the transcript is the engagement as it came.
  EXPECT_NE(to_hex(reader->session_transcript().view()).find("186361610281830301a10341043863f50580"),
            std::string::npos);
}

TEST(Eng05, AHolderWithoutRetrievalMethodsIsNotMade) {
  testing::CountingRng rng(1);
  EXPECT_EQ(Holder::create({}, {}, rng, {}).error().code, Errc::bad_argument);
  EXPECT_EQ(scan(text_with(Meeting().holder, "1.0", {})).error().code, Errc::missing_element);
}

TEST(Eng07, AReaderSkipsUnknownMethodsAndNamesTheLackOfACommonBearer) {
  const Meeting meeting;
  const auto only_unknown = scan(text_with(meeting.holder, "1.0", {from_hex("0282830501a0830302a1034104").value()}));
  ASSERT_FALSE(only_unknown);
  EXPECT_EQ(only_unknown.error().code, Errc::no_common_bearer);
  EXPECT_EQ(only_unknown.error().kind(), ErrorKind::unsupported);
  const auto one_known = scan(text_with(meeting.holder, "1.0", {from_hex("0282830501a0830301a1034104").value()}));
  ASSERT_TRUE(one_known) << describe(one_known.error());
  EXPECT_TRUE(std::holds_alternative<engagement::OtherRetrievalMethod>(one_known->retrieval_methods()[0]));
  EXPECT_TRUE(std::holds_alternative<engagement::WifiOptions>(one_known->retrieval_methods()[1]));
}

/// Asks for the family name in the ways that capability 4 stands for.
model::DeviceRequest extended_request() {
  model::DocRequestInfo info{
      .alternative_data_elements = {{.requested_element = {mdl, ElementIdentifier("family_name")},
                                     .alternative_element_sets = {{{mdl, ElementIdentifier("given_name")}}}}},
      .issuer_identifiers = {SharedBytes::take(Bytes(20, 1))}};
  model::ItemsRequest items{.doc_type = DocType("org.iso.18013.5.1.mDL"),
                            .name_spaces = {{mdl, {{ElementIdentifier("family_name"), false}}}},
                            .request_info = std::move(info)};
  std::vector<model::DocRequest> doc_requests;
  doc_requests.push_back({.items_request = model::encode_items_request(std::move(items)).value()});
  return model::build_device_request(
             std::move(doc_requests),
             {.device_request_info =
                  model::encode_device_request_info({.use_cases = {{.mandatory = true, .document_sets = {{0}}}}})
                      .value()})
      .value();
}

TEST(Eng08, NothingIsAnnouncedByDefaultAndAllThreeExtensionsAreParsed) {
  Meeting meeting;
  const auto engagement =
      engagement::decode_device_engagement(SharedBytes::copy_of(meeting.holder.device_engagement())).value();
  EXPECT_FALSE(engagement.capabilities());
  meeting.open_link();
  meeting.answer_at_once = false;
  ASSERT_TRUE(meeting.reader.request(extended_request(), meeting.now()));
  meeting.settle();
  EXPECT_TRUE(meeting.responses.empty()) << "no status of decoding";
  EXPECT_EQ(meeting.asked.size(), 1u);
}

TEST(Eng09, EachEngagementHasAKeyOfItsOwn) {
  testing::CountingRng rng(42);
  std::set<Bytes> keys;
  for (int i = 0; i < 32; ++i) {
    const auto holder = Holder::create({}, offered, rng, {});
    ASSERT_TRUE(holder);
    const auto engagement =
        engagement::decode_device_engagement(SharedBytes::copy_of(holder->device_engagement())).value();
    keys.insert(engagement.e_device_key().coordinates().x);
  }
  EXPECT_EQ(keys.size(), 32u);
}

TEST(Eng09, WithoutRandomnessThereIsNoEngagement) {
  testing::FixedRng empty({});
  EXPECT_EQ(Holder::create({}, offered, empty, {}).error().code, Errc::randomness);
}

/// The first message of a reader of its own on the engagement of `meeting`.
Bytes establishment_of_another_reader(Meeting& meeting) {
  auto other = Reader::from_qr_code(meeting.holder.qr_code(), meeting.trust, meeting.rng, meeting.now()).value();
  other.on_link_opened(meeting.now());
  EXPECT_TRUE(other.request(meeting.request({"family_name"}), meeting.now()));
  while (auto effect = other.poll()) {
    if (auto* send = std::get_if<SendMessage>(&*effect)) return std::move(send->message);
  }
  ADD_FAILURE() << "nothing was sent";
  return {};
}

TEST(Eng09, ASecondSessionOnOneEngagementIsRefused) {
  // While the first one stands: by its own reader again, and by another.
  for (const bool same_reader : {true, false}) {
    Meeting meeting;
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    ASSERT_EQ(meeting.responses.size(), 1u);
    const Bytes second = same_reader ? meeting.to_holder.at(0) : establishment_of_another_reader(meeting);
    meeting.to_reader.clear();
    meeting.asked.clear();
    meeting.deliver = false;
    meeting.holder.on_message(SharedBytes::copy_of(second), meeting.now());
    meeting.settle();
    ASSERT_TRUE(meeting.holder_closed && meeting.holder_closed->reason);
    EXPECT_EQ(meeting.holder_closed->reason->code, Errc::unexpected_message);
    EXPECT_TRUE(meeting.asked.empty());
    ASSERT_EQ(meeting.to_reader.size(), 1u);
    EXPECT_EQ(to_hex(meeting.to_reader[0]), "a1667374617475730a");  // status 10
  }
}

TEST(Eng09, AfterTheEndOfItsSessionAnEngagementIsDead) {
  for (const bool by_the_reader : {true, false}) {
    Meeting meeting;
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    const Bytes second = establishment_of_another_reader(meeting);
    if (by_the_reader)
      meeting.reader.finish(meeting.now());
    else
      meeting.holder.on_link_closed(meeting.now());
    meeting.settle();
    ASSERT_TRUE(meeting.holder_closed);
    meeting.holder.on_link_opened(meeting.now());
    meeting.holder.on_message(SharedBytes::copy_of(second), meeting.now());
    EXPECT_FALSE(meeting.holder.poll());
  }
}

TEST(Eng10, AReaderPresentsOnEveryEcdhCurve) {
  unsigned curves = 0;
  for (const crypto::CurveInfo& curve : crypto::curves()) {
    if (!curve.can_agree) continue;
    SCOPED_TRACE(curve.name);
    ++curves;
    Meeting meeting({.ephemeral_curve = curve.curve});
    meeting.open_link();
    ASSERT_TRUE(meeting.reader.request(meeting.request({"family_name"}), meeting.now()));
    meeting.settle();
    ASSERT_EQ(meeting.responses.size(), 1u);
    EXPECT_TRUE(meeting.responses[0].outcome.report.valid);
  }
  EXPECT_EQ(curves, 9u);
}

TEST(Eng11, AReaderNamesACipherSuiteThatItDoesNotKnow) {
  Bytes bytes(from_base64url(Meeting().holder.qr_code().substr(5)).value());
  ASSERT_EQ(to_hex(ByteView(bytes).subspan(6, 3)), "018201");  // Security = [ 1, …
  bytes[8] = 2;
  const auto refused = scan(text_of(bytes), Level::lenient);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unsupported_cipher_suite);
  EXPECT_EQ(refused.error().where.text(), "DeviceEngagement.security.cipherSuite");
}

TEST(Eng13, ServerRetrievalIsNeitherFollowedNorOffered) {
  const Meeting meeting;
  cbor::Writer key_3;
  key_3.uint(3).map(1).text("webApi").array(3).uint(1).text("https://issuer.example/").text("token");
  const auto reader =
      scan(text_with(meeting.holder, "1.0", {wifi_method, Bytes(key_3.view().begin(), key_3.view().end())}));
  ASSERT_TRUE(reader) << describe(reader.error());
  EXPECT_EQ(reader->retrieval_methods().size(), 1u);
  // With nothing else to follow, there is no way to the mdoc.
  const auto nothing_else = scan(text_with(meeting.holder, "1.0", {Bytes(key_3.view().begin(), key_3.view().end())}));
  EXPECT_EQ(nothing_else.error().code, Errc::missing_element);

  const auto own = engagement::decode_device_engagement(SharedBytes::copy_of(meeting.holder.device_engagement()));
  EXPECT_FALSE(own->server_retrieval_methods());
}

TEST(Eng14, AHolderWaitsForTheFirstMessageAtLeast30SecondsByDefaultAndAsLongAsConfigured) {
  EXPECT_GE(HolderOptions{}.establishment_timeout, 30s);
  for (const auto limit : {HolderOptions{}.establishment_timeout, 45s, 600s}) {
    Meeting meeting({.establishment_timeout = limit});
    meeting.open_link();
    meeting.expect_timeout(meeting.holder, meeting.holder_closed, limit);
  }
}

TEST(Eng14, AReaderWaitsForTheLinkAtLeast30SecondsByDefaultAndAsLongAsConfigured) {
  EXPECT_GE(ReaderOptions{}.link_timeout, 30s);
  for (const auto limit : {ReaderOptions{}.link_timeout, 45s, 600s}) {
    Meeting meeting({}, {.link_timeout = limit});
    meeting.expect_timeout(meeting.reader, meeting.reader_closed, limit);
    EXPECT_EQ(meeting.reader_closed.value().reason.value().where.text(), "link");
  }
}

/// Texts as cameras see them, the same in each run.
class Garbage {
 public:
  explicit Garbage(std::string good) : good_(std::move(good)) {}

  std::string next() {
    switch (below(6)) {
      case 0: return noise(below(64));
      case 1: return "https://" + letters(1 + below(20)) + ".example/" + letters(below(40)) + "?" + noise(below(10));
      case 2: return "mdoc:" + to_base64url(as_bytes(noise(below(200))));
      case 3: return good_.substr(0, below(good_.size()));
      case 4: return changed_text();
      default: return changed_engagement();
    }
  }

 private:
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : generator_() % bound; }
  std::string noise(std::size_t size) {
    std::string text(size, '\0');
    std::ranges::generate(text, [&] { return static_cast<char>(below(256)); });
    return text;
  }
  std::string letters(std::size_t size) {
    std::string text(size, '\0');
    std::ranges::generate(text, [&] { return static_cast<char>('a' + below(26)); });
    return text;
  }
  std::string changed_text() {
    std::string text = good_;
    for (std::size_t i = 0, changes = 1 + below(4); i < changes; ++i) text[below(text.size())] = noise(1)[0];
    return text;
  }
  /// Good base64url of bytes that were good before.
  std::string changed_engagement() {
    Bytes bytes = from_base64url(good_.substr(5)).value();
    for (std::size_t i = 0, changes = 1 + below(4); i < changes; ++i) {
      const std::size_t at = below(bytes.size());
      switch (below(3)) {
        case 0: bytes[at] = static_cast<std::uint8_t>(below(256)); break;
        case 1: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
        default: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint8_t>(below(256)));
      }
    }
    return text_of(bytes);
  }

  std::string good_;
  std::mt19937 generator_{20260501};  // its numbers are the same everywhere; those of distributions are not
};

TEST(Eng15, GarbageInsteadOfAQrCodeIsAnErrorOfItsOwnAndNothingElse) {
  Garbage garbage(Meeting().holder.qr_code());
  unsigned refused = 0, taken = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string text = garbage.next();
    for (const Level level : {Level::strict, Level::lenient}) {
      SCOPED_TRACE(to_hex(as_bytes(text)));
      std::optional<Result<Reader>> reader;
      ASSERT_NO_THROW(reader.emplace(scan(text, level)));
      if (*reader) {
        ++taken;
        EXPECT_FALSE((*reader)->retrieval_methods().empty());
      } else {
        ++refused;
        const ErrorKind kind = reader->error().kind();
        EXPECT_TRUE(kind == ErrorKind::malformed || kind == ErrorKind::unsupported || kind == ErrorKind::limit)
            << describe(reader->error());
      }
    }
  }
  EXPECT_GT(refused, 6000u);
  EXPECT_GT(taken, 0u) << "some changes mean nothing, such as another band of Wi-Fi";
}

TEST(Eng15, TextsOfAnySizeAreRefusedWithinTheirLimit) {
  for (const std::size_t size : {std::size_t{1} << 10, std::size_t{1} << 17, std::size_t{1} << 22}) {
    for (const char c : {'A', ' ', '=', '\0'}) EXPECT_FALSE(scan("mdoc:" + std::string(size, c), Level::lenient));
  }
  EXPECT_EQ(scan("mdoc:" + std::string(std::size_t{1} << 22, 'A')).error().code, Errc::too_large);
  for (const char* garbage :
       {"", "mdoc:", "https://example.com/", "mdoc:*", "mdoc:oA", "mdoc:owBjMS4wAYIB2BhYS6Q", "\xff\xfe"}) {
    EXPECT_FALSE(scan(garbage)) << garbage;
  }
}

}  // namespace
}  // namespace mdoc
