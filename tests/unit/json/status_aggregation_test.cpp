#include "mdoc/json/status_aggregation.hpp"

#include <gtest/gtest.h>

namespace mdoc::json {
namespace {

std::string document(const std::string& lists) { return R"({"status_lists":)" + lists + "}"; }

Error refused(const std::string& json, const StatusAggregationLimits& limits = {}) {
  const auto aggregation = decode_status_aggregation(json, limits);
  EXPECT_FALSE(aggregation) << json.substr(0, 80);
  return aggregation ? Error{} : aggregation.error();
}

TEST(StatusAggregation, HasItsListsInOrderAndEachOnce) {
  const auto aggregation = decode_status_aggregation(
      R"({"status_lists":["https://example.com/2","http://example.com/1","https://example.com/2","HTTPS://[::1]:8443/?a=b#c"],
          "other":{"ignored":[1,2]}})");
  ASSERT_TRUE(aggregation);
  EXPECT_EQ(aggregation->status_lists,
            (std::vector<std::string>{"https://example.com/2", "http://example.com/1", "HTTPS://[::1]:8443/?a=b#c"}));
  EXPECT_EQ(aggregation->duplicates, 1U);
  EXPECT_TRUE(aggregation->refused.empty());
}

TEST(StatusAggregation, MayBeEmpty) {
  EXPECT_TRUE(decode_status_aggregation(document("[]")).value().status_lists.empty());
}

TEST(StatusAggregation, AUriThatIsNotHttpIsLeftOutWithItsPlaceAndTheOthersStand) {
  for (const char* bad :
       {"", "ftp://example.com/1", "file:///etc/passwd", "https:example.com", "https://", "https:///x", "https://?x",
        "https://:443/", "https://user@example.com/", "https://user:pw@example.com", "https://example.com/a b",
        "https://example.com/\\u0000", "https://example.com/\\n", "https://ex\xc3\xa4mple.com/",
        "https://example.com/<x>", " https://example.com/", "//example.com/x", "httpss://example.com", "http"}) {
    const auto aggregation =
        decode_status_aggregation(document(R"(["https://example.com/1",")" + std::string(bad) + R"(","http://b/2"])"));
    ASSERT_TRUE(aggregation) << bad;
    EXPECT_EQ(aggregation->status_lists, (std::vector<std::string>{"https://example.com/1", "http://b/2"})) << bad;
    ASSERT_EQ(aggregation->refused.size(), 1U) << bad;
    EXPECT_EQ(aggregation->refused[0].code, Errc::bad_uri);
    EXPECT_EQ(aggregation->refused[0].where.text(), "StatusAggregation.status_lists[1]");
  }
}

TEST(StatusAggregation, AnotherFormIsAnErrorWithItsPlace) {
  for (const char* bad : {"", "{", "x", "{}x", "{\"status_lists\":[],}", "\xff"}) {
    EXPECT_EQ(refused(bad).code, Errc::bad_encoding) << bad;
  }
  EXPECT_EQ(refused("[]").code, Errc::wrong_type);
  EXPECT_EQ(refused("null").code, Errc::wrong_type);
  EXPECT_EQ(refused("{}").code, Errc::missing_element);
  EXPECT_EQ(refused("{\"Status_lists\":[]}").where.text(), "StatusAggregation.status_lists");
  for (const char* lists : {"null", "{}", "\"https://example.com\"", "1"}) {
    EXPECT_EQ(refused(document(lists)).code, Errc::wrong_type) << lists;
  }
  for (const char* entry : {"null", "1", "[]", "{}", "true"}) {
    const Error error = refused(document(R"(["https://a/",)" + std::string(entry) + "]"));
    EXPECT_EQ(error.code, Errc::wrong_type) << entry;
    EXPECT_EQ(error.where.text(), "StatusAggregation.status_lists[1]");
  }
  EXPECT_EQ(refused(R"({"status_lists":[],"status_lists":["https://a/"]})").code, Errc::duplicate_key);
}

TEST(StatusAggregation, IsBoundedInSizeNumberAndDepth) {
  const std::string two = document(R"(["https://a/1","https://a/2"])");
  EXPECT_EQ(refused(two, {.max_bytes = two.size() - 1}).code, Errc::too_large);
  EXPECT_EQ(refused(two, {.max_lists = 1}).code, Errc::too_many);
  EXPECT_EQ(decode_status_aggregation(two, {.max_bytes = two.size(), .max_lists = 2}).value().status_lists.size(), 2U);
  const auto short_uris = decode_status_aggregation(document(R"(["https://a/1","https://a/22"])"), {.max_uri = 11});
  ASSERT_TRUE(short_uris);
  EXPECT_EQ(short_uris->status_lists, std::vector<std::string>{"https://a/1"});
  ASSERT_EQ(short_uris->refused.size(), 1U);
  EXPECT_EQ(short_uris->refused[0].code, Errc::too_large);

  EXPECT_EQ(refused(std::string(1000, '[')).code, Errc::too_deep);
  std::string others = R"({"status_lists":[],"x":[0)";
  for (int i = 0; i < 9000; ++i) others += ",0";
  EXPECT_EQ(refused(others + "]}").code, Errc::too_many);
}

}  // namespace
}  // namespace mdoc::json
