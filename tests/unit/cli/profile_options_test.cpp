// --profile: documents of one's own, with every command that asks for them, gives them away or judges them.
#include <gmock/gmock.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "issuance.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/core/time.hpp"

namespace mdoc::testing {
namespace {

namespace bj = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string utopia_file() { return MDOC_EXAMPLES_DATA "/utopia-eid.json"; }

std::string text_in(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Issuer and readers of one kind of document, as its profile has them, and a device.
class ProfileOptions : public ::testing::Test {
 protected:
  void make_pki(const std::string& profile) {
    prepare({"pki", "iaca", "--profile", profile, "--subject", "C=UT, ST=UT-01, O=Utopia, CN=Utopia IACA", "--key-out",
             file("iaca.key"), "--cert-out", file("iaca.pem"), "--force"});
    prepare({"pki", "ds", "--profile", profile, "--subject", "C=UT, ST=UT-01, O=Utopia, CN=Utopia DS", "--issuer-key",
             file("iaca.key"), "--issuer-cert", file("iaca.pem"), "--key-out", file("ds.key"), "--cert-out",
             file("ds.pem"), "--force"});
    prepare({"pki", "reader-ca", "--subject", "C=UT, O=Readers, CN=Readers root", "--key-out", file("readers.key"),
             "--cert-out", file("readers.pem"), "--force"});
    prepare({"pki", "reader", "--profile", profile, "--subject", "C=UT, O=Harbour, CN=Harbour gate", "--issuer-key",
             file("readers.key"), "--issuer-cert", file("readers.pem"), "--key-out", file("gate.key"), "--cert-out",
             file("gate.pem"), "--force"});
    prepare({"pki", "device", "--key-out", file("device.key"), "--force"});
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder.path(name); }
  [[nodiscard]] std::vector<std::string> issue(const std::string& profile,
                                               const std::vector<std::string>& more = {}) const {
    return with({"issue", "--profile", profile, "--device-key", file("device.key"), "--ds-key", file("ds.key"),
                 "--ds-cert", file("ds.pem"), "--out", file("card.cbor")},
                more);
  }
  [[nodiscard]] std::string credential() const { return file("card.cbor") + "," + file("device.key"); }
  [[nodiscard]] std::vector<std::string> own(std::vector<std::string> call) const {
    return with(std::move(call), {"--profile", utopia_file()});
  }
  Folder folder;
};

/// What an issuer was warned of. The age in years has no sample, which would not stay true, though profiles recommend
/// it.
std::string against(const std::string& said) {
  const std::regex ages(R"(\(element\.missing-recommended\); missing: age_in_years of [^,;]+$)");
  std::string lines;
  std::istringstream stream(said);
  for (std::string line; std::getline(stream, line);) {
    if (!std::regex_search(line, ages)) lines += line + "\n";
  }
  return lines;
}

struct Sample {
  std::string profile, doc_type, element;
};

TEST_F(ProfileOptions, ASampleOfEachProfileIsIssuedShownAndValid) {
  const std::string transcript = folder.write("transcript.cbor", online_transcript());
  const Sample samples[] = {
      {"mdl", "org.iso.18013.5.1.mDL", "org.iso.18013.5.1/family_name"},
      {"photo-id", "org.iso.23220.photoid.1", "org.iso.23220.1/family_name"},
      {"pid", "eu.europa.ec.eudi.pid.1", "eu.europa.ec.eudi.pid.1/family_name"},
      {"age-verification", "eu.europa.ec.av.1", "eu.europa.ec.av.1/age_over_18"},
      {"vehicle-registration", "org.iso.7367.1.mVRC", "org.iso.23220.1/issue_date"},
      {utopia_file(), "ut.eid.1", "ut.eid.1/boating_privileges"},
  };
  for (const auto& [profile, doc_type, element] : samples) {
    SCOPED_TRACE(profile);
    make_pki(profile);
    const Ended issued = mdoc_cli(issue(profile));
    ASSERT_EQ(issued.exit, 0) << issued.err;
    EXPECT_EQ(against(issued.err), "");
    const Ended stored = mdoc_cli({"verify", file("card.cbor"), "--issuer-only", "--profile", profile, "--trust",
                                   file("iaca.pem"), "--level", "strict", "--revocation", "soft", "--json"});
    EXPECT_EQ(stored.exit, 0) << stored.out << stored.err;

    prepare({"request", "--profile", profile, "--doc-type", doc_type, "--element", element, "--reader-auth",
             file("gate.key"), "--reader-cert", file("gate.pem"), "--transcript", transcript, "--out",
             file("request.cbor")});
    const Ended answered =
        mdoc_cli({"respond", "--profile", profile, "--credential", credential(), "--request", file("request.cbor"),
                  "--transcript", transcript, "--trust-readers", file("readers.pem"), "--out", file("response.cbor")});
    ASSERT_EQ(answered.exit, 0) << answered.err;
    EXPECT_THAT(answered.err, HasSubstr("trusted by C=UT, O=Readers, CN=Readers root"));
    const Ended judged = mdoc_cli({"verify", file("response.cbor"), "--profile", profile, "--request",
                                   file("request.cbor"), "--transcript", transcript, "--trust", file("iaca.pem"),
                                   "--level", "strict", "--revocation", "soft", "--json"});
    EXPECT_EQ(judged.exit, 0) << judged.out << judged.err;
    EXPECT_EQ(only_object(judged).at("documents").as_array().size(), 1u);
  }
}

TEST_F(ProfileOptions, InspectCallsADocumentAsItsProfileDoes) {
  make_pki(utopia_file());
  prepare(issue(utopia_file()));
  EXPECT_THAT(mdoc_cli(own({"inspect", file("card.cbor")})).out, HasSubstr("Utopian identity card"));
  EXPECT_THAT(mdoc_cli({"inspect", file("card.cbor")}).out, Not(HasSubstr("Utopian identity card")));
}

// A PID is given to any reader in proximity, and on the internet to trusted ones alone.
TEST_F(ProfileOptions, ThePlaceOfTheReaderIsThatOfTheTranscript) {
  make_pki("pid");
  prepare(issue("pid"));
  prepare({"request", "--doc-type", "eu.europa.ec.eudi.pid.1", "--element", "eu.europa.ec.eudi.pid.1/family_name",
           "--out", file("request.cbor")});
  const auto released_by = [this](const Bytes& transcript) {
    const Ended ended = mdoc_cli({"respond", "--credential", credential(), "--request", file("request.cbor"),
                                  "--transcript", in_hex(transcript), "--json"});
    EXPECT_EQ(ended.exit, 0) << ended.err;
    return only_object(ended).at("notReleased").as_array();
  };
  Bytes met{0x83, 0xf6, 0xf6};  // [ null, null, [ "UtopianGate" ] ]: a channel of its own, not the internet
  const Bytes gate = from_hex("816b55746f7069616e47617465").value();
  met.insert(met.end(), gate.begin(), gate.end());
  EXPECT_TRUE(released_by(met).empty());
  const bj::array online = released_by(online_transcript());
  ASSERT_EQ(online.size(), 1u);
  EXPECT_THAT(std::string(online.at(0).at("reason").as_string()), HasSubstr("given to trusted readers alone"));
}

TEST_F(ProfileOptions, ASampleIsFullAndDataIsExactlyTheData) {
  make_pki("mdl");
  prepare(issue("mdl"));
  const auto count = [this] {
    const bj::object parts = inspected(file("card.cbor"));
    std::size_t all = 0;
    for (const auto& space : parts.at("value").at("nameSpaces").as_object()) all += space.value().as_array().size();
    return all;
  };
  EXPECT_GT(count(), 20u);
  prepare(issue("mdl", {"--data", R"({"org.iso.18013.5.1": {"family_name": "Doe"}})"}));
  EXPECT_EQ(count(), 1u);
}

TEST_F(ProfileOptions, WithoutSamplesThereIsNothingToMake) {
  make_pki(utopia_file());
  bj::object bare = object_of(text_in(utopia_file()));
  for (auto& space : bare.at("nameSpaces").as_array()) {
    for (auto& element : space.at("elements").as_array()) element.as_object().erase("sample");
    space.as_object().erase("include");
  }
  bare.at("nameSpaces").as_array().erase(bare.at("nameSpaces").as_array().begin());
  bare["issuer"] = bj::object{{"nameSpace", "ut.eid.1"}};
  bare["ageAttestations"] = bj::array{};
  const std::string profile = folder.write("bare.json", bj::serialize(bare));
  const Ended ended = mdoc_cli(issue(profile));
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("has no samples: give --data"));
  EXPECT_EQ(mdoc_cli({"issue", "--doc-type", "ut.eid.1", "--device-key", file("device.key"), "--ds-key", file("ds.key"),
                      "--ds-cert", file("ds.pem")})
                .exit,
            2);
}

TEST_F(ProfileOptions, AProfileThatCannotBeUsedIsNamedWithThePlaceAndWhatWouldBeRight) {
  bj::object wrong = object_of(text_in(utopia_file()));
  wrong.at("nameSpaces").at(1).at("elements").at(0).as_object()["presence"] = "always";
  const std::string profile = folder.write("wrong.json", bj::serialize(wrong));
  const Ended ended = mdoc_cli({"request", "--profile", profile, "--doc-type", "ut.eid.1", "--element", "a/b"});
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("wrong.json: "));
  EXPECT_THAT(ended.err, HasSubstr("nameSpaces[1].elements[0].presence"));
  EXPECT_THAT(ended.err, HasSubstr("mandatory"));

  const auto exit_of = [](const std::string& name) {
    return mdoc_cli({"request", "--profile", name, "--doc-type", "ut.eid.1", "--element", "a/b"});
  };
  EXPECT_EQ(exit_of("library-card").exit, 2);
  EXPECT_THAT(exit_of("library-card").err, HasSubstr("unknown profile \"library-card\"; use mdl, "));
  EXPECT_EQ(exit_of(file("missing.json")).exit, 3);
  EXPECT_EQ(exit_of(folder.write("text.json", "no JSON")).exit, 3);
}

TEST_F(ProfileOptions, TwoForOneDocumentOrTwoWaysToTalkAreRefused) {
  const auto request = [](const std::vector<std::string>& profiles) {
    std::vector<std::string> call{"request", "--doc-type", "ut.eid.1", "--element", "ut.eid.1/citizen_number"};
    for (const std::string& each : profiles) call = with(call, {"--profile", each});
    return mdoc_cli(call);
  };
  EXPECT_EQ(request({utopia_file(), "mdl", "pid"}).exit, 0);
  EXPECT_EQ(request({utopia_file(), utopia_file()}).exit, 3);
  bj::object second = object_of(text_in(utopia_file()));
  second["id"] = "other";
  second["docType"] = "ut.other.1";
  const Ended ended = request({utopia_file(), folder.write("second.json", bj::serialize(second))});
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("two of the profiles name the protocol differently"));
}

TEST_F(ProfileOptions, NamesOfItsElementsAreKnownToWhoeverAsks) {
  const Ended ended =
      mdoc_cli(own({"request", "--doc-type", "ut.eid.1", "--element", "ut.eid.1/citizen_numbr", "--format", "hex"}));
  EXPECT_EQ(ended.exit, 0);
  EXPECT_THAT(ended.err, HasSubstr("citizen_numbr is not known; is citizen_number meant?"));
  const Ended ages =
      mdoc_cli(own({"request", "--doc-type", "ut.eid.1", "--element", "org.iso.23220.1/age_over_16", "--element",
                    "org.iso.23220.1/age_over_18", "--element", "org.iso.23220.1/age_over_65", "--format", "hex"}));
  EXPECT_THAT(ages.err, HasSubstr("more than two age_over_NN"));
}

// ---- both sides of a session ---------------------------------------------------------------------

struct Shown {
  std::string engagement, endpoint;
};
Shown shown(Process& holder) {
  const auto line = holder.read_line();
  if (!line) throw std::runtime_error("the holder says nothing: " + holder.end().err);
  const bj::object object = object_of(*line);
  return {std::string(object.at("engagement").as_string()), std::string(object.at("endpoint").as_string())};
}

class OwnSession : public ProfileOptions {
 protected:
  OwnSession() {
    make_pki(utopia_file());
    prepare(issue(utopia_file()));
  }
  [[nodiscard]] std::vector<std::string> holder(const std::vector<std::string>& more) const {
    return tool(with(
        {"holder", "--credential", credential(), "--trust-readers", file("readers.pem"), "--once", "--json"}, more));
  }
  [[nodiscard]] std::vector<std::string> reader(const Shown& code, const std::vector<std::string>& more) const {
    return with({"reader", code.engagement, "--connect", code.endpoint, "--doc-type", "ut.eid.1", "--element",
                 "ut.eid.1/citizen_number", "--trust", file("iaca.pem")},
                more);
  }
  [[nodiscard]] std::vector<std::string> signing() const {
    return {"--reader-auth", file("gate.key"), "--reader-cert", file("gate.pem")};
  }
};

TEST_F(OwnSession, ADocumentOfItsOwnIsReadUnderNamesOfItsOwn) {
  Process served(holder({"--profile", utopia_file()}));
  const Shown code = shown(served);
  EXPECT_THAT(code.engagement, ::testing::StartsWith("uteid:"));
  const Ended ended = mdoc_cli(own(reader(code, with(signing(), {"--json"}))));
  EXPECT_EQ(ended.exit, 0) << ended.err << ended.out;
  EXPECT_EQ(only_object(ended).at("documents").at(0).at("issuerSigned").at("ut.eid.1").at("citizen_number"),
            "47110815");
  EXPECT_EQ(served.end().exit, 0);
}

TEST_F(OwnSession, AReaderThatDoesNotSignGetsNothingAndTheHolderSaysWhy) {
  Process served(holder({"--profile", utopia_file()}));
  const Ended ended = mdoc_cli(own(reader(shown(served), {"--json"})));
  EXPECT_EQ(ended.exit, 1);
  EXPECT_THAT(ended.out, Not(HasSubstr("47110815")));
  EXPECT_THAT(served.end().err, HasSubstr("its profile has it given to trusted readers alone, and this one is not"));
}

TEST_F(OwnSession, AReaderWithoutTheProfileIsToldWhatTheEngagementBeginsWith) {
  const Ended ended = mdoc_cli(reader({.engagement = "uteid:owBj", .endpoint = "127.0.0.1:1"}, {}));
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("the engagement begins with uteid:, and mdoc: is spoken here"));
  EXPECT_THAT(ended.err, HasSubstr("--profile"));
}

TEST_F(OwnSession, AnyCommandWithoutTheProfileIsToldWhatTheEngagementBeginsWith) {
  for (const auto& command : std::vector<std::vector<std::string>>{
           {"inspect", "uteid:owBj"},
           {"session", "decrypt", "--engagement", "uteid:owBj", "--reader-key", "hex:00", "hex:00"}}) {
    const Ended ended = mdoc_cli(command);
    EXPECT_EQ(ended.exit, 3) << command.front();
    EXPECT_THAT(ended.err, HasSubstr("the engagement begins with uteid:, and mdoc: is spoken here")) << command.front();
  }
}

TEST_F(OwnSession, AnAnswerUnderOtherNamesFailsByTheCheckThatItConcerns) {
  const std::string transcript = folder.write("transcript.cbor", online_transcript());
  prepare(own(with({"request", "--doc-type", "ut.eid.1", "--element", "ut.eid.1/citizen_number", "--transcript",
                    transcript, "--out", file("request.cbor")},
                   signing())));
  const std::vector<std::string> respond{
      "respond",  "--credential",    credential(),        "--request", file("request.cbor"), "--transcript",
      transcript, "--trust-readers", file("readers.pem"), "--out",     file("response.cbor")};
  // Without the profile nobody requires a reader, and the proof is made under the names of the standard.
  const Ended plain = mdoc_cli(respond);
  EXPECT_EQ(plain.exit, 0) << plain.err;
  EXPECT_THAT(plain.err, HasSubstr("invalid"));  // so is that of the reader
  const auto verdict = [&](const std::vector<std::string>& more) {
    return mdoc_cli(with(
        {"verify", file("response.cbor"), "--transcript", transcript, "--trust", file("iaca.pem"), "--json"}, more));
  };
  const Ended other = verdict({"--profile", utopia_file()});
  EXPECT_EQ(other.exit, 1);
  EXPECT_EQ(check_of(only_object(other).at("documents").at(0), "device-auth.signature").at("outcome"), "fail");
  prepare(own(respond));
  EXPECT_EQ(verdict({"--profile", utopia_file()}).exit, 0);
  EXPECT_EQ(verdict({}).exit, 1);
}

TEST_F(OwnSession, ATranscriptIsThatOfTheEngagementUnderItsName) {
  Process served(holder({"--profile", utopia_file()}));
  const Shown code = shown(served);
  prepare({"pki", "device", "--key-out", file("ephemeral.key"), "--force"});
  const std::vector<std::string> call{
      "transcript", "--engagement", code.engagement, "--reader-public", file("ephemeral.key"), "--format", "hex"};
  EXPECT_EQ(mdoc_cli(own(call)).exit, 0);
  EXPECT_EQ(mdoc_cli(call).exit, 3);
  EXPECT_THAT(mdoc_cli(own({"inspect", code.engagement})).out, HasSubstr("DeviceEngagement"));
  EXPECT_NE(mdoc_cli({"inspect", code.engagement}).exit, 0);
}

// ---- certificates --------------------------------------------------------------------------------

TEST_F(ProfileOptions, CertificatesAreMadeAndJudgedAsTheProfileHasThem) {
  make_pki(utopia_file());
  const auto lint = [this](const std::string& certificate, const std::string& role,
                           const std::vector<std::string>& more) {
    return mdoc_cli(with({"cert", "lint", file(certificate), "--role", role, "--json"}, more));
  };
  const std::vector<std::string> profile{"--profile", utopia_file()};
  const Ended signer = lint("ds.pem", "ds", profile);
  EXPECT_EQ(signer.exit, 0) << signer.out;
  EXPECT_EQ(signer.err, "");
  EXPECT_EQ(lint("ds.pem", "ds", {}).exit, 1);  // it is no signer of licences
  EXPECT_EQ(lint("gate.pem", "reader", profile).exit, 0);
  EXPECT_EQ(lint("gate.pem", "reader", {}).exit, 1);
  EXPECT_EQ(lint("iaca.pem", "iaca", profile).exit, 0);
  EXPECT_EQ(lint("readers.pem", "reader-ca", profile).exit, 2);
  EXPECT_EQ(lint("ds.pem", "ds", with(profile, {"--doc-type", "ut.eid.1"})).exit, 2);

  prepare({"pki",           "ds",
           "--subject",     "C=UT, O=Utopia, CN=Utopia DS",
           "--issuer-key",  file("iaca.key"),
           "--issuer-cert", file("iaca.pem"),
           "--key-out",     file("long.key"),
           "--cert-out",    file("long.pem"),
           "--days",        "457",
           "--key-purpose", "2.999.18013.1",
           "--policy",      "2.999.18013.2",
           "--profile",     utopia_file()});
  const Ended judged = lint("long.pem", "ds", profile);
  EXPECT_EQ(judged.exit, 0);
  EXPECT_THAT(judged.out, HasSubstr(R"("validity.maximum", "outcome": "warn")"));
  EXPECT_THAT(judged.out, HasSubstr("at most 400 days"));
  EXPECT_EQ(lint("long.pem", "ds", with(profile, {"--level", "strict"})).exit, 1);
}

}  // namespace
}  // namespace mdoc::testing
