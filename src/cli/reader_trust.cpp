#include "cli/reader_trust.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>
#include <boost/json/parse.hpp>

#include "cli/keys.hpp"
#include "cli/levels.hpp"
#include "cli/terminal.hpp"
#include "cli/tool.hpp"
#include "cli/wording.hpp"
#include "mdoc/json/readers.hpp"
#include "mdoc/json/sentences.hpp"

namespace mdoc::cli {

using presentation::DocRequestReaders;
using presentation::ReaderJudgement;
using presentation::RequestReaders;
using presentation::VerifiedReader;

void add_reader_trust_options(CLI::App& command, ReaderTrustArguments& arguments) {
  take_one_each(command.add_option(
      "--trust-readers", arguments.certificates,
      "Certificates to judge readers by, PEM or DER: those of authorities as anchors, others as pins"));
  command.add_option("--store", arguments.trust.folder,
                     "Folder of anchors and received lists, as mdoc-cli trust keeps it: used as well");
  command.add_flag("--require-trusted", arguments.require_trusted,
                   "Release a document only to a reader that proved who it is; by default what is asked for, and the "
                   "verdict about the reader is told beside it");
  add_level(command, arguments.trust.level);
  add_revocation_policy(command, arguments.revocation);
}

void add_reader_crls(CLI::App& command, ReaderTrustArguments& arguments) {
  take_one_each(
      command.add_option("--crl", arguments.revocation.crls, "Revocation list of a reader CA, DER or PEM: INPUT"));
}

ReaderGround::ReaderGround(const ReaderTrustArguments& arguments, UtcSeconds now)
    : given_(!arguments.certificates.empty() || !arguments.trust.folder.empty()),
      level_(arguments.trust.level),
      policy_(arguments.revocation.policy()),
      now_(now),
      ground_(arguments.trust, now),
      files_(arguments.revocation) {
  for (const std::string& file : arguments.certificates) {
    for (const auto& certificate : load_certificates(file)) {
      trust_certificate(*ground_.store(), trust::Purpose::readers, certificate, file);
    }
  }
}

void ReaderGround::offer_files(const RequestReaders& readers) {
  if (files_.empty()) return;
  files_.offer(readers.wanted, *ground_.revocation(), level_, now_);
  files_.warn_about_unused();
}

void ReaderGround::conclude(const RequestReaders& readers) { ground_.remember(readers.wanted, now_); }

namespace {

using json::Phrase;

/// Names in the certificate of a reader that is not trusted: anybody may have made it.
constexpr std::size_t longest_claim = 120;

/// One more part of a sentence for engineers; for clerks one more sentence.
std::string further(std::string_view part) {
  if (part.empty()) return {};
  return (wording().for_clerks() ? " " : "; ") + std::string(part);
}

/// What a trusted reader is trusted in spite of.
std::string warnings_of(const ReaderJudgement& judgement) {
  std::string text;
  for (const presentation::ReaderFinding& finding : judgement.findings()) {
    const bool doubtful = finding.outcome == presentation::ReaderOutcome::warn ||
                          finding.reason == presentation::ReaderReason::revocation_off;
    if (doubtful) text += further(wording().of(finding.reason));
  }
  return text;
}

/// What the deciding finding rests on: a date, or the issuer that is missing.
std::string evidence_of(const ReaderJudgement& judgement) {
  const auto decides =
      std::ranges::find(judgement.findings(), judgement.reason(), &presentation::ReaderFinding::reason);
  if (decides == judgement.findings().end()) return {};
  if (const auto* date = std::get_if<UtcSeconds>(&decides->evidence)) {
    const bool revocation = decides->check == presentation::ReaderCheck::revocation;
    return further(say(revocation ? Phrase::since : Phrase::limit, {{"expected", wording().time(*date)}}));
  }
  if (const auto* end = std::get_if<trust::DeadEnd>(&decides->evidence); end != nullptr && !end->issuer.empty()) {
    return further(say(Phrase::issuer_would_be, {{"expected", json::isolated(brief(end->issuer, longest_claim))}}));
  }
  return {};
}

std::string describe(const DocRequestReaders& readers) {
  if (const VerifiedReader* reader = readers.verified_reader()) {
    const trust::AnchorFacts& anchor = reader->anchor();
    const std::string who =
        reader->certificate() != nullptr ? json::isolated(reader->subject()) : say(Phrase::reader_pinned_key);
    const std::string by = anchor.pinned ? say(Phrase::reader_pin) : json::isolated(anchor.subject);
    const std::string source = anchor.source.empty() ? "" : fmt::format(" ({})", json::isolated(anchor.source));
    return say(Phrase::reader_trusted, {{"who", who}, {"by", by + source}}) + warnings_of(*readers.best());
  }
  const ReaderJudgement* const best = readers.best();
  if (best == nullptr) return std::string(wording().of(presentation::ReaderReason::absent));
  const std::string claimed(best->claimed_subject());
  return fmt::format("{}: {}{}{}", wording().of(readers.result()), wording().of(readers.reason()), evidence_of(*best),
                     claimed.empty() ? ""
                                     : further(say(Phrase::reader_claims,
                                                   {{"subject", json::isolated(brief(claimed, longest_claim))}})));
}

}  // namespace

std::vector<std::string> describe_readers(const RequestReaders& readers) {
  std::vector<std::string> lines;
  for (std::size_t id = 0; id < readers.doc_requests.size(); ++id) {
    lines.push_back(
        say(Phrase::reader_of, {{"index", std::to_string(id)}, {"who", describe(readers.doc_requests[id])}}));
  }
  if (readers.is_device_request_info_unproven()) lines.push_back(say(Phrase::reader_info_unproven));
  if (readers.unjudged > 0) {
    lines.push_back(say(Phrase::readers_unjudged, {{"count", std::to_string(readers.unjudged)}}));
  }
  return lines;
}

boost::json::value readers_json(const RequestReaders& readers) {
  return boost::json::parse(json::to_json(readers, wording()));
}

}  // namespace mdoc::cli
