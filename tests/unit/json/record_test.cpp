#include "mdoc/json/record.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "unit/json/full_record.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// The path of each value that has no parts, as record_fields() has it.
void collect(const bj::value& value, const std::string& path, std::set<std::string>& paths) {
  if (const auto* object = value.if_object()) {
    for (const auto& [name, member] : *object) {
      collect(member, path.empty() ? std::string(name) : path + "." + std::string(name), paths);
    }
  } else if (const auto* list = value.if_array()) {
    for (const auto& item : *list) collect(item, path + "[]", paths);
  } else {
    paths.insert(path);
  }
}

std::set<std::string> paths_of(std::string_view json) {
  std::set<std::string> paths;
  collect(bj::parse({json.data(), json.size()}), "", paths);
  return paths;
}

std::string changed(const std::function<void(bj::object&)>& change) {
  bj::object object = bj::parse(to_json(full_record())).as_object();
  change(object);
  return bj::serialize(object);
}

Error refused(const std::string& json) {
  const auto record = record_from_json(json);
  EXPECT_FALSE(record) << json.substr(0, 80);
  return record ? Error{} : record.error();
}

TEST(Record, EveryMemberHasAClassAndEveryClassAMember) {
  std::set<std::string> known;
  for (const RecordField& field : record_fields()) {
    known.emplace(field.path);
    EXPECT_FALSE(field.why.empty()) << field.path;
    EXPECT_EQ(personal_data(field.path), field.data);
  }
  EXPECT_EQ(paths_of(to_json(full_record())), known);
}

TEST(Record, WhatHasNoClassIsSensitive) {
  EXPECT_EQ(personal_data("rounds[].verdict.documents[].portrait"), PersonalData::sensitive);
  EXPECT_EQ(personal_data(""), PersonalData::sensitive);
  EXPECT_EQ(personal_data("zzz"), PersonalData::sensitive);
}

TEST(Record, ClassesHaveNames) {
  for (const PersonalData each :
       {PersonalData::none, PersonalData::indirect, PersonalData::personal, PersonalData::sensitive}) {
    EXPECT_EQ(find_personal_data(name(each)), each);
  }
  EXPECT_FALSE(find_personal_data("secret"));
}

TEST(Record, ComesBackAsItWasWritten) {
  const std::string json = to_json(full_record());
  EXPECT_EQ(json.find('\n'), std::string::npos);
  const auto record = record_from_json(json);
  ASSERT_TRUE(record) << describe(record.error());
  EXPECT_EQ(to_json(*record), json);
  EXPECT_EQ(record->rounds.at(0).use_cases.at(0).purposes.at(0).code, -4);
  EXPECT_EQ(record->rounds.at(0).verdict->documents.at(0).device_key, Bytes(32, 7));
}

TEST(Record, OneThatIsEmptyIsShort) {
  const std::string json = to_json({.id = Bytes(16, 1), .started = UtcSeconds{}});
  EXPECT_EQ(json, R"({"schema":"mdoc-transaction/1.0","by":"holder","id":"AQEBAQEBAQEBAQEBAQEBAQ",)"
                  R"("started":"1970-01-01T00:00:00Z"})");
  EXPECT_TRUE(record_from_json(json));
}

TEST(Record, AFalseNumberOfAStatusIsNotLost) {
  TransactionRecord record = full_record();
  record.rounds[0].status = 0;
  EXPECT_EQ(record_from_json(to_json(record)).value().rounds.at(0).status, 0u);
}

TEST(Record, ALaterMinorVersionIsReadWithoutWhatItAdded) {
  const auto later = record_from_json(changed([](bj::object& object) {
    object["schema"] = "mdoc-transaction/1.7";
    object["weather"] = {{"sunny", true}};
    object["rounds"].at(0).as_object()["mood"] = 3;
    object["rounds"].at(0).at("asked").at(0).at("reader").as_object()["result"] = "trusted-by-a-means-of-later";
  }));
  ASSERT_TRUE(later) << describe(later.error());
  EXPECT_EQ(later->schema, "mdoc-transaction/1.7");
  EXPECT_EQ(later->rounds.at(0).asked.at(0).reader->result, "trusted-by-a-means-of-later");
}

TEST(Record, AnotherSchemaIsRefusedBeforeAnythingElse) {
  for (const char* schema : {"mdoc-transaction/2.0", "mdoc-transaction/1", "mdoc-transaction/1.",
                             "mdoc-transaction/1.x", "mdoc-transaction/11.0", "other/1.0", ""}) {
    const Error error = refused(R"({"schema":")" + std::string(schema) + "\"}");
    EXPECT_EQ(error.code, Errc::unsupported_version) << schema;
    EXPECT_EQ(error.where.text(), "TransactionRecord.schema");
  }
}

TEST(Record, WhatIsMissingIsNamedWithItsPlace) {
  for (const char* name : {"schema", "by", "id", "started"}) {
    const Error error = refused(changed([&](bj::object& object) { object.erase(name); }));
    EXPECT_EQ(error.code, Errc::missing_element) << name;
    EXPECT_EQ(error.where.text(), std::string("TransactionRecord.") + name);
  }
  const Error inside = refused(changed([](bj::object& object) {
    object["rounds"].at(0).at("asked").at(0).at("elements").at(0).as_object().erase("retain");
  }));
  EXPECT_EQ(inside.code, Errc::missing_element);
  EXPECT_EQ(inside.where.text(), "TransactionRecord.rounds[0].asked[0].elements[0].retain");
}

TEST(Record, AnotherTypeIsNamedWithItsPlace) {
  for (const char* name : {"schema", "by", "id", "started", "phases", "rounds", "ended", "leftOut"}) {
    for (const bj::value& other : {bj::value(nullptr), bj::value(true), bj::value(1.5), bj::value(bj::object())}) {
      const Error error = refused(changed([&](bj::object& object) { object[name] = other; }));
      EXPECT_EQ(error.code, Errc::wrong_type) << name;
      EXPECT_EQ(error.where.text(), std::string("TransactionRecord.") + name);
    }
  }
  EXPECT_EQ(refused(changed([](bj::object& object) { object["rounds"].at(0) = 1; })).where.text(),
            "TransactionRecord.rounds[0]");
  EXPECT_EQ(
      refused(changed([](bj::object& object) { object["rounds"].at(0).at("verdict") = bj::array(); })).where.text(),
      "TransactionRecord.rounds[0].verdict");
  EXPECT_EQ(refused(changed([](bj::object& object) {
              object["rounds"].at(0).at("verdict").at("deviations").at(0) = 1;
            })).where.text(),
            "TransactionRecord.rounds[0].verdict.deviations[0]");
}

TEST(Record, AValueOutOfRangeIsNamed) {
  const auto with = [](const char* name, const bj::value& value) {
    return refused(changed([&](bj::object& object) { object[name] = value; })).code;
  };
  EXPECT_EQ(with("by", "issuer"), Errc::bad_value);
  EXPECT_EQ(with("started", "2026-05-01"), Errc::bad_tdate);
  EXPECT_EQ(with("started", "2026-05-01T12:00:00.5Z"), Errc::bad_tdate);
  EXPECT_EQ(with("id", "not base64!"), Errc::bad_encoding);
  EXPECT_EQ(with("leftOut", -1), Errc::bad_value);
  EXPECT_EQ(
      refused(changed([](bj::object& object) { object["rounds"].at(0).at("round") = std::int64_t{1} << 40; })).code,
      Errc::bad_value);
  EXPECT_EQ(refused(changed([](bj::object& object) { object["phases"].at(0).at("milliseconds") = -1; })).code,
            Errc::bad_value);
}

TEST(Record, WhatIsNoSuchObjectIsRefused) {
  EXPECT_EQ(refused("").code, Errc::bad_encoding);
  EXPECT_EQ(refused("{").code, Errc::bad_encoding);
  EXPECT_EQ(refused("[]").code, Errc::wrong_type);
  EXPECT_EQ(refused(R"({"schema":"mdoc-transaction/1.0","schema":"mdoc-transaction/1.0"})").code, Errc::duplicate_key);
  EXPECT_EQ(refused(std::string(100, '[')).code, Errc::too_deep);
  EXPECT_EQ(refused(std::string((std::size_t{8} << 20) + 1, ' ')).code, Errc::too_large);
}

TEST(Redaction, EachClassLeavesWhatMayTellNoMore) {
  const std::string json = to_json(full_record());
  for (const PersonalData most :
       {PersonalData::none, PersonalData::indirect, PersonalData::personal, PersonalData::sensitive}) {
    std::set<std::string> expected{"redactedTo"};
    for (const RecordField& field : record_fields()) {
      if (field.data <= most) expected.emplace(field.path);
    }
    EXPECT_EQ(paths_of(redacted(json, most).value()), expected) << name(most);
  }
}

TEST(Redaction, WithoutPersonalDataNobodyIsNamed) {
  const std::string shown = redacted(to_json(full_record()), PersonalData::none).value();
  for (const char* word : {"CN=Bar", "CN=Other", "age_over_18", "mDL", "licence", "2026", "AQEB", "UT"}) {
    EXPECT_THAT(shown, Not(HasSubstr(word)));
  }
  EXPECT_THAT(shown, HasSubstr(R"("redactedTo":"none")"));
}

TEST(Redaction, MembersOfALaterVersionGoUnlessEverythingStays) {
  const std::string json = changed([](bj::object& object) { object["portrait"] = "abc"; });
  EXPECT_THAT(redacted(json, PersonalData::personal).value(), Not(HasSubstr("portrait")));
  EXPECT_THAT(redacted(json, PersonalData::sensitive).value(), HasSubstr("portrait"));
}

// A name with dots or brackets must not be taken for the path of another member.
TEST(Redaction, AMemberCannotPassForAnotherOne) {
  const std::string json = changed([](bj::object& object) {
    object["rounds[].round"] = "smuggled";
    object["phases[]"] = {{"phase", "smuggled"}};
    object["redactedTo"] = "smuggled";
  });
  EXPECT_THAT(redacted(json, PersonalData::none).value(), Not(HasSubstr("smuggled")));
}

TEST(Redaction, WhatIsNoRecordIsRefused) {
  EXPECT_EQ(redacted("[]", PersonalData::none).error().code, Errc::wrong_type);
  EXPECT_EQ(redacted("{", PersonalData::none).error().code, Errc::bad_encoding);
}

}  // namespace
}  // namespace mdoc::json
