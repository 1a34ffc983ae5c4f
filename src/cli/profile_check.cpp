#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/profile.hpp"
#include "cli/profile_document.hpp"
#include "cli/profiles.hpp"
#include "cli/sample_data.hpp"
#include "cli/terminal.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/consistency.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using profile::InconsistencyInfo;
using profile::InconsistencySeverity;
using profile::ProfileFinding;
using verification::Outcome;

struct ProfileCheckArguments {
  std::vector<std::string> profiles, documents;
};

std::string_view label(profile::Row row) { return profile::rows()[static_cast<std::size_t>(row)].label; }

Outcome outcome_of(InconsistencySeverity severity) {
  return severity == InconsistencySeverity::advice ? Outcome::warn : Outcome::fail;
}

/// "org.iso.18013.5.1/portrait", with which of several.
std::string place_of(const ProfileFinding& finding) {
  std::string place(finding.name_space);
  if (!finding.element.empty()) place.append("/").append(finding.element);
  if (!finding.detail.empty()) place.append(place.empty() ? "" : " ").append(finding.detail);
  return json::printable(place);
}

void print_findings(const GivenProfile& given, const std::vector<ProfileFinding>& findings) {
  const std::string name = json::printable(given.name);
  if (findings.empty()) {
    return print_line(fmt::format("{} {}: complete, without contradictions", mark_of(Outcome::pass), name));
  }
  const bool complete = profile::is_complete(findings);
  print_line(fmt::format("{} {}: {}", mark_of(complete ? Outcome::pass : Outcome::fail), name,
                         complete ? "complete, with advice" : "not ready for use"));
  for (const ProfileFinding& finding : findings) {
    const InconsistencyInfo& facts = info(finding.kind);
    const std::string place = place_of(finding);
    const Outcome outcome = outcome_of(facts.severity);
    print_line(fmt::format("  {} {} {}{}{}: {} {}", mark_of(outcome), marked(outcome, facts.id), label(finding.row),
                           place.empty() ? "" : " ", place, facts.means, facts.advice));
  }
}

bj::object findings_json(const GivenProfile& given, const std::vector<ProfileFinding>& findings) {
  const profile::DocTypeProfile& profile = given.loaded.profile();
  bj::array list;
  for (const ProfileFinding& finding : findings) {
    const InconsistencyInfo& facts = info(finding.kind);
    bj::object object{{"id", facts.id}, {"severity", name(facts.severity)}, {"row", label(finding.row)}};
    if (!finding.name_space.empty()) object.emplace("nameSpace", finding.name_space);
    if (!finding.element.empty()) object.emplace("element", finding.element);
    if (!finding.detail.empty()) object.emplace("detail", finding.detail);
    object.emplace("means", facts.means);
    object.emplace("advice", facts.advice);
    list.push_back(std::move(object));
  }
  return {{"profile", given.name},
          {"id", profile.id},
          {"docType", profile.doc_type},
          {"complete", profile::is_complete(findings)},
          {"findings", std::move(list)}};
}

std::vector<ProfileFinding> findings_of(const GivenProfile& given) {
  const profile::DocTypeProfile& judged = given.loaded.profile();
  std::vector<profile::DocTypeProfile> others;  // a built-in one need not leave itself alone
  std::ranges::copy_if(profile::doc_types(), std::back_inserter(others), [&](const profile::DocTypeProfile& each) {
    return !given.built_in || each.doc_type != judged.doc_type;
  });
  auto findings = profile::check_consistency(judged, others);
  const auto of_samples = judge_samples(given.loaded);
  findings.insert(findings.end(), of_samples.begin(), of_samples.end());
  std::ranges::stable_sort(findings, {}, &ProfileFinding::row);
  return findings;
}

void run_profile_check(const ProfileCheckArguments& arguments, Tool& tool) {
  if (!arguments.documents.empty()) {
    if (arguments.profiles.size() != 1) throw Failure(ExitCode::usage, "--document is judged by one profile");
    const GivenProfile given = load_given_profile(arguments.profiles.front());
    tool.exit = check_documents(given.loaded.profile(), arguments.documents, tool.json);
    return;
  }
  bj::array all;
  bool complete = true;
  for (const std::string& each : arguments.profiles) {
    const GivenProfile given = load_given_profile(each);
    const auto findings = findings_of(given);
    complete = complete && profile::is_complete(findings);
    if (tool.json) {
      all.push_back(findings_json(given, findings));
    } else {
      print_findings(given, findings);
    }
  }
  if (tool.json) print_json(bj::object{{"complete", complete}, {"profiles", std::move(all)}});
  if (!complete) tool.exit = ExitCode::bad_verdict;
}

}  // namespace

void add_profile_check(CLI::App& profile, Tool& tool) {
  const auto arguments = std::make_shared<ProfileCheckArguments>();
  CLI::App* command =
      add_command(profile, tool, "check",
                  "Say what a profile leaves open and where it contradicts itself, or whether documents keep to it",
                  "mdoc-cli profile check utopia-eid.json\n  mdoc-cli profile check utopia-eid.json pid --json\n  "
                  "mdoc-cli profile check pid --document pid.cbor");
  command->add_option("profiles", arguments->profiles, std::string("NAME|FILE: ") + profile_argument)->required();
  take_one_each(command->add_option("--document", arguments->documents,
                                    "INPUT: IssuerSigned, a Document or a DeviceResponse, judged by the one profile in "
                                    "the place of judging that; nothing is verified"));
  add_note(*command,
           "Ends with 1 where something is open or contradictory, advice alone does no harm; with --document, where a "
           "document is against the profile.");
  command->callback([arguments, &tool] { run_profile_check(*arguments, tool); });
}

}  // namespace mdoc::cli
