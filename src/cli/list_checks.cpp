#include "cli/list_checks.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/times.hpp"
#include "cli/tool.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/trust/trust_list.hpp"

namespace mdoc::cli {
namespace {

namespace bj = boost::json;
using verification::Outcome;

bool refuses(const ListCheck& check) { return check.outcome == Outcome::fail || check.outcome == Outcome::skipped; }

Outcome outcome_of(Weight weight) {
  switch (weight) {
    case Weight::error: return Outcome::fail;
    case Weight::warning: return Outcome::warn;
    case Weight::ignore: break;
  }
  return Outcome::pass;
}

std::vector<trust::TriedAnchor> try_anchors(std::span<const crypto::Certificate> x5chain, const ListAnchors& anchors,
                                            const ClockPolicy& clock) {
  return trust::try_list_anchors(x5chain, {.anchors = anchors.certificates, .now = anchors.now, .clock = clock});
}

bool leads_nowhere(const trust::TriedAnchor& tried) { return tried.error.has_value(); }

/// Says of each anchor why no path leads to it, and as the reason for all the one that tells most.
void explain_tried(ListCheck& check, std::span<const trust::TriedAnchor> tried, const ListAnchors& anchors) {
  const auto tells_more = [](const trust::TriedAnchor& each) { return each.error->code != Errc::chain_untrusted; };
  const auto telling = std::ranges::find_if(tried, tells_more);
  check.detail = in_words(*(telling == tried.end() ? tried.front() : *telling).error);
  bj::array list;
  for (std::size_t i = 0; i < tried.size(); ++i) {
    const std::string why = in_words(*tried[i].error);
    check.particulars.emplace_back(Outcome::fail,
                                   fmt::format("anchor {} ({}): {}", tried[i].subject, anchors.files[i], why));
    list.push_back(bj::object{{"subject", tried[i].subject}, {"file", anchors.files[i]}, {"detail", why}});
  }
  check.facts.emplace("anchors", std::move(list));
}

}  // namespace

// ---- all checks ---------------------------------------------------------------------------------

bool all_hold(std::span<const ListCheck> checks) noexcept { return std::ranges::none_of(checks, refuses); }

void print_cause(std::span<const ListCheck> checks) {
  const auto cause = std::ranges::find(checks, Outcome::fail, &ListCheck::outcome);
  if (cause == checks.end()) return;  // what was left out was left out because of a failure
  print_line(
      styled(Tone::bad, fmt::format("  ✗ refused because of {}: {}", cause->id, json::printable(cause->detail))));
}

void print_checks(std::span<const ListCheck> checks) {
  for (const ListCheck& check : checks) {
    const std::string skipped = check.outcome == Outcome::skipped ? "skipped: " : "";
    print_line(fmt::format("  {} {:<20} {:<9} {}", mark_of(check.outcome), check.id, check.clause,
                           marked(check.outcome, skipped + json::printable(check.detail))));
    for (const auto& [outcome, text] : check.particulars) {
      print_line(fmt::format("      {} {}", mark_of(outcome), json::printable(text)));
    }
  }
}

bj::array checks_json(std::span<const ListCheck> checks) {
  bj::array list;
  for (const ListCheck& check : checks) {
    bj::object object{{"id", check.id},
                      {"outcome", verification::name(check.outcome)},
                      {"clause", check.clause},
                      {"detail", check.detail}};
    for (const auto& fact : check.facts) object.insert(fact);
    list.push_back(std::move(object));
  }
  return list;
}

// ---- trust --------------------------------------------------------------------------------------

void add_list_trust(CLI::App& command, ListTrustArguments& arguments, const std::string& whose) {
  take_one_each(command.add_option("--trust", arguments.certificates, whose));
  command.add_option("--at", arguments.at, "Time of the judgement, RFC 3339; by default now");
  add_level(command, arguments.level);
}

ListAnchors load_anchors(const ListTrustArguments& arguments) {
  ListAnchors anchors{.certificates = {},
                      .files = {},
                      .now = time_or_now(arguments.at),
                      .clock = ClockPolicy::for_level(arguments.level),
                      .level = arguments.level};
  for (const std::string& file : arguments.certificates) {
    for (const crypto::Certificate& certificate : load_certificates(file)) {
      anchors.certificates.push_back(certificate);
      anchors.files.push_back(file);
    }
  }
  return anchors;
}

// ---- single checks ------------------------------------------------------------------------------

ListCheck judge_encoding(std::string_view clause, const std::optional<Error>& refusal,
                         const cbor::DeviationLog& deviations) {
  ListCheck check{.id = "list.encoding", .outcome = Outcome::pass, .clause = clause};
  const std::size_t count = deviations.entries().size() + deviations.dropped();
  if (refusal) {
    check.outcome = Outcome::fail;
    check.detail = "the level refuses a deviation: " + in_words(*refusal);
  } else if (count > 0) {
    check.outcome = Outcome::warn;
    check.detail = fmt::format("{} deviation{} let through, listed below", count, count == 1 ? "" : "s");
  } else {
    check.detail = "encoded as the standard says";
  }
  return check;
}

ListCheck judge_signer_path(std::string_view clause, std::span<const crypto::Certificate> x5chain,
                            const ListAnchors& anchors) {
  ListCheck check{.id = "list.signer-path", .outcome = Outcome::fail, .clause = clause};
  if (anchors.certificates.empty()) {
    check.detail = "no anchors given: name the root or the signer that you trust for this list (--trust)";
    return check;
  }
  const auto tried = try_anchors(x5chain, anchors, anchors.clock);
  const auto found = std::ranges::find_if_not(tried, leads_nowhere);
  if (found == tried.end()) {
    explain_tried(check, tried, anchors);
    return check;
  }
  check.outcome = Outcome::pass;
  const std::string signer = x5chain.front().subject().text();
  const bool itself = x5chain.front() == anchors.certificates[static_cast<std::size_t>(found - tried.begin())];
  check.detail = "signed by " + signer + (itself ? ", which is trusted itself" : ", trusted through " + found->subject);
  if (std::ranges::all_of(try_anchors(x5chain, anchors, {.skew = std::chrono::seconds{0}}), leads_nowhere)) {
    check.outcome = Outcome::warn;
    check.detail += ", valid within the tolerated clock difference";
  }
  check.facts = {{"signer", signer}, {"anchor", found->subject}};
  return check;
}

ListCheck judge_signer_profile(trust::CertificateRole role, std::span<const trust::RuleFinding> broken_rules,
                               Level level) {
  const trust::CertificateRoleInfo& facts = trust::info(role);
  ListCheck check{.id = "list.signer-profile", .outcome = Outcome::pass, .clause = facts.clause};
  Weight worst = Weight::ignore;
  std::size_t counted = 0;
  bj::array list;
  for (const trust::RuleFinding& finding : broken_rules) {
    const trust::CertificateRuleInfo& rule = trust::info(finding.rule);
    const Weight weight = rule.weight(level);
    if (weight == Weight::ignore) continue;
    ++counted;
    worst = std::max(worst, weight);
    check.particulars.emplace_back(outcome_of(weight), fmt::format("{} ({}) expected: {}; found: {}. {}", rule.id,
                                                                   trust::clause(finding.rule, role), finding.expected,
                                                                   finding.found, rule.advice));
    list.push_back(bj::object{{"id", rule.id},
                              {"outcome", verification::name(outcome_of(weight))},
                              {"clause", trust::clause(finding.rule, role)},
                              {"duty", rule.what},
                              {"expected", finding.expected},
                              {"found", finding.found},
                              {"advice", rule.advice}});
  }
  check.outcome = outcome_of(worst);
  check.detail = counted == 0 ? fmt::format("follows the rules of a {}", facts.id)
                              : fmt::format("breaks {} rule{} of a {}", counted, counted == 1 ? "" : "s", facts.id);
  if (counted > 0) check.facts.emplace("rules", std::move(list));
  return check;
}

ListCheck judge_signature(std::string_view clause, const Result<void>& verified) {
  return {.id = "list.signature",
          .outcome = verified ? Outcome::pass : Outcome::fail,
          .clause = clause,
          .detail = verified ? "verifies with the key of the signer's certificate" : in_words(verified.error())};
}

}  // namespace mdoc::cli
