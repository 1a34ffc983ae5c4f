#include "cli/outcome.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/marks.hpp"
#include "cli/names.hpp"
#include "cli/output.hpp"
#include "cli/questions.hpp"
#include "cli/terminal.hpp"
#include "cli/values.hpp"
#include "cli/width.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/report.hpp"
#include "mdoc/json/sentences.hpp"
#include "mdoc/profile/doc_type_profile.hpp"
#include "mdoc/profile/holder_verification.hpp"
#include "mdoc/profile/validate.hpp"

namespace mdoc::cli {
namespace {

using namespace verification;
using json::Phrase;
using ProfileSpan = std::span<const profile::DocTypeProfile>;

/// What the clauses of checks refer to.
constexpr std::string_view edition = "ISO/IEC 18013-5, second edition (public draft)";

/// The option that brings what a check lacked: for engineers.
std::string_view option_for(Reason reason) {
  if (wording().for_clerks()) return {};
  switch (reason) {
    case Reason::no_anchors: return " (--trust)";
    case Reason::no_transcript: return " (--transcript)";
    case Reason::no_reader_key: return " (--reader-key)";
    default: return {};
  }
}

/// What came of a check; where there is nothing to say, what it judges.
std::string detail_of(const Finding& finding) {
  const std::string why = json::explain(finding, wording());
  if (finding.outcome == Outcome::skipped) return say(Phrase::skipped, {{"why", why}});
  return why.empty() ? std::string(wording().of(finding.check)) : why;
}

/// A clerk sees what is not as it should be; an engineer every check, and where the standard says so.
void print_finding(const Finding& finding) {
  const CheckInfo& check = info(finding.check);
  if (!wording().for_clerks()) {
    return print_line(
        fmt::format("    {} {:<30} {:<9} {}", mark_of(finding.outcome), check.id, check.clause,
                    marked(finding.outcome, detail_of(finding) + std::string(option_for(finding.reason)))));
  }
  if (finding.outcome == Outcome::pass || finding.outcome == Outcome::not_applicable) return;
  print_line(fmt::format("    {} {}", mark_of(finding.outcome),
                         marked(finding.outcome, say(Phrase::refused_because, {{"check", wording().of(finding.check)},
                                                                               {"why", detail_of(finding)}}))));
}

/// What is wrong with the certificates, and what whoever issued them can do about it; to a clerk, that something is.
void print_certificates(const std::vector<CertificateFinding>& findings) {
  if (findings.empty()) return;
  print_line("  " + say(Phrase::certificate_rules));
  if (wording().for_clerks()) {
    const bool refused = std::ranges::find(findings, Outcome::fail, &CertificateFinding::outcome) != findings.end();
    const Outcome outcome = refused ? Outcome::fail : Outcome::warn;
    return print_line(fmt::format("    {} {}", mark_of(outcome), marked(outcome, say(Phrase::signer_at_fault))));
  }
  for (const CertificateFinding& finding : findings) {
    const trust::CertificateRuleInfo& rule = trust::info(finding.rule.rule);
    const std::string text = say(Phrase::rule_broken, {{"expected", peer_text(finding.rule.expected)},
                                                       {"found", peer_text(finding.rule.found)},
                                                       {"advice", wording().advice(rule.rule)}});
    const std::string id = fmt::format("{} {}", trust::info(finding.role).id, rule.id);
    print_line(fmt::format("    {} {:<30} {:<9} {}", mark_of(finding.outcome), id,
                           trust::clause(rule.rule, finding.role), marked(finding.outcome, text)));
  }
}

/// What an element is called: by engineers as in the document, by clerks as in the profile.
std::string label_of(const NameSpace& name_space, const ElementIdentifier& identifier,
                     const profile::DocTypeProfile* profile) {
  if (!wording().for_clerks()) return peer_text(identifier.str());
  return peer_text(json::element_name(profile, name_space.str(), identifier.str(), wording().texts().language()));
}

std::string shown_value(const VerifiedElement& element, const profile::DocTypeProfile* profile) {
  if (!wording().for_clerks()) return value_text(element.value);
  const auto* const name_space =
      profile == nullptr ? nullptr : profile::find_name_space(*profile, element.name_space.str());
  const auto* const defined =
      name_space == nullptr ? nullptr : profile::find_element(*name_space, element.identifier.str());
  return plain_value_text(element.value, defined == nullptr ? nullptr : &defined->rule);
}

/// The name of an authority or a signer.
std::string shown_name(const std::string& subject) {
  return peer_text(wording().for_clerks() ? plain_name(subject) : subject);
}

void print_elements(Phrase title, const std::vector<VerifiedElement>& elements,
                    const profile::DocTypeProfile* profile) {
  if (elements.empty()) return;
  print_line("  " + say(title));
  const NameSpace* name_space = nullptr;
  for (const VerifiedElement& element : elements) {
    if (name_space == nullptr || !(*name_space == element.name_space)) {
      name_space = &element.name_space;
      if (!wording().for_clerks()) print_line("    " + styled(Tone::quiet, peer_text(name_space->str())));
    }
    constexpr std::size_t columns = 28;
    print_line(fmt::format("      {} {}", padded(label_of(element.name_space, element.identifier, profile), columns),
                           styled(Tone::strong, shown_value(element, profile))));
  }
}

std::string deviation_text(const Warning& warning) {
  if (wording().for_clerks()) return std::string(wording().of(warning.rule));
  const RuleInfo& rule = mdoc::info(warning.rule);
  return fmt::format("{:<30} {:<9} {}", rule.id, rule.clause,
                     say(Phrase::rule_at, {{"rule", wording().of(warning.rule)}, {"where", warning.where.text()}}));
}

/// Deviations of the peer: those that the level lets through, and those that it does not.
void print_warnings(const std::vector<Warning>& warnings, Level level) {
  const auto print = [&](bool refused, Phrase title, const std::string& mark) {
    bool first = true;
    for (const Warning& warning : warnings) {
      if ((weight(warning.rule, level) == Weight::error) != refused) continue;
      if (std::exchange(first, false)) print_line("  " + say(title));
      print_line(fmt::format("    {} {}", mark, deviation_text(warning)));
    }
  };
  print(true, Phrase::deviations_refused, mark_of(Outcome::fail));
  print(false, Phrase::deviations_let_through, styled(Tone::warning, "!"));
}

/// A label before a fact, as wide as the widest one of the language.
std::string labelled(Phrase label) {
  std::size_t columns = 9;
  for (const Phrase each : {Phrase::issuer, Phrase::anchor, Phrase::pinned, Phrase::validity, Phrase::holder}) {
    columns = std::max(columns, display_width(say(each)));
  }
  return "  " + padded(say(label), columns) + " ";
}

/// How the person who presents can be compared with the document.
void print_holder_verification(const DocumentReport& report) {
  for (const HolderMeans& means : report.holder) {
    std::string what = say(means.withheld ? Phrase::holder_withheld : Phrase::holder_compare);
    if (!means.withheld && means.outcome != HolderOutcome::not_done) {
      what = say(Phrase::holder_said, {{"outcome", wording().of(means.outcome)}, {"by", peer_text(means.basis)}});
    }
    print_line(
        fmt::format("{}{}{}{}", labelled(Phrase::holder), wording().of(means.method), what.empty() ? "" : ": ", what));
  }
}

/// Lines for the first of what a peer may have sent thousands of, then how many more there are.
class ShortList {
 public:
  void print(std::string_view line) {
    if (++count_ <= most) print_line(line);
  }
  /// @param further  how many there are that were not even kept
  void end(std::size_t further = 0) const {
    const std::size_t left_out = count_ - std::min(count_, most) + further;
    if (left_out > 0) print_line("  … " + say(Phrase::more, {{"count", std::to_string(left_out)}}));
  }

 private:
  static constexpr std::size_t most = 64;
  std::size_t count_ = 0;
};

/// What is wrong with elements, one line each. An element that disagrees with another one names that.
void print_element_faults(const std::vector<ElementDeviation>& deviations, std::size_t further,
                          const profile::DocTypeProfile* profile) {
  if (!deviations.empty() || further > 0) print_line("  " + say(Phrase::element_faults));
  ShortList list;
  for (const ElementDeviation& deviation : deviations) {
    const auto label = [&](const ElementIdentifier& identifier) {
      return label_of(deviation.element.name_space, identifier, profile);
    };
    std::string place = label(deviation.element.element);
    if (!wording().for_clerks()) place += deviation.place;
    if (!deviation.other.empty()) place += " ↔ " + label(ElementIdentifier(deviation.other));
    const std::string text = fmt::format("{}: {}", place, wording().of(deviation.fault));
    const profile::ElementFaultInfo& fault = profile::info(deviation.fault);
    list.print(wording().for_clerks() ? "    " + text
                                      : fmt::format("    {:<32} {:<9} {}", fault.id, fault.clause, text));
  }
  list.end(further);
}

std::string not_returned(const std::string& what, std::int64_t code) {
  return "  " + say(Phrase::not_returned, {{"what", what}, {"code", std::to_string(code)}});
}

/// An element by itself, with no name space around it: for clerks as in the first profile that has a name for it.
std::string element_text(const NameSpace& name_space, const ElementIdentifier& identifier, ProfileSpan profiles) {
  if (!wording().for_clerks()) return peer_text(name_space.str()) + "/" + peer_text(identifier.str());
  const auto knows = [&](const profile::DocTypeProfile& profile) {
    const auto* const found = profile::find_name_space(profile, name_space.str());
    return found != nullptr && profile::find_element(*found, identifier.str()) != nullptr;
  };
  const auto known = std::ranges::find_if(profiles, knows);
  return label_of(name_space, identifier, known == profiles.end() ? nullptr : &*known);
}

void print_errors(const model::Errors& errors, ProfileSpan profiles) {
  ShortList list;
  for (const auto& [name_space, elements] : errors) {
    for (const auto& [element, code] : elements) {
      list.print(not_returned(element_text(name_space, element, profiles), code));
    }
  }
  list.end();
}

bool is_unanswered(const Answer& answer) { return answer.kind == Answer::Kind::unanswered; }

/// An mdoc may withhold what it was asked for, and its answer is valid all the same: said beside the verdict. Of a
/// document that is refused nobody knows whether it holds an answer.
void print_unanswered(const Report& report, ProfileSpan profiles) {
  const bool has_refused = std::ranges::any_of(report.documents, std::not_fn(&DocumentReport::valid));
  const Phrase phrase = has_refused ? Phrase::not_answered_by_valid : Phrase::not_answered;
  for (const Answer& answer : report.answers) {
    if (!is_unanswered(answer)) continue;
    const std::string element = element_text(answer.requested.name_space, answer.requested.element, profiles);
    print_line(styled(Tone::warning, "  ! " + say(phrase, {{"element", element}})));
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
std::string why_closed(bool recipient_key) {
  return say(recipient_key ? Phrase::wrong_recipient_key : Phrase::no_recipient_key);
}

/// What kind of document it is: for clerks as its profile calls it.
std::string doc_type_text(const std::optional<DocType>& doc_type, ProfileSpan profiles) {
  if (!doc_type) return say(Phrase::unreadable);
  const auto* const profile = profile::find_doc_type(profiles, doc_type->str());
  if (!wording().for_clerks() || profile == nullptr) return peer_text(doc_type->str());
  const std::string title = document_title(profile);
  return title.empty() ? peer_text(doc_type->str()) : title;
}

/// An mdoc may return nothing, and does nothing wrong by that: the response is not valid for want of a document alone.
bool nothing_came(const Report& report) {
  const auto refuses = [](const Finding& each) {
    return each.check != CheckId::response_documents && !lets_through(each);
  };
  return report.status && report.documents.empty() && report.zk.empty() && report.encrypted_documents == 0 &&
         std::ranges::none_of(report.findings, refuses);
}

/// Answers were wanted, and those that came with good documents are not all what was hoped for.
bool leaves_questions(const VerificationOutcome& outcome) { return !outcome.answers.empty() && !is_good(outcome); }

/// Which one, where there are several.
std::string place_of(std::size_t index, const Report& report, ProfileSpan profiles) {
  if (report.documents.size() < 2) return {};
  const std::string place =
      say(Phrase::place,
          {{"index", std::to_string(index)}, {"docType", doc_type_text(report.documents[index].doc_type, profiles)}});
  return " (" + place + ")";
}

/// The check by its name, and where it was made.
std::string check_text(CheckId check, const std::string& place) {
  return std::string(wording().for_clerks() ? wording().of(check) : info(check).id) + place;
}

void print_cause(const std::vector<Finding>& findings, const std::string& place, std::string_view advice = {}) {
  const Finding* const cause = find_cause(findings);
  if (cause == nullptr) return;
  const std::string text = say(Phrase::refused_because,
                               {{"check", check_text(cause->check, place)}, {"why", json::explain(*cause, wording())}});
  print_line(styled(Tone::bad, fmt::format("  ✗ {}{}{}", text, option_for(cause->reason), advice)));
}

void print_causes(const Report& report, bool recipient_key, ProfileSpan profiles) {
  if (report.valid || nothing_came(report)) return;
  const bool closed = report.documents.empty() && report.encrypted_documents > 0;
  print_cause(report.findings, {},
              closed ? " " + say(Phrase::came_encrypted, {{"why", why_closed(recipient_key)}}) : std::string());
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    print_cause(report.documents[i].findings, place_of(i, report, profiles));
  }
}

/// What concerns the whole response and no document in it.
void print_rest(const Report& report, bool recipient_key, ProfileSpan profiles) {
  ShortList list;
  for (const model::DocumentError& error : report.document_errors) {
    list.print(not_returned(doc_type_text(error.doc_type, profiles), error.code));
  }
  list.end();
  if (report.encrypted_documents > 0) {
    print_line("  " + say(Phrase::encrypted,
                          {{"count", std::to_string(report.encrypted_documents)}, {"why", why_closed(recipient_key)}}));
  }
  ShortList proofs;
  for (const ZkDocumentReport& proof : report.zk) {
    if (proof.valid) continue;
    const auto refused =
        std::ranges::find_if(proof.findings, [](const Finding& finding) { return !lets_through(finding); });
    const std::string system =
        proof.system.empty() ? "" : say(Phrase::by_system, {{"system", peer_text(proof.system)}});
    proofs.print("  " + say(Phrase::proof_refused, {{"docType", doc_type_text(proof.doc_type, profiles)},
                                                    {"system", system},
                                                    {"why", wording().of(refused->reason)}}));
  }
  proofs.end();
}

/// A clerk needs no title where there is nothing to note.
bool has_lines(const std::vector<Finding>& findings) {
  return !wording().for_clerks() || std::ranges::any_of(findings, [](const Finding& each) {
    return each.outcome != Outcome::pass && each.outcome != Outcome::not_applicable;
  });
}

void print_issuer(const IssuerFacts& issuer) {
  if (!issuer.subject.empty()) print_line(labelled(Phrase::issuer) + shown_name(issuer.subject));
  if (!issuer.pinned && issuer.trust_anchor.empty()) return;
  print_line(fmt::format("{}{}  ({})", labelled(issuer.pinned ? Phrase::pinned : Phrase::anchor),
                         shown_name(issuer.trust_anchor), json::isolated(issuer.source)));
}

/// For whom a document was encrypted: whose key opened it.
void print_encryption(const Encryption& encryption, std::span<const Recipient> recipients) {
  const auto is_it = [&](const Recipient& each) { return encryption.recipient == each.key; };
  const auto recipient = std::ranges::find_if(recipients, is_it);
  if (recipient == recipients.end()) return;
  print_line("  " + say(Phrase::encrypted_for, {{"recipient", json::isolated(recipient->name)}}));
}

/// @param good_mark  over a document that is valid
void print_document(const DocumentReport& report, const VerifiedDocument* verified, Level level, Phrase good_mark,
                    std::span<const Recipient> recipients, ProfileSpan profiles) {
  const auto* const profile = report.doc_type ? profile::find_doc_type(profiles, report.doc_type->str()) : nullptr;
  print_line("");
  print_line(fmt::format(
      "{}  {}", report.valid ? styled(Tone::good, say(good_mark)) : styled(Tone::bad, say(Phrase::refused_mark)),
      styled(Tone::strong, doc_type_text(report.doc_type, profiles))));
  if (report.encryption) print_encryption(*report.encryption, recipients);
  if (report.issuer) print_issuer(*report.issuer);
  if (report.mso) {
    print_line(labelled(Phrase::validity) +
               say(Phrase::validity_span, {{"from", wording().time(report.mso->valid_from)},
                                           {"until", wording().time(report.mso->valid_until)},
                                           {"signed", wording().time(report.mso->signed_at)}}));
  }
  if (has_lines(report.findings)) print_line("  " + say(Phrase::checks));
  for (const Finding& finding : report.findings) print_finding(finding);
  if (report.doc_type && profile == nullptr) {
    print_line(fmt::format("  {} {}", styled(Tone::warning, "!"), say(Phrase::no_profile)));
  }
  print_element_faults(report.elements, report.further_elements, profile);
  print_certificates(report.certificates);
  print_warnings(report.warnings, level);
  print_errors(report.errors, profiles);
  if (verified == nullptr) return;
  print_elements(Phrase::signed_by_issuer, verified->issuer_signed(), profile);
  print_elements(Phrase::signed_by_device, verified->device_signed(), profile);
  print_holder_verification(report);
}

/// A presentation whose device nobody judged must not look like one that passed, nor one without answers like a full
/// one. Beside an answer that is not yes, it speaks of the documents alone.
std::string headline(const VerificationOutcome& outcome) {
  const Report& report = outcome.report;
  if (nothing_came(report)) return say(Phrase::response_empty);
  if (!report.valid) return say(Phrase::response_refused);
  const auto left_out = [](const Finding& finding) { return finding.reason == Reason::issuer_only; };
  const bool issuer_only = std::ranges::any_of(
      report.documents, [&](const DocumentReport& each) { return std::ranges::any_of(each.findings, left_out); });
  if (issuer_only) return say(Phrase::issuer_part_valid);
  if (!report.status) return say(Phrase::document_valid);
  const auto unanswered = std::ranges::count_if(report.answers, is_unanswered);
  if (unanswered == 0) return say(leaves_questions(outcome) ? Phrase::response_genuine : Phrase::response_valid);
  return say(Phrase::response_incomplete,
             {{"unanswered", std::to_string(unanswered)}, {"requested", std::to_string(report.answers.size())}});
}

/// What a verdict is good in spite of; what was not answered is said already.
void print_doubts(const Report& report, ProfileSpan profiles) {
  if (!report.valid) return;
  ShortList list;
  const auto print = [&list](const std::vector<Finding>& findings, const std::string& place) {
    for (const Finding& finding : findings) {
      const bool let_through = finding.outcome == Outcome::warn || finding.reason == Reason::not_checked;
      if (!let_through || finding.reason == Reason::unanswered) continue;
      const std::string check = check_text(finding.check, place);
      const std::string why = json::sentence(finding, wording());
      const std::string text =
          wording().for_clerks()
              ? marked(finding.outcome, say(Phrase::refused_because, {{"check", check}, {"why", why}}))
              : check + ": " + marked(finding.outcome, why);
      list.print(fmt::format("  {} {}", mark_of(finding.outcome), text));
    }
  };
  print(report.findings, {});
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    print(report.documents[i].findings, place_of(i, report, profiles));
  }
  list.end();
}

}  // namespace

void print_outcome(const VerificationOutcome& outcome, std::span<const Recipient> recipients,
                   std::span<const profile::DocTypeProfile> profiles) {
  const Report& report = outcome.report;
  const bool recipient_key = !recipients.empty();
  print_answers(outcome.answers, nothing_came(report));
  print_line(styled(report.valid ? Tone::good : Tone::bad, headline(outcome)));
  print_causes(report, recipient_key, profiles);
  print_unanswered(report, profiles);
  print_doubts(report, profiles);
  for (const Finding& finding : report.findings) {
    const bool said = wording().for_clerks() && finding.check == CheckId::response_documents && nothing_came(report);
    if (!said) print_finding(finding);
  }
  print_warnings(report.warnings, report.level);
  print_rest(report, recipient_key, profiles);
  for (std::size_t i = 0; i < report.documents.size(); ++i) {
    const VerifiedDocument* verified = nullptr;
    for (const VerifiedDocument& document : outcome.documents) {
      if (document.index() == i) verified = &document;
    }
    print_document(report.documents[i], verified, report.level,
                   leaves_questions(outcome) ? Phrase::genuine_mark : Phrase::valid_mark, recipients, profiles);
  }
  print_line("");
  if (!wording().for_clerks()) print_line(styled(Tone::quiet, say(Phrase::clauses, {{"edition", edition}})));
}

void print_conclusion(const VerificationOutcome& outcome) {
  if (outcome.answers.empty()) return;
  const auto any_is = [&](Verdict verdict) {
    return std::ranges::find(outcome.answers, verdict, &QuestionAnswer::verdict) != outcome.answers.end();
  };
  Phrase conclusion = Phrase::conclusion_yes;
  if (nothing_came(outcome.report)) {
    conclusion = Phrase::conclusion_empty;
  } else if (!outcome.report.valid) {
    conclusion = Phrase::conclusion_refused;
  } else if (any_is(Verdict::no)) {
    conclusion = Phrase::conclusion_no;
  } else if (any_is(Verdict::undetermined)) {
    conclusion = Phrase::conclusion_open;
  }
  print_line(styled(is_good(outcome) ? Tone::good : Tone::bad, say(conclusion, {{"verdict", headline(outcome)}})));
}

boost::json::object outcome_json(const VerificationOutcome& outcome) {
  boost::json::object object = parse_json(json::to_json(outcome, wording())).as_object();
  object.emplace("edition", edition);
  return object;
}

}  // namespace mdoc::cli
