#include "mdoc/json/trusted_entities.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mdoc/core/encoding.hpp"
#include "unit/crypto/certificate_pki.hpp"

namespace mdoc::json {
namespace {

namespace bj = boost::json;
using namespace std::chrono_literals;
using testing::Identity;

constexpr UtcSeconds issued = std::chrono::sys_days(2026y / 7 / 1);
constexpr UtcSeconds next_issue = std::chrono::sys_days(2026y / 8 / 1);

std::string base64(ByteView bytes) {
  std::string text = to_base64url(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return text;
}

class TrustedEntitiesTest : public ::testing::Test {
 protected:
  Identity ca = Identity::root(testing::ca_template("provider CA"));
  Identity signer = ca.issue(testing::leaf_template("provider"));

  /// A made-up list in the form of the specification's own members, with some that we do not read.
  [[nodiscard]] bj::object example() const {
    return bj::parse(R"({ "LoTE": {
      "ListAndSchemeInformation": { "LoTEVersionIdentifier": 1, "LoTESequenceNumber": 7,
        "LoTEType": "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList",
        "SchemeOperatorName": [{"lang": "fr", "value": "Commission"}, {"lang": "en", "value": "Utopian Commission"}],
        "SchemeOperatorAddress": {"SchemeOperatorPostalAddress": []},
        "SchemeTerritory": "EU", "HistoricalInformationPeriod": 65535,
        "ListIssueDateTime": "2026-07-01T00:00:00Z", "NextUpdate": "2026-08-01T00:00:00Z" },
      "TrustedEntitiesList": [
        { "TrustedEntityInformation": { "TEName": [{"lang": "en", "value": "Utopia"}], "TETradeName": [] },
          "TrustedEntityServices": [
            { "ServiceInformation": {
                "ServiceTypeIdentifier": "http://uri.etsi.org/19602/SvcType/PID/Issuance",
                "ServiceName": [{"lang": "en", "value": "PIDs"}],
                "ServiceDigitalIdentity": { "X509Certificates": [{"val": ")" +
                     base64(ca.certificate.der()) + R"("}, {"encoding": "DER", "val": ")" +
                     base64(signer.certificate.der()) + R"("}], "X509SKIs": ["AQID"], "OtherIds": [{}] },
                "ServiceStatus": "urn:status" },
              "ServiceHistory": [1] },
            { "ServiceInformation": {
                "ServiceTypeIdentifier": "http://uri.etsi.org/19602/SvcType/PID/Revocation",
                "ServiceDigitalIdentity": {} } } ] } ] } })")
        .as_object();
  }
  static bj::object& lote(bj::object& list) { return list.at("LoTE").as_object(); }
  static bj::object& information(bj::object& list) { return lote(list).at("ListAndSchemeInformation").as_object(); }
  static bj::object& entity(bj::object& list) { return lote(list).at("TrustedEntitiesList").as_array()[0].as_object(); }
  static bj::object& service(bj::object& list) {
    return entity(list).at("TrustedEntityServices").as_array()[0].at("ServiceInformation").as_object();
  }
  static bj::object& identity(bj::object& list) { return service(list).at("ServiceDigitalIdentity").as_object(); }

  static Result<ListOfTrustedEntities> decode(std::string_view json, const cbor::DecodeContext& context = {}) {
    return decode_list_of_trusted_entities(as_bytes(json), context);
  }
  static Result<ListOfTrustedEntities> decode(const bj::object& list, const cbor::DecodeContext& context = {}) {
    return decode(std::string_view(bj::serialize(list)), context);
  }
  static Error refused(const bj::object& list, const cbor::DecodeContext& context = {}) {
    const auto decoded = decode(list, context);
    EXPECT_FALSE(decoded) << bj::serialize(list).substr(0, 200);
    return decoded ? Error{} : decoded.error();
  }
};

TEST_F(TrustedEntitiesTest, AListIsReadWithAllThatMatters) {
  const auto list = decode(example(), {.level = Level::strict});
  ASSERT_TRUE(list) << describe(list.error());
  EXPECT_EQ(list->information.sequence_number, 7U);
  EXPECT_EQ(list->information.type, lote_type::pid_providers);
  EXPECT_EQ(list->information.scheme_territory, "EU");
  EXPECT_EQ(preferred_text(list->information.scheme_operator_name), "Utopian Commission");
  EXPECT_EQ(list->information.list_issue_date_time, issued);
  EXPECT_EQ(list->information.next_update, next_issue);
  ASSERT_EQ(list->entities.size(), 1U);
  EXPECT_EQ(preferred_text(list->entities[0].name), "Utopia");
  ASSERT_EQ(list->entities[0].services.size(), 2U);
  const TrustedEntityService& issuance = list->entities[0].services[0];
  EXPECT_EQ(issuance.type_identifier, "http://uri.etsi.org/19602/SvcType/PID/Issuance");
  EXPECT_EQ(preferred_text(issuance.name), "PIDs");
  EXPECT_EQ(issuance.status, "urn:status");
  EXPECT_EQ(issuance.certificates, (std::vector<crypto::Certificate>{ca.certificate, signer.certificate}));
  EXPECT_EQ(issuance.subject_key_identifiers, std::vector<Bytes>{(Bytes{1, 2, 3})});
  EXPECT_TRUE(list->entities[0].services[1].certificates.empty());
  EXPECT_TRUE(list->unreadable.empty());
}

TEST_F(TrustedEntitiesTest, TheObjectWithoutTheOuterOneIsTakenAsWell) {
  bj::object list = example();
  EXPECT_EQ(decode(lote(list)).value().information.sequence_number, 7U);
  bj::object both = lote(list);
  both["LoTE"] = lote(list);
  EXPECT_EQ(refused(both).code, Errc::bad_value);
}

TEST_F(TrustedEntitiesTest, OptionalMembersMayBeAbsent) {
  bj::object list = example();
  information(list).erase("LoTEType");
  information(list).erase("SchemeTerritory");
  service(list).erase("ServiceTypeIdentifier");
  service(list).erase("ServiceName");
  service(list).erase("ServiceStatus");
  identity(list).clear();
  const auto decoded = decode(list, {.level = Level::strict});
  ASSERT_TRUE(decoded) << describe(decoded.error());
  EXPECT_EQ(decoded->information.type, "");
  EXPECT_EQ(decoded->entities[0].services[0].type_identifier, "");
  lote(list).erase("TrustedEntitiesList");
  EXPECT_TRUE(decode(list, {.level = Level::strict}).value().entities.empty());
}

TEST_F(TrustedEntitiesTest, AnEmptyArrayOfEntitiesIsADeviation) {
  bj::object list = example();
  lote(list)["TrustedEntitiesList"] = bj::array{};
  EXPECT_EQ(refused(list).code, Errc::deviation);
  EXPECT_TRUE(decode(list, {.level = Level::lenient}).value().entities.empty());
}

TEST_F(TrustedEntitiesTest, EachMemberHasItsTypeAndItsPlace) {
  const std::string at_information = "LoTE.ListAndSchemeInformation.";
  const std::string at_entity = "LoTE.TrustedEntitiesList[0].";
  const std::string at_service = at_entity + "TrustedEntityServices[0].ServiceInformation.";
  struct Row {
    const char* name;
    std::function<bj::object&(bj::object&)> of;
    std::string path;
    bool required;
    bj::kind type;
  };
  const auto te_information = [](bj::object& list) -> bj::object& {
    return entity(list).at("TrustedEntityInformation").as_object();
  };
  const std::array rows{
      Row{"ListAndSchemeInformation", lote, "LoTE.", true, bj::kind::object},
      Row{"TrustedEntitiesList", lote, "LoTE.", false, bj::kind::array},
      Row{"LoTEVersionIdentifier", information, at_information, true, bj::kind::int64},
      Row{"LoTESequenceNumber", information, at_information, true, bj::kind::int64},
      Row{"LoTEType", information, at_information, false, bj::kind::string},
      Row{"SchemeOperatorName", information, at_information, true, bj::kind::array},
      Row{"SchemeTerritory", information, at_information, false, bj::kind::string},
      Row{"ListIssueDateTime", information, at_information, true, bj::kind::string},
      Row{"NextUpdate", information, at_information, true, bj::kind::string},
      Row{"TrustedEntityInformation", entity, at_entity, true, bj::kind::object},
      Row{"TrustedEntityServices", entity, at_entity, true, bj::kind::array},
      Row{"TEName", te_information, at_entity + "TrustedEntityInformation.", true, bj::kind::array},
      Row{"ServiceTypeIdentifier", service, at_service, false, bj::kind::string},
      Row{"ServiceName", service, at_service, false, bj::kind::array},
      Row{"ServiceStatus", service, at_service, false, bj::kind::string},
      Row{"ServiceDigitalIdentity", service, at_service, true, bj::kind::object},
      Row{"X509Certificates", identity, at_service + "ServiceDigitalIdentity.", false, bj::kind::array},
      Row{"X509SKIs", identity, at_service + "ServiceDigitalIdentity.", false, bj::kind::array},
  };
  const std::array<bj::value, 6> others{1, "text", true, 1.5, bj::array{}, bj::object{}};
  for (const Row& row : rows) {
    for (const bj::value& other : others) {
      if (other.kind() == row.type) continue;
      bj::object list = example();
      row.of(list)[row.name] = other;
      const Error error = refused(list);
      EXPECT_EQ(error.code, Errc::wrong_type) << row.name << ' ' << bj::serialize(other);
      EXPECT_EQ(error.where.text(), row.path + row.name);
    }
    bj::object absent = example();
    row.of(absent).erase(row.name);
    bj::object null = example();
    row.of(null)[row.name] = nullptr;
    if (row.required) {
      EXPECT_EQ(refused(absent).code, Errc::missing_element) << row.name;
      EXPECT_EQ(refused(absent).where.text(), row.path + row.name);
      EXPECT_EQ(refused(null).code, Errc::wrong_type) << row.name;
    } else {
      EXPECT_TRUE(decode(absent)) << row.name;
      cbor::DeviationLog log;
      EXPECT_TRUE(decode(null, {.sink = &log})) << row.name;
      ASSERT_EQ(log.entries().size(), 1U) << row.name;
      EXPECT_EQ(log.entries()[0].rule, Rule::list_null_member);
      EXPECT_EQ(log.entries()[0].where.text(), row.path + row.name);
      EXPECT_EQ(refused(null, {.level = Level::strict}).code, Errc::deviation) << row.name;
    }
  }
}

TEST_F(TrustedEntitiesTest, ElementsOfArraysHaveTheirTypesToo) {
  using Array = std::function<bj::value&(bj::object&)>;
  const std::array<std::pair<Array, const char*>, 6> arrays{{
      {[](bj::object& list) -> bj::value& { return information(list).at("SchemeOperatorName"); },
       "LoTE.ListAndSchemeInformation.SchemeOperatorName[1]"},
      {[](bj::object& list) -> bj::value& { return lote(list).at("TrustedEntitiesList"); },
       "LoTE.TrustedEntitiesList[1]"},
      {[](bj::object& list) -> bj::value& { return entity(list).at("TrustedEntityServices"); },
       "LoTE.TrustedEntitiesList[0].TrustedEntityServices[1]"},
      {[](bj::object& list) -> bj::value& { return service(list).at("ServiceName"); },
       "LoTE.TrustedEntitiesList[0].TrustedEntityServices[0].ServiceInformation.ServiceName[1]"},
      {[](bj::object& list) -> bj::value& { return identity(list).at("X509Certificates"); },
       "LoTE.TrustedEntitiesList[0].TrustedEntityServices[0].ServiceInformation.ServiceDigitalIdentity."
       "X509Certificates[1]"},
      {[](bj::object& list) -> bj::value& { return identity(list).at("X509SKIs"); },
       "LoTE.TrustedEntitiesList[0].TrustedEntityServices[0].ServiceInformation.ServiceDigitalIdentity.X509SKIs[1]"},
  }};
  for (const auto& [array, where] : arrays) {
    for (const bj::value& other : {bj::value(1), bj::value(nullptr), bj::value(bj::array{})}) {
      bj::object list = example();
      bj::array& elements = array(list).as_array();
      elements.resize(1);
      elements.push_back(other);
      const Error error = refused(list);
      EXPECT_EQ(error.code, Errc::wrong_type) << where;
      EXPECT_EQ(error.where.text(), where);
    }
  }
  for (const char* name : {"lang", "value"}) {
    bj::object list = example();
    information(list)["SchemeOperatorName"].as_array()[1].as_object().erase(name);
    EXPECT_EQ(refused(list).where.text(), "LoTE.ListAndSchemeInformation.SchemeOperatorName[1]." + std::string(name));
  }
  bj::object list = example();
  identity(list)["X509Certificates"].as_array()[1].as_object()["val"] = 7;
  EXPECT_EQ(refused(list).code, Errc::wrong_type);
}

TEST_F(TrustedEntitiesTest, NumbersAndDatesHaveTheirRange) {
  for (const auto& [name, value, code] : std::initializer_list<std::tuple<const char*, bj::value, Errc>>{
           {"LoTEVersionIdentifier", 0, Errc::unsupported_version},
           {"LoTEVersionIdentifier", 2, Errc::unsupported_version},
           {"LoTEVersionIdentifier", -1, Errc::bad_value},
           {"LoTEVersionIdentifier", 1.0, Errc::wrong_type},
           {"LoTESequenceNumber", 0, Errc::bad_value},
           {"LoTESequenceNumber", -7, Errc::bad_value},
           {"LoTESequenceNumber", "7", Errc::wrong_type},
           {"SchemeOperatorName", bj::array{}, Errc::bad_value},
           {"ListIssueDateTime", "2026-07-01", Errc::bad_tdate},
           {"ListIssueDateTime", "2026-07-01T00:00:00", Errc::bad_tdate},
           {"ListIssueDateTime", "2026-07-01T02:00:00+02:00", Errc::bad_tdate},
           {"ListIssueDateTime", "2026-02-30T00:00:00Z", Errc::bad_tdate},
           {"NextUpdate", "", Errc::bad_tdate},
           {"NextUpdate", "2026-06-30T23:59:59Z", Errc::bad_value}}) {
    bj::object list = example();
    information(list)[name] = value;
    const Error error = refused(list);
    EXPECT_EQ(error.code, code) << name << ' ' << bj::serialize(value);
    EXPECT_EQ(error.where.text(), "LoTE.ListAndSchemeInformation." + std::string(name));
  }
  bj::object list = example();
  information(list)["LoTESequenceNumber"] = UINT64_MAX;
  EXPECT_EQ(decode(list).value().information.sequence_number, UINT64_MAX);
}

TEST_F(TrustedEntitiesTest, FractionsOfSecondsAreADeviation) {
  bj::object list = example();
  information(list)["ListIssueDateTime"] = "2026-07-01T00:00:00.123Z";
  cbor::DeviationLog log;
  EXPECT_EQ(decode(list, {.sink = &log}).value().information.list_issue_date_time, issued);
  ASSERT_EQ(log.entries().size(), 1U);
  EXPECT_EQ(log.entries()[0].rule, Rule::tdate_fraction);
  EXPECT_EQ(refused(list, {.level = Level::strict}).code, Errc::bad_tdate);
}

TEST_F(TrustedEntitiesTest, ACertificateThatDoesNotDecodeIsNamedAndTheListStands) {
  const auto with = [&](std::string_view val) {
    bj::object list = example();
    identity(list)["X509Certificates"].as_array()[0].as_object()["val"] = val;
    return decode(list).value();
  };
  const std::string good = base64(ca.certificate.der());
  Bytes longer(ca.certificate.der().begin(), ca.certificate.der().end());
  longer.push_back(0);
  for (const auto& [val, code] : std::initializer_list<std::pair<std::string, Errc>>{
           {"", Errc::bad_certificate},
           {"AAAA", Errc::bad_certificate},
           {"A", Errc::bad_encoding},
           {good.substr(0, good.size() - 4), Errc::bad_certificate},
           {good + "\n", Errc::bad_encoding},
           {good + "====", Errc::bad_encoding},
           {to_base64url(Bytes(3, 0xff)), Errc::bad_encoding},
           {"-----BEGIN CERTIFICATE-----", Errc::bad_encoding},
           {base64(longer), Errc::trailing_bytes},
           {base64(Bytes((std::size_t{16} << 10) + 1)), Errc::too_large}}) {
    const auto list = with(val);
    ASSERT_EQ(list.unreadable.size(), 1U) << val.substr(0, 40);
    EXPECT_EQ(list.unreadable[0].code, code) << val.substr(0, 40);
    EXPECT_EQ(list.unreadable[0].where.text(),
              "LoTE.TrustedEntitiesList[0].TrustedEntityServices[0].ServiceInformation.ServiceDigitalIdentity."
              "X509Certificates[0].val");
    EXPECT_EQ(list.entities[0].services[0].certificates, std::vector<crypto::Certificate>{signer.certificate});
  }
  bj::object list = example();
  identity(list)["X509SKIs"] = bj::array{"AQID", "?"};
  const auto decoded = decode(list).value();
  ASSERT_EQ(decoded.unreadable.size(), 1U);
  EXPECT_TRUE(decoded.unreadable[0].where.text().ends_with("X509SKIs[1]"));
  EXPECT_EQ(decoded.entities[0].services[0].subject_key_identifiers.size(), 1U);
}

TEST_F(TrustedEntitiesTest, EntriesFromBeforeTheStandardAreNotedAndNotRead) {
  bj::object list = example();
  bj::array& entities = lote(list).at("TrustedEntitiesList").as_array();
  entities.insert(entities.begin(), bj::object{{"TrustServiceProvider", bj::object{{"TSPName", "old"}}}});
  const auto decoded = decode(list, {.level = Level::strict}).value();
  ASSERT_EQ(decoded.entities.size(), 2U);
  EXPECT_TRUE(decoded.entities[0].pre_standard);
  EXPECT_TRUE(decoded.entities[0].services.empty());
  EXPECT_FALSE(decoded.entities[1].pre_standard);
  ASSERT_EQ(decoded.unreadable.size(), 1U);
  EXPECT_EQ(decoded.unreadable[0].code, Errc::obsolete_draft);
  EXPECT_EQ(decoded.unreadable[0].where.text(), "LoTE.TrustedEntitiesList[0].TrustServiceProvider");
  // Beside the standard's members it is just an unknown one.
  bj::object mixed = example();
  entity(mixed)["TrustServiceProvider"] = 1;
  EXPECT_TRUE(decode(mixed).value().unreadable.empty());
}

TEST_F(TrustedEntitiesTest, WhatIsNoJsonObjectIsRefused) {
  for (const char* bad : {"", "x", "{", "{}{}", "\xff", R"({"LoTE":{})"}) {
    EXPECT_EQ(decode(bad).error().code, Errc::bad_encoding) << bad;
    EXPECT_EQ(decode(bad).error().where.text(), "LoTE");
  }
  for (const char* other : {"[]", "null", "1", "\"LoTE\"", R"({"LoTE":[]})", R"({"LoTE":null})"}) {
    EXPECT_EQ(decode(other).error().code, Errc::wrong_type) << other;
  }
  EXPECT_EQ(decode("{}").error().code, Errc::missing_element);
  EXPECT_EQ(decode(R"({"LoTE":{}})").error().where.text(), "LoTE.ListAndSchemeInformation");
}

TEST_F(TrustedEntitiesTest, AMemberThatOccursTwiceIsAnErrorAnywhere) {
  const std::string json = bj::serialize(example());
  for (const std::string_view name :
       {"LoTE", "LoTESequenceNumber", "SchemeTerritory", "TEName", "ServiceTypeIdentifier", "val", "OtherIds"}) {
    std::string twice = json;
    const std::string member = '"' + std::string(name) + "\":";
    ASSERT_NE(twice.find(member), std::string::npos);
    twice.insert(twice.find(member), member + "0,");
    EXPECT_EQ(decode(twice).error().code, Errc::duplicate_key) << name;
  }
}

TEST_F(TrustedEntitiesTest, SizesAndNumbersAreBounded) {
  const std::string json = bj::serialize(example());
  cbor::DecodeContext context;
  context.limits.max_bytes = json.size() - 1;
  EXPECT_EQ(decode(json, context).error().code, Errc::too_large);
  EXPECT_EQ(decode(std::string(20000, '[')).error().code, Errc::too_deep);

  context = {};
  context.limits.max_entries = 3;
  EXPECT_TRUE(decode(json, context));
  bj::object four = example();
  for (int i = 0; i < 3; ++i) lote(four)["TrustedEntitiesList"].as_array().push_back(bj::object{});
  EXPECT_EQ(refused(four, context).code, Errc::too_many);
  // All certificates and key identifiers together count against the limit, not only those of one service.
  bj::object spread = example();
  bj::array& services = entity(spread).at("TrustedEntityServices").as_array();
  services[1].at("ServiceInformation").at("ServiceDigitalIdentity").as_object()["X509Certificates"] =
      bj::array{bj::object{{"val", "AAAA"}}};
  const Error error = refused(spread, context);
  EXPECT_EQ(error.code, Errc::too_many);
  EXPECT_TRUE(error.where.text().ends_with(
      "TrustedEntityServices[1].ServiceInformation.ServiceDigitalIdentity.X509Certificates"));
  // Names and URIs.
  bj::object named = example();
  information(named)["LoTEType"] = std::string(max_list_text_bytes, 'x');
  EXPECT_TRUE(decode(named));
  information(named)["LoTEType"] = std::string(max_list_text_bytes + 1, 'x');
  EXPECT_EQ(refused(named).code, Errc::too_large);
  EXPECT_EQ(refused(named).where.text(), "LoTE.ListAndSchemeInformation.LoTEType");
  bj::object translated = example();
  information(translated)["SchemeOperatorName"].as_array()[1].as_object()["value"] =
      std::string(max_list_text_bytes + 1, 'x');
  EXPECT_EQ(refused(translated).where.text(), "LoTE.ListAndSchemeInformation.SchemeOperatorName[1].value");
  // JSON values that nobody asked for.
  bj::object many = example();
  lote(many)["other"] = bj::array(200, 0);
  EXPECT_EQ(refused(many, context).code, Errc::too_many);
}

TEST_F(TrustedEntitiesTest, EveryTruncationIsRefused) {
  const std::string json = bj::serialize(example());
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_FALSE(decode(std::string_view(json).substr(0, size))) << size;
  }
}

TEST_F(TrustedEntitiesTest, AListThatIsWrittenReadsBack) {
  const auto list = decode(example()).value();
  const std::string written = encode_list_of_trusted_entities(list).value();
  EXPECT_TRUE(written.starts_with(R"({"LoTE":{"ListAndSchemeInformation":{)"));
  const auto again = decode(std::string_view(written), {.level = Level::strict}).value();
  EXPECT_EQ(again.information.scheme_operator_name, list.information.scheme_operator_name);
  EXPECT_EQ(again.entities[0].services[0].certificates, list.entities[0].services[0].certificates);
  EXPECT_EQ(again.entities[0].services[0].subject_key_identifiers,
            list.entities[0].services[0].subject_key_identifiers);
  EXPECT_EQ(encode_list_of_trusted_entities(again).value(), written);
}

TEST_F(TrustedEntitiesTest, AListThatNobodyWouldReadIsNotWritten) {
  const auto good = decode(example()).value();
  const auto place_of = [&](const std::function<void(ListOfTrustedEntities&)>& spoil) {
    ListOfTrustedEntities list = good;
    spoil(list);
    const auto written = encode_list_of_trusted_entities(list);
    EXPECT_FALSE(written);
    if (written) return std::string();
    EXPECT_EQ(written.error().code, Errc::bad_argument);
    return written.error().where.text();
  };
  const std::string at = "LoTE.ListAndSchemeInformation.";
  EXPECT_EQ(place_of([](auto& list) { list.information.sequence_number = 0; }), at + "LoTESequenceNumber");
  EXPECT_EQ(place_of([](auto& list) { list.information.version_identifier = 2; }), at + "LoTEVersionIdentifier");
  EXPECT_EQ(place_of([](auto& list) { list.information.scheme_operator_name.clear(); }), at + "SchemeOperatorName");
  EXPECT_EQ(place_of([](auto& list) { list.information.next_update = issued - 1s; }), at + "NextUpdate");
  EXPECT_EQ(place_of([](auto& list) { list.information.type = "\xff"; }), "LoTE");
}

TEST_F(TrustedEntitiesTest, TheEnglishTextIsPreferred) {
  EXPECT_EQ(preferred_text({}), "");
  EXPECT_EQ(preferred_text({{"fr", "a"}, {"de", "b"}}), "a");
  EXPECT_EQ(preferred_text({{"fr", "a"}, {"en", "b"}, {"en", "c"}}), "b");
}

}  // namespace
}  // namespace mdoc::json
