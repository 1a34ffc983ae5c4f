#include "cli/outcome.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/marks.hpp"
#include "cli/output.hpp"
#include "cli/questions.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"
#include "mdoc/json/report.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/holder_verification.hpp"

namespace mdoc::cli {
namespace {

using namespace verification;

/// What the clauses of checks refer to.
constexpr std::string_view edition = "ISO/IEC 18013-5, second edition (public draft)";

/// The option that brings what a check lacked.
std::string_view option_for(Reason reason) {
  switch (reason) {
    case Reason::no_anchors: return " (--trust)";
    case Reason::no_transcript: return " (--transcript)";
    case Reason::no_reader_key: return " (--reader-key)";
    default: return {};
  }
}

void print_finding(const Finding& finding) {
  const CheckInfo& check = info(finding.check);
  std::string detail(check.duty);
  if (finding.outcome == Outcome::skipped)
    detail = "skipped: " + json::explain(finding);
  else if (const std::string why = json::explain(finding); !why.empty())
    detail = why;
  detail += option_for(finding.reason);
  print_line(fmt::format("    {} {:<30} {:<9} {}", mark_of(finding.outcome), check.id, check.clause,
                         marked(finding.outcome, detail)));
}

/// What is wrong with the certificates, and what whoever issued them can do about it.
void print_certificates(const std::vector<CertificateFinding>& findings) {
  if (!findings.empty()) print_line("  rules that certificates break");
  for (const CertificateFinding& finding : findings) {
    const trust::CertificateRuleInfo& rule = trust::info(finding.rule.rule);
    const std::string id = fmt::format("{} {}", trust::info(finding.role).id, rule.id);
    print_line(fmt::format(
        "    {} {:<30} {:<9} {}", mark_of(finding.outcome), id, trust::clause(rule.rule, finding.role),
        marked(finding.outcome, fmt::format("expected: {}; found: {}. {}", json::printable(finding.rule.expected),
                                            json::printable(finding.rule.found), rule.advice))));
  }
}

void print_elements(std::string_view title, const std::vector<VerifiedElement>& elements) {
  if (elements.empty()) return;
  print_line(fmt::format("  {}", title));
  const NameSpace* name_space = nullptr;
  for (const VerifiedElement& element : elements) {
    if (name_space == nullptr || !(*name_space == element.name_space)) {
      name_space = &element.name_space;
      print_line("    " + styled(Tone::quiet, json::printable(name_space->str())));
    }
    print_line(fmt::format("      {:<28} {}", json::printable(element.identifier.str()),
                           styled(Tone::strong, value_text(element.value))));
  }
}

/// Deviations of the peer: those that the level lets through, and those that it does not.
void print_warnings(const std::vector<Warning>& warnings, Level level) {
  const auto print = [&](bool refused, std::string_view title, const std::string& mark) {
    bool first = true;
    for (const Warning& warning : warnings) {
      if ((weight(warning.rule, level) == Weight::error) != refused) continue;
      if (std::exchange(first, false)) print_line(title);
      const RuleInfo& rule = mdoc::info(warning.rule);
      print_line(
          fmt::format("    {} {:<30} {:<9} {} at {}", mark, rule.id, rule.clause, rule.what, warning.where.text()));
    }
  };
  print(true, "  deviations refused", mark_of(Outcome::fail));
  print(false, "  deviations let through", styled(Tone::warning, "!"));
}

/// How the person who presents can be compared with the document.
void print_holder_verification(const DocumentReport& report) {
  for (const HolderMeans& means : report.holder) {
    std::string what = "to be compared with the person";
    if (means.withheld) {
      what = "asked for and withheld: the person cannot be compared with it";
    } else if (means.outcome != HolderOutcome::not_done) {
      what = fmt::format("{}, says {}", name(means.outcome), json::printable(means.basis));
    }
    print_line(fmt::format("  holder    {}: {}", profile::name(means.method), what));
  }
}

/// Lines for the first of what a peer may have sent thousands of, then how many more there are.
class ShortList {
 public:
  void print(std::string_view line) {
    if (++count_ <= most) print_line(line);
  }
  void end() const {
    if (count_ > most) print_line(fmt::format("  … and {} more", count_ - most));
  }

 private:
  static constexpr std::size_t most = 64;
  std::size_t count_ = 0;
};

void print_errors(const model::Errors& errors) {
  ShortList list;
  for (const auto& [name_space, elements] : errors) {
    for (const auto& [element, code] : elements) {
      list.print(fmt::format("  not returned, says the mdoc: {}/{}, code {}", json::printable(name_space.str()),
                             json::printable(element.str()), code));
    }
  }
  list.end();
}

bool is_unanswered(const Answer& answer) { return answer.kind == Answer::Kind::unanswered; }

/// An mdoc may withhold what it was asked for, and its answer is valid all the same: said beside the verdict. Of a
/// document that is refused nobody knows whether it holds an answer.
void print_unanswered(const Report& report) {
  const bool has_refused = std::ranges::any_of(report.documents, std::not_fn(&DocumentReport::valid));
  for (const Answer& answer : report.answers) {
    if (!is_unanswered(answer)) continue;
    print_line(styled(Tone::warning, fmt::format("  ! not answered{}: {}/{}", has_refused ? " by a valid document" : "",
                                                 json::printable(answer.requested.name_space.str()),
                                                 json::printable(answer.requested.element.str()))));
  }
}

/// The first failure of the response or of a document; what was skipped because of it follows in the list of checks.
/// Null where there is none. A document whose time is over is that before anything else.
const Finding* find_cause(const std::vector<Finding>& findings) {
  const auto refuses = [](Outcome wanted) { return [wanted](const Finding& each) { return each.outcome == wanted; }; };
  auto cause = std::ranges::find_if(findings, refuses(Outcome::fail));
  if (cause == findings.end()) cause = std::ranges::find_if(findings, refuses(Outcome::skipped));
  if (cause == findings.end()) return nullptr;
  if (cause->check == CheckId::mso_signed_within_signer) {
    const auto validity = std::ranges::find(findings, CheckId::mso_validity, &Finding::check);
    if (validity != findings.end() && validity->outcome == Outcome::fail) cause = validity;
  }
  return &*cause;
}

/// Why what is encrypted stayed closed, and what would open it.
std::string_view why_closed(bool recipient_key) {
  return recipient_key ? "the recipient key that was given does not open it"
                       : "give --recipient-key, the key that it was encrypted to";
}

/// Which one, where there are several.
std::string place_of(std::size_t index, const Report& report) {
  if (report.documents.size() < 2) return {};
  const auto& doc_type = report.documents[index].doc_type;
  return fmt::format(" (document {}{})", index, doc_type ? ", " + json::printable(doc_type->str()) : std::string());
}

void print_cause(const std::vector<Finding>& findings, const std::string& place, std::string_view advice = {}) {
  const Finding* const cause = find_cause(findings);
  if (cause == nullptr) return;
  print_line(styled(Tone::bad, fmt::format("  ✗ refused because of {}{}: {}{}{}", info(cause->check).id, place,
                                           json::explain(*cause), option_for(cause->reason), advice)));
}

void print_causes(const Report& report, bool recipient_key) {
  if (report.valid) return;
  const bool closed = report.documents.empty() && report.encrypted_documents > 0;
  print_cause(report.findings, {},
              closed ? fmt::format(" What came is encrypted: {}.", why_closed(recipient_key)) : std::string());
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    print_cause(report.documents[i].findings, place_of(i, report));
  }
}

/// What concerns the whole response and no document in it.
void print_rest(const Report& report, bool recipient_key) {
  ShortList list;
  for (const model::DocumentError& error : report.document_errors) {
    list.print(
        fmt::format("  not returned, says the mdoc: {}, code {}", json::printable(error.doc_type.str()), error.code));
  }
  list.end();
  if (report.encrypted_documents > 0)
    print_line(fmt::format("  encrypted, not opened: {}; {}", report.encrypted_documents, why_closed(recipient_key)));
  ShortList proofs;
  for (const ZkDocumentReport& proof : report.zk) {
    if (proof.valid) continue;
    const auto refused =
        std::ranges::find_if(proof.findings, [](const Finding& finding) { return !lets_through(finding); });
    const std::string doc_type = proof.doc_type ? json::printable(proof.doc_type->str()) : "unreadable";
    const std::string system = proof.system.empty() ? "" : " by " + json::printable(proof.system);
    proofs.print(fmt::format("  proof, not verified: {}{}: {}", doc_type, system, json::sentence(refused->reason)));
  }
  proofs.end();
}

void print_document(const DocumentReport& report, const VerifiedDocument* verified, Level level) {
  const std::string doc_type = report.doc_type ? json::printable(report.doc_type->str()) : "unreadable document";
  print_line("");
  print_line(fmt::format("{}  {}", report.valid ? styled(Tone::good, "VALID") : styled(Tone::bad, "REFUSED"),
                         styled(Tone::strong, doc_type)));
  if (report.issuer) {
    if (!report.issuer->subject.empty()) {
      print_line(fmt::format("  issuer    {}", json::printable(report.issuer->subject)));
    }
    if (report.issuer->pinned || !report.issuer->trust_anchor.empty()) {
      print_line(fmt::format("  {}  {}  ({})", report.issuer->pinned ? "pinned  " : "anchor  ",
                             json::printable(report.issuer->trust_anchor), json::printable(report.issuer->source)));
    }
  }
  if (report.mso) {
    print_line(fmt::format("  valid     {} to {}, signed {}", to_rfc3339(report.mso->valid_from),
                           to_rfc3339(report.mso->valid_until), to_rfc3339(report.mso->signed_at)));
  }
  print_line("  checks");
  for (const Finding& finding : report.findings) print_finding(finding);
  print_certificates(report.certificates);
  print_warnings(report.warnings, level);
  print_errors(report.errors);
  if (verified == nullptr) return;
  print_elements("signed by the issuer", verified->issuer_signed());
  print_elements("signed by the device", verified->device_signed());
  print_holder_verification(report);
}

/// A presentation whose device nobody judged must not look like one that passed, nor one without answers like a full
/// one.
std::string headline(const Report& report) {
  if (!report.valid) return "The response is not valid.";
  const auto left_out = [](const Finding& finding) { return finding.reason == Reason::issuer_only; };
  const bool issuer_only = std::ranges::any_of(
      report.documents, [&](const DocumentReport& each) { return std::ranges::any_of(each.findings, left_out); });
  if (issuer_only) return "The issuer's part is valid; whether the device is the right one was not judged.";
  if (!report.status) return "The document is valid; there was no response around it.";
  const auto unanswered = std::ranges::count_if(report.answers, is_unanswered);
  return unanswered == 0 ? "The response is valid."
                         : fmt::format("The response is valid; {} of {} requested elements were not answered.",
                                       unanswered, report.answers.size());
}

/// What a verdict is good in spite of; what was not answered is said already.
void print_doubts(const Report& report) {
  if (!report.valid) return;
  ShortList list;
  const auto print = [&list](const std::vector<Finding>& findings, const std::string& place) {
    for (const Finding& finding : findings) {
      const bool let_through = finding.outcome == Outcome::warn || finding.reason == Reason::not_checked;
      if (!let_through || finding.reason == Reason::unanswered) continue;
      list.print(fmt::format("  {} {}{}: {}", mark_of(finding.outcome), info(finding.check).id, place,
                             marked(finding.outcome, json::sentence(finding))));
    }
  };
  print(report.findings, {});
  for (std::size_t i = 0; i < report.documents.size(); ++i) print(report.documents[i].findings, place_of(i, report));
  list.end();
}

}  // namespace

void print_outcome(const VerificationOutcome& outcome, bool recipient_key) {
  const Report& report = outcome.report;
  print_answers(outcome.answers);
  print_line(styled(report.valid ? Tone::good : Tone::bad, headline(report)));
  print_causes(report, recipient_key);
  print_unanswered(report);
  print_doubts(report);
  for (const Finding& finding : report.findings) print_finding(finding);
  print_warnings(report.warnings, report.level);
  print_rest(report, recipient_key);
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    const VerifiedDocument* verified = nullptr;
    for (const VerifiedDocument& document : outcome.documents) {
      if (document.index() == i) verified = &document;
    }
    print_document(report.documents[i], verified, report.level);
  }
  print_line("");
  print_line(styled(Tone::quiet, fmt::format("Clauses: {}, unless named otherwise.", edition)));
}

boost::json::object outcome_json(const VerificationOutcome& outcome) {
  boost::json::object object = parse_json(json::to_json(outcome)).as_object();
  object.emplace("edition", edition);
  return object;
}

}  // namespace mdoc::cli
