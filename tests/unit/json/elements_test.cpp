#include "mdoc/json/elements.hpp"

#include <gtest/gtest.h>

#include "mdoc/core/encoding.hpp"

#include <string>

#include "support/vectors.hpp"

namespace mdoc::json {
namespace {

using testing::hex;

constexpr std::string_view mdl = "org.iso.18013.5.1.mDL";

const profile::DocTypeProfile* mdl_profile() { return profile::find_doc_type(profile::doc_types(), mdl); }

Result<model::ElementValues> read(const std::string& elements, const profile::DocTypeProfile* profile = nullptr) {
  return read_elements(R"({"org.iso.18013.5.1":)" + elements + "}", profile);
}

/// The only element of what was read.
model::DataElementValue value(const Result<model::ElementValues>& read) { return read->at(0).second.at(0).second; }

TEST(JsonElements, KeepTheirOrderAndNames) {
  const auto values = read_elements(R"({"n2":{"b":1,"a":2},"n1":{}})");
  ASSERT_TRUE(values);
  ASSERT_EQ(values->size(), 2u);
  EXPECT_EQ(values->at(0).first.str(), "n2");
  EXPECT_EQ(values->at(0).second.at(0).first.str(), "b");
  EXPECT_EQ(values->at(0).second.at(1).first.str(), "a");
  EXPECT_TRUE(values->at(1).second.empty());
}

TEST(JsonElements, WithoutAProfileAreWhatTheJsonSays) {
  EXPECT_EQ(value(read(R"({"birth_date":"1988-04-17"})")).as_text().value(), "1988-04-17");
  EXPECT_EQ(value(read(R"({"x":{"full-date":"1988-04-17"}})")).encoded().view().front(), 0xd9);
}

TEST(JsonElements, WithAProfileStringsBecomeWhatItSays) {
  EXPECT_TRUE(value(read(R"({"birth_date":"1988-04-17"})", mdl_profile())).as_full_date());
  EXPECT_TRUE(value(read(R"({"family_name":"1988-04-17"})", mdl_profile())).as_text());
  const auto portrait = value(read(R"({"portrait":"_9j_"})", mdl_profile()));
  EXPECT_EQ(Bytes(portrait.as_bytes()->begin(), portrait.as_bytes()->end()), hex("ffd8ff"));
  const auto privileges = value(read(R"({"driving_privileges":[{"issue_date":"2018-08-09"}]})", mdl_profile()));
  EXPECT_EQ(Bytes(privileges.encoded().view().begin(), privileges.encoded().view().end()),
            hex("81a16a69737375655f64617465d903ec6a323031382d30382d3039"));
}

TEST(JsonElements, WithinArraysAndMapsBecomeWhatTheProfileSaysToo) {
  const auto* photo_id = profile::find_doc_type(profile::doc_types(), "org.iso.23220.photoid.1");
  const auto birth = read_elements(
      R"({"org.iso.23220.1":{"birth_date":{"birth_date":"1988-04-17","approximate_mask":"00000011"}}})", photo_id);
  EXPECT_EQ(to_hex(value(birth).encoded().view()),
            "a26a62697274685f64617465d903ec6a313938382d30342d313770617070726f78696d6174655f6d61736b683030303030303131");
  // What a map has beside its members stays as it is.
  const auto other = value(read(R"({"driving_privileges":[{"valid":"2018-08-09"}]})", mdl_profile()));
  EXPECT_EQ(to_hex(other.encoded().view()), "81a16576616c69646a323031382d30382d3039");
}

TEST(JsonElements, WithinArraysAndMapsHaveAPlaceAsWell) {
  const auto refused =
      read(R"({"driving_privileges":[{},{"vehicle_category_code":"B","issue_date":"soon"}]})", mdl_profile());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::bad_value);
  EXPECT_EQ(refused.error().where.text(), "JSON[0][0][1][1]");
}

TEST(JsonElements, ThatDoNotFitAreRefusedWithTheirPlace) {
  for (const char* wrong : {R"({"birth_date":"yesterday"})", R"({"portrait":"*"})", R"({"age_in_years":"old"})",
                            R"({"x":{"bytes":"*"}})", R"({"x":{"simple":20}})"}) {
    const auto refused = read(wrong, mdl_profile());
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, Errc::bad_value) << wrong;
    EXPECT_EQ(refused.error().where.text(), "JSON[0][0]") << wrong;
  }
}

TEST(JsonElements, OfNoNameSpaceAreRefused) {
  for (const char* wrong : {"1", "[]", R"("text")", R"({"n":1})", R"({"n":["a"]})", R"({"n":null})"}) {
    const auto refused = read_elements(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, Errc::bad_value) << wrong;
  }
}

TEST(JsonElements, ANameTwiceIsRefusedAndNotTheLastOneTaken) {
  for (const char* text :
       {R"({"n": {"e": 1, "e": 2}})", R"({"n": {"e": 1}, "n": {"e": 2}})", R"({"n": {"e": {"a": 1, "\u0061": 2}}})"}) {
    EXPECT_EQ(read_elements(text).error().code, Errc::duplicate_key) << text;
    EXPECT_EQ(to_cbor(text).error().code, Errc::duplicate_key) << text;
  }
}

TEST(JsonElements, TextThatIsNoJsonIsRefused) {
  for (const char* wrong : {"", "{", R"({"n":{"a":1}} x)", R"({"n":{"a":01}})", "{\"n\":{\"a\":\"\xff\"}}"}) {
    const auto refused = read_elements(wrong);
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().code, Errc::bad_encoding) << wrong;
  }
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  EXPECT_EQ(read(R"({"a":)" + deep + "}").error().code, Errc::too_deep);
}

model::ElementValues elements(const std::vector<std::string_view>& encoded) {
  model::ElementValues values{{NameSpace("n"), {}}};
  for (const std::string_view item : encoded) {
    const std::string name(1, static_cast<char>('a' + values[0].second.size()));
    values[0].second.emplace_back(ElementIdentifier(name), model::DataElementValue(SharedBytes::copy_of(hex(item))));
  }
  return values;
}

TEST(JsonElements, AreWrittenAsTheyAreRead) {
  const std::string json = R"({"n":{"a":"Doe","b":{"full-date":"1988-04-17"},"c":null}})";
  EXPECT_EQ(write_elements(read_elements(json).value()), json);
}

TEST(JsonElements, WithoutAFormInJsonAreWrittenAsTheirBytesNeverAsNull) {
  // Text in two chunks.
  EXPECT_EQ(write_elements(elements({"01", "7f 6145 6176 ff", "02"})),
            R"({"n":{"a":1,"b":{"encoded":"f2FFYXb_"},"c":2}})");
}

TEST(JsonElements, BeyondTheBudgetOfAllAreWrittenAsTheirBytes) {
  EXPECT_EQ(write_elements(elements({"820102", "03", "04"}), 4), R"({"n":{"a":[1,2],"b":3,"c":{"encoded":"BA"}}})");
  EXPECT_EQ(write_elements(elements({"820102", "03"}), 2), R"({"n":{"a":{"encoded":"ggEC"},"b":{"encoded":"Aw"}}})");
}

}  // namespace
}  // namespace mdoc::json
