#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "cli/failure.hpp"
#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/marks.hpp"
#include "cli/names.hpp"
#include "cli/output.hpp"
#include "cli/profile_options.hpp"
#include "cli/terminal.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/width.hpp"
#include "cli/wording.hpp"
#include "mdoc/core/encoding.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/profile_certificates.hpp"
#include "mdoc/trust/certificate_rules.hpp"
#include "mdoc/verification/check.hpp"
#include "mdoc/verification/signer_profile.hpp"

namespace mdoc::cli {
namespace {

using json::Phrase;
using trust::RuleFinding;
using trust::RuleOutcome;
using verification::Outcome;

struct LintArguments {
  std::string certificate, role, issuer, at, doc_type, profile;
  Level level = Level::interop;
};

/// What a level makes of a finding. Nothing: it is broken, and the level does not mind.
std::optional<Outcome> outcome_at(const RuleFinding& finding, Level level) {
  switch (finding.outcome) {
    case RuleOutcome::holds: return Outcome::pass;
    case RuleOutcome::not_applicable: return Outcome::not_applicable;
    case RuleOutcome::not_judged: return Outcome::skipped;
    case RuleOutcome::broken: break;
  }
  switch (trust::info(finding.rule).weight(level)) {
    case Weight::error: return Outcome::fail;
    case Weight::warning: return Outcome::warn;
    case Weight::ignore: break;
  }
  return std::nullopt;
}

/// How the findings of one certificate end.
struct Lint {
  trust::CertificateRole role;
  Level level;
  const crypto::Certificate& certificate;
  const crypto::Certificate* issuer;
  std::vector<RuleFinding> findings;

  [[nodiscard]] std::size_t count(Level at, Outcome wanted) const {
    std::size_t count = 0;
    for (const RuleFinding& finding : findings) {
      if (outcome_at(finding, at) == wanted) ++count;
    }
    return count;
  }
  [[nodiscard]] bool good() const { return count(level, Outcome::fail) == 0; }
};

std::string_view name_at(const RuleFinding& finding, Level level) {
  const auto outcome = outcome_at(finding, level);
  return outcome ? verification::name(*outcome) : "ignored";
}

std::string detail(const RuleFinding& finding, const crypto::Certificate* issuer) {
  switch (finding.outcome) {
    case RuleOutcome::broken:
      // What stands in a certificate tells nothing to who reads no certificates: the rule says what is wrong.
      if (wording().for_clerks()) break;
      return say(Phrase::rule_broken, {{"expected", json::isolated(finding.expected)},
                                       {"found", json::isolated(finding.found)},
                                       {"advice", wording().advice(finding.rule)}});
    case RuleOutcome::not_judged:
      return say(issuer == nullptr ? Phrase::lint_not_judged_issuer : Phrase::lint_not_judged);
    case RuleOutcome::holds:
    case RuleOutcome::not_applicable: break;
  }
  return std::string(wording().of(finding.rule));
}

/// Whom a certificate names.
std::string shown_name(const std::string& subject) {
  return json::isolated(wording().for_clerks() ? plain_name(subject) : subject);
}

/// A label before a fact, as wide as the widest one of the language.
std::string labelled(Phrase label) {
  std::size_t columns = 0;
  for (const Phrase each : {Phrase::lint_subject, Phrase::issuer, Phrase::lint_role}) {
    columns = std::max(columns, display_width(say(each)));
  }
  return padded(say(label), columns) + "  ";
}

/// An engineer sees every rule, and where the standard says so; a clerk what is not as it should be, each thing once.
void print_findings(const Lint& lint) {
  std::set<std::string> told;
  for (const RuleFinding& finding : lint.findings) {
    const auto outcome = outcome_at(finding, lint.level);
    const Outcome shown = outcome.value_or(Outcome::not_applicable);
    std::string text = detail(finding, lint.issuer);
    if (wording().for_clerks()) {
      const bool quiet = shown == Outcome::pass || shown == Outcome::not_applicable;
      if (!quiet && told.insert(text).second) print_line(fmt::format("  {} {}", mark_of(shown), marked(shown, text)));
      continue;
    }
    if (!outcome) text = say(Phrase::lint_ignored, {{"what", text}});
    print_line(fmt::format("  {} {:<14} {:<27} {:<17} {}", mark_of(shown), name_at(finding, lint.level),
                           trust::info(finding.rule).id, trust::clause(finding.rule, lint.role), marked(shown, text)));
  }
}

void print_summary(const Lint& lint) {
  const std::size_t failed = lint.count(lint.level, Outcome::fail);
  const std::size_t skipped = lint.count(lint.level, Outcome::skipped);
  std::string text = say(Phrase::lint_summary, {{"rules", std::to_string(lint.findings.size())},
                                                {"fail", std::to_string(failed)},
                                                {"warn", std::to_string(lint.count(lint.level, Outcome::warn))}});
  if (skipped > 0) text += say(Phrase::lint_summary_more, {{"count", std::to_string(skipped)}});
  print_line(styled(failed == 0 ? Tone::good : Tone::bad, text));
  const std::size_t strictly = lint.count(Level::strict, Outcome::fail);
  if (lint.level == Level::strict || strictly <= failed) return;
  const std::string further = say(Phrase::lint_strictly, {{"count", std::to_string(strictly)}});
  if (!further.empty()) print_line(further);
}

void print_people(const Lint& lint) {
  std::string role(wording().of(lint.role));
  if (!wording().for_clerks()) role = say(Phrase::lint_role_at, {{"role", role}, {"level", mdoc::name(lint.level)}});
  print_line(labelled(Phrase::lint_subject) + styled(Tone::strong, shown_name(lint.certificate.subject().text())));
  print_line(labelled(Phrase::issuer) + shown_name(lint.certificate.issuer().text()));
  print_line(labelled(Phrase::lint_role) + role);
  print_findings(lint);
  print_summary(lint);
}

boost::json::object lint_json(const Lint& lint) {
  boost::json::array rules;
  for (const RuleFinding& finding : lint.findings) {
    const trust::CertificateRuleInfo& rule = trust::info(finding.rule);
    boost::json::object row{{"id", rule.id},
                            {"outcome", name_at(finding, lint.level)},
                            {"clause", trust::clause(finding.rule, lint.role)},
                            {"duty", rule.what}};
    if (finding.outcome == RuleOutcome::broken) {
      row.emplace("expected", finding.expected);
      row.emplace("found", finding.found);
      row.emplace("advice", rule.advice);
    }
    rules.push_back(std::move(row));
  }
  return {{"role", trust::info(lint.role).id},
          {"level", mdoc::name(lint.level)},
          {"valid", lint.good()},
          {"subject", lint.certificate.subject().text()},
          {"issuer", lint.certificate.issuer().text()},
          {"notBefore", to_rfc3339(lint.certificate.not_before())},
          {"notAfter", to_rfc3339(lint.certificate.not_after())},
          {"fingerprint", to_hex(lint.certificate.fingerprint().view())},
          {"issuerGiven", lint.issuer != nullptr},
          {"notJudged", lint.count(lint.level, Outcome::skipped)},
          {"rules", std::move(rules)}};
}

/// What the document's profile asks of this role, in the place of what the role asks by itself.
trust::CertificateProfile profile_of(const profile::DocTypeProfile& known, trust::CertificateRole role) {
  trust::CertificateProfile asked = trust::info(role).profile;
  asked.max_validity = max_certificate_validity(known, role);
  switch (role) {
    case trust::CertificateRole::document_signer: return verification::signer_profile(&known);
    case trust::CertificateRole::reader:
      if (!known.reader_key_purposes.empty()) asked.key_purposes = known.reader_key_purposes;
      return asked;
    case trust::CertificateRole::iaca: return asked;
    default: break;
  }
  throw Failure(ExitCode::usage, "--profile is for the roles iaca, ds and reader: of others it says nothing");
}

trust::CertificateProfile profile_of(const LintArguments& arguments, trust::CertificateRole role) {
  if (arguments.doc_type.empty()) return trust::info(role).profile;
  if (role != trust::CertificateRole::document_signer) {
    throw Failure(ExitCode::usage, "--doc-type is for --role ds: it says what the signers of that docType need");
  }
  return verification::signer_profile(profile::find_doc_type(profile::doc_types(), arguments.doc_type));
}

void run_lint(const LintArguments& arguments, Tool& tool) {
  const auto role = *trust::find_certificate_role(arguments.role);
  const auto loaded = load_one_profile(arguments.profile);
  const std::vector<crypto::Certificate> given = load_certificates(arguments.certificate);
  const crypto::Certificate& certificate = given.front();
  const trust::CertificateProfile profile = loaded ? profile_of(loaded->profile(), role) : profile_of(arguments, role);
  std::vector<crypto::Certificate> issuers(given.begin() + 1, given.end());  // a chain brings its own
  if (!arguments.issuer.empty()) issuers = load_certificates(arguments.issuer);
  const crypto::Certificate* issuer = nullptr;
  if (!issuers.empty()) issuer = &issuers.front();
  if (issuer != nullptr && trust::info(role).issued_by == trust::IssuedBy::itself) {
    if (!arguments.issuer.empty()) throw Failure(ExitCode::usage, "a certificate of this role is self-signed");
    issuer = nullptr;
  }

  std::optional<std::size_t> intermediates;
  if (issuer != nullptr && issuer->is_self_issued()) intermediates = 0;  // of any other nobody knows what is above it
  const Lint lint{.role = role,
                  .level = arguments.level,
                  .certificate = certificate,
                  .issuer = issuer,
                  .findings = trust::judge_certificate({.certificate = certificate,
                                                        .role = role,
                                                        .profile = profile,
                                                        .issuer = issuer,
                                                        .intermediates = intermediates,
                                                        .now = time_or_now(arguments.at),
                                                        .clock = ClockPolicy::for_level(arguments.level)})};
  tool.exit = lint.good() ? ExitCode::done : ExitCode::bad_verdict;
  if (tool.json) return print_json(lint_json(lint));
  print_people(lint);
}

void add_lint(CLI::App& cert, Tool& tool) {
  const auto arguments = std::make_shared<LintArguments>();
  CLI::App* command = add_command(cert, tool, "lint", "Judge a certificate by every rule of its role",
                                  "mdoc-cli cert lint ds.pem --role ds --issuer iaca.pem --level strict");
  std::vector<std::string> roles;
  std::string meanings = "Roles:";
  for (const trust::CertificateRoleInfo& role : trust::certificate_roles()) {
    roles.emplace_back(role.id);
    meanings += fmt::format("\n  {:<14} {}", role.id, role.what);
  }
  command
      ->add_option("certificate", arguments->certificate,
                   "Certificate, PEM or DER; where there are several, the first is judged and the second is its issuer")
      ->required();
  command->add_option("--role", arguments->role, "What the certificate is for")
      ->required()
      ->check(CLI::IsMember(roles));
  command->add_option("--issuer", arguments->issuer, "Certificate of the issuer: what compares with it is judged too");
  command->add_option("--doc-type", arguments->doc_type,
                      "With --role ds: what signers of this docType need; one that is not known needs the generic "
                      "key purpose");
  command
      ->add_option("--profile", arguments->profile,
                   "What the profile of a document, by its short name, docType or JSON file, needs of this role")
      ->excludes("--doc-type");
  add_level(*command, arguments->level);
  add_wording(*command);
  command->add_option("--at", arguments->at, "Time of the judgement, RFC 3339; by default now");
  add_note(*command, meanings);
  command->callback([arguments, &tool] { run_lint(*arguments, tool); });
}

}  // namespace

void add_cert(CLI::App& app, Tool& tool) {
  CLI::App* cert =
      add_command(app, tool, "cert", "Look into certificates", "mdoc-cli cert lint ds.pem --role ds --issuer iaca.pem");
  cert->require_subcommand(1);
  add_lint(*cert, tool);
}

}  // namespace mdoc::cli
